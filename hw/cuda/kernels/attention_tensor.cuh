// Packed attention on tensor cores: queries, keys, values and probabilities in 16
// bits, all sums in float32. As attention.cu, whose kernels' arguments these have.

// What context and stats have in common; WEIGH: the context is wanted. low, where
// given, gets it in 16 bits too, for the product that comes next.
template <class Wp, bool WEIGH>
__device__ void online(float *y, bits16 *low, float *stats, const Attention &a, const Drop &drop, const int *rows, const int *live) {
	typedef typename Wp::N N;
	enum { K = Wp::K, DEPTH = Wp::DEPTH, PITCH = Wp::PITCH };
	__shared__ __align__(32) bits16 tile[Wp::T * PITCH]; // the queries, then keys and values
	__shared__ __align__(32) float rooms[Wp::WARPS][16 * Wp::ROOM], scales[Wp::WARPS][16];
	const Wp w;
	int b = blockIdx.x, h = blockIdx.z;
	int q0 = a.queries[b], nq = a.queries[b + 1] - q0, k0 = a.keys[b], nk = a.keys[b + 1] - k0;
	int c0 = rows ? live[b] : q0, end = rows ? live[b + 1] : q0 + nq;
	c0 += blockIdx.y * Wp::T;
	if (c0 >= end) return;
	float *room = rooms[w.warp], *scale = scales[w.warp], s[16], o[DEPTH][8], top = -infinity(), sum = 0;
	bits16 *p = (bits16 *)room, *values = tile + K * PITCH;
	int asking[DEPTH][N::WORDS], count = min(Wp::T, end - c0), mine = min(16, count - 16 * w.warp);
	int place = c0 + 16 * w.warp + min(w.row, max(mine, 1) - 1), query = rows ? rows[min(place, end - 1)] : place;
	w.load(tile, Wp::T, a.query(h), a.wide(), a.width, rows, c0, count);
	__syncthreads();
	w.own(asking, tile);
	uint parts = WEIGH ? w.parts(room) : 0;
	UNROLL for (int d = 0; d < DEPTH; d++)
		UNROLL for (int i = 0; i < 8; i++) o[d][i] = 0;
	for (int from = 0; from < nk; from += K) {
		int keys = min(K, nk - from);
		__syncthreads();
		w.load(tile, K, a.key(h), 2 * a.wide(), a.width, nullptr, k0 + from, keys);
		if (WEIGH) w.load(values, K, a.value(h), 2 * a.wide(), a.width, nullptr, k0 + from, keys);
		__syncthreads();
		if (mine <= 0) continue;
		w.products(s, room, asking, tile, keys);
		float seen = -infinity();
		int at = from + 16 * w.half;
		UNROLL for (int i = 0; i < 16; i++) {
			s[i] = at + i < nk ? s[i] * a.factor + (a.bias ? a.bias[k0 + at + i] : 0) : -infinity();
			seen = fmaxf(seen, s[i]);
		}
		float by = raise(top, sum, Wp::rowMax(seen));
		UNROLL for (int i = 0; i < 16; i++) sum += s[i] = power(s[i], top);
		if (!WEIGH) continue;
		UNROLL for (int i = 0; i < 16; i += 2) {
			float left = at + i < nk ? s[i] * drop.of(k0 + query - q0, k0 + at + i, h) : 0;
			float right = at + i + 1 < nk ? s[i + 1] * drop.of(k0 + query - q0, k0 + at + i + 1, h) : 0;
			*(uint *)(p + w.row * Wp::P + 16 * w.half + i) = N::of(left) | (uint)N::of(right) << 16;
		}
		if (w.half == 0) scale[w.row] = by;
		__syncwarp();
		UNROLL for (int d = 0; d < DEPTH; d++) Wp::scale(o[d], parts, scale);
		UNROLL for (int j = 0; j < K / 16; j++) {
			if (16 * j >= keys) break;
			int chance[N::WORDS], value[N::WORDS];
			N::left(chance, p + 16 * j, Wp::P);
			UNROLL for (int d = 0; d < DEPTH; d++) {
				N::right(value, values + 16 * j * PITCH + 16 * d, PITCH);
				N::add(o[d], chance, value);
			}
		}
		__syncwarp();
	}
	if (mine <= 0) return;
	sum = Wp::rowSum(sum);
	if (stats && w.half == 0 && w.row < mine) {
		float *entry = stats + 2 * ((long long)query * a.heads + h);
		entry[0] = top;
		entry[1] = sum;
	}
	if (!WEIGH) return;
	if (w.half == 0) scale[w.row] = 1 / sum;
	__syncwarp();
	int lane = threadIdx.x % 32;
	UNROLL for (int d = 0; d < DEPTH; d += 2) {
		UNROLL for (int j = 0; j < 2; j++) {
			Wp::scale(o[d + j], parts, scale);
			storeSum(room + 16 * j, o[d + j], Wp::ROOM);
		}
		__syncwarp();
		for (int r = 0; r < mine; r++)
			if (16 * d + lane < a.width) {
				long long at = (c0 + 16 * w.warp + r) * a.wide() + h * a.width + 16 * d + lane;
				float v = room[r * Wp::ROOM + lane];
				y[at] = v;
				if (low) low[at] = N::of(v);
			}
		__syncwarp();
	}
}

