/*
 * listen.h - the address of -http, and sockets that listen there.
 *
 * Syntax: HOST:PORT, [HOST]:PORT.  An empty host is localhost, which is every
 *         loopback address there is; an empty port, or 0, is a free one, the
 *         same for all of them.
 * Errors: PQ_EUSAGE in the reference's words; PQ_EIO "-http: cannot listen on
 *         HOST:PORT: ...".
 * Owner:  pq_listen_close ends the sockets.
 */
#ifndef PQ_WEB_LISTEN_H
#define PQ_WEB_LISTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { PQ_LISTEN_HOST = 256, PQ_LISTEN_MOST = 8 };

struct pq_listen_address {
	char host[PQ_LISTEN_HOST]; /* without brackets; never empty */
	unsigned port;
};

bool pq_listen_address_parse(struct pq_listen_address *a, const char *text,
			     struct pq_error *err);

/* "localhost:80", "[::1]:80" */
void pq_listen_address_print(const struct pq_listen_address *a, char *room,
			     size_t bytes);

struct pq_listen {
	struct pq_listen_address address; /* with the port that was found */
	int sockets[PQ_LISTEN_MOST];
	size_t n;
};

bool pq_listen_open(struct pq_listen *l, const struct pq_listen_address *a,
		    struct pq_error *err);
void pq_listen_close(struct pq_listen *l);

#endif
