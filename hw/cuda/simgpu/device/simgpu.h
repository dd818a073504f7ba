// All that a .cu text knows without including anything, as under NVRTC.
#ifndef SIMGPU_H
#define SIMGPU_H

#include "words.h"
#include "vector.h"
#include "math.h"
#include "atomic.h"
#include "warp.h"
#include "ptx.h"
#include "tensor.h"

#endif
