#include "profile/filter.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "profile/names.h"

#include "base/banned.h"

/* ---- focus, ignore, hide, show ---- */

enum { FOCUSED = 1, IGNORED = 2, HIDDEN = 4 };

struct by_name {
	struct pq_names focus, ignore, hide, show;
	uint8_t *state; /* by location */
	bool any_hidden;
	bool focus_matched, ignore_matched, hide_matched, show_matched;
};

/* Keeps the lines for which matching is `wanted`. */
static void keep_lines(struct pq_profile *p, struct pq_location *l,
		       struct pq_names *names, bool wanted)
{
	struct pq_line *lines = p->lines.at + l->first_line;
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->n_lines; i++)
		if (lines[i].function == PQ_NONE ||
		    pq_names_match_line(names, &lines[i]) == wanted)
			lines[n++] = lines[i];
	l->n_lines = n;
}

static void look_at_location(struct by_name *f, struct pq_profile *p, size_t i)
{
	struct pq_location *l = &p->locations.at[i];

	if (f->ignore.regex && pq_names_match_location(&f->ignore, l)) {
		f->ignore_matched = true;
		f->state[i] = IGNORED;
	} else if (!f->focus.regex || pq_names_match_location(&f->focus, l)) {
		f->focus_matched = true;
		f->state[i] = FOCUSED;
	}
	if (f->hide.regex && pq_names_match_location(&f->hide, l)) {
		f->hide_matched = true;
		if (pq_names_match_mapping(&f->hide, l))
			l->n_lines = 0;
		else
			keep_lines(p, l, &f->hide, false);
		if (!l->n_lines)
			f->state[i] |= HIDDEN;
	}
	if (f->show.regex) {
		if (!pq_names_match_mapping(&f->show, l))
			keep_lines(p, l, &f->show, true);
		if (l->n_lines)
			f->show_matched = true;
		else
			f->state[i] |= HIDDEN;
	}
	f->any_hidden = f->any_hidden || (f->state[i] & HIDDEN);
}

static bool keep_by_name(void *ctx, struct pq_sample *sample)
{
	const struct by_name *f = ctx;
	uint8_t seen = 0;
	size_t n = 0;

	for (size_t i = 0; i < sample->n_locations; i++)
		seen |= f->state[sample->locations[i]];
	if (!(seen & FOCUSED) || (seen & IGNORED))
		return false;
	if (!f->any_hidden)
		return true;
	for (size_t i = 0; i < sample->n_locations; i++)
		if (!(f->state[sample->locations[i]] & HIDDEN))
			sample->locations[n++] = sample->locations[i];
	sample->n_locations = n;
	return n > 0;
}

static void warn_unmatched(struct pq_log *log, struct pq_text option,
			   bool matched, const char *name)
{
	if (option.len && !matched)
		pq_log_say(log, "%s expression matched no samples", name);
}

static void run_by_name(struct by_name *f, struct pq_profile *p)
{
	if (!f->focus.regex && !f->ignore.regex && !f->hide.regex &&
	    !f->show.regex)
		return;
	f->state = pq_alloc_zeroed(p->locations.n);
	for (size_t i = 0; i < p->locations.n; i++)
		look_at_location(f, p, i);
	pq_samples_rewrite(&p->samples, p->samples.n_values, keep_by_name, f);
	pq_free(f->state);
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

struct show_from {
	struct pq_names names;
	uint8_t *shown; /* by location */
	bool matched;
};

static bool from_location(struct show_from *f, struct pq_profile *p,
			  struct pq_location *l)
{
	const struct pq_line *lines = pq_location_lines(p, l);
	uint32_t i = l->n_lines;

	if (pq_names_match_mapping(&f->names, l))
		return true;
	while (i && !pq_names_match_line(&f->names, &lines[i - 1]))
		i--;
	if (i)
		l->n_lines = i;
	return i > 0;
}

static bool keep_shown(void *ctx, struct pq_sample *sample)
{
	const struct show_from *f = ctx;
	size_t n = sample->n_locations;

	while (n && !f->shown[sample->locations[n - 1]])
		n--;
	sample->n_locations = n;
	return n > 0;
}

static void run_show_from(struct show_from *f, struct pq_profile *p)
{
	if (!f->names.regex)
		return;
	f->shown = pq_alloc_zeroed(p->locations.n);
	for (size_t i = 0; i < p->locations.n; i++) {
		f->shown[i] = from_location(f, p, &p->locations.at[i]);
		f->matched = f->matched || f->shown[i];
	}
	pq_samples_rewrite(&p->samples, p->samples.n_values, keep_shown, f);
	pq_free(f->shown);
}

/* ---- tagshow, taghide ---- */

struct tag_names {
	struct pq_names show, hide;
	bool show_matched, hide_matched;
};

static bool label_stays(struct tag_names *t, uint32_t key)
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
		if (label_stays(t, sample->labels[i].key))
			sample->labels[n++] = sample->labels[i];
	sample->n_labels = n;
	return true;
}

static bool filter_tag_names(struct pq_profile *p, const struct pq_filters *f,
			     struct pq_log *log, struct pq_error *err)
{
	struct tag_names t;
	bool ok;

