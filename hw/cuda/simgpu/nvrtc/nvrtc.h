// The simulated NVRTC: the same .cu text, translated for the CPU by g++.
#ifndef SIMGPU_NVRTC_H
#define SIMGPU_NVRTC_H

#define ABI_PROTOTYPES
#include "abi.h"

#include <string>
#include <utility>
#include <vector>

struct _nvrtcProgram {
	std::string source, name, log, cubin;
	std::vector<std::pair<std::string, std::string>> headers;  // name, text
};

namespace simgpu {

struct Options {
	int capability = 0;  // callers have to say it
	std::vector<std::string> forward;  // -D, -U, -I for g++
};
// False: an option that NVRTC does not have, or one that can't be simulated.
bool parseOptions(int count, const char *const *texts, Options &options, std::string &log);

// Preprocessed .cu text to C++: kernels get their table entries, __shared__ its
// places. False: the reason is in log.
bool translate(const std::string &in, bool checked, std::string &out, std::string &log);

nvrtcResult compile(_nvrtcProgram &program, const Options &options);

// Where this library lies; headers and hooks lie beside it.
std::string libraryFolder();
bool checkedMode();

}  // namespace simgpu

#define SIMGPU_EXPORT extern "C" __attribute__((visibility("default")))

#endif
