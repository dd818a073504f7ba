// Back through packed attention on tensor cores: as attention_grad.cu, whose kernels
// these follow, with queries, keys, values, dy, probabilities and their gradients in
// 16 bits and all sums in float32.

// What goes into a gradient besides the forward pass.
struct Behind {
	const float *stats;
	const bits16 *dy;
	int pitch; // of dy's rows
	const float *dscored, *scale; // dy was divided by *scale; null: by 1
	const int *place; // of a query row in dy, -1: nothing comes back from it; null: the same row
	int kind;

	// The logarithm of what a query's exponentials are divided by; ∞ makes its probabilities 0.
	__device__ __forceinline__ float shift(int row, int heads, int h) const {
		if (!dscored && place && place[row] < 0) return infinity();
		const float *entry = stats + 2 * ((long long)row * heads + h);
		return entry[0] * 1.44269504f + log2f(entry[1]);
	}
	// What the score sends back into the probability of query and key, both
	// counted within their sequence of which `first` is the first row.
	__device__ __forceinline__ float score(int query, int key, int first) const {
		return (kind == FROM_OTHERS && query == key) || (kind == FROM_FIRST && query != 0) ? 0 : dscored[first + key];
	}
};
#define BEHIND Behind{stats, dy, pitch, dscored, scale, place, kind}
#define BEHIND_ARGUMENTS const float *stats, const bits16 *dy, int pitch, const float *dscored, const float *scale, const int *place, int kind, \
	const int *dropKeys, ulong64 seed, uint bar, float up, NARROW_ARGUMENTS

// Adds sᵀ·tile or s·tile to o: s in 16 bits are left factors, the tile's rows their k.
template <class N, class Wp, class Tile>
__device__ __forceinline__ void weigh(float (&o)[Wp::DEPTH][8], const float (&s)[Wp::K / 16][8], const Wp &w, const bits16 *tile, int count) {
	UNROLL for (int j = 0; j < Wp::K / 16; j++) {
		if (!Tile::whole && 16 * j >= count) continue;
		uint p[4] = {N::pair(s[j][0], s[j][1]), N::pair(s[j][2], s[j][3]), N::pair(s[j][4], s[j][5]), N::pair(s[j][6], s[j][7])};
		UNROLL for (int d = 0; d < Wp::DEPTH; d++) {
			uint f[4];
			ldmatrix4Turned(f, tile + (16 * j + w.lane % 16) * Wp::PITCH + 16 * d + w.lane / 16 * 8);
			N::add(o[d], p, f);
		}
	}
}

// Rows of a sum, times by, to the float32 rows that begin at `to`, `stride` apart.
template <class Wp>
__device__ __forceinline__ void write(float *to, long long stride, const float (&o)[Wp::DEPTH][8], const Wp &w, int count, int width, float by) {
	UNROLL for (int i = 0; i < 2; i++) {
		int r = 16 * w.warp + w.row + 8 * i;
		if (r >= count) continue;
		UNROLL for (int d = 0; d < Wp::DEPTH; d++)
			UNROLL for (int u = 0; u < 2; u++) {
				int c = 16 * d + 8 * u + w.col;
				if (c < width) to[r * stride + c] = o[d][4 * u + 2 * i] * by;
				if (c + 1 < width) to[r * stride + c + 1] = o[d][4 * u + 2 * i + 1] * by;
			}
	}
}

