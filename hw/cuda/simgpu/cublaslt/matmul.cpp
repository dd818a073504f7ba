// Choosing an algorithm and asking for a product.
#include <cstring>

#include "lt.h"

using namespace simgpu;

static cublasStatus_t refuse(const char *why) {
	driver()->explain(why);
	return CUBLAS_STATUS_INVALID_VALUE;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
	cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d, cublasLtMatmulPreference_t preference, int wanted, cublasLtMatmulHeuristicResult_t *results, int *found) {
	if (!found || !results || !preference || wanted < 1) return CUBLAS_STATUS_INVALID_VALUE;
	if (driver()->unlessCapturing()) return CUBLAS_STATUS_INTERNAL_ERROR;  // as cuBLASLt of CUDA 13.3
	*found = 0;
	Problem problem;
	if (cublasStatus_t status = formulate(handle, desc, a, b, c, d, problem)) return status;
	Algorithm algorithm = choose(problem, *preference);
	memset(results, 0, sizeof *results);
	memcpy(&results->algo, &algorithm, sizeof algorithm);
	results->workspaceSize = algorithm.workspace;
	results->state = CUBLAS_STATUS_SUCCESS;
	results->wavesCount = 1;
	*found = 1;
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, const void *alpha, const void *a, cublasLtMatrixLayout_t aLayout,
	const void *b, cublasLtMatrixLayout_t bLayout, const void *beta, const void *c, cublasLtMatrixLayout_t cLayout, void *d, cublasLtMatrixLayout_t dLayout,
	const cublasLtMatmulAlgo_t *algo, void *workspace, size_t workspaceBytes, CUstream stream) {
	Problem problem;
	if (cublasStatus_t status = formulate(handle, desc, aLayout, bLayout, cLayout, dLayout, problem)) return status;
	if (!alpha || !beta || !a || !b || !c || !d) return refuse("cublasLtMatmul: a null pointer");
	Algorithm algorithm = choose(problem, {});
	if (algo) memcpy(&algorithm, algo, sizeof algorithm);
	else for (uint32_t &n : algorithm.alignment) n = 1;
	if (algorithm.key != key(problem)) return refuse("cublasLtMatmul: the algorithm was chosen for another product");
	if (algorithm.workspace > workspaceBytes || (algorithm.workspace && (!workspace || reinterpret_cast<uintptr_t>(workspace) % 16))) return refuse("cublasLtMatmul: the workspace is too small or not aligned to 16 bytes");
	const void *pointers[] = {a, b, c, d};
	cudaDataType types[] = {problem.a.type, problem.b.type, problem.c.type, problem.d.type};
	for (int i = 0; i < 4; i++) {
		uintptr_t address = reinterpret_cast<uintptr_t>(pointers[i]);
		if (address % bytesOf(types[i])) return refuse("cublasLtMatmul: an operand is not aligned to its elements");
		if (algorithm.alignment[i] && address % algorithm.alignment[i]) return refuse("cublasLtMatmul: an operand is less aligned than the preference promised when the algorithm was chosen");
	}
	if (problem.biased() && (!problem.desc.bias || problem.desc.bias % bytesOf(problem.biasType()))) return refuse("cublasLtMatmul: a bias epilogue without a bias");

	Operands operands = {0, 0, nullptr, nullptr, a, b, c, d, workspace};
	if (problem.desc.pointerMode == CUBLASLT_POINTER_MODE_DEVICE) {
		operands.alphaAt = static_cast<const float *>(alpha);
		operands.betaAt = static_cast<const float *>(beta);
	} else {
		operands.alpha = *static_cast<const float *>(alpha);
		operands.beta = *static_cast<const float *>(beta);
	}
	return driver()->enqueue(stream, [=] { multiply(problem, algorithm, operands); }) ? CUBLAS_STATUS_EXECUTION_FAILED : CUBLAS_STATUS_SUCCESS;
}
