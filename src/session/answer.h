/*
 * run.h - runs one report on one loaded profile: the pipeline between the
 * options and the output.
 *
 * The profile is changed by filters: a caller that runs several reports gives
 * each its own copy.
 * Source: the reference's order of steps, which percentages depend on.
 */
#ifndef PQ_SESSION_ANSWER_H
#define PQ_SESSION_ANSWER_H

#include "base/log.h"
#include "base/out.h"
#include "cli/arguments.h"
#include "graph/read_sums.h"
#include "profile/join.h"
#include "profile/profile.h"

struct pq_job {
	struct pq_profile *p;
	const struct pq_joined *joined; /* of a report that compares, else NULL */
	const struct pq_command *command;
	const struct pq_options *o;
	const char *argument;
	struct pq_out *out;
	struct pq_log *log;
	const struct pq_read_sums *early; /* or NULL */
	bool says_no; /* set: the report's verdict, for exit status 1 */
};

/*
 * Sums for a report to come, whose profile may be too large to be held: give
 * its fold to pq_load, and itself to the job.  NULL when they would not help.
 */
struct pq_read_sums *pq_read_sums_for(const struct pq_command *command,
				      const struct pq_options *o);

bool pq_run_report(struct pq_job *job, struct pq_error *err);

#endif
