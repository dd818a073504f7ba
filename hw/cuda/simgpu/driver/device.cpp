// What the device says of itself.
#include <cstdio>
#include <cstring>

#include "context.h"
#include "shared.h"

using namespace simgpu;

SIMGPU_EXPORT CUresult cuDeviceGetCount(int *count) {
	Call call(false);
	if (call.error) return call.error;
	*count = 1;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuDeviceGet(CUdevice *device, int ordinal) {
	Call call(false);
	if (call.error) return call.error;
	if (ordinal != 0) return CUDA_ERROR_INVALID_DEVICE;
	*device = 0;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuDeviceGetName(char *name, int length, CUdevice device) {
	Call call(false);
	if (call.error) return call.error;
	if (device != 0) return CUDA_ERROR_INVALID_DEVICE;
	if (!name || length < 1) return CUDA_ERROR_INVALID_VALUE;
	snprintf(name, static_cast<size_t>(length), "Simulated GPU (simgpu)");
	return CUDA_SUCCESS;
}

// Where NVML finds the card; the simulated one knows this place alone.
SIMGPU_EXPORT CUresult cuDeviceGetPCIBusId(char *id, int length, CUdevice device) {
	Call call(false);
	if (call.error) return call.error;
	if (device != 0) return CUDA_ERROR_INVALID_DEVICE;
	if (!id || length < 13) return CUDA_ERROR_INVALID_VALUE;
	snprintf(id, static_cast<size_t>(length), "0000:00:00.0");
	return CUDA_SUCCESS;
}

// Attributes by CUDA's numbers, as far as a simulation has a value for them:
// clocks and widths are 0, so that nobody takes a roofline from them.
SIMGPU_EXPORT CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device) {
	Call call(false);
	if (call.error) return call.error;
	if (device != 0) return CUDA_ERROR_INVALID_DEVICE;
	switch (attribute) {
	case 1: *value = 1024; break;  // threads per block
	case 2: case 3: *value = 1024; break;  // block x, y
	case 4: *value = 64; break;  // block z
	case 5: *value = 0x7fffffff; break;  // grid x
	case 6: case 7: *value = 65535; break;  // grid y, z
	case 8: *value = static_cast<int>(kStaticShared); break;
	case 10: *value = 32; break;  // warp
	case 12: *value = 65536; break;  // registers per block
	case 13: *value = 0; break;  // clock
	case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: *value = 4; break;
	case 18: *value = 0; break;  // integrated
	case 20: *value = 0; break;  // compute mode: default
	case 36: case 37: *value = 0; break;  // the memory's clock and width
	case 38: *value = 0; break;  // L2 bytes
	case 39: *value = 2048; break;  // threads per multiprocessor
	case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *value = settings.capability / 10; break;
	case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *value = settings.capability % 10; break;
	case 81: *value = static_cast<int>(maxShared()); break;  // shared memory per multiprocessor
	case 83: *value = 0; break;  // managed memory
	case 97: *value = static_cast<int>(maxShared()); break;
	default: return CUDA_ERROR_INVALID_VALUE;
	}
	return CUDA_SUCCESS;
}

#define ERROR_LIST(E)                                                                       \
	E(CUDA_SUCCESS, "no error")                                                             \
	E(CUDA_ERROR_INVALID_VALUE, "invalid argument")                                         \
	E(CUDA_ERROR_OUT_OF_MEMORY, "out of memory")                                            \
	E(CUDA_ERROR_NOT_INITIALIZED, "initialization error")                                   \
	E(CUDA_ERROR_NO_DEVICE, "no CUDA-capable device is detected")                           \
	E(CUDA_ERROR_INVALID_DEVICE, "invalid device ordinal")                                  \
	E(CUDA_ERROR_INVALID_IMAGE, "device kernel image is invalid")                           \
	E(CUDA_ERROR_INVALID_CONTEXT, "invalid device context")                                 \
	E(CUDA_ERROR_NO_BINARY_FOR_GPU, "no kernel image is available for execution on the device") \
	E(CUDA_ERROR_INVALID_HANDLE, "invalid resource handle")                                 \
	E(CUDA_ERROR_ILLEGAL_STATE, "the operation cannot be performed in the present state")   \
	E(CUDA_ERROR_NOT_FOUND, "named symbol not found")                                       \
	E(CUDA_ERROR_NOT_READY, "device not ready")                                             \
	E(CUDA_ERROR_ILLEGAL_ADDRESS, "an illegal memory access was encountered")               \
	E(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "too many resources requested for launch")        \
	E(CUDA_ERROR_LAUNCH_TIMEOUT, "the launch timed out and was terminated")                 \
	E(CUDA_ERROR_ASSERT, "device-side assert triggered")                                    \
	E(CUDA_ERROR_MISALIGNED_ADDRESS, "misaligned address")                                  \
	E(CUDA_ERROR_LAUNCH_FAILED, "unspecified launch failure")                               \
	E(CUDA_ERROR_NOT_SUPPORTED, "operation not supported")                                  \
	E(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "operation not permitted when stream is capturing") \
	E(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "operation failed due to a previous error during capture") \
	E(CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD, "attempt to terminate a thread-local capture sequence from another thread")

SIMGPU_EXPORT CUresult cuGetErrorName(CUresult error, const char **name) {
	switch (error) {
#define ERROR_CASE(value, text) case value: *name = #value; return CUDA_SUCCESS;
		ERROR_LIST(ERROR_CASE)
#undef ERROR_CASE
	}
	*name = nullptr;
	return CUDA_ERROR_INVALID_VALUE;
}

SIMGPU_EXPORT CUresult cuGetErrorString(CUresult error, const char **text) {
	switch (error) {
#define ERROR_CASE(value, words) case value: *text = words; return CUDA_SUCCESS;
		ERROR_LIST(ERROR_CASE)
#undef ERROR_CASE
	}
	*text = nullptr;
	return CUDA_ERROR_INVALID_VALUE;
}

// NVRTC 12 looks for it when it finds a libcuda.so.1; the answer "no" suffices.
SIMGPU_EXPORT CUresult cuGetExportTable(const void **table, const void *) {
	*table = nullptr;
	return CUDA_ERROR_NOT_SUPPORTED;
}
