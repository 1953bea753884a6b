#include "suites.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "helpers.h"
#include "profile/samples.h"

/* ---- what goes in comes out ---- */

static const struct {
	unsigned n_values;
	int64_t values[3];
	size_t n_locations;
	uint32_t locations[3];
	size_t n_labels;
	struct pq_label labels[3];
} samples[] = {
	{ 0, { 0 }, 0, { 0 }, 0, { { 0 } } },
	{ 1, { 0 }, 0, { 0 }, 0, { { 0 } } },
	{ 2, { -1, 1 }, 1, { 0 }, 0, { { 0 } } },
	{ 3, { INT64_MIN, INT64_MAX, 0 }, 3, { 127, 128, 16383 }, 0, { { 0 } } },
	{ 1, { 64 }, 3, { 16384, 2097151, 2097152 }, 0, { { 0 } } },
	{ 1, { -64 }, 3, { 268435455, 268435456, UINT32_MAX }, 0, { { 0 } } },
	{ 1, { 1 }, 0, { 0 }, 1, { { 1, 2, 0, 0 } } },
	{ 1,
	  { 1 },
	  1,
	  { 5 },
	  3,
	  { { UINT32_MAX, UINT32_MAX, 0, 0 },
	    { UINT32_MAX, 0, UINT32_MAX, INT64_MIN },
	    { 0, 0, 0, INT64_MAX } } },
	{ 2, { 3, 4 }, 2, { 9, 9 }, 2, { { 7, 0, 1, 0 }, { 7, 0, 0, -1 } } },
};

static void expect_sample(struct pq_walk *w, int row)
{
	const struct pq_sample *s = &w->sample;

	pq_walk_all(w);
	for (unsigned i = 0; i < samples[row].n_values; i++)
		ck_assert_msg(s->values[i] == samples[row].values[i],
			      "row %d: value %u is %" PRId64, row, i,
			      s->values[i]);
	ck_assert_msg(s->n_locations == samples[row].n_locations,
		      "row %d: %zu locations", row, s->n_locations);
	for (size_t i = 0; i < s->n_locations; i++)
		ck_assert_msg(s->locations[i] == samples[row].locations[i],
			      "row %d: location %zu is %u", row, i,
			      s->locations[i]);
	ck_assert_msg(s->n_labels == samples[row].n_labels,
		      "row %d: %zu labels", row, s->n_labels);
	for (size_t i = 0; i < s->n_labels; i++) {
		const struct pq_label *a = &s->labels[i];
		const struct pq_label *b = &samples[row].labels[i];

		ck_assert_msg(a->key == b->key && a->str == b->str &&
				      a->unit == b->unit && a->num == b->num,
			      "row %d: label %zu", row, i);
	}
}

static struct pq_sample sample_of(int row)
{
	struct pq_sample s;

	memset(&s, 0, sizeof(s));
	s.values = (int64_t *)(uintptr_t)samples[row].values;
	s.locations = (uint32_t *)(uintptr_t)samples[row].locations;
	s.n_locations = samples[row].n_locations;
	s.labels = (struct pq_label *)(uintptr_t)samples[row].labels;
	s.n_labels = samples[row].n_labels;
	return s;
}

START_TEST(a_sample_comes_back)
{
	struct pq_samples s = { .n_values = samples[_i].n_values };
	struct pq_sample sample = sample_of(_i);
	struct pq_walk w;

	pq_samples_add(&s, &sample);
	pq_samples_add(&s, &sample);
	ck_assert_uint_eq(s.n, 2);
	pq_walk_begin(&w, &s);
	ck_assert_msg(pq_walk_next(&w), "row %d: nothing", _i);
	expect_sample(&w, _i);
	ck_assert_msg(pq_walk_next(&w), "row %d: one only", _i);
	expect_sample(&w, _i);
	ck_assert_msg(!pq_walk_next(&w), "row %d: surplus", _i);
	pq_walk_end(&w);
	pq_samples_release(&s);
}
END_TEST

