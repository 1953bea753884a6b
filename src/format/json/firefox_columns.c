/*
 * Columns of numbers of Firefox's tables; firefox_reading.h declares what is
 * here.
 */
#include "format/json/firefox_reading.h"

#include "base/banned.h"

bool pq_firefox_take_index(struct pq_firefox *r, int32_t *to)
{
	int64_t value;

	*to = PQ_FIREFOX_NONE;
	if (pq_pull_null(&r->j))
		return true;
	if (!pq_pull_int(&r->j, &value))
		return false;
	/* Older versions write -1 for null. */
	if (value < PQ_FIREFOX_NONE || value > INT32_MAX)
		return pq_pull_fail(&r->j, "no index is here");
	*to = (int32_t)value;
	return true;
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
