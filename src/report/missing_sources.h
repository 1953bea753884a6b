/*
 * missing_sources.h - says which source files were not found, and what helps.
 *
 * The first few are told with the places that were looked in, the rest by
 * their number.
 */
#ifndef PQ_REPORT_MISSING_SOURCES_H
#define PQ_REPORT_MISSING_SOURCES_H

#include "base/log.h"
#include "source/source.h"

struct pq_missing_sources {
	struct pq_log *log;
	struct pq_sources *sources;
	size_t n; /* how many were missing */
};

/* After the file was looked for, before the next one is. */
void pq_missing_source_say(struct pq_missing_sources *m, struct pq_text name,
			   const struct pq_source_file *file);

/* One hint after all of them. */
void pq_missing_sources_end(const struct pq_missing_sources *m);

#endif
