#include "suites.h"

#include <inttypes.h>
#include <string.h>

#include "helpers.h"
#include "graph/view.h"

#define CPU "types: cpu/ns\n"
#define TWO "types: samples/count cpu/ns\n"

/* What is not said is as if no option were given, but nothing is trimmed. */
static struct pq_view_options with_defaults(struct pq_view_options o)
{
	if (!o.unit.len)
		o.unit = PQ_TEXT("minimum");
	if (!o.divide_by)
		o.divide_by = 1;
	return o;
}

static void view_of(struct pq_view *v, const struct pq_profile *p,
		    struct pq_view_options o)
{
	struct pq_error err;

	o = with_defaults(o);
	pq_error_clear(&err);
	ck_assert_msg(pq_view_init(v, p, &o, &err), "%s", err.msg);
}

/* ---- total ---- */

#define NONE                   \
	{                      \
		.nodecount = 0 \
	}
#define SECOND(...)                                        \
	{                                                  \
		.shape = {.sample_index = 1, __VA_ARGS__ } \
	}

static const struct {
	const char *in;
	struct pq_view_options options;
	int64_t total;
} totals[] = {
	{ CPU, NONE, 0 },
	{ CPU "a 3\nb 4\n", NONE, 7 },
	{ CPU "a 3\nb -4\n", NONE, 7 },
	/* without a stack too */
	{ CPU "a 3\n- 4\n", NONE, 7 },
	{ TWO "a 1 10\nb 2 20\n", NONE, 3 },
	{ TWO "a 1 10\nb 2 20\n", SECOND(.mean = false), 30 },
	{ TWO "a 1 10\nb 2 20\n", SECOND(.mean = true), 10 },
	{ TWO "a 1 10\nb 0 25\n", SECOND(.mean = true), 35 },
	{ TWO "a 0 10\n", SECOND(.mean = true), 10 },
	{ TWO "a -1 10\n", SECOND(.mean = true), -10 },
	/* of the base alone, when it has one that is not 0 */
	{ CPU "a 3\nb -4 pprof::base=true\n", NONE, 4 },
	{ CPU "a 3\nb -4 pprof::base=true\nc 5 x=y pprof::base=true\n", NONE,
	  9 },
	{ CPU "a 3\nb 0 pprof::base=true\n", NONE, 3 },
	{ CPU "a 3\nb -4 pprof::base=false\n", NONE, 7 },
	{ CPU "a 3\nb -4 base=true\n", NONE, 7 },
	{ CPU "a 3\nb -4 pprof::base:1\n", NONE, 7 },
	{ TWO "a 1 10\nb 4 20 pprof::base=true\n", SECOND(.mean = true), 5 },
};

START_TEST(the_total_is_of_absolute_values)
{
	struct pq_profile *p = profile_of(totals[_i].in);
	struct pq_view v;

	view_of(&v, p, totals[_i].options);
	ck_assert_msg(v.total == totals[_i].total, "row %d: %" PRId64, _i,
		      v.total);
	pq_view_release(&v);
	pq_profile_free(p);
}
END_TEST

START_TEST(nothing_is_divided_by_zero)
{
	struct pq_profile *p = profile_of(CPU "a 1\n");
	struct pq_view_options o = { .unit = PQ_TEXT("minimum") };
	struct pq_error err;
	struct pq_view v;

	pq_error_clear(&err);
	ck_assert(!pq_view_init(&v, p, &o, &err));
	ck_assert_int_eq(err.code, PQ_EUSAGE);
	ck_assert_str_eq(err.msg, "zero divisor specified");
	pq_profile_free(p);
}
END_TEST

/* ---- trimming ---- */

static const struct {
	double fraction;
	int64_t total, cutoff;
} cutoffs[] = {
	{ 0.005, 1000, 5 },
	{ 0.005, 999, 4 },
	{ 0.005, 199, 0 },
	{ 0.005, -1000, 5 },
	{ 0, 1000, 0 },
	{ 1, 1000, 1000 },
	{ -0.5, 1000, 500 },
	{ 0.1, 0, 0 },
	/* out of range: the least number, whose absolute value it is */
	{ 2, INT64_MAX, INT64_MIN },
};

START_TEST(a_cutoff_is_truncated)
{
	int64_t is = pq_view_cutoff(cutoffs[_i].total, cutoffs[_i].fraction);

	ck_assert_msg(is == cutoffs[_i].cutoff, "row %d: %" PRId64, _i, is);
}
END_TEST

