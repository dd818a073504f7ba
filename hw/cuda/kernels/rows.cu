// Row-wise operations: a warp makes each row, blocks have (32, 4) threads.

__device__ __forceinline__ int myRow() { return blockIdx.x * blockDim.y + threadIdx.y; }

// Four columns at a time, in up to so many steps of a warp.
enum { STEPS = 8, STEP = 4 * WARP };

__device__ __forceinline__ bool aligned(const void *p) { return ((ulong64)p & 15) == 0; }
__device__ __forceinline__ float4 four(const float *x, int j) { return *(const float4 *)(x + j); }

// normalise for rows of at most 1024 columns, a multiple of four, at addresses
// aligned to 16 bytes: the row stays in registers.
__device__ __forceinline__ void normaliseFours(float *y, const float *x, const float *residual, const float *gain, const float *bias, float eps, int cols, bits16 *low,
	int to) {
	float4 row[STEPS];
	float sum = 0, square = 0;
	UNROLL for (int i = 0; i < STEPS; i++) {
		int j = STEP * i + 4 * threadIdx.x;
		if (j >= cols) continue;
		float4 v = four(x, j);
		if (residual) {
			float4 r = four(residual, j);
			v.x += r.x, v.y += r.y, v.z += r.z, v.w += r.w;
		}
		sum += v.x + v.y + v.z + v.w;
		row[i] = v;
	}
	float mean = warpSum(sum) / cols;
	UNROLL for (int i = 0; i < STEPS; i++) {
		if (STEP * i + 4 * threadIdx.x >= cols) continue;
		float4 &v = row[i];
		v.x -= mean, v.y -= mean, v.z -= mean, v.w -= mean;
		square += v.x * v.x + v.y * v.y + v.z * v.z + v.w * v.w;
	}
	float scale = 1 / sqrtf(warpSum(square) / cols + eps);
	UNROLL for (int i = 0; i < STEPS; i++) {
		int j = STEP * i + 4 * threadIdx.x;
		if (j >= cols) continue;
		float4 v = row[i], g = four(gain, j), b = four(bias, j);
		v.x = v.x * scale * g.x + b.x, v.y = v.y * scale * g.y + b.y, v.z = v.z * scale * g.z + b.z, v.w = v.w * scale * g.w + b.w;
		*(float4 *)(y + j) = v;
		if (low) *(uint2 *)(low + j) = uint2{narrowed(v.x, to) | (uint)narrowed(v.y, to) << 16, narrowed(v.z, to) | (uint)narrowed(v.w, to) << 16};
	}
}

// LayerNorm of the row x + residual in two passes, mean first. low, where given,
// gets the result in 16 bits too, for the products that come next.
__device__ __forceinline__ void normalise(float *y, const float *x, const float *residual, const float *gain, const float *bias, float eps, int cols, bits16 *low,
	int to) {
	if (cols % 4 == 0 && cols <= STEPS * STEP && aligned(y) && aligned(x) && aligned(residual) && aligned(gain) && aligned(bias)) {
		normaliseFours(y, x, residual, gain, bias, eps, cols, low, to);
		return;
	}
	int lane = threadIdx.x;
	float sum = 0, square = 0;
	for (int j = lane; j < cols; j += WARP) sum += residual ? x[j] + residual[j] : x[j];
	float mean = warpSum(sum) / cols;
	for (int j = lane; j < cols; j += WARP) {
		float v = (residual ? x[j] + residual[j] : x[j]) - mean;
		square += v * v;
	}
	float scale = 1 / sqrtf(warpSum(square) / cols + eps);
	for (int j = lane; j < cols; j += WARP) {
		float v = residual ? x[j] + residual[j] : x[j];
		v = (v - mean) * scale * gain[j] + bias[j];
		y[j] = v;
		if (low) low[j] = narrowed(v, to);
	}
}

