#include "suites.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "profile/check.h"
#include "report/diff.h"

#define PERIOD 524288

/* ---- two hand-made heaps: samples of 16-byte objects by function ---- */

struct heap {
	const char *function;
	int samples;
	int64_t size;
};

static void add_type(struct pq_profile *p, const char *type, const char *unit)
{
	struct pq_value_type *t = pq_vec_push(&p->sample_types);

	t->type = pq_profile_copy_string(p, pq_text_of(type));
	t->unit = pq_profile_copy_string(p, pq_text_of(unit));
}

static uint32_t add_function(struct pq_profile *p, const char *name)
{
	struct pq_function *f = pq_vec_push(&p->functions);
	struct pq_location *l = pq_vec_push(&p->locations);
	struct pq_line *line = pq_vec_push(&p->lines);
	uint32_t at = (uint32_t)p->locations.n - 1;

	memset(f, 0, sizeof(*f));
	memset(l, 0, sizeof(*l));
	memset(line, 0, sizeof(*line));
	f->id = l->id = p->functions.n;
	f->name = f->system_name = pq_profile_copy_string(p, pq_text_of(name));
	l->mapping = 0;
	l->address = 0x1000 + 16 * l->id;
	l->first_line = at;
	l->n_lines = 1;
	line->function = at;
	line->line = 1 + at;
	*pq_vec_push(&p->function_order) = at;
	*pq_vec_push(&p->location_order) = at;
	return at;
}

static void add_heap(struct pq_profile *p, const struct heap *h)
{
	double caught = -expm1(-(double)h->size / PERIOD);
	int64_t values[2] = { (int64_t)(h->samples / caught),
			      (int64_t)(h->samples * (double)h->size /
					caught) };
	struct pq_label label = { 0 };
	uint32_t location = add_function(p, h->function);
	struct pq_sample s = { values, &location, 1, &label, 1 };

	label.key = pq_profile_copy_string(p, PQ_TEXT("bytes"));
	label.num = h->size;
	pq_samples_add(&p->samples, &s);
}

static struct pq_profile *make_heap(const struct heap *h)
{
	struct pq_profile *p = pq_profile_new();
	struct pq_error err = { 0 };

	add_type(p, "inuse_objects", "count");
	add_type(p, "inuse_space", "bytes");
	p->samples.n_values = 2;
	p->period = PERIOD;
	p->period_type.type = pq_profile_copy_string(p, PQ_TEXT("space"));
	p->period_type.unit = pq_profile_copy_string(p, PQ_TEXT("bytes"));
	ck_assert_msg(pq_profile_check(p, &err), "%s", err.msg);
	for (; h->function; h++)
		add_heap(p, h);
	return p;
}

/* ---- a run of the report without the command line ---- */

struct bench {
	struct pq_profile *list[2];
	struct pq_joined_file files[2];
	struct pq_joined joined;
	struct pq_arena arena;
	struct pq_view view;
	struct pq_notes filters;
	struct pq_diff_options options;
	struct pq_compare_stacks stacks;
	struct pq_report_input in;
	const struct pq_diff *diff;
};

static void bench_begin(struct bench *b, const struct heap *old,
			const struct heap *new)
{
	struct pq_view_options v = { .unit = PQ_TEXT("bytes"), .divide_by = 1 };
	struct pq_error err = { 0 };

	memset(b, 0, sizeof(*b));
	b->list[0] = make_heap(old);
	b->list[1] = make_heap(new);
	b->files[0].name = "old";
	b->files[1].name = "new";
	b->joined.files = b->files;
	b->joined.n_files = 2;
	b->joined.n_old = 1;
	ck_assert_msg(pq_join(&b->joined, b->list, &err), "%s", err.msg);
	pq_arena_init(&b->arena);
	v.shape.sample_index = 1;
	ck_assert(pq_view_init(&b->view, b->joined.p, &v, &err));
	pq_notes_init(&b->filters, &b->arena);
	b->options.compare.joined = &b->joined;
	b->options.compare.stacks = &b->stacks;
	b->in.view = &b->view;
	b->in.filters = &b->filters;
	b->in.arena = &b->arena;
	b->in.diff = &b->options;
}

static void bench_run(struct bench *b)
{
	struct pq_error err = { 0 };

	b->in.before = pq_report_diff.before(&b->in, &err);
	ck_assert_msg(b->in.before != NULL, "%s", err.msg);
	b->diff = pq_report_diff.build(&b->in, &err);
	ck_assert_msg(b->diff != NULL, "%s", err.msg);
}

static void bench_end(struct bench *b)
{
	pq_view_release(&b->view);
	pq_compare_stacks_forget(&b->stacks);
	pq_arena_release(&b->arena);
	pq_profile_free(b->joined.p);
	pq_profile_free(b->list[0]);
	pq_profile_free(b->list[1]);
}

static const struct heap before[] = {
	{ "steady", 100, 16 }, { "leak", 10, 16 }, { "gone", 30, 4096 },
	{ "rare", 2, 16 },     { NULL, 0, 0 },
};
static const struct heap after[] = {
	{ "fresh", 25, 512 },  { "rare", 3, 16 }, { "leak", 90, 16 },
	{ "steady", 104, 16 }, { NULL, 0, 0 },
};

