#include "context.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "fault.h"
#include "fiber.h"
#include "launch.h"
#include "memory.h"
#include "module.h"
#include "shared.h"
#include "stream.h"

namespace simgpu {

Settings settings;
std::mutex lock;

static bool initialised;
static CUctx_st primary;
static thread_local CUcontext current;

Call::Call(bool needsContext) : error(CUDA_SUCCESS), hold(lock) {
	if (!initialised) error = CUDA_ERROR_NOT_INITIALIZED;
	else if (sticky() != CUDA_SUCCESS) error = sticky();
	else if (needsContext && (!current || !primary.retained)) error = CUDA_ERROR_INVALID_CONTEXT;
}

static void readSettings() {
	if (const char *s = getenv("SIMGPU_SEED")) settings.seed = strtoull(s, nullptr, 10);
	if (const char *s = getenv("SIMGPU_ORDER")) settings.order = !strcmp(s, "uniform") ? 1 : !strcmp(s, "ahead") ? 2 : 0;
	if (const char *s = getenv("SIMGPU_CHECK")) settings.checked = !strcmp(s, "1");
	if (const char *s = getenv("SIMGPU_MEMORY")) settings.memory = strtoull(s, nullptr, 10);
	if (const char *s = getenv("SIMGPU_SM")) settings.capability = atoi(s);
	if (const char *s = getenv("SIMGPU_DRIVER")) settings.version = atoi(s);
	if (const char *s = getenv("SIMGPU_GRAPHS")) settings.graphs = strcmp(s, "0");
	if (const char *s = getenv("SIMGPU_WATCHDOG")) settings.watchdog = atof(s);
}

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT CUresult cuInit(unsigned int flags) {
	std::lock_guard<std::mutex> hold(lock);
	if (flags) return CUDA_ERROR_INVALID_VALUE;
	if (initialised) return CUDA_SUCCESS;
	readSettings();
	createState();
	createMemory();
	createShared();
	installEngine();
	catchSignals();
	initialised = true;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuDriverGetVersion(int *version) {
	std::lock_guard<std::mutex> hold(lock);
	if (!initialised) readSettings();  // the real one answers before cuInit too
	*version = settings.version;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
	Call call(false);
	if (call.error) return call.error;
	if (device != 0) return CUDA_ERROR_INVALID_DEVICE;
	primary.retained++;
	*context = &primary;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
	std::lock_guard<std::mutex> hold(lock);
	if (!initialised) return CUDA_ERROR_NOT_INITIALIZED;
	if (device != 0) return CUDA_ERROR_INVALID_DEVICE;
	if (!primary.retained) return CUDA_ERROR_INVALID_CONTEXT;
	if (--primary.retained) return CUDA_SUCCESS;
	// The end of the context, and of the fault it may hold.
	if (sticky() == CUDA_SUCCESS) drainAll();
	dropStreams();
	unloadAll();
	freeAll();
	clearSticky();
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuCtxSetCurrent(CUcontext context) {
	Call call(false);
	if (call.error) return call.error;
	if (context && (context != &primary || !primary.retained)) return CUDA_ERROR_INVALID_CONTEXT;
	current = context;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuCtxGetCurrent(CUcontext *context) {
	Call call(false);
	if (call.error) return call.error;
	*context = current;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuCtxSynchronize() {
	Call call;
	return call.error ? call.error : drainAll();
}
