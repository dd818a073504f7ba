// Back through packed attention: one kernel for the queries' gradient, which also
// leaves each row's Σ_k p·g, one for that of keys and values. Both make the
// probabilities anew from the forward pass' row statistics, in float32 out of
// queries and keys rounded as the forward pass did, so that they are the same.

// What goes into a gradient besides the forward pass.
struct Back {
	const float *stats, *dy, *dscored;
	const int *place; // of a query row in dy; null: the same row
	int kind, to; // to what the forward pass rounded

	__device__ int row(int query) const { return place ? place[query] : query; }
	// What the score sends back into the probability of query and key, both
	// counted within their sequence of which `first` is the first row.
	__device__ float score(int query, int key, int first) const {
		if (!dscored || (kind == FROM_OTHERS && query == key) || (kind == FROM_FIRST && query != 0)) return 0;
		return dscored[first + key];
	}
};

// p and g of the thread's pairs: the probability, and the gradient of what it was
// used as. Queries that nothing comes back from get 0.
template <class Tl>
__device__ void pairs(float (&p)[Tl::R][Tl::R], float (&g)[Tl::R][Tl::R], const Tl &t, const Attention &a, const Back &d, const Drop &drop, const float *q,
	const float *k, const float *v, const float *dy, int q0, int qAt, int nq, int k0, int kAt, int nk, int h) {
	t.products(p, q, k);
	t.products(g, dy, v);
	UNROLL for (int i = 0; i < Tl::R; i++) {
		int query = qAt + t.y + 8 * i;
		bool asks = query < nq && (d.dscored || d.row(q0 + query) >= 0);
		float top = 0, by = 0;
		if (asks) {
			const float *entry = d.stats + 2 * ((long long)(q0 + query) * a.heads + h);
			top = entry[0], by = 1 / entry[1];
		}
		UNROLL for (int j = 0; j < Tl::R; j++) {
			int key = kAt + t.x + 8 * j;
			if (!asks || key >= nk) {
				p[i][j] = g[i][j] = 0;
				continue;
			}
			p[i][j] = power(p[i][j] * a.factor + (a.bias ? a.bias[k0 + key] : 0), top) * by;
			g[i][j] = g[i][j] * drop.of(k0 + query, k0 + key, h) + d.score(query, key, k0);
		}
	}
}

// The rows of dy that belong to a tile's queries; 0 where there is none.
template <class Tl>
__device__ void loadBack(float *tile, const Tl &t, const Attention &a, const Back &d, int h, int first, int count) {
	t.load(tile, d.dy + h * a.width, a.wide(), a.width, d.place, first, count);
}

template <int W, int T>
__device__ void queryGrad(float *dq, float *sums, const Attention &a, const Back &d, const Drop &drop) {
	__shared__ float q[T * (W + 1)], dy[T * (W + 1)], k[T * (W + 1)], v[T * (W + 1)], ds[T * (T + 1)];
	BLOCK(W, T);
	int at = blockIdx.y * T;
	if (at >= nq) return;
	int count = min(T, nq - at);
	t.load(q, a.query(h), a.wide(), a.width, nullptr, q0 + at, count, d.to);
	loadBack(dy, t, a, d, h, q0 + at, count);
	float p[Tl::R][Tl::R], g[Tl::R][Tl::R], sum[Tl::R], o[Tl::R][Tl::C];
	UNROLL for (int i = 0; i < Tl::R; i++) {
		sum[i] = 0;
		UNROLL for (int c = 0; c < Tl::C; c++) o[i][c] = 0;
	}
	for (int pass = 0; pass < 2; pass++) {
		for (int from = 0; from < nk; from += T) {
			__syncthreads();
			t.load(k, a.key(h), 2 * a.wide(), a.width, nullptr, k0 + from, min(T, nk - from), d.to);
			t.load(v, a.value(h), 2 * a.wide(), a.width, nullptr, k0 + from, min(T, nk - from), d.to);
			__syncthreads();
			pairs(p, g, t, a, d, drop, q, k, v, dy, q0, at, nq, k0, from, nk, h);
			UNROLL for (int i = 0; i < Tl::R; i++)
				UNROLL for (int j = 0; j < Tl::R; j++)
					if (pass == 0)
						sum[i] += p[i][j] * g[i][j];
					else
						ds[(t.y + 8 * i) * (T + 1) + t.x + 8 * j] = p[i][j] * (g[i][j] - sum[i]) * a.factor;
			if (pass == 0) continue;
			__syncthreads();
			t.weigh(o, ds, k);
		}
		UNROLL for (int i = 0; i < Tl::R && pass == 0; i++) sum[i] = Tl::rowSum(sum[i]);
	}
	UNROLL for (int i = 0; i < Tl::R; i++) {
		int r = t.y + 8 * i;
		if (r >= count) continue;
		UNROLL for (int c = 0; c < Tl::C; c++)
			if (t.x + 8 * c < a.width) dq[(q0 + at + r) * a.wide() + h * a.width + t.x + 8 * c] = o[i][c];
		if (t.x == 0) sums[(long long)(q0 + at + r) * a.heads + h] = sum[i];
	}
}

