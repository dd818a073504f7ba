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

// Block b sums the squares of elements 16384·b and on.
extern "C" __global__ void squares(double *parts, const float *x, long long n) {
	__shared__ double room[WARP + 1];
	long long from = 16384ll * blockIdx.x, to = from + 16384 < n ? from + 16384 : n;
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

// One step of hw.AdamW. decay is 1 - rate·decay, up and down are 1-beta^step.
extern "C" __global__ void adamw(float *p, const float *g, float *m, float *v, const float *norm, float clip, float rate, float decay, float beta1,
	float beta2, float eps, float up, float down, long long n) {
	long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
	if (i >= n) return;
	float by = 1;
	if (clip > 0 && !(*norm + 1e-6f <= clip)) by = clip / (*norm + 1e-6f); // a NaN comes through
	float x = g[i] * by;
	float first = beta1 * m[i] + (1 - beta1) * x, second = beta2 * v[i] + (1 - beta2) * x * x;
	m[i] = first;
	v[i] = second;
	p[i] = p[i] * decay - rate * (first / up) / (sqrtf(second / down) + eps);
}
