/*
 * inflate.h - gzip off a descriptor, piece by piece; the seam behind which
 * inflating happens in this thread or in one of its own, and by one library or
 * another (inflate_backend.h), without a difference that can be seen.
 *
 * Members that follow each other are joined.  Bytes after the last member that
 * are none and what breaks a rule inside of one are errors at the start of
 * that member; a cut is an error at the end.  What an error lies in comes out
 * as far as it did not fit into the room of the call that met the error.
 * Owner:  pq_inflater_new / pq_inflater_free; the descriptor stays the
 *         caller's and must stay open until then.
 */
#ifndef PQ_GZIP_INFLATE_H
#define PQ_GZIP_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/io.h"
#include "base/sanitized.h"
#include "gzip/io_options.h"

/* ---- a whole input at once ---- */

/* Inputs up to here are worth having whole. */
#define PQ_WHOLE_BYTES ((size_t)1 << 20)

/* Whether there is a library for that. */
bool pq_inflates_whole(enum pq_inflate_choice choice);

/*
 * Inflates an input that ends after n bytes into *to, a block of *room bytes
 * that is the caller's then; *got of them are used.  False when it is broken or
 * larger than is worth it: pq_inflater_next inflates or tells.
 */
bool pq_inflate_whole(enum pq_inflate_choice choice, const uint8_t *from,
		      size_t n, uint8_t **to, size_t *room, size_t *got);

/* ---- piece by piece ---- */

/* Read at once from a descriptor. */
#define PQ_PIECE_BYTES ((size_t)(PQ_FUZZED ? 1 : 256) << 10)

struct pq_inflater;

/*
 * `head` are bytes that were taken from the descriptor already; `ended`:
 * nothing comes after them.
 */
struct pq_inflater *pq_inflater_new(enum pq_inflate_choice choice,
				    struct pq_io_input input,
				    const uint8_t *head, size_t head_bytes,
				    bool ended, struct pq_error *err);
void pq_inflater_free(struct pq_inflater *i);

/* Inflates some bytes into `to`; *got is 0 at the end only. */
bool pq_inflater_next(struct pq_inflater *i, uint8_t *to, size_t room,
		      size_t *got, struct pq_error *err);

/* Compressed bytes taken from the descriptor so far. */
uint64_t pq_inflater_read_bytes(const struct pq_inflater *i);

/*
 * From now on, what can be read from `fd` ends the wait for input, as an
 * error (PQ_EIO); it stays the caller's.
 */
void pq_inflater_wake_by(struct pq_inflater *i, int fd);

/* ---- in a thread of its own ---- */

struct pq_inflate_thread;

/* Takes the inflater over; NULL when no thread can be had (keep it then). */
struct pq_inflate_thread *pq_inflate_thread_new(struct pq_inflater *i);
void pq_inflate_thread_free(struct pq_inflate_thread *t);

/* As pq_inflater_next. */
bool pq_inflate_thread_next(struct pq_inflate_thread *t, uint8_t *to,
			    size_t room, size_t *got, struct pq_error *err);
uint64_t pq_inflate_thread_read_bytes(struct pq_inflate_thread *t);

#endif
