// Handles, descriptors, layouts, preferences.
#include <dlfcn.h>

#include <cstring>

#include "lt.h"

namespace simgpu {

const Driver *driver() {
	static const Driver *found = []() -> const Driver * {
		Dl_info info;
		if (!dladdr(reinterpret_cast<void *>(driver), &info)) return nullptr;
		std::string path = info.dli_fname;
		path = path.substr(0, path.rfind('/') + 1) + "libcuda.so.1";
		void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
		if (!library) return nullptr;
		auto *d = new Driver();
		auto find = [&](auto &entry, const char *name) { entry = reinterpret_cast<std::remove_reference_t<decltype(entry)>>(dlsym(library, name)); };
		find(d->enqueue, "simgpuEnqueue");
		find(d->unlessCapturing, "simgpuUnlessCapturing");
		find(d->touch, "simgpuTouch");
		find(d->explain, "simgpuExplain");
		find(d->current, "cuCtxGetCurrent");
		find(d->attribute, "cuDeviceGetAttribute");
		return d;
	}();
	return found;
}

// Attributes are given with their exact size.
template <class T> static cublasStatus_t take(T &field, const void *value, size_t bytes) {
	if (!value || bytes != sizeof(T)) return CUBLAS_STATUS_INVALID_VALUE;
	memcpy(&field, value, bytes);
	return CUBLAS_STATUS_SUCCESS;
}

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT cublasStatus_t cublasLtCreate(cublasLtHandle_t *handle) {
	CUcontext context = nullptr;
	int major = 0, minor = 0;
	if (!handle) return CUBLAS_STATUS_INVALID_VALUE;
	if (!driver() || driver()->current(&context) || !context) return CUBLAS_STATUS_NOT_INITIALIZED;
	driver()->attribute(&major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 0);
	driver()->attribute(&minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 0);
	*handle = new cublasLtContext{major * 10 + minor};
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
	delete handle;
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT size_t cublasLtGetVersion() { return 120000; }

SIMGPU_EXPORT const char *cublasLtGetStatusString(cublasStatus_t status) {
	switch (status) {
#define STATUS(name) case name: return #name;
	STATUS(CUBLAS_STATUS_SUCCESS)
	STATUS(CUBLAS_STATUS_NOT_INITIALIZED)
	STATUS(CUBLAS_STATUS_ALLOC_FAILED)
	STATUS(CUBLAS_STATUS_INVALID_VALUE)
	STATUS(CUBLAS_STATUS_ARCH_MISMATCH)
	STATUS(CUBLAS_STATUS_EXECUTION_FAILED)
	STATUS(CUBLAS_STATUS_INTERNAL_ERROR)
	STATUS(CUBLAS_STATUS_NOT_SUPPORTED)
#undef STATUS
	}
	return "CUBLAS_STATUS unknown";
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t *desc, cublasComputeType_t compute, cudaDataType scale) {
	if (!desc) return CUBLAS_STATUS_INVALID_VALUE;
	*desc = new cublasLtMatmulDescOpaque();
	(*desc)->compute = compute;
	(*desc)->scale = scale;
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t desc) {
	delete desc;
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t attribute, const void *value, size_t bytes) {
	if (!desc) return CUBLAS_STATUS_INVALID_VALUE;
	switch (attribute) {
	case CUBLASLT_MATMUL_DESC_POINTER_MODE: return take(desc->pointerMode, value, bytes);
	case CUBLASLT_MATMUL_DESC_TRANSA: return take(desc->transA, value, bytes);
	case CUBLASLT_MATMUL_DESC_TRANSB: return take(desc->transB, value, bytes);
	case CUBLASLT_MATMUL_DESC_EPILOGUE: return take(desc->epilogue, value, bytes);
	case CUBLASLT_MATMUL_DESC_BIAS_POINTER: return take(desc->bias, value, bytes);
	case CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE: return take(desc->biasType, value, bytes);
	}
	return CUBLAS_STATUS_INVALID_VALUE;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t *layout, cudaDataType type, uint64_t rows, uint64_t cols, int64_t ld) {
	if (!layout) return CUBLAS_STATUS_INVALID_VALUE;
	*layout = new cublasLtMatrixLayoutOpaque{type, rows, cols, ld};
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
	delete layout;
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t *preference) {
	if (!preference) return CUBLAS_STATUS_INVALID_VALUE;
	*preference = new cublasLtMatmulPreferenceOpaque();
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
	delete preference;
	return CUBLAS_STATUS_SUCCESS;
}

SIMGPU_EXPORT cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute, const void *value, size_t bytes) {
	if (!preference) return CUBLAS_STATUS_INVALID_VALUE;
	switch (attribute) {
	case CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES: return take(preference->workspace, value, bytes);
	case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES: return take(preference->alignment[0], value, bytes);
	case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES: return take(preference->alignment[1], value, bytes);
	case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES: return take(preference->alignment[2], value, bytes);
	case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES: return take(preference->alignment[3], value, bytes);
	}
	return CUBLAS_STATUS_INVALID_VALUE;
}
