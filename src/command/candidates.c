#include "command/candidates.h"

#include "base/banned.h"

void pq_candidates_commands(bool all, pq_candidate_offer *offer, void *ctx)
{
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++) {
		const struct pq_command *c = &pq_command_table[i];

		/* Hidden commands have no summary and are never offered. */
		if (c->summary && (all || c->report))
			offer(ctx, pq_text_of(c->name));
	}
}

void pq_candidates_choices(const struct pq_option *option,
			   pq_candidate_offer *offer, void *ctx)
{
	struct pq_text choice;

	if (option->kind != PQ_OPTION_ENUM)
		return;
	for (unsigned i = 0; pq_option_choice(option, i, &choice); i++)
		offer(ctx, choice);
}
