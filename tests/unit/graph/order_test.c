#include "suites.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "helpers.h"
#include "graph/order.h"

#define CPU "types: cpu/ns\n"

static void graph_of(struct pq_graph *g, const struct pq_profile *p,
		     enum pq_granularity is)
{
	struct pq_graph_shape shape;

	memset(&shape, 0, sizeof(shape));
	shape.granularity = is;
	pq_graph_init(g, p, &shape);
	pq_graph_sum(g);
	pq_graph_label(g);
}

/* ---- nodes ---- */

#define F PQ_FUNCTIONS

static const struct {
	const char *in;
	enum pq_granularity is;
	const char *by_flat, *by_cum; /* labels, and start lines if any */
} nodes[] = {
	/* larger first, whatever the sign */
	{ CPU "a 5\nb 7\nc -10\n", F, "c b a", "c b a" },
	/* equal: by name */
	{ CPU "c 5\na 5\nb -5\n", F, "a b c", "a b c" },
	{ CPU "Z 5\na 5\n_ 5\n", F, "Z _ a", "Z _ a" },
	/* flat before cum and the other way round */
	{ CPU "a;b;c 5\n"
	      "d 3\n",
	  F, "c d a b", "a b c d" },
	{ CPU "r;a 1\nr;b 2\nr 2\n", F, "b r a", "r b a" },
	/* names decide before the other sum does */
	{ CPU "b 5\nb;x 9\na 5\n", F, "x a b", "b x a" },
	{ CPU "b 5\nb;x -9\nb;y 9\na 5\n", F, "x y a b", "x y a b" },
	/* addresses before names, when both have one */
	{ CPU "2000!a 5\n1000!b 5\n", PQ_ADDRESSES,
	  "0000000000001000 b 0000000000002000 a",
	  "0000000000001000 b 0000000000002000 a" },
	{ CPU "8000000000000000!a 5\n1!b 5\n", PQ_ADDRESSES,
	  "0000000000000001 b 8000000000000000 a",
	  "0000000000000001 b 8000000000000000 a" },
	{ CPU "z 5\n1000!a 5\n", PQ_ADDRESSES, "0000000000001000 a z",
	  "0000000000001000 a z" },
	/* files of one name: then by the other sum, then as text */
	{ CPU "a@x$1 5\nb@x$9 5\nb@x$9;c@y 9\n", PQ_FILES, "y x$9 x$1",
	  "x$9 y x$1" },
	{ CPU "a@x$1 4\na@x$1;c@y 1\nb@x$9 5\n", PQ_FILES, "x$9 x$1 y",
	  "x$9 x$1 y" },
	{ CPU "a@x$9 5\nb@x$10 5\nc@x$2 5\n", PQ_FILES, "x$10 x$2 x$9",
	  "x$10 x$2 x$9" },
	/* the least number has no absolute value and goes last */
	{ CPU "a -9223372036854775808\nb 1\n", F, "b a", "b a" },
	{ CPU, F, "", "" },
};

static void expect_order(const struct pq_graph *g, const char *expected,
			 int row)
{
	struct pq_buf text = { 0 };

	for (size_t i = 0; i < g->listed.n; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];

		if (i)
			pq_buf_char(&text, ' ');
		pq_buf_text(&text, n->label);
		if (n->start_line)
			pq_buf_printf(&text, "$%" PRId64, n->start_line);
	}
	ck_assert_msg(!strcmp(pq_buf_cstr(&text), expected),
		      "row %d: %s, not %s", row, pq_buf_cstr(&text), expected);
	pq_buf_release(&text);
}

START_TEST(nodes_are_sorted)
{
	struct pq_profile *p = profile_of(nodes[_i].in);
	struct pq_graph g;

	graph_of(&g, p, nodes[_i].is);
	pq_graph_sort(&g, PQ_BY_FLAT);
	expect_order(&g, nodes[_i].by_flat, _i);
	pq_graph_sort(&g, PQ_BY_CUM);
	expect_order(&g, nodes[_i].by_cum, _i);
	pq_graph_release(&g);
	pq_profile_free(p);
}
END_TEST

/* The text compared last: "{Name OrigName Address File StartLine ...}". */
static const struct {
	const char *a, *b; /* frames */
	int order;
} infos[] = {
	{ "a", "b", -1 },
	{ "a", "a", 0 },
	{ "a", "ab", -1 },    /* a space is before any letter */
	{ "2!a", "10!a", 1 }, /* 16: a one is before a two */
	{ "9!a", "2!a", 1 },
	{ "a@x", "a@y", -1 },
	{ "a@x$9", "a@x$10", 1 },
	{ "a@x#9", "a@x#10", 1 },
	{ "a@x#1#9", "a@x#1#10", 1 },
	{ "a@x#-1", "a@x#1", -1 },
	/* one ends where the other goes on in another piece */
	{ "a|", "a", 1 },
	{ "a@x", "a@x}", -1 },
	{ "a@}", "a@x", 1 },
	{ "a@}", "a@}}", -1 },
	{ "a@x$1", "a@x$12", -1 },
};

