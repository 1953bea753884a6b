#include "insight/advice.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "insight/frames.h"
#include "insight/name_sums.h"
#include "insight/triage_rules.h"
#include "profile/kind.h"

#include "base/banned.h"

/* More than these are not looked at: a reader does not wait for advice. */
#define MOST_BYTES (4 << 20)

/* Fewer objects are no work for a collector. */
#define MANY_OBJECTS 1000000

static void add_advice(struct pq_notes *to, struct pq_buf *line)
{
	pq_notes_add(to, pq_buf_view(line));
	pq_buf_release(line);
}

/* ---- CPU ---- */

static void advise_on_cpu(const struct pq_profile *p,
			  const struct pq_advice_words *words,
			  struct pq_notes *to)
{
	struct pq_collection c = pq_triage_collection(p);
	struct pq_buf line = { 0 };

	if (c.is_large) {
		pq_buf_printf(&line,
			      "the garbage collector takes %.0f %% of CPU; its "
			      "work follows the number of live objects: profq "
			      "triage ",
			      100 * c.share);
		pq_buf_text(&line,
			    pq_text_of(words->file ? words->file : "CPU"));
		/* only the reader knows where there is a heap beside it */
		pq_buf_str(&line, " HEAP");
		add_advice(to, &line);
	}
	/* The half width of a share of one half, the widest there is. */
	if (c.n_samples > 0 && c.n_samples < PQ_TRIAGE_LEAST_SAMPLES) {
		pq_buf_printf(
			&line,
			"%lld samples in all: shares are good to ±%.0f %%",
			(long long)c.n_samples, 98 / sqrt((double)c.n_samples));
		add_advice(to, &line);
	}
}

/* ---- heaps ---- */

/* The objects of the bytes in `column`; n_types where there are none. */
static unsigned find_objects(const struct pq_profile *p, unsigned column)
{
	struct pq_text shown = pq_string(p, p->sample_types.at[column].type);
	const char *wanted = pq_text_is(shown, "inuse_space") ? "inuse_objects"
			     : pq_text_is(shown, "alloc_space")
				     ? "alloc_objects"
				     : "";
	unsigned n = (unsigned)p->sample_types.n, i = 0;

	while (i < n &&
	       !pq_text_is(pq_string(p, p->sample_types.at[i].type), wanted))
		i++;
	return i;
}

/* What each function has by itself, in both columns. */
struct own_sums {
	struct pq_name_sums bytes, objects;
	int64_t all_objects;
};

static void count_own(struct own_sums *s, const struct pq_profile *p,
		      unsigned bytes, unsigned objects)
{
	struct pq_frame_list list = { 0 };
	struct pq_frames frames;
	struct pq_walk w;

	pq_frames_init(&frames, p);
	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		struct pq_text leaf;

		pq_walk_all(&w);
		pq_frames_put(&frames, &w.sample, &list);
		leaf = pq_frames_leaf(&frames,
				      (struct pq_frame_stack){ list.at,
							       list.n })
			       ->function;
		pq_name_sums_add(&s->bytes, leaf, w.sample.values[bytes]);
		pq_name_sums_add(&s->objects, leaf, w.sample.values[objects]);
		s->all_objects =
			pq_add(s->all_objects, w.sample.values[objects]);
	}
	pq_walk_end(&w);
	pq_vec_release(&list);
	pq_frames_release(&frames);
}

static void compare_firsts(const struct own_sums *s, struct pq_text option,
			   const struct pq_advice_words *words,
			   struct pq_notes *to)
{
	struct pq_buf line = { 0 };
	int64_t most_bytes, most;
	struct pq_text by_bytes, first;

	if (s->all_objects < MANY_OBJECTS)
		return;
	by_bytes = pq_name_sums_most(&s->bytes, &most_bytes);
	first = pq_name_sums_most(&s->objects, &most);
	if (pq_text_equal(by_bytes, first) || most < s->all_objects / 2)
		return;
	pq_buf_str(&line, "by objects another function is first, ");
	pq_buf_text(&line, first);
	pq_buf_printf(&line, " with %.1f %%: %s",
		      100 * (double)most / (double)s->all_objects,
		      words->in_session ? "" : "-");
	pq_buf_text(&line, option);
	add_advice(to, &line);
}

static void advise_on_heap(const struct pq_profile *p, unsigned column,
			   const struct pq_advice_words *words,
			   struct pq_notes *to)
{
	unsigned objects = find_objects(p, column);
	struct own_sums s = { 0 };

	if (objects == p->sample_types.n)
		return;
	pq_name_sums_init(&s.bytes);
	pq_name_sums_init(&s.objects);
	count_own(&s, p, column, objects);
	compare_firsts(&s, pq_string(p, p->sample_types.at[objects].type),
		       words, to);
	pq_name_sums_release(&s.bytes);
	pq_name_sums_release(&s.objects);
}

void pq_advise(const struct pq_profile *p, unsigned column,
	       const struct pq_advice_words *words, struct pq_notes *to)
{
	if (p->samples.source || p->samples.held_bytes > MOST_BYTES)
		return;
	switch (pq_kind_find(p, p->sample_types.n)) {
	case PQ_KIND_CPU:
		advise_on_cpu(p, words, to);
		break;
	case PQ_KIND_HEAP:
		advise_on_heap(p, column, words, to);
		break;
	default:
		break;
	}
}
