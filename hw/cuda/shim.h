// The C side of package cuda: opens the driver, NVRTC, cuBLASLt and NVML while the
// program runs and calls them. Every function returns 0, or a number under which
// shimError has the failed call's result and a sentence about it.
#ifndef LTPBENCH_CUDA_SHIM_H
#define LTPBENCH_CUDA_SHIM_H

#include "abi/abi.h"

// A card's facts.
typedef struct {
	char name[256];
	int major, minor, processors;
	int simulated; // whether the driver only stands for a card
} shimCard;

// Sizes and types of d(n×m) = alpha·a·b + beta·c, all as rows of memory: see products.go.
typedef struct {
	uint64_t m, n, k;
	int64_t lda, ldb, ldd;
	int transA, transB, type, to, compute, bias, accumulate, deviceAlpha;
	int alignA, alignB, alignD;
	size_t workspace;
} shimShape;

typedef struct shimPlan shimPlan;
typedef struct shimNVRTC shimNVRTC; // an NVRTC that is open
typedef struct shimNVML shimNVML;   // an NVML that is open, with a card in it

// What NVML tells: clocks in MHz, milliwatts, degrees Celsius, and bits NVML_REASON_...
enum { SHIM_SM_CLOCK, SHIM_MEMORY_CLOCK, SHIM_POWER, SHIM_TEMPERATURE, SHIM_REASONS, SHIM_FIGURES };

const char *shimError(int number, int *result);
int shimOpenDriver(const char *folder);
// release: 13 takes libraries of CUDA 13 or else 12, 12 those of 12 alone.
int shimOpenNVRTC(const char *folder, int release, shimNVRTC **nvrtc);
int shimOpenCublasLt(const char *folder, int release);

int shimOpenNVML(const char *folder, const char *bus, shimNVML **nvml);
int shimFigure(shimNVML *nvml, int figure, unsigned long long *value);

int shimDriver(int *version, int *cards);
int shimDescribe(int ordinal, shimCard *card);
int shimBus(int ordinal, char *id, int length); // where the card is, for NVML
int shimContext(int ordinal, CUcontext *context);

int shimArchs(shimNVRTC *nvrtc, int *archs, int room, int *count, int *major, int *minor);
int shimCompile(shimNVRTC *nvrtc, const char *text, const char *name, const char **options, int count, char **cubin, size_t *bytes, char **log);
int shimModule(CUcontext c, const void *cubin, CUmodule *module);
int shimFunction(CUcontext c, CUmodule module, const char *name, CUfunction *function);

int shimMemory(CUcontext c, size_t *free, size_t *total);
int shimAlloc(CUcontext c, CUdeviceptr *pointer, size_t bytes);
int shimFree(CUcontext c, CUdeviceptr pointer);
// shimPiece tells a simulated driver which bytes of a slot are in use, zeroed; a real one hears nothing.
int shimPiece(CUcontext c, CUdeviceptr slot, size_t size, size_t bytes, CUstream s);
int shimPinned(CUcontext c, void **pointer, size_t bytes);
int shimUnpin(CUcontext c, void *pointer);
int shimUpload(CUcontext c, CUdeviceptr to, const void *from, size_t bytes, CUstream s);
int shimDownload(CUcontext c, void *to, CUdeviceptr from, size_t bytes, CUstream s);
int shimSet(CUcontext c, CUdeviceptr to, unsigned char value, size_t bytes, CUstream s);

int shimStream(CUcontext c, CUstream *s);
int shimCloseStream(CUcontext c, CUstream s);
int shimSync(CUcontext c, CUstream s);
int shimEvent(CUcontext c, CUevent *e, int timing);
int shimCloseEvent(CUcontext c, CUevent e);
int shimRecord(CUcontext c, CUevent e, CUstream s);
int shimWait(CUcontext c, CUevent e);
int shimElapsed(CUcontext c, CUevent from, CUevent to, float *milliseconds);

// What a script's calls need beside their own words.
typedef struct {
	CUcontext context;
	CUstream stream;
	cublasLtHandle_t lt;
	CUdeviceptr workspace; // of products
} shimSession;

// A script is calls one after the other: a word with the kind and how many words
// follow it, then those. See script.go.
enum { SHIM_LAUNCH, SHIM_SET, SHIM_COPY, SHIM_PRODUCT };

int shimPlay(const shimSession *s, const uint64_t *words, size_t count);
// shimCapture makes a graph of a script, which is not played.
int shimCapture(const shimSession *s, const uint64_t *words, size_t count, CUgraphExec *graph);
int shimReplay(const shimSession *s, CUgraphExec graph);
int shimForget(CUcontext c, CUgraphExec graph);

int shimLt(CUcontext c, cublasLtHandle_t *handle, size_t *version);
int shimCloseLt(CUcontext c, cublasLtHandle_t handle);
int shimPlanMake(CUcontext c, cublasLtHandle_t handle, const shimShape *shape, CUdeviceptr bias, shimPlan **plan);
int shimPlanFree(CUcontext c, shimPlan *plan);
int shimPlanRun(const shimSession *s, shimPlan *plan, CUdeviceptr a, CUdeviceptr b, CUdeviceptr d, CUdeviceptr bias, CUdeviceptr scale);

#endif
