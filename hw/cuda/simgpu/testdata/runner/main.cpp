// Runs kernels of one .cu file on the simulated device, each in a context of its
// own, and prints what came of them:
//
//	runner FILE.cu FILE.cubin
//	runner FILE.cubin NAME GRID BLOCK SHARED [NAME GRID BLOCK SHARED ...]
//
// The first form compiles. // Kernels take (float *y, const float *x, int n): x is 0, 1, ..., n-1 in a buffer
// of n floats, y is n floats without values. For each kernel one line: its name,
// the error's code, and the fault's text or the sum of what was written to y.
#define ABI_PROTOTYPES
#include "abi.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

extern "C" const char *simgpuLastFault();

constexpr int n = 1024;

static std::string read(const char *path) {
	std::ifstream in(path);
	std::ostringstream out;
	out << in.rdbuf();
	return out.str();
}

static std::string compile(const char *path) {
	std::string name = path;
	name = name.substr(name.rfind('/') + 1);
	nvrtcProgram program;
	nvrtcCreateProgram(&program, read(path).c_str(), name.c_str(), 0, nullptr, nullptr);
	std::string arch = std::string("-arch=sm_") + (getenv("SIMGPU_SM") ? getenv("SIMGPU_SM") : "80");
	const char *options[] = {arch.c_str()};
	nvrtcResult result = nvrtcCompileProgram(program, 1, options);
	size_t bytes;
	nvrtcGetProgramLogSize(program, &bytes);
	std::string log(bytes, 0), cubin;
	nvrtcGetProgramLog(program, log.data());
	fputs(log.c_str(), stderr);
	if (result) exit(1);
	nvrtcGetCUBINSize(program, &bytes);
	cubin.resize(bytes);
	nvrtcGetCUBIN(program, cubin.data());
	nvrtcDestroyProgram(&program);
	return cubin;
}

static CUresult launch(CUmodule module, const char *name, unsigned grid, unsigned block, unsigned shared, float &sum) {
	CUfunction function;
	CUdeviceptr x, y;
	if (CUresult error = cuModuleGetFunction(&function, module, name)) return error;
	cuMemAlloc_v2(&x, n * sizeof(float));
	cuMemAlloc_v2(&y, n * sizeof(float));
	std::vector<float> host(n);
	for (int i = 0; i < n; i++) host[i] = static_cast<float>(i);
	cuMemcpyHtoDAsync_v2(x, host.data(), n * sizeof(float), nullptr);
	int count = n;
	void *params[] = {&y, &x, &count, nullptr};
	if (CUresult error = cuLaunchKernel(function, grid, 1, 1, block, 1, 1, shared, nullptr, params, nullptr)) return error;
	if (CUresult error = cuMemcpyDtoHAsync_v2(host.data(), y, n * sizeof(float), nullptr)) return error;
	sum = 0;
	for (float v : host) sum += std::isnan(v) ? 0 : v;
	return CUDA_SUCCESS;
}

int main(int argc, char **argv) {
	if (argc == 3) {
		std::ofstream out(argv[2], std::ios::binary);
		out << compile(argv[1]);
		return !out.flush();
	}
	std::string cubin = read(argv[1]);
	cuInit(0);
	for (int i = 2; i + 3 < argc; i += 4) {
		CUcontext context;
		CUmodule module;
		CUresult error = cuDevicePrimaryCtxRetain(&context, 0);
		if (!error) error = cuCtxSetCurrent(context);
		if (!error) error = cuModuleLoadData(&module, cubin.data());
		float sum = 0;
		if (!error) error = launch(module, argv[i], static_cast<unsigned>(atoi(argv[i + 1])), static_cast<unsigned>(atoi(argv[i + 2])), static_cast<unsigned>(atoi(argv[i + 3])), sum);
		const char *fault = simgpuLastFault();
		if (error) printf("%s\t%d\t%s\n", argv[i], error, fault ? fault : "");
		else printf("%s\t0\t%.9g\n", argv[i], double(sum));
		cuDevicePrimaryCtxRelease_v2(0);
	}
	return 0;
}
