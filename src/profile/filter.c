#include "profile/filter.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "profile/name_match.h"
#include "profile/prune.h"

#include "base/banned.h"

/* ---- focus, ignore, hide, show ---- */

enum { FOCUSED = 1, IGNORED = 2, HIDDEN = 4 };

/* Samples and frames that a filter removed, for the verbose log. */
struct effect {
	uint64_t samples, frames;
};

struct effects {
	struct effect focus, ignore, hide, show;
};

/* The verdict of focus, ignore, hide and show on each location. */
struct states {
	uint8_t *state; /* by location */
	/* lines that hide and show removed from each location */
	uint32_t *hidden_lines, *unshown_lines;
	bool any_hidden, hides; /* hides: there is a hide expression */
	struct effects by;
};

/* The four expressions by name, and what matching them found. */
struct by_name {
	struct pq_names focus, ignore, hide, show;
	struct states *s;
	struct effects by;
	bool focus_matched, ignore_matched, hide_matched, show_matched;
};

/* Keeps the lines for which matching is `wanted`. */
static void keep_lines(struct pq_profile *p, struct pq_location *l,
		       struct pq_names *names, bool wanted)
{
	struct pq_line *lines;
	uint32_t n = 0;

	if (!l->n_lines)
		return;
	lines = p->lines.at + l->first_line;
	for (uint32_t i = 0; i < l->n_lines; i++)
		if (lines[i].function == PQ_NONE ||
		    pq_names_match_line(names, &lines[i]) == wanted)
			lines[n++] = lines[i];
	l->n_lines = n;
}

static void classify_location(struct by_name *f, struct pq_profile *p, size_t i)
{
	struct pq_location *l = &p->locations.at[i];
	uint32_t before;

	/* Ignore wins over focus; without focus every location is focused. */
	if (f->ignore.regex && pq_names_match_location(&f->ignore, l)) {
		f->ignore_matched = true;
		f->s->state[i] = IGNORED;
	} else if (!f->focus.regex || pq_names_match_location(&f->focus, l)) {
		f->focus_matched = true;
		f->s->state[i] = FOCUSED;
	}
	before = l->n_lines;
	/* A hidden mapping takes all lines, a hidden name its own. */
	if (f->hide.regex && pq_names_match_location(&f->hide, l)) {
		f->hide_matched = true;
		if (pq_names_match_mapping(&f->hide, l))
			l->n_lines = 0;
		else
			keep_lines(p, l, &f->hide, false);
		if (!l->n_lines)
			f->s->state[i] |= HIDDEN;
	}
	f->s->hidden_lines[i] = before - l->n_lines;
	before = l->n_lines;
	/* Show sees only the lines that hide has left. */
	if (f->show.regex) {
		if (!pq_names_match_mapping(&f->show, l))
			keep_lines(p, l, &f->show, true);
		if (l->n_lines)
			f->show_matched = true;
		else
			f->s->state[i] |= HIDDEN;
	}
	f->s->unshown_lines[i] = before - l->n_lines;
	f->s->any_hidden = f->s->any_hidden || (f->s->state[i] & HIDDEN);
}

static bool count_dropped_sample(struct effect *effect,
				 const struct pq_sample *s)
{
	effect->samples++;
	effect->frames += s->n_locations;
	return false;
}

static bool keep_by_name(void *ctx, struct pq_sample *sample)
{
	struct states *f = ctx;
	uint8_t seen = 0;
	size_t n = 0;

	/* One location decides about the whole stack. */
	for (size_t i = 0; i < sample->n_locations; i++)
		seen |= f->state[sample->locations[i]];
	if (seen & IGNORED)
		return count_dropped_sample(&f->by.ignore, sample);
	if (!(seen & FOCUSED))
		return count_dropped_sample(&f->by.focus, sample);
	/* Removed lines are counted for each use of their location. */
	for (size_t i = 0; i < sample->n_locations; i++) {
		f->by.hide.frames += f->hidden_lines[sample->locations[i]];
		f->by.show.frames += f->unshown_lines[sample->locations[i]];
	}
	if (!f->any_hidden)
		return true;
	for (size_t i = 0; i < sample->n_locations; i++)
		if (!(f->state[sample->locations[i]] & HIDDEN))
			sample->locations[n++] = sample->locations[i];
	sample->n_locations = n;
	/* An emptied sample is counted once, for hide where both could be. */
	if (!n && f->hides)
		f->by.hide.samples++;
	else if (!n)
		f->by.show.samples++;
	return n > 0;
}

