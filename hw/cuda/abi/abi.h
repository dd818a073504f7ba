/* The part of the CUDA driver, NVRTC, cuBLASLt and NVML that package cuda calls: types,
 * values and entry points under their real symbol names, as all releases of CUDA
 * 12 and 13 have them. The shim and the simulated device share this header, so
 * that neither needs NVIDIA's; testdata/check.cc holds it against NVIDIA's own.
 *
 * Lists are macros that take a macro, so that one list makes prototypes, tables
 * of pointers and assertions. */
#ifndef LTPBENCH_CUDA_ABI_H
#define LTPBENCH_CUDA_ABI_H

#include <stddef.h>
#include <stdint.h>

/* Values: ABI_VALUE(enumeration, name, value). */
#define ABI_VALUES(V)                                                \
	V(CUresult, CUDA_SUCCESS, 0)                                     \
	V(CUresult, CUDA_ERROR_INVALID_VALUE, 1)                         \
	V(CUresult, CUDA_ERROR_OUT_OF_MEMORY, 2)                         \
	V(CUresult, CUDA_ERROR_NOT_INITIALIZED, 3)                       \
	V(CUresult, CUDA_ERROR_STUB_LIBRARY, 34)                         \
	V(CUresult, CUDA_ERROR_NO_DEVICE, 100)                           \
	V(CUresult, CUDA_ERROR_INVALID_DEVICE, 101)                      \
	V(CUresult, CUDA_ERROR_INVALID_IMAGE, 200)                       \
	V(CUresult, CUDA_ERROR_INVALID_CONTEXT, 201)                     \
	V(CUresult, CUDA_ERROR_NO_BINARY_FOR_GPU, 209)                   \
	V(CUresult, CUDA_ERROR_INVALID_HANDLE, 400)                      \
	V(CUresult, CUDA_ERROR_ILLEGAL_STATE, 401)                       \
	V(CUresult, CUDA_ERROR_NOT_FOUND, 500)                           \
	V(CUresult, CUDA_ERROR_NOT_READY, 600)                           \
	V(CUresult, CUDA_ERROR_ILLEGAL_ADDRESS, 700)                     \
	V(CUresult, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, 701)             \
	V(CUresult, CUDA_ERROR_LAUNCH_TIMEOUT, 702)                      \
	V(CUresult, CUDA_ERROR_ASSERT, 710)                              \
	V(CUresult, CUDA_ERROR_MISALIGNED_ADDRESS, 716)                  \
	V(CUresult, CUDA_ERROR_LAUNCH_FAILED, 719)                       \
	V(CUresult, CUDA_ERROR_NOT_SUPPORTED, 801)                       \
	V(CUresult, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, 803)              \
	V(CUresult, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, 900)          \
	V(CUresult, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, 901)          \
	V(CUresult, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD, 908)         \
	V(CUresult, CUDA_ERROR_UNKNOWN, 999)                             \
	V(CUdevice_attribute, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, 16) \
	V(CUdevice_attribute, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 75) \
	V(CUdevice_attribute, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 76) \
	V(CUfunction_attribute, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, 0) \
	V(CUfunction_attribute, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, 1)  \
	V(CUfunction_attribute, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES, 3)   \
	V(CUfunction_attribute, CU_FUNC_ATTRIBUTE_NUM_REGS, 4)           \
	V(CUfunction_attribute, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 8) \
	V(CUstream_flags, CU_STREAM_DEFAULT, 0)                          \
	V(CUstream_flags, CU_STREAM_NON_BLOCKING, 1)                     \
	V(CUevent_flags, CU_EVENT_DEFAULT, 0)                            \
	V(CUevent_flags, CU_EVENT_BLOCKING_SYNC, 1)                      \
	V(CUevent_flags, CU_EVENT_DISABLE_TIMING, 2)                     \
	V(CUstreamCaptureMode, CU_STREAM_CAPTURE_MODE_GLOBAL, 0)         \
	V(CUstreamCaptureMode, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL, 1)   \
	V(CUstreamCaptureMode, CU_STREAM_CAPTURE_MODE_RELAXED, 2)        \
	V(nvrtcResult, NVRTC_SUCCESS, 0)                                 \
	V(nvrtcResult, NVRTC_ERROR_OUT_OF_MEMORY, 1)                     \
	V(nvrtcResult, NVRTC_ERROR_INVALID_INPUT, 3)                     \
	V(nvrtcResult, NVRTC_ERROR_INVALID_PROGRAM, 4)                   \
	V(nvrtcResult, NVRTC_ERROR_INVALID_OPTION, 5)                    \
	V(nvrtcResult, NVRTC_ERROR_COMPILATION, 6)

