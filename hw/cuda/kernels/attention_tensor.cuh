// Packed attention on tensor cores: queries, keys, values and probabilities in 16
// bits, all sums in float32. A block is four warps with 16 rows each; what they all
// read, K rows at a time, is fetched while the rows before are worked on.

// What an attention is about, as Attention; rows are so many elements apart.
struct Narrow {
	const bits16 *q, *kv;
	const float *bias;
	const int *queries, *keys; // offsets
	int heads, width, queryPitch, keyPitch;
	float factor, biasFactor; // log2(e)/√width: logits are in powers of 2; √width: a bias before the factor
};
#define NARROW Narrow{q, kv, bias, queries, keys, heads, width, queryPitch, keyPitch, factor * 1.44269504f, 1 / factor}
#define NARROW_ARGUMENTS const bits16 *q, const bits16 *kv, const float *bias, const int *queries, const int *keys, int heads, int width, float factor, int queryPitch, int keyPitch

// A block's measures, and a lane's place: of a 16×16 tile it holds rows `row` and
// row + 8, columns col, col + 1, col + 8 and col + 9; element i is in row 8·(i/2%2)
// and column 8·(i/4) + i%2 of that.
template <int W_, int K_ = (W_ > 64 ? 32 : 64)>
struct Warp {
	enum { W = W_, WARPS = 4, THREADS = 32 * WARPS, T = 16 * WARPS, K = K_, DEPTH = W / 16, PITCH = W + 8, SIDE = K * PITCH };
	int warp, lane, row, col;

	__device__ __forceinline__ Warp() : warp(threadIdx.x / 32), lane(threadIdx.x % 32), row(lane / 4), col(2 * (lane % 4)) {}

	// The first count rows of a tile out of rows of `from`, from `first` on or as list
	// names them there; zeros for rows named -1, and up to a multiple of 16 rows.
	__device__ __forceinline__ void fetch(bits16 *tile, const bits16 *from, int pitch, int width, const int *list, int first, int count) const {
		bool whole = width % 8 == 0 && pitch % 8 == 0;
		for (int e = threadIdx.x; e < (count + 15) / 16 * 16 * (W / 8); e += THREADS) {
			int r = e / (W / 8), c = 8 * (e % (W / 8));
			bits16 *to = tile + r * PITCH + c;
			int row = r < count ? (list ? list[first + r] : first + r) : -1;
			const bits16 *x = from + (long long)row * pitch;
			if (whole) {
				bool there = row >= 0 && c < width;
				copyAsync(to, there ? x + c : from, there);
			} else {
				UNROLL for (int i = 0; i < 8; i++) to[i] = row >= 0 && c + i < width ? x[c + i] : 0;
			}
		}
	}

	// The same of K rows without a gap, where heads are W wide and rows lie at 16 bytes.
	__device__ __forceinline__ void fetchWhole(bits16 *tile, const bits16 *from, int pitch, int first) const {
		enum { EACH = W / 8, STEP = THREADS / EACH };
		int r = threadIdx.x / EACH, c = 8 * (threadIdx.x % EACH);
		bits16 *to = tile + r * PITCH + c;
		const bits16 *x = from + (long long)(first + r) * pitch + c;
		UNROLL for (int i = 0; i < K / STEP; i++) copyAsync(to + i * STEP * PITCH, x + (long long)i * STEP * pitch, true);
	}

	// The warp's own rows of a tile, as left factors.
	__device__ __forceinline__ void own(uint (&f)[DEPTH][4], const bits16 *tile) const {
		UNROLL for (int d = 0; d < DEPTH; d++) ldmatrix4(f[d], tile + (16 * warp + lane % 16) * PITCH + 16 * d + lane / 16 * 8);
	}

	// s = own·tileᵀ for the tile's first count rows, 16 at a time.
	template <class N, class Tile>
	__device__ __forceinline__ void products(float (&s)[K / 16][8], const uint (&own)[DEPTH][4], const bits16 *tile, int count) const {
		UNROLL for (int j = 0; j < K / 16; j++) {
			UNROLL for (int i = 0; i < 8; i++) s[j][i] = 0;
			if (!Tile::whole && 16 * j >= count) continue;
			UNROLL for (int d = 0; d < DEPTH; d++) {
				uint f[4];
				ldmatrix4(f, tile + (16 * j + lane % 8 + lane / 16 * 8) * PITCH + 16 * d + lane / 8 % 2 * 8);
				N::add(s[j], own[d], f);
			}
		}
	}

