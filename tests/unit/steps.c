/* A descriptor that gives its bytes in small steps, as a slow pipe does. */
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helpers.h"
#include "suites.h"

static struct {
	pthread_t thread;
	const char *bytes;
	size_t n, step;
	int fd;
} writer; /* one at a time */

static void *write_steps(void *arg)
{
	size_t done = 0;

	while (done < writer.n) {
		size_t n = writer.n - done;

		if (n > writer.step)
			n = writer.step;
		/* a read takes one message; the reader may have gone */
		if (send(writer.fd, writer.bytes + done, n, MSG_NOSIGNAL) < 0)
			break;
		done += n;
	}
	close(writer.fd);
	return arg;
}

int open_steps(const void *bytes, size_t n, size_t step)
{
	int fds[2];

	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds));
	writer.bytes = bytes;
	writer.n = n;
	writer.step = step;
	writer.fd = fds[1];
	ck_assert(!pthread_create(&writer.thread, NULL, write_steps, NULL));
	return fds[0];
}

void end_steps(int fd)
{
	close(fd);
	pthread_join(writer.thread, NULL);
}
