/*
 * decoding.h - the encoding of an answer undone while it comes: gzip and
 * deflate.
 *
 * Other encodings are left alone, as the reference leaves them: servers name
 * some (br, utf-8) that the body has not.  A body of "deflate" may be a zlib
 * stream or a bare one, and where it begins as gzip it is a profile whose
 * server is wrong.
 * Memory: the library's own, by malloc; nothing unwinds (base/mem.h).
 * Owner:  all zeros is an answer without encoding; pq_decoding_end releases.
 */
#ifndef PQ_FETCH_DECODING_H
#define PQ_FETCH_DECODING_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

enum pq_encoding { PQ_ENCODING_NONE, PQ_ENCODING_GZIP, PQ_ENCODING_DEFLATE };

struct pq_decoding {
	enum pq_encoding encoding;
	bool has_begun; /* the stream is open */
	bool is_over;	/* the compressed data have ended */
	const char *fault;
	z_stream stream;
};

/* The encoding that a header's value names; blanks around it do not count. */
enum pq_encoding pq_encoding_of(const char *value, size_t n);

/* False: no more is wanted. */
typedef bool pq_decoded(void *ctx, const char *bytes, size_t n);

/* Passes on what bytes of the body come to; false at a fault, or as `to'. */
bool pq_decoding_take(struct pq_decoding *d, const char *bytes, size_t n,
		      pq_decoded *to, void *ctx);

/* Whether the body was whole; a fault is told by `fault'. */
bool pq_decoding_finish(struct pq_decoding *d);

void pq_decoding_end(struct pq_decoding *d);

#endif
