#include "suites.h"

#include <string.h>

#include "base/mem.h"
#include "graph/stack_groups.h"
#include "helpers.h"

/* Stacks of a described profile, ready to be cut. */
struct fixture {
	struct pq_profile *p;
	struct pq_view view;
	struct pq_arena arena;
	struct pq_stacks stacks;
	struct pq_stack_groups groups;
};

static void set_up(struct fixture *x, const char *description, bool can_repeat)
{
	static const unsigned first = 0;
	struct pq_stacks_options so = { .columns = &first,
					.n_columns = 1,
					.for_groups = true,
					.can_repeat = can_repeat };
	struct pq_view_options vo = { .shape = { .trim_path = PQ_TEXT(""),
						 .source_path = PQ_TEXT("") },
				      .unit = PQ_TEXT("minimum"),
				      .divide_by = 1 };
	struct pq_error err;

	pq_error_clear(&err);
	pq_arena_init(&x->arena);
	x->p = profile_of(description);
	ck_assert(pq_view_init(&x->view, x->p, &vo, &err));
	pq_stacks_build(&x->stacks, &x->view, &so, &x->arena);
	pq_stack_groups_init(&x->groups, &x->stacks);
}

static void tear_down(struct fixture *x)
{
	pq_stack_groups_release(&x->groups);
	pq_stacks_release(&x->stacks);
	pq_view_release(&x->view);
	pq_arena_release(&x->arena);
	pq_profile_free(x->p);
}

static const struct {
	const char *in;
	unsigned n_stacks, n_ended;
	const char *groups; /* "frame n how", each after a blank */
	unsigned n_paths;
} cuts[] = {
	{ "types: cpu/ns\n", 0, 0, "", 0 },
	{ "types: cpu/ns\n- 5\n", 1, 1, "", 0 },
	{ "types: cpu/ns\na;b;c 1\n", 1, 0, " a 1 1", 3 },
	{ "types: cpu/ns\na;b 1\na;b 2\n", 1, 0, " a 1 1", 2 },
	/* the frame that mostly follows comes last */
	{ "types: cpu/ns\na;b 1\n- 5\nc 1\na 1\n", 4, 1, " c 1 1 a 2 1", 3 },
	{ "types: cpu/ns\na;b;c 1\na;b;d;e 1\n", 2, 0, " a 2 1", 5 },
	{ "types: cpu/ns\na;b 1\na;b;c;d 1\n", 2, 0, " a 2 1", 4 },
	{ "types: cpu/ns\na;b 1\na;c 1\na;b;c 1\nb;a 1\n", 4, 0, " b 1 1 a 3 1",
	  6 },
	/* inlined in one of two samples, which are one stack */
	{ "types: cpu/ns\na>b 1\na;b 1\n", 1, 0, " a 1 1", 2 },
};

static struct pq_text name_at(struct fixture *x, const struct pq_stack_group *g,
			      uint32_t depth)
{
	return x->stacks.frames.at[pq_stack_groups_frame(&x->groups, g, depth)]
		.name;
}

static void describe_groups(struct fixture *x, struct pq_buf *b)
{
	for (size_t i = 0; i < x->groups.list.n; i++) {
		const struct pq_stack_group *g = &x->groups.list.at[i];

		pq_buf_char(b, ' ');
		pq_buf_text(b, name_at(x, g, 0));
		pq_buf_printf(b, " %u %u", (unsigned)g->n,
			      (unsigned)pq_stack_groups_how(&x->groups, g, 0));
	}
}

START_TEST(a_cut_brings_equal_frames_together)
{
	struct fixture x;
	struct pq_buf b = { 0 };
	struct pq_stack_group all = { 0 };

	set_up(&x, cuts[_i].in, false);
	all.n = (uint32_t)x.stacks.list.n;
	ck_assert_uint_eq(all.n, cuts[_i].n_stacks);
	pq_stack_groups_cut(&x.groups, &all, 0);
	describe_groups(&x, &b);
	ck_assert_uint_eq(x.groups.n_ended, cuts[_i].n_ended);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), cuts[_i].groups), "row %d: %s",
		      _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
	tear_down(&x);
}
END_TEST

START_TEST(paths_are_counted_once)
{
	struct fixture x;

	set_up(&x, cuts[_i].in, false);
	ck_assert_msg(pq_stack_groups_paths(&x.groups, 0,
					    (uint32_t)x.stacks.list.n,
					    0) == cuts[_i].n_paths,
		      "row %d", _i);
	tear_down(&x);
}
END_TEST

