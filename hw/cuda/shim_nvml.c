//go:build cuda && cgo

#include <dlfcn.h>
#include <stdlib.h>

#include "shim_calls.h"

#define TABLE (*nvml)->

static int check(shimNVML *v, nvmlReturn_t r, const char *call) {
	if (r == NVML_SUCCESS) return 0;
	return shimFail(r, "%s: %s", call, v->nvmlErrorString(r));
}

// shimOpenNVML finds the card by its place on the bus: NVML numbers cards in an
// order of its own.
int shimOpenNVML(const char *folder, const char *bus, shimNVML **nvml) {
	static const char *names[] = {"libnvidia-ml.so.1", "libnvidia-ml.so", 0};
	void *library;
	int failed = shimLibrary(folder, names, &library);
	if (failed) return failed;
	if (!(*nvml = calloc(1, sizeof **nvml))) return shimFail(-1, "no memory for NVML's entry points");
	ABI_NVML(LOOK_UP)
	failed = check(*nvml, (*nvml)->nvmlInit_v2(), "nvmlInit");
	if (failed) return failed;
	return check(*nvml, (*nvml)->nvmlDeviceGetHandleByPciBusId_v2(bus, &(*nvml)->card), "nvmlDeviceGetHandleByPciBusId");
}

int shimFigure(shimNVML *v, int figure, unsigned long long *value) {
	unsigned int n = 0;
	nvmlReturn_t r;
	switch (figure) {
	case SHIM_SM_CLOCK: r = v->nvmlDeviceGetClockInfo(v->card, NVML_CLOCK_SM, &n); break;
	case SHIM_MEMORY_CLOCK: r = v->nvmlDeviceGetClockInfo(v->card, NVML_CLOCK_MEM, &n); break;
	case SHIM_POWER: r = v->nvmlDeviceGetPowerUsage(v->card, &n); break;
	case SHIM_TEMPERATURE: r = v->nvmlDeviceGetTemperature(v->card, NVML_TEMPERATURE_GPU, &n); break;
	default: return check(v, v->nvmlDeviceGetCurrentClocksThrottleReasons(v->card, value), "nvmlDeviceGetCurrentClocksThrottleReasons");
	}
	*value = n;
	return check(v, r, "NVML");
}
