// Fibers: the threads of a block, each with a stack of its own.
#ifndef SIMGPU_FIBER_H
#define SIMGPU_FIBER_H

#include "driver.h"

namespace simgpu {

constexpr size_t kStackBytes = 128 << 10;  // of which the lowest page is a guard

// Saves the running stack pointer in *save and goes on where `load` was saved.
extern "C" void simgpu_switch(void **save, void *load) __attribute__((visibility("hidden")));

extern Fiber *fibers;  // kMaxThreads of them

// Makes fibers[i] begin in `start`, which must not return.
void prepare(u32 i, void (*start)());
// Whether an address is in the guard page of one of the stacks.
bool inStackGuard(u64 address);

}  // namespace simgpu

#endif
