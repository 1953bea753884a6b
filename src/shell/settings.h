/*
 * settings.h - the options of a session: where they begin, how lines change
 * them, how they are listed.
 *
 * Begin:  the defaults, then the user's file, then the command line.  The file
 *         is $XDG_CONFIG_HOME/profq/shell, by default ~/.config/profq/shell:
 *         settings as typed at the prompt, one a line, and # comments.
 * Change: all settings of a line count, or none of them.
 * Owner:  the query holds its own texts.
 * Source: the reference's interactive mode.
 */
#ifndef PQ_SHELL_SETTINGS_H
#define PQ_SHELL_SETTINGS_H

#include "base/log.h"
#include "session/session.h"
#include "shell/line.h"

/* Those of the command line. */
void pq_shell_settings_init(struct pq_query *settings,
			    const struct pq_session *session);

/*
 * Applies the user's file to what the command line did not set.  `refuse' is
 * told of each bad line.
 */
void pq_shell_settings_read(struct pq_query *settings,
			    const struct pq_session *session,
			    void (*refuse)(const char *file, unsigned line,
					   const struct pq_error *err));

/* Applies a line of settings; on failure none of them. */
bool pq_shell_settings_apply(struct pq_query *settings,
			     const struct pq_shell_line *line,
			     const struct pq_profile *p, struct pq_error *err);

/* One line an option, sorted by name, with what it may be set to. */
void pq_shell_settings_list(const struct pq_query *settings,
			    const struct pq_profile *p, struct pq_log *log);

/* The options of a session in the order of their names; returns how many. */
size_t pq_shell_options(const struct pq_option *list[static PQ_N_OPTIONS]);

#endif
