#include "format/folded_read.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "format/folded_stacks.h"

#include "base/banned.h"

/* ---- one line ---- */

enum line_kind {
	LINE_EMPTY,
	LINE_COMMENT,
	LINE_STACK,
	LINE_NO_COUNT,
	LINE_NO_STACK,
	LINE_ONE_COUNT,
	LINE_BIG,
	LINE_NUL,
};

/* Digits behind the point that are kept: of seconds, microseconds. */
#define DECIMALS_MOST 6

/* A number in units of 10^-decimals, without zeros at its end. */
struct count {
	int64_t value;
	unsigned decimals;
};

struct line {
	struct pq_text stack;
	struct count count;
	/*
	 * The same with the number in front of the last one taken for a count
	 * as well: "stack before after".  Valid with `two`.
	 */
	struct pq_text stack_of_two;
	struct count before;
	bool two;
};

static bool is_folded_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct pq_text without_blanks_at_end(struct pq_text t)
{
	while (t.len && is_folded_blank(t.bytes[t.len - 1]))
		t.len--;
	return t;
}

static bool add_digit(int64_t *value, bool negative, char c)
{
	int64_t digit = c - '0';

	return !__builtin_mul_overflow(*value, 10, value) &&
	       !__builtin_add_overflow(*value, negative ? -digit : digit,
				       value);
}

/* Reads "-12.50"; false when it passes 64 bits.  t is nothing else. */
static bool parse_count(struct pq_text t, struct count *to)
{
	bool negative = t.bytes[0] == '-', fits = true, behind = false;
	size_t len = t.len;

	if (pq_text_find(t, 0, ".") < t.len)
		while (t.bytes[len - 1] == '0')
			len--;
	*to = (struct count){ 0, 0 };
	for (size_t i = negative; i < len && fits; i++) {
		if (t.bytes[i] == '.') {
			behind = true;
		} else if (!behind || to->decimals < DECIMALS_MOST) {
			to->decimals += behind;
			fits = add_digit(&to->value, negative, t.bytes[i]);
		}
	}
	return fits;
}

/*
 * Finds the number that a text ends in, with a blank in front of it or
 * nothing; its length is 0 when there is none.
 */
static struct pq_text find_last_number(struct pq_text t)
{
	size_t begin = t.len;
	bool point = false;

	while (begin &&
	       (pq_is_digit(t.bytes[begin - 1]) ||
		(t.bytes[begin - 1] == '.' && !point && begin < t.len))) {
		begin--;
		point = point || t.bytes[begin] == '.';
	}
	/* ".5" is no number, and "-" alone neither. */
	if (begin == t.len || t.bytes[begin] == '.')
		return pq_text_slice(t, t.len, t.len);
	if (begin && t.bytes[begin - 1] == '-')
		begin--;
	if (begin && !is_folded_blank(t.bytes[begin - 1]))
		return pq_text_slice(t, t.len, t.len);
	return pq_text_slice(t, begin, t.len);
}

/*
 * Reads the count in front of the last one.  Only a number that can be
 * written again as part of a name counts, as a name may end in digits.
 */
static void parse_count_before(struct line *line)
{
	struct pq_text t = line->stack, number = find_last_number(t);
	size_t begin = t.len - number.len;

	if (!number.len || begin < 2 || t.bytes[begin - 1] != ' ' ||
	    is_folded_blank(t.bytes[begin - 2]) ||
	    (number.len > 1 && number.bytes[0] == '0' &&
	     number.bytes[1] != '.') ||
	    number.bytes[0] == '-')
		return;
	line->stack_of_two = pq_text_slice(t, 0, begin - 1);
	line->two = parse_count(number, &line->before);
}

static bool is_folded_comment(struct pq_text t)
{
	return t.bytes[0] == '#' && (t.len == 1 || t.bytes[1] == ' ' ||
				     pq_text_find(t, 0, ";") == t.len);
}

static enum line_kind parse_folded_line(struct pq_text t, struct line *line)
{
	struct pq_text number;

