// Back through attention on tensor cores in f16; heads of 128 columns would take more
// registers than there are.

TENSOR_GRAD_KERNELS(F16, f16, 32)
TENSOR_GRAD_KERNELS(F16, f16, 64)
