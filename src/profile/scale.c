/*
 * scale.c - values multiplied by column, and one label set on every sample.
 * pq_scale and pq_set_label are declared in merge.h.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "profile/merge.h"

#include "base/banned.h"

/* A ratio for each column. */
struct scaling {
	const double *ratios;
	unsigned n;
};

static bool scale_sample(void *ctx, struct pq_sample *sample)
{
	const struct scaling *s = ctx;
	bool keep = false;

	for (unsigned i = 0; i < s->n; i++) {
		double scaled;

		if (s->ratios[i] == 1)
			continue;
		/* Columns of ratio 1 neither change a sample nor keep it. */
		scaled = round((double)sample->values[i] * s->ratios[i]);
		sample->values[i] = pq_trunc(scaled);
		keep = keep || sample->values[i];
	}
	return keep;
}

void pq_scale(struct pq_profile *p, const double *ratios)
{
	struct scaling s = { ratios, (unsigned)p->sample_types.n };
	bool all_one = true;

	for (unsigned i = 0; i < s.n; i++)
		all_one = all_one && ratios[i] == 1;
	if (!all_one)
		pq_samples_rewrite(&p->samples, p->samples.n_values,
				   scale_sample, &s);
}

/* The label to be set, and the labels of the sample being rewritten. */
struct labelling {
	struct pq_profile *p;
	struct pq_label label;
	PQ_VEC(struct pq_label) labels;
};

static bool label_sample(void *ctx, struct pq_sample *sample)
{
	struct labelling *l = ctx;
	struct pq_text key = pq_string(l->p, l->label.key);

	l->labels.n = 0;
	/* Other string values of the key give way to the new one. */
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *old = &sample->labels[i];

		if (old->str && pq_text_equal(pq_string(l->p, old->key), key))
			continue;
		*pq_vec_push(&l->labels) = *old;
	}
	*pq_vec_push(&l->labels) = l->label;
	sample->labels = l->labels.at;
	sample->n_labels = l->labels.n;
	return true;
}

void pq_set_label(struct pq_profile *p, struct pq_text key,
		  struct pq_text value)
{
	struct labelling l = { .p = p };

	l.label.key = pq_profile_copy_string(p, key);
	l.label.str = pq_profile_copy_string(p, value);
	pq_samples_rewrite(&p->samples, p->samples.n_values, label_sample, &l);
	pq_vec_release(&l.labels);
}
