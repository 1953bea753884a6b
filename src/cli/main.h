/*
 * main.h - the whole program as a function.
 *
 * Returns the exit status: 0 fine, 1 a verdict command says no, 2 wrong usage
 * or unreadable input.
 *
 * A command line that names profiles and no report opens a session on them:
 * what that is, the caller brings along, since shells stand above cli.
 */
#ifndef PQ_CLI_MAIN_H
#define PQ_CLI_MAIN_H

#include "base/error.h"
#include "base/log.h"
#include "command/options.h"
#include "profile/profile.h"

struct pq_session {
	const struct pq_profile *profile;
	struct pq_options *options;
	struct pq_log *log;
};

typedef bool pq_session_run(struct pq_session *session, struct pq_error *err);

int pq_cli_main(int argc, char **argv, pq_session_run *shell);

#endif