#define CHAIN CPU "a;b 50\na;b;c 30\na;d 15\na;d;e 5\n"

static const struct {
	const char *in;
	struct pq_view_options options;
	const char *nodes; /* NAME FLAT/CUM in order, a line for each edge */
	size_t n_dropped, n_above, n_edges; /* n_edges: dropped */
} trimmed[] = {
	{ CHAIN, NONE, "b 50/80 c 30/30 d 15/20 e 5/5 a 0/100 ", 0, 5, 0 },
	{ CHAIN,
	  { .order = PQ_BY_CUM },
	  "a 0/100 b 50/80 c 30/30 d 15/20 e 5/5 ",
	  0,
	  5,
	  0 },
	/* below the share of the sum goes, by cum, and is counted */
	{ CHAIN,
	  { .nodefraction = 0.05 },
	  "b 50/80 c 30/30 d 15/20 e 5/5 a 0/100 ",
	  0,
	  5,
	  0 },
	{ CHAIN,
	  { .nodefraction = 0.06 },
	  "b 50/80 c 30/30 d 15/20 a 0/100 ",
	  1,
	  4,
	  0 },
	{ CHAIN, { .nodefraction = 0.3 }, "b 50/80 c 30/30 a 0/100 ", 2, 3, 0 },
	{ CHAIN, { .nodefraction = -0.3 }, "b 50/80 c 30/30 a 0/100 ", 2, 3, 0 },
	{ CHAIN, { .nodefraction = 2 }, "", 5, 0, 0 },
	{ CPU "a 100\nb -60\nc 3\n"
	      "d 4\n",
	  { .nodefraction = 0.1 },
	  "a 100/100 b -60/-60 d 4/4 ",
	  1,
	  3,
	  0 },
	/* the first so many; what was above the cutoff is known */
	{ CHAIN, { .nodecount = 2 }, "b 50/80 c 30/30 ", 0, 5, 0 },
	{ CHAIN,
	  { .nodecount = 5 },
	  "b 50/80 c 30/30 d 15/20 e 5/5 a 0/100 ",
	  0,
	  5,
	  0 },
	{ CHAIN,
	  { .nodecount = 9 },
	  "b 50/80 c 30/30 d 15/20 e 5/5 a 0/100 ",
	  0,
	  5,
	  0 },
	{ CHAIN,
	  { .nodecount = 2, .order = PQ_BY_CUM },
	  "a 0/100 b 50/80 ",
	  0,
	  5,
	  0 },
	{ CHAIN,
	  { .nodecount = 3, .nodefraction = 0.06 },
	  "b 50/80 c 30/30 d 15/20 ",
	  1,
	  4,
	  0 },
	/* edges between what is shown */
	{ CHAIN,
	  { .with_edges = true },
	  "b 50/80 c 30/30 d 15/20 e 5/5 a 0/100 \na->b 80\nb->c 30\n"
	  "a->d 20\nd->e 5",
	  0,
	  5,
	  0 },
	{ CHAIN,
	  { .with_edges = true, .edgefraction = 0.2 },
	  "b 50/80 c 30/30 d 15/20 e 5/5 a 0/100 \na->b 80\nb->c 30\n"
	  "a->d 20",
	  0,
	  5,
	  1 },
	{ CHAIN,
	  { .with_edges = true, .edgefraction = 0.21 },
	  "b 50/80 c 30/30 d 15/20 e 5/5 a 0/100 \na->b 80\nb->c 30",
	  0,
	  5,
	  2 },
	{ CHAIN,
	  { .with_edges = true, .nodecount = 3, .order = PQ_BY_CUM },
	  "a 0/100 b 50/80 c 30/30 \na->b 80\nb->c 30",
	  0,
	  5,
	  0 },
	{ CPU "a;x;b 50\na;c 40\nb 20\n",
	  { .with_edges = true, .nodefraction = 0.46 },
	  "b 70/70 a 0/90 x 0/50 \na->x 50\nx->b 50",
	  1,
	  3,
	  0 },
	{ CPU "a;x;b 50\na;b 40\n",
	  { .with_edges = true, .nodecount = 2, .order = PQ_BY_CUM },
	  "a 0/90 b 90/90 \na..b 90",
	  0,
	  3,
	  0 },
	/* without printed edges only what tells inlined frames */
	{ CPU "a;b>c 1\nb>d 2\n", NONE,
	  "d 2/2 c 1/1 a 0/1 b 0/3 \nb->c 1\nb->d 2", 0, 4, 0 },
	{ CPU "a;b>c 1\nb>d 2\n", { .nodecount = 1 }, "d 2/2 ", 0, 4, 0 },
};

