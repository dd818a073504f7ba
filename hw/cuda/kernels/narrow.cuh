// Float32 to bf16 and f16, by bits: no header of CUDA's is needed.

typedef unsigned short bits16;

// To nearest, ties to even; NaN stays NaN.
__device__ __forceinline__ bits16 toBF16(float x) {
	uint bits = __float_as_uint(x);
	if ((bits & 0x7fffffff) > 0x7f800000) return bits >> 16 | 0x40;
	return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

__device__ __forceinline__ bits16 toF16(float x) {
	uint bits = __float_as_uint(x), sign = bits >> 16 & 0x8000;
	bits &= 0x7fffffff;
	if (bits > 0x7f800000) return sign | 0x7e00;
	if (bits >= 0x477ff000) return sign | 0x7c00; // 65520 and more round to infinity
	if (bits < 0x38800000) // below 2^-14 the numbers are whole multiples of 2^-24
		return sign | (uint)__float2int_rn(__uint_as_float(bits) * 16777216.0f);
	return sign | (bits - 0x38000000 + 0xfff + (bits >> 13 & 1)) >> 13;
}

// What a 16-bit number stands for.
__device__ __forceinline__ float fromBF16(bits16 x) { return __uint_as_float((uint)x << 16); }

__device__ __forceinline__ float fromF16(bits16 x) {
	uint sign = (uint)(x & 0x8000) << 16, rest = x & 0x7fff;
	if (rest >= 0x7c00) return __uint_as_float(sign | 0x7f800000 | (rest & 0x3ff) << 13);
	if (rest < 0x400) return __uint_as_float(__float_as_uint(rest * 0x1p-24f) | sign);
	return __uint_as_float(sign | (rest + 0x1c000) << 13);
}

// How a number is rounded on its way into a product.
enum { EXACT, TO_BF16, TO_F16 };

__device__ __forceinline__ bits16 narrowed(float x, int to) { return to == TO_BF16 ? toBF16(x) : toF16(x); }

__device__ __forceinline__ float rounded(float x, int to) {
	return to == TO_BF16 ? fromBF16(toBF16(x)) : to == TO_F16 ? fromF16(toF16(x)) : x;
}
