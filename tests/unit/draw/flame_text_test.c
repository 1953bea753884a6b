#include "suites.h"

#include <string.h>

#include "draw/flame_text.h"

/*
 * Names in boxes of a fixed width.  Characters from U+1100 on are drawn about
 * twice as wide as letters, so that fewer of them fit.
 */
#define MORE "\xe2\x80\xa6"

static const struct {
	const char *name;
	size_t columns;
	const char *shown;
} fits[] = {
	{ "main", 4, "main" },
	{ "main", 9, "main" },
	{ "main", 3, "ma" MORE },
	{ "main", 1, MORE },
	{ "", 0, "" },
	/* four wide characters are eight columns */
	{ "漢字漢字", 8, "漢字漢字" },
	{ "漢字漢字", 7, "漢字漢" MORE },
	{ "漢字漢字", 5, "漢字" MORE },
	{ "漢字漢字", 4, "漢" MORE },
	{ "漢字漢字", 2, MORE },
	{ "a漢b字", 6, "a漢b字" },
	{ "a漢b字", 5, "a漢b" MORE },
	{ "\xf0\x9f\x94\xa5\xf0\x9f\x94\xa5", 3, "\xf0\x9f\x94\xa5" MORE },
	/* narrow, though more than a byte each */
	{ "éàü", 3, "éàü" },
	{ "дом", 2, "д" MORE },
	/* the last narrow one, and the first wide one */
	{ "\xe1\x83\xbf\xe1\x83\xbf", 2, "\xe1\x83\xbf\xe1\x83\xbf" },
	{ "\xe1\x84\x80\xe1\x84\x80", 3, "\xe1\x84\x80" MORE },
};

START_TEST(wide_characters_take_two_columns)
{
	struct pq_buf b = { 0 };

	pq_flame_fit(&b, pq_text_of(fits[_i].name), fits[_i].columns);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), fits[_i].shown), "row %d: %s",
		      _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
}
END_TEST

Suite *draw_flame_text_suite(void)
{
	Suite *suite = suite_create("draw_flame_text");
	TCase *tcase = tcase_create("flame_text");

	tcase_add_loop_test(tcase, wide_characters_take_two_columns, 0,
			    ROWS(fits));
	suite_add_tcase(suite, tcase);
	return suite;
}
