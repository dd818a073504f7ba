// What is known about each byte that kernels may touch: the host's side. The
// hooks in kernels (hooks/access.cpp) read and write the same bits.
#ifndef SIMGPU_SHADOW_H
#define SIMGPU_SHADOW_H

#include "driver.h"

namespace simgpu {

// Describes a range; bits and cells exist in checked mode only, and cost memory
// only where they are used.
void createShadow(Shadow &s, u64 base, u64 bytes, bool shared);

// These do nothing in plain mode. Fresh bytes are live and not written.
void markLive(Shadow &s, u64 address, u64 bytes);
void markDead(Shadow &s, u64 address, u64 bytes);
void markWritten(Shadow &s, u64 address, u64 bytes);

// The first byte of the range that is dead or was never written, or `bytes`.
u64 firstDead(const Shadow &s, u64 address, u64 bytes);
u64 firstUnwritten(const Shadow &s, u64 address, u64 bytes);

// Copies which bytes were written.
void copyWritten(Shadow &s, u64 to, u64 from, u64 bytes);

}  // namespace simgpu

#endif
