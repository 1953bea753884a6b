#include "suites.h"

#include <string.h>

#include "gzip/zstd_frames.h"

/* A frame with one raw block of five bytes, whose size is told. */
static const uint8_t frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 5,   0x29,
				 0,    0,    'h',  'e',	 'l',  'l', 'o' };

static const struct {
	size_t n, bytes;
	bool ok;
} parts[] = {
	{ sizeof(frame), 5, true },	 { sizeof(frame), 4, false },
	{ sizeof(frame), 6, false },	 { sizeof(frame) - 1, 5, false },
	{ sizeof(frame) - 5, 0, false }, { 0, 5, false },
};

START_TEST(a_frame_has_the_size_that_is_told)
{
	uint8_t to[8] = { 0 };
	bool ok = pq_zstd_inflate(frame, parts[_i].n, to, parts[_i].bytes);

#ifdef PQ_ZSTD
	ck_assert_msg(ok == parts[_i].ok, "row %d", _i);
	ck_assert(!ok || !memcmp(to, "hello", 5));
#else
	ck_assert(!ok);
#endif
}
END_TEST

Suite *gzip_zstd_frames_suite(void)
{
	Suite *s = suite_create("gzip_zstd_frames");
	TCase *c = tcase_create("zstd");

	tcase_add_loop_test(c, a_frame_has_the_size_that_is_told, 0,
			    ROWS(parts));
	suite_add_tcase(s, c);
	return s;
}
