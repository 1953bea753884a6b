#include "suites.h"

#include <inttypes.h>
#include <string.h>

#include "helpers.h"
#include "graph/graph.h"
#include "graph/order.h"

#define CPU "types: cpu/ns\n"
#define TWO "types: samples/count cpu/ns\n"

/*
 * The listed nodes as they were made, a line each: NAME FLAT CUM; and the
 * edges in theirs: FROM -> TO WEIGHT, ".." for residual, "(inline)".
 */
static void put_node(struct pq_buf *to, const struct pq_node *n)
{
	pq_buf_text(to, n->label);
	pq_buf_printf(to, " %" PRId64 " %" PRId64 "\n", pq_node_flat(n),
		      pq_node_cum(n));
}

static void put_edge(struct pq_buf *to, const struct pq_graph *g,
		     const struct pq_edge *e)
{
	pq_buf_text(to, g->nodes.at[e->from].label);
	pq_buf_str(to, e->residual ? " .. " : " -> ");
	pq_buf_text(to, g->nodes.at[e->to].label);
	pq_buf_printf(to, " %" PRId64 "%s\n", pq_mean(e->weight, e->weight_div),
		      e->is_inline ? " (inline)" : "");
}

static void graph_of(struct pq_graph *g, const struct pq_profile *p,
		     const struct pq_graph_shape *shape)
{
	pq_graph_init(g, p, shape);
	pq_graph_sum(g);
	pq_graph_label(g);
}

static void put_nodes(struct pq_buf *to, const struct pq_graph *g)
{
	for (size_t i = 0; i < g->listed.n; i++)
		put_node(to, &g->nodes.at[g->listed.at[i]]);
}

static void put_edges(struct pq_buf *to, const struct pq_graph *g)
{
	for (size_t i = 0; i < g->edges.n; i++)
		put_edge(to, g, &g->edges.at[i]);
}

static void expect_text(struct pq_buf *is, const char *expected, int row)
{
	ck_assert_msg(!strcmp(pq_buf_cstr(is), expected),
		      "row %d: is\n%s\nand not\n%s", row, pq_buf_cstr(is),
		      expected);
	pq_buf_clear(is);
}

/* ---- flat and cum ---- */

static const struct {
	const char *in;
	struct pq_graph_shape shape;
	const char *nodes;
} sums[] = {
	/* the leaf is listed first: it is met first */
	{ CPU "a;b 1\na;c 2\na 4\n", { 0 }, "b 1 1\na 4 7\nc 2 2\n" },
	/* recursion counts once, wherever it is */
	{ CPU "a;b;a;b 3\n", { 0 }, "b 3 3\na 0 3\n" },
	{ CPU "a;a;a 3\n", { 0 }, "a 3 3\n" },
	/* the innermost line of the leaf has the flat value */
	{ CPU "a;b>c>d 5\n", { 0 }, "d 5 5\nc 0 5\nb 0 5\na 0 5\n" },
	{ CPU "a;b>c>b 5\n", { 0 }, "b 5 5\nc 0 5\na 0 5\n" },
	{ CPU "a;b>c>d 5\n", { .noinlines = true }, "b 5 5\na 0 5\n" },
	{ CPU "a;b 5\na;c 5\nb -5\n", { 0 }, "a 0 10\nc 5 5\n" },
	/* only what cancels in both is gone */
	{ CPU "a;b 5\na;b;c -5\n", { 0 }, "b 5 0\nc -5 -5\n" },
	{ CPU "a;b 5\nc -5\na -3\n", { .drop_negative = true }, "b 5 5\n" },
	{ CPU "a;b -5\nc 1\n", { .drop_negative = true }, "c 1 1\n" },
	{ CPU "- 5\na 1\n", { 0 }, "a 1 1\n" },
	{ CPU, { 0 }, "" },
	{ CPU "a 9223372036854775807\na 1\n",
	  { 0 },
	  "a -9223372036854775808 -9223372036854775808\n" },
	{ TWO "a;b 1 10\na 2 0\nc 0 5\n", { 0 }, "b 1 1\na 2 3\n" },
	{ TWO "a;b 1 10\na 2 0\nc 0 5\n",
	  { .sample_index = 1 },
	  "b 10 10\na 0 10\nc 5 5\n" },
	/* mean: by the first value; without it as it is */
	{ TWO "a;b 2 10\na 3 7\nc 0 5\n",
	  { .sample_index = 1, .mean = true },
	  "b 5 5\na 2 3\nc 5 5\n" },
	/* a sample of value 0 takes part */
	{ TWO "a 2 10\na 3 0\n",
	  { .sample_index = 1, .mean = true },
	  "a 2 2\n" },
	{ TWO "a 2 10\na 3 0\nb 3 0\n", { .sample_index = 1 }, "a 10 10\n" },
	/* truncated, not rounded */
	{ TWO "a 2 -5\n", { .sample_index = 1, .mean = true }, "a -2 -2\n" },
	{ TWO "a -1 -9223372036854775808\n",
	  { .sample_index = 1, .mean = true },
	  "a -9223372036854775808 -9223372036854775808\n" },
};

