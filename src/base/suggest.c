#include "base/suggest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* Names longer than this are compared by their beginning. */
#define MOST 64

#define MOST_WORK ((uint64_t)1 << 28)

static uint64_t letters_of(struct pq_text text)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < text.len; i++)
		letters |= (uint64_t)1 << (text.bytes[i] & 63);
	return letters;
}

void pq_suggest_begin(struct pq_suggest *s, struct pq_text typed)
{
	memset(s, 0, sizeof(*s));
	s->typed = pq_text_slice(typed, 0, MOST);
	s->distance = ~0u;
	s->letters = letters_of(s->typed);
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* One step of each edit adds or takes one letter at most. */
static bool letters_differ(const struct pq_suggest *s, struct pq_text name,
			   unsigned most)
{
	uint64_t letters = letters_of(name);

	return __builtin_popcountll(s->letters & ~letters) > (int)most ||
	       __builtin_popcountll(letters & ~s->letters) > (int)most;
}

/*
 * Damerau's distance (of the restricted kind), three rows at a time; `most`
 * and one more when it is larger than `most`.
 */
static unsigned distance(struct pq_suggest *s, struct pq_text b, unsigned most)
{
	struct pq_text a = s->typed;
	unsigned rows[3][MOST + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	unsigned least_before = 0;

	for (size_t j = 0; j <= b.len; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *spare = before, least_here = (unsigned)i;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = a.bytes[i - 1] == b.bytes[j - 1];

			row[j] = least(above[j - 1] + !same,
				       1 + least(above[j], row[j - 1]));
			/* Letters that changed places are one slip. */
			if (i > 1 && j > 1 &&
			    a.bytes[i - 1] == b.bytes[j - 2] &&
			    a.bytes[i - 2] == b.bytes[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
			least_here = least(least_here, row[j]);
		}
		s->work += b.len;
		/* All further rows are made of these two and only grow. */
		if (least_here > most && least_before > most)
			return most + 1;
		least_before = least_here;
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

static bool is_near(struct pq_suggest *s, struct pq_text cut, unsigned *d)
{
	size_t n = s->typed.len, longest = cut.len > n ? cut.len : n;
	size_t shortest = cut.len > n ? n : cut.len;
	unsigned most = (unsigned)(longest + 2) / 3;

	/* A beginning is near, however much of it is missing. */
	if (begins(s->typed, cut) || begins(cut, s->typed)) {
		*d = least(distance(s, cut, 2), 2);
		return *d < s->distance;
	}
	if (!s->distance)
		return false;
	most = least(most, s->distance - 1);
	/* Two cheap bounds come before the distance itself. */
	if (longest - shortest > most || letters_differ(s, cut, most))
		return false;
	*d = distance(s, cut, most);
	return *d <= most;
}

void pq_suggest_offer(struct pq_suggest *s, struct pq_text name)
{
	unsigned d;

	if (s->work > MOST_WORK ||
	    !is_near(s, pq_text_slice(name, 0, MOST), &d))
		return;
	s->best = name;
	s->distance = d;
	s->found = true;
}

void pq_suggest_append(const struct pq_suggest *s, struct pq_buf *to)
{
	if (!s->found)
		return;
	pq_buf_str(to, " (did you mean \"");
	pq_buf_str(to, s->before ? s->before : "");
	pq_text_encode(to, s->best);
	pq_buf_str(to, "\"?)");
}

bool pq_suggest_fail(const struct pq_suggest *s, struct pq_error *err,
		     const char *format, ...)
{
	struct pq_buf message = { 0 };
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	pq_buf_str(&message, text);
	pq_suggest_append(s, &message);
	pq_fail(err, PQ_EUSAGE, "%s", pq_buf_cstr(&message));
	pq_buf_release(&message);
	return false;
}
