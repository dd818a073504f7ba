// Casts for the products.

// y has `pitch` columns, of which those past x's are 0. factors[0], where given,
// is a power of two that x is divided by first.
#define CAST(name, convert)                                                                                       \
	extern "C" __global__ void name(bits16 *y, const float *x, const float *factors, int rows, int cols, int pitch) { \
		long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;                                           \
		int r = i / pitch, c = i % pitch;                                                                         \
		if (r >= rows) return;                                                                                    \
		float by = factors ? 1 / factors[0] : 1;                                                                  \
		y[i] = c < cols ? convert(x[(long long)r * cols + c] * by) : 0;                                           \
	}

CAST(cast_bf16, toBF16)
CAST(cast_f16, toF16)

// Back: y's n elements are what x stands for.
#define WIDEN(name, convert)                                                        \
	extern "C" __global__ void name(float *y, const bits16 *x, long long n) {       \
		long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;             \
		if (i < n) y[i] = convert(x[i]);                                            \
	}

WIDEN(widen_bf16, fromBF16)
WIDEN(widen_f16, fromF16)

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
