#include "suites.h"

#include <string.h>

#include "graph/sums.h"
#include "helpers.h"

/* Sums of all columns at once are those of a graph of each column. */

#define N_TYPES 3

/* A profile of 80 stacks: recursion, inlining, zeros, negative values. */
static struct pq_profile *chance_profile(uint64_t seed)
{
	struct pq_buf b = { 0 };
	struct pq_profile *p;

	pq_buf_str(&b, "types: samples/count cpu/ns space/bytes\n");
	for (int i = 0; i < 80; i++) {
		size_t depth = 1 + chance_below(&seed, 6);

		for (size_t k = 0; k < depth; k++)
			pq_buf_printf(&b, "%s%c@%c.c#%d",
				      k ? k % 3 ? ";" : ">" : "",
				      (char)('a' + chance_below(&seed, 5)),
				      (char)('x' + chance_below(&seed, 2)),
				      (int)chance_below(&seed, 3));
		for (int c = 0; c < N_TYPES; c++)
			pq_buf_printf(&b, " %d",
				      (int)chance_below(&seed, 40) - 10);
		pq_buf_char(&b, '\n');
	}
	pq_buf_str(&b, "- 3 4 5\n");
	p = profile_of(pq_buf_cstr(&b));
	pq_buf_release(&b);
	return p;
}

static const struct pq_graph_shape shapes[] = {
	{ .granularity = PQ_FUNCTIONS },
	{ .granularity = PQ_FUNCTIONS, .noinlines = true },
	{ .granularity = PQ_FILEFUNCTIONS },
	{ .granularity = PQ_FILES },
	{ .granularity = PQ_LINES },
	{ .granularity = PQ_ADDRESSES, .object_names = true },
};

static const unsigned columns[] = { 2, 0, 1 };

/* Column i of the sums against a graph of its own. */
static void expect_column(const struct pq_profile *p, const struct pq_sums *s,
			  unsigned i, struct pq_graph_shape shape)
{
	struct pq_graph g;

	shape.sample_index = columns[i];
	pq_graph_init(&g, p, &shape);
	pq_graph_sum(&g);
	ck_assert_uint_eq(g.nodes.n, s->n_nodes);
	for (uint32_t n = 0; n < s->n_nodes; n++) {
		ck_assert_int_eq(pq_sums_flat(s, n, i), g.nodes.at[n].flat);
		ck_assert_int_eq(pq_sums_cum(s, n, i), g.nodes.at[n].cum);
	}
	pq_graph_release(&g);
}

/* The divisor of a mean is a column like others. */
static void expect_means(const struct pq_profile *p, const struct pq_sums *s,
			 struct pq_graph_shape shape)
{
	struct pq_graph g;

	shape.sample_index = 2;
	shape.mean = true;
	pq_graph_init(&g, p, &shape);
	pq_graph_sum(&g);
	for (uint32_t n = 0; n < s->n_nodes; n++)
		ck_assert_int_eq(pq_mean(pq_sums_cum(s, n, 0),
					 pq_sums_cum(s, n, 1)),
				 pq_node_cum(&g.nodes.at[n]));
	pq_graph_release(&g);
}

START_TEST(columns_are_those_of_graphs)
{
	struct pq_profile *p = chance_profile((uint64_t)_i + 1);
	struct pq_graph_shape shape = shapes[(size_t)_i % ROWS(shapes)];
	struct pq_graph g;
	struct pq_sums s;

	pq_graph_init(&g, p, &shape);
	pq_sums_of_graph(&s, &g, columns, N_TYPES);
	for (unsigned i = 0; i < N_TYPES; i++)
		expect_column(p, &s, i, shape);
	expect_means(p, &s, shape);
	pq_sums_release(&s);
	pq_graph_release(&g);
	pq_profile_free(p);
}
END_TEST

START_TEST(nodes_come_one_by_one)
{
	static const int64_t one[] = { 1, 10 }, two[] = { 2, -20 };
	struct pq_sums s;

	pq_sums_init(&s, 2);
	for (uint32_t n = 0; n < 1000; n++)
		ck_assert_uint_eq(pq_sums_add_node(&s), n);
	pq_sums_begin_sample(&s);
	pq_sums_count(&s, 999, one);
	pq_sums_count(&s, 999, one);
	pq_sums_count_leaf(&s, 999, one);
	pq_sums_begin_sample(&s);
	pq_sums_count(&s, 999, two);
	ck_assert_int_eq(pq_sums_cum(&s, 999, 0), 3);
	ck_assert_int_eq(pq_sums_cum(&s, 999, 1), -10);
	ck_assert_int_eq(pq_sums_flat(&s, 999, 1), 10);
	ck_assert_int_eq(pq_sums_cum(&s, 998, 0), 0);
	pq_sums_release(&s);
}
END_TEST

Suite *graph_sums_suite(void)
{
	Suite *suite = suite_create("graph_sums");
	TCase *tcase = tcase_create("sums");

	tcase_add_loop_test(tcase, columns_are_those_of_graphs, 0,
			    4 * ROWS(shapes));
	tcase_add_test(tcase, nodes_come_one_by_one);
	suite_add_tcase(suite, tcase);
	return suite;
}
