/* Bytes by chance. */
#include <string.h>

#include "helpers.h"

/* splitmix64 */
uint64_t chance(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t chance_below(uint64_t *state, uint64_t n)
{
	return chance(state) % n;
}

void put_loose(struct pq_buf *to, uint64_t *state, uint64_t value)
{
	size_t pad = chance_below(state, 16) ? 0 : chance_below(state, 9);
	size_t n = 1;

	for (; value >= 0x80; value >>= 7, n++)
		pq_buf_char(to, (char)(value | 0x80));
	if (n + pad > 10)
		pad = 10 - n;
	for (; pad; pad--, value = 0)
		pq_buf_char(to, (char)(value | 0x80));
	pq_buf_char(to, (char)value);
}

void mutate(struct pq_buf *b, uint64_t *state)
{
	for (size_t i = 1 + chance_below(state, 3); i && b->len; i--) {
		size_t at = chance_below(state, b->len);

		switch (chance_below(state, 4)) {
		case 0:
			b->len = at;
			break;
		case 1:
			b->data[at] = (char)chance(state);
			break;
		case 2:
			memmove(b->data + at, b->data + at + 1,
				b->len - at - 1);
			b->len--;
			break;
		default:
			b->data[at] ^= (char)(1 << chance_below(state, 8));
		}
	}
}
