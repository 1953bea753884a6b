#include "fetch/decoding.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

/* Room for the bytes that one call of the library gives. */
enum { PIECE_BYTES = 1 << 15 };

/* How zlib is told what it reads. */
enum { GZIP_STREAM = 15 + 16, ZLIB_STREAM = 15, BARE_STREAM = -15 };

enum pq_encoding pq_encoding_of(const char *value, size_t n)
{
	static const struct {
		const char *name;
		enum pq_encoding encoding;
	} known[] = { { "gzip", PQ_ENCODING_GZIP },
		      { "x-gzip", PQ_ENCODING_GZIP },
		      { "deflate", PQ_ENCODING_DEFLATE } };

	while (n && isspace((unsigned char)*value)) {
		value++;
		n--;
	}
	while (n && isspace((unsigned char)value[n - 1]))
		n--;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (n == strlen(known[i].name) &&
		    !strncasecmp(value, known[i].name, n))
			return known[i].encoding;
	return PQ_ENCODING_NONE;
}

/* Both bytes of a zlib header together are a multiple of 31. */
static int kind_of_deflate(const unsigned char *bytes, size_t n)
{
	if ((bytes[0] & 15) != Z_DEFLATED)
		return BARE_STREAM;
	return n < 2 || !((bytes[0] << 8 | bytes[1]) % 31) ? ZLIB_STREAM
							   : BARE_STREAM;
}

static bool begin_decoding(struct pq_decoding *d, const unsigned char *bytes,
			   size_t n)
{
	int kind = GZIP_STREAM;

	if (d->encoding == PQ_ENCODING_DEFLATE) {
		if (bytes[0] == 0x1f) {
			d->encoding = PQ_ENCODING_NONE;
			return true;
		}
		kind = kind_of_deflate(bytes, n);
	}
	d->has_begun = inflateInit2(&d->stream, kind) == Z_OK;
	if (!d->has_begun)
		d->fault = "no memory";
	return d->has_begun;
}

/* A member of gzip may be followed by another one. */
static bool begin_next_member(struct pq_decoding *d)
{
	if (d->encoding != PQ_ENCODING_GZIP)
		return false;
	d->is_over = false;
	return inflateReset(&d->stream) == Z_OK;
}

static bool fail_decoding(struct pq_decoding *d)
{
	/* in the reference's words, as far as it decodes */
	d->fault = d->encoding == PQ_ENCODING_DEFLATE ? "deflate: invalid data"
		   : d->stream.total_out	      ? "gzip: invalid data"
						      : "gzip: invalid header";
	return false;
}

bool pq_decoding_take(struct pq_decoding *d, const char *bytes, size_t n,
		      pq_decoded *to, void *ctx)
{
	unsigned char piece[PIECE_BYTES];
	int result;

	if (n && d->encoding && !d->has_begun &&
	    !begin_decoding(d, (const unsigned char *)bytes, n))
		return false;
	if (!d->encoding)
		return to(ctx, bytes, n);

	/* pieces of libcurl are small: they fit into what zlib counts */
	d->stream.next_in = (z_const Bytef *)(uintptr_t)bytes;
	d->stream.avail_in = (uInt)n;
	do {
		if (d->is_over && (!n || !begin_next_member(d)))
			break;
		d->stream.next_out = piece;
		d->stream.avail_out = PIECE_BYTES;
		result = inflate(&d->stream, Z_NO_FLUSH);
		/* all input is taken, and nothing was left to come out */
		if (result == Z_BUF_ERROR)
			break;
		if (result != Z_OK && result != Z_STREAM_END)
			return fail_decoding(d);
		if (!to(ctx, (const char *)piece,
			PIECE_BYTES - d->stream.avail_out))
			return false;
		d->is_over = result == Z_STREAM_END;
	} while (d->stream.avail_in || !d->stream.avail_out);
	return true;
}

bool pq_decoding_finish(struct pq_decoding *d)
{
	if (!d->has_begun || d->is_over || d->fault)
		return !d->fault;
	d->fault = "unexpected EOF";
	return false;
}

void pq_decoding_end(struct pq_decoding *d)
{
	if (d->has_begun)
		inflateEnd(&d->stream);
	memset(d, 0, sizeof(*d));
}
