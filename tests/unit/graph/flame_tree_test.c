#include "suites.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "graph/flame_tree.h"
#include "report/report.h"
#include "helpers.h"

extern const struct pq_report pq_emit_folded;

/*
 * The boxes are compared with two other ways to the same numbers: the lines
 * of `folded', and the graph that top prints.
 */
struct fixture {
	struct pq_profile *p;
	struct pq_view view; /* for the boxes */
	struct pq_arena arena;
	struct pq_flame flame;
	struct pq_buf folded;
};

static size_t one_byte(void *ctx, const struct pq_flame *f, uint32_t frame)
{
	(void)ctx;
	(void)f;
	(void)frame;
	return 1;
}

static void view_of(struct pq_view *v, const struct pq_profile *p)
{
	struct pq_view_options o = { .shape = { .trim_path = PQ_TEXT(""),
						.source_path = PQ_TEXT("") },
				     .unit = PQ_TEXT("minimum"),
				     .divide_by = 1 };
	struct pq_error err;

	pq_error_clear(&err);
	ck_assert(pq_view_init(v, p, &o, &err));
}

static void fold(struct fixture *x)
{
	struct pq_report_input in = { .profile = x->p, .arena = &x->arena };
	struct pq_view v;
	struct pq_error err;
	struct pq_out out;

	pq_error_clear(&err);
	view_of(&v, x->p);
	in.view = &v;
	pq_out_open_memory(&out);
	pq_emit_folded.text(pq_emit_folded.build(&in, &err), &out);
	pq_buf_bytes(&x->folded, out.buf.data, out.buf.len);
	pq_out_close(&out, "memory", &err);
	pq_view_release(&v);
}

static void set_up(struct fixture *x, const char *description, size_t n_boxes)
{
	static const unsigned first = 0;
	struct pq_flame_options o = { .types = &first,
				      .n_types = 1,
				      .budget_bytes = n_boxes,
				      .cost = one_byte };

	memset(x, 0, sizeof(*x));
	pq_arena_init(&x->arena);
	x->p = profile_of(description);
	view_of(&x->view, x->p);
	ck_assert(pq_flame_build(&x->flame, &x->view, &o, &x->arena));
	fold(x);
}

static void tear_down(struct fixture *x)
{
	pq_flame_release(&x->flame);
	pq_view_release(&x->view);
	pq_arena_release(&x->arena);
	pq_profile_free(x->p);
	pq_buf_release(&x->folded);
}

/* The path to a box as folded lines begin with it: "a;b;c". */
static void path_of(const struct pq_flame *f, size_t box, struct pq_buf *to)
{
	const struct pq_flame_box *boxes = f->boxes.at;
	PQ_VEC(uint32_t) path = { 0 };

	pq_buf_clear(to);
	for (; boxes[box].parent != PQ_NONE; box = boxes[box].parent)
		if (!boxes[box].n_merged)
			*pq_vec_push(&path) = boxes[box].frame;
	for (size_t i = path.n; i--;) {
		pq_buf_text(to, f->stacks.frames.at[path.at[i]].name);
		pq_buf_str(to, i ? ";" : "");
	}
	pq_vec_release(&path);
}

/*
 * The sum of the folded lines whose stack begins with a path, or of the one
 * that is no longer.
 */
static int64_t folded_sum(const struct fixture *x, struct pq_text path,
			  bool whole)
{
	const char *next = whole ? " " : "; ";
	struct pq_text all = pq_buf_view(&x->folded);
	int64_t sum = 0;

	for (size_t at = 0; at < all.len;) {
		size_t end = pq_text_find(all, at, "\n"), blank = end;
		struct pq_text line = pq_text_slice(all, at, end);

		while (all.bytes[blank] != ' ')
			blank--;
		if ((!path.len && !whole) ||
		    (line.len > path.len &&
		     !memcmp(line.bytes, path.bytes, path.len) &&
		     strchr(next, line.bytes[path.len])))
			sum += strtoll(all.bytes + blank, NULL, 10);
		at = end + 1;
	}
	return sum;
}

/* A profile of 60 stacks out of a few names, by chance. */
static void put_chance(struct pq_buf *b, uint64_t seed, bool negative)
{
	uint64_t state = seed;

	pq_buf_str(b, "types: cpu/ns\n");
	for (int i = 0; i < 60; i++) {
		size_t depth = 1 + chance_below(&state, 9);
		int value = 1 + (int)chance_below(&state, 1000);

		for (size_t k = 0; k < depth; k++)
			pq_buf_printf(b, "%s%c", k ? k % 3 ? ";" : ">" : "",
				      (char)('a' + chance_below(&state, 4)));
		if (negative && chance_below(&state, 3) == 0)
			value = -value;
		pq_buf_printf(b, " %d\n", value);
	}
}

#define SEEDS 12
#define ENOUGH 100000

static void set_up_chance(struct fixture *x, int seed, size_t n_boxes)
{
	struct pq_buf b = { 0 };

	put_chance(&b, (uint64_t)seed + 1, seed % 2);
	set_up(x, pq_buf_cstr(&b), n_boxes);
	pq_buf_release(&b);
}

