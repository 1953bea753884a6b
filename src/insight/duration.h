/*
 * duration.h - a time of -uptime: "90", "90s", "8h", "3d", "250ms".
 */
#ifndef PQ_INSIGHT_DURATION_H
#define PQ_INSIGHT_DURATION_H

#include "base/error.h"
#include "base/text.h"

/* "" is 0: not known. */
bool pq_duration_parse(double *seconds, struct pq_text text,
		       struct pq_error *err);

#endif