#define ABI_CUBLASLT_VALUES(V)                                       \
	V(cublasStatus_t, CUBLAS_STATUS_SUCCESS, 0)                      \
	V(cublasStatus_t, CUBLAS_STATUS_NOT_INITIALIZED, 1)              \
	V(cublasStatus_t, CUBLAS_STATUS_ALLOC_FAILED, 3)                 \
	V(cublasStatus_t, CUBLAS_STATUS_INVALID_VALUE, 7)                \
	V(cublasStatus_t, CUBLAS_STATUS_ARCH_MISMATCH, 8)                \
	V(cublasStatus_t, CUBLAS_STATUS_EXECUTION_FAILED, 13)            \
	V(cublasStatus_t, CUBLAS_STATUS_INTERNAL_ERROR, 14)              \
	V(cublasStatus_t, CUBLAS_STATUS_NOT_SUPPORTED, 15)               \
	V(cublasOperation_t, CUBLAS_OP_N, 0)                             \
	V(cublasOperation_t, CUBLAS_OP_T, 1)                             \
	V(cublasComputeType_t, CUBLAS_COMPUTE_32F, 68)                   \
	V(cublasComputeType_t, CUBLAS_COMPUTE_32F_FAST_TF32, 77)         \
	V(cudaDataType, CUDA_R_32F, 0)                                   \
	V(cudaDataType, CUDA_R_16F, 2)                                   \
	V(cudaDataType, CUDA_R_16BF, 14)                                 \
	V(cublasLtPointerMode_t, CUBLASLT_POINTER_MODE_HOST, 0)          \
	V(cublasLtPointerMode_t, CUBLASLT_POINTER_MODE_DEVICE, 1)        \
	V(cublasLtMatmulDescAttributes_t, CUBLASLT_MATMUL_DESC_POINTER_MODE, 2) \
	V(cublasLtMatmulDescAttributes_t, CUBLASLT_MATMUL_DESC_TRANSA, 3) \
	V(cublasLtMatmulDescAttributes_t, CUBLASLT_MATMUL_DESC_TRANSB, 4) \
	V(cublasLtMatmulDescAttributes_t, CUBLASLT_MATMUL_DESC_EPILOGUE, 7) \
	V(cublasLtMatmulDescAttributes_t, CUBLASLT_MATMUL_DESC_BIAS_POINTER, 8) \
	V(cublasLtMatmulDescAttributes_t, CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, 26) \
	V(cublasLtEpilogue_t, CUBLASLT_EPILOGUE_DEFAULT, 1)              \
	V(cublasLtEpilogue_t, CUBLASLT_EPILOGUE_BIAS, 4)                 \
	V(cublasLtEpilogue_t, CUBLASLT_EPILOGUE_GELU, 32)                \
	V(cublasLtEpilogue_t, CUBLASLT_EPILOGUE_GELU_BIAS, 36)           \
	V(cublasLtMatmulPreferenceAttributes_t, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, 1) \
	V(cublasLtMatmulPreferenceAttributes_t, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, 5) \
	V(cublasLtMatmulPreferenceAttributes_t, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, 6) \
	V(cublasLtMatmulPreferenceAttributes_t, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, 7) \
	V(cublasLtMatmulPreferenceAttributes_t, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, 8)

#define ABI_NVML_VALUES(V)                                           \
	V(nvmlReturn_t, NVML_SUCCESS, 0)                                 \
	V(nvmlReturn_t, NVML_ERROR_UNINITIALIZED, 1)                     \
	V(nvmlReturn_t, NVML_ERROR_INVALID_ARGUMENT, 2)                  \
	V(nvmlReturn_t, NVML_ERROR_NOT_SUPPORTED, 3)                     \
	V(nvmlReturn_t, NVML_ERROR_NOT_FOUND, 6)                         \
	V(nvmlReturn_t, NVML_ERROR_GPU_IS_LOST, 15)                      \
	V(nvmlReturn_t, NVML_ERROR_LIB_RM_VERSION_MISMATCH, 18)          \
	V(nvmlClockType_t, NVML_CLOCK_SM, 1)                             \
	V(nvmlClockType_t, NVML_CLOCK_MEM, 2)                            \
	V(nvmlTemperatureSensors_t, NVML_TEMPERATURE_GPU, 0)

