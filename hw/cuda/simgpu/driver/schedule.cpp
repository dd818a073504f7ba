#include "schedule.h"

#include "fault.h"
#include "launch.h"

namespace simgpu {

Block block;

// The n-th set bit from a random start: not exactly fair, and fast.
static u32 drawBit(u32 bits) {
	u32 turn = static_cast<u32>(block.random.next() >> 32) & 31;
	u32 turned = bits >> turn | bits << (-turn & 31);
	return (static_cast<u32>(__builtin_ctz(turned)) + turn) & 31;
}

static u32 draw() {
	u32 warp = block.favourite;
	if (!block.ahead || !(block.active >> warp & 1)) warp = block.favourite = drawBit(block.active);
	return warp * 32 + drawBit(block.runnable[warp]);
}

static void sleepLane(const Fiber *f) {
	if (!(block.runnable[f->warp] &= ~(1u << f->lane))) block.active &= ~(1u << f->warp);
}

void wake(u32 warp, u32 lanes) {
	if (!lanes) return;
	block.runnable[warp] |= lanes;
	block.active |= 1u << warp;
}

static void go(Fiber *from, Fiber *to) {
	if (outOfTime) faultInThread(CUDA_ERROR_LAUNCH_TIMEOUT, {nullptr, 0}, nullptr, kOutOfTime, settings.watchdog);
	if (from == to) return;
	state->self = to;
	simgpu_switch(&from->sp, to->sp);
}

void waitHere() {
	Fiber *self = state->self;
	sleepLane(self);
	if (!block.active) reportStuck();
	go(self, &fibers[draw()]);
}

void letOthersRun() {
	Fiber *self = state->self;
	go(self, &fibers[draw()]);
}

void endThread() {
	Fiber *self = state->self;
	sleepLane(self);
	block.ended[self->warp] |= 1u << self->lane;
	block.live--;
	laneEnded(self->warp);
	if (!block.live) abandon();
	if (!block.active) reportStuck();
	go(self, &fibers[draw()]);
	__builtin_unreachable();
}

}  // namespace simgpu
