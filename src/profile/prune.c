#include "profile/prune.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#include "base/banned.h"

/* CUT_BELOW: the location stays, frames below go; CUT_WHOLE: it goes too. */
enum { CUT_BELOW = 1, CUT_WHOLE = 2 };

/* The locations that prune_from matches. */
struct pruning {
	uint8_t *cut; /* by location */
	uint64_t frames;
};

static bool cut_to_match(void *ctx, struct pq_sample *sample)
{
	struct pruning *prune = ctx;
	size_t i = 0;

	while (i < sample->n_locations && !prune->cut[sample->locations[i]])
		i++;
	if (i < sample->n_locations) {
		prune->frames += i;
		sample->locations += i;
		sample->n_locations -= i;
	}
	return true;
}

static void free_pruning(void *pruning)
{
	struct pruning *prune = pruning;

	pq_free(prune->cut);
	pq_free(prune);
}

void pq_prune_from(struct pq_profile *p, struct pq_names *names,
		   uint64_t *frames)
{
	struct pruning *prune;
	bool kept;

	if (!names->regex)
		return;
	names->simplified = true;
	prune = pq_alloc_zeroed(sizeof(*prune));
	prune->cut = pq_alloc_zeroed(p->locations.n);
	for (size_t i = 0; i < p->locations.n; i++) {
		struct pq_location *l = &p->locations.at[i];
		const struct pq_line *lines = pq_location_lines(p, l);

		for (uint32_t j = 0; j < l->n_lines; j++) {
			const struct pq_function *f =
				pq_line_function(p, &lines[j]);

			/* Lines inlined below the match go. */
			if (!f || !pq_string(p, f->name).len ||
			    !pq_names_match(names, f->name))
				continue;
			prune->cut[i] = CUT_BELOW;
			l->first_line += j;
			l->n_lines -= j;
			break;
		}
	}
	kept = pq_samples_edit(&p->samples, p->samples.n_values, cut_to_match,
			       prune, free_pruning);
	*frames = prune->frames;
	if (!kept)
		free_pruning(prune);
}

static bool is_dropped_function(struct pq_names *drop, struct pq_names *keep,
				const struct pq_function *f)
{
	return f && pq_string(drop->p, f->name).len &&
	       pq_names_match(drop, f->name) &&
	       !(keep->regex && pq_names_match(keep, f->name));
}

static uint8_t drop_lines(struct pq_profile *p, struct pq_location *l,
			  struct pq_names *drop, struct pq_names *keep)
{
	const struct pq_line *lines = pq_location_lines(p, l);
	uint32_t i = l->n_lines;

	/* The outermost dropped line decides, since all lines below it go. */
	while (i && !is_dropped_function(drop, keep,
					 pq_line_function(p, &lines[i - 1])))
		i--;
	if (!i)
		return 0;
	if (i == l->n_lines)
		return CUT_WHOLE;
	l->first_line += i;
	l->n_lines -= i;
	return CUT_BELOW;
}

static bool cut_at_dropped(void *ctx, struct pq_sample *sample)
{
	const uint8_t *cut = ctx;
	bool user = false;

	/* From the root down: dropped frames count below a user frame only. */
	for (size_t i = sample->n_locations; i--;) {
		uint8_t is = cut[sample->locations[i]];

		if (!is) {
			user = true;
			continue;
		}
		if (!user)
			continue;
		/* The stack now begins at this location, or above it. */
		i += is == CUT_WHOLE;
		sample->locations += i;
		sample->n_locations -= i;
		break;
	}
	return true;
}

/*
 * An expression in a file may be made so that matching takes RE2 as many steps
 * for each byte as the expression is long.  One that nobody would wait for is
 * treated like one that cannot be parsed.
 */
#define MOST_STEPS ((uint64_t)1 << 29)
/* Expressions of fewer steps are never suspicious. */
#define MANY_STEPS 2000

static bool is_too_slow(const struct pq_names *names)
{
	uint64_t steps = pq_regex_most_steps(names->regex), bytes = 0;
	const struct pq_profile *p = names->p;

	for (size_t i = 0; i < p->functions.n; i++)
		bytes += pq_string(p, p->functions.at[i].name).len;
	return steps > MANY_STEPS && bytes > MOST_STEPS / steps;
}

static bool init_anchored(struct pq_names *names, struct pq_profile *p,
			  uint32_t id)
{
	struct pq_error ignored;
	struct pq_buf b = { 0 };
	bool ok;

	pq_error_clear(&ignored);
	pq_buf_str(&b, "^(");
	pq_buf_text(&b, pq_string(p, id));
	pq_buf_str(&b, ")$");
	ok = pq_names_init(names, p, "drop_frames", pq_buf_view(&b),
			   &ignored) &&
	     !is_too_slow(names);
	names->simplified = true;
	pq_buf_release(&b);
	return ok;
}

void pq_drop_frames(struct pq_profile *p)
{
	struct pq_names drop, keep;
	bool ok;

	memset(&drop, 0, sizeof(drop));
	memset(&keep, 0, sizeof(keep));
	if (!pq_string(p, p->drop_frames).len)
		return;
	ok = init_anchored(&drop, p, p->drop_frames);
	if (ok && pq_string(p, p->keep_frames).len)
		ok = init_anchored(&keep, p, p->keep_frames);
	/* Expressions that do not parse drop nothing. */
	if (ok) {
		uint8_t *cut = pq_alloc_zeroed(p->locations.n);

		for (size_t i = 0; i < p->locations.n; i++)
			cut[i] = drop_lines(p, &p->locations.at[i], &drop,
					    &keep);
		if (!pq_samples_edit(&p->samples, p->samples.n_values,
				     cut_at_dropped, cut, pq_free))
			pq_free(cut);
	}
	pq_names_release(&drop);
	pq_names_release(&keep);
}
