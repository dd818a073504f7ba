// CUDA's short vectors.
#ifndef SIMGPU_VECTOR_H
#define SIMGPU_VECTOR_H

#include "words.h"

#define SIMGPU_VECTORS(name, T, two, four)                                                            \
	struct name##1 { T x; };                                                                          \
	struct __align__(two) name##2 { T x, y; };                                                        \
	struct name##3 { T x, y, z; };                                                                    \
	struct __align__(four) name##4 { T x, y, z, w; };                                                 \
	SIMGPU_OWN name##1 make_##name##1(T x) { return {x}; }                                            \
	SIMGPU_OWN name##2 make_##name##2(T x, T y) { return {x, y}; }                                    \
	SIMGPU_OWN name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; }                            \
	SIMGPU_OWN name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }

SIMGPU_VECTORS(char, signed char, 2, 4)
SIMGPU_VECTORS(uchar, unsigned char, 2, 4)
SIMGPU_VECTORS(short, short, 4, 8)
SIMGPU_VECTORS(ushort, unsigned short, 4, 8)
SIMGPU_VECTORS(int, int, 8, 16)
SIMGPU_VECTORS(float, float, 8, 16)
SIMGPU_VECTORS(longlong, long long, 16, 16)
SIMGPU_VECTORS(ulonglong, unsigned long long, 16, 16)
SIMGPU_VECTORS(double, double, 16, 16)
#undef SIMGPU_VECTORS

struct uint1 { unsigned x; };
struct __align__(8) uint2 { unsigned x, y; };
struct __align__(16) uint4 { unsigned x, y, z, w; };
SIMGPU_OWN uint1 make_uint1(unsigned x) { return {x}; }
SIMGPU_OWN uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
SIMGPU_OWN uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }
SIMGPU_OWN uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

#endif
