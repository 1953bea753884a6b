#include "draw/flame_diff.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

static bool add_type(struct pq_flame_diff *d, const struct pq_report_input *in,
		     unsigned column, struct pq_error *err)
{
	struct pq_view own = *in->view;
	struct pq_facts *facts;

	own.o.shape.sample_index = column;
	facts = pq_compare_facts(&in->diff->compare, &own, in->arena, err);
	if (!facts)
		return false;
	d->types[d->n_types] = (struct pq_view_type){ column, facts->total[1],
						      facts->total[0] };
	d->facts[d->n_types++] = facts;
	return true;
}

struct pq_flame_diff *pq_flame_diff_before(const struct pq_report_input *in,
					   bool all_types, struct pq_error *err)
{
	struct pq_flame_diff *d = pq_arena_zeroed(in->arena, sizeof(*d));
	size_t n = in->diff->compare.joined->n_types;
	unsigned chosen = in->view->o.shape.sample_index;
	struct pq_error left_out;

	in->diff->compare.stacks->all_types = all_types;
	if (!add_type(d, in, chosen, err))
		return NULL;
	/* Other types are extra: one that has no comparison is left out. */
	for (unsigned i = 0; all_types && i < n; i++) {
		if (i == chosen || d->n_types == PQ_VIEW_TYPES)
			continue;
		pq_error_clear(&left_out);
		add_type(d, in, i, &left_out);
	}
	return d;
}

void pq_flame_diff_sides(struct pq_flame_diff *d,
			 const struct pq_report_input *in)
{
	const struct pq_joined *j = in->diff->compare.joined;
	double *factors = PQ_ARENA_NEW(in->arena, double, j->n_types);

	for (size_t i = 0; i < j->n_types; i++)
		factors[i] = 1;
	pq_changes_find(d->changes, &in->diff->compare, d->facts, d->n_types,
			in->view, true, in->arena);
	for (unsigned i = 0; i < d->n_types; i++)
		factors[d->types[i].column] = d->facts[i]->factor;
	pq_changes_reduce(&in->diff->compare, d->facts[0], factors);
	in->view->total = d->types[0].total;
}

/* ---- tones ---- */

static enum pq_flame_tone tone_of(const struct pq_change *c,
				  const struct pq_facts *facts)
{
	if (facts->method == PQ_BY_NOTHING || pq_change_stands_out(c, facts))
		return PQ_FLAME_COLORED;
	if (c->verdict == PQ_NOISE)
		return PQ_FLAME_NOISE;
	return c->verdict == PQ_FEW ? PQ_FLAME_FEW : PQ_FLAME_GRAY;
}

/* Nodes of one printed name are one frame: it has the tone of the loudest. */
static void lower(uint8_t *tone, enum pq_flame_tone to)
{
	if (*tone > to)
		*tone = (uint8_t)to;
}

static void find_tones(const struct pq_flame_diff *d, struct pq_flame *f,
		       unsigned type)
{
	const struct pq_changes *c = &d->changes[type];
	const struct pq_facts *facts = d->facts[type];
	bool judged = facts->method != PQ_BY_NOTHING;
	size_t n = f->n_types, n_frames = f->stacks.frames.n;

	/* A frame that no comparison knows counts as of few samples. */
	for (size_t i = 0; i < n_frames; i++)
		f->tones[i * n + type] = PQ_FLAME_FEW;
	for (uint32_t node = 0; node < c->n_nodes; node++) {
		uint32_t frame = f->stacks.frame_of[node];

		if (frame != PQ_NONE && c->of[node])
			lower(&f->tones[frame * n + type],
			      tone_of(c->of[node], facts));
	}
	/* The root has the verdict of the total, which no node has. */
	f->tones[type] = (uint8_t)tone_of(&c->comparison->total, facts);
	f->tones[n_frames * n + type] = judged ? PQ_FLAME_GRAY
					       : PQ_FLAME_COLORED;
}

void pq_flame_diff_tones(const struct pq_flame_diff *d, struct pq_flame *f)
{
	f->tones = pq_alloc_zeroed(
		pq_size_mul(f->stacks.frames.n + 1, f->n_types));
	for (unsigned i = 0; i < f->n_types; i++)
		find_tones(d, f, i);
}

void pq_flame_diff_legend(const struct pq_flame_diff *d, struct pq_notes *l)
{
	const struct pq_facts *facts = d->facts[0];

	if (facts->method != PQ_BY_NOTHING) {
		pq_notes_add(l, PQ_TEXT("orange: grew, blue: shrank, gray: "
					"within noise"));
		return;
	}
	pq_notes_add(l, PQ_TEXT("orange: more, blue: less"));
	for (size_t i = 0; i < facts->notes.n; i++)
		pq_notes_add(l, facts->notes.lines[i]);
}
