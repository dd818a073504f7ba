// The simulated cuBLASLt against plain loops in double precision.
#include "host.h"

#include <random>

struct Case {
	uint64_t m, n, k;
	bool ta, tb, bias, gelu, accumulate, deviceAlpha;
	cudaDataType type;
	uint64_t gap;  // of the leading dimensions
};

static uint16_t toBF16(float x) {
	uint32_t bits;
	memcpy(&bits, &x, 4);
	return static_cast<uint16_t>(bits >> 16);
}

struct Product {
	cublasLtHandle_t handle = nullptr;
	cublasLtMatmulDesc_t desc = nullptr;
	cublasLtMatrixLayout_t a = nullptr, b = nullptr, d = nullptr;
	cublasLtMatmulPreference_t preference = nullptr;
	cublasLtMatmulHeuristicResult_t found = {};
	int count = 0;

	explicit Product(const Case &c, cublasComputeType_t compute = CUBLAS_COMPUTE_32F) {
		OK(cublasLtCreate(&handle));
		OK(cublasLtMatmulDescCreate(&desc, compute, CUDA_R_32F));
		set(CUBLASLT_MATMUL_DESC_TRANSA, int32_t(c.ta));
		set(CUBLASLT_MATMUL_DESC_TRANSB, int32_t(c.tb));
		set(CUBLASLT_MATMUL_DESC_POINTER_MODE, int32_t(c.deviceAlpha));
		set(CUBLASLT_MATMUL_DESC_EPILOGUE, uint32_t((c.bias ? CUBLASLT_EPILOGUE_BIAS : 0) | (c.gelu ? CUBLASLT_EPILOGUE_GELU : 0) | (!c.bias && !c.gelu)));
		uint64_t ra = c.ta ? c.k : c.m, rb = c.tb ? c.n : c.k;
		OK(cublasLtMatrixLayoutCreate(&a, c.type, ra, c.ta ? c.m : c.k, int64_t(ra + c.gap)));
		OK(cublasLtMatrixLayoutCreate(&b, c.type, rb, c.tb ? c.k : c.n, int64_t(rb + c.gap)));
		OK(cublasLtMatrixLayoutCreate(&d, CUDA_R_32F, c.m, c.n, int64_t(c.m + c.gap)));
		OK(cublasLtMatmulPreferenceCreate(&preference));
		uint64_t workspace = 1 << 20;
		uint32_t alignment = 4;
		OK(cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace, sizeof workspace));
		for (int which = 5; which <= 8; which++) OK(cublasLtMatmulPreferenceSetAttribute(preference, which, &alignment, sizeof alignment));
	}
	~Product() {
		cublasLtMatmulPreferenceDestroy(preference);
		for (auto layout : {a, b, d}) cublasLtMatrixLayoutDestroy(layout);
		cublasLtMatmulDescDestroy(desc);
		cublasLtDestroy(handle);
	}
	template <class T> void set(cublasLtMatmulDescAttributes_t attribute, T value) { OK(cublasLtMatmulDescSetAttribute(desc, attribute, &value, sizeof value)); }
	cublasStatus_t heuristic() { return cublasLtMatmulAlgoGetHeuristic(handle, desc, a, b, d, d, preference, 1, &found, &count); }
};

static CUdeviceptr upload(const std::vector<float> &values, cudaDataType type) {
	CUdeviceptr p = 0;
	OK(cuMemAlloc_v2(&p, values.size() * 4));
	std::vector<uint16_t> narrow;
	for (float v : values) narrow.push_back(toBF16(v));
	if (type == CUDA_R_32F) OK(cuMemcpyHtoDAsync_v2(p, values.data(), values.size() * 4, nullptr));
	else OK(cuMemcpyHtoDAsync_v2(p, narrow.data(), values.size() * 2, nullptr));
	return p;
}

