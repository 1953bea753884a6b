/*
 * named_inputs.h - which profiles a command line means: its words, -files_from,
 * the two sides of a comparison, or, without any, the one chosen
 * (host/choose.h).
 *
 * Owner:  names of -files_from and the chosen path live until the release.
 * Errors: PQ_EUSAGE, PQ_EIO.
 */
#ifndef PQ_CLI_NAMED_INPUTS_H
#define PQ_CLI_NAMED_INPUTS_H

#include "base/buf.h"
#include "base/log.h"
#include "cli/arguments.h"
#include "host/choose.h"
#include "session/inputs.h"

struct pq_named_inputs {
	struct pq_inputs inputs;
	struct pq_chosen chosen;
	struct pq_buf names; /* read by -files_from */
};

void pq_named_inputs_init(struct pq_named_inputs *s);

/* A note to the log says which profile was chosen, and why. */
bool pq_named_inputs_find(struct pq_named_inputs *s,
			  const struct pq_arguments *a, struct pq_log *log,
			  struct pq_error *err);

/*
 * The same for who goes on without a profile: there may be none, but what is
 * on standard input or in $PROFQ_PROFILE is one.
 */
bool pq_named_inputs_find_any(struct pq_named_inputs *s,
			      const struct pq_arguments *a, struct pq_log *log,
			      struct pq_error *err);

void pq_named_inputs_release(struct pq_named_inputs *s);

#endif
