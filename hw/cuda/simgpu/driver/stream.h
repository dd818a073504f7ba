// Streams queue what they are asked and carry it out when something waits for it,
// so that a missing wait shows: the host sees old bytes, another stream too.
#ifndef SIMGPU_STREAM_H
#define SIMGPU_STREAM_H

#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "driver.h"

namespace simgpu {

typedef std::function<void()> Work;  // what goes wrong in it is raised as a fault

// What CUDA records instead of running while a stream captures.
struct Stream;
struct Graph {
	std::vector<Work> nodes;
	int mode = 0;
	std::thread::id thread;  // that began it
	const Stream *origin = nullptr;  // where the capture began and has to end
	bool broken = false;  // something not allowed happened: EndCapture fails
};

// A point in a stream: after its first `done` operations.
struct Point {
	std::shared_ptr<Stream> stream;
	u64 done = 0;
};

struct Operation {
	Work work;
	std::vector<Point> after;  // what has to be done before
};

struct Stream {
	bool blocking;  // waits for the default stream, and that one for it
	std::deque<Operation> queue;
	u64 asked = 0, done = 0;
	std::shared_ptr<Graph> capture;
};

// The stream of a handle, or null. Handle 0 is the default stream.
std::shared_ptr<Stream> findStream(CUstream handle);

CUresult enqueue(CUstream stream, Work work);
// Carries out a stream's operations up to the point, and those they wait for.
CUresult reach(const Point &point);
// Everything. In a capture that forbids it: an error.
CUresult drainAll();
void dropStreams();

// While this thread captures, or another one does so for all to see (GLOBAL), calls
// that would wait or allocate are refused and spoil the capture, unless it is RELAXED.
CUresult refuseInCapture();
// No stream captures into it any more.
void endCapture(const std::shared_ptr<Graph> &graph);

}  // namespace simgpu

#endif
