// 16-bit floating point: a number is stored in 16 bits, every operation is done in
// float and rounded to nearest even.
#ifndef SIMGPU_NARROW_H
#define SIMGPU_NARROW_H

#include "math.h"
#include "vector.h"

namespace simgpu {

struct HalfFormat {
	SIMGPU_CALL static float unpack(u16 h) {
		u32 sign = u32(h & 0x8000) << 16, rest = h & 0x7fff;
		if (rest >= 0x7c00) return simgpu_bits<float>(sign | 0x7f800000 | (rest & 0x3ff) << 13);
		// Shifted into place the exponent is 112 too small; the product makes
		// subnormal numbers right too.
		return simgpu_bits<float>(sign | simgpu_bits<u32>(simgpu_bits<float>(rest << 13) * 0x1p112f));
	}
	SIMGPU_CALL static u16 pack(float x) {
		u32 bits = simgpu_bits<u32>(x), sign = bits >> 16 & 0x8000;
		bits &= 0x7fffffff;
		if (bits > 0x7f800000) return u16(sign | 0x7e00);
		if (bits >= 0x477ff000) return u16(sign | 0x7c00);
		// Below 2^-14 the sum with a half rounds to a multiple of 2^-24.
		if (bits < 0x38800000) return u16(sign | (simgpu_bits<u32>(simgpu_bits<float>(bits) + 0.5f) - 0x3f000000));
		return u16(sign | (bits - 0x38000000 + 0xfff + (bits >> 13 & 1)) >> 13);
	}
};

struct BrainFormat {
	SIMGPU_CALL static float unpack(u16 h) { return simgpu_bits<float>(u32(h) << 16); }
	SIMGPU_CALL static u16 pack(float x) {
		u32 bits = simgpu_bits<u32>(x);
		if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fff;
		return u16((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
	}
};

template <class Format> struct Narrow {
	u16 bits;
	Narrow() = default;
	SIMGPU_OWN Narrow(float x) : bits(Format::pack(x)) {}
	SIMGPU_OWN operator float() const { return Format::unpack(bits); }
#define SIMGPU_OPERATOR(op)                                                                                         \
	SIMGPU_OWN friend Narrow operator op(Narrow x, Narrow y) { return Narrow(float(x) op float(y)); }               \
	SIMGPU_OWN Narrow &operator op##=(Narrow y) { return *this = *this op y; }
	SIMGPU_OPERATOR(+) SIMGPU_OPERATOR(-) SIMGPU_OPERATOR(*) SIMGPU_OPERATOR(/)
#undef SIMGPU_OPERATOR
#define SIMGPU_COMPARE(op) SIMGPU_OWN friend bool operator op(Narrow x, Narrow y) { return float(x) op float(y); }
	SIMGPU_COMPARE(==) SIMGPU_COMPARE(!=) SIMGPU_COMPARE(<) SIMGPU_COMPARE(>) SIMGPU_COMPARE(<=) SIMGPU_COMPARE(>=)
#undef SIMGPU_COMPARE
	SIMGPU_OWN Narrow operator-() const { return Narrow(-float(*this)); }
};

template <class Format> struct __align__(4) NarrowPair {
	Narrow<Format> x, y;
};

}  // namespace simgpu

// CUDA's names, which are the same for both formats but for a few.
#define SIMGPU_NARROW(T, T2, toFloat, fromFloat, fromFloats, toFloats, asBits, ofBits)                             \
	SIMGPU_OWN float toFloat(T x) { return x; }                                                                    \
	SIMGPU_OWN T fromFloat(float x) { return T(x); }                                                               \
	SIMGPU_OWN T fromFloat##_rn(float x) { return T(x); }                                                          \
	SIMGPU_OWN T2 fromFloats(float x, float y) { return {T(x), T(y)}; }                                            \
	SIMGPU_OWN float2 toFloats(T2 v) { return {v.x, v.y}; }                                                        \
	SIMGPU_OWN unsigned short asBits(T x) { return x.bits; }                                                       \
	SIMGPU_OWN T ofBits(unsigned short bits) { T x; x.bits = bits; return x; }                                     \
	SIMGPU_OWN float __low2float(T2 v) { return v.x; }                                                             \
	SIMGPU_OWN float __high2float(T2 v) { return v.y; }                                                            \
	SIMGPU_OWN T __hadd(T x, T y) { return x + y; }                                                                \
	SIMGPU_OWN T __hsub(T x, T y) { return x - y; }                                                                \
	SIMGPU_OWN T __hmul(T x, T y) { return x * y; }                                                                \
	SIMGPU_OWN T __hfma(T x, T y, T z) { return T(fmaf(x, y, z)); }                                                \
	SIMGPU_OWN T __hmax(T x, T y) { return T(fmaxf(x, y)); }                                                       \
	SIMGPU_OWN T __hmin(T x, T y) { return T(fminf(x, y)); }                                                       \
	SIMGPU_OWN T2 __hadd2(T2 v, T2 w) { return {v.x + w.x, v.y + w.y}; }                                           \
	SIMGPU_OWN T2 __hmul2(T2 v, T2 w) { return {v.x * w.x, v.y * w.y}; }                                           \
	SIMGPU_OWN T2 __hfma2(T2 u, T2 v, T2 w) { return {__hfma(u.x, v.x, w.x), __hfma(u.y, v.y, w.y)}; }

#endif
