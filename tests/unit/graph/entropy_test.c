#include "suites.h"

#include <inttypes.h>
#include <string.h>

#include "graph/entropy.h"

static const struct {
	int64_t flat, cum, in[3], out[3], score;
} scores[] = {
	/* an entry point that is a leaf: 1 for each, and flat */
	{ 100, 100, { 0 }, { 0 }, 300 },
	/* one caller, one callee: tells nothing */
	{ 0, 100, { 100 }, { 100 }, 0 },
	/* two callers that share evenly: one bit; and a leaf */
	{ 100, 100, { 50, 50 }, { 0 }, 300 },
	/* its own part counts as one more callee */
	{ 50, 100, { 100 }, { 50 }, 150 },
	/* four ways in, of which none counts more: log2(3) */
	{ 0, 300, { 100, 100, 100 }, { 300 }, 475 },
	/* weights that cancel have a total of the positive ones only */
	{ 0, 100, { 100, -100 }, { 100 }, 0 },
	/* no positive weight at all */
	{ 0, -100, { -100 }, { -100 }, 0 },
};

static void add_edges(struct pq_graph *g, const int64_t *weights, bool in)
{
	for (uint32_t i = 0; i < 3 && weights[i]; i++) {
		uint32_t other = 1 + i + (in ? 0 : 3);
		struct pq_edge e = { .from = in ? other : 0,
				     .to = in ? 0 : other,
				     .weight = weights[i] };

		*pq_vec_push(&g->edges) = e;
	}
}

START_TEST(scores_follow_the_rule)
{
	struct pq_graph g;
	int64_t score;

	memset(&g, 0, sizeof(g));
	for (int i = 0; i < 7; i++)
		memset(pq_vec_push(&g.nodes), 0, sizeof(struct pq_node));
	g.nodes.at[0].flat = scores[_i].flat;
	g.nodes.at[0].cum = scores[_i].cum;
	add_edges(&g, scores[_i].in, true);
	add_edges(&g, scores[_i].out, false);
	pq_graph_link_edges(&g, INT64_MIN);
	score = pq_node_entropy(&g, &g.nodes.at[0]);
	ck_assert_msg(score == scores[_i].score, "row %d: %" PRId64, _i, score);
	pq_vec_release(&g.nodes);
	pq_vec_release(&g.edges);
	pq_vec_release(&g.edge_order);
}
END_TEST

Suite *graph_entropy_suite(void)
{
	Suite *suite = suite_create("graph_entropy");
	TCase *tcase = tcase_create("entropy");

	tcase_add_loop_test(tcase, scores_follow_the_rule, 0, ROWS(scores));
	suite_add_tcase(suite, tcase);
	return suite;
}
