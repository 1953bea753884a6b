/* The rules between options: pq_options_check of options.h. */
#include "command/options.h"

#include "base/buf.h"

#include "base/banned.h"

/* More choices than this no option has. */
#define MOST_CHOICES 16

static void *field(struct pq_options *o, const struct pq_option *option)
{
	return (char *)o + option->offset;
}

static bool is_picked(struct pq_options *o, const struct pq_option *option)
{
	return option->value && *(bool *)field(o, option);
}

/* Which choices of an ENUM are asked for, by picks or by the option itself. */
static unsigned wanted_choices(struct pq_options *o,
			       const struct pq_option *target, bool *wanted)
{
	unsigned id = (unsigned)(target - pq_option_table), n = 0;
	struct pq_text choice;

	for (unsigned i = 0;
	     i < MOST_CHOICES && pq_option_choice(target, i, &choice); i++) {
		/* Asked for by its word, or by any option that picks it. */
		wanted[i] = o->given[id] && *(unsigned *)field(o, target) == i;
		for (unsigned k = 0; k < PQ_N_OPTIONS; k++) {
			const struct pq_option *pick = &pq_option_table[k];

			if (pick->target == id && is_picked(o, pick) &&
			    pq_text_is(choice, pick->value))
				wanted[i] = true;
		}
		n += wanted[i];
	}
	return n;
}

/* Names the choices, sorted, where the reference has a random order. */
static bool conflict(const struct pq_option *target, bool *wanted, unsigned n,
		     struct pq_error *err)
{
	struct pq_buf list = { 0 };

	while (n--) {
		struct pq_text least = { 0 }, choice;
		unsigned at = 0;

		/* The least of those left, so that the list is sorted. */
		for (unsigned i = 0; i < MOST_CHOICES; i++) {
			if (!wanted[i] || !pq_option_choice(target, i, &choice))
				continue;
			if (!least.bytes ||
			    pq_text_compare(choice, least) < 0) {
				least = choice;
				at = i;
			}
		}
		wanted[at] = false;
		pq_buf_text(&list, least);
		pq_buf_str(&list, n ? " " : "");
	}
	pq_fail(err, PQ_EUSAGE, "conflicting options set: [%s]",
		pq_buf_cstr(&list));
	pq_buf_release(&list);
	return false;
}

/* Marks options of which a choice is asked for, which are few in a run. */
static void mark_chosen(struct pq_options *o, bool *chosen)
{
	for (unsigned k = 0; k < PQ_N_OPTIONS; k++) {
		const struct pq_option *option = &pq_option_table[k];

		if (option->kind == PQ_OPTION_ENUM && o->given[k])
			chosen[k] = true;
		if (is_picked(o, option))
			chosen[option->target] = true;
	}
}

static bool settle_choices(struct pq_options *o, struct pq_error *err)
{
	bool chosen[PQ_N_OPTIONS] = { false };

	mark_chosen(o, chosen);
	for (unsigned k = 0; k < PQ_N_OPTIONS; k++) {
		const struct pq_option *target = &pq_option_table[k];
		bool wanted[MOST_CHOICES] = { false };
		unsigned n;

		if (target->kind != PQ_OPTION_ENUM || !chosen[k])
			continue;
		n = wanted_choices(o, target, wanted);
		if (n > 1)
			return conflict(target, wanted, n, err);
		/* At most one is left, and settled for the rules. */
		for (unsigned i = 0; i < MOST_CHOICES; i++) {
			if (!wanted[i])
				continue;
			*(unsigned *)field(o, target) = i;
			o->settled[k] = true;
		}
	}
	return true;
}

