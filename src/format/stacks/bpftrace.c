/*
 * bpftrace.c - maps of stacks as bpftrace prints them.  Declared in named.h.
 */
#include "format/perf_line.h"
#include "format/stacks/named.h"
#include "format/text/scan.h"

#include <string.h>

#include "base/banned.h"

/*
 * @[
 *     do_idle+1
 *     cpu_startup_entry+2
 * ,
 *     __libc_start_main+243
 * , bash]: 7
 *
 * The parts of the key are separated by commas: stacks, the leaf first, the
 * kernel's before the user's, and others, each on the line of a comma.
 */
struct bpftrace {
	struct pq_named r;
	bool in_one;
};

/* "@[" or "@name["; what follows may be the first part of the key. */
static bool match_map_head(struct pq_text line, struct pq_text *rest)
{
	size_t open = pq_text_find(line, 0, "[");

	if (!line.len || line.bytes[0] != '@' || open == line.len ||
	    pq_text_find(line, 0, " ") < open)
		return false;
	*rest = pq_text_slice(line, open + 1, line.len);
	return true;
}

/* "]: 7" at the end of a line; *key is what stands before it. */
static bool match_map_end(struct pq_text line, struct pq_text *key,
			  int64_t *count)
{
	const char PQ_RAW *close = line.len ? memrchr(line.bytes, ']', line.len)
					    : NULL;
	struct pq_scan s;

	if (!close)
		return false;
	*key = pq_text_slice(line, 0, (size_t)(close - line.bytes));
	s = pq_scan_over(pq_text_slice(line, key->len + 1, line.len));
	return pq_scan_literal(&s, ": ") &&
	       pq_number_decimal(pq_text_trim(pq_scan_rest(&s)), count);
}

/* Parts of the key that are no stacks, "bash, 12". */
static void take_key_parts(struct pq_named *r, struct pq_text parts)
{
	for (size_t at = 0; at < parts.len;) {
		size_t end = pq_text_find(parts, at, ", ");
		struct pq_text part =
			pq_text_trim(pq_text_slice(parts, at, end));

		if (part.len && !pq_text_is(part, ","))
			pq_named_key(r, part);
		at = end + 2;
	}
}

/* "main::run+38642", or a line of perf's with stack(perf). */
static void take_map_frame(struct pq_named *r, struct pq_text line)
{
	struct pq_perf_frame f;

	if (pq_perf_frame(line, &f) && f.symbol.len)
		pq_named_push(r, f.symbol, f.dso);
	else
		pq_named_push(r, pq_named_plain_name(line), PQ_TEXT(""));
}

static void take_map_line(struct bpftrace *t)
{
	struct pq_text line = pq_text_trim(t->r.l.line), rest, key;
	int64_t count;

	if (!t->in_one) {
		if (match_map_head(line, &rest) &&
		    pq_text_find(rest, 0, "]:") == rest.len) {
			pq_legacy_begin(&t->r.b);
			take_key_parts(&t->r, rest);
			t->in_one = true;
		} else if (line.len) {
			t->r.n_passed++;
		}
		return;
	}
	/* A map of histograms has no number behind the bracket. */
	if (match_map_end(line, &key, &count)) {
		take_key_parts(&t->r, key);
		pq_legacy_sample(&t->r.b, &count);
		t->in_one = false;
	} else if (pq_text_find(line, 0, "]:") < line.len) {
		t->r.n_passed++;
		t->in_one = false;
	} else if (pq_text_starts(line, ",")) {
		take_key_parts(&t->r, line);
	} else if (line.len) {
		take_map_frame(&t->r, line);
	}
}

/* The head of a map, and no end of it on the same line. */
int pq_bpftrace_probe(const uint8_t *head, size_t n)
{
	struct pq_text all = { (const char *)head, n }, line, rest;

	return pq_lines_split(&all, &line) && match_map_head(line, &rest) &&
			       pq_text_find(rest, 0, "]") == rest.len
		       ? PQ_SURE_LIKELY
		       : PQ_SURE_NO;
}

bool pq_bpftrace_read(struct pq_stream *s, struct pq_profile *p,
		      struct pq_error *err)
{
	struct bpftrace t = { .in_one = false };
	bool ok;

	pq_named_init(&t.r, s, p, err);
	while (pq_lines_next(&t.r.l))
		take_map_line(&t);
	/* A map that is open at the end lacks its last line. */
	ok = err->code == PQ_OK && t.in_one
		     ? pq_lines_fail(&t.r.l, "a stack is cut off; the file was "
					     "truncated (write it again)")
		     : pq_named_finish(&t.r);
	pq_named_release(&t.r);
	return ok;
}
