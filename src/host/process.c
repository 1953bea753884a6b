#include "host/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>

#include "base/io.h"

#include "base/banned.h"

/*
 * A descriptor 0, 1 or 2 that is closed would be given to the first file that
 * is opened.  The one put there for output cannot be written to, so that the
 * loss is noticed.
 */
static void fill_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", O_RDONLY);
}

/* The signal stays blocked until this returns, and ends the program then. */
static void unlink_and_end(int number)
{
	pq_io_unlink_temporaries();
	signal(number, SIG_DFL);
	raise(number);
}

static void handle_signals(void)
{
	static const int numbers[] = { SIGINT,	SIGTERM,  SIGHUP,  SIGQUIT,
				       SIGXCPU, SIGALRM,  SIGUSR1, SIGUSR2,
				       SIGPROF, SIGVTALRM };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction action;

		/* A signal that is ignored on purpose stays ignored. */
		if (sigaction(numbers[i], NULL, &action) ||
		    action.sa_handler != SIG_DFL)
			continue;
		action.sa_handler = unlink_and_end;
		action.sa_flags = 0;
		sigaction(numbers[i], &action, NULL);
	}
}

void pq_process_begin(void)
{
	fill_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	handle_signals();
	pq_io_ask_umask();
}
