// Attention in tiles. A block works on one head of one sequence: T×T logits at a
// time, of which each thread has R×R, R = T/8: queries y + 8i and keys x + 8j for
// thread 8y + x. Eight neighbouring lanes share a row of logits. Heads are padded
// with zeros to W columns; tiles lie in shared memory with one column more, so
// that rows begin in different banks.

template <int W_, int T_>
struct Tile {
	enum { W = W_, T = T_, R = T_ / 8, C = W_ / 8, THREADS = 64, PITCH = W_ + 1 };
	int x, y;

	__device__ Tile() : x(threadIdx.x % 8), y(threadIdx.x / 8) {}

	// Rows first to first+count of `from`, whose rows are `stride` long, or the
	// rows that list names there; the rest of the tile is 0. A list entry below 0 is a
	// row of 0. The numbers are rounded to what the forward pass took, see narrow.cuh.
	__device__ void load(float *tile, const float *from, long long stride, int width, const int *list, int first, int count, int to = EXACT) const {
		for (int e = threadIdx.x; e < T * W; e += THREADS) {
			int r = e / W, c = e % W, row = -1;
			if (r < count) row = list ? list[first + r] : first + r;
			tile[r * PITCH + c] = row >= 0 && c < width ? rounded(from[row * stride + c], to) : 0;
		}
	}

	// s = a·bᵀ for the thread's own R×R.
	__device__ void products(float (&s)[R][R], const float *a, const float *b) const {
		UNROLL for (int i = 0; i < R; i++)
			UNROLL for (int j = 0; j < R; j++) s[i][j] = 0;
#pragma unroll 4
		for (int c = 0; c < W; c++) {
			float left[R], right[R];
			UNROLL for (int i = 0; i < R; i++) left[i] = a[(y + 8 * i) * PITCH + c];
			UNROLL for (int j = 0; j < R; j++) right[j] = b[(x + 8 * j) * PITCH + c];
			UNROLL for (int i = 0; i < R; i++)
				UNROLL for (int j = 0; j < R; j++) s[i][j] += left[i] * right[j];
		}
	}

	// to[i][·] += Σ_k p[y+8i][k]·v[k], the thread's columns being x + 8c. p is a T×T tile.
	__device__ void weigh(float (&to)[R][C], const float *p, const float *v) const {
#pragma unroll 4
		for (int k = 0; k < T; k++) {
			float by[R];
			UNROLL for (int i = 0; i < R; i++) by[i] = p[(y + 8 * i) * (T + 1) + k];
			UNROLL for (int c = 0; c < C; c++) {
				float value = v[k * PITCH + x + 8 * c];
				UNROLL for (int i = 0; i < R; i++) to[i][c] += by[i] * value;
			}
		}
	}

	// The same with p turned: to[i][·] += Σ_q p[q][y+8i]·v[q].
	__device__ void weighTurned(float (&to)[R][C], const float *p, const float *v) const {
#pragma unroll 4
		for (int q = 0; q < T; q++) {
			float by[R];
			UNROLL for (int i = 0; i < R; i++) by[i] = p[q * (T + 1) + y + 8 * i];
			UNROLL for (int c = 0; c < C; c++) {
				float value = v[q * PITCH + x + 8 * c];
				UNROLL for (int i = 0; i < R; i++) to[i][c] += by[i] * value;
			}
		}
	}

	// The largest or the sum over a row's eight lanes.
	static __device__ float rowMax(float v) {
		for (int o = 4; o > 0; o /= 2) v = fmaxf(v, __shfl_xor_sync(ALL, v, o));
		return v;
	}
	static __device__ float rowSum(float v) {
		for (int o = 4; o > 0; o /= 2) v += __shfl_xor_sync(ALL, v, o);
		return v;
	}
};

// The beginning of a kernel: its tile, and the rows of its sequence.
#define BLOCK(W, T)                                        \
	typedef Tile<W, T> Tl;                                 \
	const Tl t;                                            \
	int b = blockIdx.x, h = blockIdx.z;                    \
	int q0 = a.queries[b], nq = a.queries[b + 1] - q0, k0 = a.keys[b], nk = a.keys[b + 1] - k0
