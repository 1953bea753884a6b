/*
 * arguments.h - the command line, in either of two spellings.
 *
 *     profq top [option]... FILE...	the first word names a command; options
 *					may stand anywhere before a `--'
 *     profq [option]... top FILE...	the same, where no file is called top
 *     profq shell FILE...		a session, with query.command NULL
 *     profq -top [option]... FILE...	as the reference: all that follows the
 *					first word without a dash, or `--', is
 *					a profile, be it called -cum
 *
 * In both, -name=value, -name value and --name are alike, the last occurrence
 * wins, a BOOL takes no word of its own, `-' is a word without a dash, and an
 * empty regular expression counts as not given.
 *
 *     pq_arguments_scan(&a, argc, argv, err)
 *     a.query.options.help, .version	answer these first (command/help.h)
 *     a.query.command			NULL: none was named
 *     a.query.command->tool		run it with the sources as its words
 *     a.n_sources == 0			choose a profile (host/choose.h)
 *     pq_query_check(&a.query, log, err)	the rules between options
 *     ... and when all is done pq_arguments_release(&a)
 *
 * Owner:  all words point into argv, which must outlive the arguments.
 * Errors: PQ_EUSAGE; the message may quote the words as they were typed.
 *         After an error the arguments still want their release.
 * Source: Go's flag package, whose words the messages use, with the nearest
 *         valid name added.
 */
#ifndef PQ_CLI_ARGUMENTS_H
#define PQ_CLI_ARGUMENTS_H

#include "base/error.h"
#include "base/vec.h"
#include "command/query.h"

struct pq_arguments {
	struct pq_query query;
	PQ_VEC(const char *) words;
	const char *const *sources; /* profiles; for a tool all its words */
	size_t n_sources;
	bool is_named; /* by a word; not as the reference has it, by a flag */
	bool asks_on;  /* `profq shell' */
	/* by command: asked for by a flag, and the flag's argument */
	bool flagged[PQ_N_COMMANDS];
	const char *flag_argument[PQ_N_COMMANDS];
};

bool pq_arguments_scan(struct pq_arguments *a, int argc, char *const *argv,
		       struct pq_error *err);

void pq_arguments_release(struct pq_arguments *a);

#endif
