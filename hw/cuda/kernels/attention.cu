// Packed attention: a block for each sequence, tile of rows and head. Context is
// the online softmax of FlashAttention (Dao et al., arXiv 2205.14135); the score
// is summed from probabilities made anew out of each row's maximum and sum, so
// that no probability is ever written to memory.

// Logits out of the products of the thread's queries and keys; keys past the end get
// -∞. query[i] is the query's place in its sequence.
template <class Tl>
__device__ void logits(float (&s)[Tl::R][Tl::R], const Tl &t, const Attention &a, const int (&query)[Tl::R], int k0, int at, int nk) {
	UNROLL for (int j = 0; j < Tl::R; j++) {
		int key = at + t.x + 8 * j;
		float bias = a.bias && key < nk ? a.bias[k0 + key] : 0;
		UNROLL for (int i = 0; i < Tl::R; i++) {
			float own = a.self && key == query[i] && key < nk ? a.self[k0 + key] : bias;
			s[i][j] = key < nk ? s[i][j] * a.factor + own : -infinity();
		}
	}
}

// Places in the sequence of the queries of a tile that begins at `at`.
template <class Tl>
__device__ void placesOf(int (&query)[Tl::R], const Tl &t, int at) {
	UNROLL for (int i = 0; i < Tl::R; i++) query[i] = at + t.y + 8 * i;
}

// stats[(row·heads + h)·2] and the next: maximum and sum of each row of logits.
template <int W, int T, bool WIDE>
__device__ void stats(float *entries, const Attention &a, int to) {
	__shared__ float q[T * (W + 1)], k[T * (W + 1)];
	BLOCK(W, T, 1);
	int at = blockIdx.y * T, count = min(T, nq - at);
	if (at >= nq) return;
	float top[Tl::R], sum[Tl::R], s[Tl::R][Tl::R];
	UNROLL for (int i = 0; i < Tl::R; i++) top[i] = -infinity(), sum[i] = 0;
	int query[Tl::R];
	placesOf(query, t, at);
	Rows queries = {a.query(h), a.wide(), nullptr, q0 + at, count, to};
	if (!WIDE) queries.load(t, q, 0, a.width);
	for (int from = 0; from < nk; from += T) {
		between<WIDE>(s, t, q, k, queries, Rows{a.key(h), 2 * a.wide(), nullptr, k0 + from, min(T, nk - from), to}, true, a.width);
		logits(s, t, a, query, k0, from, nk);
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
		float *entry = entries + 2 * ((long long)(q0 + at + r) * a.heads + h);
		entry[0] = top[i];
		entry[1] = all;
	}
}

// perHead[row·heads + h]: what the head gives each key of a tile; queries in order.
template <int W, int T, bool WIDE>
__device__ void score(float *perHead, const Attention &a, const float *stats, int kind, int to) {
	__shared__ float q[T * (W + 1)], k[T * (W + 1)], sums[8][T];
	BLOCK(W, T, 1);
	int at = blockIdx.y * T, count = min(T, nk - at);
	if (at >= nk) return;
	float sum[Tl::R], s[Tl::R][Tl::R];
	UNROLL for (int j = 0; j < Tl::R; j++) sum[j] = 0;
	Rows keys = {a.key(h), 2 * a.wide(), nullptr, k0 + at, count, to};
	if (!WIDE) keys.load(t, k, 0, a.width);
	int asking = kind == FROM_FIRST ? min(nq, 1) : nq;
	for (int from = 0; from < asking; from += T) {
		between<WIDE>(s, t, q, k, Rows{a.query(h), a.wide(), nullptr, q0 + from, min(T, asking - from), to}, keys, false, a.width);
		int asked[Tl::R];
		placesOf(asked, t, from);
		logits(s, t, a, asked, k0, at, nk);
		UNROLL for (int i = 0; i < Tl::R; i++) {
			int query = from + t.y + 8 * i;
			if (query >= asking) continue;
			const float *entry = stats + 2 * ((long long)(q0 + query) * a.heads + h);
			float top = entry[0], by = 1 / entry[1];
			UNROLL for (int j = 0; j < Tl::R; j++)
				if (kind != FROM_OTHERS || query != at + t.x + 8 * j) sum[j] += power(s[i][j], top) * by;
		}
	}
	UNROLL for (int j = 0; j < Tl::R; j++) sums[t.y][t.x + 8 * j] = sum[j];
	__syncthreads();
	if (threadIdx.x >= count) return;
	float all = 0;
	for (int y = 0; y < 8; y++) all += sums[y][threadIdx.x];
	perHead[(long long)(k0 + at + threadIdx.x) * a.heads + h] = all;
}

