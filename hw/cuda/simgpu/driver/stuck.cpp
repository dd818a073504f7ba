// Says who waits where for whom when a block can't go on.
#include "fault.h"
#include "schedule.h"

namespace simgpu {

static const Pending *waitsAt(const Fiber &f) {
	for (const Pending &p : block.pending[f.warp])
		if (p.arrived >> f.lane & 1) return &p;
	return nullptr;
}

// What a thread does that keeps others waiting.
static std::string excuse(const Fiber &f) {
	std::string who = "thread (" + std::to_string(f.thread.x) + "," + std::to_string(f.thread.y) + "," + std::to_string(f.thread.z) + ") ";
	if (block.ended[f.warp] >> f.lane & 1) return who + "has ended";
	if (const Pending *p = waitsAt(f)) return who + "waits at " + p->name + ", line " + std::to_string(p->site.line);
	if (block.atBarrier[f.id]) return who + "waits at the barrier in line " + std::to_string(block.barrier.line);
	return who + "is on its way";
}

void reportStuck() {
	// A warp operation that lacks lanes says more than the barrier others wait at.
	for (u32 i = 0; i < block.threads; i++) {
		const Fiber &f = fibers[i];
		const Pending *p = waitsAt(f);
		if (!p) continue;
		u32 missing = p->mask & ~block.ended[f.warp] & ~p->arrived;
		if (!missing) continue;
		const Fiber &other = fibers[f.warp * 32 + static_cast<u32>(__builtin_ctz(missing))];
		faultOf(&f, CUDA_ERROR_LAUNCH_FAILED, p->site, nullptr, "%s with mask %#x lacks lanes %#x: %s", p->name, p->mask, missing, excuse(other).c_str());
	}
	const Fiber *waiting = state->self, *missing = nullptr;
	u32 count = 0;
	for (u32 i = 0; i < block.threads; i++) {
		if (block.atBarrier[i]) waiting = &fibers[i];
		bool ended = block.ended[i / 32] >> (i % 32) & 1;
		count += ended;
		if (ended && !missing) missing = &fibers[i];
	}
	if (!missing) faultOf(waiting, CUDA_ERROR_LAUNCH_FAILED, block.barrier, nullptr, "no thread can go on");
	faultOf(waiting, CUDA_ERROR_LAUNCH_FAILED, block.barrier, nullptr, "a barrier that not all threads reach: %s (%u of %u have ended)", excuse(*missing).c_str(), count, block.threads);
}

}  // namespace simgpu