/* Why clocks are lower than they might be, a bit each: macros in nvml.h. */
#define ABI_NVML_REASONS(V)                                          \
	V(GpuIdle, 0x1)                                                  \
	V(ApplicationsClocksSetting, 0x2)                                \
	V(SwPowerCap, 0x4)                                               \
	V(HwSlowdown, 0x8)                                               \
	V(SyncBoost, 0x10)                                               \
	V(SwThermalSlowdown, 0x20)                                       \
	V(HwThermalSlowdown, 0x40)                                       \
	V(HwPowerBrakeSlowdown, 0x80)                                    \
	V(DisplayClockSetting, 0x100)

/* Entry points: ABI_FUNCTION(result, name, (parameters)).
 *
 * kernelParams: the shim puts a null pointer after the last parameter. The real
 * driver does not look at it; a simulated one can count with it. Every entry
 * points to 8 bytes, of which a kernel takes as many as its parameter has. */
#define ABI_CUDA(F)                                                                                   \
	F(CUresult, cuInit, (unsigned int flags))                                                         \
	F(CUresult, cuDriverGetVersion, (int *version))                                                   \
	F(CUresult, cuGetErrorName, (CUresult error, const char **name))                                  \
	F(CUresult, cuGetErrorString, (CUresult error, const char **text))                                \
	F(CUresult, cuDeviceGetCount, (int *count))                                                       \
	F(CUresult, cuDeviceGet, (CUdevice *device, int ordinal))                                         \
	F(CUresult, cuDeviceGetName, (char *name, int length, CUdevice device))                           \
	F(CUresult, cuDeviceGetPCIBusId, (char *id, int length, CUdevice device))                         \
	F(CUresult, cuDeviceGetAttribute, (int *value, CUdevice_attribute attribute, CUdevice device))    \
	F(CUresult, cuDevicePrimaryCtxRetain, (CUcontext *context, CUdevice device))                      \
	F(CUresult, cuDevicePrimaryCtxRelease_v2, (CUdevice device))                                      \
	F(CUresult, cuCtxSetCurrent, (CUcontext context))                                                 \
	F(CUresult, cuModuleLoadData, (CUmodule *module, const void *image))                              \
	F(CUresult, cuModuleUnload, (CUmodule module))                                                    \
	F(CUresult, cuModuleGetFunction, (CUfunction *function, CUmodule module, const char *name))       \
	F(CUresult, cuFuncGetAttribute, (int *value, CUfunction_attribute attribute, CUfunction function)) \
	F(CUresult, cuFuncSetAttribute, (CUfunction function, CUfunction_attribute attribute, int value)) \
	F(CUresult, cuOccupancyMaxActiveBlocksPerMultiprocessor, (int *blocks, CUfunction function, int blockSize, size_t dynamicShared)) \
	F(CUresult, cuMemGetInfo_v2, (size_t *free, size_t *total))                                       \
	F(CUresult, cuMemAlloc_v2, (CUdeviceptr *pointer, size_t bytes))                                  \
	F(CUresult, cuMemFree_v2, (CUdeviceptr pointer))                                                  \
	F(CUresult, cuMemHostAlloc, (void **pointer, size_t bytes, unsigned int flags))                   \
	F(CUresult, cuMemFreeHost, (void *pointer))                                                       \
	F(CUresult, cuMemcpyHtoDAsync_v2, (CUdeviceptr to, const void *from, size_t bytes, CUstream stream)) \
	F(CUresult, cuMemcpyDtoHAsync_v2, (void *to, CUdeviceptr from, size_t bytes, CUstream stream))    \
	F(CUresult, cuMemcpyDtoDAsync_v2, (CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream)) \
	F(CUresult, cuMemsetD8Async, (CUdeviceptr to, unsigned char value, size_t count, CUstream stream)) \
	F(CUresult, cuMemsetD32Async, (CUdeviceptr to, unsigned int value, size_t count, CUstream stream)) \
	F(CUresult, cuStreamCreate, (CUstream *stream, unsigned int flags))                               \
	F(CUresult, cuStreamDestroy_v2, (CUstream stream))                                                \
	F(CUresult, cuStreamSynchronize, (CUstream stream))                                               \
	F(CUresult, cuStreamWaitEvent, (CUstream stream, CUevent event, unsigned int flags))              \
	F(CUresult, cuStreamBeginCapture_v2, (CUstream stream, CUstreamCaptureMode mode))                 \
	F(CUresult, cuStreamEndCapture, (CUstream stream, CUgraph *graph))                                \
	F(CUresult, cuGraphInstantiateWithFlags, (CUgraphExec *executable, CUgraph graph, unsigned long long flags)) \
	F(CUresult, cuGraphLaunch, (CUgraphExec executable, CUstream stream))                             \
	F(CUresult, cuGraphExecDestroy, (CUgraphExec executable))                                         \
	F(CUresult, cuGraphDestroy, (CUgraph graph))                                                      \
	F(CUresult, cuEventCreate, (CUevent *event, unsigned int flags))                                  \
	F(CUresult, cuEventDestroy_v2, (CUevent event))                                                   \
	F(CUresult, cuEventRecord, (CUevent event, CUstream stream))                                      \
	F(CUresult, cuEventQuery, (CUevent event))                                                        \
	F(CUresult, cuEventSynchronize, (CUevent event))                                                  \
	F(CUresult, cuEventElapsedTime, (float *milliseconds, CUevent from, CUevent to))                  \
	F(CUresult, cuLaunchKernel, (CUfunction function, unsigned int gridX, unsigned int gridY, unsigned int gridZ, \
		unsigned int blockX, unsigned int blockY, unsigned int blockZ, unsigned int dynamicShared,    \
		CUstream stream, void **kernelParams, void **extra))

