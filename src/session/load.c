#include "session/load.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "session/fetched.h"
#include "session/merge_kinds.h"
#include "session/missing_names.h"
#include "session/prefetch.h"
#include "profile/compatible.h"
#include "profile/filter.h"
#include "profile/merge.h"
#include "profile/prune.h"
#include "profile/sample_index.h"
#include "fetch/url.h"
#include "symbolize/binaries.h"
#include "symbolize/demangle/demangle.h"
#include "symbolize/local.h"

#include "base/banned.h"

/* As the reference: so many are held at once before they become one. */
#define CHUNK 128

/* ---- one group of sources ---- */

/* One load: all that its steps share. */
struct loading {
	const struct pq_options *o;
	struct pq_inputs *in;
	struct pq_binaries *binaries;
	const struct pq_source *base; /* to be taken off, or NULL */
	uint64_t *disk_bytes;	      /* the memory budget's, see load.h */
	struct pq_merge_kinds *kinds; /* of files that become one, or NULL */
	const struct pq_watch *watch;
};

/* Sources that become one profile: the inputs of a load, or its base. */
struct source_group {
	const struct loading *load;
	const char *binary; /* names the first mapping, or NULL */
	bool strict;	    /* ends with the first source that cannot be read */
	const struct pq_streamed_input
		*streamed; /* a lone source only, or NULL */
	struct pq_profile *merged;
	size_t n_read;
	uint64_t disk_bytes; /* this group and those before */
	size_t n_reported;   /* sources whose errors were written already */
	bool single_in_chunk; /* merged is one profile, and its chunk has ended */
};

static struct pq_log *names_log(const struct pq_watch *watch)
{
	return watch->names ? watch->names : watch->log;
}

static void name_main_binary(const struct source_group *g, struct pq_profile *p)
{
	struct pq_mapping *m = &p->mappings.at[0];

	if (g->binary)
		m->file = pq_profile_copy_string(p, pq_text_of(g->binary));
	if (g->load->o->buildid.len && !pq_string(p, m->build_id).len)
		m->build_id = pq_profile_copy_string(p, g->load->o->buildid);
}

static void tell_progress(const struct source_group *g, const char *name,
			  size_t i, size_t n)
{
	if (g->load->watch->progress)
		g->load->watch->progress(g->load->watch->ctx, name, i, n);
}

static void free_profiles(struct pq_profile **list, size_t n,
			  const struct pq_profile *but)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] != but)
			pq_profile_free(list[i]);
}

/* The reader knew no name for the input, and its notes are about it. */
static void tell_notes(const struct source_group *g, const char *name,
		       const struct pq_profile *p)
{
	struct pq_buf b = { 0 };

	for (size_t i = 0; g->load->watch->log && i < p->notes.n; i++) {
		pq_buf_clear(&b);
		pq_buf_str(&b, name);
		pq_buf_str(&b, ": ");
		pq_buf_text(&b, p->notes.lines[i]);
		pq_log_text(g->load->watch->log, pq_buf_view(&b));
	}
	pq_buf_release(&b);
}

/*
 * A profile that was read gets ready to be merged; for one that was not, the
 * error is written.  False when that is the end.
 */
static bool accept_source(struct source_group *g,
			  const struct pq_source *source, size_t i,
			  struct pq_profile *p, const struct pq_error *err)
{
	if (p) {
		pq_binaries_locate(g->load->binaries, p,
				   names_log(g->load->watch));
		name_main_binary(g, p);
		pq_note_origin(g->load->in, source, p);
	} else if (i >= g->n_reported) {
		g->load->watch->refused(g->load->watch->ctx, source->name, err);
	}
	if (p && i >= g->n_reported) {
		tell_notes(g, source->name, p);
		if (g->load->kinds)
			pq_merge_kinds_add(g->load->kinds, source->name, p);
	}
	/* Sources that are read a second time are not told of again. */
	if (i >= g->n_reported)
		g->n_reported = i + 1;
	return p || !g->strict;
}

static bool have_common_type(const struct pq_profile *a,
			     const struct pq_profile *b)
{
	for (size_t i = 0; i < a->sample_types.n; i++)
		for (size_t k = 0; k < b->sample_types.n; k++)
			if (pq_text_equal(
				    pq_string(a, a->sample_types.at[i].type),
				    pq_string(b, b->sample_types.at[k].type)))
				return true;
	return false;
}

/*
 * Adds up profiles; where they have no type in common the error names two of
 * them, and what they have.
 */
static struct pq_profile *combine_named(struct pq_profile **list,
					const char *const *names, size_t n,
					struct pq_error *err)
{
	for (size_t i = 1; i < n; i++) {
		if (have_common_type(list[0], list[i]))
			continue;
		pq_fail_no_common_type(list[0], names[0], list[i], names[i],
				       "they cannot be added up", err);
		return NULL;
	}
	return pq_combine(list, n, err);
}

