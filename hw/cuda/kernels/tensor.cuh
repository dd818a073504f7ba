// Products of 16×16 tiles on tensor cores, each made by a warp together: wmma, by
// the compiler's own functions that CUDA's mma.h stands on, so that no header of
// CUDA's is needed. Which lane holds which element is open. Tiles lie in shared
// memory, aligned to 32 bytes, rows a multiple of 16 bytes apart.

// A 16-bit type: what a lane holds of a factor are WORDS ints, of a sum 8 floats.
// A right factor is read as the transpose of what lies in memory, or as it is.
#define FORMAT(Name, words, convert, loads, product)                                                                     \
	struct Name {                                                                                                        \
		enum { WORDS = words };                                                                                          \
		static __device__ bits16 of(float x) { return convert(x); }                                                      \
		static __device__ void left(int *f, const bits16 *p, uint pitch) { loads##a(f, (const int *)p, pitch, 0); }      \
		static __device__ void right(int *f, const bits16 *p, uint pitch) { loads##b(f, (const int *)p, pitch, 0); }     \
		static __device__ void turned(int *f, const bits16 *p, uint pitch) { loads##b(f, (const int *)p, pitch, 1); }    \
		static __device__ void add(float *sum, const int *a, const int *b) { product(sum, a, b, sum, 0, 0); }            \
		static __device__ void addTurned(float *sum, const int *a, const int *b) { product(sum, a, b, sum, 1, 0); }      \
	}

__device__ __forceinline__ void loadSum(float *f, const float *p, uint pitch) { __hmma_m16n16k16_ld_c_f32(f, p, pitch, 0); }
__device__ __forceinline__ void storeSum(float *p, const float *f, uint pitch) { __hmma_m16n16k16_st_c_f32(p, f, pitch, 0); }

// A block of attention: each warp works on 16 rows of T against K others at a
// time. Heads are padded with zeros to W columns, rows lie PITCH apart so that
// they begin in different banks. In a warp's tile of logits two neighbouring lanes
// share a row, of which each has half the columns.
template <class N_, int W_>
struct Warp {
	typedef N_ N;
	enum { W = W_, WARPS = 4, THREADS = 32 * WARPS, T = 16 * WARPS, K = 32, DEPTH = W / 16, PITCH = W + 8, ROOM = K + 4, P = K + 8 };
	int warp, row, half;

	__device__ Warp() : warp(threadIdx.x / 32), row(threadIdx.x % 32 / 2), half(threadIdx.x % 2) {}

	// The first `rows` rows of a tile: rows first to first+count of `from`, whose rows
	// are `stride` long, or the rows that list names there; then 0.
	__device__ void load(bits16 *tile, int rows, const float *from, long long stride, int width, const int *list, int first, int count) const {
		for (int e = threadIdx.x; e < rows * (W / 2); e += THREADS) {
			int r = e / (W / 2), c = 2 * (e % (W / 2));
			float low = 0, high = 0;
			if (r < count) {
				const float *x = from + (list ? list[first + r] : first + r) * stride;
				if (c < width) low = x[c];
				if (c + 1 < width) high = x[c + 1];
			}
			*(uint *)(tile + r * PITCH + c) = N::of(low) | (uint)N::of(high) << 16;
		}
	}

	// The warp's own rows of a tile, as left factors.
	__device__ void own(int (&f)[DEPTH][N::WORDS], const bits16 *tile) const {
		UNROLL for (int d = 0; d < DEPTH; d++) N::left(f[d], tile + 16 * warp * PITCH + 16 * d, PITCH);
	}

	// s = the lane's part of own·tileᵀ, for the tile's first count rows; room is the warp's.
	__device__ void products(float (&s)[16], float *room, const int (&own)[DEPTH][N::WORDS], const bits16 *tile, int count) const {
		UNROLL for (int j = 0; j < 2; j++) {
			if (16 * j >= count) break;
			float sum[8];
			int f[N::WORDS];
			UNROLL for (int i = 0; i < 8; i++) sum[i] = 0;
			UNROLL for (int d = 0; d < DEPTH; d++) {
				N::turned(f, tile + 16 * j * PITCH + 16 * d, PITCH);
				N::addTurned(sum, own[d], f);
			}
			storeSum(room + 16 * j, sum, ROOM);
		}
		__syncwarp();
		UNROLL for (int i = 0; i < 16; i++) s[i] = 16 * half + i < count ? room[row * ROOM + 16 * half + i] : 0;
		__syncwarp();
	}

	// The rows of a sum that the lane has parts of, 4 bits for each part.
	__device__ uint parts(float *room) const {
		for (int i = 0; i < 8; i++) room[row * ROOM + 8 * half + i] = row;
		__syncwarp();
		float sum[8];
		uint rows = 0;
		loadSum(sum, room, ROOM);
		UNROLL for (int i = 0; i < 8; i++) rows |= (uint)sum[i] << 4 * i;
		__syncwarp();
		return rows;
	}

	// sum times each row's factor.
	static __device__ void scale(float *sum, uint parts, const float *by) {
		UNROLL for (int i = 0; i < 8; i++) sum[i] *= by[parts >> 4 * i & 15];
	}

	// The sum and the maximum over a row's two lanes.
	static __device__ float rowSum(float v) { return v + __shfl_xor_sync(ALL, v, 1); }
	static __device__ float rowMax(float v) { return fmaxf(v, __shfl_xor_sync(ALL, v, 1)); }
};
