#include "host.h"

static void exhaust() {
	Fixture f;
	size_t free = 0, total = 0;
	CUdeviceptr p = 0, q = 0;
	OK(cuMemGetInfo_v2(&free, &total));
	REFUSED(cuMemAlloc_v2(&p, free + 1), CUDA_ERROR_OUT_OF_MEMORY);
	OK(cuMemAlloc_v2(&p, free));  // the refusal has spoilt nothing
	REFUSED(cuMemAlloc_v2(&q, 1), CUDA_ERROR_OUT_OF_MEMORY);
	OK(cuMemFree_v2(p));
	REFUSED(cuMemFree_v2(p), CUDA_ERROR_INVALID_VALUE);
	REFUSED(cuMemFree_v2(f.x + 4), CUDA_ERROR_INVALID_VALUE);
	REFUSED(cuMemAlloc_v2(&p, 0), CUDA_ERROR_INVALID_VALUE);
}

static void freed() {
	Fixture f;
	CUdeviceptr old = f.x;
	OK(cuMemFree_v2(old));
	OK(f.launch(f.addOne, f.y, old, nullptr));
	REFUSED(cuStreamSynchronize(nullptr), CUDA_ERROR_ILLEGAL_ADDRESS);
	WANT(faultHas("kernel add_one, block (") && faultHas("host.cu:3: use after free"));
	// The error stays, and ends with the context.
	CUdeviceptr p = 0;
	REFUSED(cuMemAlloc_v2(&p, 4), CUDA_ERROR_ILLEGAL_ADDRESS);
	f.restart();
	OK(f.launch(f.addOne, f.y, f.x, nullptr));
	WANT(f.read(f.y, nullptr)[999] == 1000);
}

static void copies() {
	Fixture f;
	OK(cuMemsetD32Async(f.y, 0x3f800000, kCount, nullptr));
	WANT(f.read(f.y, nullptr)[kCount - 1] == 1);
	OK(cuMemsetD8Async(f.y, 0, 8, nullptr));
	OK(cuMemcpyDtoDAsync_v2(f.y + 4, f.x + 8, 4, nullptr));
	std::vector<float> y = f.read(f.y, nullptr);
	WANT(y[0] == 0 && y[1] == 2 && y[2] == 1);
	OK(cuMemcpyDtoDAsync_v2(f.y + 4, f.x, kCount * 4, nullptr));
	REFUSED(cuStreamSynchronize(nullptr), CUDA_ERROR_ILLEGAL_ADDRESS);
	WANT(faultHas("cuMemcpyDtoDAsync to of 4000 bytes: an access outside an allocation: 0 bytes past the end"));
}

// Parts of an allocation that an arena has not handed out.
static void arenas() {
	if (!checked) return;
	Fixture f;
	CUdeviceptr arena = 0;
	OK(cuMemAlloc_v2(&arena, 16384));
	OK(simgpuRelease(arena, 16384));
	OK(simgpuAcquire(arena + 4096, kCount * 4));
	OK(f.launch(f.addOne, arena + 4096, f.x, nullptr));
	OK(cuStreamSynchronize(nullptr));
	OK(f.launch(f.addOne, f.y, arena + 4096 + 4, nullptr));
	REFUSED(cuStreamSynchronize(nullptr), CUDA_ERROR_ILLEGAL_ADDRESS);
	WANT(faultHas("host.cu:3: byte 8096 of an allocation of 16384 bytes, which is not in use"));
}

void checkMemory() {
	exhaust();
	freed();
	copies();
	arenas();
}
