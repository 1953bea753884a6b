/*
 * check.h - what check found, for its text and for other formats.
 */
#ifndef PQ_INSIGHT_CHECK_H
#define PQ_INSIGHT_CHECK_H

#include "base/notes.h"
#include "insight/budget.h"
#include "insight/heap.h"

enum pq_check_verdict {
	PQ_CHECK_OK,
	PQ_CHECK_NOISE, /* rows only: beyond the limit, within noise */
	PQ_CHECK_INCONCLUSIVE,
	PQ_CHECK_FAIL,
};

const char *pq_check_verdict_name(enum pq_check_verdict verdict);

/* A group that fails, or may. */
struct pq_check_row {
	struct pq_text name, function, file;
	int64_t line;
	double base, new; /* base: NAN without one */
	double limit, p;  /* p: NAN where nothing was tested */
	double samples;	  /* both sides' */
	enum pq_check_verdict verdict;
	const char *doubt; /* inconclusive: why; NULL: the samples */
};

struct pq_check_budget {
	const struct pq_budget *budget;
	struct pq_text unit; /* of its sample type */
	const char *doubt;   /* why no row of it can fail; or NULL */
	enum pq_check_verdict verdict;
	/*
	 * Rows looked at; those of which growth by twice as much as allowed
	 * would be seen half of the time; and those beyond their limit that
	 * noise explains.
	 */
	size_t n_checked, n_able, n_noise;
	struct pq_check_row *rows; /* failed ones first, largest growth first */
	size_t n_rows;
};

struct pq_check_report {
	const struct pq_view *view;
	struct pq_budgets budgets;
	struct pq_check_budget *list;
	size_t n;
	enum pq_check_verdict verdict;
	bool strict;
};

/* Fills a budget's rows; fails when it cannot be asked of these files. */
bool pq_check_one(struct pq_check_budget *c, const struct pq_report_input *in,
		  struct pq_error *err);

/* "main.copyRow  50.55MB -> 149.44MB (limit 70.77MB, +196%)" */
void pq_check_put_row(struct pq_buf *b, const struct pq_check_report *r,
		      const struct pq_check_budget *c,
		      const struct pq_check_row *row);

/* "alloc_space, max_growth 40%" */
void pq_check_put_budget(struct pq_buf *b, const struct pq_budget *budget);

/* A value of a budget: bytes, or a count. */
void pq_check_put_value(struct pq_buf *b, const struct pq_check_report *r,
			const struct pq_check_budget *c, double value);

/* "too few samples to see a breach in any of 12 rows" */
void pq_check_put_doubt(struct pq_buf *b, const struct pq_check_budget *c);

extern const struct pq_report pq_report_check;

#endif