/* Reads the sources from `first' on and merges them into what there is. */
static bool read_chunk(struct source_group *g, const struct pq_source *sources,
		       size_t first, size_t n, struct pq_error *err)
{
	struct pq_profile *list[CHUNK], *chunk;
	const char *names[CHUNK];
	size_t n_read = 0;

	/* Read them; the failure of one is told and passed over. */
	for (size_t i = first; i < first + n; i++) {
		struct pq_error own;
		struct pq_profile *p;

		pq_error_clear(&own);
		tell_progress(g, sources[i].name, i, first + n);
		p = pq_read_source(g->load->o, &sources[i], &g->disk_bytes,
				   g->streamed, g->load->watch, &own);
		if (!accept_source(g, &sources[i], i, p, &own)) {
			free_profiles(list, n_read, NULL);
			return false;
		}
		if (!p)
			continue;
		names[n_read] = sources[i].name;
		list[n_read++] = p;
	}
	g->n_read += n_read;
	if (!n_read)
		return true;

	/* The chunk becomes one profile, then one with those before it. */
	chunk = combine_named(list, names, n_read, err);
	free_profiles(list, n_read, chunk);
	if (!chunk)
		return false;
	if (g->merged) {
		struct pq_profile *both[2] = { g->merged, chunk };
		const char *two[2] = { sources[0].name, names[0] };

		g->merged = combine_named(both, two, 2, err);
		free_profiles(both, 2, g->merged);
	} else {
		g->merged = chunk;
	}
	return g->merged != NULL;
}

/* ---- the same one after another, where sources allow it ---- */

/* Files can be read again when it turns out that types differ. */
static bool are_all_files(const struct pq_source *sources, size_t n)
{
	struct stat st;

	for (size_t i = 0; i < n; i++)
		if (sources[i].fd >= 0 ||
		    (!stat(sources[i].name, &st) && !S_ISREG(st.st_mode)))
			return false;
	return true;
}

enum merge_outcome { TAKEN, FAILED, MISFIT };

/* The first profile is kept whole: when it stays the only one it is the result. */
static bool merge_next(struct source_group *g, struct pq_merger *m,
		       struct pq_profile *p)
{
	bool fits;

	if (!g->n_read++) {
		g->merged = p;
		return true;
	}
	/* The second one sends the first into the merger, in its own chunk. */
	fits = g->n_read > 2 || pq_merger_add(m, g->merged);
	if (g->single_in_chunk)
		pq_merger_end_chunk(m);
	g->single_in_chunk = false;
	fits = fits && pq_merger_add(m, p);
	if (g->n_read == 2) {
		pq_profile_free(g->merged);
		g->merged = NULL;
	}
	pq_profile_free(p);
	return fits;
}

static enum merge_outcome merge_each(struct source_group *g,
				     struct pq_prefetch *prefetch,
				     struct pq_merger *m,
				     const struct pq_source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pq_error own;
		struct pq_profile *p;

		pq_error_clear(&own);
		tell_progress(g, sources[i].name, i, n);
		p = pq_prefetch_next(prefetch, NULL, &own);
		pq_set_whole_budget(g->load->o);
		if (!accept_source(g, &sources[i], i, p, &own))
			return FAILED;
		if (p && !merge_next(g, m, p))
			return MISFIT;
		if ((i + 1) % CHUNK != 0 && i + 1 != n)
			continue;
		g->single_in_chunk = g->n_read == 1;
		pq_merger_end_chunk(m);
	}
	return TAKEN;
}

static enum merge_outcome merge_one_by_one(struct source_group *g,
					   const struct pq_source *sources,
					   size_t n)
{
	struct pq_prefetch *prefetch =
		pq_prefetch_new(g->load->o, sources, n, NULL);
	struct pq_merger *m = pq_merger_new();
	enum merge_outcome taken = merge_each(g, prefetch, m, sources, n);

	pq_prefetch_free(prefetch);

	/* One profile stays as it is; several come out of the merger. */
	if (taken != MISFIT)
		g->disk_bytes = UINT64_MAX; /* more than anybody counted */
	if (taken == TAKEN && g->n_read > 1) {
		g->merged = pq_merger_finish(m);
		return TAKEN;
	}
	pq_merger_free(m);

	/* Types differ, or a source failed: the caller begins again or ends. */
	if (taken != TAKEN) {
		pq_profile_free(g->merged);
		g->merged = NULL;
		g->n_read = 0;
	}
	return taken;
}

