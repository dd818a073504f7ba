// The one device, its primary context, and what every entry point checks.
#ifndef SIMGPU_CONTEXT_H
#define SIMGPU_CONTEXT_H

#include "driver.h"

struct CUctx_st {
	int retained;
};

namespace simgpu {

// Takes the lock and says what keeps an entry point from working: no cuInit, a
// fault that the context holds, or no context current on this thread of the
// operating system (CUDA's rule, easily broken by goroutines).
struct Call {
	explicit Call(bool needsContext = true);
	CUresult error;

  private:
	std::lock_guard<std::mutex> hold;
};

}  // namespace simgpu

#endif