// The gradient of a tile of queries, and in sums each row's Σ_k p·g.
template <class N, int W>
__device__ __forceinline__ void queryBack(float *dq, float *sums, const Narrow &a, const Behind &back, const Drop &drop) {
	typedef Warp<W> Wp;
	enum { K = Wp::K, T = Wp::T, DEPTH = Wp::DEPTH, PITCH = Wp::PITCH, SIDE = Wp::SIDE, STAGE = 2 * SIDE };
	__shared__ __align__(16) bits16 tiles[2 * STAGE > 2 * T * PITCH ? 2 * STAGE : 2 * T * PITCH]; // queries and dy, then two stages of keys and values
	const Wp w;
	int b = blockIdx.x, h = blockIdx.z, at = blockIdx.y * T;
	int q0 = a.queries[b], nq = a.queries[b + 1] - q0, k0 = a.keys[b], nk = a.keys[b + 1] - k0;
	if (at >= nq) return;
	int count = min((int)T, nq - at);
	bool mine = 16 * w.warp < count;
	const bits16 *keys = a.kv + h * a.width, *values = keys + a.heads * a.width;
	w.fetch(tiles, a.q + h * a.width, a.queryPitch, a.width, nullptr, q0 + at, count);
	w.fetch(tiles + T * PITCH, back.dy + h * a.width, back.pitch, a.width, back.place, q0 + at, count);
	copiesGroup();
	copiesWait(true);
	__syncthreads();
	uint asking[DEPTH][4], given[DEPTH][4];
	if (mine) w.own(asking, tiles), w.own(given, tiles + T * PITCH);
	__syncthreads();

	float s[K / 16][8], g[K / 16][8], o[DEPTH][8], sum[2] = {0, 0}, shift[2], unit = back.scale ? 1 / *back.scale : 1;
	int query[2];
	UNROLL for (int i = 0; i < 2; i++) {
		query[i] = at + 16 * w.warp + w.row + 8 * i;
		shift[i] = query[i] < nq ? back.shift(q0 + query[i], a.heads, h) : infinity();
	}
	UNROLL for (int d = 0; d < DEPTH; d++)
		UNROLL for (int i = 0; i < 8; i++) o[d][i] = 0;
	bool straight = a.width == W && a.keyPitch % 8 == 0;
	auto fetch = [&](int from, bits16 *tile) {
		int n = min((int)K, nk - from);
		if (straight && n == K) {
			w.fetchWhole(tile, keys, a.keyPitch, k0 + from);
			w.fetchWhole(tile + SIDE, values, a.keyPitch, k0 + from);
		} else {
			w.fetch(tile, keys, a.keyPitch, a.width, nullptr, k0 + from, n);
			w.fetch(tile + SIDE, values, a.keyPitch, a.width, nullptr, k0 + from, n);
		}
		copiesGroup();
	};
	// One tile of n keys: their part of the sums, or, once these are known, of dq.
	auto step = [&](auto kind, int pass, const bits16 *tile, int from, int n) {
		typedef decltype(kind) Tile;
		w.template products<N, Tile>(s, asking, tile, n);
		w.template products<N, Tile>(g, given, tile + SIDE, n);
		UNROLL for (int j = 0; j < K / 16; j++)
			UNROLL for (int i = 0; i < 8; i++) {
				int key = 16 * j + w.column(i), r = Wp::below(i);
				bool there = Tile::whole || key < n;
				float bias = a.bias && there ? a.bias[k0 + from + key] * 1.44269504f : 0;
				s[j][i] = there ? exp2Fast(fmaf(s[j][i], a.factor, bias - shift[r])) : 0;
				if (drop.keys && there) g[j][i] *= drop.of(k0 + query[r], k0 + from + key, h);
				if (back.dscored && there && query[r] < nq) g[j][i] += back.score(query[r], from + key, k0) * unit;
			}
		if (pass == 0) {
			UNROLL for (int j = 0; j < K / 16; j++)
				UNROLL for (int i = 0; i < 8; i++) sum[Wp::below(i)] += s[j][i] * g[j][i];
			return;
		}
		UNROLL for (int j = 0; j < K / 16; j++)
			UNROLL for (int i = 0; i < 8; i++) s[j][i] *= g[j][i] - sum[Wp::below(i)];
		weigh<N, Wp, Tile>(o, s, w, tile, n);
	};
	for (int pass = 0; pass < 2; pass++) {
		if (nk > 0) fetch(0, tiles);
		for (int from = 0, stage = 0; from < nk; from += K, stage ^= 1) {
			bits16 *tile = tiles + stage * STAGE;
			bool last = from + K >= nk;
			if (!last) fetch(from + K, tiles + (stage ^ 1) * STAGE);
			copiesWait(last);
			__syncthreads();
			if (mine) {
				if (nk - from >= K)
					step(Whole(), pass, tile, from, K);
				else
					step(Part(), pass, tile, from, nk - from);
			}
			__syncthreads();
		}
		if (pass == 0) UNROLL for (int i = 0; i < 2; i++) sum[i] = Wp::rowSum(sum[i]);
	}
	if (!mine) return;
	UNROLL for (int i = 0; i < 2; i++)
		if (w.col == 0 && query[i] < nq) sums[(long long)(q0 + query[i]) * a.heads + h] = sum[i];
	long long wide = (long long)a.heads * a.width;
	write(dq + (q0 + at) * wide + h * a.width, wide, o, w, count, a.width, a.factor * 0.693147181f / unit);
}

