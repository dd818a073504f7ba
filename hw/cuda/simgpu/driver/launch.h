// Launches: a grid's blocks one after another, a block's threads as fibers.
#ifndef SIMGPU_LAUNCH_H
#define SIMGPU_LAUNCH_H

#include <array>
#include <vector>

#include "driver.h"

namespace simgpu {

struct LoadedModule;

// One launch, with its arguments copied.
struct Launch {
	const Kernel *kernel;
	LoadedModule *module;
	Dim blocks, threads;
	u32 dynamicShared;
	std::vector<std::array<unsigned char, 8>> params;
};

// The launch that runs, or null.
extern const Launch *running;

// Runs it to its end or to its first fault.
CUresult run(const Launch &launch);

// Leaves the running launch from one of its threads, for good.
[[noreturn]] void abandon();

// Fills the engine's entries of State.
void installEngine();

}  // namespace simgpu

#endif
