// Back through packed attention: one kernel for the queries' gradient, which also
// leaves each row's Σ_k p·g, one for that of keys and values. Both make the
// probabilities anew from the forward pass' row statistics, in float32 out of
// queries and keys rounded as the forward pass did, so that they are the same.

template <int W, int T, bool WIDE>
__device__ void queryGrad(float *dq, float *sums, const Attention &a, const Back &d, const Drop &drop) {
	__shared__ float q[T * (W + 1)], dy[T * (W + 1)], k[T * (W + 1)], v[T * (W + 1)], ds[T * (T + 1)];
	BLOCK(W, T, PARTS(W));
	int at = blockIdx.y * T;
	if (at >= nq) return;
	int count = min(T, nq - at);
	Rows queries = {a.query(h), a.wide(), nullptr, q0 + at, count, d.to}, back = {d.dy + h * a.width, a.wide(), d.place, q0 + at, count, EXACT};
	if (!WIDE) queries.load(t, q, 0, a.width), back.load(t, dy, 0, a.width);
	float p[Tl::R][Tl::R], g[Tl::R][Tl::R], sum[Tl::R], o[Tl::R][Tl::C];
	UNROLL for (int i = 0; i < Tl::R; i++) {
		sum[i] = 0;
		UNROLL for (int c = 0; c < Tl::C; c++) o[i][c] = 0;
	}
	for (int pass = 0; pass < 2; pass++) {
		for (int from = 0; from < nk; from += T) {
			Rows keys = {a.key(h), 2 * a.wide(), nullptr, k0 + from, min(T, nk - from), d.to}, values = keys;
			values.from = a.value(h);
			between<WIDE>(p, t, q, k, queries, keys, true, a.width);
			between<WIDE>(g, t, dy, v, back, values, true, a.width);
			pairs(p, g, t, a, d, drop, q0, at, nq, k0, from, nk, h);
			UNROLL for (int i = 0; i < Tl::R; i++)
				UNROLL for (int j = 0; j < Tl::R; j++)
					if (pass == 0)
						sum[i] += p[i][j] * g[i][j];
					else
						ds[(t.y + 8 * i) * (T + 1) + t.x + 8 * j] = p[i][j] * (g[i][j] - sum[i]) * a.factor;
			if (pass == 0) continue;
			if (WIDE) keys.load(t, k, own, a.width);
			__syncthreads();
			t.weigh(o, ds, k);
		}
		UNROLL for (int i = 0; i < Tl::R && pass == 0; i++) sum[i] = Tl::rowSum(sum[i]);
	}
	UNROLL for (int i = 0; i < Tl::R; i++) {
		int r = t.y + 8 * i;
		if (r >= count) continue;
		UNROLL for (int c = 0; c < Tl::C; c++)
			if (own + t.x + 8 * c < a.width) dq[(q0 + at + r) * a.wide() + h * a.width + own + t.x + 8 * c] = o[i][c];
		if (t.x == 0 && own == 0) sums[(long long)(q0 + at + r) * a.heads + h] = sum[i];
	}
}

template <int W, int T, bool WIDE>
__device__ void keyGrad(float *dkv, const float *sums, const Attention &a, const Back &d, const Drop &drop) {
	__shared__ float q[T * (W + 1)], dy[T * (W + 1)], k[T * (W + 1)], v[T * (W + 1)], ds[T * (T + 1)], used[T * (T + 1)];
	BLOCK(W, T, PARTS(W));
	int at = blockIdx.y * T;
	if (at >= nk) return;
	int count = min(T, nk - at);
	Rows keys = {a.key(h), 2 * a.wide(), nullptr, k0 + at, count, d.to}, values = keys;
	values.from = a.value(h);
	if (!WIDE) keys.load(t, k, 0, a.width), values.load(t, v, 0, a.width);
	float p[Tl::R][Tl::R], g[Tl::R][Tl::R], dk[Tl::R][Tl::C], dv[Tl::R][Tl::C];
	UNROLL for (int i = 0; i < Tl::R; i++)
		UNROLL for (int c = 0; c < Tl::C; c++) dk[i][c] = dv[i][c] = 0;
	for (int from = 0; from < nq; from += T) {
		Rows queries = {a.query(h), a.wide(), nullptr, q0 + from, min(T, nq - from), d.to};
		Rows back = {d.dy + h * a.width, a.wide(), d.place, q0 + from, min(T, nq - from), EXACT};
		between<WIDE>(p, t, q, k, queries, keys, false, a.width);
		between<WIDE>(g, t, dy, v, back, values, false, a.width);
		pairs(p, g, t, a, d, drop, q0, from, nq, k0, at, nk, h);
		UNROLL for (int i = 0; i < Tl::R; i++) {
			int query = from + t.y + 8 * i;
			float sum = query < nq ? sums[(long long)(q0 + query) * a.heads + h] : 0;
			UNROLL for (int j = 0; j < Tl::R; j++) {
				int key = at + t.x + 8 * j, place = (t.y + 8 * i) * (T + 1) + t.x + 8 * j;
				ds[place] = p[i][j] * (g[i][j] - sum) * a.factor;
				used[place] = query < nq && key < nk ? p[i][j] * drop.of(k0 + query, k0 + key, h) : 0;
			}
		}
		if (WIDE) {
			__syncthreads();
			queries.load(t, q, own, a.width), back.load(t, dy, own, a.width);
		}
		__syncthreads();
		t.weighTurned(dk, ds, q);
		t.weighTurned(dv, used, dy);
	}
	UNROLL for (int i = 0; i < Tl::R; i++) {
		int r = t.y + 8 * i;
		if (r >= count) continue;
		float *row = dkv + (k0 + at + r) * 2 * a.wide() + h * a.width + own;
		UNROLL for (int c = 0; c < Tl::C; c++) {
			if (own + t.x + 8 * c >= a.width) continue;
			row[t.x + 8 * c] = dk[i][c];
			row[a.wide() + t.x + 8 * c] = dv[i][c];
		}
	}
}

