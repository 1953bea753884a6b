/*
 * heap.c - heap profiles of gperftools and Go as text.  Declared in legacy.h.
 */
#include "format/legacy/heap_values.h"
#include "format/legacy/legacy.h"
#include "format/text/finish.h"
#include "format/text/scan.h"
#include "format/text/symbols.h"

#include "base/banned.h"

/* Bytes of a first line that may be cut off for a probe. */
#define LONG_HEADER 4096

/* "heap profile: A: B [C: D] @ KIND/RATE" */
struct header {
	struct pq_text numbers[4];
	struct pq_text kind, rate; /* kind is empty: growth, fragmentation */
};

/* Takes digits, and blanks before them. */
static bool take_heap_number(struct pq_scan *s, struct pq_text *digits)
{
	pq_scan_blanks(s);
	*digits = pq_scan_run(s, pq_is_digit);
	return digits->len > 0;
}

static bool is_kind_byte(char c)
{
	return c == '_' || pq_is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool take_heap_kind(struct pq_scan *s, struct header *h)
{
	struct pq_scan exact = *s;

	pq_scan_blanks(s);
	if (pq_scan_literal(s, "@")) {
		pq_scan_blanks(s);
		h->kind = pq_scan_run(s, is_kind_byte);
		pq_scan_literal(s, "/");
		h->rate = pq_scan_run(s, pq_is_digit);
		if (pq_text_starts(h->kind, "heap"))
			return true;
	}
	/* Other kinds are fixed words, from where the scan began. */
	h->kind = PQ_TEXT("");
	return pq_scan_literal(&exact, " @ growth") ||
	       pq_scan_literal(&exact, " @ fragmentation");
}

static bool match_heap_header(struct pq_scan s, struct header *h)
{
	if (!take_heap_number(&s, &h->numbers[0]) ||
	    !pq_scan_literal(&s, ":") || !take_heap_number(&s, &h->numbers[1]))
		return false;
	pq_scan_blanks(&s);
	if (!pq_scan_literal(&s, "[") ||
	    !take_heap_number(&s, &h->numbers[2]) ||
	    !pq_scan_literal(&s, ":") || !take_heap_number(&s, &h->numbers[3]))
		return false;
	pq_scan_blanks(&s);
	return pq_scan_literal(&s, "]") && take_heap_kind(&s, h);
}

/*
 * Finds the leftmost header of the line; a header with a kind goes before one
 * without, wherever they stand.
 */
static bool find_heap_header(struct pq_text line, struct header *h)
{
	static const char start[] = "heap profile:";
	struct header any = { .kind = { "", 0 } };
	bool found = false;

	for (size_t at = 0; (at = pq_text_find(line, at, start)) < line.len;) {
		at += sizeof(start) - 1;
		if (!match_heap_header(
			    pq_scan_over(pq_text_slice(line, at, line.len)),
			    &any))
			continue;
		/* The first of all, replaced by the first that has a kind. */
		if (!found || any.kind.len)
			*h = any;
		found = true;
		if (h->kind.len)
			break;
	}
	return found;
}

struct heap {
	struct pq_legacy b;
	struct pq_lines l;
	bool alloc, estimate;
};

static bool differs_from_inuse(struct pq_text all, struct pq_text inuse)
{
	return !pq_text_equal(all, inuse) && !pq_text_is(all, "0");
}

static bool take_heap_header(struct heap *r, const struct header *h)
{
	struct pq_profile *p = r->b.p;
	bool plain = pq_text_is(h->kind, "heap");

	p->period = 1;
	if (plain || pq_text_is(h->kind, "heap_v2") ||
	    pq_text_is(h->kind, "heapz_v2")) {
		r->estimate = true;
		p->period = 0;
		if (h->rate.len && !pq_number_decimal(h->rate, &p->period))
			return pq_lines_fail(&r->l, "the sampling rate does "
						    "not fit into 64 bits");
		if (plain) /* Go writes twice its rate here */
			p->period /= 2;
	} else if (h->kind.len && !pq_text_is(h->kind, "heapprofile")) {
		return pq_lines_fail(&r->l, "a heap profile of an unknown "
					    "kind (after the @)");
	}
	/* Numbers of allocations that equal those in use say nothing. */
	r->alloc = h->kind.len &&
		   (differs_from_inuse(h->numbers[2], h->numbers[0]) ||
		    differs_from_inuse(h->numbers[3], h->numbers[1]));
	pq_heap_types(&r->b, r->alloc);
	return true;
}

/* "I: S [AI: AS] @ADDRESSES", as it is spelled. */
struct spelled {
	struct pq_text inuse[2], alloc[2], addresses;
};

static struct pq_text take_signed(struct pq_scan *s)
{
	const char PQ_RAW *from = s->at;

	pq_scan_literal(s, "-");
	if (!pq_scan_run(s, pq_is_digit).len)
		s->at = from;
	return (struct pq_text){ from, (size_t)(s->at - from) };
}

static bool match_heap_sample(struct pq_scan s, struct spelled *sp)
{
	sp->inuse[0] = take_signed(&s);
	if (!sp->inuse[0].len || !pq_scan_literal(&s, ":"))
		return false;
	pq_scan_blanks(&s);
	sp->inuse[1] = take_signed(&s);
	if (!sp->inuse[1].len)
		return false;
	pq_scan_blanks(&s);
	if (!pq_scan_literal(&s, "[") || !take_heap_number(&s, &sp->alloc[0]) ||
	    !pq_scan_literal(&s, ":") || !take_heap_number(&s, &sp->alloc[1]))
		return false;
	pq_scan_blanks(&s);
	if (!pq_scan_literal(&s, "] @"))
		return false;
	sp->addresses = pq_scan_run(&s, pq_is_of_addresses);
	return true;
}

/* Finds a sample, which may stand anywhere in a line. */
static bool find_heap_sample(struct pq_text line, struct spelled *sp)
{
	struct pq_scan s = pq_scan_over(line);

	while (s.at < s.end) {
		if (match_heap_sample(s, sp))
			return true;
		/* Nothing that starts within a number can match either. */
		if (!pq_scan_run(&s, pq_is_digit).len)
			s.at++;
	}
	return false;
}

static bool take_heap_pair(struct heap *r, const struct pq_text spelled[2],
			   struct pq_heap_pair *pair, int64_t *blocksize)
{
	if (!pq_number_decimal(spelled[0], &pair->count) ||
	    !pq_number_decimal(spelled[1], &pair->bytes))
		return pq_lines_fail(&r->l, "a value of the sample does not "
					    "fit into 64 bits");
	if (!pair->count && pair->bytes)
		return pq_lines_fail(&r->l, "the sample has bytes but a count "
					    "of 0");
	if (!pair->count)
		return true;
	/* The size is taken before the estimate rounds both numbers. */
	*blocksize = pq_heap_blocksize(pair);
	if (r->estimate)
		pq_heap_unsample(pair, r->b.p->period);
	return true;
}

static bool take_heap_sample(struct heap *r)
{
	struct pq_heap_pair alloc, inuse;
	struct spelled sp;
	int64_t blocksize = 0;

	if (pq_line_begins_profile(r->l.line))
		return pq_lines_fail_concatenated(&r->l);
	if (!find_heap_sample(r->l.line, &sp))
		return pq_lines_fail(&r->l, "unexpected number of sample "
					    "values: the line is not \"COUNT: "
					    "BYTES [COUNT: BYTES] @ "
					    "ADDRESSES\"");
	/* The size of blocks is that of objects in use, if there are any. */
	if (r->alloc && !take_heap_pair(r, sp.alloc, &alloc, &blocksize))
		return false;
	if (!take_heap_pair(r, sp.inuse, &inuse, &blocksize))
		return false;
	pq_legacy_begin(&r->b);
	if (!pq_legacy_push_all(&r->b, sp.addresses, &r->l))
		return false;
	pq_heap_sample(&r->b, r->alloc ? &alloc : NULL, &inuse, blocksize);
	return true;
}

static bool read_heap(struct heap *r)
{
	struct header h;

	if (!pq_lines_next(&r->l) || !find_heap_header(r->l.line, &h))
		return pq_lines_fail(&r->l, "no heap profile");
	if (!take_heap_header(r, &h))
		return false;
	while (pq_lines_next(&r->l)) {
		if (pq_line_is_blank(r->l.line)) {
			pq_legacy_symbols_line(&r->b, r->l.line);
			continue;
		}
		if (pq_line_is_sentinel(r->l.line))
			break;
		if (!take_heap_sample(r))
			return false;
	}
	return pq_legacy_finish(&r->b, &r->l);
}

int pq_heap_probe(const uint8_t *head, size_t n)
{
	struct pq_text rest = { (const char *)head, n }, line;
	struct header h;

	bool found, starts;

	if (!pq_lines_split(&rest, &line))
		return PQ_SURE_NO;
	found = find_heap_header(line, &h);
	starts = pq_text_starts(line, "heap profile:");
	/* A header may be longer than what a probe sees: the reader decides. */
	if (starts && (found || line.len >= LONG_HEADER))
		return PQ_SURE_MAGIC;
	return found ? PQ_SURE_LIKELY : PQ_SURE_NO;
}

bool pq_heap_read(struct pq_stream *s, struct pq_profile *p,
		  struct pq_error *err)
{
	struct heap r = { .alloc = false };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_lines_init(&r.l, s, err);
	ok = read_heap(&r);
	pq_legacy_release(&r.b);
	return ok;
}
