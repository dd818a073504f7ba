// Tensor cores and 16-bit types. As correct.cu: launch, then the sum of y.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <mma.h>

using namespace nvcuda;

// y = A·Bᵀ with A[i][k] = (16i+k)%8 and B[j][k] = j%4: rows of A sum to 56.
template <class T> __device__ void product(float *y) {
	__shared__ __align__(32) T a[256], b[256];
	for (int i = threadIdx.x; i < 256; i += 32) a[i] = T(float(i % 8)), b[i] = T(float(i / 16 % 4));
	__syncwarp();
	wmma::fragment<wmma::matrix_a, 16, 16, 16, T, wmma::row_major> fa;
	wmma::fragment<wmma::matrix_b, 16, 16, 16, T, wmma::col_major> fb;
	wmma::fragment<wmma::accumulator, 16, 16, 16, float> sum;
	wmma::fill_fragment(sum, 1.0f);
	wmma::load_matrix_sync(fa, a, 16);
	wmma::load_matrix_sync(fb, b, 16);
	wmma::mma_sync(sum, fa, fb, sum);
	for (int i = 0; i < sum.num_elements; i++) sum.x[i] *= 0.5f;
	wmma::store_matrix_sync(y, sum, 16, wmma::mem_row_major);
}

// launch 1 32 0: 10880
extern "C" __global__ void tile_half(float *y, const float *x, int n) { product<half>(y); }

// launch 1 32 0: 10880
extern "C" __global__ void tile_bf16(float *y, const float *x, int n) { product<__nv_bfloat16>(y); }

// Every half there is, to float and back; NaNs keep being NaN.
// launch 4 256 0: 1024
extern "C" __global__ void halves(float *y, const float *x, int n) {
	int i = blockIdx.x * blockDim.x + threadIdx.x, right = 0;
	for (int h = i * 64; h < i * 64 + 64; h++) {
		half v = __ushort_as_half(h);
		float f = __half2float(v);
		right += f != f ? (h & 0x7fff) > 0x7c00 : __half_as_ushort(__float2half(f)) == h;
	}
	y[i] = right / 64.0f;
}

// Ties go to even; sums are rounded to the type.
// launch 1 32 0: 128
extern "C" __global__ void rounding(float *y, const float *x, int n) {
	bool even = __half2float(__float2half(2049.0f)) == 2048 && __half2float(__float2half(2051.0f)) == 2052;
	bool brain = __bfloat162float(__float2bfloat16(257.0f)) == 256 && __bfloat162float(__float2bfloat16(259.0f)) == 260;
	half one = 2048.0f;
	one += half(1.0f);
	half2 pair = __hfma2(__floats2half2_rn(1, 2), __floats2half2_rn(3, 4), __floats2half2_rn(1, 1));
	y[threadIdx.x] = even + brain + (float(one) == 2048) + (__low2float(pair) == 4 && __high2float(pair) == 9);
}

// A sum of the block in one of its lanes' places, by tiles of other shapes.
// launch 1 32 0: 8
extern "C" __global__ void tile_wide(float *y, const float *x, int n) {
	wmma::fragment<wmma::matrix_a, 32, 8, 16, half, wmma::col_major> a;
	wmma::fragment<wmma::matrix_b, 32, 8, 16, half, wmma::row_major> b;
	wmma::fragment<wmma::accumulator, 32, 8, 16, float> c;
	wmma::fill_fragment(a, half(0.25f));
	wmma::fill_fragment(b, half(0.125f));
	wmma::fill_fragment(c, 0.0f);
	wmma::mma_sync(c, a, b, c);
	y[threadIdx.x] = 0;
	for (int i = 0; i < c.num_elements; i++) y[threadIdx.x] += c.x[i] / 16;
}

// y = (A·Bᵀ + 1)/2 as in `product`, by the compiler's own functions. A is stored
// once by rows and once by columns, B so that it is read either way.
// launch 1 32 0: 21760
extern "C" __global__ void tile_words(float *y, const float *x, int n) {
	__shared__ __align__(32) __nv_bfloat16 a[256], at[256], b[256], bt[256];
	for (int i = threadIdx.x; i < 256; i += 32) {
		int r = i / 16, c = i % 16;
		a[i] = at[16 * c + r] = __nv_bfloat16(float(i % 8));
		b[i] = bt[16 * c + r] = __nv_bfloat16(float(r % 4));
	}
	__syncwarp();
	int fa[4], fb[4];
	float sum[8], other[8];
	for (int i = 0; i < 8; i++) sum[i] = other[i] = 1;
	__mma_bf16_m16n16k16_ld_a(fa, (const int *)a, 16, 0);
	__mma_bf16_m16n16k16_ld_b(fb, (const int *)b, 16, 1);
	__mma_bf16_m16n16k16_mma_f32(sum, fa, fb, sum, 1, 0);
	__mma_bf16_m16n16k16_ld_a(fa, (const int *)at, 16, 1);
	__mma_bf16_m16n16k16_ld_b(fb, (const int *)bt, 16, 0);
	__mma_bf16_m16n16k16_mma_f32(other, fa, fb, other, 2, 0);
	for (int i = 0; i < 8; i++) sum[i] = (sum[i] + other[i]) * 0.5f;
	__hmma_m16n16k16_st_c_f32(y, sum, 16, 1);
}

// A tile that was read by rows is not the factor by columns that the product is
// told of: few elements of the result are right, and by chance.
// launch 1 32 0: 0
extern "C" __global__ void tile_mixed(float *y, const float *x, int n) {
	__shared__ __align__(32) half a[256], b[256];
	__shared__ __align__(32) float sums[256];
	for (int i = threadIdx.x; i < 256; i += 32) a[i] = half(float(i)), b[i] = half(i % 17 == 0 ? 1.0f : 0.0f);
	__syncwarp();
	int fa[8], fb[8];
	float sum[8];
	for (int i = 0; i < 8; i++) sum[i] = 0;
	__hmma_m16n16k16_ld_a(fa, (const int *)a, 16, 1);
	__hmma_m16n16k16_ld_b(fb, (const int *)b, 16, 1);
	__hmma_m16n16k16_mma_f32f32(sum, fa, fb, sum, 1, 0);
	__hmma_m16n16k16_st_c_f32(sums, sum, 16, 0);
	__syncwarp();
	int right = 0; // as if the layouts agreed
	for (int i = 0; i < 256; i++) right += sums[i] == float(i / 16 + 16 * (i % 16));
	y[threadIdx.x] = right > 64;
}
