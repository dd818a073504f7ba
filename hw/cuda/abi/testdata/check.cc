// Holds abi.h against NVIDIA's own headers: compiled, never run.
//
//	g++ -std=c++17 -fsyntax-only -I RUNTIME/include -I NVRTC/include [-DCHECK_CUBLASLT -I CUBLAS/include] check.cc
//
// The test beside it does so with the headers of the wheels nvidia-cuda-runtime,
// nvidia-cuda-nvrtc and nvidia-nvml-dev of CUDA 12 and 13. cublasLt.h comes with a library of
// hundreds of MB, so its part was checked once by hand, against
// nvidia-cublas-cu12 12.9.3.13 and nvidia-cublas 13.10.0.20 (November 2026).
#define __CUDA_API_VERSION_INTERNAL // declares the first versions of entry points too
#include <cuda.h>
#include <nvml.h>
#include <nvrtc.h>
#ifdef CHECK_CUBLASLT
#include <cublasLt.h>
#endif
#include <type_traits>

namespace ours {
#include "../abi.h"
}
#undef LTPBENCH_CUDA_ABI_H
#define ABI_NO_TYPES
#include "../abi.h"

#define VALUE(type, name, value) static_assert(long(ours::name) == long(::name) && ours::name == value, #name);
ABI_VALUES(VALUE)
ABI_NVML_VALUES(VALUE)

#define REASON(name, value) static_assert(nvmlClocksThrottleReason##name == value, #name);
ABI_NVML_REASONS(REASON)

#define FUNCTION(result, name, parameters) \
	static_assert(std::is_same<result(*) parameters, decltype(&::name)>::value, #name);
ABI_CUDA(FUNCTION)
ABI_NVRTC(FUNCTION)
ABI_NVML(FUNCTION)

#define SIZE(name) static_assert(sizeof(ours::name) == sizeof(::name) && alignof(ours::name) == alignof(::name), #name);
SIZE(CUdevice) SIZE(CUdeviceptr) SIZE(CUcontext) SIZE(CUmodule) SIZE(CUfunction) SIZE(CUstream) SIZE(CUevent)
SIZE(CUgraph) SIZE(CUgraphExec)
SIZE(CUresult) SIZE(CUdevice_attribute) SIZE(CUfunction_attribute) SIZE(CUstreamCaptureMode)
SIZE(nvrtcProgram) SIZE(nvrtcResult)
SIZE(nvmlDevice_t) SIZE(nvmlReturn_t) SIZE(nvmlClockType_t) SIZE(nvmlTemperatureSensors_t)

#ifdef CHECK_CUBLASLT
ABI_CUBLASLT_VALUES(VALUE)
ABI_CUBLASLT(FUNCTION)
SIZE(cublasLtHandle_t) SIZE(cublasLtMatmulDesc_t) SIZE(cublasLtMatrixLayout_t) SIZE(cublasLtMatmulPreference_t)
SIZE(cublasStatus_t) SIZE(cublasOperation_t) SIZE(cublasComputeType_t) SIZE(cudaDataType)
SIZE(cublasLtPointerMode_t) SIZE(cublasLtEpilogue_t) SIZE(cublasLtMatmulDescAttributes_t)
SIZE(cublasLtMatmulPreferenceAttributes_t) SIZE(cublasLtMatmulAlgo_t) SIZE(cublasLtMatmulHeuristicResult_t)
static_assert(offsetof(ours::cublasLtMatmulHeuristicResult_t, state) == offsetof(cublasLtMatmulHeuristicResult_t, state), "state");
#endif
