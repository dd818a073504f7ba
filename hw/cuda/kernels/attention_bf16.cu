// Attention on tensor cores in bf16, which cards have from sm_80 on.

FORMAT(BF16, 4, toBF16, __mma_bf16_m16n16k16_ld_, __mma_bf16_m16n16k16_mma_f32);

TENSOR_KERNELS(BF16, bf16, 32)
TENSOR_KERNELS(BF16, bf16, 64)
TENSOR_KERNELS(BF16, bf16, 128)