void pq_append_nearest_name(struct pq_buf *to, const struct pq_profile *p,
			    struct pq_text expression)
{
	struct pq_suggest nearest;

	pq_suggest_begin(&nearest, expression);
	for (size_t i = 0; i < p->functions.n; i++) {
		struct pq_text name = pq_string(p, p->functions.at[i].name);
		size_t dot = name.len;

		pq_suggest_offer(&nearest, name);
		/* the name without its package, which few people type */
		while (dot && name.bytes[dot - 1] != '.')
			dot--;
		pq_suggest_offer(&nearest, pq_text_slice(name, dot, name.len));
	}
	if (!nearest.found)
		return;
	pq_buf_str(to, "; the nearest name is ");
	pq_buf_text(to, nearest.best);
}

static void warn_unmatched(const struct pq_profile *p, struct pq_log *log,
			   struct pq_text option, bool matched,
			   const char *name)
{
	struct pq_buf b = { 0 };

	if (!option.len || matched)
		return;
	pq_buf_str(&b, name);
	pq_buf_str(&b, " expression matched no samples");
	pq_append_nearest_name(&b, p, option);
	pq_log_text(log, pq_buf_view(&b));
	pq_buf_release(&b);
}

static void log_effect(struct pq_log *log, struct pq_text option,
		       const char *name, const struct effect *e)
{
	if (option.len)
		pq_log_say(log, "-%s removed %llu samples and %llu frames",
			   name, (unsigned long long)e->samples,
			   (unsigned long long)e->frames);
}

static void free_states(void *states)
{
	struct states *s = states;

	pq_free(s->state);
	pq_free(s->hidden_lines);
	pq_free(s->unshown_lines);
	pq_free(s);
}

static void filter_by_name(struct by_name *f, struct pq_profile *p)
{
	size_t n = p->locations.n;
	struct states *s;
	bool kept;

	if (!f->focus.regex && !f->ignore.regex && !f->hide.regex &&
	    !f->show.regex)
		return;
	f->s = s = pq_alloc_zeroed(sizeof(*s));
	s->hides = f->hide.regex != NULL;
	s->state = pq_alloc_zeroed(n);
	s->hidden_lines = pq_alloc(pq_size_mul(n, 4));
	s->unshown_lines = pq_alloc(pq_size_mul(n, 4));
	for (size_t i = 0; i < n; i++)
		classify_location(f, p, i);
	/* Samples that are read again keep the states for every later walk. */
	kept = pq_samples_edit(&p->samples, p->samples.n_values, keep_by_name,
			       s, free_states);
	f->by = s->by;
	if (!kept)
		free_states(s);
}

static bool init_by_name(struct by_name *f, struct pq_profile *p,
			 const struct pq_filters *options, struct pq_error *err)
{
	return pq_names_init(&f->focus, p, "focus", options->focus, err) &&
	       pq_names_init(&f->ignore, p, "ignore", options->ignore, err) &&
	       pq_names_init(&f->hide, p, "hide", options->hide, err) &&
	       pq_names_init(&f->show, p, "show", options->show, err);
}

static void release_by_name(struct by_name *f)
{
	pq_names_release(&f->focus);
	pq_names_release(&f->ignore);
	pq_names_release(&f->hide);
	pq_names_release(&f->show);
}

/* ---- show_from ---- */

/* The locations that show_from matches, each with all lines below it. */
struct shown {
	uint8_t *shown; /* by location */
	struct effect effect;
};

