// Kernels that are wrong, each in one way. The comment before a kernel says how it
// is launched (blocks, threads, bytes of dynamic shared memory), what has to be
// reported, and with "checked" that only SIMGPU_CHECK=1 finds it. $LINE is the
// line that is marked with "<- here".

// launch 2 64 0: thread .*, broken.cu:$LINE: a barrier that not all threads reach: thread .* has ended
extern "C" __global__ void barrier_ended(float *y, const float *x, int n) {
	if (threadIdx.x == 7) return;
	__syncthreads(); // <- here
	y[threadIdx.x] = x[0];
}

// launch 2 64 0: broken.cu:$LINE: a barrier that not all threads reach
extern "C" __global__ void barrier_last(float *y, const float *x, int n) {
	y[blockIdx.x * 64 + threadIdx.x] = x[0];
	if (threadIdx.x < 63) __syncthreads(); // <- here
}

// launch 1 64 0: a barrier that not all threads reach: this thread is at this one while others wait at line
extern "C" __global__ void barrier_two(float *y, const float *x, int n) {
	if (threadIdx.x < 32)
		__syncthreads();
	else
		__syncthreads();
	y[threadIdx.x] = x[0];
}

// launch 1 64 0: broken.cu:$LINE: __shfl_xor_sync with mask 0xffffffff lacks lanes 0x20: thread \((5|37),0,0\) waits at the barrier
extern "C" __global__ void shuffle_lacks(float *y, const float *x, int n) {
	float v = x[threadIdx.x];
	if (threadIdx.x % 32 != 5) v += __shfl_xor_sync(0xffffffff, v, 1); // <- here
	__syncthreads();
	y[threadIdx.x] = v;
}

// launch 1 48 0: broken.cu:$LINE: __shfl_down_sync reads from lane (1[6-9]|2[0-9]|3[01]), which takes no part
extern "C" __global__ void shuffle_half_warp(float *y, const float *x, int n) {
	float v = x[threadIdx.x];
	v += __shfl_down_sync(0xffffffff, v, 16); // <- here
	y[threadIdx.x] = v;
}

// launch 1 32 0: broken.cu:$LINE: __ballot_sync with mask 0xffff, which lacks the calling lane
extern "C" __global__ void vote_without_itself(float *y, const float *x, int n) {
	y[threadIdx.x] = __ballot_sync(0xffff, x[threadIdx.x] > 3); // <- here
}

// launch 1 32 0: broken.cu:$LINE: an access outside an allocation: [0-9]+ bytes past the end of 4096 bytes
extern "C" __global__ void far_outside(float *y, const float *x, int n) {
	y[threadIdx.x + n] = x[0]; // <- here
}

// launch 1 32 0: broken.cu:$LINE: an access (through a null pointer|to memory of the host)
extern "C" __global__ void null_pointer(float *y, const float *x, int n) {
	float *p = n == 1024 ? nullptr : y;
	p[threadIdx.x] = x[0]; // <- here
}

// launch 1 32 0: broken.cu:$LINE: a misaligned access
extern "C" __global__ void misaligned(float *y, const float *x, int n) {
	*(float4 *)(y + 4 * threadIdx.x + 1) = *(const float4 *)(x + 4 * threadIdx.x); // <- here
}

// launch 1 1 0: broken.cu:$LINE: an integer division by zero
extern "C" __global__ void divides_by_zero(float *y, const float *x, int n) {
	y[0] = 7 / (n - 1024); // <- here
}

// launch 1 32 0: broken.cu:$LINE: a launch without end
extern "C" __global__ void spins(float *y, const float *x, int n) {
	while (((const volatile float *)x)[1] == 1) {} // <- here
	y[0] = 1;
}

// launch 1 32 0: broken.cu:$LINE: a launch without end
extern "C" __global__ void spins_together(float *y, const float *x, int n) {
	while (__any_sync(0xffffffff, ((const volatile float *)x)[1] == 1)) {} // <- here
	y[0] = 1;
}

// launch 1 1 0: broken.cu:[0-9]+: more local memory than a thread has
extern "C" __global__ void deep(float *y, const float *x, int n) {
	volatile float much[50000];
	for (int i = 0; i < 50000; i++) much[i] = x[i % n];
	y[0] = much[n];
}

