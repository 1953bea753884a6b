#include "suites.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "draw/flame_json.h"
#include "helpers.h"

/*
 * The columns of a page, parsed by cJSON, must add up in any budget, and an id
 * must name the same stack in all of them.
 */
struct answer {
	struct pq_profile *p;
	struct pq_view view;
	struct pq_arena arena;
	struct pq_flame flame;
	struct pq_flame_data data;
	cJSON *tree;
};

static size_t one_box(void *ctx, const struct pq_flame *f, uint32_t frame)
{
	(void)ctx;
	(void)f;
	(void)frame;
	return 1;
}

static void parse_columns(struct answer *a, struct pq_text at)
{
	struct pq_flame_columns c = { .data = &a->data,
				      .name = a->view.type,
				      .unit = a->view.sample_unit,
				      .total = a->view.total,
				      .at = at };
	struct pq_error err;
	struct pq_out out;

	pq_error_clear(&err);
	pq_out_open_memory(&out);
	pq_flame_json_columns(&c, &out);
	a->tree = cJSON_Parse(pq_buf_cstr(&out.buf));
	ck_assert_ptr_nonnull(a->tree);
	pq_out_close(&out, "memory", &err);
}

/* False when there is nothing at an id. */
static bool ask(struct answer *a, const char *description, const char *at,
		size_t n_boxes)
{
	static const unsigned first = 0;
	struct pq_flame_options o = { .types = &first,
				      .n_types = 1,
				      .budget_bytes = n_boxes,
				      .cost = one_box,
				      .at = pq_text_of(at) };
	struct pq_view_options v = { .shape = { .trim_path = PQ_TEXT(""),
						.source_path = PQ_TEXT("") },
				     .unit = PQ_TEXT("minimum"),
				     .divide_by = 1 };
	struct pq_error err;
	bool found;

	memset(a, 0, sizeof(*a));
	pq_error_clear(&err);
	pq_arena_init(&a->arena);
	a->p = profile_of(description);
	ck_assert(pq_view_init(&a->view, a->p, &v, &err));
	found = pq_flame_build(&a->flame, &a->view, &o, &a->arena);
	if (!found)
		return false;
	pq_flame_data_find(&a->data, &a->flame, &a->arena);
	parse_columns(a, o.at);
	return true;
}

static void end(struct answer *a)
{
	cJSON_Delete(a->tree);
	if (a->tree)
		pq_flame_release(&a->flame);
	pq_view_release(&a->view);
	pq_arena_release(&a->arena);
	pq_profile_free(a->p);
}

static size_t n_boxes_of(const struct answer *a)
{
	return (size_t)cJSON_GetArraySize(cJSON_GetObjectItem(a->tree, "rank"));
}

static double number(const struct answer *a, const char *column, size_t box)
{
	return cJSON_GetArrayItem(cJSON_GetObjectItem(a->tree, column),
				  (int)box)
		->valuedouble;
}

/* The box that a box is inside of: the nearest before it of less depth. */
static size_t parent_of(const struct answer *a, size_t box)
{
	double depth = number(a, "depth", box);

	while (number(a, "depth", box) >= depth)
		box--;
	return box;
}

static void put_id(const struct answer *a, size_t box, const char *top,
		   struct pq_buf *to)
{
	size_t steps[100], n = 0;

	for (; box; box = parent_of(a, box))
		steps[n++] = (size_t)number(a, "rank", box);
	pq_buf_clear(to);
	pq_buf_str(to, top);
	while (n--)
		pq_buf_printf(to, ".%zu", steps[n]);
}

/* The names from the outermost box on. */
static void put_names(const struct answer *a, size_t box, struct pq_buf *to)
{
	const cJSON *names = cJSON_GetObjectItem(a->tree, "names");

	pq_buf_clear(to);
	for (; box; box = parent_of(a, box)) {
		int name = (int)number(a, "name", box);

		pq_buf_str(to, cJSON_GetArrayItem(
				       cJSON_GetArrayItem(names, name), 0)
				       ->valuestring);
		pq_buf_char(to, '<');
	}
}

/* A profile of 60 stacks out of a few names; many siblings are as wide. */
static void put_stacks(struct pq_buf *b, int seed)
{
	uint64_t state = (uint64_t)seed + 1;

	pq_buf_str(b, "types: cpu/ns\n");
	for (int i = 0; i < 60; i++) {
		size_t depth = 1 + chance_below(&state, 7);

		for (size_t k = 0; k < depth; k++)
			pq_buf_printf(b, "%s%c", k ? ";" : "",
				      (char)('a' + chance_below(&state, 5)));
		pq_buf_printf(b, " %d\n", 1 + (int)chance_below(&state, 3));
	}
}

#define SEEDS 6
static const size_t budgets[] = { 0, 1, 3, 10, 30, 1000 };
#define N_BUDGETS (sizeof(budgets) / sizeof(*budgets))

/* value = own + the values of the boxes inside, exactly. */
static void expect_sums(const struct answer *a)
{
	size_t n = n_boxes_of(a);
	double *inside = pq_alloc_zeroed(n * sizeof(*inside));

	for (size_t i = 1; i < n; i++)
		inside[parent_of(a, i)] += number(a, "value", i);
	for (size_t i = 0; i < n; i++)
		ck_assert_double_eq(number(a, "value", i),
				    number(a, "own", i) + inside[i]);
	pq_free(inside);
}

