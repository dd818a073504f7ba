// What C++ leaves undefined and cards do in their own ways: g++'s
// -fsanitize=bounds,alignment,... puts the calls in.
#include "../device/state.h"

extern "C" simgpu::State *simgpu_state __attribute__((visibility("hidden")));

namespace simgpu {

// What the compiler passes begins with the place in the source.
struct Place {
	const char *file;
	u32 line, column;
	Site site() const { return {file, line}; }
};
constexpr int kLaunchFailed = 719, kMisalignedAddress = 716, kIllegalAddress = 700;

}  // namespace simgpu

using namespace simgpu;

#define HANDLER extern "C" void

HANDLER __ubsan_handle_out_of_bounds(Place *place, u64 index) {
	simgpu_state->fault(kIllegalAddress, place->site(), nullptr, "an access outside an array: index %lld", static_cast<long long>(index));
}
HANDLER __ubsan_handle_type_mismatch_v1(Place *place, u64 address) {
	simgpu_state->fault(kMisalignedAddress, place->site(), nullptr, "a misaligned access to %#llx", address);
}
HANDLER __ubsan_handle_shift_out_of_bounds(Place *place, u64, u64 by) {
	simgpu_state->fault(kLaunchFailed, place->site(), nullptr, "a shift by %lld bits, more than the type has", static_cast<long long>(by));
}
HANDLER __ubsan_handle_divrem_overflow(Place *place, u64, u64) {
	simgpu_state->fault(kLaunchFailed, place->site(), nullptr, "an integer division by zero or without a result");
}

// A thread's local array was overrun (-fstack-protector-all).
extern "C" [[noreturn]] void __stack_chk_fail() {
	simgpu_state->fault(kIllegalAddress, {nullptr, 0}, __builtin_return_address(0), "a write past the end of a local array");
}
