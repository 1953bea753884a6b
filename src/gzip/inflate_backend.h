/*
 * inflate_backend.h - the libraries that inflate, behind one table of
 * functions.  They see raw deflate only: what gzip puts around it is read and
 * checked by inflate.c and inflate_whole.c, the same for all.
 *
 * The same bytes come out of each.  What zlib refuses, the others do; but lists
 * of code lengths that leave some codes without a meaning, or have too many
 * members, zlib refuses where they are read, the others where such a code is
 * met, if ever.  No compressor writes them, and the checksum of what comes out
 * has to be right all the same.
 * Threads: a state belongs to one at a time.  None allocates by pq_alloc.
 */
#ifndef PQ_GZIP_INFLATE_BACKEND_H
#define PQ_GZIP_INFLATE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gzip/io_options.h"

enum pq_inflated {
	/*
	 * Out is full, or in is used up; a symbol or two may wait for more of it.
	 */
	PQ_INFLATED_SOME,
	PQ_INFLATED_END, /* the deflated data end; `at` is behind them */
	PQ_INFLATED_BAD, /* the bytes before are right */
	PQ_INFLATED_NO_MEMORY,
};

struct pq_inflate_io {
	const uint8_t *at, *end; /* compressed */
	uint8_t *to, *limit;	 /* and where it goes */
};

/*
 * When the end is found, `at` may go back behind where it was, by less than
 * this: the bytes that were there last must still be there.
 */
#define PQ_INFLATE_BACK 8

struct pq_inflate_backend {
	const char *name;
	size_t state_bytes;	    /* the caller's, aligned to 16 bytes */
	bool (*begin)(void *state); /* false: no memory */
	void (*reset)(void *state); /* before each stream but the first */
	enum pq_inflated (*run)(void *state, struct pq_inflate_io *io);
	void (*end)(void *state);
	/* gzip's checksum of more bytes; 0 before the first */
	uint32_t (*crc)(uint32_t crc, const uint8_t *bytes, size_t n);
	/* zlib's checksum, 1 before the first; NULL: by zlib itself */
	uint32_t (*adler)(uint32_t adler, const uint8_t *bytes, size_t n);
	/* only a whole stream at once, into room that is enough for it */
	bool whole;
};

extern const struct pq_inflate_backend pq_inflate_zlib;
/* Only in builds with PQ_ISAL, or PQ_LIBDEFLATE. */
extern const struct pq_inflate_backend pq_inflate_isal;
extern const struct pq_inflate_backend pq_inflate_libdeflate;

/* ---- the libraries that a choice stands for ---- */

const struct pq_inflate_backend *
pq_inflate_streaming(enum pq_inflate_choice choice);
/* NULL: none */
const struct pq_inflate_backend *
pq_inflate_at_once(enum pq_inflate_choice choice);

#endif
