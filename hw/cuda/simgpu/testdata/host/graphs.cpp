#include "host.h"

#include <thread>

// What a call of another thread comes to.
template <class F> static CUresult elsewhere(CUcontext context, F call) {
	CUresult result = CUDA_SUCCESS;
	std::thread([&] {
		OK(cuCtxSetCurrent(context));
		result = call();
	}).join();
	return result;
}

void checkGraphs() {
	Fixture f;
	CUstream s;
	CUgraph graph;
	CUgraphExec executable;
	OK(cuStreamCreate(&s, CU_STREAM_NON_BLOCKING));
	OK(cuStreamBeginCapture_v2(s, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
	OK(f.launch(f.addOne, f.y, f.x, s));
	OK(f.launch(f.addOne, f.x, f.y, s));
	OK(cuStreamEndCapture(s, &graph));
	WANT(f.read(f.x, s)[10] == 10);  // nothing has run
	OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
	OK(cuGraphDestroy(graph));
	OK(cuGraphLaunch(executable, s));
	OK(cuGraphLaunch(executable, s));
	WANT(f.read(f.x, s)[10] == 14);
	OK(cuGraphExecDestroy(executable));

	// What waits or allocates is refused and spoils the capture.
	OK(cuStreamBeginCapture_v2(s, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
	CUdeviceptr p;
	REFUSED(cuMemAlloc_v2(&p, 4), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
	REFUSED(cuStreamEndCapture(s, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	OK(cuStreamBeginCapture_v2(s, CU_STREAM_CAPTURE_MODE_RELAXED));
	REFUSED(cuStreamSynchronize(s), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
	REFUSED(cuStreamEndCapture(s, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	OK(f.launch(f.addOne, f.y, f.x, s));
	OK(cuStreamSynchronize(s));

	// Once spoilt, nothing more goes into it.
	OK(cuStreamBeginCapture_v2(s, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
	REFUSED(cuMemAlloc_v2(&p, 4), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
	REFUSED(f.launch(f.addOne, f.y, f.x, s), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	REFUSED(cuStreamEndCapture(s, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	REFUSED(cuStreamEndCapture(s, &graph), CUDA_ERROR_ILLEGAL_STATE);

	// Other threads may go on, unless the capture is global; only its own may end it.
	CUcontext context;
	OK(cuDevicePrimaryCtxRetain(&context, 0));
	OK(cuStreamBeginCapture_v2(s, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
	OK(elsewhere(context, [&] { return cuMemAlloc_v2(&p, 4); }));
	REFUSED(elsewhere(context, [&] { return cuStreamEndCapture(s, &graph); }), CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
	OK(cuStreamEndCapture(s, &graph));
	OK(cuGraphDestroy(graph));
	OK(cuMemFree_v2(p));
	OK(cuStreamBeginCapture_v2(s, CU_STREAM_CAPTURE_MODE_GLOBAL));
	REFUSED(elsewhere(context, [&] { return cuMemAlloc_v2(&p, 4); }), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
	REFUSED(cuStreamEndCapture(s, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	OK(cuDevicePrimaryCtxRelease_v2(0));
}
