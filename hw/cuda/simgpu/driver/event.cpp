#include "event.h"

#include <set>

#include "context.h"

namespace simgpu {

static std::set<CUevent> events;

bool isEvent(CUevent event) { return events.count(event) != 0; }

}  // namespace simgpu

using namespace simgpu;

SIMGPU_EXPORT CUresult cuEventCreate(CUevent *event, unsigned int flags) {
	Call call;
	if (call.error) return call.error;
	if (!event) return CUDA_ERROR_INVALID_VALUE;
	*event = new CUevent_st();
	(*event)->timed = !(flags & CU_EVENT_DISABLE_TIMING);
	events.insert(*event);
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuEventDestroy_v2(CUevent event) {
	Call call;
	if (call.error) return call.error;
	if (!isEvent(event)) return CUDA_ERROR_INVALID_HANDLE;
	if (event->at.stream) {  // what is queued still writes its time
		if (CUresult error = reach(event->at)) return error;
	}
	events.erase(event);
	delete event;
	return CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuEventRecord(CUevent event, CUstream stream) {
	Call call;
	if (call.error) return call.error;
	auto s = findStream(stream);
	if (!s || !isEvent(event)) return CUDA_ERROR_INVALID_HANDLE;
	event->capture = s->capture;
	if (s->capture) return CUDA_SUCCESS;
	event->reached = false;
	CUresult error = enqueue(stream, [event, number = s->asked + 1] {
		if (isEvent(event) && event->at.done == number) {
			event->reached = true;
			event->time = std::chrono::steady_clock::now();
		}
	});
	event->at = {s, s->asked};
	return error;
}

SIMGPU_EXPORT CUresult cuEventQuery(CUevent event) {
	Call call;
	if (call.error) return call.error;
	if (!isEvent(event)) return CUDA_ERROR_INVALID_HANDLE;
	if (event->capture) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	if (!event->at.stream || event->reached) return CUDA_SUCCESS;
	// Asked again and again, it becomes ready.
	if (CUresult error = reach({event->at.stream, event->at.stream->done + 1})) return error;
	return event->reached ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

SIMGPU_EXPORT CUresult cuEventSynchronize(CUevent event) {
	Call call;
	if (call.error) return call.error;
	if (!isEvent(event)) return CUDA_ERROR_INVALID_HANDLE;
	if (event->capture) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	return event->at.stream ? reach(event->at) : CUDA_SUCCESS;
}

SIMGPU_EXPORT CUresult cuEventElapsedTime(float *milliseconds, CUevent from, CUevent to) {
	Call call;
	if (call.error) return call.error;
	if (!milliseconds || !isEvent(from) || !isEvent(to)) return CUDA_ERROR_INVALID_HANDLE;
	if (!from->timed || !to->timed || !from->at.stream || !to->at.stream) return CUDA_ERROR_INVALID_HANDLE;
	if (!from->reached || !to->reached) return CUDA_ERROR_NOT_READY;
	*milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
	return CUDA_SUCCESS;
}