// launch 1 32 0: more than 49152 bytes of static shared memory
extern "C" __global__ void much_shared(float *y, const float *x, int n) {
	__shared__ float a[8192], b[8192];
	a[threadIdx.x] = b[threadIdx.x] = x[0];
	__syncthreads();
	y[threadIdx.x] = a[threadIdx.x] + b[threadIdx.x];
}

// launch 1 32 0: (a write behind the end of a __shared__ array|thread \(31,0,0\), broken.cu:$LINE: an access outside a __shared__ array: 0 bytes past the end of 128 bytes)
extern "C" __global__ void behind_shared(float *y, const float *x, int n) {
	__shared__ float a[32];
	float *p = a + (n - 1023);
	p[threadIdx.x] = x[threadIdx.x]; // <- here
	__syncthreads();
	y[threadIdx.x] = a[31 - threadIdx.x];
}

// launch 1 32 0: broken.cu:$LINE: __trap
extern "C" __global__ void traps(float *y, const float *x, int n) {
	if (x[threadIdx.x] == 9) __trap(); // <- here
}

// launch 1 32 0 checked: broken.cu:$LINE: an access outside an allocation: 0 bytes past the end of 4096 bytes \(a write of 4 bytes\)
extern "C" __global__ void just_outside(float *y, const float *x, int n) {
	for (int i = threadIdx.x; i <= n; i += 32)
		y[i] = 1; // <- here
}

// launch 1 32 0 checked: broken.cu:$LINE: an access outside an allocation: 4 bytes before one of 4096 bytes \(a read
extern "C" __global__ void just_before(float *y, const float *x, int n) {
	float left = x[(int)threadIdx.x - 1]; // <- here
	y[threadIdx.x] = left;
}

// launch 1 32 0 checked: broken.cu:$LINE: an access outside an array: index 32
extern "C" __global__ void index_outside(float *y, const float *x, int n) {
	__shared__ float a[32], b[32];
	a[threadIdx.x] = b[threadIdx.x] = 1;
	__syncthreads();
	y[threadIdx.x] = a[threadIdx.x + n - 1023]; // <- here
}

// launch 1 32 128 checked: broken.cu:$LINE: an access outside (a|every) __shared__ array.*\(a write of 4 bytes\)
extern "C" __global__ void dynamic_outside(float *y, const float *x, int n) {
	extern __shared__ float tile[];
	tile[(int)threadIdx.x - 1] = 1; // <- here
	y[threadIdx.x] = 1;
}

// launch 1 32 0 checked: broken.cu:$LINE: a read of what was never written, byte [0-9]+ of an allocation of 4096 bytes
extern "C" __global__ void reads_nothing(float *y, const float *x, int n) {
	float v = y[threadIdx.x]; // <- here
	y[threadIdx.x] = v + 1;
}

// launch 1 64 0 checked: broken.cu:$LINE: a read of what was never written, in shared memory
extern "C" __global__ void reads_nothing_shared(float *y, const float *x, int n) {
	__shared__ float a[64];
	if (threadIdx.x < 63) a[threadIdx.x] = 1;
	__syncthreads();
	y[threadIdx.x] = a[threadIdx.x]; // <- here
}

// launch 1 64 0 checked: broken.cu:[0-9]+: a (race in shared memory: this (read|write) and the (read|write) by block \(0,0,0\), thread \(.*\), broken.cu:[0-9]+ have no barrier|read of what was never written, in shared memory)
extern "C" __global__ void race_shared(float *y, const float *x, int n) {
	__shared__ float a[64];
	a[threadIdx.x] = x[threadIdx.x];
	y[threadIdx.x] = a[63 - threadIdx.x];
}

// Written after the others may still read, without a barrier between.
// launch 1 64 0 checked: a race in shared memory: this (read|write) and the (read|write) by
extern "C" __global__ void race_after_read(float *y, const float *x, int n) {
	__shared__ float a[64];
	a[threadIdx.x] = x[threadIdx.x];
	__syncthreads();
	float v = a[63 - threadIdx.x];
	a[threadIdx.x] = v;
	__syncthreads();
	y[threadIdx.x] = a[threadIdx.x];
}

// Lanes of one warp: a shuffle orders no memory, __syncwarp does.
// launch 1 32 0 checked: a race in shared memory: this (read|write) and the (read|write) by
extern "C" __global__ void race_in_warp(float *y, const float *x, int n) {
	__shared__ float a[32];
	a[threadIdx.x] = x[threadIdx.x];
	float v = __shfl_xor_sync(0xffffffff, x[threadIdx.x], 1);
	y[threadIdx.x] = a[31 - threadIdx.x] + v;
}

