//go:build cuda && cgo

#include "shim_calls.h"

// w: function, grid x y z, block x y, then a word for each parameter.
static int launch(const shimSession *s, const uint64_t *w, unsigned count) {
	void *parameters[33];
	if (count > 6 + 32) return shimFail(-1, "a kernel with more than 32 parameters");
	for (unsigned i = 6; i < count; i++) parameters[i - 6] = (void *)&w[i];
	parameters[count - 6] = 0;
	CALL(cuLaunchKernel, (CUfunction)w[0], w[1], w[2], w[3], w[4], w[5], 1, 0, s->stream, parameters, 0);
	return 0;
}

static int play(const shimSession *s, int kind, const uint64_t *w, unsigned count) {
	switch (kind) {
	case SHIM_LAUNCH: return launch(s, w, count);
	case SHIM_SET: CALL(cuMemsetD8Async, w[0], w[1], w[2], s->stream); return 0;
	case SHIM_COPY: CALL(cuMemcpyDtoDAsync_v2, w[0], w[1], w[2], s->stream); return 0;
	case SHIM_PRODUCT: return shimPlanRun(s, (shimPlan *)w[0], w[1], w[2], w[3], w[4], w[5]);
	}
	return shimFail(-1, "a script has no call %d", kind);
}

static int playAll(const shimSession *s, const uint64_t *words, size_t count) {
	for (size_t i = 0; i < count;) {
		unsigned kind = words[i] & 0xff, own = words[i] >> 8;
		int failed = play(s, kind, words + i + 1, own);
		if (failed) return failed;
		i += 1 + own;
	}
	return 0;
}

int shimPlay(const shimSession *s, const uint64_t *words, size_t count) {
	ON(s->context);
	return playAll(s, words, count);
}

// The capture begins and ends on one thread, in this call: other threads are free
// to do what they like.
int shimCapture(const shimSession *s, const uint64_t *words, size_t count, CUgraphExec *executable) {
	CUgraph graph = 0;
	ON(s->context);
	CALL(cuStreamBeginCapture_v2, s->stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
	int failed = playAll(s, words, count);
	int ended = shimCheck(shim.cuStreamEndCapture(s->stream, &graph), "cuStreamEndCapture"); // in any case: the stream has to go on
	if (!failed) failed = ended;
	if (!failed) failed = shimCheck(shim.cuGraphInstantiateWithFlags(executable, graph, 0), "cuGraphInstantiateWithFlags");
	if (graph) shim.cuGraphDestroy(graph);
	return failed;
}

int shimReplay(const shimSession *s, CUgraphExec graph) {
	ON(s->context);
	CALL(cuGraphLaunch, graph, s->stream);
	return 0;
}

int shimForget(CUcontext c, CUgraphExec graph) {
	ON(c);
	CALL(cuGraphExecDestroy, graph);
	return 0;
}
