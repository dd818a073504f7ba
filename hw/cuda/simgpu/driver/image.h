// A simulated cubin: this header, then the bytes of a shared object.
#ifndef SIMGPU_IMAGE_H
#define SIMGPU_IMAGE_H

#include "../device/state.h"

namespace simgpu {

constexpr char kMagic[8] = {'S', 'I', 'M', 'G', 'P', 'U', '0', '1'};

struct ImageHeader {
	char magic[8];
	u32 layout, checked, capability, reserved;
	u64 bytes;
};

}  // namespace simgpu

#endif
