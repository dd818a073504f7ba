// Selection on the device, in two launches: a rule marks and counts rows, then the marks
// become a list of rows and new offsets. A block decides for each sequence.

// A float as a whole number that sorts the same way; -0 is 0.
__device__ __forceinline__ uint order(float x) {
	uint bits = __float_as_uint(x + 0.0f);
	return bits >> 31 ? ~bits : bits | 1u << 31;
}

__device__ __forceinline__ void refuseNaN(Fault *fault, float s, int b, int r) {
	if (s == s) return;
	if (atomicCAS(&fault->what, NO_FAULT, NAN_SCORE) == NO_FAULT) fault->row = r, fault->value = b;
}

// Keep a row iff it is the first of its sequence or its score divided by `by`
// reaches the bar: as the rules on the host divide, so that they agree in every bit.
__device__ void markReaching(int *mark, int *counts, Fault *fault, const float *scored, const int *offsets, float by, float bar) {
	__shared__ int room[WARP + 1];
	int b = blockIdx.x, first = offsets[b], kept = 0;
	for (int r = first + threadIdx.x; r < offsets[b + 1]; r += blockDim.x) {
		refuseNaN(fault, scored[r], b, r);
		int keep = r == first || scored[r] / by >= bar;
		mark[r] = keep;
		kept += keep;
	}
	kept = blockSum(kept, room);
	if (threadIdx.x == 0) counts[b] = kept;
}

// Divided by heads times a length: lengths' entry, or `length`, or if that is 0 how many rows there are.
extern "C" __global__ void mark_threshold(int *mark, int *counts, Fault *fault, const float *scored, const int *offsets, const int *lengths, int length,
	int heads, float bar) {
	int b = blockIdx.x;
	if (lengths) length = lengths[b];
	if (length == 0) length = offsets[b + 1] - offsets[b];
	markReaching(mark, counts, fault, scored, offsets, heads * length, bar);
}

// Beside the sequence's highest score, 0 if all lie below: reaching the share of it.
extern "C" __global__ void mark_relative(int *mark, int *counts, Fault *fault, const float *scored, const int *offsets, float share) {
	__shared__ float tops[WARP];
	int b = blockIdx.x, first = offsets[b];
	float top = 0;
	for (int r = first + threadIdx.x; r < offsets[b + 1]; r += blockDim.x) top = fmaxf(top, scored[r]);
	for (int o = WARP / 2; o > 0; o /= 2) top = fmaxf(top, __shfl_xor_sync(ALL, top, o));
	if (threadIdx.x % WARP == 0) tops[threadIdx.x / WARP] = top;
	__syncthreads();
	for (int w = 0; w < blockDim.x / WARP; w++) top = fmaxf(top, tops[w]);
	markReaching(mark, counts, fault, scored, offsets, 1, top * share);
}

// How many of the scores after the first reach the bar.
__device__ int reaching(const float *s, int n, uint bar, int *room) {
	int count = 0;
	for (int r = 1 + threadIdx.x; r < n; r += blockDim.x) count += order(s[r]) >= bar;
	return blockSum(count, room);
}

// Keep row 0 and the k-1 others with the highest scores, of equal ones the
// earlier: the highest bar that k-1 reach is found by bisection over bits.
extern "C" __global__ void mark_best(int *mark, int *counts, Fault *fault, const float *scored, const int *offsets, const float *keep) {
	__shared__ int room[WARP + 1];
	int b = blockIdx.x, first = offsets[b], n = offsets[b + 1] - first, need = (int)keep[b] - 1;
	const float *s = scored + first;
	for (int r = threadIdx.x; r < n; r += blockDim.x) refuseNaN(fault, s[r], b, first + r);
	uint low = 0, high = need > 0 && need < n - 1 ? ~0u : 0;
	while (low < high) {
		uint bar = low + (high - low) / 2 + 1;
		if (reaching(s, n, bar, room) >= need)
			low = bar;
		else
			high = bar - 1;
	}
	int all = need >= n - 1, kept = 0;
	int ties = all || need <= 0 ? 0 : need - (low == ~0u ? 0 : reaching(s, n, low + 1, room));
	__shared__ int before[WARP];
	int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP;
	for (int base = 0; base < n; base += blockDim.x) { // in order, so that the earlier of equal rows are taken
		int r = base + threadIdx.x;
		uint o = r > 0 && r < n ? order(s[r]) : 0;
		int tie = r > 0 && r < n && o == low;
		uint votes = __ballot_sync(ALL, tie);
		__syncthreads();
		if (lane == 0) before[warp] = __popc(votes);
		__syncthreads();
		int rank = __popc(votes & ((1u << lane) - 1)), total = 0;
		for (int w = 0; w < blockDim.x / WARP; w++) {
			if (w < warp) rank += before[w];
			total += before[w];
		}
		if (r < n) {
			int yes = r == 0 || all || (need > 0 && (o > low || (tie && rank < ties)));
			mark[first + r] = yes;
			kept += yes;
		}
		ties -= min(ties, total);
	}
	kept = blockSum(kept, room);
	if (threadIdx.x == 0) counts[b] = kept;
}

// The marked rows, ascending, and next[b], how many of them lie before sequence b; a warp
// for each b up to count itself. Each adds the counts up again, always in the same order.
// Entries of rows past the end, up to n, become 0.
extern "C" __global__ void compact(int *rows, int n, int *next, const int *mark, const int *counts, const int *offsets, int count) {
	int b = blockIdx.x, lane = threadIdx.x, at = 0, all = 0;
	for (int i = lane; i < count; i += WARP) {
		all += counts[i];
		if (i < b) at += counts[i];
	}
	at = warpSum(at), all = warpSum(all);
	if (lane == 0) next[b] = at;
	for (int i = all + b * WARP + lane; i < n; i += gridDim.x * WARP) rows[i] = 0;
	if (b == count) return;
	for (int base = offsets[b]; base < offsets[b + 1]; base += WARP) {
		int r = base + lane, yes = r < offsets[b + 1] && mark[r];
		uint votes = __ballot_sync(ALL, yes);
		if (yes) rows[at + __popc(votes & ((1u << lane) - 1))] = r;
		at += __popc(votes);
	}
}