	memset(&t, 0, sizeof(t));
	ok = pq_names_init(&t.show, p, "tagshow", f->tagshow, err) &&
	     pq_names_init(&t.hide, p, "taghide", f->taghide, err);
	if (ok && (t.show.regex || t.hide.regex))
		pq_samples_rewrite(&p->samples, p->samples.n_values,
				   edit_labels, &t);
	pq_names_release(&t.show);
	pq_names_release(&t.hide);
	if (!ok)
		return false;
	warn_unmatched(log, f->tagshow, t.show_matched, "TagShow");
	warn_unmatched(log, f->taghide, t.hide_matched, "TagHide");
	return true;
}

/* ---- prune_from, drop_frames ---- */

enum { CUT_BELOW = 1, CUT_WHOLE = 2 };

static bool prune_sample(void *ctx, struct pq_sample *sample)
{
	const uint8_t *cut = ctx;
	size_t i = 0;

	while (i < sample->n_locations && !cut[sample->locations[i]])
		i++;
	if (i < sample->n_locations) {
		sample->locations += i;
		sample->n_locations -= i;
	}
	return true;
}

static void prune_from(struct pq_profile *p, struct pq_names *names)
{
	uint8_t *cut;

	if (!names->regex)
		return;
	names->simplified = true;
	cut = pq_alloc_zeroed(p->locations.n);
	for (size_t i = 0; i < p->locations.n; i++) {
		struct pq_location *l = &p->locations.at[i];
		const struct pq_line *lines = pq_location_lines(p, l);

		for (uint32_t j = 0; j < l->n_lines; j++) {
			const struct pq_function *f =
				pq_line_function(p, &lines[j]);

			if (!f || !pq_string(p, f->name).len ||
			    !pq_names_match(names, f->name))
				continue;
			cut[i] = CUT_BELOW;
			l->first_line += j;
			l->n_lines -= j;
			break;
		}
	}
	pq_samples_rewrite(&p->samples, p->samples.n_values, prune_sample, cut);
	pq_free(cut);
}

static bool is_dropped(struct pq_names *drop, struct pq_names *keep,
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

	while (i && !is_dropped(drop, keep, pq_line_function(p, &lines[i - 1])))
		i--;
	if (!i)
		return 0;
	if (i == l->n_lines)
		return CUT_WHOLE;
	l->first_line += i;
	l->n_lines -= i;
	return CUT_BELOW;
}

static bool drop_sample(void *ctx, struct pq_sample *sample)
{
	const uint8_t *cut = ctx;
	bool user = false;

	for (size_t i = sample->n_locations; i--;) {
		uint8_t is = cut[sample->locations[i]];

		if (!is) {
			user = true;
			continue;
		}
		if (!user)
			continue;
		i += is == CUT_WHOLE;
		sample->locations += i;
		sample->n_locations -= i;
		break;
	}
	return true;
}

static bool anchored(struct pq_names *names, struct pq_profile *p, uint32_t id)
{
	struct pq_error ignored;
	struct pq_buf b = { 0 };
	bool ok;

	pq_error_clear(&ignored);
	pq_buf_str(&b, "^(");
	pq_buf_text(&b, pq_string(p, id));
	pq_buf_str(&b, ")$");
	ok = pq_names_init(names, p, "drop_frames", pq_buf_view(&b), &ignored);
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
	ok = anchored(&drop, p, p->drop_frames);
	if (ok && pq_string(p, p->keep_frames).len)
		ok = anchored(&keep, p, p->keep_frames);
	if (ok) {
		uint8_t *cut = pq_alloc_zeroed(p->locations.n);

		for (size_t i = 0; i < p->locations.n; i++)
			cut[i] = drop_lines(p, &p->locations.at[i], &drop,
					    &keep);
		pq_samples_rewrite(&p->samples, p->samples.n_values,
				   drop_sample, cut);
		pq_free(cut);
	}
	pq_names_release(&drop);
	pq_names_release(&keep);
}

/* ---- all of them ---- */

bool pq_filter(struct pq_profile *p, const struct pq_filters *f,
	       const struct pq_label_units *units, struct pq_log *log,
	       struct pq_error *err)
{
	struct by_name by_name;
	struct show_from from;
	struct pq_names prune;
	bool ok;

	memset(&by_name, 0, sizeof(by_name));
	memset(&from, 0, sizeof(from));
	memset(&prune, 0, sizeof(prune));
	ok = init_by_name(&by_name, p, f, err) &&
	     pq_names_init(&from.names, p, "show_from", f->show_from, err);
	if (ok) {
		run_by_name(&by_name, p);
		run_show_from(&from, p);
		ok = pq_filter_tags(p, f, units, log, err) &&
		     pq_names_init(&prune, p, "prune_from", f->prune_from,
				   err);
	}
	if (ok) {
		warn_unmatched(log, f->focus, by_name.focus_matched, "Focus");
		warn_unmatched(log, f->ignore, by_name.ignore_matched,
			       "Ignore");
		warn_unmatched(log, f->hide, by_name.hide_matched, "Hide");
		warn_unmatched(log, f->show, by_name.show_matched, "Show");
		warn_unmatched(log, f->show_from, from.matched, "ShowFrom");
		ok = filter_tag_names(p, f, log, err);
	}
	if (ok)
		prune_from(p, &prune);
	release_by_name(&by_name);
	pq_names_release(&from.names);
	pq_names_release(&prune);
	return ok;
}
