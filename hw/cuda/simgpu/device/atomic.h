// Atomic operations. Only one thread runs at a time, so plain ones do; the checks
// learn that they do not race with one another.
#ifndef SIMGPU_ATOMIC_H
#define SIMGPU_ATOMIC_H

#include "words.h"

#if SIMGPU_CHECKED
extern "C" void simgpu_atomic(void *at, unsigned bytes, ::simgpu::Site site) __attribute__((visibility("hidden")));
#else
SIMGPU_OWN void simgpu_atomic(void *, unsigned, ::simgpu::Site) {}
#endif

#define SIMGPU_ATOMIC(name, T, expression)                                                     \
	SIMGPU_CALL T name(T *at, T x, SIMGPU_HERE) {                                              \
		simgpu_atomic(at, sizeof(T), site);                                                    \
		T old = *at;                                                                           \
		*at = expression;                                                                      \
		return old;                                                                            \
	}
#define SIMGPU_ATOMICS(T)                                                                      \
	SIMGPU_ATOMIC(atomicMin, T, x < old ? x : old)                                             \
	SIMGPU_ATOMIC(atomicMax, T, old < x ? x : old)                                             \
	SIMGPU_ATOMIC(atomicAnd, T, old & x)                                                       \
	SIMGPU_ATOMIC(atomicOr, T, old | x)                                                        \
	SIMGPU_ATOMIC(atomicXor, T, old ^ x)                                                       \
	SIMGPU_ATOMIC(atomicExch, T, x)                                                            \
	SIMGPU_CALL T atomicCAS(T *at, T expected, T x, SIMGPU_HERE) {                             \
		simgpu_atomic(at, sizeof(T), site);                                                    \
		T old = *at;                                                                           \
		if (old == expected) *at = x;                                                          \
		return old;                                                                            \
	}
SIMGPU_ATOMICS(int) SIMGPU_ATOMICS(unsigned) SIMGPU_ATOMICS(unsigned long long)
SIMGPU_ATOMIC(atomicMin, long long, x < old ? x : old)
SIMGPU_ATOMIC(atomicMax, long long, old < x ? x : old)
SIMGPU_ATOMIC(atomicExch, float, x)
SIMGPU_ATOMIC(atomicAdd, int, int(unsigned(old) + unsigned(x)))
SIMGPU_ATOMIC(atomicAdd, unsigned, old + x)
SIMGPU_ATOMIC(atomicAdd, unsigned long long, old + x)
SIMGPU_ATOMIC(atomicAdd, float, old + x)
SIMGPU_ATOMIC(atomicAdd, double, old + x)
SIMGPU_ATOMIC(atomicSub, int, int(unsigned(old) - unsigned(x)))
SIMGPU_ATOMIC(atomicSub, unsigned, old - x)
SIMGPU_ATOMIC(atomicInc, unsigned, old >= x ? 0 : old + 1)
SIMGPU_ATOMIC(atomicDec, unsigned, old == 0 || old > x ? x : old - 1)
#undef SIMGPU_ATOMICS
#undef SIMGPU_ATOMIC

#endif
