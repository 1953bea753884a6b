/*
 * stack_keys.h - the next frames of a stack as a number, by which it is sorted.
 *
 * Code:   most functions call one function nearly always, so that a key of 64
 *         bits has room for many frames when that one takes a bit: 1.  Any
 *         other frame is 01 and its number, and 00 is the end of the stack.
 *         What does not fit in is cut: its first bits tell stacks apart, and
 *         it is taken again with the next key.
 * Order:  no code begins another one, so that equal keys are equal frames; a
 *         stack that ends comes before those that go on.
 * Usual:  which frame mostly follows on one is learned from some of the
 *         stacks: it matters for speed and for the order of frames only.
 * Owner:  the caller holds the struct; pq_stack_keys_release frees what is in
 *         it.
 */
#ifndef PQ_GRAPH_STACK_KEYS_H
#define PQ_GRAPH_STACK_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pq_stack_keys {
	unsigned bits;	 /* of a frame's number */
	uint32_t *usual; /* by frame: the one that mostly comes next, or 0 */
	uint32_t *votes; /* for it; while learning */
};

/* A key under way; `last` is the frame before the next one, 0 at the root. */
struct pq_stack_key {
	uint64_t bits;
	unsigned room;
	uint32_t last;
};

/* Frames that a key has whole among its first bits. */
struct pq_key_frames {
	uint32_t n;
	uint32_t last; /* of them, or the one before them */
	bool ended;    /* the end of the stack follows on them */
};

/* Frames are numbers below n_frames, of which 0 stands for none. */
void pq_stack_keys_init(struct pq_stack_keys *k, size_t n_frames);
void pq_stack_keys_release(struct pq_stack_keys *k);

/* Learns that `next` follows on `frame`. */
static inline void pq_stack_keys_learn(struct pq_stack_keys *k, uint32_t frame,
				       uint32_t next)
{
	/* The majority's vote is left over when each other one took one off. */
	if (!k->votes[frame])
		k->usual[frame] = next;
	if (k->usual[frame] == next)
		k->votes[frame]++;
	else
		k->votes[frame]--;
}

static inline struct pq_stack_key pq_stack_key_begin(uint32_t last)
{
	return (struct pq_stack_key){ .room = 64, .last = last };
}

/* Adds a frame to a key that has room; false: no more than a part of it. */
static inline bool pq_stack_key_add(const struct pq_stack_keys *k,
				    struct pq_stack_key *key, uint32_t frame)
{
	unsigned bits = k->bits + 2;
	uint64_t code = (uint64_t)1 << k->bits | frame;

	if (k->usual[key->last] == frame) {
		key->bits |= (uint64_t)1 << --key->room;
	} else if (bits <= key->room) {
		key->room -= bits;
		key->bits |= code << key->room;
	} else {
		key->bits |= code >> (bits - key->room);
		key->room = 0;
		return false;
	}
	key->last = frame;
	return true;
}

/* Reads the first n_bits of a key; `last` is the frame before it. */
struct pq_key_frames pq_stack_key_read(const struct pq_stack_keys *k,
				       uint64_t key, unsigned n_bits,
				       uint32_t last);

#endif
