#include "stream.h"

#include <map>

#include "context.h"
#include "event.h"
#include "fault.h"

namespace simgpu {

static std::map<CUstream, std::shared_ptr<Stream>> streams;
static Random progress;

static std::shared_ptr<Stream> defaultStream() {
	std::shared_ptr<Stream> &s = streams[nullptr];
	if (!s) {
		s = std::make_shared<Stream>();
		s->blocking = true;
	}
	return s;
}

std::shared_ptr<Stream> findStream(CUstream handle) {
	if (!handle) return defaultStream();
	auto it = streams.find(handle);
	return it == streams.end() ? nullptr : it->second;
}

CUresult enqueue(CUstream handle, Work work) {
	std::shared_ptr<Stream> s = findStream(handle);
	if (!s) return CUDA_ERROR_INVALID_HANDLE;
	if (s->capture) {
		if (s->capture->broken) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
		s->capture->nodes.push_back(std::move(work));
		return CUDA_SUCCESS;
	}
	Operation op = {std::move(work), {}};
	if (!handle) {
		for (auto &[other, t] : streams)
			if (other && t->blocking && t->done < t->asked) op.after.push_back({t, t->asked});
	} else if (s->blocking) {
		std::shared_ptr<Stream> d = defaultStream();
		if (d->done < d->asked) op.after.push_back({d, d->asked});
	}
	s->queue.push_back(std::move(op));
	s->asked++;
	return CUDA_SUCCESS;
}

CUresult reach(const Point &point) {
	Stream &s = *point.stream;
	while (s.done < point.done && sticky() == CUDA_SUCCESS) {
		Operation op = std::move(s.queue.front());
		s.queue.pop_front();
		for (const Point &p : op.after) reach(p);
		if (sticky() == CUDA_SUCCESS && op.work) op.work();
		s.done++;
	}
	return sticky();
}

// Other streams may have come any way too by the time one is waited for.
static void letOthersProgress() {
	progress.state += settings.seed;
	for (auto &[handle, s] : streams) {
		u64 open = s->asked - s->done;
		if (open) reach({s, s->done + progress.below(static_cast<u32>(open) + 1)});
	}
}

CUresult drainAll() {
	if (CUresult error = refuseInCapture()) return error;
	for (auto &[handle, s] : streams) reach({s, s->asked});
	return sticky();
}

void dropStreams() { streams.clear(); }

CUresult refuseInCapture() {
	bool refused = false;
	for (auto &[handle, s] : streams) {
		Graph *g = s->capture.get();
		if (!g || g->mode == CU_STREAM_CAPTURE_MODE_RELAXED) continue;
		if (g->mode == CU_STREAM_CAPTURE_MODE_GLOBAL || g->thread == std::this_thread::get_id()) refused = g->broken = true;
	}
	return refused ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED : CUDA_SUCCESS;
}

void endCapture(const std::shared_ptr<Graph> &graph) {
	for (auto &[handle, s] : streams)
		if (s->capture == graph) s->capture = nullptr;
}

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT CUresult cuStreamCreate(CUstream *stream, unsigned int flags) {
	Call call;
	if (call.error) return call.error;
	if (!stream || flags > CU_STREAM_NON_BLOCKING) return CUDA_ERROR_INVALID_VALUE;
	auto s = std::make_shared<Stream>();
	s->blocking = !(flags & CU_STREAM_NON_BLOCKING);
	*stream = reinterpret_cast<CUstream>(s.get());
	streams[*stream] = s;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuStreamDestroy_v2(CUstream stream) {
	Call call;
	if (call.error) return call.error;
	auto s = findStream(stream);
	if (!stream || !s) return CUDA_ERROR_INVALID_HANDLE;
	CUresult error = reach({s, s->asked});
	streams.erase(stream);
	return error;
}

SIMGPU_EXPORT CUresult cuStreamSynchronize(CUstream stream) {
	Call call;
	if (call.error) return call.error;
	auto s = findStream(stream);
	if (!s) return CUDA_ERROR_INVALID_HANDLE;
	if (s->capture) {
		s->capture->broken = true;
		return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	}
	if (!stream) {  // the default stream waits for all blocking ones
		if (CUresult error = enqueue(stream, nullptr)) return error;
	}
	letOthersProgress();
	return reach({s, s->asked});
}

SIMGPU_EXPORT CUresult cuStreamQuery(CUstream stream) {
	Call call;
	if (call.error) return call.error;
	auto s = findStream(stream);
	if (!s) return CUDA_ERROR_INVALID_HANDLE;
	if (s->done < s->asked) {
		if (CUresult error = reach({s, s->done + 1})) return error;
	}
	return s->done < s->asked ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned int) {
	Call call;
	if (call.error) return call.error;
	auto s = findStream(stream);
	if (!s || !isEvent(event)) return CUDA_ERROR_INVALID_HANDLE;
	if (event->capture) {  // the stream joins the capture that the event is of
		s->capture = event->capture;
		return CUDA_SUCCESS;
	}
	if (s->capture || !event->at.stream) return CUDA_SUCCESS;  // never recorded: nothing to wait for
	if (CUresult error = enqueue(stream, nullptr)) return error;
	s->queue.back().after.push_back(event->at);
	return CUDA_SUCCESS;
}

// For the simulated cuBLASLt: what it can't do while a stream captures.
SIMGPU_EXPORT CUresult simgpuUnlessCapturing() {
	Call call;
	return call.error ? call.error : refuseInCapture();
}

// For the simulated cuBLASLt: its operations queue like kernels.
SIMGPU_EXPORT CUresult simgpuEnqueue(CUstream stream, const Work &work) {
	Call call;
	return call.error ? call.error : enqueue(stream, work);
}
