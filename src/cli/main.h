/*
 * main.h - the whole program as a function.
 *
 * Returns the exit status: 0 fine, 1 a verdict command says no, 2 wrong usage
 * or unreadable input.
 */
#ifndef PQ_CLI_MAIN_H
#define PQ_CLI_MAIN_H

int pq_cli_main(int argc, char **argv);

#endif
