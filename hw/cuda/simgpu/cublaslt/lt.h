// The simulated cuBLASLt: products D = epilogue(alpha·op(A)·op(B) + beta·C) of
// column-major matrices, queued in a stream of the simulated driver.
//
// It answers as the real one as far as that is documented. Which sums are made in
// which order depends on the shape, so bits differ between batches there too.
#ifndef SIMGPU_LT_H
#define SIMGPU_LT_H

#define ABI_PROTOTYPES
#include "abi.h"

#include <functional>
#include <string>
#include <vector>

struct cublasLtContext {
	int capability;
};

struct cublasLtMatmulDescOpaque {
	cublasComputeType_t compute;
	cudaDataType scale;
	int32_t pointerMode = CUBLASLT_POINTER_MODE_HOST;
	int32_t transA = CUBLAS_OP_N, transB = CUBLAS_OP_N;
	uint32_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
	uint64_t bias = 0;
	int32_t biasType = -1;  // -1: D's
};

struct cublasLtMatrixLayoutOpaque {
	cudaDataType type;
	uint64_t rows, cols;
	int64_t ld;
};

struct cublasLtMatmulPreferenceOpaque {
	uint64_t workspace = 0;
	uint32_t alignment[4] = {256, 256, 256, 256};  // of A, B, C, D
};

namespace simgpu {

// A product with everything known but its data.
struct Problem {
	uint64_t m, n, k;
	cublasLtMatmulDescOpaque desc;
	cublasLtMatrixLayoutOpaque a, b, c, d;

	bool gelu() const { return desc.epilogue & CUBLASLT_EPILOGUE_GELU; }
	bool biased() const { return desc.epilogue & CUBLASLT_EPILOGUE_BIAS; }
	cudaDataType biasType() const { return desc.biasType < 0 ? d.type : desc.biasType; }
};

// How the simulation does it; lies in cublasLtMatmulAlgo_t.
struct Algorithm {
	uint64_t key;  // of the problem it was chosen for
	uint64_t parts;  // sums over k are made in so many parts
	uint64_t workspace;
	uint32_t alignment[4];
};
static_assert(sizeof(Algorithm) <= sizeof(cublasLtMatmulAlgo_t), "an algorithm is opaque data of fixed size");

// SUCCESS, or why cuBLASLt would not do it.
cublasStatus_t formulate(const cublasLtContext *handle, const cublasLtMatmulDescOpaque *desc, const cublasLtMatrixLayoutOpaque *a,
	const cublasLtMatrixLayoutOpaque *b, const cublasLtMatrixLayoutOpaque *c, const cublasLtMatrixLayoutOpaque *d, Problem &problem);
Algorithm choose(const Problem &problem, const cublasLtMatmulPreferenceOpaque &preference);
uint64_t key(const Problem &problem);

size_t bytesOf(cudaDataType type);
// Reads and rounds to the nearest.
float load(const void *from, cudaDataType type, uint64_t i);
void store(void *to, cudaDataType type, uint64_t i, float value);

// The product itself, on the simulated device's memory, inside of the stream.
struct Operands {
	float alpha, beta;  // host mode
	const float *alphaAt, *betaAt;  // device mode
	const void *a, *b, *c;
	void *d, *workspace;
};
void multiply(const Problem &problem, const Algorithm &algorithm, const Operands &operands);

// What the simulated driver offers, from the libcuda.so.1 beside this library.
struct Driver {
	CUresult (*enqueue)(CUstream, const std::function<void()> &);
	CUresult (*unlessCapturing)();
	CUresult (*touch)(CUdeviceptr, uint64_t bytes, bool write, const char *what);
	void (*explain)(const char *text);  // for simgpuLastFault
	CUresult (*current)(CUcontext *);
	decltype(&cuDeviceGetAttribute) attribute;
};
const Driver *driver();

}  // namespace simgpu

#define SIMGPU_EXPORT extern "C" __attribute__((visibility("default")))

#endif
