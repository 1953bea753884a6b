#include "report/report.h"

#include <errno.h>
#include <stdlib.h>

#include "profile/filter.h"

#include "base/banned.h"

/* Functions of programs that cannot be read match, and have no code. */
static bool matches_function(const struct pq_report_input *in)
{
	const struct pq_profile *p = in->profile;

	for (size_t i = 0; i < p->functions.n; i++)
		if (pq_regex_match(in->regex,
				   pq_string(p, p->functions.at[i].name)))
			return true;
	return false;
}

void pq_report_append_nearest(struct pq_buf *to,
			      const struct pq_report_input *in)
{
	struct pq_buf nearest = { 0 };

	if (matches_function(in))
		return;
	pq_append_nearest_name(&nearest, in->profile, in->argument);
	pq_text_encode(to, pq_buf_view(&nearest));
	pq_buf_release(&nearest);
}

void *pq_report_no_match(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_buf b = { 0 };

	pq_text_encode(&b, in->argument);
	pq_report_append_nearest(&b, in);
	pq_fail(err, PQ_EFORMAT, "no matches found for regexp: %s",
		pq_buf_cstr(&b));
	pq_buf_release(&b);
	return NULL;
}

bool pq_report_address(struct pq_text text, uint64_t *value)
{
	struct pq_buf digits = { 0 };
	const char *start;
	char *end;
	int base = 10;

	/* Addresses are written as Go's integers: 0x, 0b, 0o, and 1_000. */
	for (size_t i = 0; i < text.len; i++)
		if (text.bytes[i] != '_')
			pq_buf_char(&digits, text.bytes[i]);
	start = pq_unchecked_bytes(pq_buf_cstr(&digits));
	if (start[0] == '0' && start[1]) {
		base = start[1] == 'x' || start[1] == 'X'   ? 16
		       : start[1] == 'b' || start[1] == 'B' ? 2
							    : 8;
		start += base != 8 || start[1] == 'o' || start[1] == 'O' ? 2
									 : 1;
	}
	/* Signs and blanks, which strtoull takes, are of no address. */
	errno = 0;
	*value = strtoull(start, &end, base);
	base = *start >= '0' && end > start && !*end && !errno;
	if (!base)
		base = end > start && !*end && !errno && *start != '-' &&
		       *start != '+' && *start != ' ';
	pq_buf_release(&digits);
	return base;
}
