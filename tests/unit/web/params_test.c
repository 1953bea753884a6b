#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "web/params.h"

static const struct {
	const char *query, *again; /* NULL: refused */
} queries[] = {
	{ "", "" },
	{ "f=main", "f=main" },
	{ "n=20&f=a+b", "f=a%20b&n=20" },
	{ "f=%28%5E%29", "f=%28%5E%29" },
	{ "f=first&f=second", "f=first" },
	{ "f=&f=second", "" },
	{ "f", "" },
	{ "nobody=1&&=&f=x", "f=x" },
	{ "f=a%3Bb;c", "f=a%3Bb%3Bc" },
	{ "z=0.1&q=x&o=name", "" },
	{ "f=%", NULL },
	{ "f=%zz", NULL },
	{ "f=%1", NULL },
	{ "f=%ff", NULL },
	{ "f=%00", NULL },
	{ "output=/etc/passwd&source_path=/", "" },
};

START_TEST(query_comes_back_in_order)
{
	struct pq_arena arena;
	struct pq_params p;
	struct pq_error err;
	struct pq_buf again = { 0 };
	bool ok;

	pq_error_clear(&err);
	pq_arena_init(&arena);
	ok = pq_params_parse(&p, queries[_i].query, &arena, &err);
	ck_assert_msg(ok == (queries[_i].again != NULL), "row %d", _i);
	if (ok) {
		pq_params_put(&p, &again);
		ck_assert_msg(pq_text_is(pq_buf_view(&again),
					 queries[_i].again),
			      "row %d", _i);
	}
	pq_buf_release(&again);
	pq_arena_release(&arena);
}
END_TEST

START_TEST(value_may_have_its_most_bytes)
{
	size_t room = PQ_PARAM_MOST + 8;
	char *query = pq_alloc(room);
	struct pq_arena arena;
	struct pq_params p;
	struct pq_error err;

	pq_arena_init(&arena);
	memset(query, 'a', room);
	memcpy(query, "f=", 2);
	query[2 + PQ_PARAM_MOST] = '\0';
	pq_error_clear(&err);
	ck_assert(pq_params_parse(&p, query, &arena, &err));
	query[2 + PQ_PARAM_MOST] = 'a';
	query[3 + PQ_PARAM_MOST] = '\0';
	ck_assert(!pq_params_parse(&p, query, &arena, &err));
	pq_arena_release(&arena);
	pq_free(query);
}
END_TEST

/* Each option of a view has a parameter, or a reason in the table. */
START_TEST(view_option_has_a_parameter)
{
	static const enum pq_option_id without[] = {
#define PARAM(url, option)
#define NO_PARAM(option) PQ_OPTION_##option,
#include "web/params.def"
#undef PARAM
#undef NO_PARAM
	};
	const struct pq_option *o = &pq_option_table[_i];
	unsigned n = 0;

	if (o->value)
		return;
	for (unsigned i = 0; i < PQ_N_PARAMS; i++)
		n += pq_param_table[i].option == o;
	for (size_t i = 0; i < sizeof(without) / sizeof(*without); i++)
		n += without[i] == (enum pq_option_id)_i;
	ck_assert_msg(n <= 1, "%s: %u rows", o->name, n);
	ck_assert_msg(n == 1 || o->scope == PQ_OPTION_LINE,
		      "%s: not in params.def", o->name);
}
END_TEST

static const struct {
	const char *query;
	int64_t rows; /* -1: refused */
} numbers[] = {
	{ "", 500 },	     { "rows=0", 0 },
	{ "rows=7", 7 },     { "rows=1000", 1000 },
	{ "rows=1001", -1 }, { "rows=-1", -1 },
	{ "rows=7x", -1 },   { "rows=99999999999999999999", -1 },
};

START_TEST(number_is_in_its_range)
{
	struct pq_arena arena;
	struct pq_params p;
	struct pq_error err;
	int64_t rows;
	bool ok;

	pq_error_clear(&err);
	pq_arena_init(&arena);
	pq_params_parse(&p, numbers[_i].query, &arena, &err);
	ok = pq_params_number(&p, PQ_WORD_rows, 500, 1000, &rows, &err);
	ck_assert_msg(ok == (numbers[_i].rows >= 0), "row %d", _i);
	if (ok)
		ck_assert_int_eq(rows, numbers[_i].rows);
	pq_arena_release(&arena);
}
END_TEST

static const struct {
	const char *query;
	int64_t old, of; /* -1: refused */
} files[] = {
	{ "", 0, 0 },	      { "of=3", 0, 3 },
	{ "of=1-3", 1, 3 },   { "of=3-1", 3, 1 },
	{ "of=1-", -1, -1 },  { "of=-1", -1, -1 },
	{ "of=x", -1, -1 },   { "of=1-x", -1, -1 },
	{ "of=0-1", -1, -1 }, { "of=99999999999999999999", -1, -1 },
};

START_TEST(files_are_one_or_two)
{
	struct pq_arena arena;
	struct pq_params p;
	struct pq_error err;
	int64_t old, of;
	bool ok;

	pq_error_clear(&err);
	pq_arena_init(&arena);
	pq_params_parse(&p, files[_i].query, &arena, &err);
	ok = pq_params_files(&p, &old, &of, &err);
	ck_assert_msg(ok == (files[_i].of >= 0), "row %d", _i);
	if (ok) {
		ck_assert_int_eq(old, files[_i].old);
		ck_assert_int_eq(of, files[_i].of);
	}
	pq_arena_release(&arena);
}
END_TEST

Suite *web_params_suite(void)
{
	Suite *s = suite_create("web_params");
	TCase *t = tcase_create("queries");

	tcase_add_loop_test(t, query_comes_back_in_order, 0, ROWS(queries));
	tcase_add_test(t, value_may_have_its_most_bytes);
	tcase_add_loop_test(t, view_option_has_a_parameter, 0, PQ_N_OPTIONS);
	tcase_add_loop_test(t, number_is_in_its_range, 0, ROWS(numbers));
	tcase_add_loop_test(t, files_are_one_or_two, 0, ROWS(files));
	suite_add_tcase(s, t);
	return s;
}
