#include "suites.h"

#include <inttypes.h>
#include <string.h>

#include "graph/tags.h"
#include "helpers.h"

static const char samples[] = "types: cpu/ns\n"
			      "a;b 100 user=bob api=get\n"
			      "a;b;a 20 api=get user=bob bytes:2048\n"
			      "a 7 bytes:2048 bytes:2049 n:5\n"
			      "a 1 pprof::base=true\n";

#define BOB "api:get\\nuser:bob"

static const struct {
	const char *node, *group, *name;
	bool is_numeric;
	int64_t flat, cum, value;
} expected[] = {
	/* labels in any order; recursion counts once */
	{ "a", BOB, BOB, false, 20, 120, 0 },
	{ "b", BOB, BOB, false, 100, 120, 0 },
	{ "a", BOB, "2kB", true, 20, 20, 2048 },
	{ "b", BOB, "2kB", true, 0, 20, 2048 },
	/* two numbers, one name: both count, the first is kept */
	{ "a", "", "2kB", true, 14, 14, 2048 },
};

static const struct pq_tag *find(const struct pq_graph *g,
				 const struct pq_tags *t, int row)
{
	for (size_t i = 0; i < t->all.n; i++) {
		const struct pq_tag *tag = &t->all.at[i];
		const struct pq_node *n = &g->nodes.at[tag->node];

		if (pq_text_is(pq_intern_text(&g->texts, n->name),
			       expected[row].node) &&
		    pq_text_is(pq_intern_text(&t->texts, tag->group),
			       expected[row].group) &&
		    pq_text_is(pq_intern_text(&t->texts, tag->name),
			       expected[row].name) &&
		    tag->is_numeric == expected[row].is_numeric)
			return tag;
	}
	return NULL;
}

/* The tags of the samples above, in a graph or a tree. */
struct tagged {
	struct pq_profile *p;
	struct pq_graph g;
	struct pq_tags t;
};

static void tag(struct tagged *x, bool tree)
{
	struct pq_graph_shape shape = { .granularity = PQ_FUNCTIONS };
	static const uint8_t wanted[] = { 1, 1, 1 };

	x->p = profile_of(samples);
	pq_graph_init(&x->g, x->p, &shape);
	if (tree)
		pq_graph_sum_tree(&x->g);
	else
		pq_graph_sum(&x->g);
	pq_tags_find(&x->t, &x->g, wanted, PQ_TEXT("bytes"),
		     PQ_TEXT("minimum"));
}

static void untag(struct tagged *x)
{
	pq_tags_release(&x->t);
	pq_graph_release(&x->g);
	pq_profile_free(x->p);
}

START_TEST(tags_add_up)
{
	const struct pq_tag *found;
	struct tagged x;

	tag(&x, false);
	ck_assert_uint_eq(x.t.all.n, ROWS(expected));
	found = find(&x.g, &x.t, _i);
	ck_assert_msg(found != NULL, "row %d: not there", _i);
	ck_assert_msg(found->flat == expected[_i].flat &&
			      found->cum == expected[_i].cum &&
			      found->value == expected[_i].value,
		      "row %d: flat %" PRId64 ", cum %" PRId64 ", %" PRId64, _i,
		      found->flat, found->cum, found->value);
	untag(&x);
}
END_TEST

static size_t count(const struct tagged *x, uint32_t node)
{
	size_t n;

	pq_node_tags(&x->t, node, &n);
	return n;
}

START_TEST(nodes_of_a_tree_have_their_own_tags)
{
	size_t n = 0, of_node[3];
	struct tagged x;

	tag(&x, true);
	ck_assert_uint_eq(x.g.nodes.n, 3); /* a, a;b, a;b;a */
	for (uint32_t i = 0; i < 3; i++)
		n += of_node[i] = count(&x, i);
	ck_assert_uint_eq(n, x.t.all.n);
	ck_assert_uint_eq(of_node[0], 3);
	ck_assert_uint_eq(of_node[1], 2);
	ck_assert_uint_eq(of_node[2], 2);
	untag(&x);
}
END_TEST

START_TEST(low_tags_are_dropped)
{
	static const struct {
		int64_t cutoff;
		size_t left;
	} rows[] = { { 0, 5 }, { 20, 4 }, { 21, 2 }, { 1000, 0 } };
	struct tagged x;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		tag(&x, false);
		pq_tags_drop_low(&x.t, x.g.nodes.n, rows[i].cutoff);
		ck_assert_msg(x.t.all.n == rows[i].left, "row %zu: %zu", i,
			      x.t.all.n);
		ck_assert_msg(count(&x, 0) + count(&x, 1) == rows[i].left,
			      "row %zu: by node", i);
		untag(&x);
	}
}
END_TEST

static const struct {
	struct pq_tag a;
	const char *a_name;
	struct pq_tag b;
	const char *b_name;
	bool by_flat;
} orders[] = {
	/* a is first in each */
	{ { .cum = 5 }, "z", { .cum = 4 }, "a", false },
	{ { .cum = -5 }, "z", { .cum = 4 }, "a", false },
	{ { .cum = 5, .flat = 1 }, "z", { .cum = 5 }, "a", false },
	{ { .cum = 1, .flat = 2 }, "z", { .cum = 9, .flat = 1 }, "a", true },
	{ { .flat = 2 }, "a", { .flat = 2 }, "b", true },
	{ { .flat = 2 }, "z", { .flat = -2 }, "a", true },
};

START_TEST(order_is_by_size_and_name)
{
	struct pq_text a = pq_text_of(orders[_i].a_name);
	struct pq_text b = pq_text_of(orders[_i].b_name);
	bool by_flat = orders[_i].by_flat;

	ck_assert_msg(pq_tag_compare(&orders[_i].a, a, &orders[_i].b, b,
				     by_flat) < 0,
		      "row %d", _i);
	ck_assert_msg(pq_tag_compare(&orders[_i].b, b, &orders[_i].a, a,
				     by_flat) > 0,
		      "row %d, swapped", _i);
}
END_TEST

Suite *graph_tags_suite(void)
{
	Suite *suite = suite_create("graph_tags");
	TCase *tcase = tcase_create("tags");

	tcase_add_loop_test(tcase, tags_add_up, 0, ROWS(expected));
	tcase_add_test(tcase, nodes_of_a_tree_have_their_own_tags);
	tcase_add_test(tcase, low_tags_are_dropped);
	tcase_add_loop_test(tcase, order_is_by_size_and_name, 0, ROWS(orders));
	suite_add_tcase(suite, tcase);
	return suite;
}
