#include "session/inputs.h"

#include <glob.h>
#include <string.h>

#include "base/mem.h"
#include "session/load.h"
#include "report/report.h"

#include "base/banned.h"

struct group {
	struct pq_text name;
	PQ_VEC(const char *) files;
};

/* ---- which files ---- */

static const char *keep(struct pq_sides *s, const char *path)
{
	return pq_arena_copy(&s->arena, path, strlen(path) + 1);
}

/* The files of a pattern; one that matches nothing is a file to be missed. */
static void add_files(struct pq_sides *s, struct group *g, const char *pattern)
{
	glob_t found;

	if (glob(pattern, GLOB_NOCHECK, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		*pq_vec_push(&g->files) = keep(s, found.gl_pathv[i]);
	globfree(&found);
}

static bool add_group(struct pq_sides *s, struct group groups[2],
		      struct pq_text value, struct pq_error *err)
{
	size_t equals = pq_text_find(value, 0, "=");
	struct pq_text name = pq_text_slice(value, 0, equals);
	struct group *g = &groups[0];

	if (equals == value.len || !name.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-group=%.200s: a group is written NAME=FILES",
			       value.bytes);
	while (g < groups + 2 && g->name.len && !pq_text_equal(g->name, name))
		g++;
	if (g == groups + 2)
		return pq_fail(err, PQ_EUSAGE,
			       "-group=%.200s: a third group; there are two "
			       "sides",
			       value.bytes);
	g->name = name;
	add_files(s, g, pq_unchecked_bytes(value.bytes) + equals + 1);
	return true;
}

static void set_files(struct pq_sides *s, const struct group *old,
		      const struct group *new)
{
	struct pq_joined *j = &s->joined;
	size_t n = old->files.n + new->files.n;

	j->files = pq_arena_zeroed(&s->arena, n * sizeof(*j->files));
	s->list = pq_arena_zeroed(&s->arena, n * sizeof(struct pq_profile *));
	for (size_t i = 0; i < old->files.n; i++)
		j->files[i].name = old->files.at[i];
	for (size_t i = 0; i < new->files.n; i++)
		j->files[old->files.n + i].name = new->files.at[i];
	j->n_old = old->files.n;
	j->n_files = n;
}

static bool find_groups(struct pq_sides *s, const struct pq_request *r,
			struct group groups[2], struct pq_error *err)
{
	for (size_t i = 0; i < r->options.group.n; i++)
		if (!add_group(s, groups, r->options.group.at[i], err))
			return false;
	if (r->n_sources)
		return pq_fail(err, PQ_EUSAGE,
			       "%s: with -group all files belong to a group; "
			       "\"%.200s\" does not",
			       r->command->name, r->sources[0]);
	if (!groups[0].files.n || !groups[1].files.n)
		return pq_fail(err, PQ_EUSAGE,
			       "-group: there must be two groups, such as "
			       "-group 'old=a*.pb.gz' -group 'new=b*.pb.gz'");
	return true;
}

static bool find_pair(const struct pq_request *r, struct group groups[2],
		      struct pq_error *err)
{
	const char *option =
		r->command->report->takes == PQ_TAKES_SIDES ? "" : " -diff";

	if (r->n_sources != 2)
		return pq_fail(err, PQ_EUSAGE,
			       "%s%s takes two profiles, and %zu %s given: "
			       "profq %s%s OLD NEW (more on each side: -group)",
			       r->command->name, option, r->n_sources,
			       r->n_sources == 1 ? "is" : "are",
			       r->command->name, option);
	*pq_vec_push(&groups[0].files) = r->sources[0];
	*pq_vec_push(&groups[1].files) = r->sources[1];
	return true;
}

bool pq_sides_find(struct pq_sides *s, const struct pq_request *r,
		   struct pq_error *err)
{
	struct group groups[2];
	bool swapped, ok;

	memset(s, 0, sizeof(*s));
	memset(groups, 0, sizeof(groups));
	pq_arena_init(&s->arena);
	ok = r->options.group.n ? find_groups(s, r, groups, err)
				: find_pair(r, groups, err);
	swapped = pq_text_is(groups[0].name, "new") &&
		  pq_text_is(groups[1].name, "old");
	if (ok)
		set_files(s, &groups[swapped], &groups[!swapped]);
	pq_vec_release(&groups[0].files);
	pq_vec_release(&groups[1].files);
	if (!ok)
		pq_arena_release(&s->arena);
	return ok;
}

/* ---- reading ---- */

static struct pq_source source_of(const char *name)
{
	struct pq_source source = { name, -1, NULL, 0 };

	if (!strcmp(name, "-")) {
		source.name = "standard input";
		source.fd = 0;
	}
	return source;
}

bool pq_sides_load(struct pq_sides *s, const struct pq_options *o,
		   struct pq_log *log, struct pq_error *err)
{
	uint64_t disk_bytes = 0;

	for (size_t i = 0; i < s->joined.n_files; i++) {
		struct pq_source source = source_of(s->joined.files[i].name);

		s->list[i] = pq_load_side(o, &source, &disk_bytes, log, err);
		if (!s->list[i])
			return false;
	}
	return pq_join(&s->joined, s->list, err);
}

void pq_sides_release(struct pq_sides *s)
{
	for (size_t i = 0; i < s->joined.n_files; i++)
		pq_profile_free(s->list[i]);
	pq_profile_free(s->joined.p);
	pq_arena_release(&s->arena);
}
