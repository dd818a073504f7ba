#include "host.h"

void checkLaunches() {
	Fixture f;
	int n = kCount;
	void *params[] = {&f.y, &f.x, &n, nullptr};
	auto launch = [&](CUfunction function, unsigned grid, unsigned block, unsigned shared) { return cuLaunchKernel(function, grid, 1, 1, block, 1, 1, shared, nullptr, params, nullptr); };
	REFUSED(launch(f.addOne, 1, 1025, 0), CUDA_ERROR_INVALID_VALUE);
	REFUSED(launch(f.addOne, 0, 64, 0), CUDA_ERROR_INVALID_VALUE);
	REFUSED(cuLaunchKernel(f.addOne, 1, 65536, 1, 64, 1, 1, 0, nullptr, params, nullptr), CUDA_ERROR_INVALID_VALUE);
	REFUSED(launch(f.bounded, 1, 65, 0), CUDA_ERROR_INVALID_VALUE);  // __launch_bounds__(64)
	REFUSED(launch(f.bounded, 1, 64, 50000), CUDA_ERROR_INVALID_VALUE);
	OK(cuFuncSetAttribute(f.bounded, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 60000));
	OK(launch(f.bounded, 1, 64, 50000));
	OK(cuStreamSynchronize(nullptr));
	REFUSED(cuFuncSetAttribute(f.bounded, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 200000), CUDA_ERROR_INVALID_VALUE);
	int value = 0;
	OK(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, f.bounded));
	WANT(value == 64);
	CUfunction none;
	REFUSED(cuModuleGetFunction(&none, f.module, "no_such_kernel"), CUDA_ERROR_NOT_FOUND);

	// A parameter too few, and one too many.
	params[2] = nullptr;
	REFUSED(launch(f.addOne, 1, 64, 0), CUDA_ERROR_LAUNCH_FAILED);
	WANT(faultHas("kernel add_one: launched with 2 parameters, it has 3"));
	f.restart();
	void *more[] = {&f.y, &f.x, &n, &n, nullptr};
	REFUSED(cuLaunchKernel(f.addOne, 1, 1, 1, 64, 1, 1, 0, nullptr, more, nullptr), CUDA_ERROR_LAUNCH_FAILED);
}