START_TEST(a_sample_in_two_steps_comes_back)
{
	struct pq_samples s = { .n_values = samples[_i].n_values };
	struct pq_sample sample = sample_of(_i);
	uint8_t tail[PQ_VARINT_MOST + 5 * 3 + 20 * 3];
	uint8_t *end = pq_sample_encode_tail(tail, &sample);
	struct pq_walk w;

	ck_assert_uint_le((size_t)(end - tail), sizeof(tail));
	pq_samples_add_tail(&s, sample.values, tail, (size_t)(end - tail));
	pq_walk_begin(&w, &s);
	ck_assert_msg(pq_walk_next(&w), "row %d: nothing", _i);
	expect_sample(&w, _i);
	ck_assert_msg(!pq_walk_next(&w), "row %d: surplus", _i);
	pq_walk_end(&w);
	pq_samples_release(&s);
}
END_TEST

/* ---- long records, whose length needs more than the byte set aside ---- */

static const size_t depths[] = {
	0,   1,	  59,  60,  61,	  62,	63,   64,    123,   124,    125,
	126, 127, 128, 129, 8000, 8191, 8192, 16383, 16384, 500000, 2000000,
};

START_TEST(a_long_stack_comes_back)
{
	size_t n = depths[_i];
	struct pq_samples s = { .n_values = 1 };
	int64_t value = -(int64_t)n;
	struct pq_sample sample;
	struct pq_walk w;

	memset(&sample, 0, sizeof(sample));
	sample.values = &value;
	sample.locations = pq_alloc((n + 1) * sizeof(uint32_t));
	sample.n_locations = n;
	for (size_t i = 0; i < n; i++)
		sample.locations[i] = (uint32_t)(i * 7) % 130;
	for (int i = 0; i < 3; i++)
		pq_samples_add(&s, &sample);
	pq_walk_begin(&w, &s);
	for (int i = 0; i < 3; i++) {
		ck_assert_msg(pq_walk_next(&w), "row %d: only %d", _i, i);
		pq_walk_all(&w);
		ck_assert_int_eq(w.sample.values[0], value);
		ck_assert_uint_eq(w.sample.n_labels, 0);
		ck_assert_uint_eq(w.sample.n_locations, n);
		ck_assert_msg(!n || !memcmp(w.sample.locations,
					    sample.locations,
					    n * sizeof(uint32_t)),
			      "row %d: other locations", _i);
	}
	ck_assert(!pq_walk_next(&w));
	pq_walk_end(&w);
	pq_free(sample.locations);
	pq_samples_release(&s);
}
END_TEST

/* ---- many samples, decoded or passed over, over several chunks ---- */

#define MANY 60000

static void add_many(struct pq_samples *s)
{
	s->n_values = 2;
	for (uint32_t i = 0; i < MANY; i++) {
		int64_t values[2] = { i, -(int64_t)i };
		uint32_t stack[2] = { i, i / 3 };
		struct pq_label label = { 1, 0, 0, i };
		struct pq_sample sample = { values, stack, i % 3, &label,
					    i % 2 };

		pq_samples_add(s, &sample);
	}
}

/* No ck_assert for each value: it costs a system call. */
static bool is_one_of_many(const struct pq_sample *s, uint32_t i)
{
	bool same = s->values[0] == i && s->values[1] == -(int64_t)i &&
		    s->n_locations == i % 3 && s->n_labels == i % 2;

	for (size_t j = 0; same && j < s->n_locations; j++)
		same = s->locations[j] == (j ? i / 3 : i);
	return same && (!s->n_labels || s->labels[0].num == i);
}

START_TEST(what_is_not_decoded_is_passed_over)
{
	struct pq_samples s = { 0 };
	struct pq_walk w;
	uint32_t n = 0;

	add_many(&s);
	ck_assert_uint_eq(s.n, MANY);
	pq_walk_begin(&w, &s);
	for (; pq_walk_next(&w); n++) {
		if (n % 4 == 0)
			continue;
		pq_walk_values(&w);
		if (w.sample.values[0] != n)
			break;
		if (n % 4 == 1)
			continue;
		pq_walk_stack(&w);
		if (n % 4 == 2)
			continue;
		pq_walk_labels(&w);
		if (!is_one_of_many(&w.sample, n))
			break;
	}
	ck_assert_uint_eq(n, MANY);
	pq_walk_end(&w);
	pq_samples_release(&s);
}
END_TEST

