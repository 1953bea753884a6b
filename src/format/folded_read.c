#include "format/folded_read.h"

#include <string.h>

#include "base/intern.h"
#include "base/mem.h"

#include "base/banned.h"

/* ---- one line ---- */

enum line_kind {
	LINE_EMPTY,
	LINE_STACK,
	LINE_NO_COUNT,
	LINE_NO_STACK,
	LINE_BIG,
	LINE_NUL,
};

struct line {
	struct pq_text stack;
	int64_t count;
};

static bool is_folded_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Reads the count that starts at `begin`; false when it passes 64 bits. */
static bool parse_count(struct pq_text t, size_t begin, int64_t *count)
{
	bool negative = t.bytes[begin] == '-';

	*count = 0;
	for (size_t i = begin + negative; i < t.len; i++) {
		int64_t digit = t.bytes[i] - '0';

		if (__builtin_mul_overflow(*count, 10, count) ||
		    __builtin_add_overflow(*count, negative ? -digit : digit,
					   count))
			return false;
	}
	return true;
}

static enum line_kind parse_folded_line(struct pq_text t, struct line *line)
{
	size_t begin;

	if (memchr(t.bytes, '\0', t.len))
		return LINE_NUL;
	while (t.len && is_folded_blank(t.bytes[t.len - 1]))
		t.len--;
	if (!t.len)
		return LINE_EMPTY;
	/* The count is the digits at the end, and a sign before them. */
	begin = t.len;
	while (begin && t.bytes[begin - 1] >= '0' && t.bytes[begin - 1] <= '9')
		begin--;
	if (begin == t.len)
		return LINE_NO_COUNT;
	if (begin && t.bytes[begin - 1] == '-')
		begin--;
	if (begin && !is_folded_blank(t.bytes[begin - 1]))
		return LINE_NO_COUNT;
	/* The stack ends before the blanks in front of the count. */
	line->stack = pq_text_slice(t, 0, begin);
	while (line->stack.len &&
	       is_folded_blank(line->stack.bytes[line->stack.len - 1]))
		line->stack.len--;
	if (!line->stack.len)
		return LINE_NO_STACK;
	return parse_count(t, begin, &line->count) ? LINE_STACK : LINE_BIG;
}

/* ---- probing ---- */

/*
 * A first line with a ';' in it is telling.  Without one, all lines that are
 * in sight must do, since many a text has a line that ends in a number.
 */
int pq_folded_probe(const uint8_t *head, size_t n)
{
	struct pq_text all = { (const char *)head, n };
	struct line line;
	bool any = false;

	for (size_t at = 0; at < n;) {
		size_t end = pq_text_find(all, at, "\n");
		struct pq_text t = pq_text_slice(all, at, end);
		enum line_kind kind = parse_folded_line(t, &line);

		if (kind == LINE_NUL)
			return PQ_SURE_NO;
		/* The last line of the head may be cut off. */
		if (end == n && at)
			break;
		/* One line that is no folded stack rules the format out. */
		if (kind != LINE_STACK && kind != LINE_EMPTY)
			return PQ_SURE_NO;
		if (kind == LINE_STACK && !any &&
		    memchr(line.stack.bytes, ';', line.stack.len))
			return PQ_SURE_LIKELY;
		any = any || kind == LINE_STACK;
		at = end + 1;
	}
	/* Surer than profile.proto, which takes all that nobody else does. */
	return any ? PQ_SURE_MAYBE + 1 : PQ_SURE_NO;
}

/* ---- reading ---- */

/* The profile in the making: a function and a location for each name. */
struct folding {
	struct pq_profile *p;
	struct pq_intern names; /* name i has the location location_of[i] - 1 */
	PQ_VEC(uint32_t) location_of;
	PQ_VEC(uint32_t) stack; /* root first */
};

static void add_folded_location(struct folding *f, struct pq_text name)
{
	struct pq_profile *p = f->p;
	uint32_t at = (uint32_t)p->locations.n;
	struct pq_function function = { .id = (uint64_t)at + 1 };
	struct pq_line line = { 0, 0, at };
	struct pq_location location = { .id = (uint64_t)at + 1,
					.mapping = PQ_NONE,
					.first_line = at,
					.n_lines = 1 };

	/* No system name: the tool that folded the stacks has demangled it. */
	function.name = pq_profile_add_string(p, name);
	*pq_vec_push(&p->functions) = function;
	*pq_vec_push(&p->function_order) = at;
	*pq_vec_push(&p->lines) = line;
	*pq_vec_push(&p->locations) = location;
	*pq_vec_push(&p->location_order) = at;
}

