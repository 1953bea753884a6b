#include "suites.h"

#include <string.h>

#include "graph/stack_keys.h"
#include "helpers.h"

#define N_FRAMES 300
#define N_STACKS 200
#define DEEPEST 90

struct plain_stack {
	uint32_t frames[DEEPEST];
	unsigned n;
};

/* Walks on which one frame of each mostly follows, and any other can. */
static void make_stacks(struct plain_stack *stacks, uint64_t seed)
{
	for (unsigned i = 0; i < N_STACKS; i++) {
		struct plain_stack *s = &stacks[i];

		s->n = (unsigned)chance_below(&seed, DEEPEST);
		for (unsigned k = 0; k < s->n; k++) {
			uint32_t last = k ? s->frames[k - 1] : 0;

			s->frames[k] = 1 + last * 7 % (N_FRAMES - 1);
			if (!chance_below(&seed, 6))
				s->frames[k] = 1 + (uint32_t)chance_below(
							   &seed, N_FRAMES - 1);
		}
	}
}

static void learn_stacks(struct pq_stack_keys *k, const struct plain_stack *s)
{
	for (unsigned i = 0; i < N_STACKS; i += 3)
		for (unsigned at = 0; at < s[i].n; at++)
			pq_stack_keys_learn(k, at ? s[i].frames[at - 1] : 0,
					    s[i].frames[at]);
}

/* The key of the frames from `at` on, which goes behind those it has whole. */
static uint64_t take_key(const struct pq_stack_keys *k,
			 const struct plain_stack *s, unsigned *at)
{
	struct pq_stack_key key =
		pq_stack_key_begin(*at ? s->frames[*at - 1] : 0);

	while (key.room && *at < s->n &&
	       pq_stack_key_add(k, &key, s->frames[*at]))
		++*at;
	return key.bits;
}

static unsigned common_frames(const struct plain_stack *a,
			      const struct plain_stack *b)
{
	unsigned n = 0;

	while (n < a->n && n < b->n && a->frames[n] == b->frames[n])
		n++;
	return n;
}

/*
 * Key after key, until two differ: what they have in common are the frames that
 * the stacks have, and one that ends is the first.
 */
static void check_two(const struct pq_stack_keys *k,
		      const struct plain_stack *a, const struct plain_stack *b)
{
	unsigned at_a = 0, at_b = 0, depth = 0, same = common_frames(a, b);
	struct pq_key_frames read = { 0 };
	uint64_t key_a, key_b;

	while ((key_a = take_key(k, a, &at_a)) ==
	       (key_b = take_key(k, b, &at_b))) {
		read = pq_stack_key_read(k, key_a, 64, read.last);
		depth += read.n;
		ck_assert_uint_eq(depth, at_a);
		ck_assert_uint_eq(depth, at_b);
		if (read.ended)
			break;
	}
	if (key_a == key_b) {
		ck_assert(same == a->n && same == b->n);
		return;
	}
	depth += pq_stack_key_read(k, key_a,
				   (unsigned)__builtin_clzll(key_a ^ key_b),
				   read.last)
			 .n;
	ck_assert_uint_eq(depth, same);
	if (same == a->n)
		ck_assert(key_a < key_b);
}

START_TEST(keys_are_equal_as_far_as_frames_are)
{
	static struct plain_stack stacks[N_STACKS];
	struct pq_stack_keys k;

	make_stacks(stacks, (uint64_t)_i);
	pq_stack_keys_init(&k, N_FRAMES);
	/* Without anything learned, they are only shorter. */
	if (_i % 4)
		learn_stacks(&k, stacks);
	for (unsigned a = 0; a < N_STACKS; a++)
		for (unsigned b = 0; b < N_STACKS; b++)
			check_two(&k, &stacks[a], &stacks[b]);
	pq_stack_keys_release(&k);
}
END_TEST

/* The frame that follows on most has a bit, so that a key has many. */
START_TEST(usual_frames_take_a_bit)
{
	struct pq_stack_keys k;
	struct pq_stack_key key = pq_stack_key_begin(0);
	unsigned n = 0;

	pq_stack_keys_init(&k, 1000);
	for (unsigned i = 0; i < 9; i++) {
		pq_stack_keys_learn(&k, 0, i % 3 ? 5 : 6 + i);
		pq_stack_keys_learn(&k, 5, i % 3 ? 5 : 1);
	}
	while (key.room && pq_stack_key_add(&k, &key, 5))
		n++;
	ck_assert_uint_eq(n, 64);
	ck_assert(key.bits == UINT64_MAX);
	pq_stack_keys_release(&k);
}
END_TEST

Suite *graph_stack_keys_suite(void)
{
	Suite *suite = suite_create("graph_stack_keys");
	TCase *tcase = tcase_create("stack_keys");

	tcase_add_loop_test(tcase, keys_are_equal_as_far_as_frames_are, 0, 12);
	tcase_add_test(tcase, usual_frames_take_a_bit);
	suite_add_tcase(suite, tcase);
	return suite;
}
