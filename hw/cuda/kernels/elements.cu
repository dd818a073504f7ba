// Operations on elements: a thread makes each.

enum { IDENTITY, GELU, TANH, RELU, GELU_TANH, QUICK_GELU, SILU };

__device__ __forceinline__ long long myElement() { return (long long)blockIdx.x * blockDim.x + threadIdx.x; }

// GELU is x·Φ(x) with erfc, which keeps its digits far below 0.
__device__ __forceinline__ float phi(float x) { return 0.5f * erfcf(x * -0.70710678118654752f); }

// Φ(x) to 1e-7, for results of 16 bits: Abramowitz and Stegun, 7.1.26.
__device__ __forceinline__ float phiNarrow(float x) {
	float z = fabsf(x) * 0.70710678118654752f, t = __fdividef(1, 1 + 0.3275911f * z);
	float tail = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f)))) * 0.5f * __expf(-z * z);
	return x < 0 ? tail : 1 - tail;
}

__device__ __forceinline__ float logistic(float x) { return 1.0f / (1.0f + expf(-x)); }

// The others are x·σ(k(x)), σ the logistic function; slope is k'(x).
__device__ __forceinline__ float gate(float x, int act, float *slope) {
	const float twice = 2 * 0.79788456080286536f; // 2√(2/π)
	switch (act) {
	case GELU_TANH: *slope = twice * (1 + 3 * 0.044715f * x * x); return twice * (x + 0.044715f * x * x * x);
	case QUICK_GELU: *slope = 1.702f; return 1.702f * x;
	}
	*slope = 1;
	return x;
}

__device__ __forceinline__ float activated(float v, int act) {
	float slope;
	switch (act) {
	case GELU: return v * phi(v);
	case TANH: return tanhf(v);
	case RELU: return v < 0 ? 0 : v;
	case GELU_TANH:
	case QUICK_GELU:
	case SILU: return v * logistic(gate(v, act, &slope));
	}
	return v;
}

// y and x may be the same. low, where given, gets y in 16 bits for the next product.
extern "C" __global__ void activate(float *y, const float *x, long long n, int act, bits16 *low, int to) {
	long long i = myElement();
	if (i >= n) return;
	float v = activated(x[i], act);
	y[i] = v;
	if (low) low[i] = narrowed(v, to);
}

// The same in 16 bits and in place; a thread takes eight of the n elements.
#define ACTIVATE(name, from, to)                                                          \
	extern "C" __global__ void name(uint4 *y, long long n, int act) {                     \
		long long i = myElement();                                                        \
		if (8 * i >= n) return;                                                           \
		uint4 eight = y[i];                                                               \
		uint pairs[4] = {eight.x, eight.y, eight.z, eight.w};                             \
		UNROLL for (int j = 0; j < 4; j++) {                                              \
			float low = from((bits16)pairs[j]), high = from((bits16)(pairs[j] >> 16));    \
			low = act == GELU ? low * phiNarrow(low) : activated(low, act);               \
			high = act == GELU ? high * phiNarrow(high) : activated(high, act);           \
			pairs[j] = to(low) | (uint)to(high) << 16;                                    \
		}                                                                                 \
		y[i] = uint4{pairs[0], pairs[1], pairs[2], pairs[3]};                             \
	}

ACTIVATE(activate_bf16, fromBF16, toBF16)
ACTIVATE(activate_f16, fromF16, toF16)

// saved is what TANH and RELU returned, what the others saw.
extern "C" __global__ void act_grad(float *dx, const float *dy, const float *saved, long long n, int act) {
	long long i = myElement();
	if (i >= n) return;
	float g = dy[i];
	if (act == GELU) {
		float x = saved[i];
		g *= phi(x) + x * 0.39894228040143268f * expf(-0.5f * x * x);
	} else if (act == TANH) {
		g *= 1 - saved[i] * saved[i];
	} else if (act == RELU) {
		g = saved[i] <= 0 ? 0 : g;
	} else if (act >= GELU_TANH) { // far from 0 the factor is that of the limit
		float x = saved[i], slope;
		x = x < -100 ? -100 : x > 100 ? 100 : x; // a NaN stays one
		float k = gate(x, act, &slope), s = logistic(k);
		g *= s + x * s * logistic(-k) * slope;
	}
	dx[i] = g;
}

extern "C" __global__ void add(float *y, const float *x, long long n) {
	long long i = myElement();
	if (i < n) y[i] += x[i];
}

// A thread drops four columns, which share a draw of bits.
extern "C" __global__ void dropout(float *y, const float *x, const int *keys, ulong64 seed, uint bar, float up, int rows, int cols) {
	int groups = (cols + 3) / 4;
	long long i = myElement();
	int r = i / groups, g = i % groups;
	if (r >= rows) return;
	ulong64 bits = mix(mix(seed ^ rowKey(keys, r)) + g);
	for (int c = 4 * g; c < min(cols, 4 * g + 4); c++, bits >>= 16) {
		long long at = (long long)r * cols + c;
		y[at] = (uint)(bits & 0xffff) < bar ? 0 : x[at] * up;
	}
}
