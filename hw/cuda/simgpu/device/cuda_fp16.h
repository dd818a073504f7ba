// Half precision under CUDA's names.
#ifndef SIMGPU_FP16_H
#define SIMGPU_FP16_H

#include "narrow.h"

typedef simgpu::Narrow<simgpu::HalfFormat> __half, half;
typedef simgpu::NarrowPair<simgpu::HalfFormat> __half2, half2;
SIMGPU_NARROW(__half, __half2, __half2float, __float2half, __floats2half2_rn, __half22float2, __half_as_ushort, __ushort_as_half)
SIMGPU_OWN __half2 __float22half2_rn(float2 v) { return __floats2half2_rn(v.x, v.y); }
SIMGPU_OWN __half2 __halves2half2(__half x, __half y) { return {x, y}; }

#endif
