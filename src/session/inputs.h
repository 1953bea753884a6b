/*
 * inputs.h - the profiles that a session is about, and the role of each.
 *
 *     pq_inputs_init(&in);
 *     pq_inputs_add(&in, name)			for each, or
 *     pq_inputs_add_sides(&in, &query, names, n, err)
 *     ... pq_session_open(&session, &in, ...)
 *     pq_inputs_release(&in)
 *
 * ONE:    all are merged to one profile.
 * SIDES:  the first n_old are the old side, the others the new one.  Either
 *         two files, or -group old=FILES -group new=FILES, where FILES may be a
 *         pattern of glob(7); the name given first is the old side, unless the
 *         two names are "new" and "old".  A name that comes again adds files.
 *         The order within a side is that of names.
 * SERIES: snapshots of one process; a session puts them in order of time.
 * KINDS:  different profiles of one service, which are never added up.
 *
 * Owner:  names that were added are borrowed; those that a pattern gave live
 *         until the release.
 * Errors: PQ_EUSAGE when there are not two sides.
 */
#ifndef PQ_SESSION_INPUTS_H
#define PQ_SESSION_INPUTS_H

#include "base/arena.h"
#include "base/vec.h"
#include "command/query.h"
#include "fetch/fetcher.h"
#include "report/report.h"
#include "session/source.h"

/* A mapping of a fetched profile, by its build id or file. */
struct pq_origin {
	struct pq_text key;
	size_t address; /* the server that it came from */
	uint64_t start; /* where the server has it */
};

struct pq_inputs {
	enum pq_takes takes; /* ONE, SIDES, SERIES or KINDS */
	PQ_VEC(struct pq_source) sources;
	struct pq_source base; /* -base, -diff_base; name NULL: there is none */
	const char *program;   /* names the first mapping; NULL: none */
	size_t n_old;	       /* SIDES only */
	/*
	 * A file is made of them (merge, convert, fetch): a name that a
	 * profile has stays as it is, and what does not fit is told file by
	 * file.
	 */
	bool makes_file;
	struct pq_arena arena;
	/* sources that are fetched (fetched.h) */
	PQ_VEC(struct pq_address) addresses;
	PQ_VEC(const char *) headers;
	PQ_VEC(struct pq_origin) origins;
	struct pq_fetch_plan *plan;
	struct pq_fetcher *fetcher; /* NULL: nothing was fetched */
};

void pq_inputs_init(struct pq_inputs *in);

/* A file, or standard input for "-". */
struct pq_source *pq_inputs_add(struct pq_inputs *in, const char *name);

/*
 * Of several inputs that are not sides, a first one that is a program becomes
 * `program': it is no profile.  Source: the reference's binary argument.
 */
void pq_inputs_take_program(struct pq_inputs *in);

/* The two sides that a query compares, from the words of a command line. */
bool pq_inputs_add_sides(struct pq_inputs *in, const struct pq_query *q,
			 const char *const *names, size_t n,
			 struct pq_error *err);

/* The file of -base becomes the old side; files added later are the new. */
void pq_inputs_add_base(struct pq_inputs *in, const struct pq_options *o);

void pq_inputs_release(struct pq_inputs *in);

#endif
