#include "format/text/lines.h"

#include <string.h>

#include "base/buf.h"

#include "base/banned.h"

void pq_lines_init(struct pq_lines *l, struct pq_stream *s,
		   struct pq_error *err)
{
	*l = (struct pq_lines){ .s = s, .err = err, .most = PQ_LINE_MOST };
	l->line = PQ_TEXT("");
}

static struct pq_text strip_return(const char PQ_RAW *bytes, size_t n)
{
	if (n && bytes[n - 1] == '\r')
		n--;
	return (struct pq_text){ bytes, n };
}

/*
 * Bytes up to the next \n, or to the end of the input.  No byte is looked at
 * twice, however often the window has to be filled.
 */
static bool find_line_end(struct pq_lines *l, size_t *n)
{
	struct pq_stream *s = l->s;
	size_t looked = 0;

	for (;;) {
		const uint8_t *from = s->window + s->at;
		size_t have = s->end - s->at;
		const uint8_t *hit = NULL;

		if (have > looked)
			hit = memchr(from + looked, '\n', have - looked);
		*n = hit ? (size_t)(hit - from) : have;
		l->whole = hit != NULL;
		/* The limit is checked before more is read for this line. */
		if (l->most && *n > l->most)
			return pq_fail_at(l->err, l->offset,
					  "malformed profile: a line is longer "
					  "than %zu bytes",
					  l->most);
		if (hit)
			return true;
		/* The window moves or grows: addresses are taken anew. */
		looked = have;
		if (!pq_stream_need(s, have + 1, l->err))
			return l->err->code == PQ_OK && have;
	}
}

bool pq_lines_next(struct pq_lines *l)
{
	size_t n = 0;

	l->line = PQ_TEXT("");
	l->offset = pq_stream_offset(l->s);
	if (l->err->code != PQ_OK || !find_line_end(l, &n)) {
		l->ended = true;
		return false;
	}
	/* The newline is passed over; the last line may lack it. */
	l->line = strip_return((const char *)l->s->window + l->s->at, n);
	l->s->at += n + l->whole;
	return true;
}

bool pq_lines_fail(const struct pq_lines *l, const char *rule)
{
	return pq_fail_at(l->err, l->offset, "malformed profile: %s", rule);
}

bool pq_lines_fail_concatenated(const struct pq_lines *l)
{
	return pq_fail_at(l->err, l->offset,
			  "another profile begins here: several were written "
			  "one after another into this file; take them apart "
			  "(csplit) and name them one by one");
}

void pq_lines_note_passed(struct pq_notes *to, uint64_t n, const char *what)
{
	struct pq_buf b = { 0 };

	if (!n)
		return;
	if (n == 1)
		pq_buf_printf(&b, "1 line that is no %s passed over", what);
	else
		pq_buf_printf(&b, "%llu lines that are no %ss passed over",
			      (unsigned long long)n, what);
	pq_notes_add(to, pq_buf_view(&b));
	pq_buf_release(&b);
}

bool pq_lines_split(struct pq_text *rest, struct pq_text *line)
{
	size_t end = pq_text_find(*rest, 0, "\n");

	if (!rest->len)
		return false;
	*line = strip_return(rest->bytes, end);
	*rest = pq_text_slice(*rest, end + 1, rest->len);
	return true;
}