static bool check_formats(const struct pq_options *o, unsigned n_formats,
			  struct pq_error *err)
{
	if (n_formats > 1)
		return pq_fail(err, PQ_EUSAGE,
			       "must set at most one output format");
	if (o->http.len && n_formats)
		return pq_fail(err, PQ_EUSAGE,
			       "-http is not compatible with an output format "
			       "on the command line");
	if (o->no_browser && !o->http.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-no_browser only makes sense with -http");
	return true;
}

/* Shortcuts of a text option: the first one stays, the table has the order. */
static void settle_shortcuts(struct pq_options *o, struct pq_log *log)
{
	static const enum pq_option_id order[] = {
		PQ_OPTION_total_delay,	 PQ_OPTION_mean_delay,
		PQ_OPTION_contentions,	 PQ_OPTION_inuse_space,
		PQ_OPTION_inuse_objects, PQ_OPTION_alloc_space,
		PQ_OPTION_alloc_objects,
	};

	for (unsigned i = 0; i < sizeof(order) / sizeof(*order); i++) {
		const struct pq_option *pick = &pq_option_table[order[i]];

		if (!is_picked(o, pick))
			continue;
		/* The reference warns of a second shortcut, and goes on. */
		if (o->sample_index.len)
			pq_log_say(log,
				   "Multiple value selections, ignoring -%s",
				   pick->name);
		else
			o->sample_index = pq_text_of(pick->value);
	}
	/* -mean_delay divides, even where another shortcut came first. */
	o->mean = o->mean || o->mean_delay;
}

/* The picks have done their work; a second check must not find them. */
static void clear_picks(struct pq_options *o)
{
	for (unsigned k = 0; k < PQ_N_OPTIONS; k++) {
		const struct pq_option *option = &pq_option_table[k];

		if (option->value)
			*(bool *)field(o, option) = false;
		if (option->kind == PQ_OPTION_ENUM)
			o->given[k] = false;
	}
}

/*
 * -cum chooses what diff compares; it leaves alone an order that only diff
 * has.
 */
static void settle_comparison(struct pq_options *o)
{
	if (!o->given[PQ_OPTION_sort] || o->sort < PQ_SORT_DELTA)
		return;
	o->cumulative = o->cumulative || o->cum;
	o->cum = o->flat = false;
}

static bool check_sides(const struct pq_options *o, struct pq_error *err)
{
	if (!o->base.n && !o->diff_base.len)
		return true;
	/* The flag and the command have words of their own. */
	if (o->diff)
		return pq_fail(err, PQ_EUSAGE,
			       "-diff takes two profiles and no -base or "
			       "-diff_base");
	return pq_fail(err, PQ_EUSAGE,
		       "diff takes two profiles; -base and -diff_base are for "
		       "other reports");
}

static bool check_rows(const struct pq_options *o, const struct pq_asked *asked,
		       struct pq_error *err)
{
	/* Orders from delta on are of diff, those from objects on of sites. */
	if (o->sort >= PQ_SORT_DELTA)
		return pq_fail(err, PQ_EUSAGE,
			       "-sort: only %s has this order; the others are "
			       "flat and cum",
			       o->sort < PQ_SORT_OBJECTS ? "diff" : "sites");
	if (o->exit_code && !asked->has_verdict)
		return pq_fail(err, PQ_EUSAGE,
			       "-exit_code is for diff and triage only");
	return true;
}

/* Orders of sites are its own; its default is no word of -sort. */
static bool check_order(const struct pq_options *o, bool sort_given,
			const struct pq_asked *asked, struct pq_error *err)
{
	if (asked->is_about_sites && sort_given && o->sort < PQ_SORT_OBJECTS)
		return pq_fail(err, PQ_EUSAGE,
			       "-sort: sites is sorted by objects, space, "
			       "mean, alloc_objects, alloc_space or churn");
	if (asked->compares && o->sort >= PQ_SORT_OBJECTS)
		return pq_fail(err, PQ_EUSAGE,
			       "-sort: only sites has this order");
	return true;
}

static bool check_base(const struct pq_options *o, const struct pq_asked *asked,
		       struct pq_error *err)
{
	if (o->base.n && o->diff_base.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-base and -diff_base flags cannot both be "
			       "specified");
	if (asked->takes_many && (o->base.n || o->diff_base.len))
		return pq_fail(err, PQ_EUSAGE,
			       "-base and -diff_base are for reports on one "
			       "profile: of several, nothing is subtracted");
	return true;
}

static bool check_comparison(const struct pq_options *o,
			     const struct pq_asked *asked, struct pq_error *err)
{
	bool compares = asked->compares;

	if (compares && !check_sides(o, err))
		return false;
	/* Only the command diff has more orders; -diff makes a picture. */
	if ((!compares || o->diff) && !asked->is_about_sites &&
	    !check_rows(o, asked, err))
		return false;
	if (compares)
		return true;
	if (o->group.n)
		return pq_fail(err, PQ_EUSAGE,
			       "-group is for diff and for pictures with "
			       "-diff");
	/* A session was opened with its base: only a command line is judged. */
	if (o->normalize && !asked->loaded && !o->base.n &&
	    !o->diff_base.len && !o->diff)
		return pq_fail(err, PQ_EUSAGE,
			       "must have base profile to normalize by");
	return true;
}

bool pq_options_check(struct pq_options *o, const struct pq_asked *asked,
		      struct pq_log *log, struct pq_error *err)
{
	bool by_given = o->given[PQ_OPTION_normalize_by];
	bool sort_given = o->given[PQ_OPTION_sort] || o->flat || o->cum;

	/* The two above are read before picks are settled and cleared. */
	settle_comparison(o);
	if (!settle_choices(o, err) || !check_formats(o, asked->n_formats, err))
		return false;
	settle_shortcuts(o, log);
	clear_picks(o);
	/* -normalize_by alone asks for normalizing, too. */
	if (asked->compares && by_given)
		o->normalize = true;
	return check_base(o, asked, err) &&
	       check_order(o, sort_given, asked, err) &&
	       check_comparison(o, asked, err);
}
