/*
 * signals.h - what signals do to a session on a terminal.
 *
 * Ctrl-C and Ctrl-\ end a line or a report and never the session; their
 * handlers set a flag and nothing else.  SIGTERM and SIGHUP set one, too: the
 * session then ends the report under way, gives the terminal back and ends by
 * the signal.  No system call is begun again after one of the four.
 * Children have the default actions (base/child.h).
 */
#ifndef PQ_SHELL_SIGNALS_H
#define PQ_SHELL_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

void pq_shell_signals_begin(void);
/* The handlers from before; ends the program if it was to end. */
void pq_shell_signals_end(void);

/* Whether Ctrl-C was pressed since this was last asked. */
bool pq_shell_take_interrupt(void);
bool pq_shell_is_interrupted(void);

/* The signal that ends the session; 0: none. */
int pq_shell_ending_signal(void);

/*
 * For an editor, which has the terminal in a mode of its own: whether its size
 * changed, or Ctrl-Z was pressed, since this was last asked.  Ctrl-Z is noted
 * between handle_stop(true) and (false) and stops the session at once
 * otherwise; pq_shell_stop is what it then does.
 */
bool pq_shell_take_resize(void);
bool pq_shell_take_stop(void);
void pq_shell_handle_stop(bool on);
void pq_shell_stop(void);

/*
 * Blocks all of them, so that a flag can be tested and ppoll(2) be entered with
 * `before' as one step; pq_shell_signals_unblock ends it.
 */
void pq_shell_signals_block(sigset_t *before);
void pq_shell_signals_unblock(const sigset_t *before);

#endif
