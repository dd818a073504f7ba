// What all kernels share. Every kernel's text begins with this one.
//
// Conventions: matrices are row-major without gaps. A count of rows may be an
// upper bound; rows past the true end hold anything and are computed on, unless
// offsets say where the end is. No kernel uses atomics on floats: sums have a
// fixed order, so results are the same whatever order threads run in.

typedef unsigned int uint;
typedef unsigned long long ulong64;

#define WARP 32
#define ALL 0xffffffffu
#define UNROLL _Pragma("unroll")

// What went wrong on the device; Sync turns the first into an error.
struct Fault {
	int what, row, value, size;
};
enum { NO_FAULT, BAD_ID, BAD_POSITION, BAD_SEGMENT, NAN_SCORE };

__device__ __forceinline__ float infinity() { return __int_as_float(0x7f800000); }

// The sum over a warp; every lane gets it.
template <class T>
__device__ __forceinline__ T warpSum(T x) {
	for (int o = WARP / 2; o > 0; o /= 2) x += __shfl_xor_sync(ALL, x, o);
	return x;
}

// The sum over a block of a multiple of 32 threads (at most 1024); every thread
// gets it. room has 33 entries; a barrier is passed before and after it is written.
template <class T>
__device__ T blockSum(T x, T *room) {
	int thread = threadIdx.y * blockDim.x + threadIdx.x, warps = blockDim.x * blockDim.y / WARP;
	for (int o = WARP / 2; o > 0; o /= 2) x += __shfl_xor_sync(ALL, x, o);
	__syncthreads();
	if (thread % WARP == 0) room[thread / WARP] = x;
	__syncthreads();
	if (thread == 0) {
		T sum = 0;
		for (int i = 0; i < warps; i++) sum += room[i];
		room[WARP] = sum;
	}
	__syncthreads();
	return room[WARP];
}

// The first place in list[0..n) whose entry is at least x; the list ascends.
__device__ __forceinline__ int lowerBound(const int *list, int n, int x) {
	int low = 0;
	while (low < n) {
		int middle = (low + n) / 2;
		if (list[middle] < x)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

// Random bits of dropout, as hw.Dropout defines them.
__device__ __forceinline__ ulong64 mix(ulong64 x) {
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

__device__ __forceinline__ ulong64 rowKey(const int *keys, int row) {
	return (ulong64)(uint)keys[2 * row] | (ulong64)(uint)keys[2 * row + 1] << 32;
}