/* ---- rewriting ---- */

struct editing {
	uint32_t n;
	uint32_t own[4];
	bool bad;
};

/* Keeps one in two, adds a third value and replaces every third stack. */
static bool edit(void *ctx, struct pq_sample *sample)
{
	struct editing *e = ctx;
	uint32_t i = e->n++;

	e->bad = e->bad || !is_one_of_many(sample, i);
	sample->values[2] = 7;
	if (i % 3 == 0) {
		sample->locations = e->own;
		sample->n_locations = 4;
		sample->n_labels = 0;
	}
	return i % 2 == 0;
}

START_TEST(rewriting_keeps_what_edit_keeps)
{
	struct editing e = { 0, { 4, 3, 2, 1 }, false };
	struct pq_samples s = { 0 };
	struct pq_walk w;
	uint32_t i = 0;

	add_many(&s);
	pq_samples_rewrite(&s, 3, edit, &e);
	ck_assert_uint_eq(e.n, MANY);
	ck_assert_uint_eq(s.n, MANY / 2);
	ck_assert_uint_eq(s.n_values, 3);
	pq_walk_begin(&w, &s);
	for (; pq_walk_next(&w); i += 2) {
		pq_walk_all(&w);
		if (w.sample.values[2] != 7)
			break;
		if (i % 3 ? !is_one_of_many(&w.sample, i)
			  : w.sample.values[0] != i ||
				    w.sample.n_locations != 4 ||
				    memcmp(w.sample.locations, e.own,
					   sizeof(e.own)))
			break;
	}
	ck_assert(!e.bad);
	ck_assert_uint_eq(i, MANY);
	pq_walk_end(&w);
	pq_samples_release(&s);
}
END_TEST

static bool first_value_only(void *ctx, struct pq_sample *sample)
{
	(void)ctx;
	sample->values[0] = sample->values[1];
	return true;
}

START_TEST(rewriting_may_leave_fewer_values)
{
	struct pq_samples s = { 0 };
	struct pq_walk w;
	uint32_t n = 0;

	add_many(&s);
	pq_samples_rewrite(&s, 1, first_value_only, NULL);
	pq_walk_begin(&w, &s);
	for (; pq_walk_next(&w); n++) {
		pq_walk_all(&w);
		if (w.sample.values[0] != -(int64_t)n ||
		    w.sample.n_locations != n % 3)
			break;
	}
	ck_assert_uint_eq(n, MANY);
	pq_walk_end(&w);
	pq_samples_release(&s);
}
END_TEST

/* Keeps two in three, and turns their values about. */
static bool turn_values(void *ctx, struct pq_sample *sample)
{
	int64_t *values = ctx;

	values[0] = sample->values[1];
	values[1] = sample->values[0];
	values[2] = 7;
	sample->values = values;
	return values[1] % 3 > 0;
}

START_TEST(new_values_leave_the_stack_and_no_labels)
{
	struct pq_samples s = { 0 };
	struct pq_walk w;
	int64_t values[3];
	uint32_t n = 0, i = 1;

	add_many(&s);
	pq_samples_revalue(&s, 3, turn_values, values);
	pq_walk_begin(&w, &s);
	for (; pq_walk_next(&w); n++, i += i % 3) {
		const struct pq_sample *at = &w.sample;

		pq_walk_all(&w);
		if (at->values[0] != -(int64_t)i || at->values[1] != i ||
		    at->values[2] != 7 || at->n_labels ||
		    at->n_locations != i % 3 || at->locations[0] != i ||
		    (i % 3 > 1 && at->locations[1] != i / 3))
			break;
	}
	ck_assert_uint_eq(n, s.n);
	ck_assert_uint_eq(n, MANY - (MANY + 2) / 3);
	pq_walk_end(&w);
	pq_samples_release(&s);
}
END_TEST