	// Column and row within a tile of element i.
	__device__ __forceinline__ int column(int i) const { return col + 8 * (i / 4) + i % 2; }
	static __device__ __forceinline__ int below(int i) { return i / 2 % 2; }

	// The sum and the maximum over the four lanes that share a row.
	static __device__ __forceinline__ float rowSum(float v) {
		v += __shfl_xor_sync(ALL, v, 1);
		return v + __shfl_xor_sync(ALL, v, 2);
	}
	static __device__ __forceinline__ float rowMax(float v) {
		v = fmaxf(v, __shfl_xor_sync(ALL, v, 1));
		return fmaxf(v, __shfl_xor_sync(ALL, v, 2));
	}
};

// What context and stats have in common; WEIGH: the context is wanted, in y, in 16
// bits in low, or both.
template <class N, int W, bool WEIGH>
__device__ __forceinline__ void online(float *y, bits16 *low, int lowPitch, float *stats, const Narrow &a, const Drop &drop, const int *rows, const int *live) {
	typedef Warp<W> Wp;
	enum { K = Wp::K, T = Wp::T, DEPTH = Wp::DEPTH, PITCH = Wp::PITCH, SIDE = Wp::SIDE, SIDES = WEIGH ? 2 : 1, STAGE = SIDES * SIDE };
	__shared__ __align__(16) bits16 tiles[2 * STAGE > T * PITCH ? 2 * STAGE : T * PITCH]; // the queries, then two stages of keys and values
	const Wp w;
	int b = blockIdx.x, h = blockIdx.z;
	int q0 = a.queries[b], nq = a.queries[b + 1] - q0, k0 = a.keys[b], nk = a.keys[b + 1] - k0;
	int c0 = rows ? live[b] : q0, end = rows ? live[b + 1] : q0 + nq;
	c0 += blockIdx.y * T;
	if (c0 >= end) return;
	const bits16 *keys = a.kv + h * a.width, *values = keys + a.heads * a.width;
	int count = min(T, end - c0), mine = min(16, count - 16 * w.warp);
	w.fetch(tiles, a.q + h * a.width, a.queryPitch, a.width, rows, c0, count);
	copiesGroup();
	copiesWait(true);
	__syncthreads();
	uint asking[DEPTH][4];
	if (mine > 0) w.own(asking, tiles);
	__syncthreads();

	float top[2] = {-infinity(), -infinity()}, sum[2] = {0, 0}, s[K / 16][8], o[DEPTH][8];
	int query[2];
	UNROLL for (int i = 0; i < 2; i++) {
		int r = c0 + min(16 * w.warp + w.row + 8 * i, count - 1);
		query[i] = rows ? rows[r] : r;
	}
	UNROLL for (int d = 0; d < DEPTH; d++)
		UNROLL for (int i = 0; i < 8; i++) o[d][i] = 0;
	bool straight = a.width == W && a.keyPitch % 8 == 0;
	auto fetch = [&](int from, bits16 *tile) {
		int n = min((int)K, nk - from);
		if (straight && n == K) {
			w.fetchWhole(tile, keys, a.keyPitch, k0 + from);
			if (WEIGH) w.fetchWhole(tile + SIDE, values, a.keyPitch, k0 + from);
		} else {
			w.fetch(tile, keys, a.keyPitch, a.width, nullptr, k0 + from, n);
			if (WEIGH) w.fetch(tile + SIDE, values, a.keyPitch, a.width, nullptr, k0 + from, n);
		}
		copiesGroup();
	};
	// The keys from `from` on, n of them.
	auto attend = [&](auto kind, const bits16 *tile, int from, int n) {
		typedef decltype(kind) Tile;
		w.template products<N, Tile>(s, asking, tile, n);
		if (a.bias)
			UNROLL for (int j = 0; j < K / 16; j++)
				UNROLL for (int i = 0; i < 8; i++) {
					int key = 16 * j + w.column(i);
					if (Tile::whole || key < n) s[j][i] += a.bias[k0 + from + key] * a.biasFactor;
				}
		float seen[2] = {-infinity(), -infinity()}, by[2], base[2];
		UNROLL for (int j = 0; j < K / 16; j++)
			UNROLL for (int i = 0; i < 8; i++) {
				if (!Tile::whole && 16 * j + w.column(i) >= n) s[j][i] = -infinity();
				seen[Wp::below(i)] = fmaxf(seen[Wp::below(i)], s[j][i]);
			}
		UNROLL for (int i = 0; i < 2; i++) {
			float higher = fmaxf(top[i], Wp::rowMax(seen[i]) * a.factor);
			base[i] = higher == -infinity() ? 0 : higher; // nothing has been seen yet
			by[i] = exp2Fast(top[i] - base[i]);
			top[i] = higher;
			sum[i] *= by[i];
		}
		UNROLL for (int j = 0; j < K / 16; j++)
			UNROLL for (int i = 0; i < 8; i++) sum[Wp::below(i)] += s[j][i] = exp2Fast(fmaf(s[j][i], a.factor, -base[Wp::below(i)]));
		if (!WEIGH) return;
		UNROLL for (int d = 0; d < DEPTH; d++)
			UNROLL for (int i = 0; i < 8; i++) o[d][i] *= by[Wp::below(i)];
		if (drop.keys)
			UNROLL for (int j = 0; j < K / 16; j++)
				UNROLL for (int i = 0; i < 8; i++) {
					int key = 16 * j + w.column(i);
					if (Tile::whole || key < n) s[j][i] *= drop.of(k0 + query[Wp::below(i)] - q0, k0 + from + key, h);
				}
		UNROLL for (int j = 0; j < K / 16; j++) {
			if (!Tile::whole && 16 * j >= n) continue;
			uint p[4] = {N::pair(s[j][0], s[j][1]), N::pair(s[j][2], s[j][3]), N::pair(s[j][4], s[j][5]), N::pair(s[j][6], s[j][7])};
			UNROLL for (int d = 0; d < DEPTH; d++) {
				uint f[4];
				ldmatrix4Turned(f, tile + SIDE + (16 * j + w.lane % 16) * PITCH + 16 * d + w.lane / 16 * 8);
				N::add(o[d], p, f);
			}
		}
	};
	if (nk > 0) fetch(0, tiles);
	for (int from = 0, stage = 0; from < nk; from += K, stage ^= 1) {
		bits16 *tile = tiles + stage * STAGE;
		bool last = from + K >= nk;
		if (!last) fetch(from + K, tiles + (stage ^ 1) * STAGE);
		copiesWait(last);
		__syncthreads();
		if (mine > 0) {
			if (nk - from >= K)
				attend(Whole(), tile, from, K);
			else
				attend(Part(), tile, from, nk - from);
		}
		__syncthreads();
	}
	if (mine <= 0) return;
	UNROLL for (int i = 0; i < 2; i++) {
		sum[i] = Wp::rowSum(sum[i]);
		int r = w.row + 8 * i;
		if (stats && w.col == 0 && r < mine) {
			float *entry = stats + 2 * ((long long)query[i] * a.heads + h);
			entry[0] = top[i] * 0.693147181f;
			entry[1] = sum[i];
		}
		if (!WEIGH || r >= mine) continue;
		float share = 1 / sum[i];
		long long at = c0 + 16 * w.warp + r;
		UNROLL for (int d = 0; d < DEPTH; d++)
			UNROLL for (int u = 0; u < 2; u++) {
				int c = 16 * d + 8 * u + w.col;
				float left = o[d][4 * u + 2 * i] * share, right = o[d][4 * u + 2 * i + 1] * share;
				if (c >= a.width) continue;
				if (y) {
					float *to = y + at * a.heads * a.width + h * a.width + c;
					to[0] = left;
					if (c + 1 < a.width) to[1] = right;
				}
				if (low) {
					bits16 *to = low + at * lowPitch + h * a.width + c;
					uint pair = N::pair(left, right);
					if (a.width % 2 == 0) {
						*(uint *)to = pair;
					} else {
						to[0] = (bits16)pair;
						if (c + 1 < a.width) to[1] = (bits16)(pair >> 16);
					}
				}
			}
	}
}

