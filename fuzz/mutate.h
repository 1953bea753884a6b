/*
 * mutate.h - changes to inputs that keep their structure, for libFuzzer's
 * custom mutators and for fuzz/mutants.
 *
 * All take `size` bytes at data, of at most `most`, change them in place and
 * return the new size.  What does not decode is given to `bytes`, which
 * changes single bytes (LLVMFuzzerMutate).
 * The same seed and bytes give the same result if `bytes` does.
 */
#ifndef PQ_FUZZ_MUTATE_H
#define PQ_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

typedef size_t fuzz_mutate_bytes(uint8_t *data, size_t size, size_t most);

/* A fuzz_mutate_bytes of our own, where libFuzzer's is not there. */
size_t fuzz_change_bytes(uint8_t *data, size_t size, size_t most);

/*
 * A profile.proto, gzipped or not: ids, indexes and values, labels, strings,
 * lists doubled and dropped, packed and not, the order of fields.
 */
size_t fuzz_mutate_profile(uint8_t *data, size_t size, size_t most,
			   unsigned seed, fuzz_mutate_bytes *bytes);

/* A profile.proto of fields of two; 0 when one of them is none. */
size_t fuzz_cross_profiles(const uint8_t *a, size_t a_size, const uint8_t *b,
			   size_t b_size, uint8_t *to, size_t room,
			   unsigned seed);

/* gzip: what is in it, its members, how they are packed, or its bytes. */
size_t fuzz_mutate_gzip(uint8_t *data, size_t size, size_t most, unsigned seed,
			fuzz_mutate_bytes *bytes);

/* splitmix64 */
static inline uint64_t fuzz_chance(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* n > 0 */
static inline size_t fuzz_below(uint64_t *state, size_t n)
{
	return (size_t)(fuzz_chance(state) % n);
}

#endif
