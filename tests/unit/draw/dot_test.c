#include "suites.h"

#include <graphviz/cgraph.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "draw/dot.h"
#include "helpers.h"

/* ---- names ---- */

static const struct {
	const char *name, *shortened;
} names[] = {
	{ "github.com/google/pprof/profile.(*Profile).Merge",
	  "profile.(*Profile).Merge" },
	{ "github.com/x/y/v2/pkg.Func[...]", "pkg.Func[...]" },
	{ "github.com/x/y/v2.F", "y.F" },
	{ "a/v0/b.c", "b.c" },
	{ "a/v1.c", "v1.c" },
	{ "a/v10.c", "a.c" },
	{ "v2/a.b", "a.b" },
	{ "a/b", "a/b" },
	{ "a/.b", "a/.b" },
	{ "com.example.app.Main$Inner.run(String)", "Main$Inner.run" },
	{ "java.util.List.<init>", "List.<init>" },
	{ "com.example.foo.bar", "com.example.foo.bar" },
	{ "std::__1::Foo::bar", "Foo::bar" },
	{ "ns1::ns2::Class::Method<T>", "Class::Method<T>" },
	{ "ns::Class::~Class() const", "Class::~Class" },
	{ "(anonymous namespace)::Foo::bar", "Foo::bar" },
	{ "foo::~Bar", "foo::~Bar" },
	{ "std::vector<int, std::allocator<int> >::push_back(int)",
	  "std::vector<int, std::allocator<int> >::push_back(int)" },
	{ "", "" },
	{ "/", "/" },
	{ "::", "::" },
	{ "a/", "a/" },
};

START_TEST(name_is_shortened)
{
	struct pq_buf scratch = { 0 };
	struct pq_text t = pq_dot_shorten(&scratch, pq_text_of(names[_i].name));

	ck_assert_msg(pq_text_is(t, names[_i].shortened), "row %d: %.*s", _i,
		      (int)t.len, t.bytes);
	pq_buf_release(&scratch);
}
END_TEST

/* ---- colors ---- */

static const struct {
	double score;
	bool background;
	enum pq_palette palette;
	const char *color;
} colors[] = {
	{ 1.0, false, PQ_PALETTE_PPROF, "#b20000" },
	{ 1.0, true, PQ_PALETTE_PPROF, "#edd5d5" },
	{ 170.0 / 210, false, PQ_PALETTE_PPROF, "#b20a00" },
	{ 170.0 / 210, true, PQ_PALETTE_PPROF, "#edd6d5" },
	{ 20.0 / 210, false, PQ_PALETTE_PPROF, "#b2885d" },
	{ 20.0 / 210, true, PQ_PALETTE_PPROF, "#ede7e1" },
	{ -100.0 / 350, false, PQ_PALETTE_PPROF, "#37b200" },
	{ -100.0 / 350, true, PQ_PALETTE_PPROF, "#dcedd5" },
	{ 7.0, false, PQ_PALETTE_PPROF, "#b20000" },
	{ 0.0, false, PQ_PALETTE_PPROF, "#b2b2b2" },
	{ (double)NAN, false, PQ_PALETTE_PPROF, "#b20000" },
	{ (double)NAN, true, PQ_PALETTE_PPROF, "#ed00d5" },
	{ 1.0, false, PQ_PALETTE_COLORBLIND, "#b24700" },
	{ -1.0, false, PQ_PALETTE_COLORBLIND, "#0047b2" },
	{ 0.0, false, PQ_PALETTE_COLORBLIND, "#b2b2b2" },
};

/* The reference's curve in four steps: half of what there is has the last. */
static const struct {
	double score;
	enum pq_palette palette;
	const char *class;
} classes[] = {
	{ 0, PQ_PALETTE_PPROF, "" },
	{ 0.001, PQ_PALETTE_PPROF, "red1" },
	{ 0.1, PQ_PALETTE_PPROF, "red2" },
	{ 0.2, PQ_PALETTE_PPROF, "red3" },
	{ 0.5, PQ_PALETTE_PPROF, "red4" },
	{ 7, PQ_PALETTE_PPROF, "red4" },
	{ -0.001, PQ_PALETTE_PPROF, "green1" },
	{ -1, PQ_PALETTE_PPROF, "green4" },
	{ 1, PQ_PALETTE_COLORBLIND, "orange4" },
	{ -0.2, PQ_PALETTE_COLORBLIND, "blue3" },
	{ NAN, PQ_PALETTE_PPROF, "" },
};