// perHead[row·heads + h]: what the head gives each key of a tile; queries in order.
template <class Wp>
__device__ void given(float *perHead, const Attention &a, const float *stats, int kind) {
	typedef typename Wp::N N;
	enum { K = Wp::K };
	__shared__ __align__(32) bits16 tile[Wp::T * Wp::PITCH]; // the keys, then queries
	__shared__ __align__(32) float rooms[Wp::WARPS][16 * Wp::ROOM];
	__shared__ float tops[K], shares[K];
	const Wp w;
	int b = blockIdx.x, h = blockIdx.z, at = blockIdx.y * Wp::T;
	int q0 = a.queries[b], nq = a.queries[b + 1] - q0, k0 = a.keys[b], nk = a.keys[b + 1] - k0;
	if (at >= nk) return;
	int keys[Wp::DEPTH][N::WORDS], key = at + 16 * w.warp + w.row, asking = kind == FROM_FIRST ? min(nq, 1) : nq;
	float s[16], sum = 0, bias = a.bias && key < nk ? a.bias[k0 + key] : 0;
	w.load(tile, Wp::T, a.key(h), 2 * a.wide(), a.width, nullptr, k0 + at, min(Wp::T, nk - at));
	__syncthreads();
	w.own(keys, tile);
	for (int from = 0; from < asking; from += K) {
		int count = min(K, asking - from);
		__syncthreads();
		w.load(tile, K, a.query(h), a.wide(), a.width, nullptr, q0 + from, count);
		if (threadIdx.x < count) {
			const float *entry = stats + 2 * ((long long)(q0 + from + threadIdx.x) * a.heads + h);
			tops[threadIdx.x] = entry[0];
			shares[threadIdx.x] = 1 / entry[1];
		}
		__syncthreads();
		if (at + 16 * w.warp >= nk) continue;
		w.products(s, rooms[w.warp], keys, tile, count);
		UNROLL for (int i = 0; i < 16; i++) {
			int q = 16 * w.half + i;
			if (q < count && (kind != FROM_OTHERS || from + q != key)) sum += power(s[i] * a.factor + bias, tops[q]) * shares[q];
		}
	}
	sum = Wp::rowSum(sum);
	if (w.half == 0 && key < nk) perHead[(long long)(k0 + key) * a.heads + h] = sum;
}

#define TENSOR_KERNELS(N, type, W)                                                                                                 \
	extern "C" __global__ void __launch_bounds__(128) attention_stats_##type##_##W(float *to, ARGUMENTS) {                         \
		online<Warp<N, W>, false>(nullptr, nullptr, to, ATTENTION, Drop{}, nullptr, nullptr);                                               \
	}                                                                                                                              \
	extern "C" __global__ void __launch_bounds__(128) attention_score_##type##_##W(float *perHead, const float *st, int kind, ARGUMENTS) { \
		given<Warp<N, W>>(perHead, ATTENTION, st, kind);                                                                           \
	}                                                                                                                              \
	extern "C" __global__ void __launch_bounds__(128) attention_context_##type##_##W(float *y, float *st, const int *rows, const int *live, \
		const int *dropKeys, ulong64 seed, uint bar, float up, ARGUMENTS, bits16 *low) {                                           \
		online<Warp<N, W>, true>(y, low, st, ATTENTION, Drop{dropKeys, seed, bar, up}, rows, live);                                     \
	}
