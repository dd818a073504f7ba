#include "shadow.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace simgpu {

template <class T> static T *reserve(u64 count) {
	void *map = mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED) abort();
	return static_cast<T *>(map);
}

void createShadow(Shadow &s, u64 base, u64 bytes, bool shared) {
	s = {base, bytes, nullptr, nullptr, nullptr, nullptr, shared};
	if (!settings.checked) return;
	s.live = reserve<u8>(bytes / 8 + 16);
	s.init = reserve<u8>(bytes / 8 + 16);
	s.words = reserve<Cell>(bytes / 4 + 4);
	s.singles = reserve<Cell>(bytes + 16);
}

static void set(u8 *bits, u64 from, u64 count, bool on) {
	u64 end = from + count;
	while (from < end && from % 8) {
		u8 bit = u8(1 << from % 8);
		bits[from / 8] = on ? bits[from / 8] | bit : bits[from / 8] & ~bit;
		from++;
	}
	if (end > from) {
		memset(bits + from / 8, on ? 0xff : 0, (end - from) / 8);
		from += (end - from) / 8 * 8;
	}
	for (; from < end; from++) {
		u8 bit = u8(1 << from % 8);
		bits[from / 8] = on ? bits[from / 8] | bit : bits[from / 8] & ~bit;
	}
}

static bool get(const u8 *bits, u64 i) { return bits[i / 8] >> (i % 8) & 1; }

static u64 firstClear(const u8 *bits, u64 from, u64 count) {
	for (u64 i = 0; i < count;) {
		if ((from + i) % 8 == 0 && bits[(from + i) / 8] == 0xff) i += 8;
		else if (get(bits, from + i)) i++;
		else return i;
	}
	return count;
}

void markLive(Shadow &s, u64 address, u64 bytes) {
	if (!s.live) return;
	set(s.live, address - s.base, bytes, true);
	set(s.init, address - s.base, bytes, false);
}

void markDead(Shadow &s, u64 address, u64 bytes) {
	if (s.live) set(s.live, address - s.base, bytes, false);
}

void markWritten(Shadow &s, u64 address, u64 bytes) {
	if (s.init) set(s.init, address - s.base, bytes, true);
}

u64 firstDead(const Shadow &s, u64 address, u64 bytes) { return s.live ? firstClear(s.live, address - s.base, bytes) : bytes; }
u64 firstUnwritten(const Shadow &s, u64 address, u64 bytes) { return s.init ? firstClear(s.init, address - s.base, bytes) : bytes; }

void copyWritten(Shadow &s, u64 to, u64 from, u64 bytes) {
	if (!s.init) return;
	if (firstUnwritten(s, from, bytes) == bytes) {
		set(s.init, to - s.base, bytes, true);
		return;
	}
	for (u64 i = 0; i < bytes; i++) set(s.init, to - s.base + i, 1, get(s.init, from - s.base + i));
}

}  // namespace simgpu
