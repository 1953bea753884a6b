/*
 * writers.h - a report into memory, read back by the strict reader of what it
 * is: for the targets write and compare.
 *
 * What is wrong in a report ends the program with the report's name and the
 * offset.
 */
#ifndef PQ_FUZZ_WRITERS_H
#define PQ_FUZZ_WRITERS_H

#include "session/answer.h"
#include "strict.h"

struct fuzz_writer {
	const char *command, *format, *output;
	const char *options; /* "name=value name=value", at most 4 */
	strict_reader *read; /* NULL: a gzipped profile */
};

/* Runs the report on the profile, which it changes. */
void fuzz_writer_run(const struct fuzz_writer *w, struct pq_profile *p,
		     const struct pq_joined *joined);

#endif
