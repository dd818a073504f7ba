// Losses, the gradient's norm and AdamW. Sums are float64 in a fixed order.

// One block; weight·mean over rows of the cross entropy is added to loss.
extern "C" __global__ void cross_entropy(float *loss, float *dlogits, const float *logits, const float *target, float weight, int rows, int cols) {
	__shared__ double room[WARP + 1];
	double total = 0, each = (double)weight / rows;
	for (int r = threadIdx.x; r < rows; r += blockDim.x) {
		const float *z = logits + (long long)r * cols, *p = target + (long long)r * cols;
		double top = z[0], sum = 0;
		for (int j = 1; j < cols; j++) top = fmax(top, (double)z[j]);
		for (int j = 0; j < cols; j++) sum += exp(z[j] - top);
		for (int j = 0; j < cols; j++) {
			double l = z[j] - top - log(sum);
			total -= p[j] * l;
			if (dlogits) dlogits[(long long)r * cols + j] += (float)(each * (exp(l) - p[j]));
		}
	}
	total = blockSum(total, room);
	if (threadIdx.x == 0) *loss += (float)(total * each);
}

extern "C" __global__ void squared_error(float *loss, float *dx, const float *x, const float *target, float weight, int n) {
	__shared__ double room[WARP + 1];
	double total = 0, each = (double)weight / n;
	for (int i = threadIdx.x; i < n; i += blockDim.x) {
		double diff = (double)x[i] - target[i];
		total += diff * diff;
		if (dx) dx[i] += (float)(2 * diff * each);
	}
	total = blockSum(total, room);
	if (threadIdx.x == 0) *loss += (float)(total * each);
}

// Tensor is one of many matrices that a kernel goes through at once: 16384 elements to a block, from block `first` on.
// p, m and v are absent where only the gradient counts, and decay is 1 - rate·decay.
struct Tensor {
	float *p, *g, *m, *v;
	long long n;
	int first;
	float decay;
};

// The tensor that this block works on, and which of its elements.
__device__ const Tensor *mine(const Tensor *list, int count, long long &from, long long &to) {
	int low = 0, high = count;
	while (high - low > 1) {
		int middle = (low + high) / 2;
		if (list[middle].first <= (int)blockIdx.x) low = middle;
		else high = middle;
	}
	from = 16384ll * ((int)blockIdx.x - list[low].first);
	to = from + 16384 < list[low].n ? from + 16384 : list[low].n;
	return list + low;
}

extern "C" __global__ void zero(const Tensor *list, int count) {
	long long from, to;
	float *x = mine(list, count, from, to)->g;
	for (long long i = from + threadIdx.x; i < to; i += blockDim.x) x[i] = 0;
}

extern "C" __global__ void squares(const Tensor *list, int count, double *parts) {
	__shared__ double room[WARP + 1];
	long long from, to;
	const float *x = mine(list, count, from, to)->g;
	double sum = 0;
	for (long long i = from + threadIdx.x; i < to; i += blockDim.x) sum += (double)x[i] * x[i];
	sum = blockSum(sum, room);
	if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

extern "C" __global__ void root(float *norm, const double *parts, int n) {
	__shared__ double room[WARP + 1];
	double sum = 0;
	for (int i = threadIdx.x; i < n; i += blockDim.x) sum += parts[i];
	sum = blockSum(sum, room);
	if (threadIdx.x == 0) *norm = (float)sqrt(sum);
}

// One step of hw.AdamW. up and down are 1-beta^step.
extern "C" __global__ void adamw(const Tensor *list, int count, const float *norm, float clip, float rate, float beta1, float beta2, float eps, float up,
	float down) {
	long long from, to;
	const Tensor t = *mine(list, count, from, to);
	float by = 1;
	if (clip > 0 && !(*norm + 1e-6f <= clip)) by = clip / (*norm + 1e-6f); // a NaN comes through
	for (long long i = from + threadIdx.x; i < to; i += blockDim.x) {
		float x = t.g[i] * by;
		float first = beta1 * t.m[i] + (1 - beta1) * x, second = beta2 * t.v[i] + (1 - beta2) * x * x;
		t.m[i] = first;
		t.v[i] = second;
		t.p[i] = t.p[i] * t.decay - rate * (first / up) / (sqrtf(second / down) + eps);
	}
}
