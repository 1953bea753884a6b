/*
 * filters.h - the filter options, for the filters themselves and for the
 * "Active filters:" lines of a report.
 */
#ifndef PQ_CLI_FILTERS_H
#define PQ_CLI_FILTERS_H

#include "cli/options.h"
#include "graph/legend.h"
#include "profile/filter.h"

void pq_filters_from_options(struct pq_filters *f, const struct pq_options *o);

/* Appends the lines, if any filter that is listed there is set. */
void pq_filters_legend(struct pq_legend *to, const struct pq_options *o);

#endif
