// Faults that the processor finds, and the watchdog.
//
// A handler only rewrites the context: it sets the instruction pointer to a
// landing function on a stack of its own, which tells the fault and leaves the
// launch. Whatever is not in a kernel goes on to the handler that was there
// before, such as Go's.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdlib>

#include "fault.h"
#include "fiber.h"
#include "launch.h"
#include "memory.h"

namespace simgpu {

volatile bool outOfTime;

static struct sigaction before[NSIG];
static volatile bool watching;
static pthread_t watched;
static timer_t timer;
static char *landing;  // stack of the landing function
constexpr size_t kLanding = 256 << 10;

// What the handler tells the landing function.
static int gotSignal;
static u64 gotAddress, gotPC, gotSP;
static bool gotNoAddress;  // a general protection fault: a misaligned vector access, or a wild pointer

static int alarmSignal() { return SIGRTMIN + 12; }

// Where the thread was in the .cu text: the code at gotPC, or who called it as far
// as the stack's next words tell.
static const void *place() {
	u64 pc = gotPC + 1, end = gotSP + 1024;
	for (u64 at = gotSP & ~7ull; sourceLine(pc - 1).empty() && at < end && at + 8 <= state->own + state->ownBytes; at += 8)
		if (u64 word = *reinterpret_cast<u64 *>(at); word - state->image < state->imageBytes) pc = word;
	return reinterpret_cast<void *>(pc);
}

static void land() {
	const void *pc = inStackGuard(gotSP) ? reinterpret_cast<void *>(gotPC + 1) : place();
	u64 offset = gotAddress - state->device.base;
	if (gotSignal == alarmSignal()) faultInThread(CUDA_ERROR_LAUNCH_TIMEOUT, {nullptr, 0}, pc, kOutOfTime, settings.watchdog);
	if (gotSignal == SIGFPE) faultInThread(CUDA_ERROR_LAUNCH_FAILED, {nullptr, 0}, pc, "an integer division by zero or without a result");
	if (gotSignal == SIGILL) faultInThread(CUDA_ERROR_LAUNCH_FAILED, {nullptr, 0}, pc, "an illegal instruction (code that can't be reached was reached)");
	if (gotSignal == SIGSEGV && inStackGuard(gotAddress)) faultInThread(CUDA_ERROR_ILLEGAL_ADDRESS, {nullptr, 0}, pc, "more local memory than a thread has (%zu bytes)", kStackBytes);
	if (gotNoAddress) faultInThread(CUDA_ERROR_MISALIGNED_ADDRESS, {nullptr, 0}, pc, "a misaligned access to a vector type, or a wild pointer");
	if (gotAddress < 4096) faultInThread(CUDA_ERROR_ILLEGAL_ADDRESS, {nullptr, 0}, pc, "an access through a null pointer");
	if (offset < state->device.bytes) faultInThread(CUDA_ERROR_ILLEGAL_ADDRESS, {nullptr, 0}, pc, "%s", describe(gotAddress).c_str());
	faultInThread(CUDA_ERROR_ILLEGAL_ADDRESS, {nullptr, 0}, pc, "an access to %#llx, which is no memory of the device", gotAddress);
}

static void handle(int signal, siginfo_t *info, void *context) {
	ucontext_t *u = static_cast<ucontext_t *>(context);
	u64 pc = static_cast<u64>(u->uc_mcontext.gregs[REG_RIP]), sp = static_cast<u64>(u->uc_mcontext.gregs[REG_RSP]);
	bool here = watching && pthread_equal(watched, pthread_self());
	bool inFiber = here && sp - state->own < state->ownBytes;
	if (signal == alarmSignal()) {
		if (!here) return;
		outOfTime = true;
		if (!inFiber || pc - state->image >= state->imageBytes) return;  // it'll be seen at the next switch, or ring again
	} else if (!inFiber && !(here && inStackGuard(sp))) {
		struct sigaction &old = before[signal];
		if (old.sa_flags & SA_SIGINFO) old.sa_sigaction(signal, info, context);
		else if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) old.sa_handler(signal);
		else sigaction(signal, &old, nullptr);  // happens again, for good
		return;
	}
	gotSignal = signal;
	gotAddress = reinterpret_cast<u64>(info->si_addr);
	gotPC = pc;
	gotSP = sp;
	gotNoAddress = signal == SIGSEGV && info->si_code == SI_KERNEL;
	u->uc_mcontext.gregs[REG_RIP] = reinterpret_cast<greg_t>(land);
	u->uc_mcontext.gregs[REG_RSP] = reinterpret_cast<greg_t>(landing + kLanding - 72);
}

void catchSignals() {
	if (landing) return;
	landing = static_cast<char *>(mmap(nullptr, kLanding, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	if (landing == MAP_FAILED) abort();
	struct sigaction action = {};
	action.sa_sigaction = handle;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
	sigfillset(&action.sa_mask);
	for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, alarmSignal()}) sigaction(signal, &action, &before[signal]);
}

void beginWatch() {
	stack_t alternate = {};
	sigaltstack(nullptr, &alternate);
	if (alternate.ss_flags & SS_DISABLE) {
		static thread_local char *own;
		if (!own) own = static_cast<char *>(malloc(64 << 10));
		alternate = {};
		alternate.ss_sp = own;
		alternate.ss_size = 64 << 10;
		sigaltstack(&alternate, nullptr);
	}
	outOfTime = false;
	watched = pthread_self();
	watching = true;
	struct sigevent event = {};
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = alarmSignal();
	event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
	if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer)) abort();
	struct itimerspec in = {};
	in.it_value.tv_sec = static_cast<time_t>(settings.watchdog);
	in.it_value.tv_nsec = static_cast<long>((settings.watchdog - double(in.it_value.tv_sec)) * 1e9);
	in.it_interval.tv_nsec = 50 * 1000 * 1000;
	timer_settime(timer, 0, &in, nullptr);
}

void endWatch() {
	timer_delete(timer);
	watching = false;
}

}  // namespace simgpu