struct show_from {
	struct pq_names names;
	struct effect effect;
	bool matched;
};

static bool cut_callers_of_match(struct show_from *f, struct pq_profile *p,
				 struct pq_location *l)
{
	const struct pq_line *lines = pq_location_lines(p, l);
	uint32_t i = l->n_lines;

	if (pq_names_match_mapping(&f->names, l))
		return true;
	/* Lines are innermost first: the last match is the outermost one. */
	while (i && !pq_names_match_line(&f->names, &lines[i - 1]))
		i--;
	if (i)
		l->n_lines = i;
	return i > 0;
}

static bool cut_unshown_root(void *ctx, struct pq_sample *sample)
{
	struct shown *f = ctx;
	size_t n = sample->n_locations;

	/* The root is at the end: frames above the first match go. */
	while (n && !f->shown[sample->locations[n - 1]])
		n--;
	f->effect.samples += !n;
	f->effect.frames += sample->n_locations - n;
	sample->n_locations = n;
	return n > 0;
}

static void free_shown(void *shown)
{
	struct shown *s = shown;

	pq_free(s->shown);
	pq_free(s);
}

static void filter_show_from(struct show_from *f, struct pq_profile *p)
{
	struct shown *s;
	bool kept;

	if (!f->names.regex)
		return;
	s = pq_alloc_zeroed(sizeof(*s));
	s->shown = pq_alloc_zeroed(p->locations.n);
	for (size_t i = 0; i < p->locations.n; i++) {
		s->shown[i] = cut_callers_of_match(f, p, &p->locations.at[i]);
		f->matched = f->matched || s->shown[i];
	}
	kept = pq_samples_edit(&p->samples, p->samples.n_values,
			       cut_unshown_root, s, free_shown);
	f->effect = s->effect;
	if (!kept)
		free_shown(s);
}

/* ---- tagshow, taghide ---- */

struct tag_names {
	struct pq_names show, hide;
	bool show_matched, hide_matched;
};

static bool is_label_kept(struct tag_names *t, uint32_t key)
{
	bool shown = !t->show.regex || pq_names_match(&t->show, key);
	bool hidden = t->hide.regex && pq_names_match(&t->hide, key);

	t->show_matched = t->show_matched || shown;
	t->hide_matched = t->hide_matched || hidden;
	return shown && !hidden;
}

static bool edit_labels(void *ctx, struct pq_sample *sample)
{
	struct tag_names *t = ctx;
	size_t n = 0;

	for (size_t i = 0; i < sample->n_labels; i++)
		if (is_label_kept(t, sample->labels[i].key))
			sample->labels[n++] = sample->labels[i];
	sample->n_labels = n;
	return true;
}

static void free_tag_names(void *names)
{
	struct tag_names *t = names;

	pq_names_release(&t->show);
	pq_names_release(&t->hide);
	pq_free(t);
}

static bool filter_tag_names(struct pq_profile *p, const struct pq_filters *f,
			     struct pq_log *log, struct pq_error *err)
{
	struct tag_names *t = pq_alloc_zeroed(sizeof(*t));
	bool kept = false, ok;

	ok = pq_names_init(&t->show, p, "tagshow", f->tagshow, err) &&
	     pq_names_init(&t->hide, p, "taghide", f->taghide, err);
	if (ok && (t->show.regex || t->hide.regex))
		kept = pq_samples_edit(&p->samples, p->samples.n_values,
				       edit_labels, t, free_tag_names);
	if (ok && f->tagshow.len && !t->show_matched)
		pq_log_say(log, "TagShow expression matched no samples");
	if (ok && f->taghide.len && !t->hide_matched)
		pq_log_say(log, "TagHide expression matched no samples");
	if (!kept)
		free_tag_names(t);
	return ok;
}

/* ---- all of them ---- */

struct filtering {
	struct pq_profile *p;
	const struct pq_filters *f;
	struct pq_log *log;
	struct by_name by_name;
	struct show_from from;
	struct pq_tag_filters *tags;
	struct pq_names prune;
	struct effect by_prune;
};

