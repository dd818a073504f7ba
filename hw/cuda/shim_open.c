//go:build cuda && cgo

#include "shim.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "shim_calls.h"

// The entry points, filled in by the open functions.
struct shimCalls shim;

// The latest failures. Go may read one from another thread than it happened on,
// so they are numbered and not the thread's own.
static struct {
	int result;
	char text[4096];
} failures[64];
static atomic_uint count;

const char *shimError(int number, int *result) {
	*result = failures[number % 64].result;
	return failures[number % 64].text;
}

int shimFail(int result, const char *format, ...) {
	int number = atomic_fetch_add(&count, 1) % 64 + 64; // never 0
	va_list list;
	va_start(list, format);
	vsnprintf(failures[number % 64].text, sizeof failures[0].text, format, list);
	va_end(list);
	failures[number % 64].result = result;
	return number;
}

// The driver's name and text for a result, and what a simulated one knows of it.
int shimCheck(CUresult r, const char *call) {
	if (r == CUDA_SUCCESS) return 0;
	const char *name = 0, *text = 0, *fault = 0;
	shim.cuGetErrorName(r, &name);
	shim.cuGetErrorString(r, &text);
	if (shim.lastFault) fault = shim.lastFault();
	return shimFail(r, "%s: %s (%s)%s%s", call, text ? text : "no text", name ? name : "no name", fault ? ": " : "", fault ? fault : "");
}

// Opens the first of the names that is there, in the folder or where the system
// looks.
int shimLibrary(const char *folder, const char **names, void **library) {
	char path[4096], why[3072] = "";
	for (; *names; names++) {
		snprintf(path, sizeof path, "%s%s%s", folder, folder[0] ? "/" : "", *names);
		if ((*library = dlopen(path, RTLD_NOW | RTLD_LOCAL))) return 0;
		size_t n = strlen(why);
		const char *text = dlerror();
		snprintf(why + n, sizeof why - n, "%s%.1000s", n ? "; " : "", text ? text : path);
	}
	return shimFail(-1, "%s", why);
}

#define TABLE shim.

int shimOpenDriver(const char *folder) {
	static const char *names[] = {"libcuda.so.1", "libcuda.so", 0};
	void *library;
	int failed = shimLibrary(folder, names, &library);
	if (failed) return failed;
	ABI_CUDA(LOOK_UP)
	shim.lastFault = (abiLastFault)dlsym(library, ABI_LAST_FAULT);
	shim.release = (abiPiece)dlsym(library, ABI_RELEASE);
	shim.acquire = (abiPiece)dlsym(library, ABI_ACQUIRE);
	return shimCheck(shim.cuInit(0), "cuInit");
}

int shimOpenCublasLt(const char *folder, int release) {
	static const char *names[] = {"libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so", 0};
	void *library;
	int failed = shimLibrary(folder, names + (release < 13), &library);
	if (failed) return failed;
	ABI_CUBLASLT(LOOK_UP)
	return 0;
}
