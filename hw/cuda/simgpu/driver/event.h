// Events: points in streams, with the time at which they were reached.
#ifndef SIMGPU_EVENT_H
#define SIMGPU_EVENT_H

#include <chrono>

#include "stream.h"

struct CUevent_st {
	bool timed;
	bool reached = false;  // since it was last recorded
	std::chrono::steady_clock::time_point time;
	simgpu::Point at;  // without a stream: never recorded
	std::shared_ptr<simgpu::Graph> capture;  // recorded in a capture
};

namespace simgpu {

bool isEvent(CUevent event);

}  // namespace simgpu

#endif