START_TEST(values_are_those_of_the_folded_lines)
{
	struct fixture x;
	struct pq_buf path = { 0 };

	set_up_chance(&x, _i, ENOUGH);
	ck_assert(x.flame.boxes.n > 30);
	for (size_t i = 0; i < x.flame.boxes.n; i++) {
		path_of(&x.flame, i, &path);
		ck_assert_int_eq(pq_flame_value(&x.flame, i, 0, 0),
				 folded_sum(&x, pq_buf_view(&path), false));
	}
	pq_buf_release(&path);
	tear_down(&x);
}
END_TEST

/* Whether a box stands inside another one of the same frame. */
static bool is_recursive(const struct pq_flame *f, size_t box)
{
	uint32_t at = f->boxes.at[box].parent;

	for (; at != PQ_NONE; at = f->boxes.at[at].parent)
		if (f->boxes.at[at].frame == f->boxes.at[box].frame)
			return true;
	return false;
}

START_TEST(outermost_boxes_add_up_to_cum_of_top)
{
	struct fixture x;
	struct pq_view top;

	set_up_chance(&x, _i, ENOUGH);
	view_of(&top, x.p);
	pq_view_graph(&top);
	for (size_t n = 0; n < top.graph.listed.n; n++) {
		const struct pq_node *node =
			&top.graph.nodes.at[top.graph.listed.at[n]];
		int64_t sum = 0;

		for (size_t i = 1; i < x.flame.boxes.n; i++) {
			uint32_t frame = x.flame.boxes.at[i].frame;

			if (pq_text_equal(x.flame.stacks.frames.at[frame].name,
					  node->label) &&
			    !is_recursive(&x.flame, i))
				sum += pq_flame_value(&x.flame, i, 0, 0);
		}
		ck_assert_int_eq(sum, pq_node_cum(node));
	}
	pq_view_release(&top);
	tear_down(&x);
}
END_TEST

/* How many frames are in the tree, drawn or merged. */
static size_t frames_in(const struct pq_flame *f)
{
	size_t n = 0;

	for (size_t i = 1; i < f->boxes.n; i++)
		n += f->boxes.at[i].n_merged ? f->boxes.at[i].n_merged : 1;
	return n;
}

START_TEST(merged_frames_keep_totals_and_are_counted)
{
	struct fixture whole, cut;
	size_t n_boxes = (size_t)(_i % 7) * 5;

	set_up_chance(&whole, _i, ENOUGH);
	set_up_chance(&cut, _i, n_boxes);
	for (size_t i = 0; i < whole.flame.boxes.n; i++)
		ck_assert(!whole.flame.boxes.at[i].n_merged);
	ck_assert_uint_eq(frames_in(&cut.flame), frames_in(&whole.flame));
	ck_assert_int_eq(pq_flame_value(&cut.flame, 0, 0, 0),
			 pq_flame_value(&whole.flame, 0, 0, 0));
	ck_assert_uint_le(cut.flame.boxes.n, 2 * (n_boxes + 1));
	tear_down(&whole);
	tear_down(&cut);
}
END_TEST

/* The box of a path, or PQ_NONE. */
static uint32_t box_of_path(const struct pq_flame *f, struct pq_text path)
{
	struct pq_buf b = { 0 };
	uint32_t found = PQ_NONE;

	for (size_t i = 0; i < f->boxes.n && found == PQ_NONE; i++) {
		path_of(f, i, &b);
		if (!f->boxes.at[i].n_merged &&
		    pq_text_equal(pq_buf_view(&b), path))
			found = (uint32_t)i;
	}
	pq_buf_release(&b);
	return found;
}

/* Box for box, what is drawn is as in the whole tree. */
static void check_drawn(const struct pq_flame *cut,
			const struct pq_flame *whole, size_t box)
{
	struct pq_buf path = { 0 };
	uint32_t same;

	path_of(cut, box, &path);
	same = box_of_path(whole, pq_buf_view(&path));
	ck_assert_uint_ne(same, PQ_NONE);
	ck_assert_uint_eq(cut->boxes.at[box].rank, whole->boxes.at[same].rank);
	ck_assert_uint_eq(cut->boxes.at[box].how, whole->boxes.at[same].how);
	ck_assert_int_eq(pq_flame_value(cut, box, 0, 0),
			 pq_flame_value(whole, same, 0, 0));
	ck_assert(pq_flame_size(cut, box, 0) == pq_flame_size(whole, same, 0));
	pq_buf_release(&path);
}

/* The narrowest of the drawn boxes, and the widest of those that are not. */
START_TEST(the_widest_boxes_are_drawn)
{
	struct fixture whole, cut;
	struct pq_buf path = { 0 };
	double least = INFINITY, most = 0;
	size_t n_drawn = 0, n_boxes = (size_t)_i * 3;

	set_up_chance(&whole, _i, ENOUGH);
	set_up_chance(&cut, _i, n_boxes);
	for (size_t i = 1; i < cut.flame.boxes.n; i++) {
		if (cut.flame.boxes.at[i].n_merged)
			continue;
		check_drawn(&cut.flame, &whole.flame, i);
		least = fmin(least, pq_flame_size(&cut.flame, i, 0));
		n_drawn++;
	}
	ck_assert_uint_eq(n_drawn, n_boxes);
	for (size_t i = 1; i < whole.flame.boxes.n; i++) {
		path_of(&whole.flame, i, &path);
		if (box_of_path(&cut.flame, pq_buf_view(&path)) == PQ_NONE)
			most = fmax(most, pq_flame_size(&whole.flame, i, 0));
	}
	ck_assert(least >= most);
	pq_buf_release(&path);
	tear_down(&whole);
	tear_down(&cut);
}
END_TEST

