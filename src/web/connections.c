#include "web/front.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#include "base/banned.h"

/*
 * Connections of front.h.  The library's own time-out is for silence only: a
 * client that sends a byte a second would stay for ever.  So what a connection
 * does is noted here, and one that takes too long is shut.
 */

enum {
	HEAD_MS = 10000, /* for the whole head of a request */
	BODY_MS = 10000, /* after them a body comes at BODY_BYTES a second */
	BODY_BYTES = 64 << 10,
	SILENT_MS = 500,    /* without a byte, where others want the place */
	ANSWER_MS = 120000, /* to take an answer away */
	CROWD_MS = 10000,   /* the same, where others want the place */
};

static struct pq_connection *free_connection(struct pq_web_front *f)
{
	for (size_t i = 0; i < PQ_FRONT_CONNECTIONS; i++)
		if (f->connections[i].fd < 0)
			return &f->connections[i];
	return NULL;
}

/* Whether it does nothing, or next to nothing, and others want the place. */
static bool may_make_room(const struct pq_connection *c, int64_t now)
{
	int64_t ms = now - c->since_ms;

	switch (c->what) {
	case PQ_CONNECTION_IDLE:
		return c->has_answered || ms >= SILENT_MS;
	case PQ_CONNECTION_SENDS:
		return ms > CROWD_MS;
	default:
		return false;
	}
}

static bool is_idler(const struct pq_connection *a,
		     const struct pq_connection *b)
{
	bool a_waits = a->what == PQ_CONNECTION_IDLE;
	bool b_waits = b->what == PQ_CONNECTION_IDLE;

	return a_waits != b_waits ? a_waits : a->since_ms < b->since_ms;
}

/*
 * The one that waits longest for its next request, or for its first one: in a
 * crowd, who says nothing makes room for who does.  After those comes who has
 * not taken its answer away for long.
 */
static struct pq_connection *idlest_connection(struct pq_web_front *f)
{
	struct pq_connection *idlest = NULL;
	int64_t now = pq_clock_ms();

	for (size_t i = 0; i < PQ_FRONT_CONNECTIONS; i++) {
		struct pq_connection *c = &f->connections[i];

		if (c->fd >= 0 && may_make_room(c, now) &&
		    (!idlest || is_idler(c, idlest)))
			idlest = c;
	}
	return idlest;
}

bool pq_connections_have_room(struct pq_web_front *f)
{
	return free_connection(f) || idlest_connection(f);
}

/* NULL while there is none: one that was shut is free a little later. */
static struct pq_connection *place_for_new(struct pq_web_front *f)
{
	struct pq_connection *place = free_connection(f), *idlest;

	if (place)
		return place;
	idlest = idlest_connection(f);
	if (idlest)
		shutdown(idlest->fd, SHUT_RDWR);
	return NULL;
}

void pq_connections_accept(struct pq_web_front *f, int socket)
{
	struct sockaddr_storage address;
	socklen_t n = sizeof(address);
	struct pq_connection *place = place_for_new(f);
	int fd;

	/* Without a place it waits in the system's own queue. */
	if (!place)
		return;
	fd = accept4(socket, (struct sockaddr *)&address, &n,
		     SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	/* The place is taken before the library tells of the connection. */
	*place = (struct pq_connection){ .fd = fd, .since_ms = pq_clock_ms() };
	if (pq_mhd.add_connection(f->daemon, fd, (struct sockaddr *)&address,
				  n) == MHD_NO)
		place->fd = -1;
}

static struct pq_connection *place_of_fd(struct pq_web_front *f, int fd)
{
	for (size_t i = 0; i < PQ_FRONT_CONNECTIONS; i++)
		if (f->connections[i].fd == fd)
			return &f->connections[i];
	return NULL;
}

void pq_connections_note(void *cls, struct MHD_Connection *connection,
			 void **socket_context,
			 enum MHD_ConnectionNotificationCode code)
{
	struct pq_web_front *f = cls;
	const union MHD_ConnectionInfo *info = pq_mhd.get_connection_info(
		connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pq_connection *place = *socket_context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		*socket_context = info ? place_of_fd(f, info->connect_fd)
				       : NULL;
	else if (place)
		place->fd = -1;
}

struct pq_connection *pq_connection_of(struct pq_web_front *f,
				       struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = pq_mhd.get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	(void)f;
	return info ? info->socket_context : NULL;
}

static bool is_connection_slow(const struct pq_connection *c, int64_t now)
{
	int64_t ms = now - c->since_ms;

	switch (c->what) {
	case PQ_CONNECTION_IDLE:
		return ms > HEAD_MS;
	case PQ_CONNECTION_BUSY:
		return c->body_bytes && ms > BODY_MS &&
		       c->body_bytes / BODY_BYTES < (uint64_t)ms / 1000;
	default:
		return ms > ANSWER_MS;
	}
}

void pq_connections_sweep(struct pq_web_front *f)
{
	int64_t now = pq_clock_ms();
	size_t n_idle = 0;

	for (size_t i = 0; i < PQ_FRONT_CONNECTIONS; i++) {
		struct pq_connection *c = &f->connections[i];

		if (c->fd < 0)
			continue;
		/* Idle connections over the limit go as slow ones do. */
		n_idle += c->what == PQ_CONNECTION_IDLE && c->has_answered;
		if (is_connection_slow(c, now) || n_idle > PQ_FRONT_IDLE)
			shutdown(c->fd, SHUT_RDWR);
	}
}