// The gradient of a tile of keys and their values.
template <class N, int W>
__device__ __forceinline__ void keyBack(float *dkv, const float *sums, const Narrow &a, const Behind &back, const Drop &drop) {
	typedef Warp<W, 32> Wp; // with more there are not enough registers
	enum { K = Wp::K, T = Wp::T, DEPTH = Wp::DEPTH, PITCH = Wp::PITCH, SIDE = Wp::SIDE, STAGE = 2 * SIDE };
	__shared__ __align__(16) bits16 tiles[2 * STAGE > 2 * T * PITCH ? 2 * STAGE : 2 * T * PITCH]; // keys and values, then two stages of queries and dy
	__shared__ float shifts[2][K], totals[2][K];
	const Wp w;
	int b = blockIdx.x, h = blockIdx.z, at = blockIdx.y * T;
	int q0 = a.queries[b], nq = a.queries[b + 1] - q0, k0 = a.keys[b], nk = a.keys[b + 1] - k0;
	if (at >= nk) return;
	int count = min((int)T, nk - at);
	bool mine = 16 * w.warp < count;
	long long wide = (long long)a.heads * a.width;
	w.fetch(tiles, a.kv + h * a.width, a.keyPitch, a.width, nullptr, k0 + at, count);
	w.fetch(tiles + T * PITCH, a.kv + wide + h * a.width, a.keyPitch, a.width, nullptr, k0 + at, count);
	copiesGroup();
	copiesWait(true);
	__syncthreads();
	uint keys[DEPTH][4], values[DEPTH][4];
	if (mine) w.own(keys, tiles), w.own(values, tiles + T * PITCH);
	__syncthreads();

	float s[K / 16][8], g[K / 16][8], dk[DEPTH][8], dv[DEPTH][8], bias[2], unit = back.scale ? 1 / *back.scale : 1;
	int key[2];
	UNROLL for (int i = 0; i < 2; i++) {
		key[i] = at + 16 * w.warp + w.row + 8 * i;
		bias[i] = a.bias && key[i] < nk ? a.bias[k0 + key[i]] * 1.44269504f : 0;
	}
	UNROLL for (int d = 0; d < DEPTH; d++)
		UNROLL for (int i = 0; i < 8; i++) dk[d][i] = dv[d][i] = 0;
	bool straight = a.width == W && a.queryPitch % 8 == 0;
	auto fetch = [&](int from, int stage) {
		int n = min((int)K, nq - from);
		bits16 *tile = tiles + stage * STAGE;
		if (straight && n == K)
			w.fetchWhole(tile, a.q + h * a.width, a.queryPitch, q0 + from);
		else
			w.fetch(tile, a.q + h * a.width, a.queryPitch, a.width, nullptr, q0 + from, n);
		if (straight && n == K && !back.place && back.pitch % 8 == 0)
			w.fetchWhole(tile + SIDE, back.dy + h * a.width, back.pitch, q0 + from);
		else
			w.fetch(tile + SIDE, back.dy + h * a.width, back.pitch, a.width, back.place, q0 + from, n);
		copiesGroup();
		if (threadIdx.x < K) {
			bool there = threadIdx.x < n;
			int row = q0 + from + threadIdx.x;
			shifts[stage][threadIdx.x] = there ? back.shift(row, a.heads, h) : infinity();
			totals[stage][threadIdx.x] = there ? sums[(long long)row * a.heads + h] : 0;
		}
	};
	auto step = [&](auto kind, int from, int stage, int n) {
		typedef decltype(kind) Tile;
		const bits16 *tile = tiles + stage * STAGE;
		w.template products<N, Tile>(s, keys, tile, n);
		w.template products<N, Tile>(g, values, tile + SIDE, n);
		UNROLL for (int j = 0; j < K / 16; j++)
			UNROLL for (int i = 0; i < 8; i++) {
				int q = 16 * j + w.column(i), r = Wp::below(i);
				bool there = key[r] < nk && (Tile::whole || q < n);
				float p = exp2Fast(fmaf(s[j][i], a.factor, bias[r] - shifts[stage][q])), kept = 1;
				if (drop.keys && there) kept = drop.of(k0 + from + q, k0 + key[r], h);
				g[j][i] *= kept;
				if (back.dscored && there) g[j][i] += back.score(from + q, key[r], k0) * unit;
				g[j][i] = p * (g[j][i] - totals[stage][q]);
				s[j][i] = p * kept;
			}
		weigh<N, Wp, Tile>(dk, g, w, tile, n);
		weigh<N, Wp, Tile>(dv, s, w, tile + SIDE, n);
	};
	if (nq > 0) fetch(0, 0);
	for (int from = 0, stage = 0; from < nq; from += K, stage ^= 1) {
		bool last = from + K >= nq;
		if (!last) fetch(from + K, stage ^ 1);
		copiesWait(last);
		__syncthreads();
		if (mine) {
			if (nq - from >= K)
				step(Whole(), from, stage, K);
			else
				step(Part(), from, stage, nq - from);
		}
		__syncthreads();
	}
	if (!mine) return;
	float *to = dkv + 2 * (k0 + at) * wide + h * a.width;
	write(to, 2 * wide, dk, w, count, a.width, a.factor * 0.693147181f / unit);
	write(to + wide, 2 * wide, dv, w, count, a.width, 1 / unit);
}

#define TENSOR_GRAD_KERNELS(N, type, W)                                                                                                   \
	extern "C" __global__ void __launch_bounds__(128) attention_query_grad_##type##_##W(float *dq, float *sums, BEHIND_ARGUMENTS) {       \
		queryBack<N, W>(dq, sums, NARROW, BEHIND, Drop{dropKeys, seed, bar, up});                                                         \
	}                                                                                                                                     \
	extern "C" __global__ void __launch_bounds__(128) attention_key_grad_##type##_##W(float *dkv, const float *sums, BEHIND_ARGUMENTS) {  \
		keyBack<N, W>(dkv, sums, NARROW, BEHIND, Drop{dropKeys, seed, bar, up});                                                          \
	}
