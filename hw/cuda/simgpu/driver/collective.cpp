// Warp operations: lanes give their arguments and wait; the last one to arrive
// computes for all.
#include "fault.h"
#include "schedule.h"

namespace simgpu {

// What has to arrive: lanes of the mask that have not ended.
static bool complete(u32 warp, const Pending &p) { return p.arrived && !(p.mask & ~block.ended[warp] & ~p.arrived); }

static void finish(u32 warp, Pending &p) {
	u32 lanes = p.arrived;
	p.arrived = 0;
	p.complete(p.args, lanes);
	wake(warp, lanes);
}

void collective(Complete fn, void *arg, u32 mask, const char *name, Site site) {
	Fiber *self = state->self;
	self->site = site;
	u32 bit = 1u << self->lane;
	if (!(mask & bit)) faultInThread(CUDA_ERROR_LAUNCH_FAILED, site, nullptr, "%s with mask %#x, which lacks the calling lane %u", name, mask, self->lane);
	Pending *mine = nullptr;
	for (Pending &p : block.pending[self->warp])
		if (p.arrived && p.complete == fn && p.mask == mask && p.name == name) mine = &p;
	if (!mine)
		for (Pending &p : block.pending[self->warp])
			if (!p.arrived) mine = &p;
	if (!mine) reportStuck();  // five different operations at once in one warp
	if (!mine->arrived) {
		mine->complete = fn;
		mine->name = name;
		mine->mask = mask;
		mine->site = site;
	}
	mine->arrived |= bit;
	mine->args[self->lane] = arg;
	if (complete(self->warp, *mine)) {
		finish(self->warp, *mine);
		return;
	}
	waitHere();
}

void warpSynced() { state->warpTick[state->self->warp] = ++state->tick; }

void laneEnded(u32 warp) {
	for (Pending &p : block.pending[warp])
		if (complete(warp, p)) finish(warp, p);
}

}  // namespace simgpu
