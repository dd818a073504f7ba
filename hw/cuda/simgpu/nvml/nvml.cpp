// NVML's entry points: they tell what SIMGPU_NVML makes up, and support nothing else.
#define ABI_PROTOTYPES
#include "abi.h"

#include <cstdlib>
#include <cstring>
#include <string>

#define SIMGPU_EXPORT extern "C" __attribute__((visibility("default")))

static bool initialised;
static char card;

// What SIMGPU_NVML says of a name: a value, or an error after "!".
static nvmlReturn_t told(const char *name, unsigned long long *value, nvmlReturn_t otherwise) {
	const char *setting = getenv("SIMGPU_NVML");
	std::string all = std::string(",") + (setting ? setting : ""), key = std::string(",") + name + "=";
	size_t at = all.find(key);
	if (at == std::string::npos) return otherwise;
	const char *text = all.c_str() + at + key.size();
	if (*text == '!') return atoi(text + 1);
	*value = strtoull(text, nullptr, 0);
	return NVML_SUCCESS;
}

static nvmlReturn_t figure(nvmlDevice_t device, const char *name, unsigned int *value) {
	if (!initialised) return NVML_ERROR_UNINITIALIZED;
	if (device != reinterpret_cast<nvmlDevice_t>(&card) || !value) return NVML_ERROR_INVALID_ARGUMENT;
	unsigned long long wide = 0;
	nvmlReturn_t result = told(name, &wide, NVML_ERROR_NOT_SUPPORTED);
	if (result == NVML_SUCCESS) *value = static_cast<unsigned int>(wide);
	return result;
}

SIMGPU_EXPORT nvmlReturn_t nvmlInit_v2() {
	unsigned long long none;
	nvmlReturn_t result = told("init", &none, NVML_SUCCESS);
	initialised = result == NVML_SUCCESS;
	return result;
}

SIMGPU_EXPORT const char *nvmlErrorString(nvmlReturn_t result) {
	switch (result) {
	case NVML_SUCCESS: return "The operation was successful";
	case NVML_ERROR_UNINITIALIZED: return "Uninitialized";
	case NVML_ERROR_INVALID_ARGUMENT: return "Invalid Argument";
	case NVML_ERROR_NOT_SUPPORTED: return "Not Supported";
	case NVML_ERROR_NOT_FOUND: return "Not Found";
	case NVML_ERROR_GPU_IS_LOST: return "GPU is lost";
	case NVML_ERROR_LIB_RM_VERSION_MISMATCH: return "Driver/library version mismatch";
	}
	return "Unknown Error";
}

SIMGPU_EXPORT nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *id, nvmlDevice_t *device) {
	if (!initialised) return NVML_ERROR_UNINITIALIZED;
	if (!id || !device) return NVML_ERROR_INVALID_ARGUMENT;
	if (strcmp(id, "0000:00:00.0")) return NVML_ERROR_NOT_FOUND;
	*device = reinterpret_cast<nvmlDevice_t>(&card);
	return NVML_SUCCESS;
}

SIMGPU_EXPORT nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *megahertz) {
	if (type != NVML_CLOCK_SM && type != NVML_CLOCK_MEM) return NVML_ERROR_INVALID_ARGUMENT;
	return figure(device, type == NVML_CLOCK_SM ? "sm" : "memory", megahertz);
}

SIMGPU_EXPORT nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *milliwatts) {
	return figure(device, "milliwatts", milliwatts);
}

SIMGPU_EXPORT nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensor, unsigned int *celsius) {
	if (sensor != NVML_TEMPERATURE_GPU) return NVML_ERROR_INVALID_ARGUMENT;
	return figure(device, "celsius", celsius);
}

SIMGPU_EXPORT nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, unsigned long long *reasons) {
	unsigned int low = 0;
	nvmlReturn_t result = figure(device, "reasons", &low);
	if (result == NVML_SUCCESS) *reasons = low;
	return result;
}
