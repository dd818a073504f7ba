// Tensor cores: products of 16×16 tiles that a warp makes together, by the names
// under which NVRTC has them without any header (CUDA's mma.h calls these).
//
// Which lane holds which element is open in CUDA; here it is an odd order, another
// one for each layout, so that nobody can depend on one or mix two up. Every
// operation needs all 32 lanes with the same arguments. Sums are made in float in
// the order of k, which no card promises.
#ifndef SIMGPU_TENSOR_H
#define SIMGPU_TENSOR_H

#include "narrow.h"
#include "warp.h"

namespace simgpu {
namespace tensor {

// The element of the tile that place i of a lane holds.
SIMGPU_OWN int elementOf(int lane, int i, int odd = 11) { return i * 32 + ((lane - odd * i) & 31); }

// All lanes meet, and must bring the same words.
struct Meeting {
	u64 words[2];
	bool differs;
};
SIMGPU_CALL void completeMeeting(void *const *args, u32 lanes) {
	const Meeting &first = *static_cast<const Meeting *>(args[__builtin_ctz(lanes)]);
	bool differs = lanes != 0xffffffffu;
	for (u32 lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1) {
			const Meeting &m = *static_cast<const Meeting *>(args[lane]);
			differs = differs || m.words[0] != first.words[0] || m.words[1] != first.words[1];
		}
	for (u32 lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1) static_cast<Meeting *>(args[lane])->differs = differs;
}
SIMGPU_CALL void meet(const void *p, unsigned stride, unsigned bytes, const char *name, Site site) {
	Meeting m = {{(u64)p, stride}, false};
	simgpu_state->collective(completeMeeting, &m, 0xffffffffu, name, site);
	if (m.differs) simgpu_state->fault(719, site, nullptr, "%s needs all 32 lanes, with the same pointer and stride", name);
	if (m.words[0] % 32 || stride * bytes % 16) simgpu_state->fault(716, site, nullptr, "%s needs a pointer aligned to 32 bytes and rows of a multiple of 16 bytes", name);
}

// A layout's order: by rows 0, by columns 1.
SIMGPU_OWN int oddOf(int layout) { return layout ? 7 : 11; }

// Each lane reads or writes what it holds, so that the checks see it.
template <int copies, class T> inline __attribute__((always_inline)) void load(T *to, const T *p, unsigned stride, int layout, const char *name, Site site) {
	meet(p, stride, sizeof(T), name, site);
	for (int i = 0; i < 8 * copies; i++) {
		int e = elementOf(simgpu_state->self->lane, i % 8, oddOf(layout)), r = e / 16, c = e % 16;
		to[i] = layout ? p[c * stride + r] : p[r * stride + c];
	}
}

struct Product {
	float *d;
	const u16 *a, *b;
	const float *c;
	int layout;  // of a times 2, and of b
	bool missing;
};
template <class Format> SIMGPU_CALL void completeProduct(void *const *args, u32 lanes) {
	float a[256], b[256];
	for (int lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1) static_cast<Product *>(args[lane])->missing = lanes != 0xffffffffu;
	if (lanes != 0xffffffffu) return;
	for (int lane = 0; lane < 32; lane++) {
		const Product &p = *static_cast<const Product *>(args[lane]);
		for (int i = 0; i < 8; i++) {
			a[elementOf(lane, i, oddOf(p.layout & 2))] = Format::unpack(p.a[i]);
			b[elementOf(lane, i, oddOf(p.layout & 1))] = Format::unpack(p.b[i]);
		}
	}
	for (int lane = 0; lane < 32; lane++) {
		const Product &p = *static_cast<const Product *>(args[lane]);
		for (int i = 0; i < 8; i++) {
			int e = elementOf(lane, i), r = e / 16, c = e % 16;
			float sum = p.c[i];
			for (int l = 0; l < 16; l++) sum = fmaf(a[r * 16 + l], b[l * 16 + c], sum);
			p.d[i] = sum;
		}
	}
}
template <class Format> SIMGPU_OWN void multiply(float *d, const int *a, const int *b, const float *c, int layout, const char *name, Site site) {
	Product p = {d, reinterpret_cast<const u16 *>(a), reinterpret_cast<const u16 *>(b), c, layout, false};
	simgpu_state->collective(completeProduct<Format>, &p, 0xffffffffu, name, site);
	if (p.missing) simgpu_state->fault(719, site, nullptr, "%s needs all 32 lanes", name);
}

}  // namespace tensor
}  // namespace simgpu

#define SIMGPU_TENSOR(Format, copies, loads, product)                                                                                  \
	inline void loads##a(int *f, const int *p, unsigned stride, int layout, SIMGPU_HERE) { ::simgpu::tensor::load<copies>(reinterpret_cast<::simgpu::u16 *>(f), reinterpret_cast<const ::simgpu::u16 *>(p), stride, layout, #loads "a", site); } \
	inline void loads##b(int *f, const int *p, unsigned stride, int layout, SIMGPU_HERE) { ::simgpu::tensor::load<copies>(reinterpret_cast<::simgpu::u16 *>(f), reinterpret_cast<const ::simgpu::u16 *>(p), stride, layout, #loads "b", site); } \
	SIMGPU_CALL void product(float *d, const int *a, const int *b, const float *c, int layout, int, SIMGPU_HERE) { ::simgpu::tensor::multiply<Format>(d, a, b, c, layout, #product, site); }
SIMGPU_TENSOR(::simgpu::HalfFormat, 2, __hmma_m16n16k16_ld_, __hmma_m16n16k16_mma_f32f32)
#if __CUDA_ARCH__ >= 800
SIMGPU_TENSOR(::simgpu::BrainFormat, 1, __mma_bf16_m16n16k16_ld_, __mma_bf16_m16n16k16_mma_f32)
#endif

inline void __hmma_m16n16k16_ld_c_f32(float *f, const float *p, unsigned stride, int layout, SIMGPU_HERE) {
	::simgpu::tensor::meet(p, stride, 4, "__hmma_m16n16k16_ld_c_f32", site);
	for (int i = 0; i < 8; i++) {
		int e = ::simgpu::tensor::elementOf(simgpu_state->self->lane, i), r = e / 16, c = e % 16;
		f[i] = layout ? p[c * stride + r] : p[r * stride + c];
	}
}
inline void __hmma_m16n16k16_st_c_f32(float *p, const float *f, unsigned stride, int layout, SIMGPU_HERE) {
	::simgpu::tensor::meet(p, stride, 4, "__hmma_m16n16k16_st_c_f32", site);
	for (int i = 0; i < 8; i++) {
		int e = ::simgpu::tensor::elementOf(simgpu_state->self->lane, i), r = e / 16, c = e % 16;
		p[layout ? c * stride + r : r * stride + c] = f[i];
	}
}

#endif