/* ---- what must come out ---- */

static const struct {
	const char *name, *verdict;
	double n1, n2;
} wanted[] = {
	{ "leak", "grew", 10, 90 },
	{ "gone", "shrank", 30, 0 },
	{ "fresh", "grew", 0, 25 },
	{ "rare", "few", 2, 3 },
	{ "within noise: 1 functions", "noise", 100, 104 },
};

START_TEST(rows_by_size_of_change_with_verdicts)
{
	struct bench b;

	bench_begin(&b, before, after);
	bench_run(&b);
	ck_assert_uint_eq(b.diff->n, ROWS(wanted));
	for (size_t i = 0; i < b.diff->n; i++) {
		const struct pq_change *c = &b.diff->rows[i];

		ck_assert_msg(pq_text_is(c->name, wanted[i].name), "row %zu",
			      i);
		ck_assert_str_eq(pq_verdict_name(c->verdict),
				 wanted[i].verdict);
		ck_assert_msg(c->samples[0] == wanted[i].n1 &&
				      c->samples[1] == wanted[i].n2,
			      "row %zu: %g %g", i, c->samples[0],
			      c->samples[1]);
	}
	bench_end(&b);
}
END_TEST

/* By _i: order and whether all rows are asked for. */
START_TEST(rows_add_up_to_both_totals)
{
	struct bench b;
	int64_t base = 0, new = 0;

	bench_begin(&b, before, after);
	b.options.order = (enum pq_diff_order)(_i / 2);
	b.options.all = _i % 2;
	b.view.o.nodecount = _i % 3;
	bench_run(&b);
	for (size_t i = 0; i < b.diff->n; i++) {
		const struct pq_change *c = &b.diff->rows[i];

		ck_assert_int_eq(c->base + c->delta, c->new);
		base += c->base;
		new += c->new;
	}
	ck_assert_int_eq(base, b.diff->comparison->total.base);
	ck_assert_int_eq(new, b.diff->comparison->total.new);
	ck_assert_int_eq(base, b.diff->comparison->facts->total[0]);
	ck_assert_int_eq(new, b.diff->comparison->facts->total[1]);
	bench_end(&b);
}
END_TEST

START_TEST(the_other_way_round_only_signs_differ)
{
	struct bench x, y;

	bench_begin(&x, before, after);
	bench_begin(&y, after, before);
	bench_run(&x);
	bench_run(&y);
	ck_assert_uint_eq(x.diff->n, y.diff->n);
	for (size_t i = 0; i < x.diff->n; i++) {
		const struct pq_change *a = &x.diff->rows[i];
		const struct pq_change *b = &y.diff->rows[i];

		ck_assert(pq_text_equal(a->name, b->name));
		ck_assert_int_eq(a->delta, -b->delta);
		ck_assert_int_eq(a->base, b->new);
		ck_assert(a->n_summed || i + 1 == x.diff->n ||
			  (a->p == b->p && a->margin == b->margin));
	}
	bench_end(&x);
	bench_end(&y);
}
END_TEST

static const struct {
	const char *threshold;
	bool says_no;
} thresholds[] = {
	{ "", true },	   { "10%", true },
	{ "800%", true },  { "801%", true /* what is new passes any share */ },
	{ "41MB", false }, { "30MB", true },
	{ "1000", true },
};

START_TEST(threshold_of_the_exit_code)
{
	struct bench b;

	bench_begin(&b, before, after);
	b.options.threshold = pq_text_of(thresholds[_i].threshold);
	bench_run(&b);
	ck_assert_msg(pq_report_diff.says_no(b.diff) == thresholds[_i].says_no,
		      "row %d", _i);
	bench_end(&b);
}
END_TEST

START_TEST(threshold_that_is_none)
{
	struct pq_error err = { 0 };
	struct bench b;

	bench_begin(&b, before, after);
	b.options.threshold = PQ_TEXT("5parsec");
	b.in.before = pq_report_diff.before(&b.in, &err);
	ck_assert(!pq_report_diff.build(&b.in, &err));
	ck_assert(err.code == PQ_EUSAGE);
	bench_end(&b);
}
END_TEST

START_TEST(normalized_totals_are_equal)
{
	struct bench b;

	bench_begin(&b, before, after);
	b.options.compare.normalize = PQ_NORMALIZE_TOTAL;
	bench_run(&b);
	/* but for the rounding of each row */
	ck_assert(pq_abs(b.diff->comparison->total.delta) <= 5);
	bench_end(&b);
}
END_TEST

Suite *report_diff_suite(void)
{
	Suite *suite = suite_create("report_diff");
	TCase *tcase = tcase_create("diff");

	tcase_add_test(tcase, rows_by_size_of_change_with_verdicts);
	tcase_add_loop_test(tcase, rows_add_up_to_both_totals, 0, 10);
	tcase_add_test(tcase, the_other_way_round_only_signs_differ);
	tcase_add_loop_test(tcase, threshold_of_the_exit_code, 0,
			    ROWS(thresholds));
	tcase_add_test(tcase, threshold_that_is_none);
	tcase_add_test(tcase, normalized_totals_are_equal);
	suite_add_tcase(suite, tcase);
	return suite;
}