extern "C" __global__ void layer_norm(float *y, const float *x, const float *residual, const float *gain, const float *bias, float eps, int rows, int cols,
	bits16 *low, int to) {
	int r = myRow();
	if (r >= rows) return;
	long long at = (long long)r * cols;
	normalise(y + at, x + at, residual ? residual + at : nullptr, gain, bias, eps, cols, low ? low + at : nullptr, to);
}

// One block looks for ids outside their tables and notes the first row.
extern "C" __global__ void check_ids(Fault *fault, const int *ids, const int *positions, const int *segments, int rows, int words, int places, int kinds) {
	__shared__ int first[WARP];
	int mine = 0x7fffffff;
	for (int r = threadIdx.x; r < rows && mine > r; r += blockDim.x)
		if ((uint)ids[r] >= (uint)words || (uint)positions[r] >= (uint)places || (segments && (uint)segments[r] >= (uint)kinds)) mine = r;
	for (int o = WARP / 2; o > 0; o /= 2) mine = min(mine, __shfl_xor_sync(ALL, mine, o));
	if (threadIdx.x % WARP == 0) first[threadIdx.x / WARP] = mine;
	__syncthreads();
	if (threadIdx.x) return;
	for (int i = 0; i < blockDim.x / WARP; i++) mine = min(mine, first[i]);
	if (mine == 0x7fffffff || fault->what) return;
	int what = BAD_SEGMENT, value = segments ? segments[mine] : 0, size = kinds;
	if ((uint)positions[mine] >= (uint)places) what = BAD_POSITION, value = positions[mine], size = places;
	if ((uint)ids[mine] >= (uint)words) what = BAD_ID, value = ids[mine], size = words;
	*fault = Fault{what, mine, value, size};
}

__device__ __forceinline__ void sumTables(float *y, const float *word, const float *position, const float *segment, int cols) {
	for (int j = threadIdx.x; j < cols; j += WARP) {
		float v = word[j] + position[j];
		y[j] = segment ? v + segment[j] : v;
	}
}

// normed is 0 to leave the sum as it is. After a fault nothing is written.
extern "C" __global__ void embed(float *y, const Fault *fault, const float *word, const float *position, const float *segment, const int *ids,
	const int *positions, const int *segments, const float *gain, const float *bias, float eps, int rows, int cols, int normed,
	bits16 *low, int to) {
	int r = myRow();
	if (r >= rows || fault->what) return;
	float *row = y + (long long)r * cols;
	sumTables(row, word + (long long)ids[r] * cols, position + (long long)positions[r] * cols, segment ? segment + (long long)segments[r] * cols : nullptr, cols);
	__syncwarp(); // another lane may have written what a lane reads now
	if (normed) normalise(row, row, nullptr, gain, bias, eps, cols, low ? low + (long long)r * cols : nullptr, to);
}

extern "C" __global__ void scale_rows(float *y, const float *x, const float *perRow, int rows, int cols) {
	int r = myRow();
	if (r >= rows) return;
	long long at = (long long)r * cols;
	float by = perRow[r];
	for (int j = threadIdx.x; j < cols; j += WARP) y[at + j] = x[at + j] * by;
}

extern "C" __global__ void gather(float *y, const float *x, const int *list, int rows, int cols) {
	int r = myRow();
	if (r >= rows) return;
	const float *from = x + (long long)list[r] * cols;
	for (int j = threadIdx.x; j < cols; j += WARP) y[(long long)r * cols + j] = from[j];
}

extern "C" __global__ void gather_ints(int *y, const int *x, const int *list, int n, int width) {
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	if (i < n * width) y[i] = x[list[i / width] * width + i % width];
}

extern "C" __global__ void combine(float *y, const float *x, const int *offsets, const int *list, const float *weights, int rows, int cols) {
	int r = myRow();
	if (r >= rows) return;
	for (int j = threadIdx.x; j < cols; j += WARP) {
		float sum = 0;
		for (int k = offsets[r]; k < offsets[r + 1]; k++) sum += weights[k] * x[(long long)list[k] * cols + j];
		y[(long long)r * cols + j] = sum;
	}
}
