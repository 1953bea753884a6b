#include "suites.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "gzip/zlib_stream.h"

enum { BYTES = 300000 };

/* Some of it repeats and some does not, over more than a window. */
static void fill_content(uint8_t *to)
{
	uint32_t x = 1;

	for (size_t i = 0; i < BYTES; i++) {
		x = x * 1664525 + 1013904223;
		to[i] = i % 1000 < 700 ? (uint8_t)(i % 97) : (uint8_t)(x >> 24);
	}
}

static const struct {
	size_t cut;	/* bytes left out at the end */
	size_t change;	/* a byte that is another, counted from 1; 0: none */
	size_t piece;	/* asked for at once */
	bool is_header; /* not even the beginning is right */
	bool ok;
} streams[] = {
	{ .piece = BYTES, .ok = true },
	{ .piece = BYTES + 1, .ok = true },
	{ .piece = 65536, .ok = true },
	{ .piece = 4093, .ok = true },
	{ .piece = 1, .ok = true },
	{ .piece = 65536, .cut = 1 },
	{ .piece = 65536, .cut = 4 },
	{ .piece = 65536, .cut = 30000 },
	{ .piece = 65536, .cut = SIZE_MAX, .is_header = true },
	{ .piece = 65536, .change = 1, .is_header = true },
	{ .piece = 65536, .change = 2, .is_header = true },
	{ .piece = 65536, .change = 30000 },
};

struct packed_stream {
	uint8_t content[BYTES], packed[BYTES * 2], got[BYTES + 1];
	size_t n;
};

static struct packed_stream *pack_stream(int row)
{
	struct packed_stream *p = malloc(sizeof(*p));
	uLongf n = sizeof(p->packed);
	size_t change = streams[row].change;

	fill_content(p->content);
	ck_assert_int_eq(compress2(p->packed, &n, p->content, BYTES, 6), Z_OK);
	ck_assert_uint_gt(n, 60000);
	if (change)
		p->packed[change - 1] ^= 0x15;
	p->n = streams[row].cut > n ? 0 : n - streams[row].cut;
	return p;
}

START_TEST(all_comes_at_once)
{
	struct packed_stream *p = pack_stream(_i);
	bool ok = pq_zlib_inflate(p->packed, p->n, p->got, BYTES);

	ck_assert_msg(ok == streams[_i].ok, "row %d", _i);
	ck_assert(!ok || !memcmp(p->got, p->content, BYTES));
	/* exactly as many are wanted, or none */
	ck_assert(!pq_zlib_inflate(p->packed, p->n, p->got, BYTES - 1));
	ck_assert(!pq_zlib_inflate(p->packed, p->n, p->got, BYTES + 1));
	free(p);
}
END_TEST

START_TEST(pieces_are_the_same_bytes)
{
	struct packed_stream *p = pack_stream(_i);
	size_t piece = streams[_i].piece, n = 0, got;
	struct pq_zlib_pieces z;

	ck_assert_msg(pq_zlib_pieces_open(&z, p->packed, p->n) !=
			      streams[_i].is_header,
		      "row %d", _i);
	if (!streams[_i].is_header) {
		do {
			if (piece > sizeof(p->got) - n)
				piece = sizeof(p->got) - n;
			got = pq_zlib_pieces_read(&z, p->got + n, piece);
			n += got;
		} while (got == piece);
		ck_assert_msg(z.is_over, "row %d", _i);
		ck_assert_msg(z.is_whole == streams[_i].ok, "row %d", _i);
		ck_assert(!z.is_whole ||
			  (n == BYTES && !memcmp(p->got, p->content, n)));
		ck_assert_uint_eq(pq_zlib_pieces_read(&z, p->got, 1), 0);
	}
	pq_zlib_pieces_close(&z);
	pq_zlib_pieces_close(&z);
	free(p);
}
END_TEST

Suite *gzip_zlib_stream_suite(void)
{
	Suite *s = suite_create("gzip_zlib_stream");
	TCase *c = tcase_create("zlib");

	tcase_add_loop_test(c, all_comes_at_once, 0, ROWS(streams));
	tcase_add_loop_test(c, pieces_are_the_same_bytes, 0, ROWS(streams));
	suite_add_tcase(s, c);
	return s;
}
