#include "nvrtc.h"

#include <cstdlib>
#include <cstring>

namespace simgpu {

// The text after `prefix=` or, for the long form, in the next argument.
static bool valueOf(const char *const *texts, int count, int &i, const char *prefix, std::string &value) {
	std::string text = texts[i];
	size_t n = strlen(prefix);
	if (text.compare(0, n, prefix)) return false;
	if (text.size() > n && text[n] == '=') value = text.substr(n + 1);
	else if (text.size() == n && i + 1 < count) value = texts[++i];
	else return false;
	return true;
}

bool parseOptions(int count, const char *const *texts, Options &options, std::string &log) {
	// What changes code for a card and nothing here.
	static const char *const ignored[] = {"--std", "-std", "--ptxas-options", "-Xptxas", "--maxrregcount", "-maxrregcount", "--fmad", "-fmad", "--diag-suppress", "--diag-error", "--diag-warn"};
	static const char *const ignoredFlags[] = {"--use_fast_math", "-use_fast_math", "-lineinfo", "--generate-line-info", "-default-device", "--device-as-default-execution-space", "-w", "--disable-warnings", "--restrict", "-restrict", "--extra-device-vectorization", "-extra-device-vectorization"};
	for (int i = 0; i < count; i++) {
		std::string text = texts[i], value;
		if (valueOf(texts, count, i, "-arch", value) || valueOf(texts, count, i, "--gpu-architecture", value)) {
			if (value.compare(0, 3, "sm_") || !(options.capability = atoi(value.c_str() + 3))) {
				log += "nvrtc: error: invalid value for --gpu-architecture (-arch): a real one, sm_NN, is needed for a cubin\n";
				return false;
			}
			continue;
		}
		if (valueOf(texts, count, i, "--define-macro", value)) {
			options.forward.push_back("-D" + value);
			continue;
		}
		if (valueOf(texts, count, i, "--include-path", value)) continue;
		if (!text.compare(0, 2, "-D") || !text.compare(0, 2, "-U")) {
			options.forward.push_back(text.size() > 2 || i + 1 == count ? text : text + texts[++i]);
			continue;
		}
		// NVIDIA's headers are not for g++: the simulation has its own.
		if (!text.compare(0, 2, "-I")) {
			if (text.size() == 2) i++;
			continue;
		}
		bool known = false;
		for (const char *prefix : ignored) known = known || valueOf(texts, count, i, prefix, value);
		for (const char *flag : ignoredFlags) known = known || text == flag;
		if (!known) {
			log += "nvrtc: error: unrecognized option '" + text + "'\n";
			return false;
		}
	}
	return true;
}

}  // namespace simgpu
