// What the hooks of checked mode found, in words.
#ifndef SIMGPU_REPORT_H
#define SIMGPU_REPORT_H

#include "driver.h"

namespace simgpu {

[[noreturn]] void reportAccess(Bad why, u64 address, u32 bytes, bool write, Site site, const void *pc);
[[noreturn]] void reportRace(u64 address, bool write, const Other &other, Site site, const void *pc);

// Which block ran when, to name the other side of a race.
void noteBlock(Dim index, u32 tick);
void forgetBlocks();

}  // namespace simgpu

#endif