static bool read_group(struct source_group *g, const struct pq_source *sources,
		       size_t n, struct pq_error *err)
{
	enum merge_outcome taken = MISFIT;

	if (n > 1 && are_all_files(sources, n))
		taken = merge_one_by_one(g, sources, n);
	if (taken != MISFIT)
		return taken == TAKEN;
	for (size_t i = 0; i < n; i += CHUNK)
		if (!read_chunk(g, sources, i, n - i < CHUNK ? n - i : CHUNK,
				err))
			return false;
	return true;
}

/* ---- all together ---- */

static bool prefix_load_error(struct pq_error *err, const char *what)
{
	struct pq_error inner = *err;

	pq_error_clear(err);
	return pq_fail(err, inner.code, "%s: %s", what, inner.msg);
}

/* Takes the base off *p; consumes base. */
static bool subtract_base(const struct pq_options *o, struct pq_profile **p,
			  struct pq_profile *base,
			  const char *const names[static 2],
			  struct pq_error *err)
{
	struct pq_profile *both[2] = { *p, base }, *result;
	double *ratios;
	bool ok = true;

	if (o->diff_base.len)
		pq_set_label(base, PQ_TEXT("pprof::base"), PQ_TEXT("true"));
	if (o->normalize)
		ok = pq_normalize(*p, base, err);
	if (!ok) {
		pq_profile_free(base);
		return false;
	}
	ratios = pq_alloc(
		pq_size_mul(base->sample_types.n + 1, sizeof(*ratios)));
	for (size_t i = 0; i < base->sample_types.n; i++)
		ratios[i] = -1;
	pq_scale(base, ratios);
	pq_free(ratios);
	result = combine_named(both, names, 2, err);
	free_profiles(both, 2, result);
	*p = result;
	return result != NULL;
}

static void say_fall(struct pq_log *log, struct pq_text type, size_t n)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "-base: ");
	pq_buf_text(&b, type);
	pq_buf_printf(&b,
		      " went down for %zu stacks: these are not two readings "
		      "of one process",
		      n);
	pq_log_text(log, pq_buf_view(&b));
	pq_buf_release(&b);
}

/*
 * Counts since the start only grow in one process: nothing may be below 0 once
 * an earlier reading was subtracted.
 */
static void note_falls(const struct pq_options *o, const struct pq_profile *p,
		       struct pq_log *log)
{
	static const char *const growing[] = { "alloc_space", "alloc_objects",
					       "contentions", "delay" };
	struct pq_error ignored;
	struct pq_text type;
	size_t n = 0;
	unsigned at;
	struct pq_walk w;
	bool grows = false;

	pq_error_clear(&ignored);
	if (!o->base.n || !pq_sample_index(p, o->sample_index, &at, &ignored))
		return;
	type = pq_string(p, p->sample_types.at[at].type);
	for (size_t i = 0; i < sizeof(growing) / sizeof(*growing); i++)
		grows = grows || pq_text_is(type, growing[i]);
	pq_walk_begin(&w, &p->samples);
	while (grows && pq_walk_next(&w)) {
		pq_walk_values(&w);
		n += w.sample.values[at] < 0;
	}
	pq_walk_end(&w);
	if (n)
		say_fall(log, type, n);
}

static bool take_base_off(const struct source_group *main, const char *name,
			  struct pq_profile **p, struct pq_error *err)
{
	const struct loading *l = main->load;
	const char *const names[2] = { name, l->base ? l->base->name : NULL };
	struct source_group g = { .load = l,
				  .binary = main->binary,
				  .disk_bytes = main->disk_bytes };

	if (!l->base)
		return true;
	if (!read_group(&g, l->base, 1, err))
		return prefix_load_error(err, "problem fetching base profiles");
	if (!g.merged)
		return false; /* its error was reported */
	if (!subtract_base(l->o, p, g.merged, names, err))
		return false;
	note_falls(l->o, *p, l->watch->log);
	return true;
}

/*
 * For a file, names of the profile stay: a profile that guides a compiler has
 * its names, and reports make them readable when they print.  Whoever asks for
 * other names by -symbolize gets them.
 */
static void make_names_readable(const struct loading *l, struct pq_profile *p,
				const struct pq_symbolize *s, size_t n_named)
{
	bool keeps = l->in->makes_file && !s->force;
	uint32_t *names;

	if (!keeps) {
		pq_symbolize_profile(p, s);
		return;
	}
	names = pq_alloc(pq_size_mul(n_named + 1, sizeof(*names)));
	for (size_t i = 0; i < n_named; i++)
		names[i] = p->functions.at[i].name;
	pq_symbolize_profile(p, s);
	for (size_t i = 0; i < n_named; i++)
		if (pq_string(p, names[i]).len)
			p->functions.at[i].name = names[i];
	pq_free(names);
}