START_TEST(identities_compare_as_text)
{
	struct pq_graph_shape shape = { .granularity = PQ_ADDRESSES,
					.object_names = true };
	struct pq_buf in = { 0 };
	struct pq_profile *p;
	struct pq_graph g;
	int order;

	pq_buf_printf(&in, CPU "%s 1\n%s 1\n", infos[_i].a, infos[_i].b);
	p = profile_of(pq_buf_cstr(&in));
	pq_graph_init(&g, p, &shape);
	pq_mem_fail_after(1, true); /* a sort calls it, which cannot unwind */
	order = pq_node_compare_info(&g, &g.nodes.at[0],
				     &g.nodes.at[g.nodes.n - 1]);
	pq_mem_fail_after(0, false);
	order = (order > 0) - (order < 0);
	ck_assert_msg(order == infos[_i].order, "row %d: %d", _i, order);
	pq_graph_release(&g);
	pq_profile_free(p);
	pq_buf_release(&in);
}
END_TEST

/* ---- edges ---- */

static const struct {
	const char *in;
	int64_t cutoff;
	const char *incoming, *outgoing; /* of node "n" */
	size_t dropped;
} linked[] = {
	{ CPU "a;n 1\nb;n 3\nc;n 2\n", 0, "b 3 c 2 a 1 ", "", 0 },
	{ CPU "n;a 1\nn;b 3\nn;c 2\n", 0, "", "b 3 c 2 a 1 ", 0 },
	/* larger first, whatever the sign; the positive one of two */
	{ CPU "a;n 1\nb;n -3\nc;n 2\nn 9\n", 0, "b -3 c 2 a 1 ", "", 0 },
	{ CPU "a;n -2\nb;n 2\nn 9\n", 0, "b 2 a -2 ", "", 0 },
	/* equal: by names */
	{ CPU "c;n 2\na;n 2\nb;n 2\n", 0, "a 2 b 2 c 2 ", "", 0 },
	{ CPU "n;c 2\nn;a 2\nn;b 2\n", 0, "", "a 2 b 2 c 2 ", 0 },
	{ CPU "a;n;b 2\nb;n;a 1\n", 0, "a 2 b 1 ", "b 2 a 1 ", 0 },
	/* below the cutoff is gone, at it is not */
	{ CPU "a;n 1\nb;n -3\nc;n 2\nn;d 1\nn;e 2\n", 2, "b -3 c 2 ", "e 2 ",
	  2 },
	{ CPU "a;n 1\n", 2, "", "", 1 },
	{ CPU "n 1\n", 0, "", "", 0 },
	/* a node that cancelled is not listed, but its edges have a name */
	{ CPU "a;n 1\nb;n 1\nb;n -1\n", 0, "a 1 b 0 ", "", 0 },
	{ CPU "a;n 1\nb;n 1\nb;n -1\n", 1, "a 1 ", "", 1 },
	/* and edges into it stay, whatever they weigh */
	{ CPU "n;z 1\nn;y;z -1\nn;x 5\n", 3, "", "x 5 z 1 ", 1 },
};

static void put_ends(struct pq_buf *to, const struct pq_graph *g,
		     uint32_t first, uint32_t n, bool incoming)
{
	for (uint32_t i = first; i < first + n; i++) {
		const struct pq_edge *e = &g->edges.at[g->edge_order.at[i]];
		uint32_t other = incoming ? e->from : e->to;

		pq_buf_text(to, g->nodes.at[other].label);
		pq_buf_printf(to, " %" PRId64 " ", e->weight);
	}
}

START_TEST(edges_are_linked_in_order)
{
	struct pq_profile *p = profile_of(linked[_i].in);
	struct pq_buf in = { 0 }, out = { 0 };
	size_t n_edges, dropped;
	struct pq_graph g;

	graph_of(&g, p, PQ_FUNCTIONS);
	pq_graph_connect(&g, NULL, NULL);
	n_edges = g.edges.n;
	pq_graph_mark_listed(&g);
	pq_graph_label_all(&g);
	dropped = pq_graph_link_edges(&g, linked[_i].cutoff);
	ck_assert_msg(dropped == linked[_i].dropped &&
			      g.edges.n == n_edges - dropped,
		      "row %d: %zu dropped", _i, dropped);
	for (size_t i = 0; i < g.nodes.n; i++) {
		const struct pq_node *n = &g.nodes.at[i];

		if (!pq_text_is(n->label, "n"))
			continue;
		put_ends(&in, &g, n->first_in, n->n_in, true);
		put_ends(&out, &g, n->first_out, n->n_out, false);
	}
	ck_assert_msg(!strcmp(pq_buf_cstr(&in), linked[_i].incoming),
		      "row %d: incoming %s", _i, pq_buf_cstr(&in));
	ck_assert_msg(!strcmp(pq_buf_cstr(&out), linked[_i].outgoing),
		      "row %d: outgoing %s", _i, pq_buf_cstr(&out));
	pq_buf_release(&in);
	pq_buf_release(&out);
	pq_graph_release(&g);
	pq_profile_free(p);
}
END_TEST

Suite *graph_order_suite(void)
{
	Suite *suite = suite_create("graph_order");
	TCase *tcase = tcase_create("order");

	tcase_add_loop_test(tcase, nodes_are_sorted, 0, ROWS(nodes));
	tcase_add_loop_test(tcase, identities_compare_as_text, 0, ROWS(infos));
	tcase_add_loop_test(tcase, edges_are_linked_in_order, 0, ROWS(linked));
	suite_add_tcase(suite, tcase);
	return suite;
}
