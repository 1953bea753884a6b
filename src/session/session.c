#include "session/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "profile/kind.h"
#include "session/load.h"

#include "base/banned.h"

/* ---- several files side by side ---- */

/* One of several files, which is loaded and not merged with the others. */
struct loaded_file {
	struct pq_profile *profile;
	const char *name;
	size_t i; /* place on the command line */
};

static int compare_times(const void *left, const void *right)
{
	const struct loaded_file *a = left, *b = right;
	int64_t x = a->profile->time_nanos, y = b->profile->time_nanos;

	if (x != y)
		return x < y ? -1 : 1;
	return a->i < b->i ? -1 : 1;
}

/*
 * Loads each source; false when one cannot be read: a part is no answer.
 * disk_bytes is what the memory budget knows of inputs before.
 */
static bool load_each(struct pq_session *s, struct loaded_file *files,
		      uint64_t disk_bytes, struct pq_error *err)
{
	for (size_t i = 0; i < s->inputs->sources.n; i++) {
		const struct pq_source *source = &s->inputs->sources.at[i];

		files[i].profile = pq_load_side(s->options, s->inputs, i,
						&disk_bytes, &s->watch, err);
		if (!files[i].profile)
			return false;
		files[i].name = source->name;
		files[i].i = i;
		*pq_vec_push(&s->loaded) = files[i].profile;
	}
	return true;
}

static bool join_files(struct pq_session *s, const struct loaded_file *files,
		       struct pq_error *err)
{
	struct pq_joined *j = &s->joined;
	size_t n = s->loaded.n;

	j->files = pq_arena_zeroed(&s->arena, n * sizeof(*j->files));
	j->n_files = n;
	j->n_old = s->inputs->takes == PQ_TAKES_SIDES ? s->inputs->n_old : n;
	for (size_t i = 0; i < n; i++) {
		j->files[i].name = files[i].name;
		j->files[i].given = files[i].i;
		s->loaded.at[i] = files[i].profile;
	}
	/* A series of different kinds has no trend. */
	if (s->inputs->takes == PQ_TAKES_SERIES &&
	    !pq_kinds_are_one(s->loaded.at, n, err))
		return false;
	/* Who goes on asking may ask about one of the files, too. */
	j->takes_samples = s->only != NULL;
	if (!pq_join(j, s->loaded.at, err))
		return false;
	s->profile = j->p;
	return true;
}

/* Bytes on disk of the files of a session. */
static uint64_t count_disk_bytes(const struct pq_session *s)
{
	uint64_t bytes = 0;
	struct stat st;

	for (size_t i = 0; i < s->inputs->sources.n; i++)
		if (s->inputs->sources.at[i].fd < 0 &&
		    !stat(s->inputs->sources.at[i].name, &st))
			bytes += (uint64_t)st.st_size;
	return bytes;
}

/* The profile of another session becomes the last file of this one. */
static void take_profile(struct pq_session *s, struct pq_session *other,
			 struct loaded_file *file)
{
	file->profile = other->profile;
	file->name = other->inputs->sources.at[0].name;
	file->i = s->inputs->sources.n;
	*pq_vec_push(&s->loaded) = other->profile;
	/* The other session must not free it. */
	other->profile = NULL;
}

/* `other' (or NULL) gives its profile. */
static bool open_several(struct pq_session *s, struct pq_session *other,
			 struct pq_error *err)
{
	size_t n = s->inputs->sources.n + (other != NULL);
	struct loaded_file *files =
		pq_arena_zeroed(&s->arena, n * sizeof(*files));