static void name_addresses(const struct loading *l, struct pq_profile *p)
{
	size_t n_named = p->functions.n; /* by the profile itself */
	struct pq_log *log = names_log(l->watch);
	struct pq_symbolize symbolize;
	struct pq_local_symbols local;

	pq_symbolize_parse(l->o->symbolize, &symbolize, log);
	local = (struct pq_local_symbols){
		.binaries = l->binaries,
		.force = symbolize.force,
		.names_only = symbolize.names_only,
		.says_all = l->o->verbose,
		.kallsyms = l->o->kallsyms,
	};
	if (!symbolize.none && !symbolize.no_local)
		pq_symbolize_local(p, &local, log);
	if (!symbolize.none && !symbolize.no_remote)
		pq_name_remotely(l->in, p, symbolize.force, log);
	make_names_readable(l, p, &symbolize, n_named);
	if (!symbolize.none)
		pq_tell_missing_names(p, log);
}

static void finish_profile(const struct loading *l, struct pq_profile *p)
{
	if (l->o->all_frames)
		p->drop_frames = p->keep_frames = 0;
	name_addresses(l, p);
	pq_binaries_restore(l->binaries, p);
	pq_drop_frames(p);
	pq_drop_url_mappings(p);
	if (l->o->add_comment.len)
		*pq_vec_push(&p->comments) =
			pq_profile_copy_string(p, l->o->add_comment);
}

static struct pq_profile *
read_sources(const struct loading *l, const struct pq_source *sources, size_t n,
	     const struct pq_streamed_input *streamed, struct pq_error *err)
{
	struct source_group g = { .load = l,
				  .binary = l->in->program,
				  .strict = !l->o->keep_going,
				  .disk_bytes = *l->disk_bytes };
	struct pq_profile *p;
	bool ok;

	if (g.binary)
		pq_binaries_trust(l->binaries, g.binary);
	/* Only a lone input may stay on disk: nothing is merged with it. */
	if (n == 1 && !l->base)
		g.streamed = streamed;
	ok = read_group(&g, sources, n, err);
	*l->disk_bytes = g.disk_bytes;
	if (!ok) {
		/* what names its files already needs no more words */
		if (n > 1 && err->code != PQ_OK && err->code != PQ_EUSAGE)
			prefix_load_error(err,
					  "problem fetching source profiles");
		return NULL;
	}

	/* The base comes off the whole, once it is known that there is one. */
	if (g.merged && g.n_read < n)
		pq_log_say(l->watch->log,
			   "Fetched %zu source profiles out of %zu", g.n_read,
			   n);
	p = g.merged;
	if (p && !take_base_off(&g, sources[0].name, &p, err)) {
		pq_profile_free(p);
		return NULL;
	}
	return p;
}

/* Reads, and then finishes what was read. */
static struct pq_profile *
load_sources(struct loading *l, const struct pq_source *sources, size_t n,
	     const struct pq_streamed_input *streamed, struct pq_error *err)
{
	struct pq_profile *p;

	l->binaries = pq_binaries_new(l->o->binary_path, l->o->trust_paths);
	p = read_sources(l, sources, n, streamed, err);
	if (p)
		finish_profile(l, p);
	pq_binaries_free(l->binaries);
	return p;
}

struct pq_profile *pq_load(const struct pq_options *o, struct pq_inputs *in,
			   struct pq_sample_observer *observer,
			   const struct pq_watch *watch, struct pq_error *err)
{
	const struct pq_streamed_input streamed = { observer };
	struct pq_merge_kinds kinds;
	uint64_t disk_bytes = 0;
	struct loading l = { .o = o,
			     .in = in,
			     .base = in->base.name ? &in->base : NULL,
			     .disk_bytes = &disk_bytes,
			     .kinds = in->makes_file ? &kinds : NULL,
			     .watch = watch };
	struct pq_profile *p;

	pq_merge_kinds_init(&kinds);
	p = load_sources(&l, in->sources.at, in->sources.n, &streamed, err);
	if (p || err->code == PQ_EFORMAT || err->code == PQ_EUSAGE)
		pq_merge_kinds_tell(&kinds, watch->log);
	pq_merge_kinds_release(&kinds);

	if (p)
		pq_save_fetched(in, o, p, watch->log);
	return p;
}

struct pq_profile *pq_load_side(const struct pq_options *o,
				struct pq_inputs *in, size_t i,
				uint64_t *disk_bytes,
				const struct pq_watch *watch,
				struct pq_error *err)
{
	/* Sides stand beside each other: nothing is taken off. */
	struct loading l = {
		.o = o, .in = in, .disk_bytes = disk_bytes, .watch = watch
	};

	return load_sources(&l, &in->sources.at[i], 1, NULL, err);
}