START_TEST(flat_and_cum)
{
	struct pq_profile *p = profile_of(sums[_i].in);
	struct pq_buf text = { 0 };
	struct pq_graph g;

	graph_of(&g, p, &sums[_i].shape);
	put_nodes(&text, &g);
	expect_text(&text, sums[_i].nodes, _i);
	pq_buf_release(&text);
	pq_graph_release(&g);
	pq_profile_free(p);
}
END_TEST

/* ---- granularity: what makes a node ---- */

#define MAPS "map: 1000 9000 0 /bin/app -\n"
#define PLACES                                                         \
	CPU MAPS "1010^1!main@/s/a.c$1#5#7;1020^1!f@/s/a.c$9#12#2 1\n" \
		 "1010^1!main@/s/a.c$1#5#7;1030^1!f@/s/a.c$9#12#3 2\n" \
		 "1040^1!f@/s/./b.c$9#12 4\n1050^1! 8\n60! 16\n"

static const struct {
	struct pq_graph_shape shape;
	const char *nodes;
} granularities[] = {
	/* places without lines are one for each mapping */
	{ { .granularity = PQ_FUNCTIONS },
	  "f 7 7\nmain 0 3\n[app] 8 8\n<unknown> 16 16\n" },
	{ { .granularity = PQ_FILEFUNCTIONS },
	  "f /s/a.c 3 3\nmain /s/a.c 0 3\nf /s/b.c 4 4\n[app] 8 8\n"
	  "<unknown> 16 16\n" },
	/* without names the start line takes part */
	{ { .granularity = PQ_FILES },
	  "/s/a.c 3 3\n/s/a.c 0 3\n/s/b.c 4 4\n[app] 8 8\n"
	  "<unknown> 16 16\n" },
	{ { .granularity = PQ_LINES },
	  "f /s/a.c:12 3 3\nmain /s/a.c:5 0 3\nf /s/b.c:12 4 4\n[app] 8 8\n"
	  "<unknown> 16 16\n" },
	{ { .granularity = PQ_LINES, .showcolumns = true },
	  "f /s/a.c:12:2 1 1\nmain /s/a.c:5:7 0 3\nf /s/a.c:12:3 2 2\n"
	  "f /s/b.c:12 4 4\n[app] 8 8\n<unknown> 16 16\n" },
	/* addresses are left as they are */
	{ { .granularity = PQ_ADDRESSES },
	  "0000000000001020 f /s/a.c:12:2 1 1\n"
	  "0000000000001010 main /s/a.c:5:7 0 3\n"
	  "0000000000001030 f /s/a.c:12:3 2 2\n"
	  "0000000000001040 f /s/b.c:12 4 4\n"
	  "0000000000001050 [app] 8 8\n"
	  "0000000000000060 <unknown> 16 16\n" },
	{ { .granularity = PQ_ADDRESSES, .noinlines = true },
	  "0000000000001020 f /s/a.c:12 1 1\n"
	  "0000000000001010 main /s/a.c:5 0 3\n"
	  "0000000000001030 f /s/a.c:12 2 2\n"
	  "0000000000001040 f /s/b.c:12 4 4\n"
	  "0000000000001050 [app] 8 8\n"
	  "0000000000000060 <unknown> 16 16\n" },
	{ { .granularity = PQ_LINES, .trim_path = { "/s", 2 } },
	  "f a.c:12 3 3\nmain a.c:5 0 3\nf b.c:12 4 4\n[app] 8 8\n"
	  "<unknown> 16 16\n" },
};

