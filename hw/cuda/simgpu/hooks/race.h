// Races: two threads touch the same byte, one of them writes, and nothing orders
// them. Ordered are: launches; what is before and after a barrier, in one block;
// what is before and after __syncwarp, in one warp. Nothing orders blocks. Atomic
// operations race with plain accesses only.
//
// A cell holds the last writer and the last reader, with the tick at which it
// came; ticks move on at every synchronisation. Flags say that there were more
// readers than the last.
#ifndef SIMGPU_RACE_H
#define SIMGPU_RACE_H

#include "../device/state.h"

namespace simgpu {

constexpr u32 kThread = 0xffff;
constexpr u32 kAtomic = 1u << 16;  // writer: by an atomic operation
constexpr u32 kOthers = 1u << 17, kOtherBlocks = 1u << 18;  // writer: before it others did so too
constexpr u32 kManyLanes = 1u << 16, kManyWarps = 1u << 17, kManyBlocks = 1u << 18;  // reader
constexpr u32 kSplit = 1u << 31;  // writer, of a cell of 4 bytes: the cells of single bytes know more

enum Kind { kRead, kWrite, kAtomically };

// Whether the write that a cell remembers is not ordered before the running thread.
inline bool unorderedWrite(const State &s, bool shared, u32 writer, u32 when) {
	if (writer & kOtherBlocks && when >= s.launchTick) return true;
	if (when < s.barrierTick) return when < s.blockTick && when >= s.launchTick && !shared;
	const Fiber &me = *s.self;
	u32 who = writer & kThread;
	if (writer & kOthers) return true;
	return who != me.id && (who / 32 != me.warp || when >= s.warpTick[me.warp]);
}

// The same for the reads that a cell remembers.
inline bool unorderedReads(const State &s, bool shared, u32 reader, u32 when) {
	if (when < s.launchTick) return false;
	if (reader & kManyBlocks) return true;
	if (when < s.barrierTick) return when < s.blockTick && !shared;
	if (reader & kManyWarps) return true;
	const Fiber &me = *s.self;
	u32 who = reader & kThread;
	if (who / 32 != me.warp) return true;
	return when >= s.warpTick[me.warp] && (reader & kManyLanes || who != me.id);
}

// The cell's reader after the running thread has read too.
inline u32 joinReaders(const State &s, bool shared, u32 reader, u32 when) {
	const Fiber &me = *s.self;
	if (when < s.launchTick) return me.id;
	if (when < s.blockTick) return shared ? me.id : me.id | kManyBlocks;
	if (when < s.barrierTick) return me.id | (reader & kManyBlocks);
	u32 who = reader & kThread;
	if (who == me.id) return reader;
	if (who / 32 != me.warp) return me.id | (reader & ~kThread) | kManyWarps;
	if (when >= s.warpTick[me.warp]) return me.id | (reader & ~kThread) | kManyLanes;
	return me.id | (reader & (kManyBlocks | kManyWarps));
}

// Notes an access in a cell. True: it races with `other`.
inline bool enter(const State &s, bool shared, Cell &c, Kind kind, u32 place, Other &other) {
	bool unordered = unorderedWrite(s, shared, c.writer, c.writeTick);
	if (unordered && !(kind == kAtomically && c.writer & kAtomic)) {
		other = {true, c.writer & kThread, c.writeTick, c.writePlace};
		return true;
	}
	if (kind == kRead) {
		c.reader = joinReaders(s, shared, c.reader, c.readTick);
		c.readTick = s.tick;
		c.readPlace = place;
		return false;
	}
	if (unorderedReads(s, shared, c.reader, c.readTick)) {
		other = {false, c.reader & kThread, c.readTick, c.readPlace};
		return true;
	}
	u32 before = unordered ? (c.writeTick < s.blockTick ? kOtherBlocks : kOthers) | (c.writer & kOtherBlocks) : 0;
	c.writer = s.self->id | (c.writer & kSplit) | (kind == kAtomically ? kAtomic | before : 0);
	c.writeTick = s.tick;
	c.writePlace = place;
	return false;
}

// All bytes of an access. Four bytes are one cell until a narrower access splits
// them; then there are four, which begin with what the one knew.
inline bool enterAll(const State &s, const Shadow &m, u64 offset, u32 bytes, Kind kind, u32 place, Other &other) {
	for (u64 at = offset, end = offset + bytes; at < end;) {
		u64 word = at / 4, next = word * 4 + 4;
		Cell &c = m.words[word];
		u64 upTo = next < end ? next : end;
		bool whole = at % 4 == 0 && upTo == next;
		if (!whole && !(c.writer & kSplit)) {
			for (u32 i = 0; i < 4; i++) m.singles[word * 4 + i] = c;
			c.writer |= kSplit;
		}
		if (!(c.writer & kSplit)) {
			if (enter(s, m.shared, c, kind, place, other)) return true;
		} else {
			for (u64 i = at; i < upTo; i++)
				if (enter(s, m.shared, m.singles[i], kind, place, other)) return true;
		}
		at = upTo;
	}
	return false;
}

}  // namespace simgpu

#endif
