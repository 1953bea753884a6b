/*
 * inflate.h - gzip off a descriptor, piece by piece; the seam behind which
 * inflating happens in this thread or in one of its own.
 *
 * Members that follow each other are joined; bytes after the last member, a
 * cut and a wrong checksum are errors with the offset in the compressed data.
 * Owner:  pq_inflater_new / pq_inflater_free; the descriptor stays the
 *         caller's and must stay open until then.
 */
#ifndef PQ_BASE_INFLATE_H
#define PQ_BASE_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Read at once from a descriptor. */
#define PQ_PIECE_BYTES ((size_t)256 << 10)

struct pq_inflater;

/* `head` are bytes that were taken from the descriptor already, at most a
 * piece; `ended`: nothing comes after them. */
struct pq_inflater *pq_inflater_new(int fd, const uint8_t *head,
				    size_t head_bytes, bool ended,
				    struct pq_error *err);
void pq_inflater_free(struct pq_inflater *i);

/* Inflates some bytes into `to`; *got is 0 at the end only. */
bool pq_inflater_next(struct pq_inflater *i, uint8_t *to, size_t room,
		      size_t *got, struct pq_error *err);

/* Compressed bytes taken from the descriptor so far. */
uint64_t pq_inflater_read_bytes(const struct pq_inflater *i);

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