/* What is inside of a box is never wider than it, and with its own part just
 * as wide. */
START_TEST(widths_add_up)
{
	struct fixture x;
	struct pq_buf path = { 0 };
	size_t n;
	double *inside;

	set_up_chance(&x, _i, (size_t)(_i % 4) * 20);
	n = x.flame.boxes.n;
	inside = pq_alloc_zeroed(n * sizeof(*inside));
	for (size_t i = 1; i < n; i++)
		inside[x.flame.boxes.at[i].parent] +=
			pq_flame_size(&x.flame, i, 0);
	for (size_t i = 0; i < n; i++) {
		double own;

		if (x.flame.boxes.at[i].n_merged)
			continue;
		path_of(&x.flame, i, &path);
		own = (double)llabs(folded_sum(&x, pq_buf_view(&path), true));
		ck_assert_msg(inside[i] + own == pq_flame_size(&x.flame, i, 0),
			      "box %zu", i);
	}
	pq_free(inside);
	pq_buf_release(&path);
	tear_down(&x);
}
END_TEST

static const struct {
	const char *in, *folded;
} foldings[] = {
	{ "types: cpu/ns\na;b 3\na 2\na;b 4\n", "a;b 7\na 2\n" },
	{ "types: cpu/ns\na;b>c 3\n", "a;b;c 3\n" },
	{ "types: cpu/ns\na 0\nb 1\n", "b 1\n" },
	{ "types: cpu/ns\na 3\na -3\nb -1\n", "b -1\n" },
	{ "types: cpu/ns\n- 5\na 1\n", "[no stack] 5\na 1\n" },
	{ "types: cpu/ns\na;a;a 1\na;a 2\n", "a;a;a 1\na;a 2\n" },
	{ "types: cpu/ns\n", "" },
};

START_TEST(folded_merges_in_order_of_first_appearance)
{
	struct fixture x;

	set_up(&x, foldings[_i].in, ENOUGH);
	ck_assert_msg(!strcmp(pq_buf_cstr(&x.folded), foldings[_i].folded),
		      "row %d: %s", _i, pq_buf_cstr(&x.folded));
	tear_down(&x);
}
END_TEST

/* A ';' in a name would end its frame. */
START_TEST(semicolons_of_names_become_colons)
{
	struct fixture x = { .p = profile_of("types: cpu/ns\nmain;b 3\n") };

	for (size_t i = 0; i < x.p->strings.n; i++)
		if (pq_text_is(x.p->strings.at[i], "b"))
			x.p->strings.at[i] = PQ_TEXT("x;y\n");
	pq_arena_init(&x.arena);
	fold(&x);
	ck_assert_str_eq(pq_buf_cstr(&x.folded), "main;x:y\\n 3\n");
	tear_down(&x);
}
END_TEST

START_TEST(inlined_frames_are_told_apart)
{
	struct fixture x;
	const struct pq_flame_box *boxes;

	set_up(&x, "types: cpu/ns\na>b 3\na>c 1\na;c 1\n", ENOUGH);
	boxes = x.flame.boxes.at;
	ck_assert_uint_eq(x.flame.boxes.n, 4);
	ck_assert_uint_eq(boxes[1].how, PQ_STACK_CALLED);
	ck_assert_uint_eq(boxes[2].how, PQ_STACK_INLINED);
	ck_assert_uint_eq(boxes[3].how, PQ_STACK_CALLED | PQ_STACK_INLINED);
	tear_down(&x);
}
END_TEST

Suite *graph_flame_tree_suite(void)
{
	Suite *suite = suite_create("graph_flame_tree");
	TCase *tcase = tcase_create("flame_tree");

	tcase_add_loop_test(tcase, values_are_those_of_the_folded_lines, 0,
			    SEEDS);
	tcase_add_loop_test(tcase, outermost_boxes_add_up_to_cum_of_top, 0,
			    SEEDS);
	tcase_add_loop_test(tcase, merged_frames_keep_totals_and_are_counted, 0,
			    SEEDS);
	tcase_add_loop_test(tcase, the_widest_boxes_are_drawn, 0, SEEDS);
	tcase_add_loop_test(tcase, widths_add_up, 0, SEEDS);
	tcase_add_loop_test(tcase, folded_merges_in_order_of_first_appearance,
			    0, ROWS(foldings));
	tcase_add_test(tcase, semicolons_of_names_become_colons);
	tcase_add_test(tcase, inlined_frames_are_told_apart);
	suite_add_tcase(suite, tcase);
	return suite;
}
