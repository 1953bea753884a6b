#include "base/suggest.h"

#include <string.h>

#include "base/banned.h"

/* Names longer than this are compared by their beginning. */
#define MOST 64

void pq_suggest_begin(struct pq_suggest *s, struct pq_text typed)
{
	memset(s, 0, sizeof(*s));
	s->typed = pq_text_slice(typed, 0, MOST);
	s->distance = ~0u;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Damerau's distance (of the restricted kind), three rows at a time. */
static unsigned distance(struct pq_text a, struct pq_text b)
{
	unsigned rows[3][MOST + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b.len; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *spare = before;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = a.bytes[i - 1] == b.bytes[j - 1];

			row[j] = least(above[j - 1] + !same,
				       1 + least(above[j], row[j - 1]));
			if (i > 1 && j > 1 &&
			    a.bytes[i - 1] == b.bytes[j - 2] &&
			    a.bytes[i - 2] == b.bytes[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[b.len];
}

static bool begins(struct pq_text a, struct pq_text b)
{
	return a.len >= 3 && a.len <= b.len && !memcmp(a.bytes, b.bytes, a.len);
}

void pq_suggest_offer(struct pq_suggest *s, struct pq_text name)
{
	struct pq_text cut = pq_text_slice(name, 0, MOST);
	size_t longest = cut.len > s->typed.len ? cut.len : s->typed.len;
	unsigned d = distance(s->typed, cut);
	bool near = d <= (longest + 2) / 3;

	if (begins(s->typed, cut) || begins(cut, s->typed)) {
		near = true;
		d = least(d, 2);
	}
	if (!near || d >= s->distance)
		return;
	s->best = name;
	s->distance = d;
	s->found = true;
}
