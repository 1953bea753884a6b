#include "compare/compare_stacks.h"

#include "base/banned.h"

/* Counts depend on the sampling but for the value, which may be beside them. */
static bool has_buckets_of(const struct pq_kept_buckets *k,
			   const struct pq_sampling *by,
			   const struct pq_stack_numbers *stacks)
{
	return k->stacks == stacks && k->by.by == by->by &&
	       k->by.bytes == by->bytes && k->by.objects == by->objects &&
	       k->by.samples == by->samples &&
	       pq_buckets_values(&k->buckets, by->value);
}

/* The other place of the two makes room first. */
static const struct pq_buckets *keep_longest(struct pq_compare_stacks *s,
					     const struct pq_kept_buckets *k)
{
	_Static_assert(PQ_KEPT_BUCKETS == 2, "there is one other place");
	s->turn = k == s->kept;
	return &k->buckets;
}

const struct pq_buckets *
pq_compare_buckets(struct pq_compare_stacks *s, const struct pq_joined *j,
		   const struct pq_sampling *by,
		   const struct pq_stack_numbers *stacks)
{
	struct pq_buckets_options o = { .by = by,
					.stacks = stacks,
					.both_values = s->all_types };
	struct pq_kept_buckets *k;

	for (k = s->kept; k < s->kept + PQ_KEPT_BUCKETS; k++)
		if (has_buckets_of(k, by, stacks))
			return keep_longest(s, k);
	/* Counts that nobody asked for last make room. */
	k = &s->kept[s->turn];
	pq_buckets_release(&k->buckets);
	k->stacks = stacks;
	k->by = *by;
	pq_buckets_build(&k->buckets, j, &o);
	return keep_longest(s, k);
}

void pq_compare_stacks_forget(struct pq_compare_stacks *s)
{
	for (unsigned i = 0; i < PQ_KEPT_BUCKETS; i++) {
		pq_buckets_release(&s->kept[i].buckets);
		s->kept[i].stacks = NULL;
	}
	s->of_facts = s->of_rows = NULL;
}
