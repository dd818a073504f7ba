// Modules: a simulated cubin is a shared object with a table of kernels.
#ifndef SIMGPU_MODULE_H
#define SIMGPU_MODULE_H

#include <map>
#include <string>

#include "driver.h"

namespace simgpu {
struct LoadedModule;
}

struct CUfunc_st {
	simgpu::LoadedModule *module;
	const simgpu::Kernel *kernel;
	int dynamicLimit = 48 << 10;  // MAX_DYNAMIC_SHARED_SIZE_BYTES
};

namespace simgpu {

struct LoadedModule {
	void *library;
	int fd;  // of its file in memory, for addr2line
	const Module *exports;
	u64 image, imageBytes;
	std::map<std::string, CUfunc_st> functions;
};

void unloadAll();
bool isFunction(CUfunction function);

}  // namespace simgpu

#endif
