/*
 * answer.h - what a question gets: rows that live until they are released, and
 * all ways to write them.
 *
 * Steps:  the pipeline between options and rows, in the reference's order,
 *         which percentages depend on: frames from labels, filters, the view,
 *         the report's build.
 * Owner:  an answer owns its rows, its view and the profile that the filters
 *         changed; it borrows the query and what it is about.  The struct
 *         must not be moved.
 * Errors: PQ_EUSAGE for what a report cannot do; running out of memory unwinds
 *         and leaves nothing to release.
 * Source: the reference's order of steps.
 */
#ifndef PQ_SESSION_ANSWER_H
#define PQ_SESSION_ANSWER_H

#include "base/log.h"
#include "base/notes.h"
#include "base/out.h"
#include "base/vec.h"
#include "command/query.h"
#include "graph/read_sums.h"
#include "profile/join.h"
#include "render/json.h"
#include "report/report.h"

/* The loaded profiles that a question is about. */
struct pq_subject {
	enum pq_takes takes;		 /* ONE, SIDES, SERIES or KINDS */
	struct pq_profile *p;		 /* is changed by filters */
	bool is_copy;			 /* the answer's own from here on */
	const struct pq_joined *joined;	 /* SIDES and SERIES; else NULL */
	struct pq_profile *const *kinds; /* KINDS only */
	const char *const *kind_names;
	size_t n_kinds;
	const struct pq_read_sums *sums; /* or NULL */
	const char *program;		 /* of pq_inputs, or NULL */
	const char *file;		 /* the one it is of, or NULL */
};

struct pq_answer {
	const struct pq_query *query;
	const struct pq_report *report;
	struct pq_subject subject;
	struct pq_joined joined; /* with the profile that filters changed */
	struct pq_view view;
	struct pq_diff_options diff;
	struct pq_compare_stacks stacks; /* of what diff compares */
	struct pq_insight_options insight;
	struct pq_report_input in;
	struct pq_io_options io;
	void *rows;
	/* rows point into these */
	struct pq_arena arena;
	struct pq_regex *regex; /* the compiled argument */
	struct pq_label_units units;
	struct pq_notes filters;
	PQ_VEC(struct pq_text) warnings; /* notes of the run, for JSON */
	struct pq_json_paging page;	 /* the page of JSON's rows */
	struct pq_log log;		 /* keeps them and passes them on */
	struct pq_log *outer;
};

/* Without success there is nothing to release, and a copy is freed. */
bool pq_answer_make(struct pq_answer *a, const struct pq_query *q,
		    const struct pq_subject *subject, struct pq_log *log,
		    struct pq_error *err);

/* Adds the lines of insight/advice.h on what a list of functions shows. */
void pq_answer_advise(const struct pq_answer *a, struct pq_notes *to);

/* Writes rows; may be asked again, in the same format or in another one. */
bool pq_answer_write(const struct pq_answer *a, enum pq_format_choice format,
		     struct pq_out *out, struct pq_error *err);

/* The verdict behind exit status 1. */
/*
 * The exit status that the answer asks for: 0, or what the report says; with
 * -exit_code, 1 where its verdict is no.
 */
int pq_answer_status(const struct pq_answer *a);

void pq_answer_release(struct pq_answer *a);

/*
 * Sums for a report to come, whose profile may be too large to be held.  NULL
 * when they would not help.
 */
struct pq_read_sums *pq_answer_sums(const struct pq_query *q);

#endif