	line->two = false;
	if (memchr(t.bytes, '\0', t.len))
		return LINE_NUL;
	t = without_blanks_at_end(t);
	if (!t.len)
		return LINE_EMPTY;
	if (is_folded_comment(t))
		return LINE_COMMENT;
	number = find_last_number(t);
	if (!number.len)
		return LINE_NO_COUNT;
	/* The stack ends before the blanks in front of the count. */
	line->stack =
		without_blanks_at_end(pq_text_slice(t, 0, t.len - number.len));
	if (!line->stack.len)
		return LINE_NO_STACK;
	parse_count_before(line);
	return parse_count(number, &line->count) ? LINE_STACK : LINE_BIG;
}

/* ---- probing ---- */

/*
 * Lines with a ';' in them are telling, if all that are in sight are stacks.
 * Without any, many a text has lines that end in a number.
 */
int pq_folded_probe(const uint8_t *head, size_t n)
{
	struct pq_text all = { (const char *)head, n };
	size_t n_stacks = 0, n_calls = 0;
	struct line line;

	for (size_t at = 0; at < n;) {
		size_t end = pq_text_find(all, at, "\n");
		struct pq_text t = pq_text_slice(all, at, end);
		enum line_kind kind = parse_folded_line(t, &line);

		if (kind == LINE_NUL)
			return PQ_SURE_NO;
		/* The last line of the head may be cut off. */
		if (end == n && at)
			break;
		/* A bad line behind good ones is told by the reader. */
		if (kind != LINE_STACK && kind > LINE_COMMENT)
			return n_calls ? PQ_SURE_MAYBE + 1 : PQ_SURE_NO;
		n_stacks += kind == LINE_STACK;
		n_calls += kind == LINE_STACK &&
			   memchr(line.stack.bytes, ';', line.stack.len);
		at = end + 1;
	}
	/* Surer than profile.proto, which takes all that nobody else does. */
	return n_calls	  ? PQ_SURE_LIKELY
	       : n_stacks ? PQ_SURE_MAYBE + 1
			  : PQ_SURE_NO;
}

/* ---- reading ---- */

/* The profile in the making. */
struct folding {
	struct pq_profile *p;
	struct pq_folded_stacks stacks;
	unsigned decimals; /* all values are in units of 10^-decimals */
	bool two;	   /* all lines so far end in two counts */
	bool any;	   /* there was a line */
};

/* ---- counts with fractions ---- */

static bool scale_count(int64_t *value, unsigned steps)
{
	for (; steps; steps--)
		if (__builtin_mul_overflow(*value, 10, value))
			return false;
	return true;
}

struct rescaling {
	int64_t values[2];
	unsigned n, steps;
	bool fits;
};

static bool rescale_sample(void *ctx, struct pq_sample *sample)
{
	struct rescaling *r = ctx;

	for (unsigned i = 0; i < r->n; i++) {
		r->values[i] = sample->values[i];
		r->fits = scale_count(&r->values[i], r->steps) && r->fits;
	}
	sample->values = r->values;
	return true;
}

/* Brings the counts and all samples before them to the same unit. */
static bool settle_unit(struct folding *f, struct count *counts, unsigned n)
{
	struct rescaling r = { .n = n, .fits = true };
	unsigned decimals = f->decimals;

	for (unsigned i = 0; i < n; i++)
		if (counts[i].decimals > decimals)
			decimals = counts[i].decimals;
	if (decimals > f->decimals) {
		r.steps = decimals - f->decimals;
		pq_samples_rewrite(&f->p->samples, n, rescale_sample, &r);
		f->decimals = decimals;
	}
	for (unsigned i = 0; i < n; i++)
		r.fits = scale_count(&counts[i].value,
				     decimals - counts[i].decimals) &&
			 r.fits;
	return r.fits;
}

/* ---- lines with two counts ---- */

