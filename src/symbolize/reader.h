/*
 * reader.h - work on files from outside in a child of its own, so that damage
 * there ends the child and not the report.
 *
 * The child has the descriptors that were opened for it and no right to open
 * others (base/confine.h), PQ_READER_SECONDS of computing, and memory up to
 * half of the machine's or PQ_READER_MOST_BYTES.
 * Answer: bytes, which the caller reads as it reads a file.
 * Errors: PQ_EFORMAT "damaged, and left out (signal 11)" for a child that died,
 *         took too long or answered too much.
 * Where a child cannot be confined because of a sanitizer, the work is done in
 * the process itself.
 */
#ifndef PQ_SYMBOLIZE_READER_H
#define PQ_SYMBOLIZE_READER_H

#include "base/buf.h"
#include "base/error.h"

#define PQ_READER_SECONDS 60
#define PQ_READER_MOST_BYTES ((uint64_t)8 << 30)
#define PQ_READER_MOST_ANSWER ((size_t)1 << 30)

struct pq_reader_work {
	/* Before the rights are gone: libraries are loaded.  May be NULL. */
	bool (*prepare)(void *arg, struct pq_error *err);
	/* Appends its answer. */
	bool (*run)(void *arg, struct pq_buf *answer, struct pq_error *err);
	void *arg;
};

bool pq_reader_run(const struct pq_reader_work *work, struct pq_buf *answer,
		   struct pq_error *err);

#endif
