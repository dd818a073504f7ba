#include "fault.h"

#include <cstdio>

#include "launch.h"

namespace simgpu {

static CUresult held = CUDA_SUCCESS;
static std::string text;  // of the last fault that a context came to hold, or refusal; empty if there was none

CUresult sticky() { return held; }
void clearSticky() { held = CUDA_SUCCESS; }

static std::string vformat(const char *format, va_list list) {
	char buffer[1024];
	vsnprintf(buffer, sizeof buffer, format, list);
	return buffer;
}

static void note(CUresult code, const std::string &what) {
	if (held == CUDA_SUCCESS) text = what;
	held = code;
}

CUresult raise(CUresult code, const char *format, ...) {
	va_list list;
	va_start(list, format);
	note(code, vformat(format, list));
	va_end(list);
	return code;
}

static std::string dims(Dim d) { return "(" + std::to_string(d.x) + "," + std::to_string(d.y) + "," + std::to_string(d.z) + ")"; }

static void noteThread(const Fiber *f, int code, Site site, const void *pc, const std::string &what) {
	std::string where;
	if (site.line) where = std::string(site.file) + ":" + std::to_string(site.line);
	else if (pc) where = sourceLine(reinterpret_cast<u64>(pc) - 1);
	if (where.empty() && f->site.line) where = std::string(f->site.file) + ":" + std::to_string(f->site.line);
	note(code, std::string("kernel ") + running->kernel->name + ", block " + dims(state->block) + ", thread " + dims(f->thread) + (where.empty() ? "" : ", " + where) + ": " + what);
}

void faultInThread(int code, Site site, const void *pc, const char *format, ...) {
	va_list list;
	va_start(list, format);
	noteThread(state->self, code, site, pc, vformat(format, list));
	va_end(list);
	abandon();
}

void faultOf(const Fiber *thread, int code, Site site, const void *pc, const char *format, ...) {
	va_list list;
	va_start(list, format);
	noteThread(thread, code, site, pc, vformat(format, list));
	va_end(list);
	abandon();
}

}  // namespace simgpu

// Why the simulated cuBLASLt refuses something; no fault of the context's.
SIMGPU_EXPORT void simgpuExplain(const char *why) {
	std::lock_guard<std::mutex> hold(simgpu::lock);
	if (simgpu::held == CUDA_SUCCESS) simgpu::text = why;
}

SIMGPU_EXPORT const char *simgpuLastFault() {
	std::lock_guard<std::mutex> hold(simgpu::lock);
	return simgpu::text.empty() ? nullptr : simgpu::text.c_str();
}