/* More than fit into the pieces that a store is made of. */
START_TEST(a_copy_has_all_pieces)
{
	struct pq_samples s = { 0 }, copy;
	struct pq_walk w;
	size_t n = 0;

	for (; n < 200000; n++) {
		uint32_t location = (uint32_t)n;
		int64_t value = (int64_t)n;
		struct pq_sample sample = { .values = &value,
					    .locations = &location,
					    .n_locations = 1 };

		s.n_values = 1;
		pq_samples_add(&s, &sample);
	}
	pq_samples_clone(&copy, &s);
	pq_samples_release(&s);
	n = 0;
	pq_walk_begin(&w, &copy);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		ck_assert_uint_eq(w.sample.locations[0], n);
		ck_assert_int_eq(w.sample.values[0], (int64_t)n);
		n++;
	}
	pq_walk_end(&w);
	ck_assert_uint_eq(n, 200000);
	pq_samples_release(&copy);
}
END_TEST

/* ---- clones share what neither of them changes ---- */

enum { NUMBERS = 100000 };

static void add_number(struct pq_samples *s, size_t n)
{
	uint32_t location = (uint32_t)n;
	int64_t value = (int64_t)n;
	struct pq_sample sample = { .values = &value,
				    .locations = &location,
				    .n_locations = 1 };

	pq_samples_add(s, &sample);
}

static struct pq_samples many_numbers(void)
{
	struct pq_samples s = { .n_values = 1 };

	for (size_t n = 0; n < NUMBERS; n++)
		add_number(&s, n);
	return s;
}

/* Sum of all values, with a walk that decodes; the total is the same. */
static int64_t sum_of(const struct pq_samples *s)
{
	struct pq_walk w;
	int64_t sum = 0;
	size_t others = 0;

	pq_walk_begin(&w, s);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		others += w.sample.values[0] !=
			  (int64_t)w.sample.locations[0];
		sum += w.sample.values[0];
	}
	pq_walk_end(&w);
	ck_assert_uint_eq(others, 0);
	ck_assert_int_eq(pq_samples_total(s, 0), sum);
	return sum;
}

static bool keep_even(void *ctx, struct pq_sample *sample)
{
	(void)ctx;
	return sample->values[0] % 2 == 0;
}

enum change { ADD_ONE, HALVE, RELEASE, STOP_HOLDING, CHANGES };

static void change_store(struct pq_samples *s, enum change how)
{
	if (how == ADD_ONE)
		add_number(s, NUMBERS);
	else if (how == HALVE)
		pq_samples_rewrite(s, 1, keep_even, NULL);
	else if (how == RELEASE)
		pq_samples_release(s);
	else
		pq_samples_stop_holding(s);
}

