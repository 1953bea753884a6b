/*
 * java.c - heap and contention profiles of Java.  The reader is declared in
 * legacy.h; java.h has the list of symbols that it ends with.
 */
#include "format/legacy/java.h"
#include "format/legacy/heap_values.h"
#include "format/legacy/legacy.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* Mean bytes between two samples of the Java heap. */
#define HEAP_RATE 524288

/* A file has the three parts in this order. */
enum part { ATTRIBUTES, SAMPLES, SYMBOLS };

struct java {
	struct pq_legacy b;
	struct pq_lines l;
	struct pq_java_symbols symbols;
	bool heap; /* else contention */
	enum part part;
};

static bool is_java_header(struct pq_text line, bool *heap)
{
	line = pq_text_trim(line);
	*heap = pq_text_is(line, "--- heapz 1 ---");
	return *heap || pq_text_is(line, "--- contentionz 1 ---");
}

/* Letters, digits, underscore, blank. */
static bool is_of_attribute(char c)
{
	return c == ' ' || c == '_' || pq_is_digit(c) ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "KEY=VALUE" anywhere in a line. */
static bool find_java_attribute(struct pq_text line, struct pq_text *key,
				struct pq_text *value)
{
	for (size_t at = 0; (at = pq_text_find(line, at, "=")) < line.len;
	     at++) {
		struct pq_scan s =
			pq_scan_over(pq_text_slice(line, at + 1, line.len));
		size_t start = at;

		while (start && is_of_attribute(line.bytes[start - 1]))
			start--;
		*key = pq_text_trim(pq_text_slice(line, start, at));
		*value = pq_scan_run(&s, is_of_attribute);
		/* Both sides of the = must have something. */
		if (start < at && value->len) {
			*value = pq_text_trim(*value);
			return true;
		}
	}
	return false;
}

static void set_java_types(struct java *r, struct pq_text unit)
{
	r->b.p->sample_types.n = 0;
	pq_legacy_sample_type(&r->b, r->heap ? "inuse_objects" : "contentions",
			      PQ_TEXT("count"));
	pq_legacy_sample_type(&r->b, r->heap ? "inuse_space" : "delay", unit);
}

/* Takes an attribute that only contention profiles have. */
static bool take_java_number(struct java *r, struct pq_text key,
			     struct pq_text value)
{
	bool period = pq_text_is(key, "sampling period");
	int64_t number;

	if (r->heap || (!period && !pq_text_is(key, "ms since reset")))
		return pq_lines_fail(&r->l, "a Java profile has no such "
					    "attribute");
	if (!pq_number_literal(value, &number))
		return pq_lines_fail(&r->l, "failed to parse attribute: no "
					    "number of 64 bits");
	if (period) {
		pq_legacy_period_type(&r->b, "contentions", "count");
		r->b.p->period = number;
	} else {
		r->b.p->duration_nanos =
			(int64_t)((uint64_t)number * 1000 * 1000);
	}
	return true;
}

static bool take_java_attribute(struct java *r, struct pq_text key,
				struct pq_text value)
{
	if (pq_text_is(key, "format"))
		return pq_text_is(value, "java") ||
		       pq_lines_fail(&r->l, "the format is not java");
	if (!pq_text_is(key, "resolution"))
		return take_java_number(r, key, value);
	set_java_types(r, value);
	return true;
}

struct spelled {
	struct pq_text values[2], addresses;
};

/* "A B @ ADDRESSES" anywhere in a line. */
static bool find_java_sample(struct pq_text line, struct spelled *sp)
{
	struct pq_scan s = pq_scan_over(line);

	while (s.at < s.end) {
		struct pq_scan at;

		sp->values[0] = pq_scan_run(&s, pq_is_digit);
		if (!sp->values[0].len) {
			s.at++;
			continue;
		}
		/* The second number may begin another pair: s stays. */
		at = s;
		if (!pq_scan_blanks(&at))
			continue;
		sp->values[1] = pq_scan_run(&at, pq_is_digit);
		if (!sp->values[1].len || !pq_scan_blanks(&at) ||
		    !pq_scan_literal(&at, "@") || !pq_scan_blanks(&at))
			continue;
		sp->addresses = pq_scan_run(&at, pq_is_of_addresses);
		return true;
	}
	return false;
}

static bool push_java_stack(struct java *r, struct pq_text text)
{
	struct pq_scan s = pq_scan_over(text);
	uint64_t address;
	enum pq_hex hex;

	pq_legacy_begin(&r->b);
	while ((hex = pq_scan_address(&s, &address)) == PQ_HEX_FOUND)
		pq_legacy_push(&r->b, address);
	return hex == PQ_HEX_NONE ||
	       pq_lines_fail(&r->l, "an address of the sample does not fit "
				    "into 64 bits");
}

static bool take_java_heap_sample(struct java *r, struct pq_heap_pair pair)
{
	int64_t values[2];

	if (!pair.count)
		return pq_lines_fail(&r->l, "the second value of the sample "
					    "must be non-zero");
	pq_legacy_label_bytes(&r->b, pq_heap_blocksize(&pair));
	/* The label has the size before the estimate rounds it. */
	pq_heap_unsample(&pair, HEAP_RATE);
	values[0] = pair.count;
	values[1] = pair.bytes;
	pq_legacy_sample(&r->b, values);
	return true;
}

static bool take_java_sample(struct java *r, const struct spelled *sp)
{
	struct pq_heap_pair pair;
	uint64_t period = (uint64_t)r->b.p->period;
	int64_t values[2];

	if (!push_java_stack(r, sp->addresses))
		return false;
	if (!pq_number_literal(sp->values[1], &pair.count) ||
	    !pq_number_literal(sp->values[0], &pair.bytes))
		return pq_lines_fail(&r->l, "a value of the sample is no "
					    "number of 64 bits");
	if (!r->b.p->sample_types.n)
		return pq_lines_fail(&r->l, "missing sample type information "
					    "(a line \"resolution = UNIT\")");
	if (r->heap)
		return take_java_heap_sample(r, pair);
	values[0] = pair.count;
	values[1] = pair.bytes;
	/* Counts and delays are those of one in `period` contentions. */
	for (int i = 0; period && i < 2; i++)
		values[i] = (int64_t)((uint64_t)values[i] * period);
	pq_legacy_sample(&r->b, values);
	return true;
}

/* Takes a line; the first that does not fit a part begins the next one. */
static bool take_java_line(struct java *r)
{
	struct pq_text line = pq_text_trim(r->l.line), key, value;
	struct spelled sp;

	if (!line.len)
		return true;
	if (r->part == ATTRIBUTES) {
		if (r->l.whole && find_java_attribute(line, &key, &value))
			return take_java_attribute(r, key, value);
		r->part = SAMPLES;
	}
	if (r->part == SAMPLES) {
		if (r->l.whole && find_java_sample(line, &sp))
			return take_java_sample(r, &sp);
		r->part = SYMBOLS;
	}
	return pq_java_symbol(&r->symbols, &r->l);
}

static bool read_java(struct java *r)
{
	r->l.most = 0;
	if (!pq_lines_next(&r->l) || !is_java_header(r->l.line, &r->heap))
		return pq_lines_fail(&r->l, "no Java profile");
	while (pq_lines_next(&r->l))
		if (!take_java_line(r))
			return false;
	if (r->l.err->code != PQ_OK)
		return false;
	pq_java_finish(&r->symbols);
	return true;
}

/*
 * Profiles of contention begin with the same line in C++ and Java; "format"
 * or "resolution" among the attributes tells, and has to be in the head.
 */
int pq_java_probe(const uint8_t *head, size_t n)
{
	struct pq_text rest = { (const char *)head, n }, line, key, value;
	bool heap;

	if (!pq_lines_split(&rest, &line) || !is_java_header(line, &heap))
		return PQ_SURE_NO;
	if (heap)
		return PQ_SURE_MAGIC;
	/* Only attributes tell Java from C++. */
	while (pq_lines_split(&rest, &line)) {
		if (!pq_text_trim(line).len)
			continue;
		if (!find_java_attribute(line, &key, &value))
			break;
		if (pq_text_is(key, "format") || pq_text_is(key, "resolution"))
			return PQ_SURE_MAGIC;
	}
	return PQ_SURE_NO;
}

bool pq_java_read(struct pq_stream *s, struct pq_profile *p,
		  struct pq_error *err)
{
	struct java r = { .part = ATTRIBUTES };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_lines_init(&r.l, s, err);
	r.symbols.b = &r.b;
	ok = read_java(&r);
	pq_vec_release(&r.symbols.by_name);
	pq_legacy_release(&r.b);
	return ok;
}
