// Arithmetic: CUDA's names for what the processor or the C library has. The fast
// forms (__expf) are as exact as the others here.
#ifndef SIMGPU_MATH_H
#define SIMGPU_MATH_H

#include "words.h"

#define SIMGPU_MATH1(name)                                                                     \
	extern "C" float name##f(float) __attribute__((const, nothrow));                           \
	extern "C" double name(double) __attribute__((const, nothrow));                            \
	SIMGPU_OWN float name(float x) { return name##f(x); }
SIMGPU_MATH1(exp) SIMGPU_MATH1(exp2) SIMGPU_MATH1(exp10) SIMGPU_MATH1(expm1) SIMGPU_MATH1(log) SIMGPU_MATH1(log2) SIMGPU_MATH1(log10) SIMGPU_MATH1(log1p)
SIMGPU_MATH1(sqrt) SIMGPU_MATH1(cbrt) SIMGPU_MATH1(sin) SIMGPU_MATH1(cos) SIMGPU_MATH1(tan) SIMGPU_MATH1(asin) SIMGPU_MATH1(acos) SIMGPU_MATH1(atan)
SIMGPU_MATH1(sinh) SIMGPU_MATH1(cosh) SIMGPU_MATH1(tanh) SIMGPU_MATH1(erf) SIMGPU_MATH1(erfc) SIMGPU_MATH1(floor) SIMGPU_MATH1(ceil) SIMGPU_MATH1(trunc)
SIMGPU_MATH1(round) SIMGPU_MATH1(rint) SIMGPU_MATH1(nearbyint) SIMGPU_MATH1(fabs) SIMGPU_MATH1(lgamma) SIMGPU_MATH1(tgamma)
#undef SIMGPU_MATH1
#define SIMGPU_MATH2(name)                                                                     \
	extern "C" float name##f(float, float) __attribute__((const, nothrow));                    \
	extern "C" double name(double, double) __attribute__((const, nothrow));                    \
	SIMGPU_OWN float name(float x, float y) { return name##f(x, y); }
SIMGPU_MATH2(pow) SIMGPU_MATH2(fmod) SIMGPU_MATH2(fmax) SIMGPU_MATH2(fmin) SIMGPU_MATH2(atan2) SIMGPU_MATH2(copysign) SIMGPU_MATH2(hypot) SIMGPU_MATH2(fdim)
#undef SIMGPU_MATH2
extern "C" float fmaf(float, float, float) __attribute__((const, nothrow));
extern "C" double fma(double, double, double) __attribute__((const, nothrow));
SIMGPU_OWN float fma(float x, float y, float z) { return fmaf(x, y, z); }
extern "C" float ldexpf(float, int) __attribute__((const, nothrow));
extern "C" double ldexp(double, int) __attribute__((const, nothrow));
extern "C" float frexpf(float, int *) __attribute__((nothrow));
extern "C" double frexp(double, int *) __attribute__((nothrow));
extern "C" int abs(int) __attribute__((const, nothrow));
extern "C" long long llabs(long long) __attribute__((const, nothrow));
SIMGPU_OWN float abs(float x) { return fabsf(x); }
SIMGPU_OWN double abs(double x) { return fabs(x); }
SIMGPU_OWN long long abs(long long x) { return llabs(x); }
extern "C" void *memcpy(void *, const void *, size_t) __attribute__((nothrow));
extern "C" void *memset(void *, int, size_t) __attribute__((nothrow));

SIMGPU_OWN float rsqrtf(float x) { return 1 / sqrtf(x); }
SIMGPU_OWN double rsqrt(double x) { return 1 / sqrt(x); }
SIMGPU_OWN float rsqrt(float x) { return rsqrtf(x); }
SIMGPU_OWN float normcdff(float x) { return 0.5f * erfcf(x * -0.70710678118654752f); }
SIMGPU_OWN void sincosf(float x, float *s, float *c) { *s = sinf(x), *c = cosf(x); }

SIMGPU_OWN float __expf(float x) { return expf(x); }
SIMGPU_OWN float __exp10f(float x) { return exp10f(x); }
SIMGPU_OWN float __logf(float x) { return logf(x); }
SIMGPU_OWN float __log2f(float x) { return log2f(x); }
SIMGPU_OWN float __log10f(float x) { return log10f(x); }
SIMGPU_OWN float __sinf(float x) { return sinf(x); }
SIMGPU_OWN float __cosf(float x) { return cosf(x); }
SIMGPU_OWN float __tanf(float x) { return tanf(x); }
SIMGPU_OWN float __powf(float x, float y) { return powf(x, y); }
SIMGPU_OWN float __fdividef(float x, float y) { return x / y; }
SIMGPU_OWN float __saturatef(float x) { return x > 0 ? (x < 1 ? x : 1) : 0; }
SIMGPU_OWN float __frcp_rn(float x) { return 1 / x; }
SIMGPU_OWN float __fsqrt_rn(float x) { return sqrtf(x); }
SIMGPU_OWN float __frsqrt_rn(float x) { return 1 / sqrtf(x); }
SIMGPU_OWN float __fdiv_rn(float x, float y) { return x / y; }
SIMGPU_OWN float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
// These are never contracted to a multiply-add.
SIMGPU_CALL float __fadd_rn(float x, float y) { return x + y; }
SIMGPU_CALL float __fsub_rn(float x, float y) { return x - y; }
SIMGPU_CALL float __fmul_rn(float x, float y) { return x * y; }
SIMGPU_CALL double __dadd_rn(double x, double y) { return x + y; }
SIMGPU_CALL double __dmul_rn(double x, double y) { return x * y; }
SIMGPU_OWN double __fma_rn(double x, double y, double z) { return fma(x, y, z); }

template <class To, class From> SIMGPU_OWN To simgpu_bits(From x) {
	static_assert(sizeof(To) == sizeof(From), "other sizes");
	To y;
	__builtin_memcpy(&y, &x, sizeof y);
	return y;
}
SIMGPU_OWN int __float_as_int(float x) { return simgpu_bits<int>(x); }
SIMGPU_OWN unsigned __float_as_uint(float x) { return simgpu_bits<unsigned>(x); }
SIMGPU_OWN float __int_as_float(int x) { return simgpu_bits<float>(x); }
SIMGPU_OWN float __uint_as_float(unsigned x) { return simgpu_bits<float>(x); }
SIMGPU_OWN long long __double_as_longlong(double x) { return simgpu_bits<long long>(x); }
SIMGPU_OWN double __longlong_as_double(long long x) { return simgpu_bits<double>(x); }

// Conversions clamp and take NaN to 0, as the card does; C++ leaves it open.
template <class I> SIMGPU_OWN I simgpu_clamp(double x) {
	constexpr bool isSigned = I(-1) < I(0);
	constexpr I low = isSigned ? I(I(1) << (8 * sizeof(I) - 1)) : I(0), high = I(~low);
	if (x != x) return 0;
	if (x <= double(low)) return low;
	if (x >= double(high)) return high;
	return I(x);
}
#define SIMGPU_CONVERT(suffix, round)                                                          \
	SIMGPU_OWN int __float2int_##suffix(float x) { return simgpu_clamp<int>(round(double(x))); } \
	SIMGPU_OWN unsigned __float2uint_##suffix(float x) { return simgpu_clamp<unsigned>(round(double(x))); } \
	SIMGPU_OWN long long __float2ll_##suffix(float x) { return simgpu_clamp<long long>(round(double(x))); } \
	SIMGPU_OWN unsigned long long __float2ull_##suffix(float x) { return simgpu_clamp<unsigned long long>(round(double(x))); } \
	SIMGPU_OWN int __double2int_##suffix(double x) { return simgpu_clamp<int>(round(x)); }
SIMGPU_CONVERT(rn, rint) SIMGPU_CONVERT(rz, trunc) SIMGPU_CONVERT(rd, floor) SIMGPU_CONVERT(ru, ceil)
#undef SIMGPU_CONVERT
SIMGPU_OWN float __int2float_rn(int x) { return float(x); }
SIMGPU_OWN float __uint2float_rn(unsigned x) { return float(x); }
SIMGPU_OWN float __ll2float_rn(long long x) { return float(x); }
SIMGPU_OWN float __ull2float_rn(unsigned long long x) { return float(x); }
SIMGPU_OWN float __double2float_rn(double x) { return float(x); }

SIMGPU_OWN int __popc(unsigned x) { return __builtin_popcount(x); }
SIMGPU_OWN int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
SIMGPU_OWN int __clz(int x) { return x ? __builtin_clz(unsigned(x)) : 32; }
SIMGPU_OWN int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }
SIMGPU_OWN int __ffs(int x) { return __builtin_ffs(x); }
SIMGPU_OWN int __ffsll(long long x) { return __builtin_ffsll(x); }
SIMGPU_OWN unsigned __brev(unsigned x) {
	x = (x >> 1 & 0x55555555) | (x & 0x55555555) << 1;
	x = (x >> 2 & 0x33333333) | (x & 0x33333333) << 2;
	x = (x >> 4 & 0x0f0f0f0f) | (x & 0x0f0f0f0f) << 4;
	return __builtin_bswap32(x);
}
SIMGPU_OWN int __mulhi(int x, int y) { return int((long long)x * y >> 32); }
SIMGPU_OWN unsigned __umulhi(unsigned x, unsigned y) { return unsigned((unsigned long long)x * y >> 32); }
SIMGPU_OWN unsigned long long __umul64hi(unsigned long long x, unsigned long long y) { return (unsigned long long)((unsigned __int128)x * y >> 64); }
SIMGPU_OWN unsigned __funnelshift_l(unsigned low, unsigned high, unsigned n) { return unsigned(((unsigned long long)high << 32 | low) << (n & 31) >> 32); }
SIMGPU_OWN unsigned __funnelshift_r(unsigned low, unsigned high, unsigned n) { return unsigned(((unsigned long long)high << 32 | low) >> (n & 31)); }

#define SIMGPU_ORDER(T)                                                                        \
	SIMGPU_OWN T min(T x, T y) { return y < x ? y : x; }                                       \
	SIMGPU_OWN T max(T x, T y) { return x < y ? y : x; }
SIMGPU_ORDER(int) SIMGPU_ORDER(unsigned) SIMGPU_ORDER(long) SIMGPU_ORDER(unsigned long) SIMGPU_ORDER(long long) SIMGPU_ORDER(unsigned long long)
#undef SIMGPU_ORDER
SIMGPU_OWN unsigned min(int x, unsigned y) { return min(unsigned(x), y); }
SIMGPU_OWN unsigned min(unsigned x, int y) { return min(x, unsigned(y)); }
SIMGPU_OWN unsigned max(int x, unsigned y) { return max(unsigned(x), y); }
SIMGPU_OWN unsigned max(unsigned x, int y) { return max(x, unsigned(y)); }
SIMGPU_OWN float min(float x, float y) { return fminf(x, y); }
SIMGPU_OWN float max(float x, float y) { return fmaxf(x, y); }
SIMGPU_OWN double min(double x, double y) { return fmin(x, y); }
SIMGPU_OWN double max(double x, double y) { return fmax(x, y); }

SIMGPU_OWN bool isnan(float x) { return x != x; }
SIMGPU_OWN bool isnan(double x) { return x != x; }
SIMGPU_OWN bool isinf(float x) { return __builtin_isinf(x); }
SIMGPU_OWN bool isinf(double x) { return __builtin_isinf(x); }
SIMGPU_OWN bool isfinite(float x) { return __builtin_isfinite(x); }
SIMGPU_OWN bool isfinite(double x) { return __builtin_isfinite(x); }
SIMGPU_OWN bool signbit(float x) { return __builtin_signbit(x); }

// Reads that a card may cache otherwise; plain ones here, and checked as such.
#define SIMGPU_READ(name) template <class T> inline __attribute__((always_inline)) T name(const T *p) { return *p; }
SIMGPU_READ(__ldg) SIMGPU_READ(__ldcg) SIMGPU_READ(__ldca) SIMGPU_READ(__ldcs)
#undef SIMGPU_READ
#define SIMGPU_WRITE(name) template <class T> inline __attribute__((always_inline)) void name(T *p, T x) { *p = x; }
SIMGPU_WRITE(__stcg) SIMGPU_WRITE(__stcs) SIMGPU_WRITE(__stwt)
#undef SIMGPU_WRITE

SIMGPU_OWN long long clock64() { return (long long)__builtin_ia32_rdtsc(); }

#endif