START_TEST(class_of_a_share)
{
	struct pq_dot_class c =
		pq_dot_class(classes[_i].score, classes[_i].palette);

	ck_assert_msg(!strcmp(c.text, classes[_i].class), "row %d: %s", _i,
		      c.text);
}
END_TEST

START_TEST(color_of_a_share)
{
	struct pq_dot_color c = pq_dot_color(
		colors[_i].score, colors[_i].background, colors[_i].palette);

	ck_assert_msg(!strcmp(c.text, colors[_i].color), "row %d: %s", _i,
		      c.text);
}
END_TEST

/* ---- what is written is read as the same ---- */

static const struct {
	const char *name;  /* of a function, a tag and a unit */
	const char *label; /* what graphviz sees in quotes */
} hostile[] = {
	{ "plain", "plain" },
	{ "quote\"s", "quote\"s" },
	{ "end\\", "end\\\\" },
	{ "end\\\"", "end\\\\\"" },
	{ "\\N\\G\\E\\l", "\\\\N\\\\G\\\\E\\\\l" },
	{ "\" URL=\"x", "\" URL=\"x" },
	{ "\"]; evil [label=\"x", "\"]; evil [label=\"x" },
	{ "new\nline", "new\\\\nline" },
	{ "\x1b[31m", "\\\\x1b[31m" },
	{ "\xff", "\\\\xff" },
	{ "<b>html</b>", "<b>html</b>" },
	{ "<<b>>", "<<b>>" },
	{ "N1", "N1" },
	{ "// /* #", "// /* #" },
};

/* A profile in which many things have one name. */
static struct pq_profile *named(const char *name)
{
	struct pq_profile *p = profile_of("types: cpu/X\ncomment: X\n"
					  "map: 1000 2000 0 X -\n"
					  "root;X 1000 key=X\n");

	for (size_t i = 0; i < p->strings.n; i++)
		if (pq_text_is(p->strings.at[i], "X"))
			p->strings.at[i] = pq_text_of(name);
	return p;
}

/* The drawing of it, as graphviz reads it. */
static Agraph_t *draw(const char *name, enum pq_dot_use use)
{
	struct pq_view_options o = { .divide_by = 1,
				     .visual = true,
				     .with_edges = true,
				     .tag_unit = PQ_TEXT("bytes") };
	struct pq_profile *p = named(name);
	struct pq_notes filters = { 0 };
	struct pq_arena arena;
	struct pq_error err;
	struct pq_view v;
	struct pq_report_input in = { .label_boxes = SIZE_MAX,
				      .view = &v,
				      .profile = p,
				      .filters = &filters,
				      .arena = &arena };
	Agraph_t *graph;
	struct pq_out out;

	pq_arena_init(&arena);
	pq_error_clear(&err);
	o.unit = pq_text_of(name);
	ck_assert(pq_view_init(&v, p, &o, &err));
	pq_out_open_memory(&out);
	pq_dot_print(pq_dot_build(&in, use), use, &out);
	graph = agmemread(pq_buf_cstr(&out.buf));
	pq_buf_release(&out.buf);
	pq_view_release(&v);
	pq_arena_release(&arena);
	pq_profile_free(p);
	return graph;
}

/* Whether the label of a node begins so. */
static void check_label(Agraph_t *g, const char *node, const char *prefix,
			const char *label, int row)
{
	Agnode_t *n = agnode(g, (char *)(uintptr_t)node, 0);
	const char *is;

	ck_assert_msg(n != NULL, "row %d: no %s", row, node);
	is = agget(n, (char *)(uintptr_t) "label");
	ck_assert_msg(!strncmp(is, prefix, strlen(prefix)) &&
			      !strncmp(is + strlen(prefix), label,
				       strlen(label)),
		      "row %d: %s has label %s", row, node, is);
	ck_assert_msg(!agattr(g, AGNODE, (char *)(uintptr_t) "URL", NULL),
		      "row %d: a name became an attribute", row);
}

START_TEST(no_name_leaves_its_quotes)
{
	enum pq_dot_use use = _i % 2 ? PQ_DOT_FOR_LAYOUT : PQ_DOT_FOR_READERS;
	int row = _i / 2;
	Agraph_t *g = draw(hostile[row].name, use);

	ck_assert_msg(g != NULL, "row %d: not dot", row);
	/* root, the leaf, a tag for each, the legend */
	ck_assert_msg(agnnodes(g) == 4, "row %d: %d nodes", row, agnnodes(g));
	ck_assert_msg(agnedges(g) == 2, "row %d: %d edges", row, agnedges(g));
	check_label(g, "N1", "", hostile[row].label, row);
	check_label(g, "N1_0", "key:", hostile[row].label, row);
	agclose(g);
}
END_TEST

