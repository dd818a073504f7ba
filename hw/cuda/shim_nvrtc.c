//go:build cuda && cgo

#include <dlfcn.h>
#include <stdlib.h>

#include "shim_calls.h"

#define TABLE (*nvrtc)->

int shimOpenNVRTC(const char *folder, int release, shimNVRTC **nvrtc) {
	static const char *names[] = {"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so", 0};
	void *library;
	int failed = shimLibrary(folder, names + (release < 13), &library);
	if (failed) return failed;
	if (!(*nvrtc = calloc(1, sizeof **nvrtc))) return shimFail(-1, "no memory for NVRTC's entry points");
	ABI_NVRTC(LOOK_UP)
	return 0;
}

static int check(shimNVRTC *v, nvrtcResult r, const char *call) {
	if (r == NVRTC_SUCCESS) return 0;
	return shimFail(r, "%s: %s", call, v->nvrtcGetErrorString(r));
}

int shimArchs(shimNVRTC *v, int *archs, int room, int *count, int *major, int *minor) {
	int failed = check(v, v->nvrtcVersion(major, minor), "nvrtcVersion");
	if (!failed) failed = check(v, v->nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
	if (failed) return failed;
	if (*count > room) return shimFail(-1, "NVRTC knows more than %d architectures", room);
	return check(v, v->nvrtcGetSupportedArchs(archs), "nvrtcGetSupportedArchs");
}

// shimCompile hands over cubin and log, which the caller frees; the log also
// where the text does not compile.
int shimCompile(shimNVRTC *v, const char *text, const char *name, const char **options, int count, char **cubin, size_t *bytes, char **log) {
	nvrtcProgram p;
	size_t n = 0;
	*cubin = *log = 0;
	int failed = check(v, v->nvrtcCreateProgram(&p, text, name, 0, 0, 0), "nvrtcCreateProgram");
	if (failed) return failed;
	failed = check(v, v->nvrtcCompileProgram(p, count, options), "nvrtcCompileProgram");
	if (!v->nvrtcGetProgramLogSize(p, &n) && (*log = calloc(1, n + 1))) v->nvrtcGetProgramLog(p, *log);
	if (!failed) failed = check(v, v->nvrtcGetCUBINSize(p, bytes), "nvrtcGetCUBINSize");
	if (!failed && !(*cubin = malloc(*bytes + 1))) failed = shimFail(-1, "no memory for a kernel");
	if (!failed) failed = check(v, v->nvrtcGetCUBIN(p, *cubin), "nvrtcGetCUBIN");
	v->nvrtcDestroyProgram(&p);
	return failed;
}