	if (!load_each(s, files, other ? count_disk_bytes(other) : 0, err))
		return false;
	if (other)
		take_profile(s, other, &files[n - 1]);
	/* Kinds are not joined: a report takes each by itself. */
	if (s->inputs->takes == PQ_TAKES_KINDS) {
		s->names = PQ_ARENA_NEW(&s->arena, const char *, n);
		for (size_t i = 0; i < n; i++)
			s->names[i] = files[i].name;
		s->profile = s->loaded.at[0];
		return true;
	}
	/* A series is in order of time, however it was given. */
	if (s->inputs->takes == PQ_TAKES_SERIES)
		qsort(files, n, sizeof(*files), compare_times);
	return join_files(s, files, err);
}

/* ---- the session ---- */

static bool open_merged(struct pq_session *s, struct pq_error *err)
{
	/* A single question has its sums taken while samples are read. */
	if (s->only)
		s->sums = pq_answer_sums(s->only);
	s->profile = pq_load(s->options, s->inputs,
			     s->sums ? pq_read_sums_observer(s->sums) : NULL,
			     &s->watch, err);
	return s->profile != NULL;
}

bool pq_session_open(struct pq_session *s, struct pq_inputs *in,
		     const struct pq_options *o, const struct pq_query *only,
		     const struct pq_watch *watch, struct pq_error *err)
{
	bool ok;

	memset(s, 0, sizeof(*s));
	pq_arena_init(&s->arena);
	s->inputs = in;
	s->options = o;
	s->only = only;
	s->watch = *watch;
	ok = in->takes == PQ_TAKES_ONE ? open_merged(s, err)
				       : open_several(s, NULL, err);
	if (!ok) {
		pq_session_close(s);
	} else if (!only) {
		pq_drop_zero_labels(s->profile);
		/* Questions one after another have the same totals. */
		pq_samples_note_totals(&s->profile->samples);
	}
	return ok;
}

bool pq_session_open_beside(struct pq_session *s, struct pq_session *other,
			    struct pq_inputs *in, struct pq_error *err)
{
	memset(s, 0, sizeof(*s));
	pq_arena_init(&s->arena);
	s->inputs = in;
	s->options = other->options;
	s->watch = other->watch;
	if (open_several(s, other, err))
		return true;
	pq_session_close(s);
	return false;
}

/* The lone file that was read; what came from elsewhere has no name to use. */
static const char *find_lone_file(const struct pq_inputs *in)
{
	const struct pq_source *only = in->sources.at;

	return in->sources.n == 1 && only->fd < 0 && !only->address ? only->name
								    : NULL;
}

bool pq_session_answer(struct pq_session *s, const struct pq_query *q,
		       struct pq_answer *a, struct pq_error *err)
{
	struct pq_subject subject = {
		.joined = s->joined.p ? &s->joined : NULL,
		.kinds = s->loaded.at,
		.kind_names = s->names,
		.n_kinds = s->inputs->takes == PQ_TAKES_KINDS ? s->loaded.n : 0,
		.sums = s->only == q ? s->sums : NULL,
		.takes = s->inputs->takes,
		.program = s->inputs->program,
		.file = find_lone_file(s->inputs),
	};

	/* A last question may change the profile; others get a copy. */
	subject.p = s->only == q ? s->profile : pq_profile_clone(s->profile);
	subject.is_copy = s->only != q;
	return pq_answer_make(a, q, &subject, s->watch.log, err);
}

bool pq_session_answer_last(struct pq_session *s, const struct pq_query *q,
			    struct pq_answer *a, struct pq_error *err)
{
	s->only = q;
	return pq_session_answer(s, q, a, err);
}

void pq_session_close(struct pq_session *s)
{
	for (size_t i = 0; i < s->loaded.n; i++)
		pq_profile_free(s->loaded.at[i]);
	/* Beside the loaded ones there is one merged or joined profile. */
	if (s->inputs && s->inputs->takes == PQ_TAKES_ONE)
		pq_profile_free(s->profile);
	else
		pq_profile_free(s->joined.p);
	pq_read_sums_free(s->sums);
	pq_vec_release(&s->loaded);
	pq_arena_release(&s->arena);
	memset(s, 0, sizeof(*s));
}
