/*
 * scan.h - the command line, in either of two spellings.
 *
 *     profq top [option]... FILE...	the first word names a command; options
 *					may stand anywhere before a `--'
 *     profq -top [option]... FILE...	as the reference: all that follows the
 *					first word without a dash, or `--', is
 *					a profile, be it called -cum
 *
 * In both, -name=value, -name value and --name are alike, the last occurrence
 * wins, a BOOL takes no word of its own, `-' is a word without a dash, and an
 * empty regular expression counts as not given.
 *
 *     pq_arguments_scan(&request, argc, argv, err)
 *     request.options.help, .version	answer these first (help.h)
 *     request.command			NULL: none was named
 *     request.command->tool		run it with the request
 *     request.n_sources == 0		choose a profile (select.h)
 *     pq_arguments_check(&request, log, err)	the rules between options
 *     ... and when all is done pq_request_release(&request)
 *
 * Owner:  all words point into argv, which must outlive the request.
 * Errors: PQ_EUSAGE; the message may quote the words as they were typed.
 *         After an error the request still wants its release.
 * Source: Go's flag package, whose words the messages use, with the nearest
 *         valid name added.
 */
#ifndef PQ_CLI_ARGUMENTS_H
#define PQ_CLI_ARGUMENTS_H

#include "base/error.h"
#include "base/log.h"
#include "base/vec.h"
#include "command/commands.h"
#include "command/options.h"

struct pq_request {
	const struct pq_command *command;
	const char *argument; /* of a command that has one, else NULL */
	struct pq_options options;
	unsigned n_formats; /* how many reports were asked for */
	PQ_VEC(const char *) words;
	const char *const *sources; /* profiles; for a tool all its words */
	size_t n_sources;
	/* of each command: asked for by a flag, and its argument */
	bool flagged[PQ_N_COMMANDS];
	const char *flag_argument[PQ_N_COMMANDS];
};

bool pq_arguments_scan(struct pq_request *r, int argc, char *const *argv,
		       struct pq_error *err);

/* Whether it takes two sides: diff, and pictures with -diff. */
bool pq_request_compares(const struct pq_request *r);

bool pq_arguments_check(struct pq_request *r, struct pq_log *log,
			struct pq_error *err);

void pq_request_release(struct pq_request *r);

#endif
