// nvcuda::wmma: products of tiles that a warp makes together, see tensor.h.
#ifndef SIMGPU_MMA_H
#define SIMGPU_MMA_H

#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "tensor.h"

namespace nvcuda {
namespace wmma {

struct matrix_a;
struct matrix_b;
struct accumulator;
struct row_major;
struct col_major;
enum layout_t { mem_row_major, mem_col_major };

namespace detail {

template <class T, class U> struct same { static constexpr bool value = false; };
template <class T> struct same<T, T> { static constexpr bool value = true; };

template <class Use, int m, int n, int k> struct shape;
template <int m, int n, int k> struct shape<matrix_a, m, n, k> { static constexpr int rows = m, cols = k, copies = 2; };
template <int m, int n, int k> struct shape<matrix_b, m, n, k> { static constexpr int rows = k, cols = n, copies = 2; };
template <int m, int n, int k> struct shape<accumulator, m, n, k> { static constexpr int rows = m, cols = n, copies = 1; };
using simgpu::tensor::elementOf;
using simgpu::tensor::meet;

}  // namespace detail

template <class Use, int m, int n, int k, class T, class Layout = void> struct fragment {
	static_assert((m == 16 && n == 16 && k == 16) || (m == 32 && n == 8 && k == 16) || (m == 8 && n == 32 && k == 16), "no such tile");
	static_assert(!detail::same<T, __nv_bfloat16>::value || __CUDA_ARCH__ >= 800, "bf16 tiles need sm_80");
	typedef detail::shape<Use, m, n, k> shape;
	typedef T element_type;
	static constexpr int held = shape::rows * shape::cols / 32, num_elements = held * shape::copies;
	T x[num_elements];
};

template <class Use, int m, int n, int k, class T, class Layout> SIMGPU_OWN void fill_fragment(fragment<Use, m, n, k, T, Layout> &f, T value) {
	for (T &x : f.x) x = value;
}

// Each lane reads or writes what it holds, so that the checks see it.
template <class F, class T> inline __attribute__((always_inline)) void simgpu_load(F &f, const T *p, unsigned stride, bool byRows, simgpu::Site site) {
	detail::meet(p, stride, sizeof(T), "load_matrix_sync", site);
	for (int i = 0; i < F::num_elements; i++) {
		int e = detail::elementOf(simgpu_state->self->lane, i % F::held), r = e / F::shape::cols, c = e % F::shape::cols;
		f.x[i] = byRows ? p[r * stride + c] : p[c * stride + r];
	}
}
template <class Use, int m, int n, int k, class T, class Layout>
inline void load_matrix_sync(fragment<Use, m, n, k, T, Layout> &f, const T *p, unsigned stride, SIMGPU_HERE) {
	simgpu_load(f, p, stride, detail::same<Layout, row_major>::value, site);
}
template <int m, int n, int k, class T> inline void load_matrix_sync(fragment<accumulator, m, n, k, T> &f, const T *p, unsigned stride, layout_t layout, SIMGPU_HERE) {
	simgpu_load(f, p, stride, layout == mem_row_major, site);
}
template <int m, int n, int k, class T> inline void store_matrix_sync(T *p, const fragment<accumulator, m, n, k, T> &f, unsigned stride, layout_t layout, SIMGPU_HERE) {
	detail::meet(p, stride, sizeof(T), "store_matrix_sync", site);
	for (int i = 0; i < f.num_elements; i++) {
		int e = detail::elementOf(simgpu_state->self->lane, i), r = e / n, c = e % n;
		p[layout == mem_row_major ? r * stride + c : c * stride + r] = f.x[i];
	}
}

namespace detail {

template <class D, class A, class B> struct Product {
	D *d;
	const A *a;
	const B *b;
	const D *c;
	bool missing;
};
template <class D, class A, class B> SIMGPU_CALL void completeProduct(void *const *args, simgpu::u32 lanes) {
	constexpr int rows = A::shape::rows, depth = A::shape::cols, cols = B::shape::cols;
	float a[rows * depth], b[depth * cols];
	for (int lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1) static_cast<Product<D, A, B> *>(args[lane])->missing = lanes != 0xffffffffu;
	if (lanes != 0xffffffffu) return;
	for (int lane = 0; lane < 32; lane++) {
		const Product<D, A, B> &p = *static_cast<const Product<D, A, B> *>(args[lane]);
		for (int i = 0; i < A::held; i++) a[elementOf(lane, i)] = p.a->x[i];
		for (int i = 0; i < B::held; i++) b[elementOf(lane, i)] = p.b->x[i];
	}
	for (int lane = 0; lane < 32; lane++) {
		const Product<D, A, B> &p = *static_cast<const Product<D, A, B> *>(args[lane]);
		for (int i = 0; i < D::held; i++) {
			int e = elementOf(lane, i), r = e / cols, c = e % cols;
			float sum = p.c->x[i];
			for (int l = 0; l < depth; l++) sum = fmaf(a[r * depth + l], b[l * cols + c], sum);
			p.d->x[i] = sum;
		}
	}
}

}  // namespace detail

template <int m, int n, int k, class T, class S, class LA, class LB>
SIMGPU_CALL void mma_sync(fragment<accumulator, m, n, k, S> &d, const fragment<matrix_a, m, n, k, T, LA> &a, const fragment<matrix_b, m, n, k, T, LB> &b, const fragment<accumulator, m, n, k, S> &c, SIMGPU_HERE) {
	typedef fragment<accumulator, m, n, k, S> D;
	typedef fragment<matrix_a, m, n, k, T, LA> A;
	typedef fragment<matrix_b, m, n, k, T, LB> B;
	detail::Product<D, A, B> p = {&d, &a, &b, &c, false};
	simgpu_state->collective(detail::completeProduct<D, A, B>, &p, 0xffffffffu, "mma_sync", site);
	if (p.missing) simgpu_state->fault(719, site, nullptr, "mma_sync needs all 32 lanes");
}

}  // namespace wmma
}  // namespace nvcuda

#endif
