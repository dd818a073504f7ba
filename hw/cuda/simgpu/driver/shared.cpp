#include "shared.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "fault.h"
#include "launch.h"
#include "shadow.h"

namespace simgpu {

constexpr size_t kWindow = 512 << 10;
constexpr u32 kPad = 64;
constexpr u8 kPadByte = 0xfa, kNaNByte = 0xff;  // 0xff...: NaN in fp32, fp16 and bf16, -1 in int

static char *window;
static u32 used, count;  // bytes and arrays of this block
static u32 declared;  // bytes without pads
static u64 lowestTop;  // where the dynamic part of the block before began
static u32 begins[1024], ends[1024];  // of each array

void createShared() {
	window = static_cast<char *>(mmap(nullptr, kWindow + kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	if (window == MAP_FAILED || mprotect(window, kWindow, PROT_READ | PROT_WRITE)) abort();
	lowestTop = reinterpret_cast<u64>(window) + kWindow;
	createShadow(state->shared, reinterpret_cast<u64>(window), kWindow, true);
}

u32 maxShared() {
	switch (settings.capability) {
	case 75: return 64 << 10;
	case 80: case 87: return 163 << 10;
	case 86: case 89: case 120: return 99 << 10;
	default: return 227 << 10;
	}
}

void openBlock(u32 dynamicBytes) {
	markDead(state->shared, state->shared.base, used);
	used = count = declared = 0;
	u32 bytes = (dynamicBytes + 15) & ~15u;
	state->dynamicShared = window + kWindow - bytes;
	memset(state->dynamicShared, kNaNByte, bytes);
	u64 top = reinterpret_cast<u64>(state->dynamicShared);
	if (top > lowestTop) markDead(state->shared, lowestTop, top - lowestTop);  // an earlier launch had more
	lowestTop = top;
	markLive(state->shared, top, dynamicBytes);
}

void openShared(SharedArray *array, u32 bytes, u32 align) {
	used = (used + align - 1) & -align;
	used = (used + 15) & ~15u;
	declared += bytes;
	if (declared > kStaticShared || count == 1024)
		faultInThread(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, {nullptr, 0}, __builtin_return_address(0), "more than %u bytes of static shared memory", kStaticShared);
	array->at = window + used;
	array->serial = state->serial;
	memset(array->at, kNaNByte, bytes);
	memset(window + used + bytes, kPadByte, kPad);
	markLive(state->shared, reinterpret_cast<u64>(array->at), bytes);
	begins[count] = used;
	used += bytes;
	ends[count++] = used;
	used += kPad;
}

std::string describeShared(u64 address) {
	u32 at = static_cast<u32>(address - state->shared.base);
	for (u32 i = count; i-- > 0;)
		if (at >= ends[i]) return "an access outside a __shared__ array: " + std::to_string(at - ends[i]) + " bytes past the end of " + std::to_string(ends[i] - begins[i]) + " bytes";
	return "an access outside every __shared__ array";
}

void closeBlock() {
	for (u32 i = 0; i < count; i++)
		for (u32 k = 0; k < kPad; k++)
			if (u8(window[ends[i] + k]) != kPadByte) {
				raise(CUDA_ERROR_ILLEGAL_ADDRESS, "kernel %s, block (%u,%u,%u): a write behind the end of a __shared__ array, %u bytes past it (SIMGPU_CHECK=1 names thread and line)", running->kernel->name, state->block.x, state->block.y, state->block.z, k);
				return;
			}
}

}  // namespace simgpu
