// Which products there are, and how one is done.
#include <algorithm>

#include "lt.h"

namespace simgpu {

static bool isHalf(cudaDataType t) { return t == CUDA_R_16F || t == CUDA_R_16BF; }

// The combinations of types that cuBLASLt documents for 32-bit accumulation.
static bool supported(const Problem &p, int capability) {
	cudaDataType ab = p.a.type;
	if (p.b.type != ab || p.c.type != p.d.type || p.desc.scale != CUDA_R_32F) return false;
	if (ab != CUDA_R_32F && !isHalf(ab)) return false;
	if (p.d.type != CUDA_R_32F && p.d.type != ab) return false;
	if (p.desc.compute == CUBLAS_COMPUTE_32F_FAST_TF32) {
		if (ab != CUDA_R_32F || capability < 80) return false;
	} else if (p.desc.compute != CUBLAS_COMPUTE_32F) {
		return false;
	}
	if (ab == CUDA_R_16BF && capability < 80) return false;
	switch (p.desc.epilogue) {
	case CUBLASLT_EPILOGUE_DEFAULT: case CUBLASLT_EPILOGUE_GELU: return true;
	case CUBLASLT_EPILOGUE_BIAS: case CUBLASLT_EPILOGUE_GELU_BIAS: return p.biasType() == p.d.type;
	}
	return false;
}

static bool fits(const cublasLtMatrixLayoutOpaque &x, uint64_t rows, uint64_t cols) {
	return x.rows == rows && x.cols == cols && x.ld >= static_cast<int64_t>(rows);
}

cublasStatus_t formulate(const cublasLtContext *handle, const cublasLtMatmulDescOpaque *desc, const cublasLtMatrixLayoutOpaque *a,
	const cublasLtMatrixLayoutOpaque *b, const cublasLtMatrixLayoutOpaque *c, const cublasLtMatrixLayoutOpaque *d, Problem &p) {
	if (!handle) return CUBLAS_STATUS_NOT_INITIALIZED;
	if (!desc || !a || !b || !c || !d) return CUBLAS_STATUS_INVALID_VALUE;
	for (int32_t op : {desc->transA, desc->transB})
		if (op != CUBLAS_OP_N && op != CUBLAS_OP_T) return CUBLAS_STATUS_NOT_SUPPORTED;
	bool ta = desc->transA == CUBLAS_OP_T, tb = desc->transB == CUBLAS_OP_T;
	p = {d->rows, d->cols, ta ? a->rows : a->cols, *desc, *a, *b, *c, *d};
	if (!p.m || !p.n || !p.k) return CUBLAS_STATUS_INVALID_VALUE;
	if (!fits(*a, ta ? p.k : p.m, ta ? p.m : p.k) || !fits(*b, tb ? p.n : p.k, tb ? p.k : p.n) || !fits(*c, p.m, p.n) || !fits(*d, p.m, p.n)) return CUBLAS_STATUS_INVALID_VALUE;
	return supported(p, handle->capability) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}

uint64_t key(const Problem &p) {
	uint64_t h = 0xcbf29ce484222325ull;
	for (uint64_t v : {p.m, p.n, p.k, uint64_t(p.a.ld), uint64_t(p.b.ld), uint64_t(p.c.ld), uint64_t(p.d.ld), uint64_t(p.a.type), uint64_t(p.d.type),
		     uint64_t(p.desc.transA), uint64_t(p.desc.transB), uint64_t(p.desc.compute), uint64_t(p.desc.epilogue), uint64_t(p.desc.pointerMode)})
		h = (h ^ v) * 0x100000001b3ull;
	return h;
}

Algorithm choose(const Problem &p, const cublasLtMatmulPreferenceOpaque &preference) {
	Algorithm chosen = {key(p), 1, 0, {}};
	std::copy_n(preference.alignment, 4, chosen.alignment);
	// By the shape, as heuristics do: few rows and much to sum are split over k,
	// where there is room for the parts; else sums come in halves or not.
	if (p.k >= 64 && (p.m * p.n) % 3) chosen.parts = 2;
	if (p.k >= 256 && p.m * p.n <= 4096 && p.m * p.n * 4 * sizeof(float) <= preference.workspace) {
		chosen.parts = 4;
		chosen.workspace = p.m * p.n * 4 * sizeof(float);
	}
	return chosen;
}

}  // namespace simgpu