START_TEST(values_add_up_in_any_budget)
{
	struct pq_buf b = { 0 };
	struct answer a;
	size_t budget = budgets[(size_t)_i % N_BUDGETS], merged = 0;

	put_stacks(&b, _i / (int)N_BUDGETS);
	ck_assert(ask(&a, pq_buf_cstr(&b), "0", budget));
	expect_sums(&a);
	ck_assert_double_eq(number(&a, "value", 0), (double)a.view.total);
	for (size_t i = 0; i < n_boxes_of(&a); i++)
		merged += number(&a, "merged", i) > 0;
	ck_assert_uint_le(n_boxes_of(&a) - merged, budget + 1);
	ck_assert_int_eq(cJSON_IsTrue(cJSON_GetObjectItem(a.tree, "complete")),
			 merged == 0);
	ck_assert_ptr_null(cJSON_GetObjectItem(a.tree, "before"));
	end(&a);
	pq_buf_release(&b);
}
END_TEST

/* Asks for a box again by its id, in a budget of its own. */
static void expect_at(const struct answer *a, size_t box, const char *id,
		      const char *description)
{
	struct answer inner;

	ck_assert_msg(ask(&inner, description, id, 4), "%s", id);
	ck_assert_double_eq(number(&inner, "value", 0),
			    number(a, "value", box));
	ck_assert_double_eq(number(&inner, "depth", 0), 0);
	ck_assert_str_eq(cJSON_GetObjectItem(inner.tree, "at")->valuestring,
			 id);
	expect_sums(&inner);
	end(&inner);
}

/* The whole tree says which stack an id is of; all budgets agree. */
START_TEST(ids_name_the_same_stack_in_any_budget)
{
	struct pq_buf b = { 0 }, id = { 0 }, same = { 0 }, names = { 0 };
	struct pq_buf expected = { 0 };
	struct answer all, some;
	size_t budget = budgets[(size_t)_i % N_BUDGETS], at = 0;

	put_stacks(&b, _i / (int)N_BUDGETS);
	ck_assert(ask(&all, pq_buf_cstr(&b), "", 1000));
	ck_assert(ask(&some, pq_buf_cstr(&b), "", budget));
	for (size_t i = 1; i < n_boxes_of(&some); i++) {
		if (number(&some, "merged", i) > 0) {
			ck_assert_double_eq(number(&some, "rank", i), -1);
			continue;
		}
		put_id(&some, i, "0", &id);
		put_names(&some, i, &names);
		/* both are in preorder, and some are a part of all */
		do {
			ck_assert_uint_lt(++at, n_boxes_of(&all));
			put_id(&all, at, "0", &same);
		} while (strcmp(pq_buf_cstr(&id), pq_buf_cstr(&same)));
		put_names(&all, at, &expected);
		ck_assert_str_eq(pq_buf_cstr(&names), pq_buf_cstr(&expected));
		expect_at(&some, i, pq_buf_cstr(&id), pq_buf_cstr(&b));
	}
	end(&all);
	end(&some);
	pq_buf_release(&b);
	pq_buf_release(&id);
	pq_buf_release(&same);
	pq_buf_release(&names);
	pq_buf_release(&expected);
}
END_TEST

/* a 5 with its children c 2, b 2 (by name: b first) and 1 of its own; d 4. */
#define FOUR "types: cpu/ns\na 1\na;c 2\na;b 2\nd 4\n"

static const struct {
	const char *at, *first; /* name of the box, NULL: there is none */
} ids[] = {
	{ "", "" },	     { "0", "" },
	{ "0.0", "a" },	     { "0.1", "d" },
	{ "0.0.0", "b" },    { "0.0.1", "c" },
	{ "0.2", NULL },     { "0.0.2", NULL },
	{ "0.0.0.0", NULL }, { "1", NULL },
	{ "0.", NULL },	     { ".0", NULL },
	{ "0..0", NULL },    { "0.00", NULL },
	{ "0.-1", NULL },    { "0.0 ", NULL },
	{ "00", NULL },	     { "0.99999999999999999999", NULL },
	{ "0.0.0x", NULL },
};

START_TEST(an_id_names_one_box_or_none)
{
	struct answer a;
	bool found = ask(&a, FOUR, ids[_i].at, 100);

	ck_assert_msg(found == (ids[_i].first != NULL), "row %d", _i);
	if (found) {
		const cJSON *names = cJSON_GetObjectItem(a.tree, "names");
		int name = (int)number(&a, "name", 0);
		const char *is = "";

		if (name >= 0)
			is = cJSON_GetArrayItem(cJSON_GetArrayItem(names, name),
						0)
				     ->valuestring;
		ck_assert_msg(!strcmp(is, ids[_i].first), "row %d: %s", _i, is);
	}
	end(&a);
}
END_TEST

Suite *draw_flame_json_suite(void)
{
	Suite *suite = suite_create("draw_flame_json");
	TCase *tcase = tcase_create("flame_json");

	tcase_add_loop_test(tcase, values_add_up_in_any_budget, 0,
			    SEEDS * (int)N_BUDGETS);
	tcase_add_loop_test(tcase, ids_name_the_same_stack_in_any_budget, 0,
			    SEEDS * (int)N_BUDGETS);
	tcase_add_loop_test(tcase, an_id_names_one_box_or_none, 0, ROWS(ids));
	suite_add_tcase(suite, tcase);
	return suite;
}
