/*
 * contention.c - contention profiles of gperftools and Go.  Declared in
 * legacy.h.
 */
#include "format/legacy/legacy.h"
#include "format/text/finish.h"
#include "format/text/scan.h"
#include "format/text/symbols.h"

#include "base/units.h"

#include "base/banned.h"

struct contention {
	struct pq_legacy b;
	struct pq_lines l;
	int64_t hz; /* 0: delays are nanoseconds already */
};

static bool is_contention_header(struct pq_text line)
{
	return pq_text_starts(line, "--- contentionz ") ||
	       pq_text_starts(line, "--- mutex:") ||
	       pq_text_starts(line, "--- contention:");
}

static bool take_contention_attribute(struct contention *r, struct pq_text key,
				      struct pq_text value)
{
	struct pq_profile *p = r->b.p;
	int64_t ms;

	/* Samples that were discarded change no value. */
	if (pq_text_is(key, "discarded samples"))
		return true;
	if (pq_text_is(key, "cycles/second")) {
		if (pq_number_literal(value, &r->hz))
			return true;
	} else if (pq_text_is(key, "sampling period")) {
		if (pq_number_literal(value, &p->period))
			return true;
	} else if (pq_text_is(key, "ms since reset")) {
		if (pq_number_literal(value, &ms)) {
			p->duration_nanos =
				(int64_t)((uint64_t)ms * 1000 * 1000);
			return true;
		}
	} else {
		return pq_lines_fail(&r->l, "a contention profile has no such "
					    "attribute");
	}
	return pq_lines_fail(&r->l, "the attribute is no number of 64 bits");
}

/* Takes all attributes; the line at hand is then the first other one. */
static bool take_contention_attributes(struct contention *r)
{
	while (pq_lines_next(&r->l)) {
		struct pq_text line = pq_text_trim(r->l.line);
		size_t equals;

		if (pq_line_is_blank(line))
			continue;
		equals = pq_text_find(line, 0, "=");
		if (pq_text_starts(line, "---") || equals == line.len)
			return true;
		if (!take_contention_attribute(
			    r, pq_text_trim(pq_text_slice(line, 0, equals)),
			    pq_text_trim(
				    pq_text_slice(line, equals + 1, line.len))))
			return false;
	}
	return r->l.err->code == PQ_OK;
}

static struct pq_text digits_before(struct pq_text line, size_t end)
{
	size_t start = end;

	while (start && pq_is_digit(line.bytes[start - 1]))
		start--;
	return pq_text_slice(line, start, end);
}

/*
 * "DELAY COUNT @ADDRESSES" anywhere in a line, with one blank before the @.
 * A single number is split before its last digit, which is COUNT, as the
 * reference's regular expression splits it.
 */
static bool find_contention(struct pq_text line, struct pq_text *delay,
			    struct pq_text *count, struct pq_text *addresses)
{
	for (size_t at = 0; (at = pq_text_find(line, at, " @")) < line.len;
	     at += 2) {
		size_t from;

		*count = digits_before(line, at);
		if (!count->len)
			continue;
		*addresses = pq_text_slice(line, at + 2, line.len);
		from = (size_t)(count->bytes - line.bytes);
		while (from && line.bytes[from - 1] == ' ')
			from--;
		*delay = digits_before(line, from);
		/* Two numbers are the usual case. */
		if (delay->len)
			return true;
		if (count->len < 2)
			continue;
		*delay = pq_text_slice(*count, 0, count->len - 1);
		*count = pq_text_slice(*count, count->len - 1, count->len);
		return true;
	}
	return false;
}

/* Sets values[] to contentions and nanoseconds, scaled to all of them. */
static bool scale_contention(struct contention *r, struct pq_text delay,
			     struct pq_text count, int64_t values[2])
{
	int64_t period = r->b.p->period;

	if (!pq_number_decimal(delay, &values[1]) ||
	    !pq_number_decimal(count, &values[0]))
		return pq_lines_fail(&r->l, "a value of the sample does not "
					    "fit into 64 bits");
	/* One in `period` contentions was sampled; delays are in cycles. */
	if (period <= 0)
		return true;
	if (r->hz > 0)
		values[1] = pq_trunc((double)values[1] * (double)period /
				     ((double)r->hz / 1e9));
	values[0] = (int64_t)((uint64_t)values[0] * (uint64_t)period);
	return true;
}

static bool take_contention(struct contention *r)
{
	struct pq_text delay, count, addresses;
	struct pq_scan s;
	int64_t values[2];

	if (!find_contention(r->l.line, &delay, &count, &addresses))
		return pq_lines_fail(&r->l, "the line is not \"DELAY COUNT @ "
					    "ADDRESSES\"");
	if (!scale_contention(r, delay, count, values))
		return false;
	s = pq_scan_over(addresses);
	pq_legacy_begin(&r->b);
	if (!pq_legacy_push_all(&r->b, pq_scan_run(&s, pq_is_of_addresses),
				&r->l))
		return false;
	pq_legacy_sample(&r->b, values);
	return true;
}

static bool read_contention(struct contention *r)
{
	if (!pq_lines_next(&r->l) || !is_contention_header(r->l.line))
		return pq_lines_fail(&r->l, "no contention profile");
	pq_legacy_sample_type(&r->b, "contentions", PQ_TEXT("count"));
	pq_legacy_sample_type(&r->b, "delay", PQ_TEXT("nanoseconds"));
	pq_legacy_period_type(&r->b, "contentions", "count");
	r->b.p->period = 1;
	if (!take_contention_attributes(r))
		return false;
	/* The line that ended the attributes may be a sample. */
	do {
		struct pq_text line = pq_text_trim(r->l.line);

		if (pq_line_is_blank(line))
			pq_legacy_symbols_line(&r->b, line);
		else if (pq_text_starts(line, "---"))
			break;
		else if (!take_contention(r))
			return false;
	} while (pq_lines_next(&r->l));
	return pq_legacy_finish(&r->b, &r->l);
}

int pq_contention_probe(const uint8_t *head, size_t n)
{
	struct pq_text text = { (const char *)head, n }, line;

	/* A little less sure than java, which looks further. */
	return pq_lines_split(&text, &line) && is_contention_header(line)
		       ? PQ_SURE_MAGIC - 1
		       : PQ_SURE_NO;
}

bool pq_contention_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	struct contention r = { .hz = 0 };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_lines_init(&r.l, s, err);
	ok = read_contention(&r);
	pq_legacy_release(&r.b);
	return ok;
}
