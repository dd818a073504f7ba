// Packed attention: a block for each sequence, tile of rows and head. Context is
// the online softmax of FlashAttention (Dao et al., arXiv 2205.14135); the score
// is summed from probabilities made anew out of each row's maximum and sum, so
// that no probability is ever written to memory.

// Logits of the thread's queries and keys; keys past the end get -∞.
template <class Tl>
__device__ void logits(float (&s)[Tl::R][Tl::R], const Tl &t, const Attention &a, const float *q, const float *k, int k0, int at, int nk) {
	t.products(s, q, k);
	UNROLL for (int j = 0; j < Tl::R; j++) {
		int key = at + t.x + 8 * j;
		float bias = a.bias && key < nk ? a.bias[k0 + key] : 0;
		UNROLL for (int i = 0; i < Tl::R; i++) s[i][j] = key < nk ? s[i][j] * a.factor + bias : -infinity();
	}
}

// stats[(row·heads + h)·2] and the next: maximum and sum of each row of logits.
template <int W, int T>
__device__ void stats(float *to, const Attention &a) {
	__shared__ float q[T * (W + 1)], k[T * (W + 1)];
	BLOCK(W, T);
	int at = blockIdx.y * T, count = min(T, nq - at);
	if (at >= nq) return;
	float top[Tl::R], sum[Tl::R], s[Tl::R][Tl::R];
	UNROLL for (int i = 0; i < Tl::R; i++) top[i] = -infinity(), sum[i] = 0;
	t.load(q, a.query(h), a.wide(), a.width, nullptr, q0 + at, count);
	for (int from = 0; from < nk; from += T) {
		__syncthreads();
		t.load(k, a.key(h), 2 * a.wide(), a.width, nullptr, k0 + from, min(T, nk - from));
		__syncthreads();
		logits(s, t, a, q, k, k0, from, nk);
		UNROLL for (int i = 0; i < Tl::R; i++) {
			float seen = s[i][0];
			UNROLL for (int j = 1; j < Tl::R; j++) seen = fmaxf(seen, s[i][j]);
			raise(top[i], sum[i], Tl::rowMax(seen));
			UNROLL for (int j = 0; j < Tl::R; j++) sum[i] += power(s[i][j], top[i]);
		}
	}
	UNROLL for (int i = 0; i < Tl::R; i++) {
		float all = Tl::rowSum(sum[i]);
		int r = t.y + 8 * i;
		if (t.x || r >= count) continue;
		float *entry = to + 2 * ((long long)(q0 + at + r) * a.heads + h);
		entry[0] = top[i];
		entry[1] = all;
	}
}

// perHead[row·heads + h]: what the head gives each key of a tile; queries in order.
template <int W, int T>
__device__ void score(float *perHead, const Attention &a, const float *stats, int kind) {
	__shared__ float q[T * (W + 1)], k[T * (W + 1)], parts[8][T];
	BLOCK(W, T);
	int at = blockIdx.y * T, count = min(T, nk - at);
	if (at >= nk) return;
	float sum[Tl::R], s[Tl::R][Tl::R];
	UNROLL for (int j = 0; j < Tl::R; j++) sum[j] = 0;
	t.load(k, a.key(h), 2 * a.wide(), a.width, nullptr, k0 + at, count);
	int asking = kind == FROM_FIRST ? min(nq, 1) : nq;
	for (int from = 0; from < asking; from += T) {
		__syncthreads();
		t.load(q, a.query(h), a.wide(), a.width, nullptr, q0 + from, min(T, asking - from));
		__syncthreads();
		logits(s, t, a, q, k, k0, at, nk);
		UNROLL for (int i = 0; i < Tl::R; i++) {
			int query = from + t.y + 8 * i;
			if (query >= asking) continue;
			const float *entry = stats + 2 * ((long long)(q0 + query) * a.heads + h);
			float top = entry[0], by = 1 / entry[1];
			UNROLL for (int j = 0; j < Tl::R; j++)
				if (kind != FROM_OTHERS || query != at + t.x + 8 * j) sum[j] += power(s[i][j], top) * by;
		}
	}
	UNROLL for (int j = 0; j < Tl::R; j++) parts[t.y][t.x + 8 * j] = sum[j];
	__syncthreads();
	if (threadIdx.x >= count) return;
	float all = 0;
	for (int y = 0; y < 8; y++) all += parts[y][threadIdx.x];
	perHead[(long long)(k0 + at + threadIdx.x) * a.heads + h] = all;
}

