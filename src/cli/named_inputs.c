#include "cli/named_inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

#define STDIN_NAME "standard input"

void pq_named_inputs_init(struct pq_named_inputs *s)
{
	memset(s, 0, sizeof(*s));
	pq_inputs_init(&s->inputs);
}

void pq_named_inputs_release(struct pq_named_inputs *s)
{
	pq_inputs_release(&s->inputs);
	pq_buf_release(&s->names);
	pq_chosen_release(&s->chosen);
}

/* ---- the one that is meant where none is named ---- */

static void say_chosen(const struct pq_chosen *chosen, struct pq_log *log)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "Using ");
	pq_buf_str(&b, chosen->path);
	pq_buf_str(&b, " (");
	pq_buf_str(&b, chosen->why);
	pq_buf_char(&b, ')');
	pq_log_text(log, pq_buf_view(&b));
	pq_buf_release(&b);
}

static bool use_chosen(struct pq_named_inputs *s, struct pq_log *log)
{
	struct pq_source *source;

	if (s->chosen.path) {
		pq_inputs_add(&s->inputs, s->chosen.path);
		say_chosen(&s->chosen, log);
		return true;
	}
	/* Choosing took a byte off the pipe, to see that it is not empty. */
	source = pq_inputs_add(&s->inputs, "-");
	source->head = s->chosen.head;
	source->head_bytes = s->chosen.head_len;
	return true;
}

static bool add_chosen(struct pq_named_inputs *s, struct pq_log *log,
		       struct pq_error *err)
{
	return pq_choose_profile(&s->chosen, err) && use_chosen(s, log);
}

/* ---- -files_from ---- */

/* More than any list of profiles needs. */
#define LIST_MOST ((size_t)32 << 20)

/* Where in a list its reader is. */
struct list_place {
	size_t seen;	   /* bytes that were looked at */
	size_t begin;	   /* of the name at hand */
	uint64_t n_before; /* names before it */
};

/*
 * A name is a path, and no longer than one: a device, a log or a profile that
 * was named by mistake is refused before it fills the memory.
 */
static bool check_names(const struct pq_buf *names, char end,
			struct list_place *at, struct pq_error *err)
{
	for (; at->seen < names->len; at->seen++) {
		if (names->data[at->seen] == end) {
			at->begin = at->seen + 1;
			at->n_before++;
		} else if (at->seen - at->begin >= PATH_MAX) {
			return pq_fail(err, PQ_EFORMAT,
				       "-files_from: name %llu of the list is "
				       "longer than any path; is this a list "
				       "of files?",
				       (unsigned long long)at->n_before + 1);
		}
	}
	/* All names together have a limit: a device may send short ones. */
	return names->len <= LIST_MOST ||
	       pq_fail(err, PQ_ELIMIT,
		       "-files_from: the list is longer than %zu MiB; is this "
		       "a list of files?",
		       LIST_MOST >> 20);
}

/* Reads the whole of a file of names, which may be a pipe. */
static bool read_names(struct pq_named_inputs *s, const char *path, char end,
		       struct pq_error *err)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : 1;
	struct list_place at = { 0 };

	/* Names are checked as they come: a device never ends. */
	while (n > 0 && check_names(&s->names, end, &at, err)) {
		pq_buf_reserve(&s->names, 1 << 16);
		n = read(fd,
			 pq_unchecked_writable(s->names.data) + s->names.len,
			 1 << 16);
		if (n > 0)
			s->names.len += (size_t)n;
	}
	if (n < 0)
		pq_fail(err, PQ_EIO, "%s: cannot read: %s",
			standard ? STDIN_NAME : path, strerror(errno));
	if (fd > STDIN_FILENO)
		close(fd);
	return err->code == PQ_OK;
}

static bool add_listed(struct pq_named_inputs *s, const struct pq_options *o,
		       struct pq_error *err)
{
	size_t at = 0;

	if (!o->files_from.len)
		return true;
	if (!read_names(s, pq_unchecked_bytes(o->files_from.bytes),
			o->null ? '\0' : '\n', err))
		return false;
	/* The last name may lack its newline: this ends it for strcspn. */
	pq_buf_char(&s->names, '\0');
	while (at + 1 < s->names.len) {
		char *name = pq_unchecked_writable(s->names.data) + at;
		size_t n = strcspn(name, o->null ? "" : "\n");

		name[n] = '\0';
		at += n + 1;
		/* Empty lines are passed over: an editor may leave one. */
		if (n)
			pq_inputs_add(&s->inputs, name);
	}
	if (!s->inputs.sources.n)
		return pq_fail(err, PQ_EUSAGE,
			       "-files_from: there is no name in %s",
			       o->files_from.bytes);
	return true;
}