/* ---- lines of a name ---- */

#define TEN "0123456789"

static const struct {
	const char *name, *for_readers, *for_layout;
} broken[] = {
	{ "main.run", "main\\nrun\\n", "main\\nrun\\n" },
	{ "maps.Keys[go.shape.int,go.shape.string]",
	  "maps\\nKeys[go\\nshape\\nint,go\\nshape\\nstring]\\n",
	  "maps\\nKeys[go.shape.int,go.shape.string]\\n" },
	{ "maps.Keys[...].func1", "maps\\nKeys[\u2026]\\nfunc1\\n",
	  "maps\\nKeys[...]\\nfunc1\\n" },
	{ "a.F[[]b.C[d.E],f.G].h.i", "a\\nF[[]b\\nC[d\\nE],f\\nG]\\nh\\ni\\n",
	  "a\\nF[[]b.C[d.E],f.G]\\nh\\ni\\n" },
	{ "<a::B<c::D> as e::F>::g", "<a\\nB<c\\nD> as e\\nF>\\ng\\n",
	  "<a::B<c::D> as e::F>\\ng\\n" },
	/* what is no bracket */
	{ "a::operator<::b.c", "a\\noperator<\\nb\\nc\\n",
	  "a\\noperator<\\nb\\nc\\n" },
	{ "a::operator<=>::b", "a\\noperator<=>\\nb\\n",
	  "a\\noperator<=>\\nb\\n" },
	{ "a<b->c::d>::e", "a<b->c\\nd>\\ne\\n", "a<b->c::d>\\ne\\n" },
	{ "a]::b>::c", "a]\\nb>\\nc\\n", "a]\\nb>\\nc\\n" },
	{ "a[b.c", "a[b\\nc\\n", "a[b.c\\n" },
	/* forty bytes of what is inside, and whole characters */
	{ "a.F[" TEN TEN TEN TEN "].g", "a\\nF[" TEN TEN TEN TEN "]\\ng\\n",
	  "a\\nF[" TEN TEN TEN TEN "]\\ng\\n" },
	{ "a.F[" TEN TEN TEN TEN "0].g", "a\\nF[" TEN TEN TEN TEN "0]\\ng\\n",
	  "a\\nF[" TEN TEN TEN TEN "\u2026]\\ng\\n" },
	{ "a.F[" TEN TEN TEN "012345678\u00e9\u00e9].g[" TEN TEN TEN TEN TEN
	  "]",
	  "a\\nF[" TEN TEN TEN "012345678\u00e9\u00e9]\\ng[" TEN TEN TEN TEN TEN
	  "]\\n",
	  "a\\nF[" TEN TEN TEN "012345678\u2026]\\ng[" TEN TEN TEN TEN
	  "\u2026]\\n" },
	{ "\"q\\.[&.\"]", "\"q\\\\\\n[&\\n\"]\\n", "\"q\\\\\\n[&amp;.\"]\\n" },
};

START_TEST(name_ends_its_lines_outside_of_brackets)
{
	enum pq_dot_use use = _i % 2 ? PQ_DOT_FOR_LAYOUT : PQ_DOT_FOR_READERS;
	int row = _i / 2;
	Agraph_t *g = draw(broken[row].name, use);

	ck_assert_msg(g != NULL, "row %d: not dot", row);
	check_label(g, "N1", "",
		    use == PQ_DOT_FOR_LAYOUT ? broken[row].for_layout
					     : broken[row].for_readers,
		    row);
	agclose(g);
}
END_TEST

Suite *draw_dot_suite(void)
{
	Suite *suite = suite_create("draw_dot");
	TCase *tcase = tcase_create("dot");

	tcase_add_loop_test(tcase, name_is_shortened, 0, ROWS(names));
	tcase_add_loop_test(tcase, color_of_a_share, 0, ROWS(colors));
	tcase_add_loop_test(tcase, class_of_a_share, 0, ROWS(classes));
	tcase_add_loop_test(tcase, no_name_leaves_its_quotes, 0,
			    2 * ROWS(hostile));
	tcase_add_loop_test(tcase, name_ends_its_lines_outside_of_brackets, 0,
			    2 * ROWS(broken));
	suite_add_tcase(suite, tcase);
	return suite;
}
