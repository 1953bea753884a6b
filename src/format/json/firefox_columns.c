/*
 * Columns of numbers of Firefox's tables; firefox_reading.h declares what is
 * here.
 */
#include "format/json/firefox_reading.h"

#include "base/banned.h"

/* Older versions write -1 for null. */
static bool narrow_index(int64_t value, int32_t *to)
{
	if (value < PQ_FIREFOX_NONE || value > INT32_MAX)
		return false;
	*to = (int32_t)value;
	return true;
}

bool pq_firefox_take_index(struct pq_firefox *r, int32_t *to)
{
	int64_t value;

	*to = PQ_FIREFOX_NONE;
	if (pq_pull_null(&r->j))
		return true;
	return pq_pull_int(&r->j, &value) &&
	       (narrow_index(value, to) ||
		pq_pull_fail(&r->j, "no index is here"));
}

bool pq_firefox_parse_index(struct pq_text number, int32_t *to)
{
	int64_t value;
	bool exact;

	return pq_decimal(number, 0, &value, &exact) && exact &&
	       narrow_index(value, to);
}

bool pq_firefox_take_number(struct pq_firefox *r, int shift, int64_t *to)
{
	*to = PQ_FIREFOX_NULL;
	return pq_pull_null(&r->j) ||
	       pq_pull_rounded(&r->j, shift, to, "the number is too large");
}

bool pq_firefox_take_column(struct pq_firefox *r, struct pq_firefox_column *to)
{
	if (pq_pull_null(&r->j))
		return true;
	to->is_there = true;
	to->at.n = 0;
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j)) {
		int32_t value;

		if (pq_firefox_take_index(r, &value))
			*pq_vec_push(&to->at) = value;
	}
	return pq_pull_ok(&r->j);
}

bool pq_firefox_take_wide(struct pq_firefox *r, struct pq_firefox_wide *to,
			  int shift)
{
	if (pq_pull_null(&r->j))
		return true;
	to->is_there = true;
	to->at.n = 0;
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j)) {
		int64_t value;

		if (pq_firefox_take_number(r, shift, &value))
			*pq_vec_push(&to->at) = value;
	}
	return pq_pull_ok(&r->j);
}