/* ---- weights of merge ---- */

/* A weight behind the last star of a name: 3, 0.5. */
static bool parse_weight(const char *text, double *weight)
{
	char *end;
	size_t n = strspn(text, "0123456789.");

	/* strtod alone would take nan, inf, signs and hexadecimal, too. */
	if (!n || text[n])
		return false;
	*weight = strtod(text, &end);
	return !*end && *weight > 0 && *weight <= 1e9;
}

/*
 * FILE*N counts each sample of a file N times.  A file that has such a name is
 * meant by it.
 */
static void take_weight(struct pq_named_inputs *s, struct pq_source *source)
{
	const char *star = strrchr(source->name, '*');
	double weight;
	char *name;
	size_t n;

	if (!star || star == source->name || !access(source->name, F_OK) ||
	    !parse_weight(star + 1, &weight))
		return;
	/* The name is copied without its star: argv stays as it was. */
	n = (size_t)(star - source->name);
	name = pq_arena_alloc(&s->inputs.arena, n + 1);
	memcpy(name, source->name, n);
	name[n] = '\0';
	source->name = name;
	source->weight = weight;
}

static void settle_file(struct pq_named_inputs *s,
			const struct pq_command *command)
{
	const struct pq_command *table = pq_command_table;

	s->inputs.makes_file = command == &table[PQ_COMMAND_merge] ||
			       command == &table[PQ_COMMAND_convert] ||
			       command == &table[PQ_COMMAND_fetch];
	/* Weights are merge's own: elsewhere a star is part of the name. */
	if (command != &table[PQ_COMMAND_merge])
		return;
	for (size_t i = 0; i < s->inputs.sources.n; i++)
		if (s->inputs.sources.at[i].fd < 0)
			take_weight(s, &s->inputs.sources.at[i]);
}

/* ---- all of them ---- */

static bool add_words(struct pq_named_inputs *s, const struct pq_arguments *a,
		      struct pq_error *err)
{
	for (size_t i = 0; i < a->n_sources; i++) {
		if (!*a->sources[i])
			return pq_fail(err, PQ_EUSAGE,
				       "an argument is empty where the name "
				       "of a file is expected");
		pq_inputs_add(&s->inputs, a->sources[i]);
	}
	return true;
}

/*
 * -diff_base or the last -base, which the rules between options keep apart.
 */
static void add_base(struct pq_named_inputs *s, const struct pq_options *o)
{
	struct pq_text name = o->diff_base;

	if (!name.len && o->base.n)
		name = o->base.at[o->base.n - 1];
	if (name.len)
		s->inputs.base.name = pq_unchecked_bytes(name.bytes);
}

/* All that are named; true with none where none is. */
static bool find_named(struct pq_named_inputs *s, const struct pq_arguments *a,
		       struct pq_error *err)
{
	const struct pq_command *command = a->query.command;
	bool is_batch = command && command->batch;

	add_base(s, &a->query.options);
	if (pq_query_compares(&a->query))
		return pq_inputs_add_sides(&s->inputs, &a->query, a->sources,
					   a->n_sources, err);
	if (is_batch)
		command = NULL; /* its files are one after the other */
	if (command && (command->report->takes == PQ_TAKES_SERIES ||
			command->report->takes == PQ_TAKES_KINDS))
		s->inputs.takes = command->report->takes;
	if (command && command->report->takes == PQ_TAKES_BASE)
		pq_inputs_add_base(&s->inputs, &a->query.options);
	/* Words come before the list: profiles are merged in this order. */
	if (!add_words(s, a, err) || !add_listed(s, &a->query.options, err))
		return false;
	if (!is_batch)
		pq_inputs_take_program(&s->inputs);
	settle_file(s, command);
	return true;
}

bool pq_named_inputs_find(struct pq_named_inputs *s,
			  const struct pq_arguments *a, struct pq_log *log,
			  struct pq_error *err)
{
	return find_named(s, a, err) &&
	       (s->inputs.sources.n || add_chosen(s, log, err));
}

bool pq_named_inputs_find_any(struct pq_named_inputs *s,
			      const struct pq_arguments *a, struct pq_log *log,
			      struct pq_error *err)
{
	if (!find_named(s, a, err))
		return false;
	return s->inputs.sources.n || !pq_choose_given(&s->chosen) ||
	       use_chosen(s, log);
}