START_TEST(granularity_makes_the_nodes)
{
	struct pq_profile *p = profile_of(PLACES);
	struct pq_buf text = { 0 };
	struct pq_graph g;

	graph_of(&g, p, &granularities[_i].shape);
	put_nodes(&text, &g);
	expect_text(&text, granularities[_i].nodes, _i);
	pq_buf_release(&text);
	pq_graph_release(&g);
	pq_profile_free(p);
}
END_TEST

static const struct {
	const char *in;
	bool object_names;
	const char *nodes;
} identities[] = {
	/* the mapping and the start line, where a report wants them */
	{ CPU MAPS "map: a000 b000 0 lib -\n1010^1!f$1 1\na010^2!f$1 2\n"
		   "1010^1!f$2 4\n",
	  false, "f 7 7\n" },
	{ CPU MAPS "map: a000 b000 0 lib -\n1010^1!f$1 1\na010^2!f$1 2\n"
		   "1010^1!f$2 4\n",
	  true, "f 1 1\nf 2 2\nf 4 4\n" },
	/* and for functions that have no name */
	{ CPU MAPS "map: a000 b000 0 lib -\n1010^1!$1 1\na010^2!$1 2\n"
		   "1010^1!$2 4\n1020^1!$1 8\n",
	  false, "[app] 9 9\n[lib] 2 2\n[app] 4 4\n" },
};

START_TEST(objects_take_part_where_they_are_wanted)
{
	struct pq_profile *p = profile_of(identities[_i].in);
	struct pq_graph_shape shape = { .object_names =
						identities[_i].object_names };
	struct pq_buf text = { 0 };
	struct pq_graph g;

	graph_of(&g, p, &shape);
	put_nodes(&text, &g);
	expect_text(&text, identities[_i].nodes, _i);
	pq_buf_release(&text);
	pq_graph_release(&g);
	pq_profile_free(p);
}
END_TEST

/* ---- edges ---- */

/* Bi is inlined into B; its name is of two letters, so never kept below. */
#define EXAMPLE                                                       \
	CPU "A;B>Bi;C;D 100\nA;B>Bi;C 50\nA;D 30\nA;B>Bi;C;B>Bi 20\n" \
	    "A 1\n"

static const struct {
	const char *in;
	const char *kept;    /* names, or all */
	const char *targets; /* names, or all */
	struct pq_graph_shape shape;
	const char *edges;
} edges[] = {
	{ CPU "a;b;c 1\na;b 2\n", NULL, NULL, { 0 }, "a -> b 3\nb -> c 1\n" },
	/* once for each sample, no self edges, cycles both ways */
	{ CPU "a;b;a;b 3\n", NULL, NULL, { 0 }, "a -> b 3\nb -> a 3\n" },
	{ CPU "a;a;a 3\n", NULL, NULL, { 0 }, "" },
	{ CPU "a;b>a 3\n", NULL, NULL, { 0 }, "a -> b 3\nb -> a 3 (inline)\n" },
	/* one use that is not inlined clears the mark */
	{ CPU "a>b 1\na>b 2\n", NULL, NULL, { 0 }, "a -> b 3 (inline)\n" },
	{ CPU "a>b 1\na;b 2\n", NULL, NULL, { 0 }, "a -> b 3\n" },
	{ CPU "a;b 1\na>b 2\n", NULL, NULL, { 0 }, "a -> b 3\n" },
	{ CPU "a>b;c 1\n", NULL, NULL, { .noinlines = true }, "a -> c 1\n" },
	{ EXAMPLE,
	  NULL,
	  NULL,
	  { 0 },
	  "A -> B 170\nB -> Bi 170 (inline)\nBi -> C 170\nC -> D 100\n"
	  "A -> D 30\nC -> B 20\n" },
	{ EXAMPLE, "ACD", NULL, { 0 }, "A .. C 170\nC -> D 100\nA -> D 30\n" },
	/* one use that skips marks the edge */
	{ CPU "a;b 1\na;x;b 2\n", "ab", NULL, { 0 }, "a .. b 3\n" },
	{ CPU "a;x;b 1\na;b 2\n", "ab", NULL, { 0 }, "a .. b 3\n" },
	{ CPU "x;a;b;x 1\n", "ab", NULL, { 0 }, "a -> b 1\n" },
	/* nodes left out between recursive frames leave no self edge */
	{ CPU "a;x;a;b 1\n", "ab", NULL, { 0 }, "a -> b 1\n" },
	{ CPU "a;b 1\n", "", NULL, { 0 }, "" },
	{ CPU "a;b;c 1\n", NULL, "c", { 0 }, "b -> c 1\n" },
	/* nodes that cancelled keep their edges */
	{ CPU "a;b;c 1\na;b -1\nb 1\n",
	  NULL,
	  NULL,
	  { 0 },
	  "a -> b 0\nb -> c 1\n" },
	{ TWO "a;b 2 10\na;b 3 0\na;c 0 0\n",
	  NULL,
	  NULL,
	  { .sample_index = 1, .mean = true },
	  "a -> b 2\n" },
};

