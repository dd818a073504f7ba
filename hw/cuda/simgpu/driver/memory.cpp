#include "memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>

#include "context.h"
#include "fault.h"
#include "shadow.h"
#include "stream.h"

namespace simgpu {

namespace {

constexpr u64 kReserve = 256ull << 30, kAlign = 256;
constexpr u64 kNear = 64 << 10;  // an address so near to an allocation is said to miss it

struct Allocation {
	u64 bytes, mapped;  // asked for; pages from `pages` on
	u64 pages;
	bool freed;
};
std::map<u64, Allocation> allocations;  // by address, freed ones too
u64 next, inUse;
std::map<u64, u64> pinned;  // address, bytes

u64 roundUp(u64 n, u64 to) { return (n + to - 1) / to * to; }

const std::pair<const u64, Allocation> *find(u64 address) {
	auto it = allocations.upper_bound(address);
	return it == allocations.begin() ? nullptr : &*std::prev(it);
}

void release(u64 address, Allocation &a) {
	a.freed = true;
	inUse -= a.bytes;
	markDead(state->device, address, a.bytes);
	madvise(reinterpret_cast<void *>(a.pages), a.mapped, MADV_DONTNEED);
	mprotect(reinterpret_cast<void *>(a.pages), a.mapped, PROT_NONE);
}

}  // namespace

void createMemory() {
	void *map = mmap(nullptr, kReserve, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED) abort();
	createShadow(state->device, reinterpret_cast<u64>(map), kReserve, false);
	next = state->device.base + kPage;
}

void freeAll() {
	for (auto &[address, a] : allocations)
		if (!a.freed) release(address, a);
}

std::string describe(u64 address) {
	char text[200];
	auto after = allocations.upper_bound(address);
	if (after != allocations.begin()) {
		auto &[begin, a] = *std::prev(after);
		u64 past = address - begin;
		if (past < a.bytes && a.freed) snprintf(text, sizeof text, "use after free: byte %llu of a freed allocation of %llu bytes", past, a.bytes);
		else if (past < a.bytes) snprintf(text, sizeof text, "byte %llu of an allocation of %llu bytes%s", past, a.bytes, firstDead(state->device, address, 1) ? "" : ", which is not in use");
		else if (past - a.bytes < kNear && (after == allocations.end() || past - a.bytes < after->first - address)) snprintf(text, sizeof text, "an access outside an allocation: %llu bytes past the end of %llu bytes", past - a.bytes, a.bytes);
		else *text = 0;
		if (*text) return text;
	}
	if (after != allocations.end() && after->first - address < kNear) snprintf(text, sizeof text, "an access outside an allocation: %llu bytes before one of %llu bytes", after->first - address, after->second.bytes);
	else snprintf(text, sizeof text, "an access outside every allocation");
	return text;
}

CUresult touch(u64 address, u64 bytes, bool write, bool any, const char *what) {
	if (!bytes) return CUDA_SUCCESS;
	auto a = find(address);
	if (!a || a->second.freed || address + bytes > a->first + a->second.bytes) {
		u64 bad = a && !a->second.freed && address < a->first + a->second.bytes ? a->first + a->second.bytes : address;
		return raise(CUDA_ERROR_ILLEGAL_ADDRESS, "%s of %llu bytes: %s", what, bytes, describe(bad).c_str());
	}
	u64 dead = firstDead(state->device, address, bytes);
	if (dead < bytes) return raise(CUDA_ERROR_ILLEGAL_ADDRESS, "%s of %llu bytes: byte %llu lies in no live part of its allocation", what, bytes, dead);
	if (write) {
		markWritten(state->device, address, bytes);
	} else if (!any) {
		u64 fresh = firstUnwritten(state->device, address, bytes);
		if (fresh < bytes) return raise(CUDA_ERROR_ILLEGAL_ADDRESS, "%s of %llu bytes reads byte %llu, which was never written", what, bytes, fresh);
	}
	return CUDA_SUCCESS;
}

bool isPinned(const void *pointer) {
	u64 address = reinterpret_cast<u64>(pointer);
	auto it = pinned.upper_bound(address);
	return it != pinned.begin() && address < std::prev(it)->first + std::prev(it)->second;
}

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT CUresult cuMemGetInfo_v2(size_t *free, size_t *total) {
	Call call;
	if (call.error) return call.error;
	*total = settings.memory;
	*free = settings.memory - inUse;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuMemAlloc_v2(CUdeviceptr *pointer, size_t bytes) {
	Call call;
	if (call.error) return call.error;
	if (!pointer || !bytes) return CUDA_ERROR_INVALID_VALUE;
	if (CUresult error = refuseInCapture()) return error;
	u64 rounded = roundUp(bytes, kAlign), mapped = roundUp(rounded, kPage);
	if (bytes > settings.memory - inUse) return CUDA_ERROR_OUT_OF_MEMORY;
	if (next + mapped + kPage > state->device.base + kReserve) return CUDA_ERROR_OUT_OF_MEMORY;
	if (mprotect(reinterpret_cast<void *>(next), mapped, PROT_READ | PROT_WRITE)) return CUDA_ERROR_OUT_OF_MEMORY;
	memset(reinterpret_cast<void *>(next), 0xff, mapped);
	u64 address = next + mapped - rounded;
	allocations[address] = {bytes, mapped, next, false};
	next += mapped + kPage;
	inUse += bytes;
	markLive(state->device, address, bytes);
	*pointer = address;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuMemFree_v2(CUdeviceptr pointer) {
	Call call;
	if (call.error) return call.error;
	if (CUresult error = refuseInCapture()) return error;
	if (CUresult error = drainAll()) return error;  // the real one waits too
	auto it = allocations.find(pointer);
	if (it == allocations.end() || it->second.freed) return CUDA_ERROR_INVALID_VALUE;
	release(pointer, it->second);
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuMemHostAlloc(void **pointer, size_t bytes, unsigned int) {
	Call call;
	if (call.error) return call.error;
	if (!pointer || !bytes) return CUDA_ERROR_INVALID_VALUE;
	void *map = mmap(nullptr, roundUp(bytes, kPage), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED) return CUDA_ERROR_OUT_OF_MEMORY;
	memset(map, 0xff, bytes);
	pinned[reinterpret_cast<u64>(map)] = bytes;
	*pointer = map;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuMemFreeHost(void *pointer) {
	Call call;
	if (call.error) return call.error;
	if (CUresult error = drainAll()) return error;
	auto it = pinned.find(reinterpret_cast<u64>(pointer));
	if (it == pinned.end()) return CUDA_ERROR_INVALID_VALUE;
	munmap(pointer, roundUp(it->second, kPage));
	pinned.erase(it);
	return CUDA_SUCCESS;
}

// For the simulated cuBLASLt, inside of its queued operations: the lock is held.
SIMGPU_EXPORT CUresult simgpuTouch(CUdeviceptr address, u64 bytes, bool write, const char *what) { return touch(address, bytes, write, false, what); }

// For arenas, which hand out parts of one allocation: a released part counts as
// outside every array until it is acquired again, fresh. Release the whole
// allocation first. Only the simulated driver exports these.
SIMGPU_EXPORT CUresult simgpuAcquire(CUdeviceptr pointer, size_t bytes) {
	Call call;
	if (call.error) return call.error;
	auto a = find(pointer);
	if (!a || a->second.freed || pointer + bytes > a->first + a->second.bytes) return CUDA_ERROR_INVALID_VALUE;
	if (CUresult error = drainAll()) return error;
	memset(reinterpret_cast<void *>(pointer), 0xff, bytes);
	markLive(state->device, pointer, bytes);
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult simgpuRelease(CUdeviceptr pointer, size_t bytes) {
	Call call;
	if (call.error) return call.error;
	auto a = find(pointer);
	if (!a || a->second.freed || pointer + bytes > a->first + a->second.bytes) return CUDA_ERROR_INVALID_VALUE;
	if (CUresult error = drainAll()) return error;
	markDead(state->device, pointer, bytes);
	return CUDA_SUCCESS;
}
