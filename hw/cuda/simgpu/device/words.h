// CUDA's words for functions, memory and indices.
#ifndef SIMGPU_WORDS_H
#define SIMGPU_WORDS_H

#include "state.h"

extern "C" simgpu::State *simgpu_state __attribute__((visibility("hidden")));

// Where the caller stands in the .cu text, as a default argument.
#define SIMGPU_HERE ::simgpu::Site site = {__builtin_FILE(), static_cast<::simgpu::u32>(__builtin_LINE())}
// A function of the simulation itself: not checked, whatever it touches.
#define SIMGPU_OWN __attribute__((no_sanitize("thread", "bounds", "alignment", "undefined"), always_inline)) inline
#define SIMGPU_CALL __attribute__((no_sanitize("thread", "bounds", "alignment", "undefined"), noinline)) inline

// __global__, __launch_bounds__ and __shared__ are read by the simulated NVRTC
// (nvrtc/translate.cpp), which takes them out.
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))
#define __constant__ static
#define __grid_constant__
#define __restrict __restrict__

typedef unsigned long size_t;
typedef long ptrdiff_t;

struct uint3 {
	unsigned int x, y, z;
};
struct dim3 {
	unsigned int x, y, z;
	constexpr dim3(unsigned int x = 1, unsigned int y = 1, unsigned int z = 1) : x(x), y(y), z(z) {}
	operator uint3() const { return {x, y, z}; }
};

#define threadIdx (::simgpu_state->self->thread)
#define blockIdx (::simgpu_state->block)
#define blockDim (::simgpu_state->threads)
#define gridDim (::simgpu_state->blocks)
constexpr int warpSize = 32;

namespace simgpu {

// The place of a __shared__ array of type T. Each declaration, and each instance
// of a template that has one, has a Tag of its own.
template <class T, class Tag> SIMGPU_OWN T &shared() {
	static SharedArray array;
	if (array.serial != simgpu_state->serial) simgpu_state->openShared(&array, sizeof(T), alignof(T));
	return *static_cast<T *>(array.at);
}
template <class T> SIMGPU_OWN T *dynamicShared() { return static_cast<T *>(simgpu_state->dynamicShared); }

}  // namespace simgpu

// A kernel's table entry, as the simulated NVRTC makes one for each.
namespace simgpu {

template <u32... I> struct Indices {};
template <u32 N, u32... I> struct MakeIndices : MakeIndices<N - 1, N - 1, I...> {};
template <u32... I> struct MakeIndices<0, I...> { typedef Indices<I...> type; };
template <class T> struct Plain { typedef T type; };
template <class T> struct Plain<const T> { typedef T type; };

template <auto F, class Signature> struct Entry;
template <auto F, class... A> struct Entry<F, void (*)(A...)> {
	static constexpr u32 sizes[sizeof...(A) + 1] = {sizeof(A)..., 0};
	template <u32... I> SIMGPU_OWN static void call(void *const *params, Indices<I...>) {
		(void)params;
		F(*static_cast<typename Plain<A>::type *>(params[I])...);
	}
	SIMGPU_CALL static void run(void *const *params) { call(params, typename MakeIndices<sizeof...(A)>::type()); }
	static constexpr Kernel make(const char *name, u32 maxThreads) {
		return {name, reinterpret_cast<void *>(F), sizeof...(A), sizes, run, maxThreads};
	}
};

}  // namespace simgpu

#endif
