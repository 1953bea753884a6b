#include "shell/signals.h"

#include <stddef.h>
#include <string.h>

#include "base/banned.h"

static const int handled[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
#define N_HANDLED (sizeof(handled) / sizeof(*handled))

static struct sigaction before_session[N_HANDLED];
static volatile sig_atomic_t interrupted, ending;

static void note_signal(int number)
{
	if (number == SIGTERM || number == SIGHUP)
		ending = number;
	else
		interrupted = 1;
}

void pq_shell_signals_begin(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = note_signal;
	sigemptyset(&action.sa_mask);
	interrupted = ending = 0;
	for (size_t i = 0; i < N_HANDLED; i++) {
		sigaction(handled[i], NULL, &before_session[i]);
		/* what is ignored on purpose stays ignored */
		if (before_session[i].sa_handler != SIG_IGN)
			sigaction(handled[i], &action, NULL);
	}
}

void pq_shell_signals_end(void)
{
	for (size_t i = 0; i < N_HANDLED; i++)
		sigaction(handled[i], &before_session[i], NULL);
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

void pq_shell_signals_block(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < N_HANDLED; i++)
		sigaddset(&set, handled[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

void pq_shell_signals_unblock(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}
