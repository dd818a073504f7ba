#include "host.h"

#include <thread>

// A host that does not wait sees nothing of what was asked.
static void stale() {
	Fixture f;
	CUstream s;
	CUevent done;
	OK(cuStreamCreate(&s, CU_STREAM_NON_BLOCKING));
	OK(cuEventCreate(&done, CU_EVENT_DISABLE_TIMING));
	OK(f.launch(f.addOne, f.y, f.x, s));
	f.pinned[5] = 77;
	OK(cuMemcpyDtoHAsync_v2(f.pinned, f.y, kCount * 4, s));
	WANT(std::isnan(f.pinned[5]));
	OK(cuEventRecord(done, s));
	OK(cuEventSynchronize(done));
	WANT(f.pinned[5] == 6);

	// Page-locked memory is read when the copy runs, not when it is asked for.
	for (int i = 0; i < kCount; i++) f.pinned[i] = 1;
	OK(cuMemcpyHtoDAsync_v2(f.x, f.pinned, kCount * 4, s));
	f.pinned[5] = 2;
	if (checked) {
		REFUSED(cuStreamSynchronize(s), CUDA_ERROR_ILLEGAL_ADDRESS);
		WANT(faultHas("the host wrote to the page-locked source before the copy ran"));
		return;
	}
	WANT(f.read(f.x, s)[5] == 2);
	OK(cuEventDestroy_v2(done));
	OK(cuStreamDestroy_v2(s));
}

static void ordered() {
	Fixture f;
	CUstream s, t;
	CUevent ready, from, to;
	OK(cuStreamCreate(&s, CU_STREAM_NON_BLOCKING));
	OK(cuStreamCreate(&t, CU_STREAM_NON_BLOCKING));
	OK(cuEventCreate(&ready, CU_EVENT_DISABLE_TIMING));
	OK(cuEventCreate(&from, CU_EVENT_DEFAULT));
	OK(cuEventCreate(&to, CU_EVENT_DEFAULT));
	OK(cuEventRecord(from, s));
	OK(f.launch(f.addOne, f.y, f.x, s));
	OK(cuEventRecord(ready, s));
	OK(cuEventRecord(to, s));
	REFUSED(cuEventQuery(ready), CUDA_ERROR_NOT_READY);
	OK(cuStreamWaitEvent(t, ready, 0));
	OK(f.launch(f.addOne, f.x, f.y, t));
	WANT(f.read(f.x, t)[10] == 12);
	OK(cuEventQuery(ready));
	OK(cuEventSynchronize(to));
	float milliseconds = -1;
	OK(cuEventElapsedTime(&milliseconds, from, to));
	WANT(milliseconds > 0 && milliseconds < 60000);

	// One who asks again and again sees the end.
	OK(f.launch(f.addOne, f.y, f.x, s));
	OK(cuEventRecord(ready, s));
	int asked = 0;
	while (cuEventQuery(ready) == CUDA_ERROR_NOT_READY && asked < 100) asked++;
	WANT(asked > 0 && asked < 100);
}

// Without an event, another stream sees old data, with some seed at least.
static void unordered() {
	int wrong = 0;
	for (int i = 0; i < 10; i++) {
		Fixture f;
		CUstream s, t;
		OK(cuStreamCreate(&s, CU_STREAM_NON_BLOCKING));
		OK(cuStreamCreate(&t, CU_STREAM_NON_BLOCKING));
		OK(cuMemsetD32Async(f.y, 0, kCount, s));
		OK(cuStreamSynchronize(s));
		OK(f.launch(f.addOne, f.y, f.x, s));
		OK(f.launch(f.addOne, f.x, f.y, t));
		wrong += f.read(f.x, t)[10] != 12;
	}
	WANT(wrong > 0);
}

void checkStreams() {
	stale();
	ordered();
	unordered();
}

void checkContexts() {
	Fixture f;
	CUresult there = CUDA_SUCCESS;
	// A context is current on one thread of the system.
	std::thread([&] {
		CUdeviceptr p;
		there = cuMemAlloc_v2(&p, 4);
	}).join();
	REFUSED(there, CUDA_ERROR_INVALID_CONTEXT);
	char name[64];
	OK(cuDeviceGetName(name, sizeof name, 0));
	WANT(std::string(name) == "Simulated GPU (simgpu)");
	int count = 0;
	OK(cuDeviceGetCount(&count));
	WANT(count == 1);
	CUdevice device;
	REFUSED(cuDeviceGet(&device, 1), CUDA_ERROR_INVALID_DEVICE);
}
