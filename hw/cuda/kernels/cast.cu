// Float32 to bf16 and f16 for the products, by bits: no header of CUDA's is needed.

// To nearest, ties to even; NaN stays NaN.
__device__ __forceinline__ unsigned short toBF16(float x) {
	uint bits = __float_as_uint(x);
	if ((bits & 0x7fffffff) > 0x7f800000) return bits >> 16 | 0x40;
	return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

__device__ __forceinline__ unsigned short toF16(float x) {
	uint bits = __float_as_uint(x), sign = bits >> 16 & 0x8000;
	bits &= 0x7fffffff;
	if (bits > 0x7f800000) return sign | 0x7e00;
	if (bits >= 0x477ff000) return sign | 0x7c00; // 65520 and more round to infinity
	if (bits < 0x38800000) // below 2^-14 the numbers are whole multiples of 2^-24
		return sign | (uint)__float2int_rn(__uint_as_float(bits) * 16777216.0f);
	return sign | (bits - 0x38000000 + 0xfff + (bits >> 13 & 1)) >> 13;
}

// y has `pitch` columns, of which those past x's are 0. factors[0], where given,
// is a power of two that x is divided by first.
#define CAST(name, convert)                                                                                       \
	extern "C" __global__ void name(unsigned short *y, const float *x, const float *factors, int rows, int cols, int pitch) { \
		long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;                                           \
		int r = i / pitch, c = i % pitch;                                                                         \
		if (r >= rows) return;                                                                                    \
		float by = factors ? 1 / factors[0] : 1;                                                                  \
		y[i] = c < cols ? convert(x[(long long)r * cols + c] * by) : 0;                                           \
	}

CAST(cast_bf16, toBF16)
CAST(cast_f16, toF16)

// The largest |x| as bits, NaN and infinity left out; whole numbers, so the order
// of the maxima does not matter.
extern "C" __global__ void largest(uint *top, const float *x, long long n) {
	uint mine = 0;
	for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) {
		uint bits = __float_as_uint(x[i]) & 0x7fffffff;
		if (bits < 0x7f800000) mine = max(mine, bits);
	}
	for (int o = WARP / 2; o > 0; o /= 2) mine = max(mine, __shfl_xor_sync(ALL, mine, o));
	if (threadIdx.x % WARP == 0 && mine) atomicMax(top, mine);
}

// factors: the power of two that brings the largest |x| to between 2^13 and 2^14,
// and the betas 0 and 1 that a product with alpha on the device wants beside it.
extern "C" __global__ void factor(float *factors, const uint *top) {
	if (threadIdx.x) return;
	int exponent = (int)(*top >> 23) - 127;
	if (*top == 0) exponent = 13;
	exponent = min(max(exponent - 13, -126), 127);
	factors[0] = __int_as_float((exponent + 127) << 23);
	factors[1] = 0;
	factors[2] = 1;
}
