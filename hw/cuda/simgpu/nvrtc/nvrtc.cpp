// The entry points of libnvrtc.
#include "nvrtc.h"

#include <cstring>

using namespace simgpu;

#ifndef SIMGPU_HASH
#define SIMGPU_HASH 0
#endif

// The minor version stands for the simulation's sources, the processor's features
// and the mode, so that a cache of cubins keyed by it never gives another one's.
SIMGPU_EXPORT nvrtcResult nvrtcVersion(int *major, int *minor) {
	bool fast = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
	*major = 12;
	*minor = 100 + SIMGPU_HASH % 1000000 * 4 + fast * 2 + checkedMode();
	return NVRTC_SUCCESS;
}

SIMGPU_EXPORT const char *nvrtcGetErrorString(nvrtcResult result) {
	switch (result) {
	case NVRTC_SUCCESS: return "NVRTC_SUCCESS";
	case NVRTC_ERROR_OUT_OF_MEMORY: return "NVRTC_ERROR_OUT_OF_MEMORY";
	case NVRTC_ERROR_INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
	case NVRTC_ERROR_INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
	case NVRTC_ERROR_INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
	case NVRTC_ERROR_COMPILATION: return "NVRTC_ERROR_COMPILATION";
	}
	return "NVRTC_ERROR unknown";
}

static const int archs[] = {75, 80, 86, 87, 89, 90, 100, 120};

SIMGPU_EXPORT nvrtcResult nvrtcGetNumSupportedArchs(int *count) {
	*count = sizeof archs / sizeof *archs;
	return NVRTC_SUCCESS;
}

SIMGPU_EXPORT nvrtcResult nvrtcGetSupportedArchs(int *list) {
	memcpy(list, archs, sizeof archs);
	return NVRTC_SUCCESS;
}

SIMGPU_EXPORT nvrtcResult nvrtcCreateProgram(nvrtcProgram *program, const char *source, const char *name, int headers, const char *const *texts, const char *const *names) {
	if (!program || !source || headers < 0 || (headers && (!texts || !names))) return NVRTC_ERROR_INVALID_INPUT;
	*program = new _nvrtcProgram{source, name ? name : "default_program", "", "", {}};
	for (int i = 0; i < headers; i++) (*program)->headers.emplace_back(names[i], texts[i]);
	return NVRTC_SUCCESS;
}

SIMGPU_EXPORT nvrtcResult nvrtcDestroyProgram(nvrtcProgram *program) {
	if (!program || !*program) return NVRTC_ERROR_INVALID_PROGRAM;
	delete *program;
	*program = nullptr;
	return NVRTC_SUCCESS;
}

SIMGPU_EXPORT nvrtcResult nvrtcCompileProgram(nvrtcProgram program, int count, const char *const *texts) {
	if (!program) return NVRTC_ERROR_INVALID_PROGRAM;
	Options options;
	program->log.clear();
	program->cubin.clear();
	if (!parseOptions(count, texts, options, program->log)) return NVRTC_ERROR_INVALID_OPTION;
	for (int arch : archs)
		if (arch == options.capability) return compile(*program, options);
	program->log += "nvrtc: error: invalid value for --gpu-architecture (-arch)\n";
	return NVRTC_ERROR_INVALID_OPTION;
}

SIMGPU_EXPORT nvrtcResult nvrtcGetCUBINSize(nvrtcProgram program, size_t *bytes) {
	if (!program || program->cubin.empty()) return NVRTC_ERROR_INVALID_PROGRAM;
	*bytes = program->cubin.size();
	return NVRTC_SUCCESS;
}

SIMGPU_EXPORT nvrtcResult nvrtcGetCUBIN(nvrtcProgram program, char *cubin) {
	if (!program || program->cubin.empty()) return NVRTC_ERROR_INVALID_PROGRAM;
	memcpy(cubin, program->cubin.data(), program->cubin.size());
	return NVRTC_SUCCESS;
}

SIMGPU_EXPORT nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram program, size_t *bytes) {
	if (!program) return NVRTC_ERROR_INVALID_PROGRAM;
	*bytes = program->log.size() + 1;
	return NVRTC_SUCCESS;
}

SIMGPU_EXPORT nvrtcResult nvrtcGetProgramLog(nvrtcProgram program, char *log) {
	if (!program) return NVRTC_ERROR_INVALID_PROGRAM;
	memcpy(log, program->log.c_str(), program->log.size() + 1);
	return NVRTC_SUCCESS;
}
