#include "host.h"

// Not in abi.h, for package cuda does not call them; under CUDA's own names.
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;
extern "C" {
CUresult cuStreamBeginCapture_v2(CUstream, CUstreamCaptureMode);
CUresult cuStreamEndCapture(CUstream, CUgraph *);
CUresult cuGraphInstantiateWithFlags(CUgraphExec *, CUgraph, unsigned long long);
CUresult cuGraphLaunch(CUgraphExec, CUstream);
CUresult cuGraphExecDestroy(CUgraphExec);
CUresult cuGraphDestroy(CUgraph);
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
	REFUSED(cuMemAlloc_v2(&p, 4), 900);
	REFUSED(cuStreamEndCapture(s, &graph), 901);
	OK(cuStreamBeginCapture_v2(s, CU_STREAM_CAPTURE_MODE_RELAXED));
	REFUSED(cuStreamSynchronize(s), 900);
	REFUSED(cuStreamEndCapture(s, &graph), 901);
	OK(f.launch(f.addOne, f.y, f.x, s));
	OK(cuStreamSynchronize(s));
}
