// Called before every access of a kernel to memory: g++ -fsanitize=thread puts the
// calls in, and finds these functions instead of its own library's.
#include "race.h"

extern "C" simgpu::State *simgpu_state __attribute__((visibility("hidden")));

namespace simgpu {

typedef const void *PC;

// Memory that is neither the device's nor shared.
static void elsewhere(const State &s, u64 address, u32 bytes, bool write, Site site, PC pc) {
	if (address - s.own < s.ownBytes) {
		if (address >= s.stacks && (address - s.stacks) / s.stackBytes != s.self->id) s.badAccess(kOthersLocal, address, bytes, write, site, pc);
		return;
	}
	if (address - s.image >= s.imageBytes) s.badAccess(kHost, address, bytes, write, site, pc);
}

// Whether all bits of a range are set; sets them too if `write`.
static bool covers(u8 *bits, u64 from, u32 count) {
	if (count == 16 && from % 8 == 0) return bits[from / 8] == 0xff && bits[from / 8 + 1] == 0xff;
	if (from % 8 + count <= 8) {
		u32 mask = ((1u << count) - 1) << from % 8;
		return (bits[from / 8] & mask) == mask;
	}
	for (u64 i = from; i < from + count; i++)
		if (!(bits[i / 8] >> i % 8 & 1)) return false;
	return true;
}
static void cover(u8 *bits, u64 from, u32 count) {
	for (u64 i = from, end = from + count; i < end;) {
		u64 upTo = (i / 8 + 1) * 8 < end ? (i / 8 + 1) * 8 : end;
		bits[i / 8] = u8(bits[i / 8] | ((1u << (upTo - i)) - 1) << i % 8);
		i = upTo;
	}
}

static inline void access(u64 address, u32 bytes, Kind kind, Site site, PC pc) {
	if (!simgpu_state) return;  // the module's own table is being made
	const State &s = *simgpu_state;
	bool write = kind != kRead;
	const Shadow *m = &s.device;
	u64 offset = address - m->base;
	if (offset >= m->bytes) {
		m = &s.shared;
		offset = address - m->base;
		if (offset >= m->bytes) return elsewhere(s, address, bytes, write, site, pc);
	}
	if (!covers(m->live, offset, bytes)) {
		while (m->live[offset / 8] >> offset % 8 & 1) offset++;
		s.badAccess(kDead, m->base + offset, bytes, write, site, pc);
	}
	if (kind != kWrite && !covers(m->init, offset, bytes)) s.badAccess(kUnwritten, address, bytes, write, site, pc);
	if (write) cover(m->init, offset, bytes);
	u32 place = site.line ? site.line | kPlaceIsLine : static_cast<u32>(reinterpret_cast<u64>(pc) - s.image);
	Other other;
	if (enterAll(s, *m, offset, bytes, kind, place, other)) s.race(address, write, other, site, pc);
}

static inline void aligned(const void *at, u32 bytes, Kind kind, PC pc) {
	u64 address = reinterpret_cast<u64>(at);
	if (address & (bytes - 1) && simgpu_state) simgpu_state->badAccess(kMisaligned, address, bytes, kind != kRead, {nullptr, 0}, pc);
	access(address, bytes, kind, {nullptr, 0}, pc);
}

}  // namespace simgpu

using namespace simgpu;

#define HOOK extern "C" void
#define HOOKS(n)                                                                                                       \
	HOOK __tsan_read##n(void *at) { aligned(at, n, kRead, __builtin_return_address(0)); }                              \
	HOOK __tsan_write##n(void *at) { aligned(at, n, kWrite, __builtin_return_address(0)); }                            \
	HOOK __tsan_unaligned_read##n(void *at) { access(reinterpret_cast<u64>(at), n, kRead, {nullptr, 0}, __builtin_return_address(0)); } \
	HOOK __tsan_unaligned_write##n(void *at) { access(reinterpret_cast<u64>(at), n, kWrite, {nullptr, 0}, __builtin_return_address(0)); }
HOOKS(1)
HOOKS(2)
HOOKS(4)
HOOKS(8)
HOOKS(16)

HOOK __tsan_read_range(void *at, unsigned long bytes) { access(reinterpret_cast<u64>(at), u32(bytes), kRead, {nullptr, 0}, __builtin_return_address(0)); }
HOOK __tsan_write_range(void *at, unsigned long bytes) { access(reinterpret_cast<u64>(at), u32(bytes), kWrite, {nullptr, 0}, __builtin_return_address(0)); }
HOOK __tsan_init() {}
HOOK __tsan_func_entry(void *) {}
HOOK __tsan_func_exit() {}

// From device/atomic.h.
HOOK simgpu_atomic(void *at, unsigned bytes, Site site) {
	u64 address = reinterpret_cast<u64>(at);
	if (address & (bytes - 1)) simgpu_state->badAccess(kMisaligned, address, bytes, true, site, nullptr);
	access(address, bytes, kAtomically, site, nullptr);
}
