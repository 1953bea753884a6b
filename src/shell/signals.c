#include "shell/signals.h"

#include <stddef.h>
#include <string.h>

#include "base/banned.h"

static const int handled[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
#define N_HANDLED (sizeof(handled) / sizeof(*handled))

static struct sigaction before_session[N_HANDLED];
static struct sigaction stop_before, resize_before;
static volatile sig_atomic_t interrupted, ending, resized, stopping;

static void note_signal(int number)
{
	if (number == SIGTERM || number == SIGHUP)
		ending = number;
	else
		interrupted = 1;
}

static void note_resize(int number)
{
	(void)number;
	resized = 1;
}

static void note_stop(int number)
{
	(void)number;
	stopping = 1;
}

static struct sigaction action_of(void (*handler)(int number), int flags)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	action.sa_flags = flags;
	sigemptyset(&action.sa_mask);
	return action;
}

void pq_shell_signals_begin(void)
{
	struct sigaction action = action_of(note_signal, 0);
	struct sigaction resize = action_of(note_resize, SA_RESTART);

	interrupted = ending = resized = stopping = 0;
	sigaction(SIGWINCH, &resize, &resize_before);
	/* Ctrl-Z is looked at only: pq_shell_handle_stop takes it. */
	sigaction(SIGTSTP, NULL, &stop_before);
	for (size_t i = 0; i < N_HANDLED; i++) {
		sigaction(handled[i], NULL, &before_session[i]);
		/*
		 * A job of the background ignores the terminal's keys: at a
		 * prompt they are typed by somebody.  The other two stay
		 * ignored where that was wanted (nohup).
		 */
		if (before_session[i].sa_handler != SIG_IGN ||
		    handled[i] == SIGINT || handled[i] == SIGQUIT)
			sigaction(handled[i], &action, NULL);
	}
}

void pq_shell_signals_end(void)
{
	sigaction(SIGWINCH, &resize_before, NULL);
	for (size_t i = 0; i < N_HANDLED; i++)
		sigaction(handled[i], &before_session[i], NULL);
	/* The signal ends the program as it would have without a session. */
	if (ending)
		raise(ending);
}

bool pq_shell_is_interrupted(void)
{
	return interrupted;
}

bool pq_shell_take_interrupt(void)
{
	bool was = interrupted;

	interrupted = 0;
	return was;
}

int pq_shell_ending_signal(void)
{
	return ending;
}

bool pq_shell_take_resize(void)
{
	bool was = resized;

	resized = 0;
	return was;
}

bool pq_shell_take_stop(void)
{
	bool was = stopping;

	stopping = 0;
	return was;
}

void pq_shell_handle_stop(bool on)
{
	struct sigaction note = action_of(note_stop, SA_RESTART);

	/* A shell without job control ignores stops: nobody would go on. */
	if (stop_before.sa_handler != SIG_IGN)
		sigaction(SIGTSTP, on ? &note : &stop_before, NULL);
}

void pq_shell_stop(void)
{
	sigset_t stop, before;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	/* The default action stops the program; the handler only notes. */
	pq_shell_handle_stop(false);
	raise(SIGTSTP);
	/* here it is blocked, and stops the program once it is not */
	sigprocmask(SIG_UNBLOCK, &stop, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	pq_shell_handle_stop(true);
}

void pq_shell_signals_block(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < N_HANDLED; i++)
		sigaddset(&set, handled[i]);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_BLOCK, &set, before);
}

void pq_shell_signals_unblock(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}