static void put_edge(struct pq_buf *to, const struct pq_graph *g,
		     const struct pq_edge *e)
{
	pq_buf_char(to, '\n');
	pq_buf_text(to, pq_intern_text(&g->texts, g->nodes.at[e->from].name));
	pq_buf_str(to, e->residual ? ".." : "->");
	pq_buf_text(to, pq_intern_text(&g->texts, g->nodes.at[e->to].name));
	pq_buf_printf(to, " %" PRId64, e->weight);
}

/* Edges stand in the order in which they were met. */
static void put_view(struct pq_buf *to, const struct pq_view *v)
{
	const struct pq_graph *g = &v->graph;

	for (size_t i = 0; i < g->listed.n; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];

		pq_buf_text(to, n->label);
		pq_buf_printf(to, " %" PRId64 "/%" PRId64 " ", n->flat, n->cum);
	}
	for (size_t i = 0; i < g->edges.n; i++)
		put_edge(to, g, &g->edges.at[i]);
}

START_TEST(a_view_is_trimmed)
{
	struct pq_profile *p = profile_of(trimmed[_i].in);
	struct pq_buf text = { 0 };
	struct pq_view v;

	view_of(&v, p, trimmed[_i].options);
	pq_view_graph(&v);
	put_view(&text, &v);
	ck_assert_msg(!strcmp(pq_buf_cstr(&text), trimmed[_i].nodes),
		      "row %d: %s", _i, pq_buf_cstr(&text));
	ck_assert_msg(v.n_dropped_nodes == trimmed[_i].n_dropped &&
			      v.n_above_cutoff == trimmed[_i].n_above &&
			      v.n_dropped_edges == trimmed[_i].n_edges,
		      "row %d: %zu dropped, %zu above, %zu edges", _i,
		      v.n_dropped_nodes, v.n_above_cutoff, v.n_dropped_edges);
	pq_buf_release(&text);
	pq_view_release(&v);
	pq_profile_free(p);
}
END_TEST

/* ---- units ---- */

#define T(text) PQ_TEXT(text)
#define BYTES                                       \
	"types: space/bytes\na 1\nb 1023\nc 1024\n" \
	"d 1536\n"                                  \
	"e 3145728\nf 5368709120\n"

static const struct {
	const char *in;
	struct pq_view_options options;
	int64_t value;
	const char *unit, *text;
} units[] = {
	/* one unit for all that is shown */
	{ BYTES, { .nodefraction = 0.005 }, 5368709120, "GB", "5GB" },
	{ BYTES, { .nodefraction = 0.005 }, 26859292, "GB", "0.03GB" },
	{ BYTES,
	  { .unit = T("auto"), .nodefraction = 0.005 },
	  26859292,
	  "auto",
	  "25.62MB" },
	{ BYTES,
	  { .unit = T("kb"), .nodefraction = 0.005 },
	  26859292,
	  "kb",
	  "26229.78kB" },
	{ BYTES, { .unit = T("kb") }, 5371858432, "kb", "5245955.50kB" },
	/* of another family: the own one's default */
	{ CPU "a 5000000\n", { .unit = T("mb") }, 5000000, "mb", "0.01s" },
	/* the least value's unit, */
	{ CPU "a 5000000\n", NONE, 5000000, "ms", "5ms" },
	{ CPU "a 20000000\nb 1000000000\n", NONE, 1020000000, "ms", "1020ms" },
	/* or one for a hundred times that when the total is far away */
	{ CPU "a 50000\nb 10000000000\n", NONE, 50000, "ms", "0.05ms" },
	{ CPU "a 5\nb 1000000000\n", NONE, 1000000000, "ns", "1000000000ns" },
	{ CPU "a 500000\nb 50000000\n", NONE, 500000, "ms", "0.50ms" },
	{ CPU "a 500000\nb 49000000\n", NONE, 500000, "us", "500us" },
	{ CPU "a 500000\nb 49500000\n", NONE, 500000, "us", "500us" },
	/* unless the finest is asked for */
	{ CPU "a 50000\nb 10000000000\n",
	  { .finest_unit = true },
	  50000,
	  "us",
	  "50us" },
	/* nodes without flat take part with cum; negative ones by size */
	{ CPU "r;a 5000000000\nr;b -4999999995\n", NONE, 5, "ns", "5ns" },
	{ CPU "a -5000\n", NONE, -5000, "us", "-5us" },
	/* a sum that has wrapped to -2^63 has no size */
	{ CPU "a 4611686018427387904\na 4611686018427387904\nb 5000\n", NONE,
	  5000, "us", "5us" },
	/* only those that are left */
	{ CPU "a 5\nb 1000000000\n", { .nodecount = 1 }, 5, "s", "0" },
	/* without nodes it stays open */
	{ CPU, NONE, 5, "minimum", "5ns" },
	{ CPU "- 7\n", NONE, 1500, "minimum", "1.50us" },
	/* what is not known is printed as it is, what counts without */
	{ "types: n/widgets\na 1000000\n", NONE, 1000000, "widgets",
	  "1000000widgets" },
	{ "types: n/count\na 1000000\n", NONE, 1000000, "count", "1000000" },
	{ "types: n/\na 10\n", NONE, 10, "", "10" },
	{ "types: n/widgets\na 10\n", { .unit = T("foo") }, 10, "foo", "10foo" },
	/* divided before the unit is found */
	{ CPU "a 5000\n", { .divide_by = 1000 }, 5000, "ns", "5ns" },
	{ CPU "a 5000\n", { .divide_by = 0.001 }, 5000, "ms", "5ms" },
	{ CPU "a 5999\n", { .divide_by = 1000 }, 5999, "ns", "5ns" },
	{ CPU "a 50000000\nb 850000000\n",
	  { .divide_by = 1000 },
	  50000000,
	  "us",
	  "50us" },
	{ CPU "a 5000\n", { .divide_by = -1000 }, 5000, "us", "5us" },
	/* the mean is what is shown */
	{ TWO "a 1000 5000000\n", SECOND(.mean = true), 5000, "us", "5us" },
};