static void compare(const Case &c, std::mt19937 &random) {
	auto draw = [&](size_t count) {
		std::vector<float> v(count);
		for (float &x : v) x = static_cast<float>(static_cast<int>(random() % 129) - 64) / 64;  // exact in bf16
		return v;
	};
	uint64_t ra = c.ta ? c.k : c.m, ca = c.ta ? c.m : c.k, rb = c.tb ? c.n : c.k, cb = c.tb ? c.k : c.n;
	uint64_t lda = ra + c.gap, ldb = rb + c.gap, ldd = c.m + c.gap;
	std::vector<float> a = draw(lda * ca), b = draw(ldb * cb), d = draw(ldd * c.n), bias = draw(c.m), scale = {0.5f, c.accumulate ? 1.0f : 0.0f};
	CUdeviceptr pa = upload(a, c.type), pb = upload(b, c.type), pd = upload(d, CUDA_R_32F), pbias = upload(bias, CUDA_R_32F), pscale = upload(scale, CUDA_R_32F), workspace = 0;
	Product p(c);
	if (c.bias) p.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, uint64_t(pbias));
	OK(p.heuristic());
	WANT(p.count == 1);
	OK(cuMemAlloc_v2(&workspace, 1 << 20));
	const void *alpha = c.deviceAlpha ? reinterpret_cast<void *>(pscale) : scale.data(), *beta = c.deviceAlpha ? reinterpret_cast<void *>(pscale + 4) : scale.data() + 1;
	auto at = [](CUdeviceptr q) { return reinterpret_cast<void *>(q); };
	OK(cublasLtMatmul(p.handle, p.desc, alpha, at(pa), p.a, at(pb), p.b, beta, at(pd), p.d, at(pd), p.d, &p.found.algo, at(workspace), p.found.workspaceSize, nullptr));
	std::vector<float> got(d.size());
	OK(cuMemcpyDtoHAsync_v2(got.data(), pd, got.size() * 4, nullptr));
	for (uint64_t j = 0; j < c.n; j++)
		for (uint64_t i = 0; i < ldd; i++) {
			double want = double(d[j * ldd + i]);  // the gap is left alone
			if (i < c.m) {
				double sum = 0;
				for (uint64_t l = 0; l < c.k; l++) sum += double(a[c.ta ? i * lda + l : l * lda + i]) * double(b[c.tb ? l * ldb + j : j * ldb + l]);
				want = 0.5 * sum + (c.accumulate ? want : 0) + (c.bias ? double(bias[i]) : 0);
				if (c.gelu) want = 0.5 * want * (1 + std::tanh(std::sqrt(2 / M_PI) * (want + 0.044715 * want * want * want)));
			}
			if (!(std::fabs(double(got[j * ldd + i]) - want) <= 1e-5 * (1 + std::fabs(want)))) {
				fail(__LINE__, "m " + std::to_string(c.m) + " n " + std::to_string(c.n) + " k " + std::to_string(c.k) + ": element " + std::to_string(i) + "," + std::to_string(j) + " is " + std::to_string(got[j * ldd + i]) + ", want " + std::to_string(want));
				return;
			}
		}
	for (CUdeviceptr q : {pa, pb, pd, pbias, pscale, workspace}) OK(cuMemFree_v2(q));
}

static void refusals() {
	Case plain = {8, 8, 8, false, false, false, false, false, false, CUDA_R_32F, 0};
	Product mixed(plain), tf32({8, 8, 8, false, false, false, false, false, false, CUDA_R_16BF, 0}, CUBLAS_COMPUTE_32F_FAST_TF32), other(plain), good(plain);
	cublasLtMatrixLayoutDestroy(mixed.b);
	OK(cublasLtMatrixLayoutCreate(&mixed.b, CUDA_R_16F, 8, 8, 8));
	REFUSED(mixed.heuristic(), CUBLAS_STATUS_NOT_SUPPORTED);
	REFUSED(tf32.heuristic(), CUBLAS_STATUS_NOT_SUPPORTED);
	cublasLtMatrixLayoutDestroy(other.a);
	OK(cublasLtMatrixLayoutCreate(&other.a, CUDA_R_32F, 8, 8, 7));  // a leading dimension too small
	REFUSED(other.heuristic(), CUBLAS_STATUS_INVALID_VALUE);
	int32_t wide[2] = {0, 0};
	REFUSED(cublasLtMatmulDescSetAttribute(good.desc, CUBLASLT_MATMUL_DESC_TRANSA, wide, sizeof wide), CUBLAS_STATUS_INVALID_VALUE);

	// An operand less aligned than promised, an algorithm of another product.
	OK(good.heuristic());

	// In a capture no way is chosen.
	CUstream s;
	CUgraph graph;
	OK(cuStreamCreate(&s, CU_STREAM_NON_BLOCKING));
	OK(cuStreamBeginCapture_v2(s, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
	REFUSED(good.heuristic(), CUBLAS_STATUS_INTERNAL_ERROR);
	REFUSED(cuStreamEndCapture(s, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	OK(good.heuristic());

	CUdeviceptr p = upload(std::vector<float>(256, 1), CUDA_R_32F);
	float one = 1, zero = 0;
	auto at = [](CUdeviceptr q) { return reinterpret_cast<void *>(q); };
	auto run = [&](Product &x, CUdeviceptr a) { return cublasLtMatmul(x.handle, x.desc, &one, at(a), x.a, at(p), x.b, &zero, at(p + 512), x.d, at(p + 512), x.d, &good.found.algo, nullptr, 0, nullptr); };
	REFUSED(run(good, p + 2), CUBLAS_STATUS_INVALID_VALUE);
	Product larger({8, 4, 8, false, false, false, false, false, false, CUDA_R_32F, 0});
	REFUSED(run(larger, p), CUBLAS_STATUS_INVALID_VALUE);
	WANT(faultHas("chosen for another product"));
	// Queued like a kernel; outside of its allocation it is a fault.
	OK(run(good, p + 960));
	REFUSED(cuStreamSynchronize(nullptr), CUDA_ERROR_ILLEGAL_ADDRESS);
	WANT(faultHas("cublasLtMatmul's A of 256 bytes: an access outside an allocation"));
}

void checkProducts() {
	{
		Fixture f;
		std::mt19937 random(7);
		for (int i = 0; i < 40; i++) {
			auto flip = [&] { return random() % 2 == 1; };
			Case c = {1 + random() % 40, 1 + random() % 40, 1 + random() % 90, flip(), flip(), flip(), random() % 4 == 0, flip(), flip(), flip() ? CUDA_R_32F : CUDA_R_16BF, random() % 3 * 2};
			if (i == 0) c = {16, 8, 300, true, false, true, false, false, false, CUDA_R_32F, 0};  // split over k, with a workspace
			compare(c, random);
		}
	}
	Fixture f;
	refusals();
}
