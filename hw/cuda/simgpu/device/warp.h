// Barriers, shuffles, votes: whatever threads do together.
//
// A warp operation collects each lane's argument; the last lane that arrives
// computes for all. Lanes that have ended are not waited for, and reading a value
// from a lane that takes no part is a fault.
#ifndef SIMGPU_WARP_H
#define SIMGPU_WARP_H

#include "words.h"

SIMGPU_CALL void __syncthreads(SIMGPU_HERE) { simgpu_state->barrier(0, site); }
SIMGPU_CALL int __syncthreads_count(int predicate, SIMGPU_HERE) { return simgpu_state->barrier(predicate, site); }
SIMGPU_CALL int __syncthreads_or(int predicate, SIMGPU_HERE) { return simgpu_state->barrier(predicate, site) != 0; }
SIMGPU_CALL int __syncthreads_and(int predicate, SIMGPU_HERE) { return simgpu_state->barrier(predicate == 0, site) == 0; }

namespace simgpu {

struct Shuffle {
	u64 value, result;
	u32 bytes, from;  // from: the lane whose value this one wants
	bool missing;
};

SIMGPU_CALL void completeShuffle(void *const *args, u32 lanes) {
	for (u32 lane = 0; lane < 32; lane++) {
		if (!(lanes >> lane & 1)) continue;
		Shuffle *s = static_cast<Shuffle *>(args[lane]);
		s->missing = !(lanes >> s->from & 1);
		if (!s->missing) s->result = static_cast<Shuffle *>(args[s->from])->value;
	}
}

template <class T> SIMGPU_OWN T shuffle(u32 mask, T value, u32 from, const char *name, Site site) {
	static_assert(sizeof(T) <= 8, "a shuffle moves at most 8 bytes");
	Shuffle s = {0, 0, sizeof(T), from, false};
	__builtin_memcpy(&s.value, &value, sizeof(T));
	simgpu_state->collective(completeShuffle, &s, mask, name, site);
	if (s.missing) simgpu_state->fault(719, site, nullptr, "%s reads from lane %u, which takes no part in it", name, from);
	__builtin_memcpy(&value, &s.result, sizeof(T));
	return value;
}

// The lane that `lane` reads from: outside its segment of `width` lanes it reads itself.
SIMGPU_OWN u32 within(u32 lane, int from, int width) {
	int begin = static_cast<int>(lane) & ~(width - 1);
	return from < begin || from >= begin + width ? lane : static_cast<u32>(from);
}

struct Vote {
	int predicate;
	u32 ballot, lanes;
};
SIMGPU_CALL void completeVote(void *const *args, u32 lanes) {
	u32 ballot = 0;
	for (u32 lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1 && static_cast<Vote *>(args[lane])->predicate) ballot |= 1u << lane;
	for (u32 lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1) {
			static_cast<Vote *>(args[lane])->ballot = ballot;
			static_cast<Vote *>(args[lane])->lanes = lanes;
		}
}
SIMGPU_OWN Vote vote(u32 mask, int predicate, const char *name, Site site) {
	Vote v = {predicate, 0, 0};
	simgpu_state->collective(completeVote, &v, mask, name, site);
	return v;
}

struct Match {
	u64 value;
	u32 same, lanes;
};
SIMGPU_CALL void completeMatch(void *const *args, u32 lanes) {
	for (u32 lane = 0; lane < 32; lane++) {
		if (!(lanes >> lane & 1)) continue;
		Match *m = static_cast<Match *>(args[lane]);
		m->same = 0;
		m->lanes = lanes;
		for (u32 other = 0; other < 32; other++)
			if (lanes >> other & 1 && static_cast<Match *>(args[other])->value == m->value) m->same |= 1u << other;
	}
}
template <class T> SIMGPU_OWN Match match(u32 mask, T value, const char *name, Site site) {
	Match m = {0, 0, 0};
	__builtin_memcpy(&m.value, &value, sizeof(T));
	simgpu_state->collective(completeMatch, &m, mask, name, site);
	return m;
}

// Reductions of integers over the lanes.
struct Reduce {
	u32 value;
	bool isSigned;
	char op;
};
SIMGPU_CALL void completeReduce(void *const *args, u32 lanes) {
	bool first = true;
	u32 total = 0;
	for (u32 lane = 0; lane < 32; lane++) {
		if (!(lanes >> lane & 1)) continue;
		Reduce *r = static_cast<Reduce *>(args[lane]);
		bool less = r->isSigned ? static_cast<int>(r->value) < static_cast<int>(total) : r->value < total;
		if (first) total = r->value;
		else if (r->op == '+') total += r->value;
		else if (r->op == '<') total = less ? r->value : total;
		else if (r->op == '>') total = less ? total : r->value;
		else if (r->op == '&') total &= r->value;
		else if (r->op == '|') total |= r->value;
		else total ^= r->value;
		first = false;
	}
	for (u32 lane = 0; lane < 32; lane++)
		if (lanes >> lane & 1) static_cast<Reduce *>(args[lane])->value = total;
}
template <class T> SIMGPU_OWN T reduce(u32 mask, T value, char op, const char *name, Site site) {
	Reduce r = {static_cast<u32>(value), T(-1) < T(0), op};
	simgpu_state->collective(completeReduce, &r, mask, name, site);
	return static_cast<T>(r.value);
}

SIMGPU_CALL void completeSync(void *const *, u32) { simgpu_state->warpSynced(); }

}  // namespace simgpu

