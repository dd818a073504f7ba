// What the simulated driver and a translated module share: the driver owns one
// State, a module finds it through the pointer that the driver sets when it loads
// the module. Nothing here needs a standard header, because kernels see it too.
#ifndef SIMGPU_STATE_H
#define SIMGPU_STATE_H

namespace simgpu {

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

// Bump it when anything below changes: images of another version are refused.
constexpr u32 kLayout = 2;

struct Dim {
	u32 x, y, z;
};

// A place in the .cu text. line is 0 where only an address is known.
struct Site {
	const char *file;
	u32 line;
};

constexpr u32 kMaxThreads = 1024, kMaxWarps = 32;

// A copy that a thread has asked for and not waited for; from nowhere: zeros.
struct Copy {
	void *to;
	const void *from;
	u32 group;
};
constexpr u32 kMaxCopies = 64;

// One thread of the block that runs.
struct Fiber {
	void *sp;  // its stack pointer while another one runs
	Dim thread;
	u32 id;  // x fastest, as warps are cut
	u32 lane, warp;
	Site site;  // of its last barrier or warp operation in this block
	u32 copies, group;
	Copy copy[kMaxCopies];
};

// Cell remembers who touched four bytes (or one byte, where narrower accesses
// have split the four): see hooks/race.h.
struct Cell {
	u32 writer, writeTick, writePlace;
	u32 reader, readTick, readPlace;
};

// Shadow describes one range of memory that kernels may touch.
struct Shadow {
	u64 base, bytes;
	u8 *live;  // one bit per byte: part of an allocation or array
	u8 *init;  // one bit per byte: written before
	Cell *words;  // one per 4 bytes
	Cell *singles;  // one per byte
	bool shared;  // shared memory: other blocks have their own
};

// SharedArray is where a __shared__ array lives for the block `serial`.
struct SharedArray {
	void *at;
	u64 serial;
};

// Completes a warp operation: args[lane] is what each lane in `lanes` gave.
typedef void (*Complete)(void *const *args, u32 lanes);

// What is wrong with an access.
enum Bad { kDead, kUnwritten, kMisaligned, kOthersLocal, kHost };

// The earlier access that one races with.
struct Other {
	bool wrote;
	u32 thread, tick, place;
};
// Its place: an offset in the module's image, or a line of the .cu text.
constexpr u32 kPlaceIsLine = 1u << 31;

struct State {
	Fiber *self;  // the thread that runs
	Dim block, blocks, threads;  // blockIdx, gridDim, blockDim
	void *dynamicShared;
	u64 serial;  // of the block, never 0

	// Gives an array its place for this block, filled with NaN.
	void (*openShared)(SharedArray *array, u32 bytes, u32 align);
	// Waits for all threads of the block. Returns the count of threads whose
	// predicate was not 0.
	int (*barrier)(int predicate, Site site);
	// Waits for all lanes of mask that have not ended, then complete runs once.
	void (*collective)(Complete complete, void *arg, u32 mask, const char *name, Site site);
	// After __syncwarp: what the warp did before is visible to it.
	void (*warpSynced)();
	// Lets other threads run.
	void (*yield)();
	// Ends the launch with an error. code is a CUresult; pc is used where site has no line.
	[[noreturn]] void (*fault)(int code, Site site, const void *pc, const char *format, ...);

	// Checked mode only (SIMGPU_CHECK=1). What hooks found ends the launch too.
	[[noreturn]] void (*badAccess)(Bad why, u64 address, u32 bytes, bool write, Site site, const void *pc);
	[[noreturn]] void (*race)(u64 address, bool write, const Other &other, Site site, const void *pc);
	Shadow device, shared;
	u64 own, ownBytes;  // this struct, all fibers and their stacks
	u64 stacks, stackBytes;  // the stacks alone; one thread's
	u64 image, imageBytes;  // the module's own text and data
	u32 tick;  // moves on at every synchronisation
	u32 launchTick, blockTick, barrierTick, warpTick[kMaxWarps];
};

// One kernel of a module. run calls it with params[i] pointing to argument i.
struct Kernel {
	const char *name;
	void *function;
	u32 count;
	const u32 *sizes;
	void (*run)(void *const *params);
	u32 maxThreads;  // of __launch_bounds__, or 0
};

// What a module exports as simgpu_module.
struct Module {
	u32 layout, checked;
	State **state;
	const Kernel *const *kernels;
	u32 count;
};

}  // namespace simgpu

#endif
