// What the files of the simulated driver share: its one lock, its settings and
// the engine's state.
#ifndef SIMGPU_DRIVER_H
#define SIMGPU_DRIVER_H

#define ABI_PROTOTYPES
#include "abi.h"

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "../device/state.h"

namespace simgpu {

// Settings from the environment, read at cuInit (SIMGPU_...).
struct Settings {
	u64 seed = 1;  // SEED: order of threads, blocks and streams
	int order = 0;  // ORDER: 0 both, 1 uniform, 2 one warp ahead
	bool checked = false;  // CHECK=1
	size_t memory = size_t(4) << 30;  // MEMORY, bytes
	int capability = 80;  // SM
	int version = 12090;  // DRIVER
	bool graphs = true;  // GRAPHS=0: streams can't capture
	double watchdog = 60;  // WATCHDOG, seconds of CPU time a launch may take
};
extern Settings settings;

constexpr size_t kPage = 4096;

// State lives at the head of a mapping that also holds the fibers and their
// stacks, so that the hooks know all of it by one comparison.
extern State *state;
void createState();

// Every entry point holds it: one call at a time, as kernels are.
extern std::mutex lock;

// A small random generator (splitmix64).
struct Random {
	u64 state;
	u64 next() {
		u64 z = (state += 0x9e3779b97f4a7c15ull);
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
		return z ^ (z >> 31);
	}
	u32 below(u32 n) { return static_cast<u32>((next() >> 32) * n >> 32); }
};

}  // namespace simgpu

#define SIMGPU_EXPORT extern "C" __attribute__((visibility("default")))

#endif
