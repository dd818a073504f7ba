// What a kernel may have, and launching it.
#include <cstring>

#include "context.h"
#include "fault.h"
#include "launch.h"
#include "module.h"
#include "shared.h"
#include "stream.h"

namespace simgpu {

static u32 maxThreads(CUfunction f) { return f->kernel->maxThreads ? f->kernel->maxThreads : kMaxThreads; }

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT CUresult cuFuncGetAttribute(int *value, CUfunction_attribute attribute, CUfunction function) {
	Call call;
	if (call.error) return call.error;
	if (!isFunction(function)) return CUDA_ERROR_INVALID_HANDLE;
	switch (attribute) {
	case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK: *value = static_cast<int>(maxThreads(function)); break;
	case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES: *value = function->dynamicLimit; break;
	// ptxas knows these, a simulation does not.
	case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES:
	case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES:
	case CU_FUNC_ATTRIBUTE_NUM_REGS: *value = 0; break;
	default: return CUDA_ERROR_INVALID_VALUE;
	}
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
	Call call;
	if (call.error) return call.error;
	if (!isFunction(function)) return CUDA_ERROR_INVALID_HANDLE;
	if (attribute != CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES || value < 0 || u32(value) > maxShared()) return CUDA_ERROR_INVALID_VALUE;
	function->dynamicLimit = value;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, CUfunction function, int blockSize, size_t dynamicShared) {
	Call call;
	if (call.error) return call.error;
	if (!isFunction(function)) return CUDA_ERROR_INVALID_HANDLE;
	if (!blocks || blockSize < 1) return CUDA_ERROR_INVALID_VALUE;
	// By threads and dynamic shared memory alone.
	int byThreads = u32(blockSize) > maxThreads(function) ? 0 : 2048 / blockSize;
	int byShared = dynamicShared ? static_cast<int>(maxShared() / dynamicShared) : byThreads;
	*blocks = byThreads < byShared ? byThreads : byShared;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuLaunchKernel(CUfunction function, unsigned int gridX, unsigned int gridY, unsigned int gridZ,
	unsigned int blockX, unsigned int blockY, unsigned int blockZ, unsigned int dynamicShared, CUstream stream, void **params, void **extra) {
	Call call;
	if (call.error) return call.error;
	if (!isFunction(function)) return CUDA_ERROR_INVALID_HANDLE;
	u64 threads = u64(blockX) * blockY * blockZ;
	if (!gridX || !gridY || !gridZ || gridX > 0x7fffffff || gridY > 65535 || gridZ > 65535 || !threads || blockZ > 64 || threads > kMaxThreads || extra) return CUDA_ERROR_INVALID_VALUE;
	if (threads > maxThreads(function)) return CUDA_ERROR_INVALID_VALUE;
	if (dynamicShared > u32(function->dynamicLimit)) return CUDA_ERROR_INVALID_VALUE;

	const Kernel *kernel = function->kernel;
	Launch launch = {kernel, function->module, {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, dynamicShared, {}};
	// The list ends with a null pointer (abi.h), so that its length can be checked.
	u32 given = 0;
	while (params && params[given] && given <= kernel->count) given++;
	if (given != kernel->count) return raise(CUDA_ERROR_LAUNCH_FAILED, "kernel %s: launched with %s%u parameters, it has %u", kernel->name, given > kernel->count ? "at least " : "", given, kernel->count);
	for (u32 i = 0; i < kernel->count; i++) {
		launch.params.emplace_back();
		if (kernel->sizes[i] > 8) return raise(CUDA_ERROR_NOT_SUPPORTED, "kernel %s: parameter %u has %u bytes; the simulated device takes up to 8", kernel->name, i, kernel->sizes[i]);
		memcpy(launch.params.back().data(), params[i], kernel->sizes[i]);
	}
	return enqueue(stream, [launch = std::move(launch)] { run(launch); });
}
