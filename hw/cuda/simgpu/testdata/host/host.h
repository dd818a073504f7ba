// Checks of the host's side: each is a function that says what is wrong.
#ifndef HOST_H
#define HOST_H

#define ABI_PROTOTYPES
#include "abi.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

extern "C" const char *simgpuLastFault();
extern "C" CUresult simgpuAcquire(CUdeviceptr, size_t);
extern "C" CUresult simgpuRelease(CUdeviceptr, size_t);

// Says that a check failed, with its line.
void fail(int line, const std::string &what);
#define WANT(condition)                        \
	do {                                       \
		if (!(condition)) fail(__LINE__, #condition); \
	} while (0)
#define OK(call)                                                                                     \
	do {                                                                                             \
		if (int error_ = (call)) fail(__LINE__, std::string(#call) + " = " + std::to_string(error_)); \
	} while (0)
#define REFUSED(call, expected)                                                                      \
	do {                                                                                             \
		int error_ = (call);                                                                         \
		if (error_ != (expected)) fail(__LINE__, std::string(#call) + " = " + std::to_string(error_)); \
	} while (0)

constexpr int kCount = 1000;
extern bool checked;

// A context of its own for each check, with the kernels of host.cu:
// y[i] = x[i] + 1 and y[i] = c[i], launched for kCount elements.
struct Fixture {
	CUmodule module;
	CUfunction addOne, bounded;
	CUdeviceptr x, y;
	float *pinned;
	Fixture();
	~Fixture();
	CUresult launch(CUfunction function, CUdeviceptr to, CUdeviceptr from, CUstream stream);
	std::vector<float> read(CUdeviceptr from, CUstream stream);
	void restart();  // the context, after a fault
};
std::string fault();
bool faultHas(const char *words);

void checkMemory();
void checkStreams();
void checkLaunches();
void checkContexts();
void checkGraphs();
void checkProducts();

#endif
