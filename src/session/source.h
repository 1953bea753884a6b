/*
 * source.h - one input read under the memory budget.
 *
 * Budget: without -max_memory, a base amount and 40 times the bytes on disk of
 *         all inputs read so far, and never more than half of the machine's
 *         memory; with it, that.
 * Names:  a sample type that the file has no name for gets that of
 *         -sample_index, with the unit that such a type has.
 * Errors: NULL with err filled; the message does not name the input, but for
 *         PQ_EIO.
 */
#ifndef PQ_SESSION_SOURCE_H
#define PQ_SESSION_SOURCE_H

#include "command/options.h"
#include "gzip/io_options.h"
#include "profile/profile.h"
#include "session/watch.h"

/* Where one profile comes from. */
struct pq_source {
	const char *name; /* for messages, and to open when fd is -1 */
	int fd;
	const uint8_t *head; /* bytes taken from fd already */
	size_t head_bytes;
	double weight;	   /* values are multiplied by it; 0: they stay */
	bool wants_digest; /* over its bytes without gzip: pq_profile.digest */
	uint32_t address;  /* position among fetched ones, from 1; 0: a file */
	struct pq_error failure; /* why there is nothing to read, if it is not */
};

/* A lone input may stay on disk when it is too large to hold; `observer` then
 * sees each sample once. */
struct pq_streamed_input {
	struct pq_sample_observer *observer; /* or NULL */
};

/*
 * One of several inputs: *disk_bytes, from 0, is what the budget knows of
 * those before.  `streamed` is for a lone input, else NULL; the watch is told
 * of bytes that were read.
 */
struct pq_profile *
pq_read_source(const struct pq_options *o, const struct pq_source *source,
	       uint64_t *disk_bytes, const struct pq_streamed_input *streamed,
	       const struct pq_watch *watch, struct pq_error *err);

/* Half of the machine's memory. */
uint64_t pq_machine_budget(void);

/* For merging, which costs what the inputs have in all and none of them has. */
void pq_set_whole_budget(const struct pq_options *o);

/* One file, read under the memory budget; NULL with err filled. */
struct pq_profile *pq_load_one(const struct pq_options *o,
			       const struct pq_source *source,
			       struct pq_error *err);

/* How many threads the options ask for. */
#define PQ_MOST_JOBS 64
unsigned pq_jobs(const struct pq_options *o);

/* How bytes are read and written under these options; nobody is told. */
struct pq_io_options pq_io_options_of(const struct pq_options *o);

#endif