/* The numbers in front of the last ones become ends of the leaves' names. */
static bool name_leaf_again(void *ctx, struct pq_sample *sample)
{
	struct folding *f = ctx;
	struct pq_buf name = { 0 };
	const struct pq_profile *p = f->p;
	const struct pq_line *leaf =
		pq_location_lines(p, &p->locations.at[sample->locations[0]]);

	pq_buf_text(&name, pq_string(p, p->functions.at[leaf->function].name));
	pq_buf_printf(&name, " %lld", (long long)sample->values[0]);
	f->stacks.stack.n = 0;
	for (size_t i = 0; i < sample->n_locations; i++)
		*pq_vec_push(&f->stacks.stack) = sample->locations[i];
	f->stacks.stack.at[0] =
		pq_folded_location(&f->stacks, pq_buf_view(&name));
	pq_buf_release(&name);
	sample->locations = f->stacks.stack.at;
	sample->values++;
	return true;
}

/*
 * A line that has one count only: none has two, and their names end in a
 * number.  With fractions they cannot be spelled again.
 */
static bool give_up_two(struct folding *f)
{
	if (f->decimals)
		return false;
	f->two = false;
	pq_samples_rewrite(&f->p->samples, 1, name_leaf_again, f);
	f->p->samples.n_values = 1;
	return true;
}

static enum line_kind add_folded_sample(struct folding *f, struct line *line)
{
	struct count counts[2] = { line->before, line->count };
	struct pq_sample sample = { .n_locations = 0 };
	int64_t values[2];
	unsigned n;

	/* The first line says what may be, and any other that it is not. */
	if (!f->any) {
		f->two = line->two;
		f->p->samples.n_values = line->two ? 2 : 1;
	}
	f->any = true;
	if (f->two && !line->two && !give_up_two(f))
		return LINE_ONE_COUNT;
	n = f->two ? 2 : 1;
	if (!f->two)
		counts[0] = line->count;
	if (!settle_unit(f, counts, n))
		return LINE_BIG;
	for (unsigned i = 0; i < n; i++)
		values[i] = counts[i].value;
	pq_folded_stack(&f->stacks, f->two ? line->stack_of_two : line->stack);
	sample.values = values;
	sample.locations = f->stacks.stack.at;
	sample.n_locations = f->stacks.stack.n;
	pq_samples_add(&f->p->samples, &sample);
	return LINE_STACK;
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
		[LINE_ONE_COUNT] = "it ends in one count, and the lines before "
				   "it in two",
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
			kind = add_folded_sample(f, &line);
		if (kind > LINE_STACK)
			return fail_folded_line(kind, number,
						pq_stream_offset(s), err);
		s->at += text.len;
		s->at += s->at < s->end; /* its newline */
	}
	return err->code == PQ_OK;
}

static void add_folded_type(struct pq_profile *p, const char *name)
{
	*pq_vec_push(&p->sample_types) = (struct pq_value_type){
		.type = pq_profile_add_string(p, pq_text_of(name)),
		.unit = pq_profile_add_string(p, PQ_TEXT("count")),
	};
}

static void note_folded(struct folding *f)
{
	static const char *const scales[] = { "10",    "100",	 "1000",
					      "10000", "100000", "1000000" };
	struct pq_buf b = { 0 };

	if (f->two)
		pq_notes_add(&f->p->notes,
			     PQ_TEXT("two counts a line, as difffolded writes "
				     "them: the sample types before and "
				     "after (-sample_index=before)"));
	if (f->decimals) {
		pq_buf_printf(&b,
			      "the counts have fractions: all values are %s "
			      "times as large",
			      scales[f->decimals - 1]);
		pq_notes_add(&f->p->notes, pq_buf_view(&b));
	}
	pq_buf_release(&b);
}

bool pq_folded_read(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err)
{
	struct folding f = { .p = p };
	bool ok;

	pq_folded_stacks_init(&f.stacks, p);
	pq_profile_add_string(p, PQ_TEXT("")); /* id 0 */
	p->samples.n_values = 1;
	ok = read_folded_lines(&f, s, err);
	if (f.two)
		add_folded_type(p, "before");
	add_folded_type(p, f.two ? "after" : "samples");
	note_folded(&f);
	pq_folded_stacks_release(&f.stacks);
	return ok;
}