// y's rows are the queries, or those that rows lists: live[b] to live[b+1] of them
// belong to sequence b. stats, if not null, gets what the kernel of that name writes.
template <int W, int T>
__device__ void context(float *y, float *stats, const Attention &a, const Drop &drop, const int *rows, const int *live) {
	__shared__ float q[T * (W + 1)], kv[T * (W + 1)], p[T * (T + 1)];
	BLOCK(W, T);
	int c0 = rows ? live[b] : q0, end = rows ? live[b + 1] : q0 + nq;
	c0 += blockIdx.y * T;
	if (c0 >= end) return;
	int count = min(T, end - c0);
	float top[Tl::R], sum[Tl::R], s[Tl::R][Tl::R], o[Tl::R][Tl::C];
	int query[Tl::R];
	UNROLL for (int i = 0; i < Tl::R; i++) {
		top[i] = -infinity(), sum[i] = 0;
		int r = c0 + min(t.y + 8 * i, count - 1);
		query[i] = rows ? rows[r] : r;
		UNROLL for (int c = 0; c < Tl::C; c++) o[i][c] = 0;
	}
	t.load(q, a.query(h), a.wide(), a.width, rows, c0, count);
	for (int from = 0; from < nk; from += T) {
		__syncthreads();
		t.load(kv, a.key(h), 2 * a.wide(), a.width, nullptr, k0 + from, min(T, nk - from));
		__syncthreads();
		logits(s, t, a, q, kv, k0, from, nk);
		UNROLL for (int i = 0; i < Tl::R; i++) {
			float seen = s[i][0];
			UNROLL for (int j = 1; j < Tl::R; j++) seen = fmaxf(seen, s[i][j]);
			float by = raise(top[i], sum[i], Tl::rowMax(seen));
			UNROLL for (int c = 0; c < Tl::C; c++) o[i][c] *= by;
			UNROLL for (int j = 0; j < Tl::R; j++) {
				float v = power(s[i][j], top[i]);
				sum[i] += v;
				int key = from + t.x + 8 * j;
				if (key < nk) v *= drop.of(k0 + query[i] - q0, k0 + key, h);
				p[(t.y + 8 * i) * (T + 1) + t.x + 8 * j] = v;
			}
		}
		__syncthreads();
		t.load(kv, a.value(h), 2 * a.wide(), a.width, nullptr, k0 + from, min(T, nk - from));
		__syncthreads();
		t.weigh(o, p, kv);
	}
	UNROLL for (int i = 0; i < Tl::R; i++) {
		float all = Tl::rowSum(sum[i]), by = 1 / all;
		int r = t.y + 8 * i;
		if (r >= count) continue;
		UNROLL for (int c = 0; c < Tl::C; c++)
			if (t.x + 8 * c < a.width) y[(c0 + r) * a.wide() + h * a.width + t.x + 8 * c] = o[i][c] * by;
		if (!stats || t.x) continue;
		float *entry = stats + 2 * ((long long)query[i] * a.heads + h);
		entry[0] = top[i];
		entry[1] = all;
	}
}

#define KERNELS(W, T)                                                                                                       \
	extern "C" __global__ void __launch_bounds__(64) attention_stats_##W(float *to, ARGUMENTS) { stats<W, T>(to, ATTENTION); } \
	extern "C" __global__ void __launch_bounds__(64) attention_score_##W(float *perHead, const float *st, int kind, ARGUMENTS) { \
		score<W, T>(perHead, ATTENTION, st, kind);                                                                          \
	}                                                                                                                       \
	extern "C" __global__ void __launch_bounds__(64) attention_context_##W(float *y, float *st, const int *rows, const int *live, const int *dropKeys, \
		ulong64 seed, uint bar, float up, ARGUMENTS) {                                                                      \
		context<W, T>(y, st, ATTENTION, Drop{dropKeys, seed, bar, up}, rows, live);                                         \
	}

KERNELS(32, 32)
KERNELS(64, 32)
KERNELS(128, 32)

// scored[r] is the heads' sum, or grows by it. Rows past the end stay as they are.
extern "C" __global__ void sum_heads(float *scored, const float *perHead, const int *offsets, int count, int heads, int add) {
	int r = blockIdx.x * blockDim.x + threadIdx.x;
	if (r >= offsets[count]) return;
	float sum = 0;
	for (int h = 0; h < heads; h++) sum += perHead[(long long)r * heads + h];
	scored[r] = add ? scored[r] + sum : sum;
}

// live[b]: how many of the listed rows lie before sequence b. The list ascends;
// where it no longer does, it has ended.
extern "C" __global__ void live_rows(int *live, const int *rows, int n, const int *offsets, int count) {
	int b = blockIdx.x * blockDim.x + threadIdx.x;
	if (b > count) return;
	int low = n > 0 ? 1 : 0, high = n;
	while (low < high) {
		int middle = (low + high) / 2;
		if (rows[middle] > rows[middle - 1])
			low = middle + 1;
		else
			high = middle;
	}
	live[b] = lowerBound(rows, low, offsets[b]);
}

// place[query row] = its place in the list; the caller has set all to -1.
extern "C" __global__ void places(int *place, const int *rows, int n) {
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	if (i < n && (i == 0 || rows[i] > rows[i - 1])) place[rows[i]] = i;
}
