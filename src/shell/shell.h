/*
 * shell.h - a session on one profile: a report or a setting a line, read from
 * standard input.
 *
 *     top 20 -cum focus_regex -ignore_regex >file
 *     name=value
 *     options, help [command], quit
 *
 * Each report works on a copy of the profile, and what its words set lasts for
 * that report only; an error never ends the session.  The prompt appears on a
 * terminal only.
 * Source: the reference's interactive mode, whose messages these are.
 */
#ifndef PQ_SHELL_SHELL_H
#define PQ_SHELL_SHELL_H

#include "session/session.h"

bool pq_shell_run(struct pq_session *session, struct pq_error *err);

#endif