// What each key's bias gets from a head, and rows·heads further on what its weight
// gets, if keys have weights: a row's own key has none.
template <int W, int T, bool WIDE>
__device__ void keySums(float *perHead, const float *sums, const Attention &a, const Back &d, const Drop &drop, int rows) {
	__shared__ float q[T * (W + 1)], dy[T * (W + 1)], k[T * (W + 1)], v[T * (W + 1)], halves[2][8][T];
	BLOCK(W, T, 1);
	int at = blockIdx.y * T;
	if (at >= nk) return;
	int count = min(T, nk - at);
	Rows keys = {a.key(h), 2 * a.wide(), nullptr, k0 + at, count, d.to}, values = keys;
	values.from = a.value(h);
	if (!WIDE) keys.load(t, k, 0, a.width), values.load(t, v, 0, a.width);
	float p[Tl::R][Tl::R], g[Tl::R][Tl::R], raw[Tl::R][Tl::R], bias[Tl::R], weight[Tl::R];
	UNROLL for (int j = 0; j < Tl::R; j++) bias[j] = weight[j] = 0;
	for (int from = 0; from < nq; from += T) {
		between<WIDE>(p, t, q, k, Rows{a.query(h), a.wide(), nullptr, q0 + from, min(T, nq - from), d.to}, keys, false, a.width);
		between<WIDE>(g, t, dy, v, Rows{d.dy + h * a.width, a.wide(), d.place, q0 + from, min(T, nq - from), EXACT}, values, false, a.width);
		UNROLL for (int i = 0; i < Tl::R; i++)
			UNROLL for (int j = 0; j < Tl::R; j++) raw[i][j] = p[i][j] * a.factor;
		pairs(p, g, t, a, d, drop, q0, from, nq, k0, at, nk, h);
		UNROLL for (int i = 0; i < Tl::R; i++) {
			int query = from + t.y + 8 * i;
			if (query >= nq || !(d.dscored || d.row(q0 + query) >= 0)) continue;
			long long entry = (long long)(q0 + query) * a.heads + h;
			float sum = sums[entry], top = d.stats[2 * entry], by = 1 / d.stats[2 * entry + 1];
			UNROLL for (int j = 0; j < Tl::R; j++) {
				int key = at + t.x + 8 * j;
				if (key >= nk) continue;
				bias[j] += p[i][j] * (g[i][j] - sum);
				if (a.self && key != query) weight[j] += power(raw[i][j] + a.self[k0 + key], top) * by * (g[i][j] - sum);
			}
		}
	}
	UNROLL for (int j = 0; j < Tl::R; j++) halves[0][t.y][t.x + 8 * j] = bias[j], halves[1][t.y][t.x + 8 * j] = weight[j];
	__syncthreads();
	for (int e = threadIdx.x; e < 2 * count; e += Tl::THREADS) {
		int of = e / count, r = e % count;
		float all = 0;
		for (int y = 0; y < 8; y++) all += halves[of][y][r];
		perHead[((long long)of * rows + k0 + at + r) * a.heads + h] = all;
	}
}

#define GRAD_KERNELS(name, W, T, WIDE)                                                                                                    \
	extern "C" __global__ void __launch_bounds__(64) attention_query_grad_##name(float *dq, float *sums, GRADIENTS) {                     \
		queryGrad<W, T, WIDE>(dq, sums, ATTENTION, BACK);                                                                                 \
	}                                                                                                                                     \
	extern "C" __global__ void __launch_bounds__(64) attention_key_grad_##name(float *dkv, const float *sums, GRADIENTS) {                \
		keyGrad<W, T, WIDE>(dkv, sums, ATTENTION, BACK);                                                                                  \
	}                                                                                                                                     \
	extern "C" __global__ void __launch_bounds__(64) attention_key_sums_##name(float *perHead, const float *sums, GRADIENTS, int rows) {  \
		keySums<W, T, WIDE>(perHead, sums, ATTENTION, BACK, rows);                                                                        \
	}

GRAD_KERNELS(32, 32, 32, false)
GRAD_KERNELS(64, 64, 32, false)
GRAD_KERNELS(128, 128, 16, false)
GRAD_KERNELS(wide, 64, 32, true)
