#include "web/socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/message.h"

#include "base/banned.h"

bool pq_socket_pair(int ends[2])
{
	return !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

/* Room for the descriptors, aligned as the system wants it. */
union fd_room {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int) * PQ_SOCKET_MOST_FDS)];
};

static void attach_fds(struct msghdr *m, union fd_room *room,
		       const struct pq_socket_fds *fds)
{
	struct cmsghdr *header = &room->header;

	memset(room, 0, sizeof(*room));
	/* One control message has all of them. */
	m->msg_control = room->bytes;
	m->msg_controllen = CMSG_SPACE(sizeof(int) * fds->n);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int) * fds->n);
	memcpy(CMSG_DATA(header), fds->at, sizeof(int) * fds->n);
}

bool pq_socket_send(int socket, struct pq_text message,
		    const struct pq_socket_fds *fds)
{
	struct iovec part = { pq_unchecked_writable(
				      (char PQ_RAW *)(uintptr_t)message.bytes),
			      message.len };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	union fd_room room;
	ssize_t n;

	if (fds && fds->n)
		attach_fds(&m, &room, fds);
	/* A packet goes as a whole or not at all: no rest is left. */
	do
		n = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n >= 0;
}

static void detach_fds(struct msghdr *m, struct pq_socket_fds *fds)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(m);

	fds->n = 0;
	if (!header || header->cmsg_level != SOL_SOCKET ||
	    header->cmsg_type != SCM_RIGHTS)
		return;
	fds->n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (fds->n > PQ_SOCKET_MOST_FDS)
		fds->n = PQ_SOCKET_MOST_FDS;
	memcpy(fds->at, CMSG_DATA(header), fds->n * sizeof(int));
}

enum pq_socket_news pq_socket_receive(int socket, struct pq_buf *to,
				      struct pq_socket_fds *fds)
{
	union fd_room room;
	struct iovec part;
	struct msghdr m = { .msg_iov = &part,
			    .msg_iovlen = 1,
			    .msg_control = room.bytes,
			    .msg_controllen = sizeof(room.bytes) };
	ssize_t n;

	pq_buf_clear(to);
	pq_buf_reserve(to, PQ_MESSAGE_MOST);
	/* The whole message comes at once, with its descriptors. */
	part.iov_base = pq_unchecked_writable(to->data);
	part.iov_len = PQ_MESSAGE_MOST;
	do
		n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	fds->n = 0;
	if (n > 0)
		detach_fds(&m, fds);
	/* No message is no end, where the socket does not block. */
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return PQ_SOCKET_NOTHING;
	if (n <= 0)
		return PQ_SOCKET_END;
	to->len = (size_t)n;
	return PQ_SOCKET_MESSAGE;
}

void pq_socket_close_fds(struct pq_socket_fds *fds)
{
	for (size_t i = 0; i < fds->n; i++)
		close(fds->at[i]);
	fds->n = 0;
}
