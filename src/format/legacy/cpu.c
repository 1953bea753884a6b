/* cpu.c - binary CPU profiles of gperftools and Java.  Declared in legacy.h. */
#include "format/legacy/java.h"
#include "format/legacy/legacy.h"

#include <string.h>

#include "base/mem.h"
#include "format/text/finish.h"

#include "base/banned.h"

/* How the words of a file are encoded. */
struct words {
	size_t bytes;
	bool big;
};

/* The reference tries them in this order. */
static const struct words encodings[] = { { 4, false },
					  { 4, true },
					  { 8, false },
					  { 8, true } };

enum { HEADER_WORDS = 5 };

/* A longer stack is no stack: half a gigabyte of addresses. */
#define STACK_MOST ((uint64_t)1 << 26)

struct cpu {
	struct pq_legacy b;
	struct pq_stream *s;
	struct pq_error *err;
	struct words words;
	bool java;
	bool memory; /* php-memprof's: counts are bytes, addresses names */
	bool cut;    /* the input ends within a stack */
};

static uint64_t read_word(const struct words *w, const uint8_t *at)
{
	uint64_t value = 0;

	for (size_t i = 0; i < w->bytes; i++)
		value = value << 8 | at[w->big ? i : w->bytes - 1 - i];
	return value;
}

/* The header is 0, the version's 3, the kind, a period, and 0. */
static bool is_cpu_header(const struct words *w, const uint8_t *head, size_t n,
			  uint64_t *kind, uint64_t *period)
{
	uint64_t word[HEADER_WORDS];

	if (n < HEADER_WORDS * w->bytes)
		return false;
	for (size_t i = 0; i < HEADER_WORDS; i++)
		word[i] = read_word(w, head + i * w->bytes);
	*kind = word[2];
	*period = word[3];
	return word[0] == 0 && word[1] == 3 && *kind <= 1 && word[4] == 0;
}

static bool find_encoding(const uint8_t *head, size_t n, struct words *w,
			  uint64_t *kind, uint64_t *period)
{
	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		*w = encodings[i];
		if (is_cpu_header(w, head, n, kind, period) && *period)
			return true;
	}
	return false;
}

static bool fail_cpu(struct cpu *r, const char *rule)
{
	return pq_fail_at(r->err, pq_stream_offset(r->s),
			  "malformed profile: %s", rule);
}

/*
 * Makes the addresses of a stack available.  *present is how many there are: if
 * the input ends first, the rest count as 0.
 */
static bool await_stack(struct cpu *r, uint64_t depth, size_t *present)
{
	size_t bytes, left;

	/* The depth is the input's: it is bounded before it is multiplied. */
	if (depth > STACK_MOST)
		return fail_cpu(r, "a stack is longer than the input");
	bytes = (size_t)depth * r->words.bytes;
	*present = (size_t)depth;
	if (!bytes || pq_stream_need(r->s, bytes, r->err))
		return true;
	if (r->err->code != PQ_OK)
		return false;
	left = r->s->end - r->s->at;
	/* The reference reads a cut stack if 4 bytes a word could be there. */
	if (depth > left / 4)
		return fail_cpu(r, "a stack is longer than the input");
	*present = left / r->words.bytes;
	r->cut = true;
	return true;
}

static void push_cpu_stack(struct cpu *r, uint64_t depth, size_t present)
{
	const uint8_t *at = r->s->window + r->s->at;
	bool returns = !r->java && !r->memory;

	pq_legacy_begin(&r->b);
	for (uint64_t i = 0; i < depth; i++) {
		uint64_t address = 0;

		if (i < present)
			address = read_word(&r->words, at + i * r->words.bytes);
		/* All frames but the leaf are return addresses. */
		pq_legacy_push(&r->b, address - (i > 0 && returns));
	}
}

/* One sample; *more turns false at the trailer. */
static bool read_cpu_sample(struct cpu *r, bool *more)
{
	struct pq_stream *s = r->s;
	size_t head = 2 * r->words.bytes, present = 0;
	uint64_t count, depth;
	int64_t values[2];

	if (!pq_stream_need(s, head, r->err))
		return r->err->code == PQ_OK &&
		       fail_cpu(r, "a sample is cut off; the file was "
				   "truncated (fetch it again)");
	count = read_word(&r->words, s->window + s->at);
	depth = read_word(&r->words, s->window + s->at + r->words.bytes);
	s->at += head;
	if (!await_stack(r, depth, &present))
		return false;
	/* The trailer is a sample of count 0 with the one address 0. */
	*more = count || depth != 1 ||
		(present && read_word(&r->words, s->window + s->at));
	if (*more) {
		push_cpu_stack(r, depth, present);
		values[0] = (int64_t)count;
		values[1] = (int64_t)(count * (uint64_t)r->b.p->period);
		pq_legacy_sample(&r->b, values);
	}
	s->at = r->cut ? s->end : s->at + present * r->words.bytes;
	return true;
}

static bool read_cpu_samples(struct cpu *r)
{
	bool more = true;

	while (more && !r->cut && pq_stream_need(r->s, 1, r->err))
		if (!read_cpu_sample(r, &more))
			return false;
	return r->err->code == PQ_OK;
}

/* ---- the frame of the signal handler ---- */

