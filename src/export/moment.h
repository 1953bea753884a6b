/*
 * moment.h - a time as people and programs write it: RFC 3339, or nanoseconds
 * since 1970.
 */
#ifndef PQ_EXPORT_MOMENT_H
#define PQ_EXPORT_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/*
 * False for what is neither: an offset from UTC is wanted, and fractions have
 * 9 digits at most.
 */
bool pq_moment_parse(struct pq_text text, int64_t *ns);

#endif
