#include "suites.h"

#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "fetch/decoding.h"

/* ---- names ---- */

static const struct {
	const char *value;
	enum pq_encoding encoding;
} names[] = {
	{ " gzip\r\n", PQ_ENCODING_GZIP }, { "GZIP", PQ_ENCODING_GZIP },
	{ " x-gzip ", PQ_ENCODING_GZIP },  { "deflate", PQ_ENCODING_DEFLATE },
	{ "gzip, br", PQ_ENCODING_NONE },  { "br", PQ_ENCODING_NONE },
	{ "identity", PQ_ENCODING_NONE },  { "", PQ_ENCODING_NONE },
	{ "\r\n", PQ_ENCODING_NONE },
};

START_TEST(encodings_are_known_by_name)
{
	ck_assert_int_eq(pq_encoding_of(names[_i].value,
					strlen(names[_i].value)),
			 names[_i].encoding);
}
END_TEST

/* ---- bodies ---- */

enum { PLAIN_BYTES = 200000, ROOM = 1 << 20, PLAIN = 0 };

/* Window bits of zlib: what the body is in truth. */
enum { GZIP = 31, ZLIB = 15, BARE = -15 };

static char plain[PLAIN_BYTES];

/* Appends the text, compressed or not, to a body of n bytes. */
static size_t add_packed(char *body, size_t n, int how)
{
	z_stream z = { .next_in = (Bytef *)plain, .avail_in = PLAIN_BYTES };

	for (size_t i = 0; i < PLAIN_BYTES; i++)
		plain[i] = (char)(i * i >> 7);
	if (how == PLAIN) {
		memcpy(body + n, plain, PLAIN_BYTES);
		return n + PLAIN_BYTES;
	}
	z.next_out = (Bytef *)body + n;
	z.avail_out = (uInt)(ROOM - n);
	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, how, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	n += z.total_out;
	deflateEnd(&z);
	return n;
}

static bool keep_decoded(void *ctx, const char *bytes, size_t n)
{
	pq_buf_bytes(ctx, bytes, n);
	return true;
}

/* Takes a body in pieces of a size; whether it was whole. */
static bool decode(struct pq_decoding *d, const char *body, size_t n,
		   size_t piece, struct pq_buf *to)
{
	for (size_t at = 0; at < n; at += piece)
		if (!pq_decoding_take(d, body + at,
				      n - at < piece ? n - at : piece,
				      keep_decoded, to))
			return false;
	return pq_decoding_finish(d);
}

static const struct {
	enum pq_encoding encoding;
	int how, members;
} bodies[] = {
	{ PQ_ENCODING_NONE, PLAIN, 1 },	  { PQ_ENCODING_GZIP, GZIP, 1 },
	{ PQ_ENCODING_GZIP, GZIP, 3 },	  { PQ_ENCODING_DEFLATE, ZLIB, 1 },
	{ PQ_ENCODING_DEFLATE, BARE, 1 },
};

START_TEST(encodings_are_undone_in_pieces)
{
	static const size_t pieces[] = { 1, 7, 16384, ROOM };
	static char body[ROOM];
	size_t n = 0;

	for (int i = 0; i < bodies[_i].members; i++)
		n = add_packed(body, n, bodies[_i].how);
	for (size_t i = 0; i < ROWS(pieces); i++) {
		struct pq_decoding d = { .encoding = bodies[_i].encoding };
		struct pq_buf got = { 0 };

		ck_assert(decode(&d, body, n, pieces[i], &got));
		ck_assert_uint_eq(got.len,
				  (size_t)bodies[_i].members * PLAIN_BYTES);
		ck_assert(!memcmp(got.data + got.len - PLAIN_BYTES, plain,
				  PLAIN_BYTES));
		pq_decoding_end(&d);
		pq_buf_release(&got);
	}
}
END_TEST

/* A server says deflate of a profile that is a gzip file. */
START_TEST(a_false_deflate_is_left_alone)
{
	static char body[ROOM];
	struct pq_decoding d = { .encoding = PQ_ENCODING_DEFLATE };
	size_t n = add_packed(body, 0, GZIP);
	struct pq_buf got = { 0 };

	ck_assert(decode(&d, body, n, 100, &got));
	ck_assert_uint_eq(got.len, n);
	ck_assert(!memcmp(got.data, body, n));
	pq_decoding_end(&d);
	pq_buf_release(&got);
}
END_TEST

static const struct {
	enum pq_encoding encoding;
	int how;
	size_t cut;   /* bytes that are missing */
	char garbage; /* follows, unless 0 */
	const char *fault;
} faults[] = {
	{ PQ_ENCODING_GZIP, PLAIN, 0, 0, "gzip: invalid header" },
	{ PQ_ENCODING_GZIP, GZIP, 1, 0, "unexpected EOF" },
	{ PQ_ENCODING_GZIP, GZIP, 0, 'x', "gzip: invalid header" },
	{ PQ_ENCODING_GZIP, GZIP, 5, 'x', "gzip: invalid data" },
	{ PQ_ENCODING_DEFLATE, ZLIB, 9, 0, "unexpected EOF" },
	{ PQ_ENCODING_DEFLATE, ZLIB, 4, 'x', "deflate: invalid data" },
};

START_TEST(damage_is_told)
{
	static char body[ROOM];
	struct pq_decoding d = { .encoding = faults[_i].encoding };
	size_t n = add_packed(body, 0, faults[_i].how) - faults[_i].cut;
	struct pq_buf got = { 0 };

	/* more garbage than any trailer has bytes */
	for (int i = 0; i < 16 && faults[_i].garbage; i++)
		body[n++] = faults[_i].garbage;
	ck_assert(!decode(&d, body, n, 1000, &got));
	ck_assert_str_eq(d.fault, faults[_i].fault);
	pq_decoding_end(&d);
	pq_buf_release(&got);
}
END_TEST

Suite *fetch_decoding_suite(void)
{
	Suite *s = suite_create("fetch_decoding");
	TCase *c = tcase_create("decoding");

	tcase_add_loop_test(c, encodings_are_known_by_name, 0, ROWS(names));
	tcase_add_loop_test(c, encodings_are_undone_in_pieces, 0, ROWS(bodies));
	tcase_add_test(c, a_false_deflate_is_left_alone);
	tcase_add_loop_test(c, damage_is_told, 0, ROWS(faults));
	suite_add_tcase(s, c);
	return s;
}
