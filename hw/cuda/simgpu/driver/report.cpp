#include "report.h"

#include <algorithm>
#include <vector>

#include "fault.h"
#include "memory.h"
#include "shared.h"

namespace simgpu {

static std::vector<std::pair<u32, Dim>> blocks;  // of this launch, by tick

void noteBlock(Dim index, u32 tick) { blocks.emplace_back(tick, index); }
void forgetBlocks() { blocks.clear(); }

static bool isShared(u64 address) { return address - state->shared.base < state->shared.bytes; }

void reportAccess(Bad why, u64 address, u32 bytes, bool write, Site site, const void *pc) {
	std::string verb = write ? "write" : "read", what;
	std::string size = " (a " + verb + " of " + std::to_string(bytes) + " bytes)";
	CUresult code = CUDA_ERROR_ILLEGAL_ADDRESS;
	switch (why) {
	case kDead:
		what = isShared(address) ? describeShared(address) : describe(address);
		what += size;
		break;
	case kUnwritten:
		what = "a read of what was never written, " + (isShared(address) ? std::string("in shared memory") : describe(address)) + size;
		break;
	case kMisaligned:
		code = CUDA_ERROR_MISALIGNED_ADDRESS;
		what = "a misaligned access" + size;
		break;
	case kOthersLocal: what = "an access to another thread's local memory" + size; break;
	case kHost: what = "an access to memory of the host" + size; break;
	}
	faultInThread(code, site, pc, "%s", what.c_str());
}

void reportRace(u64 address, bool write, const Other &other, Site site, const void *pc) {
	auto after = std::upper_bound(blocks.begin(), blocks.end(), other.tick, [](u32 tick, const auto &b) { return tick < b.first; });
	Dim b = after == blocks.begin() ? state->block : std::prev(after)->second, n = state->threads;
	std::string line = other.place & kPlaceIsLine ? "line " + std::to_string(other.place & ~kPlaceIsLine) : sourceLine(state->image + other.place - 1);
	char who[200];
	snprintf(who, sizeof who, "block (%u,%u,%u), thread (%u,%u,%u), %s", b.x, b.y, b.z, other.thread % n.x, other.thread / n.x % n.y, other.thread / n.x / n.y, line.c_str());
	bool between = other.tick < state->blockTick;
	faultInThread(CUDA_ERROR_LAUNCH_FAILED, site, pc, "a race %s: this %s and the %s by %s have no barrier between them", isShared(address) ? "in shared memory" : between ? "between blocks" : "in device memory",
		write ? "write" : "read", other.wrote ? "write" : "read", who);
}

}  // namespace simgpu
