/*
 * reader.h - from bytes to a profile, whatever format they are in.
 *
 * The formats are the rows of readers.def.  Each row probes the first bytes
 * of the (inflated) input and says how sure it is; the surest one reads.  A
 * row may also know a format only to say what it is and what to do instead.
 *
 * Errors: PQ_EFORMAT with the offset of the byte and the rule it breaks,
 *         PQ_EIO; running into the memory budget unwinds (mem.h).  The
 *         message does not name the input: the caller knows what it is called.
 */
#ifndef PQ_FORMAT_READER_H
#define PQ_FORMAT_READER_H

#include "base/error.h"
#include "gzip/stream.h"
#include "profile/profile.h"

/* How sure a probe is. */
enum {
	PQ_SURE_NO = 0,
	PQ_SURE_MAYBE = 10,
	PQ_SURE_LIKELY = 50,
	PQ_SURE_MAGIC = 100
};

struct pq_reader {
	const char *name; /* the format's name, as messages use it */
	int (*probe)(const uint8_t *head, size_t n);
	/* Reads the whole stream into an empty profile. */
	bool (*read)(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err);
};

/*
 * Reads what is left of the stream by its surest reader: for formats that
 * have another one inside.  Such a format must not be inside of itself.
 */
bool pq_profile_read_rest(struct pq_stream *s, struct pq_profile *p,
			  struct pq_error *err);

/*
 * Returns a new profile, checked (check.h), or NULL.  `head` are bytes that
 * were taken from the descriptor already, to see whether there are any.
 *
 * With `keeping' (else NULL, and then everything is held) the samples of a
 * large profile.proto in a regular file are not held but read again by each
 * walk (samples.h), from a duplicate of the descriptor, which the profile
 * owns.  `io` (or NULL) is how its bytes are read; of samples that are read
 * again nobody is told.
 */
struct pq_profile *pq_profile_read(int fd, const uint8_t *head,
				   size_t head_bytes,
				   struct pq_keeping *keeping,
				   const struct pq_io_options *io,
				   struct pq_error *err);

#endif
