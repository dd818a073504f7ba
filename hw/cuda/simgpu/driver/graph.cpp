// Graphs: what a stream was asked while it captured, to be asked again at once.
#include <set>

#include "context.h"
#include "launch.h"
#include "stream.h"

struct CUgraph_st {
	std::shared_ptr<simgpu::Graph> graph;
};
struct CUgraphExec_st {
	std::shared_ptr<simgpu::Graph> graph;
};

namespace simgpu {

static std::set<CUgraph> graphs;
static std::set<CUgraphExec> executables;

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT CUresult cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
	Call call;
	if (call.error) return call.error;
	auto s = findStream(stream);
	if (!s) return CUDA_ERROR_INVALID_HANDLE;
	if (!settings.graphs) return CUDA_ERROR_NOT_SUPPORTED;
	if (!stream) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;  // not the default stream
	if (s->capture || mode < 0 || mode > CU_STREAM_CAPTURE_MODE_RELAXED) return CUDA_ERROR_INVALID_VALUE;
	s->capture = std::make_shared<Graph>();
	s->capture->mode = mode;
	s->capture->thread = std::this_thread::get_id();
	s->capture->origin = s.get();
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuStreamEndCapture(CUstream stream, CUgraph *graph) {
	Call call;
	if (call.error) return call.error;
	auto s = findStream(stream);
	if (!s || !graph) return CUDA_ERROR_INVALID_HANDLE;
	if (!s->capture || s->capture->origin != s.get()) return CUDA_ERROR_ILLEGAL_STATE;
	auto captured = s->capture;
	if (captured->mode != CU_STREAM_CAPTURE_MODE_RELAXED && captured->thread != std::this_thread::get_id()) return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
	endCapture(captured);
	*graph = nullptr;
	if (captured->broken) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
	*graph = new CUgraph_st{captured};
	graphs.insert(*graph);
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuGraphInstantiateWithFlags(CUgraphExec *executable, CUgraph graph, unsigned long long) {
	Call call;
	if (call.error) return call.error;
	if (!executable || !graphs.count(graph)) return CUDA_ERROR_INVALID_VALUE;
	*executable = new CUgraphExec_st{graph->graph};
	executables.insert(*executable);
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuGraphLaunch(CUgraphExec executable, CUstream stream) {
	Call call;
	if (call.error) return call.error;
	if (!executables.count(executable)) return CUDA_ERROR_INVALID_VALUE;
	return enqueue(stream, [graph = executable->graph] {
		for (const Work &node : graph->nodes) node();
	});
}

SIMGPU_EXPORT CUresult cuGraphExecDestroy(CUgraphExec executable) {
	Call call;
	if (call.error) return call.error;
	if (!executables.erase(executable)) return CUDA_ERROR_INVALID_VALUE;
	delete executable;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuGraphDestroy(CUgraph graph) {
	Call call;
	if (call.error) return call.error;
	if (!graphs.erase(graph)) return CUDA_ERROR_INVALID_VALUE;
	delete graph;
	return CUDA_SUCCESS;
}
