/*
 * threadz.c - the stacks of all threads of a C++ server.  Declared in legacy.h.
 */
#include "format/text/builder.h"
#include "format/text/finish.h"
#include "format/legacy/legacy.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* The meaning of a line between threads. */
enum between { OTHER, THREAD, NO_STACK, MAPPINGS };

struct threadz {
	struct pq_legacy b;
	struct pq_lines l;
	enum between next;
	PQ_VEC(uint64_t) addresses; /* stack of the thread at hand */
	bool same;		    /* "same as previous thread" */
	int64_t count; /* threads with the stack begun last, not stored yet */
};

/* "--- threadz N ---" */
static bool is_threadz_header(struct pq_text line)
{
	static const char start[] = "--- threadz ";

	for (size_t at = 0; (at = pq_text_find(line, at, start)) < line.len;) {
		struct pq_scan s;

		at += sizeof(start) - 1;
		s = pq_scan_over(pq_text_slice(line, at, line.len));
		if (pq_scan_run(&s, pq_is_digit).len &&
		    pq_scan_literal(&s, " ---"))
			return true;
	}
	return false;
}

/* True with "/DIGITS) stack: ---" somewhere behind the name's start. */
static bool has_thread_end(struct pq_text rest)
{
	for (size_t at = 0;
	     (at = pq_text_find(rest, at, ") stack: ---")) < rest.len; at++) {
		size_t digits = at;

		while (digits && pq_is_digit(rest.bytes[digits - 1]))
			digits--;
		if (digits < at && digits && rest.bytes[digits - 1] == '/')
			return true;
	}
	return false;
}

/* "--- Thread HEX (name: TEXT/DIGITS) stack: ---" */
static bool is_thread_header(struct pq_text line)
{
	static const char start[] = "--- Thread ";

	for (size_t at = 0; (at = pq_text_find(line, at, start)) < line.len;) {
		struct pq_scan s;

		at += sizeof(start) - 1;
		s = pq_scan_over(pq_text_slice(line, at, line.len));
		if (!pq_scan_run(&s, pq_is_hex).len ||
		    !pq_scan_literal(&s, " (name: "))
			continue;
		/* A later start has less to find an end in. */
		return has_thread_end(pq_scan_rest(&s));
	}
	return false;
}

static enum between classify_line(struct pq_text line)
{
	if (pq_line_is_sentinel(line))
		return MAPPINGS;
	if (pq_text_starts(line, "---- no stack trace for"))
		return NO_STACK;
	return is_thread_header(line) ? THREAD : OTHER;
}

static bool take_thread_addresses(struct threadz *r, struct pq_text line)
{
	struct pq_scan s = pq_scan_over(line);
	uint64_t address;
	enum pq_hex hex;

	while ((hex = pq_scan_address(&s, &address)) == PQ_HEX_FOUND)
		*pq_vec_push(&r->addresses) = address;
	if (hex == PQ_HEX_TOO_LARGE)
		return pq_lines_fail(&r->l, "an address of the thread does not "
					    "fit into 64 bits");
	return true;
}

/*
 * Reads the lines of one thread.  Mappings within them count only when the
 * input ends there.
 */
static bool read_thread_lines(struct threadz *r)
{
	r->addresses.n = 0;
	r->same = false;
	r->next = OTHER;
	while (pq_lines_next(&r->l)) {
		struct pq_text line = pq_text_trim(r->l.line);

		if (pq_text_starts(line, "---")) {
			r->next = classify_line(line);
			return true;
		}
		r->next = pq_line_is_sentinel(line) ? MAPPINGS : OTHER;
		if (pq_text_find(line, 0, "same as previous thread") < line.len)
			r->same = true;
		else if (!take_thread_addresses(r, line))
			return false;
	}
	return r->l.err->code == PQ_OK;
}

static void store_threads(struct threadz *r)
{
	if (r->count)
		pq_legacy_sample(&r->b, &r->count);
	r->count = 0;
}

static void count_thread(struct threadz *r)
{
	/* A thread with the stack of the one before it adds to its count. */
	if (r->same || !r->addresses.n) {
		r->count += r->count > 0;
		return;
	}
	/* A new stack: the one before it is complete. */
	store_threads(r);
	pq_legacy_begin(&r->b);
	/* All frames but the leaf are return addresses. */
	for (size_t i = 0; i < r->addresses.n; i++)
		pq_legacy_push(&r->b, r->addresses.at[i] - (i > 0));
	r->count = 1;
}

/* Reads up to the first thread, or to the line that is in its place. */
static bool read_threadz_header(struct threadz *r)
{
	while (pq_lines_next(&r->l) && pq_line_is_blank(r->l.line))
		;
	/* The header may be missing when a thread comes at once. */
	if (is_threadz_header(r->l.line)) {
		while (pq_lines_next(&r->l) &&
		       !pq_line_is_sentinel(r->l.line) &&
		       !pq_text_starts(r->l.line, "-"))
			;
	} else if (!is_thread_header(r->l.line)) {
		return pq_lines_fail(&r->l, "no threadz profile");
	}
	r->next = classify_line(r->l.line);
	return r->l.err->code == PQ_OK;
}

static bool read_threadz(struct threadz *r)
{
	pq_legacy_sample_type(&r->b, "thread", PQ_TEXT("count"));
	pq_legacy_period_type(&r->b, "thread", "count");
	r->b.p->period = 1;
	if (!read_threadz_header(r))
		return false;
	while (r->next == THREAD) {
		if (!read_thread_lines(r))
			return false;
		count_thread(r);
	}
	store_threads(r);
	/* A dump ends with its mappings, or was cut off. */
	if (r->next == OTHER)
		return pq_lines_fail(&r->l, "after the threads comes no list "
					    "of mappings");
	if (!pq_legacy_finish(&r->b, &r->l))
		return false;
	pq_legacy_drop_double_leaves(&r->b);
	return true;
}

int pq_threadz_probe(const uint8_t *head, size_t n)
{
	struct pq_text rest = { (const char *)head, n }, line;

	while (pq_lines_split(&rest, &line))
		if (!pq_line_is_blank(line))
			return is_threadz_header(line) || is_thread_header(line)
				       ? PQ_SURE_LIKELY
				       : PQ_SURE_NO;
	return PQ_SURE_NO;
}

bool pq_threadz_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err)
{
	struct threadz r = { .next = OTHER };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_lines_init(&r.l, s, err);
	ok = read_threadz(&r);
	pq_vec_release(&r.addresses);
	pq_legacy_release(&r.b);
	return ok;
}
