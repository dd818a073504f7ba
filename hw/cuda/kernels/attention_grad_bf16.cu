// Back through attention on tensor cores in bf16; heads of 128 columns would take more
// registers than there are.

TENSOR_GRAD_KERNELS(BF16, bf16, 32)
TENSOR_GRAD_KERNELS(BF16, bf16, 64)
