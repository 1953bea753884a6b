/*
 * stream.h - the bytes of one input, inflated on the way when gzipped.
 *
 * The input is read in pieces and inflated into a window; the reader looks
 * at window[at..end), consumes, and asks for more.  Nothing but the window is
 * held, and the window grows only when one message needs it; but of a small
 * gzipped file (PQ_WHOLE_BYTES) all may be in the window at once.
 *
 *     while (pq_stream_need(&s, 1, err)) { use s.window + s.at; s.at += n; }
 *
 * Source: gzip is told by its first two bytes, not by a name; members that
 *         follow each other are joined; bytes after the last member, a cut
 *         and a wrong checksum are errors.  One layer is taken off.
 * Owner:  the caller; pq_stream_release closes nothing, the descriptor stays
 *         the caller's.
 */
#ifndef PQ_GZIP_STREAM_H
#define PQ_GZIP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/io.h"
#include "gzip/io_options.h"

struct pq_inflater;
struct pq_inflate_thread;

struct pq_stream {
	uint8_t *window;
	size_t at, end, capacity;
	uint64_t base;	     /* inflated bytes before the window */
	uint64_t read_bytes; /* taken from the descriptor so far */
	bool eof;	     /* nothing comes after window[end] */
	bool gzipped;
	size_t digested; /* bytes of the window that the digest has */
	struct pq_io_options io;
	struct pq_io_input input;
	/* at most one; neither for what needs none or was inflated at once */
	struct pq_inflater *inflater;
	struct pq_inflate_thread *thread;
};

/* `head` are bytes that were taken from the descriptor already. */
bool pq_stream_open(struct pq_stream *s, int fd, const uint8_t *head,
		    size_t head_bytes, const struct pq_io_options *io,
		    struct pq_error *err);
/*
 * The same from an offset of the file on; the descriptor's own is neither used
 * nor changed, so that a forked child may read at the same time.
 */
bool pq_stream_open_at(struct pq_stream *s, int fd, uint64_t offset,
		       const struct pq_io_options *io, struct pq_error *err);
void pq_stream_release(struct pq_stream *s);

/*
 * Lets the input begin at window + at: what follows may be gzipped, unless
 * the whole was.
 */
bool pq_stream_restart(struct pq_stream *s, struct pq_error *err);

/*
 * Puts n bytes from pq_alloc in the place of an input that was read to its
 * end; the stream owns them, and nothing follows.
 */
void pq_stream_replace(struct pq_stream *s, uint8_t *bytes, size_t n);

/*
 * Makes at least n bytes available at window + at.  False at the end of the
 * input (what is left is then in the window) or, with err filled, on failure.
 */
bool pq_stream_more(struct pq_stream *s, size_t n, struct pq_error *err);

/*
 * Reads on to the end of the input, for a digest of all of it (io_options.h);
 * false with err filled when that fails.
 */
bool pq_stream_digest_rest(struct pq_stream *s, struct pq_error *err);

static inline bool pq_stream_need(struct pq_stream *s, size_t n,
				  struct pq_error *err)
{
	return s->end - s->at >= n || pq_stream_more(s, n, err);
}

/* Offset in the inflated input of the byte at window[at]. */
static inline uint64_t pq_stream_offset(const struct pq_stream *s)
{
	return s->base + s->at;
}

#endif
