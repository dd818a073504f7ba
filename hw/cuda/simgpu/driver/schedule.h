// Which thread of a block goes on, and what each waits for.
#ifndef SIMGPU_SCHEDULE_H
#define SIMGPU_SCHEDULE_H

#include "fiber.h"

namespace simgpu {

// A warp operation that lanes have begun and not all have reached.
struct Pending {
	Complete complete;
	const char *name;
	Site site;
	u32 mask, arrived;
	void *args[32];
};

// The block that runs.
struct Block {
	u32 threads, warps, live;
	u32 runnable[kMaxWarps];  // lanes that can go on
	u32 ended[kMaxWarps];  // lanes that have ended, or never were
	u32 active;  // warps with runnable lanes
	bool ahead;  // one warp runs ahead, else all are drawn alike
	u32 favourite;  // that warp
	Random random;

	u32 arrived, predicates, result;  // at the barrier
	Site barrier;
	bool atBarrier[kMaxThreads];
	Pending pending[kMaxWarps][4];
};
extern Block block;

// Goes on with some other thread; returns when the caller is drawn again.
void waitHere();
// The same for a caller that could go on.
void letOthersRun();
// Ends the calling thread.
[[noreturn]] void endThread();
void wake(u32 warp, u32 lanes);

// Nothing can go on, or a thread has broken a rule of barriers: says who waits
// where for whom (stuck.cpp).
[[noreturn]] void reportStuck();

// barrier.cpp and collective.cpp, the engine's part of State.
int barrier(int predicate, Site site);
void collective(Complete complete, void *arg, u32 mask, const char *name, Site site);
void warpSynced();
// Completes what waited for the lane that has just ended.
void laneEnded(u32 warp);

}  // namespace simgpu

#endif