template <class T> SIMGPU_CALL T __shfl_sync(unsigned mask, T value, int from, int width = 32, SIMGPU_HERE) {
	unsigned lane = simgpu_state->self->lane;
	unsigned begin = lane & ~(unsigned)(width - 1);
	return simgpu::shuffle(mask, value, begin + ((unsigned)from & (unsigned)(width - 1)), "__shfl_sync", site);
}
template <class T> SIMGPU_CALL T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, SIMGPU_HERE) {
	unsigned lane = simgpu_state->self->lane;
	return simgpu::shuffle(mask, value, simgpu::within(lane, (int)lane - (int)delta, width), "__shfl_up_sync", site);
}
template <class T> SIMGPU_CALL T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, SIMGPU_HERE) {
	unsigned lane = simgpu_state->self->lane;
	return simgpu::shuffle(mask, value, simgpu::within(lane, (int)lane + (int)delta, width), "__shfl_down_sync", site);
}
template <class T> SIMGPU_CALL T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, SIMGPU_HERE) {
	unsigned lane = simgpu_state->self->lane;
	// A lane of a segment before is allowed, one of a segment after is not.
	unsigned from = lane ^ (unsigned)bits;
	if (from >= (lane & ~(unsigned)(width - 1)) + (unsigned)width) from = lane;
	return simgpu::shuffle(mask, value, from & 31, "__shfl_xor_sync", site);
}

SIMGPU_CALL unsigned __ballot_sync(unsigned mask, int predicate, SIMGPU_HERE) {
	return simgpu::vote(mask, predicate, "__ballot_sync", site).ballot;
}
SIMGPU_CALL int __any_sync(unsigned mask, int predicate, SIMGPU_HERE) {
	return simgpu::vote(mask, predicate, "__any_sync", site).ballot != 0;
}
SIMGPU_CALL int __all_sync(unsigned mask, int predicate, SIMGPU_HERE) {
	simgpu::Vote v = simgpu::vote(mask, predicate, "__all_sync", site);
	return v.ballot == v.lanes;
}
template <class T> SIMGPU_CALL unsigned __match_any_sync(unsigned mask, T value, SIMGPU_HERE) {
	return simgpu::match(mask, value, "__match_any_sync", site).same;
}
template <class T> SIMGPU_CALL unsigned __match_all_sync(unsigned mask, T value, int *all, SIMGPU_HERE) {
	simgpu::Match m = simgpu::match(mask, value, "__match_all_sync", site);
	*all = m.same == m.lanes;
	return *all ? m.lanes : 0;
}
SIMGPU_CALL void __syncwarp(unsigned mask = 0xffffffffu, SIMGPU_HERE) {
	int nothing = 0;
	simgpu_state->collective(simgpu::completeSync, &nothing, mask, "__syncwarp", site);
}

#if __CUDA_ARCH__ >= 800
#define SIMGPU_REDUCE(name, op) \
	template <class T> SIMGPU_CALL T name(unsigned mask, T value, SIMGPU_HERE) { return simgpu::reduce(mask, value, op, #name, site); }
SIMGPU_REDUCE(__reduce_add_sync, '+')
SIMGPU_REDUCE(__reduce_min_sync, '<')
SIMGPU_REDUCE(__reduce_max_sync, '>')
SIMGPU_REDUCE(__reduce_and_sync, '&')
SIMGPU_REDUCE(__reduce_or_sync, '|')
SIMGPU_REDUCE(__reduce_xor_sync, '^')
#undef SIMGPU_REDUCE
#endif

SIMGPU_CALL void __threadfence() { simgpu_state->yield(); }
SIMGPU_CALL void __threadfence_block() { simgpu_state->yield(); }
SIMGPU_CALL void __nanosleep(unsigned) { simgpu_state->yield(); }
[[noreturn]] SIMGPU_CALL void __trap(SIMGPU_HERE) { simgpu_state->fault(719, site, nullptr, "__trap"); }

#endif
