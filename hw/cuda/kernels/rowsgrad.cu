// Gradients of row-wise operations. Sums over rows have a fixed order: a column
// is summed by 16 threads, each over every 16th row, then over those 16.

__device__ __forceinline__ int myRow() { return blockIdx.x * blockDim.y + threadIdx.y; }

// Per row: mean and 1/deviation of x + residual.
extern "C" __global__ void norm_stats(float *stats, const float *x, const float *residual, float eps, int rows, int cols) {
	int r = myRow(), lane = threadIdx.x;
	if (r >= rows) return;
	const float *xs = x + (long long)r * cols, *rest = residual ? residual + (long long)r * cols : nullptr;
	float sum = 0, square = 0;
	for (int j = lane; j < cols; j += WARP) sum += rest ? xs[j] + rest[j] : xs[j];
	float mean = warpSum(sum) / cols;
	for (int j = lane; j < cols; j += WARP) {
		float v = (rest ? xs[j] + rest[j] : xs[j]) - mean;
		square += v * v;
	}
	float scale = 1 / sqrtf(warpSum(square) / cols + eps);
	if (lane == 0) stats[2 * r] = mean, stats[2 * r + 1] = scale;
}

// dx = (gain·dy - mean(gain·dy) - x̂·mean(gain·dy·x̂)) / deviation; dx may be dy.
extern "C" __global__ void norm_grad(float *dx, const float *dy, const float *x, const float *residual, const float *gain, const float *stats, int rows, int cols) {
	int r = myRow(), lane = threadIdx.x;
	if (r >= rows) return;
	long long at = (long long)r * cols;
	float mean = stats[2 * r], scale = stats[2 * r + 1], plain = 0, along = 0;
	for (int j = lane; j < cols; j += WARP) {
		float v = ((residual ? x[at + j] + residual[at + j] : x[at + j]) - mean) * scale, g = dy[at + j] * gain[j];
		plain += g;
		along += g * v;
	}
	plain = warpSum(plain) / cols;
	along = warpSum(along) / cols;
	for (int j = lane; j < cols; j += WARP) {
		float v = ((residual ? x[at + j] + residual[at + j] : x[at + j]) - mean) * scale;
		dx[at + j] = (dy[at + j] * gain[j] - plain - v * along) * scale;
	}
}

// Adds to each column's entry the sum of what `of` gives for its rows; blocks have
// (32, 16) threads.
template <class Of>
__device__ void columnSum(float *to, int rows, int cols, Of of) {
	__shared__ float parts[16][WARP];
	int c = blockIdx.x * WARP + threadIdx.x, part = threadIdx.y;
	float sum = 0;
	if (c < cols)
		for (int r = part; r < rows; r += 16) sum += of(r, c);
	parts[part][threadIdx.x] = sum;
	__syncthreads();
	if (part || c >= cols) return;
	for (int i = 1; i < 16; i++) sum += parts[i][threadIdx.x];
	to[c] += sum;
}

extern "C" __global__ void column_sum(float *to, const float *dy, int rows, int cols) {
	columnSum(to, rows, cols, [=](int r, int c) { return dy[(long long)r * cols + c]; });
}

extern "C" __global__ void gain_grad(float *dgain, const float *dy, const float *x, const float *residual, const float *stats, int rows, int cols) {
	columnSum(dgain, rows, cols, [=](int r, int c) {
		long long at = (long long)r * cols + c;
		return dy[at] * ((residual ? x[at] + residual[at] : x[at]) - stats[2 * r]) * stats[2 * r + 1];
	});
}

// dx may be dy; dx and dper may be null.
extern "C" __global__ void scale_grad(float *dx, float *dper, const float *dy, const float *x, const float *perRow, int rows, int cols) {
	int r = myRow();
	if (r >= rows) return;
	long long at = (long long)r * cols;
	float sum = 0, by = perRow[r];
	for (int j = threadIdx.x; j < cols; j += WARP) {
		float g = dy[at + j];
		sum += g * x[at + j];
		if (dx) dx[at + j] = g * by;
	}
	sum = warpSum(sum);
	if (dper && threadIdx.x == 0) dper[r] = sum;
}

// No row is listed twice.
extern "C" __global__ void scatter(float *dx, const float *dy, const int *list, int rows, int cols) {
	int r = myRow();
	if (r >= rows) return;
	for (int j = threadIdx.x; j < cols; j += WARP) dx[(long long)list[r] * cols + j] += dy[(long long)r * cols + j];
}

// Old row r gets weights[k]·dy[i] for each entry k of the list that names it, in
// order; i is the new row whose entries k is among.
extern "C" __global__ void combine_grad(float *dx, const float *dy, const int *offsets, const int *list, const float *weights, int rows, int news, int cols) {
	int r = myRow(), lane = threadIdx.x, n = offsets[news];
	if (r >= rows) return;
	for (int base = 0; base < n; base += WARP) {
		uint votes = __ballot_sync(ALL, base + lane < n && list[base + lane] == r);
		for (; votes; votes &= votes - 1) {
			int k = base + __ffs(votes) - 1, i = lowerBound(offsets, news + 1, k + 1) - 1;
			for (int j = lane; j < cols; j += WARP) dx[(long long)r * cols + j] += weights[k] * dy[(long long)i * cols + j];
		}
	}
}

// dweights[k] = <dy[i], x[list[k]]> for the entries k of new row i.
extern "C" __global__ void combine_weights_grad(float *dweights, const float *dy, const float *x, const int *offsets, const int *list, int news, int cols) {
	int i = myRow(), lane = threadIdx.x;
	if (i >= news) return;
	const float *back = dy + (long long)i * cols;
	for (int k = offsets[i]; k < offsets[i + 1]; k++) {
		const float *row = x + (long long)list[k] * cols;
		float sum = 0;
		for (int j = lane; j < cols; j += WARP) sum += back[j] * row[j];
		sum = warpSum(sum);
		if (lane == 0) dweights[k] = sum;
	}
}

// The first row with an id adds up, in order, all rows that have it.
extern "C" __global__ void table_grad(float *table, const float *dy, const int *ids, int rows, int cols) {
	int r = myRow(), lane = threadIdx.x;
	if (r >= rows) return;
	int id = ids[r];
	for (int base = 0; base < r; base += WARP)
		if (__ballot_sync(ALL, base + lane < r && ids[base + lane] == id)) return;
	for (int base = r; base < rows; base += WARP) {
		uint votes = __ballot_sync(ALL, base + lane < rows && ids[base + lane] == id);
		for (; votes; votes &= votes - 1) {
			int i = base + __ffs(votes) - 1;
			for (int j = lane; j < cols; j += WARP) table[(long long)id * cols + j] += dy[(long long)i * cols + j];
		}
	}
}

// The same for a table of few rows, which many rows name: a block row for each.
extern "C" __global__ void kinds_grad(float *table, const float *dy, const int *ids, int rows, int cols) {
	int id = blockIdx.y;
	columnSum(table + (long long)id * cols, rows, cols, [=](int r, int c) { return ids[r] == id ? dy[(long long)r * cols + c] : 0.0f; });
}