// perHead[row·heads + h]: what the head gives each key of a tile; queries in order.
template <class N, int W>
__device__ __forceinline__ void given(float *perHead, const Narrow &a, const float *stats, int kind) {
	typedef Warp<W> Wp;
	enum { K = Wp::K, T = Wp::T, DEPTH = Wp::DEPTH, PITCH = Wp::PITCH, SIDE = Wp::SIDE };
	__shared__ __align__(16) bits16 tiles[2 * SIDE > T * PITCH ? 2 * SIDE : T * PITCH]; // the keys, then two stages of queries
	__shared__ float shifts[2][K]; // logarithms of what a query's exponentials are divided by
	const Wp w;
	int b = blockIdx.x, h = blockIdx.z, at = blockIdx.y * T;
	int q0 = a.queries[b], nq = a.queries[b + 1] - q0, k0 = a.keys[b], nk = a.keys[b + 1] - k0;
	if (at >= nk) return;
	int asking = kind == FROM_FIRST ? min(nq, 1) : nq;
	bool mine = at + 16 * w.warp < nk;
	w.fetch(tiles, a.kv + h * a.width, a.keyPitch, a.width, nullptr, k0 + at, min((int)T, nk - at));
	copiesGroup();
	copiesWait(true);
	__syncthreads();
	uint keys[DEPTH][4];
	if (mine) w.own(keys, tiles);
	__syncthreads();
	float s[K / 16][8], sum[2] = {0, 0}, bias[2];
	int key[2];
	UNROLL for (int i = 0; i < 2; i++) {
		key[i] = at + 16 * w.warp + w.row + 8 * i;
		bias[i] = a.bias && key[i] < nk ? a.bias[k0 + key[i]] * 1.44269504f : 0;
	}
	bool straight = a.width == W && a.queryPitch % 8 == 0;
	auto fetch = [&](int from, int stage) {
		int n = min((int)K, asking - from);
		if (straight && n == K)
			w.fetchWhole(tiles + stage * SIDE, a.q + h * a.width, a.queryPitch, q0 + from);
		else
			w.fetch(tiles + stage * SIDE, a.q + h * a.width, a.queryPitch, a.width, nullptr, q0 + from, n);
		copiesGroup();
		if (threadIdx.x < n) {
			const float *entry = stats + 2 * ((long long)(q0 + from + threadIdx.x) * a.heads + h);
			shifts[stage][threadIdx.x] = entry[0] * 1.44269504f + log2f(entry[1]);
		}
	};
	auto vote = [&](auto tile, int from, int stage, int n) {
		typedef decltype(tile) Tile;
		w.template products<N, Tile>(s, keys, tiles + stage * SIDE, n);
		UNROLL for (int j = 0; j < K / 16; j++)
			UNROLL for (int i = 0; i < 8; i++) {
				int q = 16 * j + w.column(i), r = Wp::below(i);
				if (Tile::whole || (q < n && (kind != FROM_OTHERS || from + q != key[r]))) sum[r] += exp2Fast(fmaf(s[j][i], a.factor, bias[r] - shifts[stage][q]));
			}
	};
	if (asking > 0) fetch(0, 0);
	for (int from = 0, stage = 0; from < asking; from += K, stage ^= 1) {
		bool last = from + K >= asking;
		if (!last) fetch(from + K, stage ^ 1);
		copiesWait(last);
		__syncthreads();
		if (mine) {
			if (asking - from >= K && kind != FROM_OTHERS)
				vote(Whole(), from, stage, K);
			else
				vote(Part(), from, stage, min((int)K, asking - from));
		}
		__syncthreads();
	}
	UNROLL for (int i = 0; i < 2; i++) {
		sum[i] = Wp::rowSum(sum[i]);
		if (w.col == 0 && key[i] < nk) perHead[(long long)(k0 + key[i]) * a.heads + h] = sum[i];
	}
}