/* Called and inlined frames of one name are one, and both are known. */
START_TEST(a_stack_knows_all_ways_of_its_frames)
{
	struct fixture x;
	struct pq_stack_group g = { .n = _i ? 2 : 1 };

	set_up(&x, "types: cpu/ns\na>b 1\na;b 1\n", _i);
	pq_stack_groups_cut(&x.groups, &g, 0);
	g = x.groups.list.at[0];
	ck_assert_uint_eq(pq_stack_groups_how(&x.groups, &g, 0),
			  PQ_STACK_CALLED);
	pq_stack_groups_cut(&x.groups, &g, 1);
	g = x.groups.list.at[0];
	ck_assert_uint_eq(pq_stack_groups_how(&x.groups, &g, 1),
			  PQ_STACK_CALLED | PQ_STACK_INLINED);
	tear_down(&x);
}
END_TEST

/* Stacks that repeat end side by side; a negative one has them looked for. */
START_TEST(stacks_that_repeat_are_one_range)
{
	static const char *const profiles[] = {
		"types: cpu/ns\na;b 1\na 2\nc 5\na;b 3\na 4\na;b 7\n",
		"types: cpu/ns\na;b 1\na 2\nc 5\na;b 3\na -4\na;b 7\n",
	};
	struct pq_stack_group g = { 0 };
	struct fixture x;

	set_up(&x, profiles[_i], true);
	g.n = (uint32_t)x.stacks.list.n;
	ck_assert_uint_eq(g.n, _i ? 3 : 6);
	ck_assert_uint_eq(pq_stack_groups_paths(&x.groups, 0, g.n, 0), 3);
	/* c and a; behind a is b, and a itself. */
	pq_stack_groups_cut(&x.groups, &g, 0);
	ck_assert_uint_eq(x.groups.list.n, 2);
	for (size_t i = 0; i < 2; i++)
		if (x.groups.list.at[i].n > 1)
			g = x.groups.list.at[i];
	ck_assert_uint_eq(g.n, _i ? 2 : 5);
	pq_stack_groups_cut(&x.groups, &g, 1);
	ck_assert_uint_eq(x.groups.n_ended, _i ? 1 : 2);
	ck_assert_uint_eq(x.groups.list.n, 1);
	ck_assert_uint_eq(x.groups.list.at[0].n, _i ? 1 : 3);
	tear_down(&x);
}
END_TEST

/* ---- many stacks, deeper than a key and than a word of bits ---- */

#define N_DEEP 260
#define DEEPEST 150

/* Stacks by chance: a long beginning of an earlier one, then another end. */
struct deep_stacks {
	char frames[N_DEEP][DEEPEST + 1]; /* a letter each; capital: inlined */
	unsigned seed;
};

static unsigned draw(struct deep_stacks *d, unsigned below)
{
	d->seed = d->seed * 1103515245u + 12345u;
	return (d->seed >> 16) % below;
}

static void make_deep_stacks(struct deep_stacks *d, unsigned seed)
{
	memset(d, 0, sizeof(*d));
	d->seed = seed;
	for (unsigned i = 0; i < N_DEEP; i++) {
		unsigned n = draw(d, DEEPEST) + 1, same = 0;

		if (i) {
			unsigned from = draw(d, i);

			same = draw(d, (unsigned)strlen(d->frames[from]) + 1);
			same = same < n ? same : n;
			memcpy(d->frames[i], d->frames[from], same);
		}
		for (; same < n; same++)
			d->frames[i][same] =
				(char)((same && draw(d, 3) == 0 ? 'A' : 'a') +
				       (int)draw(d, 5));
	}
}

static char lower_case(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t common_frames(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && lower_case(a[n]) == lower_case(b[n]))
		n++;
	return n;
}

static void add_deep_stacks(const struct deep_stacks *d, struct pq_buf *b)
{
	for (unsigned i = 0; i < N_DEEP; i++) {
		const char *f = d->frames[i];

		for (size_t k = 0; f[k]; k++) {
			if (k)
				pq_buf_char(b, f[k] >= 'a' ? ';' : '>');
			pq_buf_char(b, lower_case(f[k]));
		}
		pq_buf_str(b, " 1\n");
	}
}