START_TEST(values_have_one_unit)
{
	struct pq_profile *p = profile_of(units[_i].in);
	struct pq_buf text = { 0 };
	struct pq_view v;

	view_of(&v, p, units[_i].options);
	pq_view_graph(&v);
	ck_assert_msg(pq_text_is(v.output_unit, units[_i].unit),
		      "row %d: unit %.*s", _i, (int)v.output_unit.len,
		      v.output_unit.bytes);
	pq_view_value(&v, &text, units[_i].value);
	ck_assert_msg(!strcmp(pq_buf_cstr(&text), units[_i].text), "row %d: %s",
		      _i, pq_buf_cstr(&text));
	pq_buf_release(&text);
	pq_view_release(&v);
	pq_profile_free(p);
}
END_TEST

/* The chosen one takes the last place when it is further back. */
START_TEST(so_many_types_are_looked_at)
{
	struct pq_view_options o = { .all_types = true };
	struct pq_buf b = { 0 };
	struct pq_profile *p;
	struct pq_view v;

	pq_buf_str(&b, "types:");
	for (int i = 0; i < PQ_VIEW_TYPES + 4; i++)
		pq_buf_printf(&b, " t%d/u", i);
	pq_buf_str(&b, "\na");
	for (int i = 0; i < PQ_VIEW_TYPES + 4; i++)
		pq_buf_printf(&b, " %d", i);
	pq_buf_char(&b, '\n');
	p = profile_of(pq_buf_cstr(&b));
	o.shape.sample_index = PQ_VIEW_TYPES + 2;
	view_of(&v, p, o);
	ck_assert_uint_eq(v.n_types, PQ_VIEW_TYPES);
	ck_assert_int_eq(v.types[3].total, 3);
	ck_assert_uint_eq(v.types[PQ_VIEW_TYPES - 1].column, PQ_VIEW_TYPES + 2);
	ck_assert_int_eq(v.types[PQ_VIEW_TYPES - 1].total, PQ_VIEW_TYPES + 2);
	pq_view_release(&v);
	pq_profile_free(p);
	pq_buf_release(&b);
}
END_TEST

Suite *graph_view_suite(void)
{
	Suite *suite = suite_create("graph_view");
	TCase *tcase = tcase_create("view");

	tcase_add_loop_test(tcase, the_total_is_of_absolute_values, 0,
			    ROWS(totals));
	tcase_add_test(tcase, nothing_is_divided_by_zero);
	tcase_add_loop_test(tcase, a_cutoff_is_truncated, 0, ROWS(cutoffs));
	tcase_add_loop_test(tcase, a_view_is_trimmed, 0, ROWS(trimmed));
	tcase_add_loop_test(tcase, values_have_one_unit, 0, ROWS(units));
	tcase_add_test(tcase, so_many_types_are_looked_at);
	suite_add_tcase(suite, tcase);
	return suite;
}
