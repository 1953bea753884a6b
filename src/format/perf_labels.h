/*
 * perf_labels.h - what perf script's text and perf.data say in the same words:
 * labels of a sample, units of events.
 */
#ifndef PQ_FORMAT_PERF_LABELS_H
#define PQ_FORMAT_PERF_LABELS_H

#include "format/text/builder.h"

/*
 * Adds comm, pid and tid to the labels of the sample under way; a name that
 * is empty and a number below 0 are not known, and left out.
 */
void pq_perf_labels(struct pq_legacy *b, struct pq_text comm, int64_t pid,
		    int64_t tid);

/* Whether an event is one of the two clocks, by its name. */
bool pq_perf_is_clock(struct pq_text event);

/* The unit of an event's periods: nanoseconds of a clock, else "count". */
struct pq_text pq_perf_unit(bool is_clock);

#endif
