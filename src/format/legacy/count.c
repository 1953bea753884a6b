/*
 * count.c - profiles of Go that count stacks: goroutine, threadcreate and
 * others, with debug=1.  Declared in legacy.h.
 */
#include "format/legacy/legacy.h"

#include <string.h>

#include "format/text/finish.h"
#include "format/text/go_labels.h"
#include "format/text/scan.h"
#include "format/text/symbols.h"

#include "base/banned.h"

static bool is_count_name(char c)
{
	return c == '\v' || !pq_is_space(c);
}

/* "NAME profile: total N" and nothing else. */
static bool match_count_header(struct pq_text line, struct pq_text *name)
{
	struct pq_scan s = pq_scan_over(line);

	*name = pq_scan_run(&s, is_count_name);
	return name->len && pq_scan_literal(&s, " profile: total ") &&
	       pq_scan_run(&s, pq_is_digit).len && s.at == s.end;
}

/* A sample is stored when its labels have been read, which are behind it. */
struct count {
	int64_t value;
	bool waits;
};

static void store_waiting_sample(struct pq_legacy *b, struct count *waiting)
{
	if (waiting->waits)
		pq_legacy_sample(b, &waiting->value);
	waiting->waits = false;
}

/*
 * "COUNT @ 0xA 0xB": one blank each, lower-case digits.  Older releases
 * of Go write threads that the runtime started without any address; the
 * reference refuses such a file, and all else that is in it.
 */
static bool take_count_sample(struct pq_legacy *b, struct pq_lines *l,
			      struct count *waiting)
{
	struct pq_scan s = pq_scan_over(l->line);
	struct pq_text count = pq_scan_run(&s, pq_is_digit);
	int64_t value;

	if (pq_line_begins_profile(l->line))
		return pq_lines_fail_concatenated(l);
	store_waiting_sample(b, waiting);
	pq_legacy_begin(b);
	if (!pq_number_literal(count, &value) || !pq_scan_literal(&s, " @"))
		return pq_lines_fail(l, "the line is not \"COUNT @ "
					"ADDRESSES\"");
	while (s.at < s.end) {
		uint64_t address;

		if (!pq_scan_literal(&s, " 0x") ||
		    !pq_number_hex(pq_scan_run(&s, pq_is_lower_hex), &address))
			return pq_lines_fail(l, "an address of the sample is "
						"no hexadecimal number of 64 "
						"bits");
		/* Return addresses are moved back onto their calls. */
		pq_legacy_push(b, address - 1);
	}
	*waiting = (struct count){ value, true };
	return true;
}

/* A comment is labels or a symbol of the sample above it, or nothing. */
static void take_count_comment(struct pq_legacy *b, struct pq_text line)
{
	if (pq_text_starts(line, "# labels: "))
		b->p->labels_are_extra =
			pq_go_labels(b,
				     pq_text_slice(line, strlen("# labels: "),
						   line.len)) ||
			b->p->labels_are_extra;
	else
		pq_legacy_symbols_line(b, line);
}

static bool read_count(struct pq_legacy *b, struct pq_lines *l)
{
	struct count waiting = { 0, false };
	struct pq_text name;

	while (pq_lines_next(l) && pq_line_is_blank(l->line))
		;
	if (!match_count_header(l->line, &name))
		return pq_lines_fail(l, "no count profile");
	/* The sample type is named after the profile. */
	b->p->period_type.type = pq_legacy_string(b, name);
	b->p->period_type.unit = pq_legacy_string(b, PQ_TEXT("count"));
	b->p->period = 1;
	*pq_vec_push(&b->p->sample_types) = b->p->period_type;
	b->p->samples.n_values = 1;
	while (pq_lines_next(l)) {
		if (pq_line_is_blank(l->line))
			take_count_comment(b, l->line);
		else if (pq_text_starts(l->line, "---"))
			break;
		else if (!take_count_sample(b, l, &waiting))
			return false;
	}
	store_waiting_sample(b, &waiting);
	return pq_legacy_finish(b, l);
}

int pq_count_probe(const uint8_t *head, size_t n)
{
	struct pq_text rest = { (const char *)head, n }, line, name;

	while (pq_lines_split(&rest, &line))
		if (!pq_line_is_blank(line))
			return match_count_header(line, &name) ? PQ_SURE_MAGIC
							       : PQ_SURE_NO;
	return PQ_SURE_NO;
}

bool pq_count_read(struct pq_stream *s, struct pq_profile *p,
		   struct pq_error *err)
{
	struct pq_legacy b;
	struct pq_lines l;
	bool ok;

	pq_legacy_init(&b, p);
	pq_lines_init(&l, s, err);
	ok = read_count(&b, &l);
	pq_legacy_release(&b);
	return ok;
}
