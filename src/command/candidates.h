/*
 * candidates.h - what the tables offer to complete: `profq complete' and TAB in
 * a session ask here, so that there is one list.
 *
 * Each name is handed to `offer' once, in the order of its table.  Who asks
 * chooses among them by what was typed.
 */
#ifndef PQ_COMMAND_CANDIDATES_H
#define PQ_COMMAND_CANDIDATES_H

#include "command/commands.h"
#include "command/options.h"

typedef void pq_candidate_offer(void *ctx, struct pq_text name);

/* Commands that are not hidden; tools and front ends only if asked for. */
void pq_candidates_commands(bool all, pq_candidate_offer *offer, void *ctx);

/* Choices of an ENUM; nothing for other kinds. */
void pq_candidates_choices(const struct pq_option *option,
			   pq_candidate_offer *offer, void *ctx);

#endif
