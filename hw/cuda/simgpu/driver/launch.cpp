#include "launch.h"

#include <chrono>
#include <cstring>
#include <numeric>

#include "fault.h"
#include "module.h"
#include "report.h"
#include "schedule.h"
#include "shared.h"

namespace simgpu {

const Launch *running;
static void *host;  // the stack pointer of the host's side
static void *arguments[256];
static u64 launches;

static void threadMain() {
	running->kernel->run(arguments);
	endThread();
}

void abandon() {
	void *nobody;
	simgpu_switch(&nobody, host);
	__builtin_unreachable();
}

static void runBlock(const Launch &l, Dim index, u64 seed) {
	state->block = index;
	state->serial++;
	state->blockTick = state->barrierTick = ++state->tick;
	if (settings.checked) noteBlock(index, state->blockTick);
	openBlock(l.dynamicShared);

	block.threads = block.live = l.threads.x * l.threads.y * l.threads.z;
	block.warps = (block.threads + 31) / 32;
	block.random.state = seed;
	block.ahead = settings.order ? settings.order == 2 : block.random.next() & 1;
	block.favourite = block.random.below(block.warps);
	block.arrived = 0;
	block.active = block.warps == 32 ? ~0u : (1u << block.warps) - 1;
	memset(block.atBarrier, 0, block.threads);
	for (u32 w = 0; w < block.warps; w++) {
		u32 lanes = block.threads - w * 32;
		block.runnable[w] = lanes >= 32 ? ~0u : (1u << lanes) - 1;
		block.ended[w] = ~block.runnable[w];
		state->warpTick[w] = state->tick;
		for (Pending &p : block.pending[w]) p.arrived = 0;
	}
	for (u32 i = 0; i < block.threads; i++) prepare(i, threadMain);

	state->self = &fibers[block.random.below(block.threads)];
	simgpu_switch(&host, state->self->sp);
	if (sticky() == CUDA_SUCCESS) closeBlock();
}

CUresult run(const Launch &l) {
	running = &l;
	*l.module->exports->state = state;
	state->blocks = l.blocks;
	state->threads = l.threads;
	state->image = l.module->image;
	state->imageBytes = l.module->imageBytes;
	state->launchTick = ++state->tick;
	forgetBlocks();
	for (size_t i = 0; i < l.params.size(); i++) arguments[i] = const_cast<unsigned char *>(l.params[i].data());
	u32 i = 0;
	for (u32 z = 0; z < l.threads.z; z++)
		for (u32 y = 0; y < l.threads.y; y++)
			for (u32 x = 0; x < l.threads.x; x++, i++) {
				fibers[i].thread = {x, y, z};
				fibers[i].id = i;
				fibers[i].warp = i / 32;
				fibers[i].lane = i % 32;
			}

	// Blocks in the order begin, begin+step, ... : a permutation, as step and the
	// count have no common factor.
	Random random = {settings.seed * 0x100000001b3ull + launches++};
	u64 count = u64(l.blocks.x) * l.blocks.y * l.blocks.z;
	u64 begin = random.next() % count, step = random.next() % count;
	while (std::gcd(step, count) != 1) step = (step + 1) % count;
	if (count == 1) step = 1;
	beginWatch();
	for (u64 n = 0, b = begin; n < count && sticky() == CUDA_SUCCESS; n++, b = (b + step) % count) {
		Dim index = {u32(b % l.blocks.x), u32(b / l.blocks.x % l.blocks.y), u32(b / l.blocks.x / l.blocks.y)};
		runBlock(l, index, random.next());
	}
	endWatch();
	running = nullptr;
	return sticky();
}

void installEngine() {
	state->barrier = barrier;
	state->collective = collective;
	state->warpSynced = warpSynced;
	state->yield = letOthersRun;
	state->fault = faultInThread;
	state->openShared = openShared;
	state->badAccess = reportAccess;
	state->race = reportRace;
}

}  // namespace simgpu
