// The product: operands are unpacked to rows of floats along k, then multiplied in
// tiles of four by four.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "lt.h"

namespace simgpu {

typedef float Lanes __attribute__((vector_size(32)));
constexpr uint64_t kLanes = 8, kTile = 4;

// count rows of k elements, each padded with zeros to a multiple of kLanes, and
// as many rows of zeros as fill the last tile.
static std::vector<float> unpack(const void *from, const cublasLtMatrixLayoutOpaque &x, bool alongRows, uint64_t count, uint64_t k, uint64_t pitch, bool tf32) {
	std::vector<float> rows((count + kTile - 1) / kTile * kTile * pitch + kLanes);
	uint64_t ld = static_cast<uint64_t>(x.ld);
	for (uint64_t r = 0; r < count; r++)
		for (uint64_t i = 0; i < k; i++) {
			float v = load(from, x.type, alongRows ? r * ld + i : i * ld + r);
			if (tf32 && std::isfinite(v)) {  // ten bits of mantissa
				uint32_t bits;
				memcpy(&bits, &v, 4);
				bits = (bits + 0xfff + (bits >> 13 & 1)) & 0xffffe000;
				memcpy(&v, &bits, 4);
			}
			rows[r * pitch + i] = v;
		}
	return rows;
}

__attribute__((target_clones("arch=haswell", "default"))) static void tile(const float *a, const float *b, uint64_t pitch, uint64_t from, uint64_t to, float *sums) {
	Lanes total[kTile][kTile] = {};
	for (uint64_t i = from; i < to; i += kLanes) {
		Lanes x[kTile], y[kTile];
		for (uint64_t r = 0; r < kTile; r++) memcpy(&x[r], a + r * pitch + i, sizeof(Lanes)), memcpy(&y[r], b + r * pitch + i, sizeof(Lanes));
		for (uint64_t r = 0; r < kTile; r++)
			for (uint64_t c = 0; c < kTile; c++) total[r][c] += x[r] * y[c];
	}
	for (uint64_t r = 0; r < kTile; r++)
		for (uint64_t c = 0; c < kTile; c++) {
			Lanes t = total[r][c];
			sums[r * kTile + c] = ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
		}
}

static float gelu(float x) { return 0.5f * x * (1 + std::tanh(0.7978845608f * (x + 0.044715f * x * x * x))); }

// Each column lies in one allocation, and has been written where it is read.
static bool touch(const void *at, const cublasLtMatrixLayoutOpaque &x, bool write, const char *what) {
	CUdeviceptr p = reinterpret_cast<CUdeviceptr>(at);
	uint64_t ld = static_cast<uint64_t>(x.ld) * bytesOf(x.type), column = x.rows * bytesOf(x.type);
	if (ld == column) return !driver()->touch(p, column * x.cols, write, what);
	for (uint64_t c = 0; c < x.cols; c++)
		if (driver()->touch(p + c * ld, column, write, what)) return false;
	return true;
}

void multiply(const Problem &p, const Algorithm &algorithm, const Operands &o) {
	float alpha = o.alpha, beta = o.beta;
	if (o.alphaAt) {
		if (driver()->touch(reinterpret_cast<CUdeviceptr>(o.alphaAt), 4, false, "cublasLtMatmul's alpha")) return;
		if (driver()->touch(reinterpret_cast<CUdeviceptr>(o.betaAt), 4, false, "cublasLtMatmul's beta")) return;
		alpha = *o.alphaAt, beta = *o.betaAt;
	}
	if (!touch(o.a, p.a, false, "cublasLtMatmul's A") || !touch(o.b, p.b, false, "cublasLtMatmul's B")) return;
	if (beta != 0 && !touch(o.c, p.c, false, "cublasLtMatmul's C")) return;
	const void *bias = reinterpret_cast<const void *>(p.desc.bias);
	if (p.biased() && driver()->touch(p.desc.bias, p.m * bytesOf(p.biasType()), false, "cublasLtMatmul's bias")) return;
	if (!touch(o.d, p.d, true, "cublasLtMatmul's D")) return;
	if (algorithm.workspace) {  // holds nothing that anyone may rely on
		if (driver()->touch(reinterpret_cast<CUdeviceptr>(o.workspace), algorithm.workspace, true, "cublasLtMatmul's workspace")) return;
		memset(o.workspace, 0xff, algorithm.workspace);
	}

	bool tf32 = p.desc.compute == CUBLAS_COMPUTE_32F_FAST_TF32;
	uint64_t pitch = (p.k + kLanes - 1) / kLanes * kLanes;
	std::vector<float> a = unpack(o.a, p.a, p.desc.transA == CUBLAS_OP_T, p.m, p.k, pitch, tf32);
	std::vector<float> b = unpack(o.b, p.b, p.desc.transB == CUBLAS_OP_N, p.n, p.k, pitch, tf32);
	uint64_t part = (pitch / kLanes + algorithm.parts - 1) / algorithm.parts * kLanes;
	for (uint64_t j = 0; j < p.n; j += kTile)
		for (uint64_t i = 0; i < p.m; i += kTile) {
			float sums[kTile * kTile] = {}, some[kTile * kTile];
			for (uint64_t from = 0; from < pitch; from += part) {
				tile(&a[i * pitch], &b[j * pitch], pitch, from, std::min(from + part, pitch), some);
				for (uint64_t s = 0; s < kTile * kTile; s++) sums[s] += some[s];
			}
			for (uint64_t c = 0; c < std::min(kTile, p.n - j); c++)
				for (uint64_t r = 0; r < std::min(kTile, p.m - i); r++) {
					float v = alpha * sums[r * kTile + c];
					if (beta != 0) v += beta * load(o.c, p.c.type, (j + c) * static_cast<uint64_t>(p.c.ld) + i + r);
					if (p.biased()) v += load(bias, p.biasType(), i + r);
					store(o.d, p.d.type, (j + c) * static_cast<uint64_t>(p.d.ld) + i + r, p.gelu() ? gelu(v) : v);
				}
		}
}

}  // namespace simgpu