/* Where stacks may repeat, they do: three times. */
static void describe_deep_stacks(const struct deep_stacks *d, struct pq_buf *b,
				 bool repeats)
{
	pq_buf_str(b, "types: cpu/ns\n");
	for (unsigned i = 0; i < (repeats ? 3 : 1); i++)
		add_deep_stacks(d, b);
}

/* The frames that stacks have beyond those of the ones before them. */
static size_t count_paths_plainly(const struct deep_stacks *d)
{
	size_t n = 0;

	for (unsigned i = 0; i < N_DEEP; i++) {
		size_t most = 0;

		for (unsigned k = 0; k < i; k++) {
			size_t same = common_frames(d->frames[i], d->frames[k]);

			most = same > most ? same : most;
		}
		n += strlen(d->frames[i]) - most;
	}
	return n;
}

/* How the frame behind the first `depth` is, in all stacks that begin so. */
static unsigned how_plainly(const struct deep_stacks *d, const char *path,
			    size_t depth)
{
	unsigned how = 0;

	for (unsigned i = 0; i < N_DEEP; i++)
		if (common_frames(d->frames[i], path) > depth)
			how |= d->frames[i][depth] >= 'a' ? PQ_STACK_CALLED
							  : PQ_STACK_INLINED;
	return how;
}

/* The first of a group's stacks to appear, looked for in all of them. */
static void check_seen(const struct fixture *x, const struct pq_stack_group *g)
{
	uint32_t least = UINT32_MAX;

	for (uint32_t i = g->first; i < g->first + g->n; i++)
		if (x->groups.seen[i] < least)
			least = x->groups.seen[i];
	ck_assert_uint_eq(g->seen, least);
}

/* Follows the path of one stack down, and checks what is beside it. */
static void check_path(struct fixture *x, const struct deep_stacks *d,
		       const char *path)
{
	struct pq_stack_group range = { .n = (uint32_t)x->stacks.list.n };

	for (uint32_t depth = 0; path[depth]; depth++) {
		uint64_t below = pq_stack_groups_paths(&x->groups, range.first,
						       range.n, depth);
		const struct pq_stack_group *on = NULL;
		uint64_t sum = 0;

		pq_stack_groups_cut(&x->groups, &range, depth);
		for (size_t i = 0; i < x->groups.list.n; i++) {
			const struct pq_stack_group *g = &x->groups.list.at[i];

			sum += 1 + pq_stack_groups_paths(&x->groups, g->first,
							 g->n, depth + 1);
			if (name_at(x, g, depth).bytes[0] ==
			    lower_case(path[depth]))
				on = g;
		}
		ck_assert_uint_eq(sum, below);
		ck_assert(on != NULL);
		ck_assert_uint_eq(pq_stack_groups_how(&x->groups, on, depth),
				  how_plainly(d, path, depth));
		check_seen(x, on);
		range = *on;
	}
}

START_TEST(deep_stacks_are_grouped_as_their_texts)
{
	struct deep_stacks d;
	struct pq_buf b = { 0 };
	struct fixture x;

	make_deep_stacks(&d, (unsigned)_i / 2 + 1);
	describe_deep_stacks(&d, &b, _i % 2);
	set_up(&x, pq_buf_cstr(&b), _i % 2);
	ck_assert_uint_eq(pq_stack_groups_paths(&x.groups, 0,
						(uint32_t)x.stacks.list.n, 0),
			  count_paths_plainly(&d));
	for (unsigned i = 0; i < N_DEEP; i += 7)
		check_path(&x, &d, d.frames[i]);
	tear_down(&x);
	pq_buf_release(&b);
}
END_TEST

Suite *graph_stack_groups_suite(void)
{
	Suite *suite = suite_create("graph_stack_groups");
	TCase *tcase = tcase_create("stack_groups");

	tcase_add_loop_test(tcase, a_cut_brings_equal_frames_together, 0,
			    ROWS(cuts));
	tcase_add_loop_test(tcase, paths_are_counted_once, 0, ROWS(cuts));
	tcase_add_loop_test(tcase, a_stack_knows_all_ways_of_its_frames, 0, 2);
	tcase_add_loop_test(tcase, stacks_that_repeat_are_one_range, 0, 2);
	tcase_add_loop_test(tcase, deep_stacks_are_grouped_as_their_texts, 0,
			    40);
	suite_add_tcase(suite, tcase);
	return suite;
}
