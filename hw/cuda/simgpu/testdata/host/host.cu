extern "C" __global__ void add_one(float *y, const float *x, int n) {
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	if (i < n) y[i] = x[i] + 1;
}

extern "C" __global__ void __launch_bounds__(64) bounded(float *y, const float *x, int n) {
	extern __shared__ float tile[];
	if (threadIdx.x < n && blockIdx.x == 0) y[threadIdx.x] = x[threadIdx.x];
}
