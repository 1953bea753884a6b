/*
 * help.h - `help' and `help TOPIC' of a session.
 *
 * All text is made from the tables of commands and options; settings are
 * spelled as they are typed here, name=value.
 * Errors: PQ_EUSAGE for a topic that there is none of, with the nearest one.
 */
#ifndef PQ_SHELL_HELP_H
#define PQ_SHELL_HELP_H

#include "base/out.h"
#include "profile/profile.h"

/* The overview for an empty topic. */
bool pq_shell_help(struct pq_out *out, const char *topic,
		   const struct pq_profile *p, struct pq_error *err);

#endif