/* Nodes whose names are one of the letters. */
static uint8_t *marked(const struct pq_graph *g, const char *names)
{
	uint8_t *marks = NULL;

	if (!names)
		return NULL;
	marks = pq_alloc_zeroed(g->nodes.n);
	for (size_t i = 0; i < g->nodes.n; i++) {
		struct pq_text name =
			pq_intern_text(&g->texts, g->nodes.at[i].name);

		marks[i] = name.len == 1 && strchr(names, name.bytes[0]);
	}
	return marks;
}

START_TEST(edges_between_kept_nodes)
{
	struct pq_profile *p = profile_of(edges[_i].in);
	struct pq_buf text = { 0 };
	uint8_t *kept, *targets;
	struct pq_graph g;

	pq_graph_init(&g, p, &edges[_i].shape);
	pq_graph_sum(&g);
	kept = marked(&g, edges[_i].kept);
	targets = marked(&g, edges[_i].targets);
	pq_graph_connect(&g, kept, targets);
	pq_graph_label_all(&g);
	put_edges(&text, &g);
	expect_text(&text, edges[_i].edges, _i);
	/* doing it again adds nothing */
	pq_graph_connect(&g, kept, targets);
	put_edges(&text, &g);
	expect_text(&text, edges[_i].edges, _i);
	pq_free(kept);
	pq_free(targets);
	pq_buf_release(&text);
	pq_graph_release(&g);
	pq_profile_free(p);
}
END_TEST

static const struct {
	const char *in;
	enum pq_inlining is; /* "b" */
} marks[] = {
	{ CPU "a>b 1\n", PQ_INLINE_ALL },
	{ CPU "a>b 1\nc>b 1\n", PQ_INLINE_ALL },
	{ CPU "a>b 1\nc;b 1\n", PQ_INLINE_SOME },
	{ CPU "a>b 1\na;b 1\n", PQ_INLINE_NO },
	{ CPU "a;b 1\n", PQ_INLINE_NO },
	{ CPU "b 1\n", PQ_INLINE_NO },
};

START_TEST(inlined_nodes_are_marked)
{
	struct pq_profile *p = profile_of(marks[_i].in);
	struct pq_graph_shape shape = { 0 };
	int is = -1;
	struct pq_graph g;

	graph_of(&g, p, &shape);
	pq_graph_connect(&g, NULL, NULL);
	pq_graph_mark_listed(&g);
	pq_graph_link_edges(&g, 0);
	for (size_t i = 0; i < g.nodes.n; i++)
		if (pq_text_is(g.nodes.at[i].label, "b"))
			is = (int)pq_node_inlining(&g, &g.nodes.at[i]);
	ck_assert_msg(is == (int)marks[_i].is, "row %d: %d", _i, is);
	pq_graph_release(&g);
	pq_profile_free(p);
}
END_TEST

Suite *graph_graph_suite(void)
{
	Suite *suite = suite_create("graph_graph");
	TCase *tcase = tcase_create("graph");

	tcase_add_loop_test(tcase, flat_and_cum, 0, ROWS(sums));
	tcase_add_loop_test(tcase, granularity_makes_the_nodes, 0,
			    ROWS(granularities));
	tcase_add_loop_test(tcase, objects_take_part_where_they_are_wanted, 0,
			    ROWS(identities));
	tcase_add_loop_test(tcase, edges_between_kept_nodes, 0, ROWS(edges));
	tcase_add_loop_test(tcase, inlined_nodes_are_marked, 0, ROWS(marks));
	suite_add_tcase(suite, tcase);
	return suite;
}
