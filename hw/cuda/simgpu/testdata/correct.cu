// Kernels that are right: no order of threads and no check may find a fault, and
// all give the same sum. The comment before a kernel: launch, then the sum of y.

// launch 4 256 0: 523776
extern "C" __global__ void copy(float *y, const float *x, int n) {
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	if (i < n) y[i] = x[i];
}

// Sums of blocks through shuffles and shared memory, in a template with an array.
template <class T> __device__ T blockSum(T v) {
	__shared__ T part[32], all;
	for (int o = 16; o; o >>= 1) v += __shfl_down_sync(0xffffffffu, v, o);
	if (threadIdx.x % 32 == 0) part[threadIdx.x / 32] = v;
	__syncthreads();
	if (threadIdx.x == 0) {
		all = 0;
		for (int i = 0; i < blockDim.x / 32; i++) all += part[i];
	}
	__syncthreads();
	return all;
}

// launch 4 256 0: 1047552
extern "C" __global__ void sums(float *y, const float *x, int n) {
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	float f = blockSum(x[i]);
	int k = blockSum((int)x[i]);
	if (threadIdx.x == 0) y[blockIdx.x] = f + k;
}

// launch 4 256 1024: 523776
extern "C" __global__ void reverse(float *y, const float *x, int n) {
	extern __shared__ __align__(16) float tile[];
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	tile[threadIdx.x] = x[i];
	__syncthreads();
	y[blockIdx.x * blockDim.x + threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

// launch 1 256 0: 32896
extern "C" __global__ void prefix(float *y, const float *x, int n) {
	__shared__ int sum[256];
	sum[threadIdx.x] = 1;
	__syncthreads();
	for (int o = 1; o < 256; o *= 2) {
		int before = threadIdx.x >= o ? sum[threadIdx.x - o] : 0;
		__syncthreads();
		sum[threadIdx.x] += before;
		__syncthreads();
	}
	y[threadIdx.x] = sum[threadIdx.x];
}

// Two halves of a warp apart from one another, and lanes that have ended.
// launch 1 64 0: 1770
extern "C" __global__ void divergent(float *y, const float *x, int n) {
	if (threadIdx.x >= 60) return;
	unsigned lane = threadIdx.x % 32, mask = lane < 16 ? 0xffffu : 0xffff0000u;
	float v = x[threadIdx.x];
	if (lane < 16) {
		v = __shfl_sync(mask, v, lane);
	} else {
		v = __shfl_sync(mask, v, lane);
		__syncwarp(mask);
	}
	int votes = __popc(__ballot_sync(0xffffffffu, v > 30));
	y[threadIdx.x] = votes == (threadIdx.x < 32 ? 1 : 28) ? v : -1;
}

// A warp that writes for its lanes with nothing but __syncwarp.
// launch 2 64 0: 8128
extern "C" __global__ void warp_shared(float *y, const float *x, int n) {
	__shared__ float row[2][32];
	int warp = threadIdx.x / 32, lane = threadIdx.x % 32, i = blockIdx.x * 64 + threadIdx.x;
	row[warp][lane] = x[i];
	__syncwarp();
	float v = row[warp][31 - lane];
	__syncwarp();
	row[warp][lane] = v;
	__syncwarp();
	y[i] = row[warp][lane ^ 1];
}

// launch 4 256 0: 1024
extern "C" __global__ void counts(float *y, const float *x, int n) {
	__shared__ int count;
	if (threadIdx.x == 0) count = 0;
	__syncthreads();
	atomicAdd(&count, 1);
	__syncthreads();
	if (threadIdx.x == 0) y[blockIdx.x] = count;
}

// Bytes and halves of words, each a thread's own.
// launch 1 256 0: 65280
extern "C" __global__ void narrow(float *y, const float *x, int n) {
	__shared__ unsigned char bytes[256];
	__shared__ unsigned short shorts[256];
	bytes[threadIdx.x] = threadIdx.x;
	shorts[255 - threadIdx.x] = threadIdx.x;
	__syncthreads();
	y[threadIdx.x] = bytes[threadIdx.x] + shorts[threadIdx.x];
}

// launch 1 64 0: 2016
extern "C" __global__ void vectors(float *y, const float *x, int n) {
	if (threadIdx.x < 16) *(float4 *)(y + 4 * threadIdx.x) = *(const float4 *)(x + 4 * threadIdx.x);
}

// launch 1 96 0: 4560
extern "C" __global__ void counted_barrier(float *y, const float *x, int n) {
	int below = __syncthreads_count(threadIdx.x < 40);
	int any = __syncthreads_or(threadIdx.x == 95), all = __syncthreads_and(threadIdx.x < 96);
	y[threadIdx.x] = x[threadIdx.x] * any * all * (below == 40);
}
