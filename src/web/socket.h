/*
 * socket.h - messages over a pair of sockets, with descriptors beside them.
 *
 * A pair is of SOCK_SEQPACKET: a message arrives whole or not at all, and the
 * end of the other process is the end of the stream.
 *
 * Errors: sending fails when the other side is gone or its buffer is full;
 *         receiving says PQ_SOCKET_END then.
 */
#ifndef PQ_WEB_SOCKET_H
#define PQ_WEB_SOCKET_H

#include <stdbool.h>

#include "base/buf.h"

enum { PQ_SOCKET_MOST_FDS = 40 };

enum pq_socket_news {
	PQ_SOCKET_MESSAGE,
	PQ_SOCKET_NOTHING, /* nothing yet */
	PQ_SOCKET_END,
};

struct pq_socket_fds {
	int at[PQ_SOCKET_MOST_FDS];
	size_t n;
};

bool pq_socket_pair(int ends[2]);

/* `fds` may be NULL; they stay open here. */
bool pq_socket_send(int socket, struct pq_text message,
		    const struct pq_socket_fds *fds);

/* Replaces what is in `to`; whoever asks closes the descriptors that came. */
enum pq_socket_news pq_socket_receive(int socket, struct pq_buf *to,
				      struct pq_socket_fds *fds);

void pq_socket_close_fds(struct pq_socket_fds *fds);

#endif
