// bfloat16 under CUDA's names.
#ifndef SIMGPU_BF16_H
#define SIMGPU_BF16_H

#include "narrow.h"

typedef simgpu::Narrow<simgpu::BrainFormat> __nv_bfloat16, nv_bfloat16;
typedef simgpu::NarrowPair<simgpu::BrainFormat> __nv_bfloat162, nv_bfloat162;
SIMGPU_NARROW(__nv_bfloat16, __nv_bfloat162, __bfloat162float, __float2bfloat16, __floats2bfloat162_rn, __bfloat1622float2, __bfloat16_as_ushort, __ushort_as_bfloat16)
SIMGPU_OWN __nv_bfloat162 __float22bfloat162_rn(float2 v) { return __floats2bfloat162_rn(v.x, v.y); }
SIMGPU_OWN __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 x, __nv_bfloat16 y) { return {x, y}; }

#endif
