// Shared memory of the block that runs: __shared__ arrays from the bottom of a
// window, each followed by a pad; extern __shared__ at its top, before a guard page.
#ifndef SIMGPU_SHARED_H
#define SIMGPU_SHARED_H

#include "driver.h"

namespace simgpu {

constexpr u32 kStaticShared = 48 << 10;  // what a kernel may declare

void createShared();
// The most that cuFuncSetAttribute may allow a kernel, by capability.
u32 maxShared();

void openBlock(u32 dynamicBytes);
void openShared(SharedArray *array, u32 bytes, u32 align);
// Checks the pads behind the arrays.
void closeBlock();

// What an address outside of the arrays is, for messages.
std::string describeShared(u64 address);

}  // namespace simgpu

#endif
