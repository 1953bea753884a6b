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

/* The other front ends: no two of them know each other. */
struct pq_fronts {
	pq_front_run *shell;
	pq_front_serve *serve; /* NULL: not in this program */
};

int pq_cli_main(int argc, char **argv, const struct pq_fronts *fronts);

#endif