/* Each change, of the first store and of its clone, with totals noted or not. */
START_TEST(a_clone_and_its_origin_change_alone)
{
	enum change how = (enum change)(_i / 4);
	uint64_t memory_before = pq_mem_used();
	struct pq_samples s = many_numbers(), copy;
	struct pq_samples *changed = _i % 2 ? &copy : &s;
	struct pq_samples *other = _i % 2 ? &s : &copy;
	int64_t sum = sum_of(&s);
	uint64_t used;

	if (_i / 2 % 2)
		pq_samples_note_totals(&s);
	used = pq_mem_used();
	pq_samples_clone(&copy, &s);
	ck_assert_msg(pq_mem_used() - used < 500, "a copy of the records");
	ck_assert_int_eq(sum_of(&copy), sum);
	change_store(changed, how);
	ck_assert_msg(sum_of(other) == sum && other->n == NUMBERS, "row %d",
		      _i);
	if (how == ADD_ONE)
		ck_assert_int_eq(sum_of(changed), sum + NUMBERS);
	if (how == HALVE)
		ck_assert_int_eq(sum_of(changed), (sum - NUMBERS / 2) / 2);
	/* the other one is alone now, and changes, too */
	add_number(other, NUMBERS);
	pq_samples_rewrite(other, 1, keep_even, NULL);
	ck_assert_int_eq(sum_of(other), (sum - NUMBERS / 2) / 2 + NUMBERS);
	pq_samples_release(&s);
	pq_samples_release(&copy);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

struct unwound {
	struct pq_samples *s;
	bool releases_first;
};

static void clone_and_run_out(void *arg)
{
	struct unwound *u = arg;
	struct pq_samples copies[3];

	for (int i = 0; i < 3; i++)
		pq_samples_clone(&copies[i], i ? &copies[i - 1] : u->s);
	pq_samples_release(&copies[1]);
	if (u->releases_first)
		pq_samples_release(u->s);
	pq_mem_fail_after(1, false);
	pq_alloc(1);
}

START_TEST(an_unwinding_takes_shares_back)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_samples s = many_numbers();
	struct unwound u = { &s, _i == 1 };
	struct pq_error err = { 0 };
	int64_t sum = sum_of(&s);

	for (int round = 0; round < 3 && s.first; round++)
		ck_assert(!pq_mem_guard(clone_and_run_out, &u, &err));
	if (_i == 0)
		ck_assert_int_eq(sum_of(&s), sum);
	pq_samples_release(&s);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

/* Whichever allocation of a clone fails, and of what it is for. */
static void clone_and_change(void *arg)
{
	struct pq_samples copy;

	pq_samples_clone(&copy, arg);
	add_number(&copy, 1);
	pq_samples_rewrite(&copy, 1, keep_even, NULL);
	pq_samples_release(&copy);
}

START_TEST(each_allocation_of_a_clone_may_fail)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_samples s = many_numbers();
	struct pq_error err = { 0 };
	uint64_t used = pq_mem_used();
	int64_t sum = sum_of(&s);
	uint64_t n = 1;
	bool ok;

	do {
		pq_mem_fail_after(n++, false);
		pq_error_clear(&err);
		ok = pq_mem_guard(clone_and_change, &s, &err);
		pq_mem_fail_after(0, false);
		ck_assert_uint_eq(pq_mem_used(), used);
	} while (!ok);
	ck_assert_uint_gt(n, 5);
	ck_assert_int_eq(sum_of(&s), sum);
	pq_samples_release(&s);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

START_TEST(an_empty_store_has_no_samples)
{
	struct pq_samples s = { 0 };
	struct editing e = { 0 };
	int64_t totals[2] = { 1, 1 };
	struct pq_walk w;

	pq_walk_begin(&w, &s);
	ck_assert(!pq_walk_next(&w));
	pq_walk_end(&w);
	/* The profile has types, though no sample said how many. */
	pq_samples_note_totals(&s);
	pq_samples_totals(&s, 2, totals);
	ck_assert_int_eq(totals[0], 0);
	ck_assert_int_eq(totals[1], 0);
	ck_assert_int_eq(pq_samples_total(&s, 1), 0);
	pq_samples_rewrite(&s, 2, edit, &e);
	ck_assert_uint_eq(s.n, 0);
	ck_assert_uint_eq(s.n_values, 2);
	pq_samples_release(&s);
}
END_TEST

Suite *profile_samples_suite(void)
{
	Suite *suite = suite_create("profile_samples");
	TCase *tcase = tcase_create("samples");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, a_sample_comes_back, 0, ROWS(samples));
	tcase_add_loop_test(tcase, a_sample_in_two_steps_comes_back, 0,
			    ROWS(samples));
	tcase_add_loop_test(tcase, a_long_stack_comes_back, 0, ROWS(depths));
	tcase_add_test(tcase, what_is_not_decoded_is_passed_over);
	tcase_add_test(tcase, rewriting_keeps_what_edit_keeps);
	tcase_add_test(tcase, rewriting_may_leave_fewer_values);
	tcase_add_test(tcase, new_values_leave_the_stack_and_no_labels);
	tcase_add_test(tcase, a_copy_has_all_pieces);
	tcase_add_loop_test(tcase, a_clone_and_its_origin_change_alone, 0,
			    4 * CHANGES);
	tcase_add_loop_test(tcase, an_unwinding_takes_shares_back, 0, 2);
	tcase_add_test(tcase, each_allocation_of_a_clone_may_fail);
	tcase_add_test(tcase, an_empty_store_has_no_samples);
	suite_add_tcase(suite, tcase);
	return suite;
}
