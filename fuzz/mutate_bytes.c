#include "mutate.h"

#include <stdlib.h>
#include <string.h>

#include "gzip_bytes.h"

enum { MOST_PLAIN = 1 << 20, MOST_MEMBERS = 4 };

/* The bytes themselves decide what is changed. */
size_t fuzz_change_bytes(uint8_t *data, size_t size, size_t most)
{
	uint64_t state = size;
	size_t at;

	for (size_t i = 0; i < size; i++)
		state = state * 31 + data[i];
	at = fuzz_below(&state, size + 1);
	switch (fuzz_below(&state, 4)) {
	case 0:
		if (size == most)
			break;
		memmove(data + at + 1, data + at, size - at);
		data[at] = (uint8_t)fuzz_chance(&state);
		return size + 1;
	case 1:
		if (at == size)
			break;
		memmove(data + at, data + at + 1, size - at - 1);
		return size - 1;
	case 2:
		return at;
	default:
		if (at < size)
			data[at] ^= (uint8_t)(1 << fuzz_below(&state, 8));
	}
	return size;
}

struct packing {
	uint8_t *to;
	size_t n, room;
	uint64_t chance;
};

/* Packs one piece; false when it did not fit. */
static bool put_member(struct packing *p, const uint8_t *plain, size_t n)
{
	int level = (int)fuzz_below(&p->chance, 10);
	size_t got =
		fuzz_deflate(plain, n, level, p->to + p->n, p->room - p->n);

	p->n += got;
	return got > 0;
}

/* One to four members; some of them may be empty. */
static size_t pack(struct packing *p, const uint8_t *plain, size_t n)
{
	size_t members = 1 + fuzz_below(&p->chance, MOST_MEMBERS), at = 0;

	for (size_t i = 1; i < members; i++) {
		size_t piece = fuzz_below(&p->chance, n - at + 1);

		if (!put_member(p, plain + at, piece))
			return 0;
		at += piece;
	}
	return put_member(p, plain + at, n - at) ? p->n : 0;
}

/* The same plain bytes many times: small files that become large. */
static size_t repeat(uint8_t *plain, size_t n, size_t room)
{
	size_t all = n;

	while (n && all + n <= room && all < 64 * n) {
		memcpy(plain + all, plain, n);
		all += n;
	}
	return all;
}

size_t fuzz_mutate_gzip(uint8_t *data, size_t size, size_t most, unsigned seed,
			fuzz_mutate_bytes *bytes)
{
	struct packing p = { .to = data, .room = most, .chance = seed };
	uint8_t *plain, *before;
	size_t n = 0;

	if (fuzz_is_gzip(data, size) && fuzz_below(&p.chance, 2))
		return bytes(data, size, most);
	plain = malloc(MOST_PLAIN);
	before = malloc(size ? size : 1);
	if (!plain || !before)
		abort();
	if (size)
		memcpy(before, data, size);
	if (fuzz_is_gzip(data, size)) {
		n = fuzz_inflate(data, size, plain, MOST_PLAIN);
	} else if (size <= MOST_PLAIN) {
		n = size;
		if (n)
			memcpy(plain, data, n);
	}
	if (fuzz_below(&p.chance, 4))
		n = bytes(plain, n, MOST_PLAIN);
	else
		n = repeat(plain, n, MOST_PLAIN);
	n = pack(&p, plain, n);
	if (!n) { /* packing in place has spoilt it */
		if (size)
			memcpy(data, before, size);
		n = bytes(data, size, most);
	}
	free(plain);
	free(before);
	return n;
}
