#include "format/legacy/heap_values.h"
#include "format/legacy/legacy.h"
#include "format/text/finish.h"
#include "format/text/scan.h"

#include "base/banned.h"

/*
 * heap_v2/RATE
 *   t*: OBJECTS: BYTES [OBJECTS: BYTES]	all threads, everything
 *   t0: ...					one thread, everything
 * @ 0x... 0x...				a stack
 *   t*: ...					all threads, this stack
 *   t0: ...					one thread, this stack
 *
 * In the brackets are objects allocated in all, or zeros where the program
 * does not count them (opt.prof_accum).
 */
struct jemalloc {
	struct pq_legacy b;
	struct pq_lines l;
	bool in_stack; /* a line @ was there */
	bool alloc;    /* accumulated values are counted */
	bool all;      /* the sums of the stack were there */
	struct pq_heap_pair inuse, accumulated; /* of the stack */
};

static bool take_value(struct pq_scan *s, int64_t *value)
{
	pq_scan_blanks(s);
	return pq_number_decimal(pq_scan_run(s, pq_is_digit), value);
}

/* A name of the thread may follow. */
static bool take_pairs(struct pq_scan *s, struct pq_heap_pair *inuse,
		       struct pq_heap_pair *accumulated)
{
	if (!take_value(s, &inuse->count) || !pq_scan_literal(s, ":") ||
	    !take_value(s, &inuse->bytes))
		return false;
	pq_scan_blanks(s);
	return pq_scan_literal(s, "[") && take_value(s, &accumulated->count) &&
	       pq_scan_literal(s, ":") && take_value(s, &accumulated->bytes) &&
	       pq_scan_literal(s, "]");
}

static int64_t estimate(struct jemalloc *r, struct pq_heap_pair *pair)
{
	int64_t blocksize = pair->count ? pq_heap_blocksize(pair) : 0;

	pq_heap_unsample(pair, r->b.p->period);
	return blocksize;
}

/* Stores the sample of the stack at hand. */
static void store(struct jemalloc *r)
{
	int64_t blocksize, accumulated = 0;

	if (r->in_stack) {
		if (r->alloc)
			accumulated = estimate(r, &r->accumulated);
		blocksize = estimate(r, &r->inuse);
		pq_heap_sample(&r->b, r->alloc ? &r->accumulated : NULL,
			       &r->inuse, blocksize ? blocksize : accumulated);
	}
	r->in_stack = r->all = false;
	r->inuse = r->accumulated = (struct pq_heap_pair){ 0, 0 };
}

static bool begin_stack(struct jemalloc *r, struct pq_scan s)
{
	store(r);
	if (!r->b.p->sample_types.n)
		pq_heap_types(&r->b, r->alloc);
	pq_legacy_begin(&r->b);
	r->in_stack = true;
	return pq_legacy_push_all(&r->b, pq_scan_rest(&s), &r->l);
}

static bool add(int64_t *to, int64_t value)
{
	return !__builtin_add_overflow(*to, value, to);
}

/*
 * The sums over all threads come first and count; threads are added up only
 * where they are missing.
 */
static bool take_thread(struct jemalloc *r, struct pq_scan s)
{
	struct pq_heap_pair inuse, accumulated;
	bool all = pq_scan_literal(&s, "*");

	if ((!all && !pq_scan_run(&s, pq_is_digit).len) ||
	    !pq_scan_literal(&s, ":") || !take_pairs(&s, &inuse, &accumulated))
		return pq_lines_fail(&r->l, "the line is not \"tN: COUNT: "
					    "BYTES [COUNT: BYTES]\" with "
					    "numbers of 64 bits");
	if (!r->in_stack) {
		r->alloc = r->alloc || accumulated.count || accumulated.bytes;
		return true;
	}
	if (all)
		r->inuse = r->accumulated = (struct pq_heap_pair){ 0, 0 };
	else if (r->all)
		return true;
	r->all = r->all || all;
	return (add(&r->inuse.count, inuse.count) &&
		add(&r->inuse.bytes, inuse.bytes) &&
		add(&r->accumulated.count, accumulated.count) &&
		add(&r->accumulated.bytes, accumulated.bytes)) ||
	       pq_lines_fail(&r->l, "the sum of the threads does not fit into "
				    "64 bits");
}

static bool take_line(struct jemalloc *r)
{
	struct pq_scan s = pq_scan_over(pq_text_trim(r->l.line));

	if (pq_scan_literal(&s, "@"))
		return begin_stack(r, s);
	if (pq_scan_literal(&s, "t"))
		return take_thread(r, s);
	return pq_lines_fail(&r->l, "the line begins neither a stack (@) nor "
				    "the values of a thread (t)");
}

static bool take_header(struct jemalloc *r)
{
	struct pq_scan s;

	if (!pq_lines_next(&r->l))
		return false;
	s = pq_scan_over(r->l.line);
	if (!pq_scan_literal(&s, "heap_v2/") ||
	    !pq_number_decimal(pq_text_trim(pq_scan_rest(&s)), &r->b.p->period))
		return pq_lines_fail(&r->l, "the sampling rate is no number "
					    "of 64 bits");
	return true;
}

static bool read_jemalloc(struct jemalloc *r)
{
	if (!take_header(r))
		return false;
	while (pq_lines_next(&r->l)) {
		if (pq_line_is_blank(r->l.line))
			continue;
		if (pq_line_is_sentinel(r->l.line))
			break;
		if (!take_line(r))
			return false;
	}
	store(r);
	if (!r->b.p->sample_types.n)
		pq_heap_types(&r->b, r->alloc);
	return pq_legacy_finish(&r->b, &r->l);
}

int pq_jemalloc_probe(const uint8_t *head, size_t n)
{
	struct pq_scan s = { (const char *)head, (const char *)head + n };

	return pq_scan_literal(&s, "heap_v2/") &&
			       pq_scan_run(&s, pq_is_digit).len
		       ? PQ_SURE_MAGIC
		       : PQ_SURE_NO;
}

bool pq_jemalloc_read(struct pq_stream *s, struct pq_profile *p,
		      struct pq_error *err)
{
	struct jemalloc r = { .in_stack = false };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_lines_init(&r.l, s, err);
	ok = read_jemalloc(&r);
	pq_legacy_release(&r.b);
	return ok;
}
