#include "graph/stack_keys.h"

#include "base/mem.h"

#include "base/banned.h"

static unsigned bits_of_number(size_t most)
{
	unsigned bits = 1;

	while (most >> bits)
		bits++;
	return bits;
}

void pq_stack_keys_init(struct pq_stack_keys *k, size_t n_frames)
{
	size_t bytes = pq_size_mul(n_frames, sizeof(uint32_t));

	k->bits = bits_of_number(n_frames);
	k->usual = pq_alloc_zeroed(bytes);
	k->votes = pq_alloc_zeroed(bytes);
}

void pq_stack_keys_release(struct pq_stack_keys *k)
{
	pq_free(k->usual);
	pq_free(k->votes);
	k->usual = k->votes = NULL;
}

struct pq_key_frames pq_stack_key_read(const struct pq_stack_keys *k,
				       uint64_t key, unsigned n_bits,
				       uint32_t last)
{
	struct pq_key_frames read = { 0, last, false };
	unsigned bits = k->bits + 2;

	/* A code that is cut off is none. */
	while (n_bits) {
		if (key >> 63) {
			read.last = k->usual[read.last];
			key <<= 1;
			n_bits--;
		} else if (key >> 62 && n_bits >= bits) {
			read.last = (uint32_t)(key << 2 >> (64 - k->bits));
			key <<= bits;
			n_bits -= bits;
		} else {
			read.ended = !(key >> 62) && n_bits >= 2;
			break;
		}
		read.n++;
	}
	return read;
}
