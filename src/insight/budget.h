/*
 * budget.h - the file of budgets that check holds a profile to.
 *
 *     # comment                      also ; and behind a value
 *     [budget "NAME"]                \" and \\ in it; each name once
 *     sample_index = inuse_space     the default
 *     focus = REGEX                  and the other filters
 *     by = func                      the default; as -by, or total
 *     max = 10MB                     or 20% (of the total of NEW)
 *     max_growth = 50%               or 5MB, over the base
 *     min = 1MB                      smaller rows are not looked at
 *     noise = required               or ignored
 *
 * Keys:  - and _ are alike; each once in a section.  A budget has max or
 *        max_growth.
 * Sizes: kB MB GB and kiB MiB GiB are 1024-based, k M G are 1000-based.
 * Owner: everything is in the arena given.
 * Errors: PQ_EUSAGE, "FILE:LINE: what", FILE being the base name.
 */
#ifndef PQ_INSIGHT_BUDGET_H
#define PQ_INSIGHT_BUDGET_H

#include "base/arena.h"
#include "base/error.h"
#include "insight/grouping.h"
#include "profile/filter.h"

struct pq_budget_limit {
	bool given, is_share;
	double amount; /* a share as a fraction of 1 */
};

struct pq_budget {
	struct pq_text name;
	size_t line;
	struct pq_text sample_index;
	struct pq_filters filters;
	bool filtered;
	struct pq_grouping by;
	struct pq_budget_limit max, growth, min;
	bool noise_ignored;
};

struct pq_budgets {
	struct pq_text file; /* base name */
	struct pq_budget *list;
	size_t n;
};

/* Parses the content of a file. */
bool pq_budgets_parse(struct pq_budgets *b, struct pq_text content,
		      struct pq_text file, struct pq_arena *arena,
		      struct pq_error *err);

/*
 * Reads a file; "" is the first .profq.check in the working directory or one
 * above it.
 */
bool pq_budgets_read(struct pq_budgets *b, struct pq_text path,
		     struct pq_arena *arena, struct pq_error *err);

#endif
