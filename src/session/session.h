/*
 * session.h - profiles that are loaded, and what is asked of them.
 *
 *     pq_session_open(&s, &inputs, &query.options, &query, &watch, err)
 *     pq_session_answer(&s, &query, &answer, err)	as often as you like
 *     pq_answer_write(&answer, format, out, err)	as often as you like
 *     pq_answer_release(&answer)
 *     pq_session_close(&s)
 *
 * `only` is the one question there will be, when that is known: sums are then
 * taken while reading, samples need not be held, and the answer may use up
 * the profile.  It is NULL for who goes on asking; each answer then works on
 * a copy.
 *
 * Roles:  SIDES and SERIES are joined to one profile (profile/join.h), a series
 *         in order of time.  KINDS are loaded side by side and not joined.
 * Owner:  inputs and options are borrowed until the session is closed; a query
 *         until its answer is released, which comes before the close.
 * Errors: those of load.h.  PQ_OK with false: the watch was told already.
 */
#ifndef PQ_SESSION_SESSION_H
#define PQ_SESSION_SESSION_H

#include "graph/read_sums.h"
#include "profile/join.h"
#include "session/answer.h"
#include "session/inputs.h"
#include "session/watch.h"

struct pq_session {
	struct pq_profile *profile; /* asked about; of KINDS the first */
	struct pq_joined joined;    /* SIDES and SERIES; else empty */
	const char **names;	    /* the KINDS', in their order */
	PQ_VEC(struct pq_profile *)
	loaded; /* all roles but ONE, in their order */
	struct pq_inputs *inputs;
	const struct pq_options *options;
	const struct pq_query *only;
	struct pq_read_sums *sums; /* from reading, or NULL */
	struct pq_watch watch;
	struct pq_arena arena;
};

bool pq_session_open(struct pq_session *s, struct pq_inputs *in,
		     const struct pq_options *o, const struct pq_query *only,
		     const struct pq_watch *watch, struct pq_error *err);

/*
 * Opens a session on other inputs and on the profile of a session of one, which
 * comes last: of SIDES it is the new one.  The profile moves to *s, so that
 * `other' can be asked nothing more: for a child of its process.
 */
bool pq_session_open_beside(struct pq_session *s, struct pq_session *other,
			    struct pq_inputs *in, struct pq_error *err);

/* False when the answer wants no release. */
bool pq_session_answer(struct pq_session *s, const struct pq_query *q,
		       struct pq_answer *a, struct pq_error *err);

/*
 * The same when no question comes after it, as in a child of the session's
 * process: the answer works on the profile itself, and uses it up.
 */
bool pq_session_answer_last(struct pq_session *s, const struct pq_query *q,
			    struct pq_answer *a, struct pq_error *err);

void pq_session_close(struct pq_session *s);

/* A front end that goes on asking: it is given an open session. */
typedef bool pq_front_run(struct pq_session *s, struct pq_error *err);

/* One that loads by itself, when it is ready to be asked. */
typedef bool pq_front_serve(struct pq_inputs *in, const struct pq_query *q,
			    struct pq_log *log, struct pq_error *err);

#endif
