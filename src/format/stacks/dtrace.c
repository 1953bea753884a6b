/*
 * dtrace.c - aggregations by stack as DTrace prints them.  Declared in
 * named.h.
 */
#include "format/stacks/named.h"
#include "format/text/scan.h"

#include "base/banned.h"

/*
 *
 *   bash
 *               libc.so.1`__read+0x7
 *               bash`main+0x10
 *                12
 *
 * The leaf comes first, the count last; keys that are no stack stand before.
 */
struct dtrace {
	struct pq_named r;
	bool in_one;
};

/* "module`function+0x7", or an address that nobody knows. */
static bool match_dtrace_frame(struct pq_text line)
{
	return line.len && line.bytes[0] != '`' &&
	       (pq_text_find(line, 0, "`") < line.len ||
		pq_text_starts(line, "0x"));
}

static void take_dtrace_frame(struct dtrace *t, struct pq_text line)
{
	size_t tick = pq_text_find(line, 0, "`");
	bool known = tick < line.len;

	pq_named_push(&t->r,
		      pq_named_plain_name(
			      known ? pq_text_slice(line, tick + 1, line.len)
				    : line),
		      pq_text_slice(line, 0, known ? tick : 0));
}

static void take_dtrace_line(struct dtrace *t)
{
	struct pq_text line = pq_text_trim(t->r.l.line);
	bool indented = line.len && pq_is_space(t->r.l.line.bytes[0]);
	int64_t count;

	if (!t->in_one && indented) {
		pq_legacy_begin(&t->r.b);
		t->in_one = true;
	}
	if (t->in_one && indented && match_dtrace_frame(line)) {
		take_dtrace_frame(t, line);
	} else if (t->in_one && t->r.b.stack.n &&
		   pq_number_decimal(line, &count)) {
		pq_legacy_sample(&t->r.b, &count);
		t->in_one = false;
	} else if (t->in_one && line.len && !t->r.b.stack.n) {
		pq_named_key(&t->r, line);
	} else {
		/* An empty line, or one of another kind, ends what was begun. */
		t->r.n_passed += line.len > 0;
		t->in_one = t->in_one && !line.len && t->r.b.stack.n;
	}
}

/* Keys that stand before a stack, with an indentation as it has. */
enum { KEYS_MOST = 3 };

/* Two lines of frames, or one and its count, with a blank in front. */
int pq_dtrace_probe(const uint8_t *head, size_t n)
{
	struct pq_text all = { (const char *)head, n }, line = PQ_TEXT("");
	struct pq_text next;
	int64_t count;

	/* Keys of an aggregation stand before the stack. */
	for (int i = 0; i <= KEYS_MOST; i++) {
		if (!pq_lines_split(&all, &line) || !line.len ||
		    !pq_is_space(line.bytes[0]))
			return PQ_SURE_NO;
		if (pq_text_find(line, 0, "`") < line.len)
			break;
	}
	if (pq_text_find(line, 0, "`") == line.len ||
	    !pq_lines_split(&all, &next))
		return PQ_SURE_NO;
	line = pq_text_trim(line);
	next = pq_text_trim(next);
	return match_dtrace_frame(line) &&
			       pq_text_find(line, 0, " ") == line.len &&
			       (match_dtrace_frame(next) ||
				pq_number_decimal(next, &count))
		       ? PQ_SURE_LIKELY
		       : PQ_SURE_NO;
}

bool pq_dtrace_read(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err)
{
	struct dtrace t = { .in_one = false };
	bool ok;

	pq_named_init(&t.r, s, p, err);
	while (pq_lines_next(&t.r.l))
		take_dtrace_line(&t);
	/* Frames without a count at the end: the file was cut off. */
	ok = err->code == PQ_OK && t.in_one && t.r.b.stack.n
		     ? pq_lines_fail(&t.r.l, "a stack has no count; the file "
					     "was truncated (write it again)")
		     : pq_named_finish(&t.r);
	pq_named_release(&t.r);
	return ok;
}
