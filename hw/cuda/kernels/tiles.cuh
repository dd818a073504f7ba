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

	static __device__ void clear(float (&s)[R][R]) {
		UNROLL for (int i = 0; i < R; i++)
			UNROLL for (int j = 0; j < R; j++) s[i][j] = 0;
	}

	// s += a·bᵀ for the thread's own R×R.
	__device__ void addProducts(float (&s)[R][R], const float *a, const float *b) const {
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

// Rows of a head: those from first on, or the ones that list names there, as Tile::load
// takes them.
struct Rows {
	const float *from;
	long long stride;
	const int *list;
	int first, count, to;

	// The tile's columns of a head are those from `column` on.
	template <class Tl>
	__device__ void load(const Tl &t, float *tile, int column, int width) const {
		t.load(tile, from + column, stride, width - column, list, first, count, to);
	}
};

// s = left·rightᵀ. Heads that fit into a tile are there already on one side, and
// the side that changes is read. WIDE: both are read, so many columns at a time.
template <bool WIDE, class Tl>
__device__ void between(float (&s)[Tl::R][Tl::R], const Tl &t, float *x, float *y, const Rows &left, const Rows &right, bool changes, int width) {
	Tl::clear(s);
	for (int column = 0; column < (WIDE ? width : 1); column += Tl::W) {
		__syncthreads();
		if (WIDE || !changes) left.load(t, x, column, width);
		if (WIDE || changes) right.load(t, y, column, width);
		__syncthreads();
		t.addProducts(s, x, y);
	}
}

// How many parts the columns of wide heads are made in, a block for each.
#define PARTS(W) (WIDE ? (a.width + W - 1) / W : 1)

// The beginning of a kernel: its tile, the rows of its sequence, and the first of
// its own columns where it makes a part of them.
#define BLOCK(W, T, PARTS)                                                                     \
	typedef Tile<W, T> Tl;                                                                     \
	const Tl t;                                                                                \
	int parts = PARTS, b = blockIdx.x, h = blockIdx.z / parts, own = blockIdx.z % parts * W;   \
	int q0 = a.queries[b], nq = a.queries[b + 1] - q0, k0 = a.keys[b], nk = a.keys[b + 1] - k0
