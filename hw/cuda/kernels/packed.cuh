// Packed attention: what all its kernels are given.

// What an attention is about; pointers may be null where something is absent.
struct Attention {
	const float *q, *kv, *bias;
	const int *queries, *keys; // offsets
	int heads, width;
	float factor; // 1/√width
	const float *self; // where keys have weights: the bias of a row's own key, which has none

	// What is added to the logit of a query and a key, both counted within their
	// sequence, of which `first` is the first row.
	__device__ float biasOf(int query, int key, int first) const { return !bias ? 0 : (self && query == key ? self : bias)[first + key]; }
	__device__ long long wide() const { return (long long)heads * width; }
	// The first element of head h in the rows of Q, of keys and of values.
	__device__ const float *query(int h) const { return q + h * width; }
	__device__ const float *key(int h) const { return kv + h * width; }
	__device__ const float *value(int h) const { return kv + wide() + h * width; }
};

// Which probabilities dropout drops.
struct Drop {
	const int *keys;
	ulong64 seed;
	uint bar;
	float up; // what the others are multiplied by

	// 0 or up for the pair of rows (places in the batch) and the head.
	__device__ float of(int query, int key, int h) const {
		if (!keys) return 1;
		ulong64 bits = mix(mix(mix(seed ^ rowKey(keys, query)) ^ rowKey(keys, key)) + h / 4);
		return (uint)(bits >> 16 * (h % 4) & 0xffff) < bar ? 0 : up;
	}
};

// exp(s - top), 0 where nothing is to be had: top is -∞ if every logit so far is.
__device__ __forceinline__ float power(float s, float top) { return expf(s - (top == -infinity() ? 0 : top)); }

// A row's maximum and sum of exponentials so far, and what earlier sums are to be
// multiplied by. The sum is the lane's own until the end.
__device__ __forceinline__ float raise(float &top, float &sum, float seen) {
	float higher = fmaxf(top, seen), by = power(top, higher);
	top = higher;
	sum *= by;
	return by;
}

enum { NO_SCORE, RECEIVED, FROM_OTHERS, FROM_FIRST };

// A kernel's parameters that make an Attention.
#define ATTENTION Attention{q, kv, bias, queries, keys, heads, width, factor, self}
#define ARGUMENTS const float *q, const float *kv, const float *bias, const int *queries, const int *keys, int heads, int width, float factor, const float *self
