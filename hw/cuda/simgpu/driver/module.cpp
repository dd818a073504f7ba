#include "module.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <set>

#include "context.h"
#include "fault.h"
#include "image.h"
#include "shared.h"
#include "stream.h"

namespace simgpu {

static std::map<CUmodule, std::unique_ptr<LoadedModule>> modules;

static void unload(LoadedModule &m) {
	dlclose(m.library);
	close(m.fd);
}

void unloadAll() {
	for (auto &[handle, m] : modules) unload(*m);
	modules.clear();
}

bool isFunction(CUfunction function) {
	for (auto &[handle, m] : modules)
		for (auto &[name, f] : m->functions)
			if (&f == function) return true;
	return false;
}

// Where the library's segments lie.
static int findSegments(dl_phdr_info *info, size_t, void *arg) {
	LoadedModule *m = static_cast<LoadedModule *>(arg);
	if (info->dlpi_addr != m->image) return 0;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD) m->imageBytes = info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
	return 1;
}

static CUresult load(LoadedModule &m, const char *bytes, size_t count) {
	m.fd = memfd_create("simgpu", MFD_CLOEXEC);
	if (m.fd < 0) return CUDA_ERROR_OUT_OF_MEMORY;
	char path[64];
	snprintf(path, sizeof path, "/proc/self/fd/%d", m.fd);
	if (write(m.fd, bytes, count) != static_cast<ssize_t>(count) || !(m.library = dlopen(path, RTLD_NOW | RTLD_LOCAL))) {
		if (const char *why = dlerror()) fprintf(stderr, "simgpu: %s\n", why);
		close(m.fd);
		return CUDA_ERROR_INVALID_IMAGE;
	}
	m.exports = static_cast<const Module *>(dlsym(m.library, "simgpu_module"));
	link_map *map = nullptr;
	if (!m.exports || dlinfo(m.library, RTLD_DI_LINKMAP, &map)) {
		unload(m);
		return CUDA_ERROR_INVALID_IMAGE;
	}
	m.image = map->l_addr;
	m.imageBytes = 0;
	dl_iterate_phdr(findSegments, &m);
	*m.exports->state = state;
	for (u32 i = 0; i < m.exports->count; i++) {
		const Kernel *k = m.exports->kernels[i];
		// Only extern "C" kernels go by their plain name.
		if (dlsym(m.library, k->name) == k->function) m.functions[k->name] = {&m, k};
	}
	return CUDA_SUCCESS;
}

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT CUresult cuModuleLoadData(CUmodule *module, const void *image) {
	Call call;
	if (call.error) return call.error;
	if (!module || !image) return CUDA_ERROR_INVALID_VALUE;
	const ImageHeader *header = static_cast<const ImageHeader *>(image);
	if (memcmp(header->magic, kMagic, sizeof kMagic) || header->layout != kLayout) return CUDA_ERROR_INVALID_IMAGE;
	// A cubin runs on its own major architecture, from its minor one on. One
	// compiled for the other mode would check nothing.
	int built = static_cast<int>(header->capability);
	if (built / 10 != settings.capability / 10 || built > settings.capability) return CUDA_ERROR_NO_BINARY_FOR_GPU;
	if ((header->checked != 0) != settings.checked) return CUDA_ERROR_INVALID_IMAGE;
	auto m = std::make_unique<LoadedModule>();
	if (CUresult error = load(*m, reinterpret_cast<const char *>(header + 1), header->bytes)) return error;
	*module = reinterpret_cast<CUmodule>(m.get());
	modules[*module] = std::move(m);
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuModuleUnload(CUmodule module) {
	Call call;
	if (call.error) return call.error;
	if (CUresult error = drainAll()) return error;
	auto it = modules.find(module);
	if (it == modules.end()) return CUDA_ERROR_INVALID_HANDLE;
	unload(*it->second);
	modules.erase(it);
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name) {
	Call call;
	if (call.error) return call.error;
	auto it = modules.find(module);
	if (it == modules.end()) return CUDA_ERROR_INVALID_HANDLE;
	auto f = it->second->functions.find(name);
	if (f == it->second->functions.end()) return CUDA_ERROR_NOT_FOUND;
	*function = &f->second;
	return CUDA_SUCCESS;
}
