#include "fiber.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

// Directly from fiber to fiber: swapcontext also saves the signal mask, by a
// system call, and is seven times slower.
asm(R"(
.text
.globl simgpu_switch
.hidden simgpu_switch
.type simgpu_switch,@function
simgpu_switch:
	pushq %rbp
	pushq %rbx
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movq %rsp, (%rdi)
	movq %rsi, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbx
	popq %rbp
	ret
.size simgpu_switch,.-simgpu_switch
)");

namespace simgpu {

State *state;
Fiber *fibers;
static char *stacks;

constexpr size_t kHead = (sizeof(State) + kMaxThreads * sizeof(Fiber) + kPage - 1) / kPage * kPage;

void createState() {
	if (state) return;
	size_t bytes = kHead + kMaxThreads * kStackBytes;
	void *map = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED) abort();
	state = static_cast<State *>(map);
	fibers = reinterpret_cast<Fiber *>(state + 1);
	stacks = static_cast<char *>(map) + kHead;
	for (u32 i = 0; i < kMaxThreads; i++) mprotect(stacks + i * kStackBytes, kPage, PROT_NONE);
	state->own = reinterpret_cast<u64>(map);
	state->ownBytes = bytes;
	state->stacks = reinterpret_cast<u64>(stacks);
	state->stackBytes = kStackBytes;
}

void prepare(u32 i, void (*start)()) {
	// Stacks begin at different cache sets.
	char *top = stacks + (i + 1) * kStackBytes - (i % 64) * 64;
	void **sp = reinterpret_cast<void **>(top) - 2;
	sp[1] = nullptr;  // as if something had called start
	sp[0] = reinterpret_cast<void *>(start);
	sp -= 6;
	memset(sp, 0, 6 * sizeof *sp);
	fibers[i].sp = sp;
	fibers[i].site = {nullptr, 0};
	fibers[i].copies = fibers[i].group = 0;
}

bool inStackGuard(u64 address) {
	u64 offset = address - reinterpret_cast<u64>(stacks);
	return offset < kMaxThreads * kStackBytes && offset % kStackBytes < kPage;
}

}  // namespace simgpu