static uint32_t intern_folded_name(struct folding *f, struct pq_text name)
{
	uint32_t id = pq_intern(&f->names, name);

	while (f->location_of.n <= id)
		*pq_vec_push(&f->location_of) = 0;
	if (!f->location_of.at[id]) {
		add_folded_location(f, pq_intern_text(&f->names, id));
		f->location_of.at[id] = (uint32_t)f->p->locations.n;
	}
	return f->location_of.at[id] - 1;
}

static void reverse_stack(uint32_t *at, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		uint32_t other = at[n - 1 - i];

		at[n - 1 - i] = at[i];
		at[i] = other;
	}
}

static void add_folded_sample(struct folding *f, struct line *line)
{
	struct pq_sample sample = { .values = &line->count };
	struct pq_text stack = line->stack;

	f->stack.n = 0;
	for (size_t at = 0; at <= stack.len;) {
		size_t end = pq_text_find(stack, at, ";");

		*pq_vec_push(&f->stack) =
			intern_folded_name(f, pq_text_slice(stack, at, end));
		at = end + 1;
	}
	/* Folded stacks have the root first, profiles the leaf. */
	reverse_stack(f->stack.at, f->stack.n);
	sample.locations = f->stack.at;
	sample.n_locations = f->stack.n;
	pq_samples_add(&f->p->samples, &sample);
}

/*
 * The next line at the stream's position, without its end; false when there
 * is none.  Every byte is looked at once, however long the line.
 */
static bool next_folded_line(struct pq_stream *s, struct pq_text *line,
			     struct pq_error *err)
{
	size_t seen = 0, have;

	while (pq_stream_need(s, seen + 1, err)) {
		const uint8_t *from = s->window + s->at, *end;

		have = s->end - s->at;
		/* Only bytes that came since the last look are searched. */
		end = memchr(from + seen, '\n', have - seen);
		line->bytes = (const char *)from;
		line->len = end ? (size_t)(end - from) : have;
		if (end)
			return true;
		seen = have;
	}
	if (err->code != PQ_OK)
		return false;
	/* The last line may lack its newline. */
	line->bytes = (const char *)s->window + s->at;
	line->len = s->end - s->at;
	return line->len > 0;
}

static bool fail_folded_line(enum line_kind kind, uint64_t number,
			     uint64_t offset, struct pq_error *err)
{
	static const char *const why[] = {
		[LINE_NO_COUNT] = "it does not end in a count",
		[LINE_NO_STACK] = "there is no stack before the count",
		[LINE_BIG] = "the count does not fit in 64 bits",
		[LINE_NUL] = "there is a NUL byte in it",
	};

	return pq_fail_at(err, offset, "folded stacks, line %llu: %s",
			  (unsigned long long)number, why[kind]);
}

static bool read_folded_lines(struct folding *f, struct pq_stream *s,
			      struct pq_error *err)
{
	struct pq_text text;

	for (uint64_t number = 1; next_folded_line(s, &text, err); number++) {
		struct line line = { 0 };
		enum line_kind kind = parse_folded_line(text, &line);

		if (kind == LINE_STACK)
			add_folded_sample(f, &line);
		else if (kind != LINE_EMPTY)
			return fail_folded_line(kind, number,
						pq_stream_offset(s), err);
		s->at += text.len;
		s->at += s->at < s->end; /* its newline */
	}
	return err->code == PQ_OK;
}

bool pq_folded_read(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err)
{
	struct folding f = { .p = p };
	struct pq_value_type type;
	bool ok;

	pq_intern_init(&f.names, &p->arena);
	pq_profile_add_string(p, PQ_TEXT("")); /* id 0 */
	type.type = pq_profile_add_string(p, PQ_TEXT("samples"));
	type.unit = pq_profile_add_string(p, PQ_TEXT("count"));
	*pq_vec_push(&p->sample_types) = type;
	p->samples.n_values = 1;
	ok = read_folded_lines(&f, s, err);
	pq_intern_release(&f.names);
	pq_vec_release(&f.location_of);
	pq_vec_release(&f.stack);
	return ok;
}
