// __syncthreads: all threads of the block reach one and the same barrier.
//
// Hardware lets a barrier pass once all threads that have not ended are there.
// Here an ended thread is a fault as well: such kernels hang or read half-written
// memory on other cards.
#include <cstring>

#include "fault.h"
#include "schedule.h"

namespace simgpu {

int barrier(int predicate, Site site) {
	Fiber *self = state->self;
	self->site = site;
	if (!block.arrived) {
		block.barrier = site;
		block.predicates = 0;
	}
	if (block.live < block.threads) reportStuck();
	if (block.barrier.line != site.line || strcmp(block.barrier.file, site.file)) {
		faultInThread(CUDA_ERROR_LAUNCH_FAILED, site, nullptr, "a barrier that not all threads reach: this thread is at this one while others wait at line %u", block.barrier.line);
	}
	block.arrived++;
	block.predicates += predicate != 0;
	if (block.arrived < block.threads) {
		block.atBarrier[self->id] = true;
		waitHere();
		return static_cast<int>(block.result);
	}
	block.arrived = 0;
	block.result = block.predicates;
	state->barrierTick = ++state->tick;
	for (u32 w = 0; w < block.warps; w++) {
		wake(w, ~block.ended[w]);
		state->warpTick[w] = state->tick;
	}
	memset(block.atBarrier, 0, block.threads);
	block.favourite = block.random.below(block.warps);
	letOthersRun();
	return static_cast<int>(block.result);
}

}  // namespace simgpu
