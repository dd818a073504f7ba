// Attention on tensor cores in f16.

FORMAT(F16, 8, toF16, __hmma_m16n16k16_ld_, __hmma_m16n16k16_mma_f32f32);

TENSOR_KERNELS(F16, f16, 32)
TENSOR_KERNELS(F16, f16, 64)
TENSOR_KERNELS(F16, f16, 128)
