/* jemalloc.c - heap profiles of jemalloc.  Declared in legacy.h. */
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
	struct pq_heap_pair inuse, accumulated; /* sums of the stack */
};

static bool take_jemalloc_number(struct pq_scan *s, int64_t *value)
{
	pq_scan_blanks(s);
	return pq_number_decimal(pq_scan_run(s, pq_is_digit), value);
}

/* Takes "OBJECTS: BYTES [OBJECTS: BYTES]"; a thread's name may follow. */
static bool take_both_pairs(struct pq_scan *s, struct pq_heap_pair *inuse,
			    struct pq_heap_pair *accumulated)
{
	if (!take_jemalloc_number(s, &inuse->count) ||
	    !pq_scan_literal(s, ":") || !take_jemalloc_number(s, &inuse->bytes))
		return false;
	pq_scan_blanks(s);
	return pq_scan_literal(s, "[") &&
	       take_jemalloc_number(s, &accumulated->count) &&
	       pq_scan_literal(s, ":") &&
	       take_jemalloc_number(s, &accumulated->bytes) &&
	       pq_scan_literal(s, "]");
}

static int64_t unsample_pair(struct jemalloc *r, struct pq_heap_pair *pair)
{
	int64_t blocksize = pair->count ? pq_heap_blocksize(pair) : 0;

	pq_heap_unsample(pair, r->b.p->period);
	return blocksize;
}

/* Stores the sample of the stack at hand. */
static void store_jemalloc_stack(struct jemalloc *r)
{
	int64_t blocksize, accumulated = 0;

	if (r->in_stack) {
		if (r->alloc)
			accumulated = unsample_pair(r, &r->accumulated);
		blocksize = unsample_pair(r, &r->inuse);
		pq_heap_sample(&r->b, r->alloc ? &r->accumulated : NULL,
			       &r->inuse, blocksize ? blocksize : accumulated);
	}
	r->in_stack = r->all = false;
	r->inuse = r->accumulated = (struct pq_heap_pair){ 0, 0 };
}

static bool begin_jemalloc_stack(struct jemalloc *r, struct pq_scan s)
{
	store_jemalloc_stack(r);
	/* Lines of all threads came first: the types are known now. */
	if (!r->b.p->sample_types.n)
		pq_heap_types(&r->b, r->alloc);
	pq_legacy_begin(&r->b);
	r->in_stack = true;
	return pq_legacy_push_all(&r->b, pq_scan_rest(&s), &r->l);
}

static bool add_checked(int64_t *to, int64_t value)
{
	return !__builtin_add_overflow(*to, value, to);
}

/*
 * The sums over all threads come first and count; threads are added up only
 * where they are missing.
 */
static bool take_thread_values(struct jemalloc *r, struct pq_scan s)
{
	struct pq_heap_pair inuse, accumulated;
	bool all = pq_scan_literal(&s, "*");

	if ((!all && !pq_scan_run(&s, pq_is_digit).len) ||
	    !pq_scan_literal(&s, ":") ||
	    !take_both_pairs(&s, &inuse, &accumulated))
		return pq_lines_fail(&r->l, "the line is not \"tN: COUNT: "
					    "BYTES [COUNT: BYTES]\" with "
					    "numbers of 64 bits");
	/* Values before all stacks tell whether allocations are counted. */
	if (!r->in_stack) {
		r->alloc = r->alloc || accumulated.count || accumulated.bytes;
		return true;
	}
	/* The sums replace the threads that came before them. */
	if (all)
		r->inuse = r->accumulated = (struct pq_heap_pair){ 0, 0 };
	else if (r->all)
		return true;
	r->all = r->all || all;
	return (add_checked(&r->inuse.count, inuse.count) &&
		add_checked(&r->inuse.bytes, inuse.bytes) &&
		add_checked(&r->accumulated.count, accumulated.count) &&
		add_checked(&r->accumulated.bytes, accumulated.bytes)) ||
	       pq_lines_fail(&r->l, "the sum of the threads does not fit into "
				    "64 bits");
}

static bool take_jemalloc_line(struct jemalloc *r)
{
	struct pq_scan s = pq_scan_over(pq_text_trim(r->l.line));

	if (pq_scan_literal(&s, "@"))
		return begin_jemalloc_stack(r, s);
	if (pq_scan_literal(&s, "t"))
		return take_thread_values(r, s);
	if (pq_line_begins_profile(r->l.line))
		return pq_lines_fail_concatenated(&r->l);
	return pq_lines_fail(&r->l, "the line begins neither a stack (@) nor "
				    "the values of a thread (t)");
}

static bool take_jemalloc_rate(struct jemalloc *r)
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
	if (!take_jemalloc_rate(r))
		return false;
	while (pq_lines_next(&r->l)) {
		if (pq_line_is_blank(r->l.line))
			continue;
		if (pq_line_is_sentinel(r->l.line))
			break;
		if (!take_jemalloc_line(r))
			return false;
	}
	store_jemalloc_stack(r);
	/* Without a stack nothing has said which types there are. */
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
