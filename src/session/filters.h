/*
 * filters.h - the filter options, for the filters themselves and for the
 * "Active filters:" lines of a report.
 */
#ifndef PQ_SESSION_FILTERS_H
#define PQ_SESSION_FILTERS_H

#include "command/options.h"
#include "render/json.h"
#include "base/notes.h"
#include "profile/filter.h"

void pq_filters_from_options(struct pq_filters *f, const struct pq_options *o);

#define PQ_FILTERS_MOST 12

/* Fills in the filters that are set, by option; returns how many. */
size_t pq_filters_texts(const struct pq_options *o,
			struct pq_filter_text texts[static PQ_FILTERS_MOST]);

/* Appends the lines, if any filter that is listed there is set. */
void pq_filters_legend(struct pq_notes *to, const struct pq_options *o);

#endif