static void warn_for_each_filter(struct filtering *r)
{
	const struct pq_profile *p = r->p;
	const struct pq_filters *f = r->f;
	const struct by_name *n = &r->by_name;
	struct pq_log *log = r->log;

	warn_unmatched(p, log, f->focus, n->focus_matched, "Focus");
	warn_unmatched(p, log, f->ignore, n->ignore_matched, "Ignore");
	warn_unmatched(p, log, f->hide, n->hide_matched, "Hide");
	warn_unmatched(p, log, f->show, n->show_matched, "Show");
	warn_unmatched(p, log, f->show_from, r->from.matched, "ShowFrom");
}

static void add_removed(struct pq_buf *b, const char *name,
			const struct effect *e)
{
	if (e->samples)
		pq_buf_printf(b, "%s -%s removed %llu", b->len ? "," : "", name,
			      (unsigned long long)e->samples);
}

/*
 * An empty report says which filter emptied it; one that matched nothing has
 * been named already.
 */
static void tell_emptied(const struct filtering *r, size_t n_before)
{
	const struct effects *by = &r->by_name.by;
	struct pq_buf b = { 0 };

	if (!n_before || (r->f->focus.len && !r->by_name.focus_matched) ||
	    (r->f->show.len && !r->by_name.show_matched) ||
	    by->focus.samples + by->ignore.samples + by->hide.samples +
			    by->show.samples <
		    n_before)
		return;
	add_removed(&b, "focus", &by->focus);
	add_removed(&b, "ignore", &by->ignore);
	add_removed(&b, "hide", &by->hide);
	add_removed(&b, "show", &by->show);
	pq_log_say(r->log, "No sample is left of %zu:%s%s", n_before,
		   pq_buf_cstr(&b),
		   by->ignore.samples
			   ? "; -hide removes only the frames that match"
			   : "");
	pq_buf_release(&b);
}

static void log_effects(const struct filtering *r)
{
	const struct pq_filters *f = r->f;
	const struct by_name *n = &r->by_name;

	log_effect(r->log, f->focus, "focus", &n->by.focus);
	log_effect(r->log, f->ignore, "ignore", &n->by.ignore);
	log_effect(r->log, f->hide, "hide", &n->by.hide);
	log_effect(r->log, f->show, "show", &n->by.show);
	log_effect(r->log, f->show_from, "show_from", &r->from.effect);
	log_effect(r->log, f->prune_from, "prune_from", &r->by_prune);
}

bool pq_filter(struct pq_profile *p, const struct pq_filters *f,
	       const struct pq_label_units *units, struct pq_log *log,
	       struct pq_error *err)
{
	size_t n_before = p->samples.n;
	struct filtering r;
	bool ok;

	memset(&r, 0, sizeof(r));
	r.p = p;
	r.f = f;
	r.log = log;
	/* Nothing runs before all of these are parsed, in this order. */
	ok = init_by_name(&r.by_name, p, f, err) &&
	     pq_names_init(&r.from.names, p, "show_from", f->show_from, err) &&
	     (r.tags = pq_tag_filters_new(p, f, units, log, err)) &&
	     pq_names_init(&r.prune, p, "prune_from", f->prune_from, err);
	/* The order of the filters is the reference's. */
	if (ok) {
		filter_by_name(&r.by_name, p);
		filter_show_from(&r.from, p);
		warn_for_each_filter(&r);
		tell_emptied(&r, n_before);
		pq_tag_filters_run(&r.tags, log);
		ok = filter_tag_names(p, f, log, err);
	}
	if (ok)
		pq_prune_from(p, &r.prune, &r.by_prune.frames);
	if (ok && f->verbose)
		log_effects(&r);
	release_by_name(&r.by_name);
	pq_names_release(&r.from.names);
	pq_tag_filters_free(r.tags);
	pq_names_release(&r.prune);
	return ok;
}
