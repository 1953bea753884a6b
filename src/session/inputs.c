#include "session/inputs.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

#include "base/banned.h"

#define STDIN_NAME "standard input"

/* The files of one side, before it is known which side is the old one. */
struct side_files {
	struct pq_text name;
	PQ_VEC(const char *) files;
};

void pq_inputs_init(struct pq_inputs *in)
{
	memset(in, 0, sizeof(*in));
	in->base.fd = -1;
	pq_arena_init(&in->arena);
}

void pq_inputs_release(struct pq_inputs *in)
{
	pq_fetcher_end(in->fetcher);
	pq_vec_release(&in->sources);
	pq_vec_release(&in->addresses);
	pq_vec_release(&in->headers);
	pq_vec_release(&in->origins);
	pq_arena_release(&in->arena);
}

struct pq_source *pq_inputs_add(struct pq_inputs *in, const char *name)
{
	struct pq_source *s = pq_vec_push(&in->sources);
	bool standard = !strcmp(name, "-");

	memset(s, 0, sizeof(*s));
	s->name = standard ? STDIN_NAME : name;
	s->fd = standard ? STDIN_FILENO : -1;
	return s;
}

/* ---- a program in front ---- */

/* ELF and Mach-O, by their first bytes. */
static bool is_program_file(const char *path)
{
	static const char magics[][4] = {
		{ 0x7f, 'E', 'L', 'F' },
		{ (char)0xfe, (char)0xed, (char)0xfa, (char)0xce },
		{ (char)0xfe, (char)0xed, (char)0xfa, (char)0xcf },
		{ (char)0xce, (char)0xfa, (char)0xed, (char)0xfe },
		{ (char)0xcf, (char)0xfa, (char)0xed, (char)0xfe },
	};
	char head[4];
	struct pq_error ignored;
	struct stat st;
	bool known = false;
	int fd;

	/* Opening a FIFO would take its bytes from the next reader. */
	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	pq_error_clear(&ignored);
	fd = pq_io_open(path, &ignored);
	if (fd < 0)
		return false;
	if (pq_io_size(fd) >= 64 && read(fd, head, 4) == 4)
		for (size_t i = 0; i < sizeof(magics) / 4; i++)
			known = known || !memcmp(head, magics[i], 4);
	close(fd);
	return known;
}

void pq_inputs_take_program(struct pq_inputs *in)
{
	const struct pq_source *first;

	if (in->takes == PQ_TAKES_SIDES || in->sources.n < 2)
		return;
	first = &in->sources.at[0];
	if (first->fd >= 0 || !is_program_file(first->name))
		return;
	in->program = first->name;
	in->sources.n--;
	memmove(in->sources.at, in->sources.at + 1,
		in->sources.n * sizeof(*in->sources.at));
}

/* ---- two sides ---- */

static const char *keep_path(struct pq_inputs *in, const char *path)
{
	return pq_arena_copy(&in->arena, path, strlen(path) + 1);
}

/* A pattern that matches nothing stays as the name of a file to be missed. */
static void add_pattern(struct pq_inputs *in, struct side_files *side,
			const char *pattern)
{
	glob_t found;

	if (glob(pattern, GLOB_NOCHECK, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		*pq_vec_push(&side->files) = keep_path(in, found.gl_pathv[i]);
	globfree(&found);
}

static bool add_side_group(struct pq_inputs *in, struct side_files sides[2],
			   struct pq_text value, struct pq_error *err)
{
	size_t equals = pq_text_find(value, 0, "=");
	struct pq_text name = pq_text_slice(value, 0, equals);
	struct side_files *side = &sides[0];

	if (equals == value.len || !name.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-group=%.200s: a group is written NAME=FILES",
			       value.bytes);
	/* Groups of one name add up; a third name has no side. */
	while (side < sides + 2 && side->name.len &&
	       !pq_text_equal(side->name, name))
		side++;
	if (side == sides + 2)
		return pq_fail(err, PQ_EUSAGE,
			       "-group=%.200s: a third group; there are two "
			       "sides",
			       value.bytes);
	side->name = name;
	add_pattern(in, side, pq_unchecked_bytes(value.bytes) + equals + 1);
	return true;
}

static bool find_side_groups(struct pq_inputs *in, const struct pq_query *q,
			     const char *const *names, size_t n,
			     struct side_files sides[2], struct pq_error *err)
{
	for (size_t i = 0; i < q->options.group.n; i++)
		if (!add_side_group(in, sides, q->options.group.at[i], err))
			return false;
	if (n)
		return pq_fail(err, PQ_EUSAGE,
			       "%s: with -group all files belong to a group; "
			       "\"%.200s\" does not",
			       q->command->name, names[0]);
	if (!sides[0].files.n || !sides[1].files.n)
		return pq_fail(err, PQ_EUSAGE,
			       "-group: there must be two groups, such as "
			       "-group 'old=a*.pb.gz' -group 'new=b*.pb.gz'");
	return true;
}

static bool find_side_pair(const struct pq_query *q, const char *const *names,
			   size_t n, struct side_files sides[2],
			   struct pq_error *err)
{
	const char *option =
		q->command->report->takes == PQ_TAKES_SIDES ? "" : " -diff";

	if (n != 2)
		return pq_fail(err, PQ_EUSAGE,
			       "%s%s takes two profiles, and %zu %s given: "
			       "profq %s%s OLD NEW (more on each side: -group)",
			       q->command->name, option, n,
			       n == 1 ? "is" : "are", q->command->name, option);
	*pq_vec_push(&sides[0].files) = names[0];
	*pq_vec_push(&sides[1].files) = names[1];
	return true;
}

static void add_side_files(struct pq_inputs *in, const struct side_files *side)
{
	for (size_t i = 0; i < side->files.n; i++)
		pq_inputs_add(in, side->files.at[i]);
}

bool pq_inputs_add_sides(struct pq_inputs *in, const struct pq_query *q,
			 const char *const *names, size_t n,
			 struct pq_error *err)
{
	struct side_files sides[2];
	bool swapped, ok;

	memset(sides, 0, sizeof(sides));
	ok = q->options.group.n ? find_side_groups(in, q, names, n, sides, err)
				: find_side_pair(q, names, n, sides, err);
	/* Groups that are named old and new come in either order. */
	swapped = pq_text_is(sides[0].name, "new") &&
		  pq_text_is(sides[1].name, "old");
	if (ok) {
		in->takes = PQ_TAKES_SIDES;
		in->n_old = sides[swapped].files.n;
		add_side_files(in, &sides[swapped]);
		add_side_files(in, &sides[!swapped]);
	}
	pq_vec_release(&sides[0].files);
	pq_vec_release(&sides[1].files);
	return ok;
}

void pq_inputs_add_base(struct pq_inputs *in, const struct pq_options *o)
{
	in->takes = PQ_TAKES_SIDES;
	/* Without a base, all files are the new side. */
	for (size_t i = 0; i < o->base.n; i++)
		pq_inputs_add(in, pq_unchecked_bytes(o->base.at[i].bytes));
	in->n_old = o->base.n;
}
