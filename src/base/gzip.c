#include "base/gzip.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"

#include "base/banned.h"

#define PIECE_BYTES ((size_t)64 << 10)

struct pq_gzip {
	z_stream z;
	struct pq_out *out;
	/* small writes are gathered: a call of deflate costs more than a copy */
	size_t n_pending;
	unsigned char pending[PIECE_BYTES];
	unsigned char piece[PIECE_BYTES];
};

static void *zlib_alloc(void *opaque, unsigned n, unsigned each)
{
	(void)opaque;
	return pq_alloc_zeroed(pq_size_mul(n, each));
}

static void zlib_free(void *opaque, void *block)
{
	(void)opaque;
	pq_free(block);
}

struct pq_gzip *pq_gzip_begin(struct pq_out *out)
{
	struct pq_gzip *gz = pq_alloc(sizeof(*gz));

	memset(&gz->z, 0, sizeof(gz->z));
	gz->out = out;
	gz->n_pending = 0;
	gz->z.zalloc = zlib_alloc;
	gz->z.zfree = zlib_free;
	/* cannot fail: memory comes from pq_alloc, the constants are valid */
	deflateInit2(&gz->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
		     Z_DEFAULT_STRATEGY);
	return gz;
}

static void compress_pending(struct pq_gzip *gz, int flush)
{
	int code;

	gz->z.next_in = gz->pending;
	gz->z.avail_in = (unsigned)gz->n_pending;
	gz->n_pending = 0;
	do {
		gz->z.next_out = gz->piece;
		gz->z.avail_out = PIECE_BYTES;
		code = deflate(&gz->z, flush);
		pq_out_raw(gz->out, gz->piece, PIECE_BYTES - gz->z.avail_out);
	} while (code == Z_OK && !gz->z.avail_out);
}

void pq_gzip_write(struct pq_gzip *gz, const void *bytes, size_t n)
{
	const unsigned char *from = bytes;

	while (n) {
		size_t room = PIECE_BYTES - gz->n_pending;
		size_t take = n < room ? n : room;

		memcpy(gz->pending + gz->n_pending, from, take);
		gz->n_pending += take;
		from += take;
		n -= take;
		if (gz->n_pending == PIECE_BYTES)
			compress_pending(gz, Z_NO_FLUSH);
	}
}

void pq_gzip_end(struct pq_gzip *gz)
{
	compress_pending(gz, Z_FINISH);
	deflateEnd(&gz->z);
	pq_free(gz);
}
