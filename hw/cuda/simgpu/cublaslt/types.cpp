// Elements of matrices by their type.
#include <cstring>

#include "lt.h"

namespace simgpu {

size_t bytesOf(cudaDataType type) { return type == CUDA_R_32F ? 4 : 2; }

static uint32_t bitsOf(float x) {
	uint32_t bits;
	memcpy(&bits, &x, 4);
	return bits;
}
static float ofBits(uint32_t bits) {
	float x;
	memcpy(&x, &bits, 4);
	return x;
}

static float half(uint16_t h) {
	uint32_t sign = uint32_t(h & 0x8000) << 16, rest = h & 0x7fff;
	if (rest >= 0x7c00) return ofBits(sign | 0x7f800000 | (rest & 0x3ff) << 13);
	// Shifted into place the exponent is 112 too small; a product also makes
	// subnormal numbers right.
	return ofBits(sign | bitsOf(ofBits(rest << 13) * 0x1p112f));
}

static uint16_t toHalf(float x) {
	uint32_t bits = bitsOf(x), sign = bits >> 16 & 0x8000;
	bits &= 0x7fffffff;
	if (bits > 0x7f800000) return uint16_t(sign | 0x7e00);
	if (bits >= 0x477ff000) return uint16_t(sign | 0x7c00);
	if (bits < 0x38800000) return uint16_t(sign | (bitsOf(ofBits(bits) + 0.5f) - bitsOf(0.5f)));  // the sum rounds to 2^-24
	return uint16_t(sign | (bits - 0x38000000 + 0xfff + (bits >> 13 & 1)) >> 13);
}

static uint16_t toBF16(float x) {
	uint32_t bits = bitsOf(x);
	if ((bits & 0x7fffffff) > 0x7f800000) return uint16_t(bits >> 16 | 0x40);
	return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float load(const void *from, cudaDataType type, uint64_t i) {
	if (type == CUDA_R_32F) return static_cast<const float *>(from)[i];
	uint16_t h = static_cast<const uint16_t *>(from)[i];
	return type == CUDA_R_16F ? half(h) : ofBits(uint32_t(h) << 16);
}

void store(void *to, cudaDataType type, uint64_t i, float value) {
	if (type == CUDA_R_32F) static_cast<float *>(to)[i] = value;
	else static_cast<uint16_t *>(to)[i] = type == CUDA_R_16F ? toHalf(value) : toBF16(value);
}

}  // namespace simgpu