// On sm_120 the assembler spills if it is left to choose how many registers stats takes.
#if __CUDA_ARCH__ >= 1200
#define STATS_BOUNDS 128, 5
#else
#define STATS_BOUNDS 128
#endif

#define TENSOR_KERNELS(N, type, W)                                                                                                 \
	extern "C" __global__ void __launch_bounds__(STATS_BOUNDS) attention_stats_##type##_##W(float *to, NARROW_ARGUMENTS) {                  \
		online<N, W, false>(nullptr, nullptr, 0, to, NARROW, Drop{}, nullptr, nullptr);                                            \
	}                                                                                                                              \
	extern "C" __global__ void __launch_bounds__(128) attention_score_##type##_##W(float *perHead, const float *st, int kind, NARROW_ARGUMENTS) { \
		given<N, W>(perHead, NARROW, st, kind);                                                                                    \
	}                                                                                                                              \
	extern "C" __global__ void __launch_bounds__(128, W > 64 ? 2 : 3) attention_context_##type##_##W(float *y, float *st, const int *rows, const int *live, \
		const int *dropKeys, ulong64 seed, uint bar, float up, NARROW_ARGUMENTS, bits16 *low, int lowPitch) {                      \
		online<N, W, true>(y, low, lowPitch, st, NARROW, Drop{dropKeys, seed, bar, up}, rows, live);                               \
	}