/* The location that is second in nearly all stacks, or PQ_NONE. */
static uint32_t find_handler(const struct pq_profile *p)
{
	size_t n = p->samples.n, enough = n - n / 32;
	size_t *counts = pq_alloc_zeroed(
		pq_size_mul(p->locations.n + 1, sizeof(*counts)));
	uint32_t handler = PQ_NONE;
	struct pq_walk w;

	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_values(&w);
		pq_walk_stack(&w);
		if (w.sample.n_locations > 1)
			counts[w.sample.locations[1]]++;
	}
	pq_walk_end(&w);
	/* Nearly all stacks: all but one in 32. */
	for (uint32_t i = 0; i < p->locations.n && handler == PQ_NONE; i++)
		if (counts[i] && counts[i] >= enough)
			handler = i;
	pq_free(counts);
	return handler;
}

static bool drop_handler_frame(void *ctx, struct pq_sample *s)
{
	const uint32_t *handler = ctx;

	if (s->n_locations < 2 || s->locations[1] != *handler)
		return true;
	s->n_locations--;
	memmove(s->locations + 1, s->locations + 2,
		(s->n_locations - 1) * sizeof(*s->locations));
	return true;
}

static void drop_handler_frames(struct pq_legacy *b)
{
	struct pq_samples *samples = &b->p->samples;

	/* Two rounds, as in the reference. */
	for (int i = 0; i < 2; i++) {
		uint32_t handler = find_handler(b->p);

		if (handler == PQ_NONE)
			return;
		pq_samples_rewrite(samples, samples->n_values,
				   drop_handler_frame, &handler);
		b->unused_locations = true;
	}
}

/* ---- the whole ---- */

static bool read_cpu(struct cpu *r)
{
	struct pq_lines l;
	uint64_t kind, period;
	size_t most = HEADER_WORDS * sizeof(uint64_t);

	if (!pq_stream_need(r->s, most, r->err) && r->err->code != PQ_OK)
		return false;
	if (!find_encoding(r->s->window + r->s->at, r->s->end - r->s->at,
			   &r->words, &kind, &period))
		return fail_cpu(r, "no CPU profile");
	r->s->at += HEADER_WORDS * r->words.bytes;
	r->java = kind == 1;
	/* The header has microseconds. */
	r->b.p->period = (int64_t)(period * 1000);
	pq_legacy_sample_type(&r->b, "samples", PQ_TEXT("count"));
	pq_legacy_sample_type(&r->b, "cpu", PQ_TEXT("nanoseconds"));
	pq_legacy_period_type(&r->b, "cpu", "nanoseconds");
	if (!read_cpu_samples(r))
		return false;
	/* Text follows the binary part: symbols of Java, else mappings. */
	pq_lines_init(&l, r->s, r->err);
	if (r->java)
		return pq_java_symbols(&r->b, &l);
	drop_handler_frames(&r->b);
	if (!pq_legacy_finish_maps(&r->b, &l))
		return false;
	pq_legacy_close(&r->b);
	pq_legacy_drop_double_leaves(&r->b);
	return true;
}

/* ---- php-memprof ---- */

/* The words have the size of a pointer, in the order of the machine. */
static bool find_memprof_encoding(struct pq_stream *s, struct words *w)
{
	uint64_t kind, period;
	bool is = false;

	for (int i = 0; i < 4 && !is; i++) {
		*w = encodings[i];
		is = is_cpu_header(w, s->window + s->at, s->end - s->at, &kind,
				   &period) &&
		     !period && !kind;
	}
	return is;
}

bool pq_memprof_begins(struct pq_stream *s)
{
	struct pq_error ignored = { .code = PQ_OK };
	struct words w;

	pq_stream_need(s, HEADER_WORDS * sizeof(uint64_t), &ignored);
	return find_memprof_encoding(s, &w);
}

static bool read_memprof(struct cpu *r)
{
	struct pq_lines l;

	if (!find_memprof_encoding(r->s, &r->words))
		return fail_cpu(r, "no profile of php-memprof");
	r->s->at += HEADER_WORDS * r->words.bytes;
	pq_legacy_sample_type(&r->b, "space", PQ_TEXT("bytes"));
	pq_legacy_period_type(&r->b, "space", "bytes");
	/* Each byte is counted: nothing is sampled. */
	r->b.p->period = 1;
	if (!read_cpu_samples(r))
		return false;
	pq_lines_init(&l, r->s, r->err);
	if (!pq_legacy_finish_maps(&r->b, &l))
		return false;
	pq_legacy_close(&r->b);
	return true;
}

bool pq_memprof_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err)
{
	struct cpu r = { .s = s, .err = err, .memory = true };
	bool ok;

	pq_legacy_init(&r.b, p);
	ok = read_memprof(&r);
	pq_legacy_release(&r.b);
	return ok;
}

int pq_cpu_probe(const uint8_t *head, size_t n)
{
	struct words w;
	uint64_t kind, period;

	return find_encoding(head, n, &w, &kind, &period) ? PQ_SURE_MAGIC
							  : PQ_SURE_NO;
}

bool pq_cpu_read(struct pq_stream *s, struct pq_profile *p,
		 struct pq_error *err)
{
	struct cpu r = { .s = s, .err = err };
	bool ok;

	pq_legacy_init(&r.b, p);
	ok = read_cpu(&r);
	pq_legacy_release(&r.b);
	return ok;
}