#define ABI_NVRTC(F)                                                                                  \
	F(nvrtcResult, nvrtcVersion, (int *major, int *minor))                                            \
	F(const char *, nvrtcGetErrorString, (nvrtcResult result))                                        \
	F(nvrtcResult, nvrtcGetNumSupportedArchs, (int *count))                                           \
	F(nvrtcResult, nvrtcGetSupportedArchs, (int *archs))                                              \
	F(nvrtcResult, nvrtcCreateProgram, (nvrtcProgram *program, const char *source, const char *name, int headers, \
		const char *const *headerTexts, const char *const *headerNames))                              \
	F(nvrtcResult, nvrtcDestroyProgram, (nvrtcProgram *program))                                      \
	F(nvrtcResult, nvrtcCompileProgram, (nvrtcProgram program, int count, const char *const *options)) \
	F(nvrtcResult, nvrtcGetCUBINSize, (nvrtcProgram program, size_t *bytes))                          \
	F(nvrtcResult, nvrtcGetCUBIN, (nvrtcProgram program, char *cubin))                                \
	F(nvrtcResult, nvrtcGetProgramLogSize, (nvrtcProgram program, size_t *bytes))                     \
	F(nvrtcResult, nvrtcGetProgramLog, (nvrtcProgram program, char *log))

#define ABI_CUBLASLT(F)                                                                               \
	F(cublasStatus_t, cublasLtCreate, (cublasLtHandle_t *handle))                                     \
	F(cublasStatus_t, cublasLtDestroy, (cublasLtHandle_t handle))                                     \
	F(size_t, cublasLtGetVersion, (void))                                                             \
	F(const char *, cublasLtGetStatusString, (cublasStatus_t status))                                 \
	F(cublasStatus_t, cublasLtMatmulDescCreate, (cublasLtMatmulDesc_t *desc, cublasComputeType_t compute, cudaDataType scale)) \
	F(cublasStatus_t, cublasLtMatmulDescDestroy, (cublasLtMatmulDesc_t desc))                         \
	F(cublasStatus_t, cublasLtMatmulDescSetAttribute, (cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t attribute, const void *value, size_t bytes)) \
	F(cublasStatus_t, cublasLtMatrixLayoutCreate, (cublasLtMatrixLayout_t *layout, cudaDataType type, uint64_t rows, uint64_t cols, int64_t ld)) \
	F(cublasStatus_t, cublasLtMatrixLayoutDestroy, (cublasLtMatrixLayout_t layout))                   \
	F(cublasStatus_t, cublasLtMatmulPreferenceCreate, (cublasLtMatmulPreference_t *preference))       \
	F(cublasStatus_t, cublasLtMatmulPreferenceDestroy, (cublasLtMatmulPreference_t preference))       \
	F(cublasStatus_t, cublasLtMatmulPreferenceSetAttribute, (cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute, const void *value, size_t bytes)) \
	F(cublasStatus_t, cublasLtMatmulAlgoGetHeuristic, (cublasLtHandle_t handle, cublasLtMatmulDesc_t desc,  \
		cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d, \
		cublasLtMatmulPreference_t preference, int wanted, cublasLtMatmulHeuristicResult_t *results, int *found)) \
	F(cublasStatus_t, cublasLtMatmul, (cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, const void *alpha, \
		const void *a, cublasLtMatrixLayout_t aLayout, const void *b, cublasLtMatrixLayout_t bLayout, \
		const void *beta, const void *c, cublasLtMatrixLayout_t cLayout, void *d, cublasLtMatrixLayout_t dLayout, \
		const cublasLtMatmulAlgo_t *algo, void *workspace, size_t workspaceBytes, CUstream stream))

