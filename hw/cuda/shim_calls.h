// What the shim's files share.
#ifndef LTPBENCH_CUDA_SHIM_CALLS_H
#define LTPBENCH_CUDA_SHIM_CALLS_H

#include "shim.h"

#define SHIM_POINTER(result, name, parameters) result(*name) parameters;

// LOOK_UP fills in one pointer of a table.
#define LOOK_UP(result, name, parameters)                                  \
	if (!(TABLE name = (result(*) parameters)dlsym(library, #name)))       \
		return shimFail(-1, "the library lacks %s: it is older than CUDA 12", #name);

struct shimCalls {
	ABI_CUDA(SHIM_POINTER)
	ABI_CUBLASLT(SHIM_POINTER)
	abiLastFault lastFault; // of a simulated driver alone, as the next two
	abiPiece release, acquire;
};

extern struct shimCalls shim;

struct shimNVRTC {
	ABI_NVRTC(SHIM_POINTER)
};

struct shimNVML {
	ABI_NVML(SHIM_POINTER)
	nvmlDevice_t card;
};

int shimFail(int result, const char *format, ...);
int shimLibrary(const char *folder, const char **names, void **library);
int shimCheck(CUresult r, const char *call);

// CALL returns from the function if the driver's call fails.
#define CALL(name, ...)                                             \
	do {                                                            \
		int failed = shimCheck(shim.name(__VA_ARGS__), #name);      \
		if (failed) return failed;                                  \
	} while (0)

// ON makes the context the calling thread's own: Go moves between threads.
#define ON(context) CALL(cuCtxSetCurrent, context)

#endif
