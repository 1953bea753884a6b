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

/* The forms of a name, each behind a blank. */
static const struct {
	const char *name, *forms;
} forms[] = {
	{ "main", "" },
	{ "", "" },
	{ "a.", "" },
	{ ".hidden", "" },
	{ "runtime.mallocgc", " mallocgc" },
	{ "runtime.(*mspan).sweep", " (*mspan).sweep sweep" },
	{ "github.com/a/b.F[go.shape.int]", " b.F[go.shape.int] b.F F" },
	/* a part that a compiler numbered keeps its function */
	{ "runtime.gcAssistAlloc.func1", " gcAssistAlloc.func1" },
	{ "main.f.func1.2", " f.func1.2" },
	{ "main.function", " function" },
	{ "std::vector<a::b>::push_back(a::b)",
	  " std::vector::push_back(a::b) vector::push_back(a::b)"
	  " push_back(a::b)" },
	/* arguments of templates, at any depth, and of Rust with its :: */
	{ "a::B<int, C<D> >::f<E>(F<int>)", " a::B::f(F) B::f(F) f(F)" },
	{ "core::Map::<I, F>::fold", " core::Map::fold Map::fold fold" },
	{ "f<void (*)(int)>", " f" },
	{ "a.List.<init>", " List.<init> <init>" },
	{ "<a::B as c::D>::e", " e" },
	{ "a::operator<", " operator<" },
	{ "a::C<int>::operator->",
	  " a::C::operator-> C::operator-> operator->" },
	{ "[kernel.kallsyms]", "" },
	{ "f<int", "" },
	{ "\xc3\xa9<int>", " \xc3\xa9" },
	{ "/usr/lib/x.so", " x.so so" },
	/* nothing of what stands behind a blank */
	{ "f(int) [clone .cold]", "" },
	{ "a::g() const a::b", " g() const a::b" },
};

START_TEST(names_lose_their_beginning)
{
	struct pq_buf b = { 0 }, name = { 0 };

	pq_buf_str(&name, forms[_i].name);
	while (pq_flame_shorten(&name)) {
		pq_buf_char(&b, ' ');
		pq_buf_text(&b, pq_buf_view(&name));
	}
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), forms[_i].forms), "row %d: %s",
		      _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
	pq_buf_release(&name);
}
END_TEST

static const struct {
	const char *package;
	bool is_gray;
} packages[] = {
	{ "runtime", true },
	{ "runtime/internal/atomic", true },
	{ "internal/runtime/maps", true },
	{ "[kernel.kallsyms]", true },
	{ "libc.so.6", true },
	{ "libc-2.31.so", true },
	{ "ld-linux-x86-64.so.2", true },
	{ "runtimes", false },
	{ "main", false },
	{ "libcurl.so.4", false },
	{ "", false },
};

START_TEST(runtimes_are_gray)
{
	unsigned color = pq_flame_color(pq_text_of(packages[_i].package));

	ck_assert_msg((color == PQ_FLAME_COLORS - 1) == packages[_i].is_gray,
		      "row %d: %u", _i, color);
}
END_TEST

Suite *draw_flame_text_suite(void)
{
	Suite *suite = suite_create("draw_flame_text");
	TCase *tcase = tcase_create("flame_text");

	tcase_add_loop_test(tcase, wide_characters_take_two_columns, 0,
			    ROWS(fits));
	tcase_add_loop_test(tcase, names_lose_their_beginning, 0, ROWS(forms));
	tcase_add_loop_test(tcase, runtimes_are_gray, 0, ROWS(packages));
	suite_add_tcase(suite, tcase);
	return suite;
}