/* The throttling reasons go by their older name, which drivers of CUDA 12.0 have too. */
#define ABI_NVML(F)                                                                                   \
	F(nvmlReturn_t, nvmlInit_v2, (void))                                                              \
	F(const char *, nvmlErrorString, (nvmlReturn_t result))                                           \
	F(nvmlReturn_t, nvmlDeviceGetHandleByPciBusId_v2, (const char *id, nvmlDevice_t *device))         \
	F(nvmlReturn_t, nvmlDeviceGetClockInfo, (nvmlDevice_t device, nvmlClockType_t type, unsigned int *megahertz)) \
	F(nvmlReturn_t, nvmlDeviceGetPowerUsage, (nvmlDevice_t device, unsigned int *milliwatts))         \
	F(nvmlReturn_t, nvmlDeviceGetTemperature, (nvmlDevice_t device, nvmlTemperatureSensors_t sensor, unsigned int *celsius)) \
	F(nvmlReturn_t, nvmlDeviceGetCurrentClocksThrottleReasons, (nvmlDevice_t device, unsigned long long *reasons))

/* Types. testdata/check.cc takes NVIDIA's in their place. */
#ifndef ABI_NO_TYPES

typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;
typedef struct _nvrtcProgram *nvrtcProgram;
typedef struct cublasLtContext *cublasLtHandle_t;
typedef struct nvmlDevice_st *nvmlDevice_t;

/* Enumerations are ints in C, as the compilers of all releases have them. */
typedef int CUresult, CUdevice_attribute, CUfunction_attribute, CUstreamCaptureMode;
typedef int nvrtcResult;
typedef int cublasStatus_t, cublasOperation_t, cublasComputeType_t, cudaDataType;
typedef int nvmlReturn_t, nvmlClockType_t, nvmlTemperatureSensors_t;
typedef int cublasLtPointerMode_t, cublasLtEpilogue_t, cublasLtMatmulDescAttributes_t, cublasLtMatmulPreferenceAttributes_t;

/* Descriptors are made and freed by the library; their size is the library's. */
typedef struct cublasLtMatmulDescOpaque *cublasLtMatmulDesc_t;
typedef struct cublasLtMatrixLayoutOpaque *cublasLtMatrixLayout_t;
typedef struct cublasLtMatmulPreferenceOpaque *cublasLtMatmulPreference_t;

typedef struct {
	uint64_t data[8];
} cublasLtMatmulAlgo_t;

typedef struct {
	cublasLtMatmulAlgo_t algo;
	size_t workspaceSize;
	cublasStatus_t state;
	float wavesCount;
	int reserved[4];
} cublasLtMatmulHeuristicResult_t;

#define ABI_VALUE(type, name, value) name = value,
#define ABI_REASON(name, value) NVML_REASON_##name = value,
enum { ABI_VALUES(ABI_VALUE) ABI_CUBLASLT_VALUES(ABI_VALUE) ABI_NVML_VALUES(ABI_VALUE) ABI_NVML_REASONS(ABI_REASON) };
#undef ABI_VALUE
#undef ABI_REASON

#endif /* ABI_NO_TYPES */

/* With ABI_PROTOTYPES defined, the entry points are declared. */
#ifdef ABI_PROTOTYPES
#ifdef __cplusplus
extern "C" {
#endif
#define ABI_FUNCTION(result, name, parameters) result name parameters;
ABI_CUDA(ABI_FUNCTION)
ABI_NVRTC(ABI_FUNCTION)
ABI_CUBLASLT(ABI_FUNCTION)
ABI_NVML(ABI_FUNCTION)
#undef ABI_FUNCTION
#ifdef __cplusplus
}
#endif
#endif

/* simgpuLastFault, which only a simulated libcuda exports, returns the text of
 * the fault that the context holds, or of the last one before it, naming kernel,
 * block, thread and line; null if there was none. The text belongs to the library. */
#define ABI_LAST_FAULT "simgpuLastFault"
typedef const char *(*abiLastFault)(void);

/* simgpuRelease and simgpuAcquire, which only a simulated libcuda exports, take a
 * part of an allocation out of use, and into use again with nothing written. */
#define ABI_RELEASE "simgpuRelease"
#define ABI_ACQUIRE "simgpuAcquire"
typedef CUresult (*abiPiece)(CUdeviceptr pointer, size_t bytes);

#endif
