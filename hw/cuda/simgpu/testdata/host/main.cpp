#include "host.h"

#include <fstream>
#include <sstream>

static int failures;
static const char *running;
static std::string cubin;
bool checked;

void fail(int line, const std::string &what) {
	printf("%s, line %d: %s (%s)\n", running, line, what.c_str(), fault().c_str());
	failures++;
}

std::string fault() {
	const char *text = simgpuLastFault();
	return text ? text : "";
}
bool faultHas(const char *words) { return fault().find(words) != std::string::npos; }

Fixture::Fixture() { restart(); }
Fixture::~Fixture() { cuDevicePrimaryCtxRelease_v2(0); }

void Fixture::restart() {
	static bool first = true;
	CUcontext context;
	if (!first) cuDevicePrimaryCtxRelease_v2(0);
	first = false;
	OK(cuDevicePrimaryCtxRetain(&context, 0));
	OK(cuCtxSetCurrent(context));
	OK(cuModuleLoadData(&module, cubin.data()));
	OK(cuModuleGetFunction(&addOne, module, "add_one"));
	OK(cuModuleGetFunction(&bounded, module, "bounded"));
	OK(cuMemAlloc_v2(&x, kCount * sizeof(float)));
	OK(cuMemAlloc_v2(&y, kCount * sizeof(float)));
	OK(cuMemHostAlloc(reinterpret_cast<void **>(&pinned), kCount * sizeof(float), 0));
	std::vector<float> values(kCount);
	for (int i = 0; i < kCount; i++) values[static_cast<size_t>(i)] = static_cast<float>(i);
	OK(cuMemcpyHtoDAsync_v2(x, values.data(), kCount * sizeof(float), nullptr));
	OK(cuStreamSynchronize(nullptr));
}

CUresult Fixture::launch(CUfunction function, CUdeviceptr to, CUdeviceptr from, CUstream stream) {
	int n = kCount;
	void *params[] = {&to, &from, &n, nullptr};
	return cuLaunchKernel(function, 16, 1, 1, 64, 1, 1, 0, stream, params, nullptr);
}

std::vector<float> Fixture::read(CUdeviceptr from, CUstream stream) {
	std::vector<float> values(kCount);
	OK(cuMemcpyDtoHAsync_v2(values.data(), from, kCount * sizeof(float), stream));
	return values;
}

static std::string compile(const char *path, int capability) {
	std::ifstream in(path);
	std::ostringstream text;
	text << in.rdbuf();
	nvrtcProgram program;
	OK(nvrtcCreateProgram(&program, text.str().c_str(), "host.cu", 0, nullptr, nullptr));
	std::string arch = "--gpu-architecture=sm_" + std::to_string(capability);
	const char *options[] = {arch.c_str(), "--std=c++17"};
	OK(nvrtcCompileProgram(program, 2, options));
	size_t bytes = 0;
	OK(nvrtcGetCUBINSize(program, &bytes));
	std::string out(bytes, 0);
	OK(nvrtcGetCUBIN(program, out.data()));
	OK(nvrtcDestroyProgram(&program));
	return out;
}

static void checkCompiler(const char *path) {
	CUmodule module;
	REFUSED(cuModuleLoadData(&module, "this is no cubin at all, and long enough for a header"), CUDA_ERROR_INVALID_IMAGE);
	std::string newer = compile(path, 90);
	REFUSED(cuModuleLoadData(&module, newer.data()), CUDA_ERROR_NO_BINARY_FOR_GPU);
	std::string other = cubin;
	other[12] = static_cast<char>(!other[12]);  // compiled in the other mode
	REFUSED(cuModuleLoadData(&module, other.data()), CUDA_ERROR_INVALID_IMAGE);

	// What NVRTC refuses is refused, with the program's own lines.
	for (const char *text : {"#include <stdint.h>\nextern \"C\" __global__ void k() {}", "extern \"C\" __global__ void k(float *x) {\n x[0] = INFINITY; }", "extern \"C\" __global__ void k(float *x) {\n x[0] = std::max(x[0], x[1]); }"}) {
		nvrtcProgram program;
		const char *options[] = {"-arch=sm_80"}, *wrong[] = {"-arch=sm_80", "--no-such-option"};
		OK(nvrtcCreateProgram(&program, text, "wrong.cu", 0, nullptr, nullptr));
		REFUSED(nvrtcCompileProgram(program, 2, wrong), NVRTC_ERROR_INVALID_OPTION);
		REFUSED(nvrtcCompileProgram(program, 1, options), NVRTC_ERROR_COMPILATION);
		size_t bytes = 0;
		OK(nvrtcGetProgramLogSize(program, &bytes));
		std::string log(bytes, 0);
		OK(nvrtcGetProgramLog(program, log.data()));
		WANT(log.find("wrong.cu:") != std::string::npos && log.find("error") != std::string::npos);
		OK(nvrtcDestroyProgram(&program));
	}
}

int main(int, char **argv) {
	checked = getenv("SIMGPU_CHECK") && !strcmp(getenv("SIMGPU_CHECK"), "1");
	running = "compile";
	cubin = compile(argv[1], 80);
	REFUSED(cuDeviceGetCount(nullptr), CUDA_ERROR_NOT_INITIALIZED);
	OK(cuInit(0));
	struct {
		const char *name;
		void (*run)();
	} const checks[] = {{"memory", checkMemory}, {"streams", checkStreams}, {"launches", checkLaunches}, {"contexts", checkContexts}, {"graphs", checkGraphs}, {"products", checkProducts}};
	for (auto &check : checks) {
		running = check.name;
		check.run();
	}
	running = "compiler";
	{
		CUcontext context;
		OK(cuDevicePrimaryCtxRetain(&context, 0));
		OK(cuCtxSetCurrent(context));
		checkCompiler(argv[1]);
	}
	return failures != 0;
}
