// Softmax of columns over the rows of a sequence. A block has 32 columns of a sequence;
// each is read by 16 threads, every 16th row by one, so that sums have a fixed order.

enum { PARTS = 16 };

// What the column's threads have, taken together in their order.
template <class Of>
__device__ float together(float mine, float none, Of of) {
	__shared__ float parts[PARTS][WARP];
	parts[threadIdx.y][threadIdx.x] = mine;
	__syncthreads();
	float all = none;
	for (int i = 0; i < PARTS; i++) all = of(all, parts[i][threadIdx.x]);
	__syncthreads();
	return all;
}

__device__ __forceinline__ float columnTotal(float mine) {
	return together(mine, 0, [](float a, float b) { return a + b; });
}

// y may be x.
extern "C" __global__ void sequence_softmax(float *y, const float *x, const int *offsets, int cols) {
	int first = offsets[blockIdx.x] + threadIdx.y, end = offsets[blockIdx.x + 1], c = blockIdx.y * WARP + threadIdx.x;
	if (c >= cols) end = first;
	float top = -infinity(), sum = 0;
	for (int r = first; r < end; r += PARTS) top = fmaxf(top, x[(long long)r * cols + c]);
	top = together(top, -infinity(), [](float a, float b) { return fmaxf(a, b); });
	for (int r = first; r < end; r += PARTS) sum += expf(x[(long long)r * cols + c] - top);
	sum = columnTotal(sum);
	for (int r = first; r < end; r += PARTS) y[(long long)r * cols + c] = expf(x[(long long)r * cols + c] - top) / sum;
}

// dx = y·(dy - Σ_rows y·dy); dx may be dy.
extern "C" __global__ void sequence_softmax_grad(float *dx, const float *dy, const float *y, const int *offsets, int cols) {
	int first = offsets[blockIdx.x] + threadIdx.y, end = offsets[blockIdx.x + 1], c = blockIdx.y * WARP + threadIdx.x;
	if (c >= cols) end = first;
	float sum = 0;
	for (int r = first; r < end; r += PARTS) sum += y[(long long)r * cols + c] * dy[(long long)r * cols + c];
	sum = columnTotal(sum);
	for (int r = first; r < end; r += PARTS) {
		long long at = (long long)r * cols + c;
		dx[at] = y[at] * (dy[at] - sum);
	}
}
