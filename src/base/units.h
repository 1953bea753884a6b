/*
 * units.h - numbers with units, percentages, times, as the reference prints
 * them.
 *
 * Units:  a unit is any text a profile holds; bytes, time and GCU families
 *         are known and scaled, all others are printed as they are.
 * Output: every function appends to a buffer.  A label may end in a unit
 *         that came from a file: treat the result as text from outside.
 * Source: the reference's measurement package; the order of the double
 *         operations is part of the behaviour.
 */
#ifndef PQ_BASE_UNITS_H
#define PQ_BASE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

struct pq_scaled {
	double value;
	struct pq_text unit; /* a literal, or the `to` that was given */
};

/*
 * Scales value from one unit to another.  `to` may be "auto" or "minimum":
 * the largest unit in which the value is at least 1.
 */
struct pq_scaled pq_unit_scale(int64_t value, struct pq_text from,
			       struct pq_text to);

/* "%.2f" with ".00" cut, then the unit; "0" has none. */
void pq_unit_label(struct pq_buf *b, int64_t value, struct pq_text from,
		   struct pq_text to);

bool pq_unit_is_time(struct pq_text unit);

/*
 * How many `to` make one `from`, for units of one family; sets *known false
 * when the two cannot be compared.  Equal texts have ratio 1.
 */
double pq_unit_ratio(struct pq_text from, struct pq_text to, bool *known);

/* The C cast of a double to int64, with what amd64 gives out of range. */
int64_t pq_trunc(double value);

/* |v| with the reference's quirk that |INT64_MIN| stays negative. */
static inline int64_t pq_abs(int64_t v)
{
	return v < 0 ? (int64_t)(0 - (uint64_t)v) : v;
}

/* Sums wrap at 64 bits. */
static inline int64_t pq_add(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline int64_t pq_sub(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* Six characters wide for usual values, sign lost. */
void pq_percentage(struct pq_buf *b, int64_t value, int64_t total);
void pq_percentage_trimmed(struct pq_buf *b, int64_t value, int64_t total);

/* "2023-11-14 22:13:20 UTC", in the time zone of TZ. */
void pq_time_header(struct pq_buf *b, int64_t nanos);
/* "2023-11-14 22:13:20.123456789 +0000 UTC" */
void pq_time_raw(struct pq_buf *b, int64_t nanos);
/* "4h34m30s", "1.5ms" */
void pq_duration_go(struct pq_buf *b, int64_t nanos);

#endif
