// Copies and fills. Page-locked memory is read and written when the stream comes
// to the copy; pageable memory is copied out at once and waited for, as the real
// driver does.
#include <cstring>
#include <vector>

#include "context.h"
#include "fault.h"
#include "memory.h"
#include "shadow.h"
#include "stream.h"

namespace simgpu {

static void *at(CUdeviceptr p) { return reinterpret_cast<void *>(p); }

// Tells whether a source was changed before its copy ran (FNV-1a).
static u64 sum(const void *from, size_t bytes) {
	u64 h = 0xcbf29ce484222325ull;
	for (size_t i = 0; i < bytes; i++) h = (h ^ static_cast<const u8 *>(from)[i]) * 0x100000001b3ull;
	return h;
}

static bool capturing(CUstream stream) {
	auto s = findStream(stream);
	return s && s->capture;
}

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
	Call call;
	if (call.error) return call.error;
	if (isPinned(from)) {
		bool watch = settings.checked && !capturing(stream);  // a graph's source may change between launches
		u64 expected = watch ? sum(from, bytes) : 0;
		return enqueue(stream, [=] {
			if (watch && sum(from, bytes) != expected) raise(CUDA_ERROR_ILLEGAL_ADDRESS, "cuMemcpyHtoDAsync of %zu bytes: the host wrote to the page-locked source before the copy ran", bytes);
			else if (!touch(to, bytes, true, true, "cuMemcpyHtoDAsync to the device")) memcpy(at(to), from, bytes);
		});
	}
	if (capturing(stream)) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;  // a graph would keep the pointer
	std::vector<char> copy(static_cast<const char *>(from), static_cast<const char *>(from) + bytes);
	return enqueue(stream, [to, bytes, copy = std::move(copy)] {
		if (!touch(to, bytes, true, true, "cuMemcpyHtoDAsync to the device")) memcpy(at(to), copy.data(), bytes);
	});
}

SIMGPU_EXPORT CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
	Call call;
	if (call.error) return call.error;
	auto s = findStream(stream);
	if (!s) return CUDA_ERROR_INVALID_HANDLE;
	bool pinned = isPinned(to);
	if (!pinned && s->capture) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	if (pinned && !s->capture) memset(to, 0xff, bytes);  // NaN for a host that doesn't wait
	CUresult error = enqueue(stream, [=] {
		if (!touch(from, bytes, false, true, "cuMemcpyDtoHAsync from the device")) memcpy(to, at(from), bytes);
	});
	return error || pinned ? error : reach({s, s->asked});
}

SIMGPU_EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
	Call call;
	if (call.error) return call.error;
	return enqueue(stream, [=] {
		if (touch(from, bytes, false, true, "cuMemcpyDtoDAsync from") || touch(to, bytes, true, true, "cuMemcpyDtoDAsync to")) return;
		memmove(at(to), at(from), bytes);
		copyWritten(state->device, to, from, bytes);
	});
}

SIMGPU_EXPORT CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
	Call call;
	if (call.error) return call.error;
	return enqueue(stream, [=] {
		if (!touch(to, count, true, true, "cuMemsetD8Async")) memset(at(to), value, count);
	});
}

SIMGPU_EXPORT CUresult cuMemsetD32Async(CUdeviceptr to, unsigned int value, size_t count, CUstream stream) {
	Call call;
	if (call.error) return call.error;
	if (to % 4) return CUDA_ERROR_INVALID_VALUE;
	return enqueue(stream, [=] {
		if (touch(to, count * 4, true, true, "cuMemsetD32Async")) return;
		for (size_t i = 0; i < count; i++) static_cast<unsigned int *>(at(to))[i] = value;
	});
}
