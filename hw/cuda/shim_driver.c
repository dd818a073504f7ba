//go:build cuda && cgo

#include "shim_calls.h"

int shimDriver(int *version, int *cards) {
	CALL(cuDriverGetVersion, version);
	CALL(cuDeviceGetCount, cards);
	return 0;
}

int shimDescribe(int ordinal, shimCard *card) {
	CUdevice device;
	CALL(cuDeviceGet, &device, ordinal);
	CALL(cuDeviceGetName, card->name, sizeof card->name, device);
	CALL(cuDeviceGetAttribute, &card->major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
	CALL(cuDeviceGetAttribute, &card->minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
	CALL(cuDeviceGetAttribute, &card->processors, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device);
	card->simulated = shim.acquire != 0;
	return 0;
}

int shimBus(int ordinal, char *id, int length) {
	CUdevice device;
	CALL(cuDeviceGet, &device, ordinal);
	CALL(cuDeviceGetPCIBusId, id, length, device);
	return 0;
}

int shimContext(int ordinal, CUcontext *context) {
	CUdevice device;
	CALL(cuDeviceGet, &device, ordinal);
	CALL(cuDevicePrimaryCtxRetain, context, device);
	return 0;
}

int shimModule(CUcontext c, const void *cubin, CUmodule *module) {
	ON(c);
	CALL(cuModuleLoadData, module, cubin);
	return 0;
}

int shimFunction(CUcontext c, CUmodule module, const char *name, CUfunction *function) {
	ON(c);
	CALL(cuModuleGetFunction, function, module, name);
	return 0;
}

int shimMemory(CUcontext c, size_t *free, size_t *total) {
	ON(c);
	CALL(cuMemGetInfo_v2, free, total);
	return 0;
}

int shimAlloc(CUcontext c, CUdeviceptr *pointer, size_t bytes) {
	ON(c);
	CALL(cuMemAlloc_v2, pointer, bytes);
	return 0;
}

int shimFree(CUcontext c, CUdeviceptr pointer) {
	ON(c);
	CALL(cuMemFree_v2, pointer);
	return 0;
}

int shimPiece(CUcontext c, CUdeviceptr slot, size_t size, size_t bytes, CUstream s) {
	if (!shim.release || !shim.acquire) return 0;
	ON(c);
	CALL(release, slot, size);
	if (!bytes) return 0;
	CALL(acquire, slot, bytes);
	CALL(cuMemsetD8Async, slot, 0, bytes, s);
	return 0;
}

int shimPinned(CUcontext c, void **pointer, size_t bytes) {
	ON(c);
	CALL(cuMemHostAlloc, pointer, bytes, 0);
	return 0;
}

int shimUnpin(CUcontext c, void *pointer) {
	ON(c);
	CALL(cuMemFreeHost, pointer);
	return 0;
}

int shimUpload(CUcontext c, CUdeviceptr to, const void *from, size_t bytes, CUstream s) {
	ON(c);
	CALL(cuMemcpyHtoDAsync_v2, to, from, bytes, s);
	return 0;
}

int shimDownload(CUcontext c, void *to, CUdeviceptr from, size_t bytes, CUstream s) {
	ON(c);
	CALL(cuMemcpyDtoHAsync_v2, to, from, bytes, s);
	return 0;
}

int shimSet(CUcontext c, CUdeviceptr to, unsigned char value, size_t bytes, CUstream s) {
	ON(c);
	CALL(cuMemsetD8Async, to, value, bytes, s);
	return 0;
}

int shimStream(CUcontext c, CUstream *s) {
	ON(c);
	CALL(cuStreamCreate, s, CU_STREAM_NON_BLOCKING);
	return 0;
}

int shimCloseStream(CUcontext c, CUstream s) {
	ON(c);
	CALL(cuStreamDestroy_v2, s);
	return 0;
}

int shimSync(CUcontext c, CUstream s) {
	ON(c);
	CALL(cuStreamSynchronize, s);
	return 0;
}

int shimEvent(CUcontext c, CUevent *e, int timing) {
	ON(c);
	CALL(cuEventCreate, e, timing ? CU_EVENT_DEFAULT : CU_EVENT_DISABLE_TIMING);
	return 0;
}

int shimCloseEvent(CUcontext c, CUevent e) {
	ON(c);
	CALL(cuEventDestroy_v2, e);
	return 0;
}

int shimRecord(CUcontext c, CUevent e, CUstream s) {
	ON(c);
	CALL(cuEventRecord, e, s);
	return 0;
}

int shimWait(CUcontext c, CUevent e) {
	ON(c);
	CALL(cuEventSynchronize, e);
	return 0;
}

int shimElapsed(CUcontext c, CUevent from, CUevent to, float *milliseconds) {
	ON(c);
	CALL(cuEventElapsedTime, milliseconds, from, to);
	return 0;
}
