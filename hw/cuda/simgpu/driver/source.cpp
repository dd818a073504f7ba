// From an address in a module to a line of its .cu text.
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "fault.h"
#include "launch.h"
#include "module.h"

namespace simgpu {

std::string sourceLine(u64 pc) {
	if (!running || pc - state->image >= state->imageBytes) return "";
	char command[256];
	snprintf(command, sizeof command, "addr2line -e /proc/%d/fd/%d -i %#llx 2>/dev/null", getpid(), running->module->fd, pc - state->image);
	FILE *pipe = popen(command, "r");
	if (!pipe) return "";
	// Outwards from the innermost inlined function; the first line that is not of
	// the simulation's own headers counts.
	std::string found;
	char line[1024];
	while (fgets(line, sizeof line, pipe)) {
		line[strcspn(line, "\n ")] = 0;
		if (found.empty() && !strstr(line, "/simgpu-") && line[0] != '?') {
			const char *slash = strrchr(line, '/');
			found = slash ? slash + 1 : line;
		}
	}
	pclose(pipe);
	return found;
}

}  // namespace simgpu
