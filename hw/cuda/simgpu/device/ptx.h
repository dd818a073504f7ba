// What kernels/mma.cuh asks for in PTX: products of 16×16 tiles, matrices out of
// shared memory, copies that arrive later. A lane holds what "PTX ISA, matrix
// fragments for mma.m16n8k16" says. Sums are made in float in the order of k, which
// no card promises.
#ifndef SIMGPU_PTX_H
#define SIMGPU_PTX_H

#include "narrow.h"
#include "warp.h"

namespace simgpu {

struct Rows {
	u32 row[4];  // the lane's 16 bytes
	u32 out[4];
	bool turned, missing;
};
SIMGPU_CALL void completeRows(void *const *args, u32 lanes) {
	u16 all[32][8];
	for (u32 lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1) {
			Rows &r = *static_cast<Rows *>(args[lane]);
			r.missing = lanes != 0xffffffffu;
			__builtin_memcpy(all[lane], r.row, 16);
		}
	if (lanes != 0xffffffffu) return;
	for (u32 lane = 0; lane < 32; lane++) {
		Rows &r = *static_cast<Rows *>(args[lane]);
		for (u32 m = 0; m < 4; m++) {
			u32 row = lane / 4, col = lane % 4 * 2;
			u16 low = r.turned ? all[8 * m + col][row] : all[8 * m + row][col], high = r.turned ? all[8 * m + col + 1][row] : all[8 * m + row][col + 1];
			r.out[m] = low | u32(high) << 16;
		}
	}
}
SIMGPU_OWN void exchange(u32 *f, Rows &r, const char *name, Site site) {
	simgpu_state->collective(completeRows, &r, 0xffffffffu, name, site);
	if (r.missing) simgpu_state->fault(719, site, nullptr, "%s needs all 32 lanes", name);
	for (int i = 0; i < 4; i++) f[i] = r.out[i];
}

struct Tile {
	float *sum;
	const u32 *a, *b;
	bool missing;
};
template <class Format> SIMGPU_CALL void completeTile(void *const *args, u32 lanes) {
	float a[16][16], b[16][16];  // b by columns
	for (u32 lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1) static_cast<Tile *>(args[lane])->missing = lanes != 0xffffffffu;
	if (lanes != 0xffffffffu) return;
	for (u32 lane = 0; lane < 32; lane++) {
		const Tile &t = *static_cast<const Tile *>(args[lane]);
		for (u32 i = 0; i < 4; i++)
			for (u32 half = 0; half < 2; half++) {
				u32 k = lane % 4 * 2 + half;
				a[lane / 4 + 8 * (i % 2)][k + 8 * (i / 2)] = Format::unpack(u16(t.a[i] >> 16 * half));
				b[lane / 4 + 8 * (i / 2)][k + 8 * (i % 2)] = Format::unpack(u16(t.b[i] >> 16 * half));
			}
	}
	for (u32 lane = 0; lane < 32; lane++) {
		const Tile &t = *static_cast<const Tile *>(args[lane]);
		for (u32 i = 0; i < 8; i++) {
			float *row = a[lane / 4 + 8 * (i / 2 % 2)], *col = b[lane % 4 * 2 + 8 * (i / 4) + i % 2];
			for (u32 k = 0; k < 16; k++) t.sum[i] = fmaf(row[k], col[k], t.sum[i]);
		}
	}
}
template <class Format> SIMGPU_OWN void product(float *sum, const u32 *a, const u32 *b, const char *name, Site site) {
	Tile t = {sum, a, b, false};
	simgpu_state->collective(completeTile<Format>, &t, 0xffffffffu, name, site);
	if (t.missing) simgpu_state->fault(719, site, nullptr, "%s needs all 32 lanes", name);
}

}  // namespace simgpu

// The lane reads its row itself, so that the checks see it.
#define SIMGPU_LDMATRIX(name, turn)                                                                                       \
	inline void name(unsigned (&f)[4], const unsigned short *row, SIMGPU_HERE) {                                          \
		if (reinterpret_cast<::simgpu::u64>(row) % 16) simgpu_state->fault(716, site, nullptr, #name " needs rows aligned to 16 bytes"); \
		::simgpu::Rows r = {{}, {}, turn, false};                                                                         \
		for (int i = 0; i < 8; i++) r.row[i / 2] |= unsigned(row[i]) << 16 * (i % 2);                                     \
		::simgpu::exchange(f, r, #name, site);                                                                            \
	}
SIMGPU_LDMATRIX(ldmatrix4, false)
SIMGPU_LDMATRIX(ldmatrix4Turned, true)

#if __CUDA_ARCH__ >= 800
SIMGPU_CALL void mmaBF16(float (&sum)[8], const unsigned (&a)[4], const unsigned (&b)[4], SIMGPU_HERE) { ::simgpu::product<::simgpu::BrainFormat>(sum, a, b, "mmaBF16", site); }
SIMGPU_CALL void mmaF16(float (&sum)[8], const unsigned (&a)[4], const unsigned (&b)[4], SIMGPU_HERE) { ::simgpu::product<::simgpu::HalfFormat>(sum, a, b, "mmaF16", site); }

SIMGPU_OWN unsigned pairBF16(float low, float high) { return ::simgpu::BrainFormat::pack(low) | unsigned(::simgpu::BrainFormat::pack(high)) << 16; }
SIMGPU_OWN unsigned pairF16(float low, float high) { return ::simgpu::HalfFormat::pack(low) | unsigned(::simgpu::HalfFormat::pack(high)) << 16; }

SIMGPU_OWN float exp2Fast(float x) { return exp2f(x) < 0x1p-126f ? 0 : exp2f(x); }

// A copy's target holds NaN until the thread has waited for it.
inline void copyAsync(unsigned short *to, const unsigned short *from, bool there, SIMGPU_HERE) {
	::simgpu::Fiber *self = simgpu_state->self;
	if ((reinterpret_cast<::simgpu::u64>(to) | reinterpret_cast<::simgpu::u64>(from)) % 16) simgpu_state->fault(716, site, nullptr, "copyAsync needs addresses aligned to 16 bytes");
	if (self->copies == ::simgpu::kMaxCopies) simgpu_state->fault(719, site, nullptr, "copyAsync: more copies under way than the simulated device keeps");
	for (int i = 0; i < 8; i++) to[i] = 0xffff;
	self->copy[self->copies++] = {to, there ? from : nullptr, self->group};
}
SIMGPU_OWN void copiesGroup() { simgpu_state->self->group++; }
inline void copiesWait(bool lastToo) {
	::simgpu::Fiber *self = simgpu_state->self;
	unsigned left = 0;
	for (unsigned c = 0; c < self->copies; c++) {
		::simgpu::Copy copy = self->copy[c];
		if (copy.group + (lastToo ? 0 : 1) >= self->group) {  // not in a group yet, or in the last one
			self->copy[left++] = copy;
			continue;
		}
		for (int i = 0; i < 8; i++) static_cast<unsigned short *>(copy.to)[i] = copy.from ? static_cast<const unsigned short *>(copy.from)[i] : 0;
	}
	self->copies = left;
}
#endif

#endif
