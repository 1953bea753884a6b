/*
 * io_options.h - how a stream is read and a gzip member is written.
 *
 * All 0 is one thread, the library that is fastest, and nobody who is told;
 * functions that take a pointer to these take NULL for the same.  They copy
 * what they need: only `ctx` has to live as long as the stream does.
 */
#ifndef PQ_GZIP_IO_OPTIONS_H
#define PQ_GZIP_IO_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"

enum pq_inflate_choice {
	PQ_INFLATE_AUTO,
	PQ_INFLATE_ISAL,
	/* whole inputs only; the others as with PQ_INFLATE_AUTO */
	PQ_INFLATE_LIBDEFLATE,
	PQ_INFLATE_ZLIB,
};

struct pq_io_options {
	enum pq_inflate_choice inflate;
	/* Most threads that compress; up to 1, none but the caller's. */
	unsigned jobs;
	/* How hard to compress, from 1 to 9; 0 is 6. */
	unsigned level;
	/*
	 * Compressed bytes from which on a thread of its own inflates; 0 for
	 * never, 1 for always.
	 */
	uint64_t thread_from;
	/*
	 * Called after each piece that was read, with the bytes taken from the
	 * descriptor so far; NULL for nobody.
	 */
	void (*progress)(void *ctx, uint64_t read_bytes);
	void *ctx;
	/*
	 * Given the bytes of the input in their order, gzip off, up to its end
	 * once pq_stream_digest_rest was called; NULL: nobody wants them.
	 */
	struct pq_digest *digest;
	/*
	 * The folder that the input is the first file of, for formats of
	 * several (format/perf/folder.h); NULL: a file alone.
	 */
	const int *folder;
};

/*
 * Fails with PQ_EUSAGE when the library was not built in.  A choice that fails
 * here and is used all the same is PQ_INFLATE_AUTO.
 */
bool pq_inflate_check(enum pq_inflate_choice choice, struct pq_error *err);

/* The libraries that were built in: "isal, libdeflate, zlib". */
const char *pq_inflate_libraries(void);

#endif
