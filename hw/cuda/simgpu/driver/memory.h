// Device memory: addresses of the host in one reserved range. Allocations end at
// a guard page, are NaN at first, and freed ones can't be touched or had again.
#ifndef SIMGPU_MEMORY_H
#define SIMGPU_MEMORY_H

#include "driver.h"

namespace simgpu {

void createMemory();
// Frees everything, as the end of a context does.
void freeAll();

// What an address is, for messages: "byte 64 of an allocation of 48 bytes", ...
std::string describe(u64 address);

// Whether [address, address+bytes) lies in one allocation; else a fault that
// begins with `what`. write marks the bytes as written; otherwise, in checked
// mode, bytes never written are a fault unless `any`.
CUresult touch(u64 address, u64 bytes, bool write, bool any, const char *what);

// Whether a host address is page-locked memory of ours.
bool isPinned(const void *address);

}  // namespace simgpu

#endif
