// Back through packed attention: what its kernels are given and have in common.

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

// p and g of the thread's pairs come as queries times keys and dy times values.
// They become the probability, and the gradient of what it was used as. Queries
// that nothing comes back from get 0.
template <class Tl>
__device__ void pairs(float (&p)[Tl::R][Tl::R], float (&g)[Tl::R][Tl::R], const Tl &t, const Attention &a, const Back &d, const Drop &drop, int q0, int qAt,
	int nq, int k0, int kAt, int nk, int h) {
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
			p[i][j] = power(p[i][j] * a.factor + a.biasOf(query, key, k0), top) * by;
			g[i][j] = g[i][j] * drop.of(k0 + query, k0 + key, h) + d.score(query, key, k0);
		}
	}
}

#define BACK Back{stats, dy, dscored, place, kind, to}, Drop{dropKeys, seed, bar, up}
#define GRADIENTS const float *stats, const float *dy, const float *dscored, const int *place, int kind, int to, const int *dropKeys, ulong64 seed, uint bar, float up, ARGUMENTS
