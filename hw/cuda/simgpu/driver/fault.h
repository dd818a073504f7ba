// Faults: what a kernel did wrong, as an error that names kernel, block, thread
// and line, and that stays until the context is gone, as CUDA's do.
#ifndef SIMGPU_FAULT_H
#define SIMGPU_FAULT_H

#include "driver.h"

namespace simgpu {

// The fault that the context holds, or CUDA_SUCCESS.
CUresult sticky();
void clearSticky();

// Notes a fault outside any thread of a kernel, such as a copy out of bounds.
CUresult raise(CUresult code, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Ends the running launch: called in one of its threads (State::fault).
[[noreturn]] void faultInThread(int code, Site site, const void *pc, const char *format, ...) __attribute__((format(printf, 4, 5)));
// The same about another thread of the block.
[[noreturn]] void faultOf(const Fiber *thread, int code, Site site, const void *pc, const char *format, ...) __attribute__((format(printf, 5, 6)));

// Where the code at pc stands in the .cu text, as "file:line", found by addr2line;
// empty if it is not the running module's.
std::string sourceLine(u64 pc);

// Installs the handlers of SIGSEGV and its like, once; they leave alone whatever
// does not happen inside a kernel.
void catchSignals();
// While a launch runs: a timer of CPU time, and a stack for the handlers where
// the thread has none.
void beginWatch();
void endWatch();
extern volatile bool outOfTime;
constexpr char kOutOfTime[] = "a launch without end: more than %g s of CPU time (SIMGPU_WATCHDOG)";

}  // namespace simgpu

#endif
