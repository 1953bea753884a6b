/*
 * main.h - the whole program as a function.
 *
 * Returns the exit status: 0 fine, 1 a verdict command says no, 2 wrong usage
 * or unreadable input.
 *
 * A command line that names profiles and no report opens a session on them and
 * hands it to a front end that goes on asking, which the caller brings along:
 * no front end includes another one.
 */
#ifndef PQ_CLI_MAIN_H
#define PQ_CLI_MAIN_H

#include "session/session.h"

int pq_cli_main(int argc, char **argv, pq_front_run *shell);

#endif
