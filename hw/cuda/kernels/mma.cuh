// What a warp does together on tensor cores from sm_80 on, by PTX' own names: a
// lane holds what "PTX ISA, matrix fragments for mma.m16n8k16" says. The simulated
// device has the functions of the first part itself.
#ifndef SIMGPU_H

// Four 8×8 matrices out of shared memory: lane l names the 16 bytes of row l%8 of
// matrix l/8, and holds of each matrix columns 2(l%4) and the next of row l/4.
__device__ __forceinline__ void ldmatrix4(uint (&f)[4], const bits16 *row) {
	asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
		: "=r"(f[0]), "=r"(f[1]), "=r"(f[2]), "=r"(f[3]) : "r"((uint)__cvta_generic_to_shared(row)));
}

// The same of each matrix' transpose.
__device__ __forceinline__ void ldmatrix4Turned(uint (&f)[4], const bits16 *row) {
	asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
		: "=r"(f[0]), "=r"(f[1]), "=r"(f[2]), "=r"(f[3]) : "r"((uint)__cvta_generic_to_shared(row)));
}

// sum += a·b: 16×16 times 16×16, as two products with 8 columns each.
#define PRODUCT(name, type)                                                                                                  \
	__device__ __forceinline__ void name(float (&sum)[8], const uint (&a)[4], const uint (&b)[4]) {                          \
		UNROLL for (int i = 0; i < 2; i++)                                                                                   \
			asm("mma.sync.aligned.m16n8k16.row.col.f32." type "." type ".f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};" \
				: "+f"(sum[4 * i]), "+f"(sum[4 * i + 1]), "+f"(sum[4 * i + 2]), "+f"(sum[4 * i + 3])                         \
				: "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[2 * i]), "r"(b[2 * i + 1]));                             \
	}
PRODUCT(mmaBF16, "bf16")
PRODUCT(mmaF16, "f16")

// Two numbers in 16 bits, the first in the lower half.
__device__ __forceinline__ uint pairBF16(float low, float high) {
	uint pair;
	asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
	return pair;
}
__device__ __forceinline__ uint pairF16(float low, float high) {
	uint pair;
	asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
	return pair;
}

// 2^x; what is too small for a normal number is 0.
__device__ __forceinline__ float exp2Fast(float x) {
	float y;
	asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
	return y;
}

// 16 bytes on their way from global to shared memory, or 16 zero bytes.
__device__ __forceinline__ void copyAsync(bits16 *to, const bits16 *from, bool there) {
	asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"((uint)__cvta_generic_to_shared(to)), "l"(from), "r"(there ? 16 : 0) : "memory");
}
// The copies since the last call are a group.
__device__ __forceinline__ void copiesGroup() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// Waits for the thread's own copies but for the last group, or for all.
__device__ __forceinline__ void copiesWait(bool lastToo) {
	if (lastToo)
		asm volatile("cp.async.wait_group 0;" ::: "memory");
	else
		asm volatile("cp.async.wait_group 1;" ::: "memory");
}

#endif

// Whether a piece of code works on a whole tile, as a type: the loops over a whole one
// are without branches, so that products can overlap.
struct Whole {
	enum { whole = true };
};
struct Part {
	enum { whole = false };
};

// The two 16-bit types: products and pairs of numbers.
struct BF16 {
	static __device__ __forceinline__ void add(float (&sum)[8], const uint (&a)[4], const uint (&b)[4]) { mmaBF16(sum, a, b); }
	static __device__ __forceinline__ uint pair(float low, float high) { return pairBF16(low, high); }
};
struct F16 {
	static __device__ __forceinline__ void add(float (&sum)[8], const uint (&a)[4], const uint (&b)[4]) { mmaF16(sum, a, b); }
	static __device__ __forceinline__ uint pair(float low, float high) { return pairF16(low, high); }
};
