#include "session/export_profiles.h"

#include "base/mem.h"
#include "fetch/url.h"
#include "session/prefetch.h"
#include "symbolize/binaries.h"
#include "symbolize/demangle/demangle.h"
#include "symbolize/local.h"

#include "base/banned.h"

/* Shared by all sources; threads only read it. */
struct exporting {
	const struct pq_options *o;
	struct pq_inputs *in;
	struct pq_tables *tables;
	const struct pq_watch *watch;
	struct pq_symbolize symbolize;
	/* used by the main thread alone: */
	struct pq_binaries *binaries;
	size_t n_written, n_again;
};

/* ---- a profile to its rows ---- */

/* The names that functions have in the file, before they are readable. */
static uint32_t *copy_raw_names(const struct pq_profile *p)
{
	uint32_t *names = pq_alloc(pq_size_mul(p->functions.n + 1, 4));

	for (size_t i = 0; i < p->functions.n; i++)
		names[i] = p->functions.at[i].name;
	return names;
}

static struct pq_part *make_part(const struct exporting *x,
				 struct pq_profile *p, struct pq_error *err)
{
	uint32_t *raw_names = copy_raw_names(p);

	if (x->o->all_frames)
		p->drop_frames = p->keep_frames = 0;
	pq_symbolize_profile(p, &x->symbolize);
	pq_drop_url_mappings(p);
	return pq_part_new(p, raw_names, x->tables->options.identity, err);
}

/* Whether programs may have names for some of its addresses. */
static bool wants_programs(const struct exporting *x,
			   const struct pq_profile *p)
{
	bool wants = x->symbolize.force;

	if (x->symbolize.none || x->symbolize.no_local)
		return false;
	for (size_t i = 0; !wants && i < p->locations.n; i++)
		wants = !p->locations.at[i].n_lines &&
			p->locations.at[i].mapping != PQ_NONE;
	return wants;
}

/* In any thread; what programs are asked for is left to the main one. */
static void *make_part_early(void *ctx, const struct pq_source *source,
			     struct pq_profile *p, struct pq_error *err)
{
	const struct exporting *x = ctx;

	(void)source;
	return wants_programs(x, p) ? NULL : make_part(x, p, err);
}

static void name_from_programs(struct exporting *x, struct pq_profile *p)
{
	struct pq_log *log = x->watch->names ? x->watch->names : x->watch->log;
	struct pq_local_symbols local = {
		.binaries = x->binaries,
		.force = x->symbolize.force,
		.names_only = x->symbolize.names_only,
		.says_all = x->o->verbose,
		.kallsyms = x->o->kallsyms,
	};

	pq_binaries_locate(x->binaries, p, log);
	pq_symbolize_local(p, &local, log);
	pq_binaries_restore(x->binaries, p);
}

static struct pq_part *make_part_now(struct exporting *x, struct pq_profile *p,
				     struct pq_error *err)
{
	name_from_programs(x, p);
	return make_part(x, p, err);
}

/* ---- source by source ---- */

static void tell_source_notes(const struct exporting *x, const char *name,
			      const struct pq_profile *p)
{
	struct pq_buf b = { 0 };

	for (size_t i = 0; x->watch->log && i < p->notes.n; i++) {
		pq_buf_clear(&b);
		pq_buf_str(&b, name);
		pq_buf_str(&b, ": ");
		pq_buf_text(&b, p->notes.lines[i]);
		pq_log_text(x->watch->log, pq_buf_view(&b));
	}
	pq_buf_release(&b);
}

static void write_part(struct exporting *x, const struct pq_source *source,
		       struct pq_part *part)
{
	tell_source_notes(x, source->name, part->p);
	if (pq_tables_add(x->tables, part, pq_text_of(source->name)))
		x->n_written++;
	else
		x->n_again++;
}

/* False at the end: a source that cannot be read, or a file. */
static bool export_source(struct exporting *x, struct pq_prefetch *prefetch,
			  const struct pq_source *source)
{
	struct pq_profile *p;
	struct pq_part *part;
	struct pq_error own;
	void *made = NULL;

	/* Read, and mostly made rows already; the rest is done here. */
	pq_error_clear(&own);
	p = pq_prefetch_next(prefetch, &made, &own);
	pq_set_whole_budget(x->o);
	part = made;
	if (p && !part && own.code == PQ_OK)
		part = make_part_now(x, p, &own);
	if (part)
		write_part(x, source, part);
	else
		x->watch->refused(x->watch->ctx, source->name, &own);

	/* The profile goes at once: none is merged with another. */
	pq_part_free(part);
	pq_profile_free(p);
	return (part || x->o->keep_going) && !pq_tables_stopped(x->tables);
}

static bool export_sources(struct exporting *x)
{
	struct pq_source *sources = x->in->sources.at;
	const struct pq_prefetch_work work = { make_part_early, x };
	size_t n = x->in->sources.n, i = 0;
	struct pq_prefetch *prefetch = pq_prefetch_new(x->o, sources, n, &work);
	bool ok = true;

	for (; ok && i < n; i++) {
		if (x->watch->progress)
			x->watch->progress(x->watch->ctx, sources[i].name, i,
					   n);
		ok = export_source(x, prefetch, &sources[i]);
	}
	pq_prefetch_free(prefetch);
	return ok;
}

static void tell_counts(const struct exporting *x)
{
	size_t n = x->in->sources.n;

	if (x->n_again)
		pq_log_say(x->watch->log,
			   "%zu of %zu files are the same profile as one "
			   "before, which counts once",
			   x->n_again, n);
	if (x->n_written + x->n_again < n)
		pq_log_say(x->watch->log,
			   "Exported %zu source profiles out of %zu",
			   x->n_written + x->n_again, n);
}

bool pq_export_profiles(const struct pq_options *o, struct pq_inputs *in,
			struct pq_tables *tables, const struct pq_watch *watch,
			struct pq_error *err)
{
	struct exporting x = {
		.o = o, .in = in, .tables = tables, .watch = watch
	};
	bool ok;

	(void)err;
	pq_symbolize_parse(o->symbolize, &x.symbolize, watch->log);
	/* Unless asked: tables then depend on no host and no demangler. */
	x.symbolize.none |= !o->given[PQ_OPTION_symbolize];
	x.binaries = pq_binaries_new(o->binary_path, o->trust_paths);
	for (size_t i = 0; i < in->sources.n; i++)
		in->sources.at[i].wants_digest = true;
	ok = export_sources(&x);
	pq_binaries_free(x.binaries);
	if (ok)
		tell_counts(&x);
	/* Tables of nothing are no answer. */
	return ok && x.n_written;
}
