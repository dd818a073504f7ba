//go:build cuda && cgo

#include <stdlib.h>

#include "shim_calls.h"

static int check(cublasStatus_t r, const char *call) {
	if (r == CUBLAS_STATUS_SUCCESS) return 0;
	const char *fault = shim.lastFault ? shim.lastFault() : 0;
	return shimFail(r, "%s: %s%s%s", call, shim.cublasLtGetStatusString(r), fault ? ": " : "", fault ? fault : "");
}

#define LT(name, ...)                                          \
	do {                                                       \
		int failed = check(shim.name(__VA_ARGS__), #name);     \
		if (failed) return failed;                             \
	} while (0)

struct shimPlan {
	shimShape shape;
	cublasLtMatmulDesc_t desc;
	cublasLtMatrixLayout_t a, b, d;
	cublasLtMatmulAlgo_t algo;
	size_t workspace;
};

int shimLt(CUcontext c, cublasLtHandle_t *handle, size_t *version) {
	ON(c);
	LT(cublasLtCreate, handle);
	*version = shim.cublasLtGetVersion();
	return 0;
}

int shimCloseLt(CUcontext c, cublasLtHandle_t handle) {
	ON(c);
	LT(cublasLtDestroy, handle);
	return 0;
}

#define SET(object, call, attribute, type, value)                        \
	do {                                                                 \
		type v = value;                                                  \
		LT(call, object, attribute, &v, sizeof v);                       \
	} while (0)

static int describe(shimPlan *p, CUdeviceptr bias) {
	const shimShape *s = &p->shape;
	LT(cublasLtMatmulDescCreate, &p->desc, s->compute, CUDA_R_32F);
	SET(p->desc, cublasLtMatmulDescSetAttribute, CUBLASLT_MATMUL_DESC_TRANSA, int32_t, s->transA ? CUBLAS_OP_T : CUBLAS_OP_N);
	SET(p->desc, cublasLtMatmulDescSetAttribute, CUBLASLT_MATMUL_DESC_TRANSB, int32_t, s->transB ? CUBLAS_OP_T : CUBLAS_OP_N);
	if (s->deviceAlpha)
		SET(p->desc, cublasLtMatmulDescSetAttribute, CUBLASLT_MATMUL_DESC_POINTER_MODE, int32_t, CUBLASLT_POINTER_MODE_DEVICE);
	if (s->bias) {
		SET(p->desc, cublasLtMatmulDescSetAttribute, CUBLASLT_MATMUL_DESC_EPILOGUE, uint32_t, CUBLASLT_EPILOGUE_BIAS);
		SET(p->desc, cublasLtMatmulDescSetAttribute, CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, int32_t, s->to);
		SET(p->desc, cublasLtMatmulDescSetAttribute, CUBLASLT_MATMUL_DESC_BIAS_POINTER, CUdeviceptr, bias); // for its alignment
	}
	LT(cublasLtMatrixLayoutCreate, &p->a, s->type, s->transA ? s->k : s->m, s->transA ? s->m : s->k, s->lda);
	LT(cublasLtMatrixLayoutCreate, &p->b, s->type, s->transB ? s->n : s->k, s->transB ? s->k : s->n, s->ldb);
	LT(cublasLtMatrixLayoutCreate, &p->d, s->to, s->m, s->n, s->ldd);
	return 0;
}

static int choose(cublasLtHandle_t handle, shimPlan *p, cublasLtMatmulPreference_t preference) {
	const shimShape *s = &p->shape;
	SET(preference, cublasLtMatmulPreferenceSetAttribute, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, uint64_t, s->workspace);
	SET(preference, cublasLtMatmulPreferenceSetAttribute, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, uint32_t, s->alignA);
	SET(preference, cublasLtMatmulPreferenceSetAttribute, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, uint32_t, s->alignB);
	SET(preference, cublasLtMatmulPreferenceSetAttribute, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, uint32_t, s->alignD);
	SET(preference, cublasLtMatmulPreferenceSetAttribute, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, uint32_t, s->alignD);
	cublasLtMatmulHeuristicResult_t found;
	int count = 0;
	LT(cublasLtMatmulAlgoGetHeuristic, handle, p->desc, p->a, p->b, p->d, p->d, preference, 1, &found, &count);
	if (!count || found.state != CUBLAS_STATUS_SUCCESS) return shimFail(CUBLAS_STATUS_NOT_SUPPORTED, "cuBLASLt knows no way to do this product");
	p->algo = found.algo;
	p->workspace = found.workspaceSize;
	return 0;
}

int shimPlanFree(CUcontext c, shimPlan *p) {
	ON(c);
	if (p->desc) shim.cublasLtMatmulDescDestroy(p->desc);
	if (p->a) shim.cublasLtMatrixLayoutDestroy(p->a);
	if (p->b) shim.cublasLtMatrixLayoutDestroy(p->b);
	if (p->d) shim.cublasLtMatrixLayoutDestroy(p->d);
	free(p);
	return 0;
}

int shimPlanMake(CUcontext c, cublasLtHandle_t handle, const shimShape *shape, CUdeviceptr bias, shimPlan **plan) {
	ON(c);
	shimPlan *p = calloc(1, sizeof *p);
	if (!p) return shimFail(-1, "no memory for a product's plan");
	p->shape = *shape;
	cublasLtMatmulPreference_t preference = 0;
	int failed = describe(p, bias);
	if (!failed) failed = check(shim.cublasLtMatmulPreferenceCreate(&preference), "cublasLtMatmulPreferenceCreate");
	if (!failed) failed = choose(handle, p, preference);
	if (preference) shim.cublasLtMatmulPreferenceDestroy(preference);
	if (failed) {
		shimPlanFree(c, p);
		return failed;
	}
	*plan = p;
	return 0;
}

// The context is the thread's own already.
int shimPlanRun(const shimSession *s, shimPlan *p, CUdeviceptr a, CUdeviceptr b, CUdeviceptr d, CUdeviceptr bias, CUdeviceptr scale) {
	float one = 1, beta = p->shape.accumulate ? 1 : 0;
	const void *alphaAt = &one, *betaAt = &beta;
	if (p->shape.deviceAlpha) { // scale holds alpha, then beta 0 and beta 1
		alphaAt = (const void *)(uintptr_t)scale;
		betaAt = (const void *)(uintptr_t)(scale + (p->shape.accumulate ? 8 : 4));
	}
	if (p->shape.bias) SET(p->desc, cublasLtMatmulDescSetAttribute, CUBLASLT_MATMUL_DESC_BIAS_POINTER, CUdeviceptr, bias);
	void *to = (void *)(uintptr_t)d;
	LT(cublasLtMatmul, s->lt, p->desc, alphaAt, (const void *)(uintptr_t)a, p->a, (const void *)(uintptr_t)b, p->b, betaAt, to, p->d, to, p->d,
		&p->algo, (void *)(uintptr_t)s->workspace, p->workspace, s->stream);
	return 0;
}