// launch 1 64 0 checked: a race in shared memory: this write and the write by
extern "C" __global__ void race_bytes(float *y, const float *x, int n) {
	__shared__ unsigned char a[64];
	a[threadIdx.x] = 1;
	if (threadIdx.x == 40) a[3] = 2;
	__syncthreads();
	y[threadIdx.x] = a[threadIdx.x];
}

// launch 4 32 0 checked: broken.cu:$LINE: a race between blocks: this write and the write by block \([0-3],0,0\), thread
extern "C" __global__ void race_blocks(float *y, const float *x, int n) {
	y[threadIdx.x] = x[blockIdx.x]; // <- here
}

// launch 4 32 0 checked: a (race between blocks: this (read|write) and the (read|write) by block|read of what was never written)
extern "C" __global__ void race_blocks_read(float *y, const float *x, int n) {
	y[blockIdx.x * 32 + threadIdx.x] = 1;
	if (threadIdx.x < 4) y[512 + blockIdx.x * 4 + threadIdx.x] = y[threadIdx.x * 32 + blockIdx.x];
}

// launch 1 64 0 checked: broken.cu:[0-9]+: a race in shared memory: this (read|write) and the (read|write) by
extern "C" __global__ void race_atomic(float *y, const float *x, int n) {
	__shared__ int count;
	if (threadIdx.x == 0) count = 0;
	__syncthreads();
	atomicAdd(&count, 1);
	if (threadIdx.x == 40) y[0] = count;
}

// launch 1 32 0 checked: broken.cu:$LINE: a misaligned access
extern "C" __global__ void misaligned_word(float *y, const float *x, int n) {
	const char *bytes = (const char *)x;
	y[threadIdx.x] = *(const float *)(bytes + threadIdx.x * 4 + 2); // <- here
}

// launch 1 32 0 checked: broken.cu:$LINE: a shift by 40 bits
extern "C" __global__ void shifts_far(float *y, const float *x, int n) {
	y[threadIdx.x] = 1u << (n - 984); // <- here
}

// launch 1 32 0 checked: broken.cu:$LINE: an access outside an array: index 8
extern "C" __global__ void local_outside(float *y, const float *x, int n) {
	float a[8];
	for (int i = 0; i < 8 + (n == 1024); i++) a[i] = x[i]; // <- here
	y[threadIdx.x] = a[threadIdx.x % 8];
}

__device__ unsigned long long shown;

// launch 1 64 0 checked: broken.cu:$LINE: an access to another thread's local memory
extern "C" __global__ void others_local(float *y, const float *x, int n) {
	float mine = x[threadIdx.x];
	if (threadIdx.x == 0) shown = (unsigned long long)&mine;
	__syncthreads();
	if (threadIdx.x == 33) y[0] = *(volatile float *)shown; // <- here
	__syncthreads();
	y[1 + threadIdx.x] = mine;
}

#include <mma.h>

// launch 1 32 0: broken.cu:$LINE: mma_sync with mask 0xffffffff lacks lanes
extern "C" __global__ void tile_lacks(float *y, const float *x, int n) {
	using namespace nvcuda::wmma;
	fragment<matrix_a, 16, 16, 16, half, row_major> a;
	fragment<matrix_b, 16, 16, 16, half, col_major> b;
	fragment<accumulator, 16, 16, 16, float> c;
	fill_fragment(a, half(1.0f));
	fill_fragment(b, half(1.0f));
	fill_fragment(c, 0.0f);
	if (threadIdx.x < 16) mma_sync(c, a, b, c); // <- here
	__syncwarp();
	y[threadIdx.x] = c.x[0];
}

// A tile in shared memory that other lanes have written, without __syncwarp.
// launch 1 32 0 checked: a (race in shared memory: this (read|write) and the (read|write) by|read of what was never written)
extern "C" __global__ void tile_race(float *y, const float *x, int n) {
	using namespace nvcuda::wmma;
	__shared__ __align__(32) half tile[256];
	for (int i = threadIdx.x; i < 256; i += 32) tile[i] = half(1.0f);
	fragment<matrix_a, 16, 16, 16, half, row_major> a;
	load_matrix_sync(a, tile, 16);
	y[threadIdx.x] = a.x[0];
}