// y's rows are the queries, or those that rows lists: live[b] to live[b+1] of them
// belong to sequence b. stats, if not null, gets what the kernel of that name writes.
template <int W, int T, bool WIDE>
__device__ void context(float *y, float *stats, const Attention &a, const Drop &drop, const int *rows, const int *live, int to) {
	__shared__ float q[T * (W + 1)], kv[T * (W + 1)], p[T * (T + 1)];
	BLOCK(W, T, PARTS(W));
	int c0 = rows ? live[b] : q0, end = rows ? live[b + 1] : q0 + nq;
	c0 += blockIdx.y * T;
	if (c0 >= end) return;
	int count = min(T, end - c0);
	float top[Tl::R], sum[Tl::R], s[Tl::R][Tl::R], o[Tl::R][Tl::C];
	int query[Tl::R];
	UNROLL for (int i = 0; i < Tl::R; i++) {
		top[i] = -infinity(), sum[i] = 0;
		int r = c0 + min(t.y + 8 * i, count - 1);
		query[i] = (rows ? rows[r] : r) - q0;
		UNROLL for (int c = 0; c < Tl::C; c++) o[i][c] = 0;
	}
	Rows queries = {a.query(h), a.wide(), rows, c0, count, to};
	if (!WIDE) queries.load(t, q, 0, a.width);
	for (int from = 0; from < nk; from += T) {
		Rows keys = {a.key(h), 2 * a.wide(), nullptr, k0 + from, min(T, nk - from), to}, values = keys;
		values.from = a.value(h);
		between<WIDE>(s, t, q, kv, queries, keys, true, a.width);
		logits(s, t, a, query, k0, from, nk);
		UNROLL for (int i = 0; i < Tl::R; i++) {
			float seen = s[i][0];
			UNROLL for (int j = 1; j < Tl::R; j++) seen = fmaxf(seen, s[i][j]);
			float by = raise(top[i], sum[i], Tl::rowMax(seen));
			UNROLL for (int c = 0; c < Tl::C; c++) o[i][c] *= by;
			UNROLL for (int j = 0; j < Tl::R; j++) {
				float v = power(s[i][j], top[i]);
				sum[i] += v;
				int key = from + t.x + 8 * j;
				if (key < nk) v *= drop.of(k0 + query[i], k0 + key, h);
				p[(t.y + 8 * i) * (T + 1) + t.x + 8 * j] = v;
			}
		}
		__syncthreads();
		values.load(t, kv, own, a.width);
		__syncthreads();
		t.weigh(o, p, kv);
	}
	UNROLL for (int i = 0; i < Tl::R; i++) {
		float all = Tl::rowSum(sum[i]), by = 1 / all;
		int r = t.y + 8 * i;
		if (r >= count) continue;
		UNROLL for (int c = 0; c < Tl::C; c++)
			if (own + t.x + 8 * c < a.width) y[(c0 + r) * a.wide() + h * a.width + own + t.x + 8 * c] = o[i][c] * by;
		if (!stats || t.x || own) continue;
		float *entry = stats + 2 * ((long long)(q0 + query[i]) * a.heads + h);
		entry[0] = top[i];
		entry[1] = all;
	}
}

// Heads of any width are made 64 columns at a time, of what a 16-bit type rounds
// queries, keys and values to.
#define KERNELS(name, W, T, WIDE, to, ...)                                                                                  \
	extern "C" __global__ void __launch_bounds__(64) attention_stats_##name(float *entries, ARGUMENTS __VA_ARGS__) {        \
		stats<W, T, WIDE>(entries, ATTENTION, to);                                                                          \
	}                                                                                                                       \
	extern "C" __global__ void __launch_bounds__(64) attention_score_##name(float *perHead, const float *st, int kind, ARGUMENTS __VA_ARGS__) { \
		score<W, T, WIDE>(perHead, ATTENTION, st, kind, to);                                                                \
	}                                                                                                                       \
	extern "C" __global__ void __launch_bounds__(64) attention_context_##name(float *y, float *st, const int *rows, const int *live, \
		const int *dropKeys, ulong64 seed, uint bar, float up, ARGUMENTS __VA_ARGS__) {                                     \
		context<W, T, WIDE>(y, st, ATTENTION, Drop{dropKeys, seed, bar, up}, rows, live, to);                               \
	}

KERNELS(32, 32, 32, false, EXACT)
KERNELS(64, 64, 32, false, EXACT)
KERNELS(128, 128, 32, false, EXACT)
KERNELS(wide, 64, 32, true, to, , int to)

// both[r] is what the logit of a key with a weight gets, the next n are what that of a
// row's own key gets.
extern "C" __global__ void key_weights(float *both, const float *bias, const float *weight, int n) {
	int r = blockIdx.x * blockDim.x + threadIdx.x;
	if (r >= n) return;
	float own = bias ? bias[r] : 0;
	both[r] = own + logf(weight[r]);
	both[n + r] = own;
}

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
