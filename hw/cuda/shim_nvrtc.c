//go:build cuda && cgo

#include <stdlib.h>

#include "shim_calls.h"

static int check(nvrtcResult r, const char *call) {
	if (r == NVRTC_SUCCESS) return 0;
	return shimFail(r, "%s: %s", call, shim.nvrtcGetErrorString(r));
}

int shimArchs(int *archs, int room, int *count, int *major, int *minor) {
	int failed = check(shim.nvrtcVersion(major, minor), "nvrtcVersion");
	if (!failed) failed = check(shim.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
	if (failed) return failed;
	if (*count > room) return shimFail(-1, "NVRTC knows more than %d architectures", room);
	return check(shim.nvrtcGetSupportedArchs(archs), "nvrtcGetSupportedArchs");
}

// shimCompile hands over cubin and log, which the caller frees; the log also
// where the text does not compile.
int shimCompile(const char *text, const char *name, const char **options, int count, char **cubin, size_t *bytes, char **log) {
	nvrtcProgram p;
	size_t n = 0;
	*cubin = *log = 0;
	int failed = check(shim.nvrtcCreateProgram(&p, text, name, 0, 0, 0), "nvrtcCreateProgram");
	if (failed) return failed;
	failed = check(shim.nvrtcCompileProgram(p, count, options), "nvrtcCompileProgram");
	if (!shim.nvrtcGetProgramLogSize(p, &n) && (*log = calloc(1, n + 1))) shim.nvrtcGetProgramLog(p, *log);
	if (!failed) failed = check(shim.nvrtcGetCUBINSize(p, bytes), "nvrtcGetCUBINSize");
	if (!failed && !(*cubin = malloc(*bytes + 1))) failed = shimFail(-1, "no memory for a kernel");
	if (!failed) failed = check(shim.nvrtcGetCUBIN(p, *cubin), "nvrtcGetCUBIN");
	shim.nvrtcDestroyProgram(&p);
	return failed;
}