template <int W, int T>
__device__ void keyGrad(float *dkv, const float *sums, const Attention &a, const Back &d, const Drop &drop) {
	__shared__ float q[T * (W + 1)], dy[T * (W + 1)], k[T * (W + 1)], v[T * (W + 1)], ds[T * (T + 1)], used[T * (T + 1)];
	BLOCK(W, T);
	int at = blockIdx.y * T;
	if (at >= nk) return;
	int count = min(T, nk - at);
	t.load(k, a.key(h), 2 * a.wide(), a.width, nullptr, k0 + at, count, d.to);
	t.load(v, a.value(h), 2 * a.wide(), a.width, nullptr, k0 + at, count, d.to);
	float p[Tl::R][Tl::R], g[Tl::R][Tl::R], dk[Tl::R][Tl::C], dv[Tl::R][Tl::C];
	UNROLL for (int i = 0; i < Tl::R; i++)
		UNROLL for (int c = 0; c < Tl::C; c++) dk[i][c] = dv[i][c] = 0;
	for (int from = 0; from < nq; from += T) {
		__syncthreads();
		t.load(q, a.query(h), a.wide(), a.width, nullptr, q0 + from, min(T, nq - from), d.to);
		loadBack(dy, t, a, d, h, q0 + from, min(T, nq - from));
		__syncthreads();
		pairs(p, g, t, a, d, drop, q, k, v, dy, q0, from, nq, k0, at, nk, h);
		UNROLL for (int i = 0; i < Tl::R; i++) {
			int query = from + t.y + 8 * i;
			float sum = query < nq ? sums[(long long)(q0 + query) * a.heads + h] : 0;
			UNROLL for (int j = 0; j < Tl::R; j++) {
				int key = at + t.x + 8 * j, place = (t.y + 8 * i) * (T + 1) + t.x + 8 * j;
				ds[place] = p[i][j] * (g[i][j] - sum) * a.factor;
				used[place] = query < nq && key < nk ? p[i][j] * drop.of(k0 + query, k0 + key, h) : 0;
			}
		}
		__syncthreads();
		t.weighTurned(dk, ds, q);
		t.weighTurned(dv, used, dy);
	}
	UNROLL for (int i = 0; i < Tl::R; i++) {
		int r = t.y + 8 * i;
		if (r >= count) continue;
		float *row = dkv + (k0 + at + r) * 2 * a.wide() + h * a.width;
		UNROLL for (int c = 0; c < Tl::C; c++) {
			if (t.x + 8 * c >= a.width) continue;
			row[t.x + 8 * c] = dk[i][c];
			row[a.wide() + t.x + 8 * c] = dv[i][c];
		}
	}
}

#define BACK Back{stats, dy, dscored, place, kind, to}, Drop{dropKeys, seed, bar, up}
#define GRADIENTS const float *stats, const float *dy, const float *dscored, const int *place, int kind, int to, const int *dropKeys, ulong64 seed, uint bar, float up, ARGUMENTS
#define GRAD_KERNELS(W, T)                                                                                                             \
	extern "C" __global__ void __launch_bounds__(64) attention_query_grad_##W(float *dq, float *sums, GRADIENTS) { queryGrad<W, T>(dq, sums, ATTENTION, BACK); } \
	extern "C" __global__ void __launch_bounds__(64) attention_key_grad_##W(float *dkv, const float *sums, GRADIENTS) { keyGrad<W, T>(dkv, sums, ATTENTION, BACK); }

GRAD_KERNELS(32, 32)
GRAD_KERNELS(64, 32)
GRAD_KERNELS(128, 16)
