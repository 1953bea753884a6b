#include "profile/profile.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

struct pq_profile *pq_profile_new(void)
{
	struct pq_profile *p = pq_alloc_zeroed(sizeof(*p));

	pq_arena_init(&p->arena);
	pq_notes_init(&p->notes, &p->arena);
	return p;
}

void pq_profile_free(struct pq_profile *p)
{
	if (!p)
		return;
	pq_arena_release(&p->arena);
	pq_vec_release(&p->strings);
	pq_vec_release(&p->sample_types);
	pq_vec_release(&p->mappings);
	pq_vec_release(&p->functions);
	pq_vec_release(&p->function_order);
	pq_vec_release(&p->locations);
	pq_vec_release(&p->location_order);
	pq_vec_release(&p->lines);
	pq_vec_release(&p->comments);
	pq_samples_release(&p->samples);
	pq_free(p);
}

#define CLONE_VEC(to, from)                                      \
	do {                                                     \
		(to)->at = NULL;                                 \
		(to)->capacity = 0;                              \
		pq_vec_reserve((to), (from)->n);                 \
		if ((from)->n)                                   \
			memcpy((to)->at, (from)->at,             \
			       (from)->n * sizeof(*(from)->at)); \
	} while (0)

struct pq_profile *pq_profile_clone(const struct pq_profile *p)
{
	struct pq_profile *copy = pq_alloc(sizeof(*copy));

	*copy = *p;
	pq_arena_init(&copy->arena);
	pq_notes_init(&copy->notes, &copy->arena);
	CLONE_VEC(&copy->strings, &p->strings);
	CLONE_VEC(&copy->sample_types, &p->sample_types);
	CLONE_VEC(&copy->mappings, &p->mappings);
	CLONE_VEC(&copy->functions, &p->functions);
	CLONE_VEC(&copy->function_order, &p->function_order);
	CLONE_VEC(&copy->locations, &p->locations);
	CLONE_VEC(&copy->location_order, &p->location_order);
	CLONE_VEC(&copy->lines, &p->lines);
	CLONE_VEC(&copy->comments, &p->comments);
	pq_samples_clone(&copy->samples, &p->samples);
	return copy;
}

uint32_t pq_profile_add_string(struct pq_profile *p, struct pq_text text)
{
	*pq_vec_push(&p->strings) = text;
	return (uint32_t)(p->strings.n - 1);
}

uint32_t pq_profile_copy_string(struct pq_profile *p, struct pq_text text)
{
	struct pq_text copy = pq_arena_text(&p->arena, text);

	if (!p->strings.n)
		pq_profile_add_string(p, PQ_TEXT(""));
	return text.len ? pq_profile_add_string(p, copy) : 0;
}

void pq_drop_symbols(struct pq_profile *p)
{
	for (size_t i = 0; i < p->locations.n; i++)
		p->locations.at[i].n_lines = 0;
	p->lines.n = p->functions.n = p->function_order.n = 0;
	p->symbols_are_extra = false;
}

static bool drop_sample_labels(void *ctx, struct pq_sample *sample)
{
	(void)ctx;
	sample->n_labels = 0;
	return true;
}

void pq_drop_labels(struct pq_profile *p)
{
	pq_samples_rewrite(&p->samples, p->samples.n_values, drop_sample_labels,
			   NULL);
	p->labels_are_extra = false;
}

static bool drop_zero_labels_of(void *ctx, struct pq_sample *sample)
{
	size_t n = 0;

	(void)ctx;
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *l = &sample->labels[i];

		if (l->str || l->num || l->unit)
			sample->labels[n++] = *l;
	}
	sample->n_labels = n;
	return true;
}

void pq_drop_zero_labels(struct pq_profile *p)
{
	if (p->has_zero_labels)
		(void)pq_samples_edit(&p->samples, p->samples.n_values,
				      drop_zero_labels_of, NULL, NULL);
	p->has_zero_labels = false;
}

void pq_keep_outermost_lines(struct pq_profile *p, bool with_columns)
{
	for (size_t i = 0; i < p->mappings.n; i++)
		p->mappings.at[i].has_inline_frames = false;
	for (size_t i = 0; i < p->locations.n; i++) {
		struct pq_location *l = &p->locations.at[i];

		if (!l->n_lines)
			continue;
		/* Lines are innermost first: the last one is the outermost. */
		l->first_line += l->n_lines - 1;
		l->n_lines = 1;
		if (!with_columns)
			p->lines.at[l->first_line].column = 0;
	}
}

static bool precedes_label(const struct pq_profile *p, const struct pq_label *a,
			   const struct pq_label *b)
{
	/* String labels precede numeric ones. */
	if ((a->str == 0) != (b->str == 0))
		return a->str != 0;
	if (a->key == b->key)
		return false;
	return pq_text_compare(pq_string(p, a->key), pq_string(p, b->key)) < 0;
}

/* Insertion sort for the few labels a sample has; merge sort above that. */
static void sort_labels(const struct pq_profile *p, struct pq_label *labels,
			size_t n, struct pq_label *scratch)
{
	size_t half = n / 2, a = 0, b = half;

	/* Most samples have a few labels: no scratch memory is needed. */
	if (n <= 8) {
		for (size_t i = 1; i < n; i++) {
			struct pq_label label = labels[i];
			size_t at = i;

			for (; at && precedes_label(p, &label, &labels[at - 1]);
			     at--)
				labels[at] = labels[at - 1];
			labels[at] = label;
		}
		return;
	}
	sort_labels(p, labels, half, scratch);
	sort_labels(p, labels + half, n - half, scratch);
	memcpy(scratch, labels, n * sizeof(*labels));
	/* The left of equal labels goes first: the sort is stable. */
	for (size_t i = 0; i < n; i++) {
		bool take_b = b < n &&
			      (a == half ||
			       precedes_label(p, &scratch[b], &scratch[a]));

		labels[i] = take_b ? scratch[b++] : scratch[a++];
	}
}

void pq_labels_sort(const struct pq_profile *p, struct pq_label *labels,
		    size_t n)
{
	struct pq_label *scratch = NULL;

	if (n > 8)
		scratch = pq_alloc(pq_size_mul(n, sizeof(*scratch)));
	sort_labels(p, labels, n, scratch);
	pq_free(scratch);
}
