#include "web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum { MOST_PORT = 65535, BACKLOG = 64, MOST_TRIES = 16 };

/* ---- the address ---- */

static bool refuse_address(struct pq_error *err, const char *text,
			   const char *why)
{
	return pq_fail(err, PQ_EUSAGE,
		       "-http: could not split http address: address %s: %s",
		       text, why);
}

static bool take_port(struct pq_listen_address *a, const char *port,
		      struct pq_error *err)
{
	a->port = 0;
	for (const char *c = port; *c; c++) {
		/* The words are the reference's, Go's function and all. */
		if (*c < '0' || *c > '9')
			return pq_fail(err, PQ_EUSAGE,
				       "-http: invalid port number: "
				       "strconv.Atoi: parsing \"%s\": invalid "
				       "syntax",
				       port);
		a->port = a->port * 10 + (unsigned)(*c - '0');
		if (a->port > MOST_PORT)
			return pq_fail(err, PQ_EUSAGE,
				       "-http: invalid port number: %s is "
				       "over %d",
				       port, MOST_PORT);
	}
	return true;
}

bool pq_listen_address_parse(struct pq_listen_address *a, const char *text,
			     struct pq_error *err)
{
	const char *colon = strrchr(text, ':'), *from = text;
	size_t n;

	if (!colon)
		return refuse_address(err, text, "missing port in address");
	n = (size_t)(colon - text);
	/* Brackets hold the colons of an IPv6 address together. */
	if (text[0] == '[') {
		if (n < 2 || text[n - 1] != ']')
			return refuse_address(err, text,
					      "missing ']' in address");
		from++;
		n -= 2;
	} else if (memchr(text, ':', n)) {
		return refuse_address(err, text, "too many colons in address");
	}
	if (n >= sizeof(a->host))
		return refuse_address(err, text, "the host is too long");
	/* No host is this machine. */
	memcpy(a->host, from, n);
	a->host[n] = '\0';
	if (!n)
		snprintf(a->host, sizeof(a->host), "localhost");
	return take_port(a, colon + 1, err);
}

void pq_listen_address_print(const struct pq_listen_address *a, char *room,
			     size_t bytes)
{
	if (strchr(a->host, ':'))
		snprintf(room, bytes, "[%s]:%u", a->host, a->port);
	else
		snprintf(room, bytes, "%s:%u", a->host, a->port);
}

/* ---- sockets ---- */

static bool fail_to_listen(const struct pq_listen_address *a, const char *why,
			   struct pq_error *err)
{
	char shown[PQ_LISTEN_HOST + 16];

	pq_listen_address_print(a, shown, sizeof(shown));
	return pq_fail(err, PQ_EIO, "-http: cannot listen on %s: %s", shown,
		       why);
}

/* The port of a socket that chose one by itself. */
static unsigned chosen_port(int socket)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof(at);

	memset(&at, 0, sizeof(at));
	getsockname(socket, (struct sockaddr *)&at, &n);
	return ntohs(at.ss_family == AF_INET6
			     ? ((struct sockaddr_in6 *)&at)->sin6_port
			     : ((struct sockaddr_in *)&at)->sin_port);
}

static void put_port(struct sockaddr *at, unsigned port)
{
	if (at->sa_family == AF_INET6)
		((struct sockaddr_in6 *)at)->sin6_port = htons((uint16_t)port);
	else
		((struct sockaddr_in *)at)->sin_port = htons((uint16_t)port);
}

/* A socket that listens; -1 with errno. */
static int listen_at(const struct addrinfo *where, unsigned port)
{
	struct sockaddr_storage at;
	int on = 1, fd, error;

	memcpy(&at, where->ai_addr, where->ai_addrlen);
	put_port((struct sockaddr *)&at, port);
	fd = socket(where->ai_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	/* The port can be used again at once after the end. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (where->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (!bind(fd, (struct sockaddr *)&at, where->ai_addrlen) &&
	    !listen(fd, BACKLOG))
		return fd;
	/* Closing may change the reason. */
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* An address that this machine does not have is none to fail for. */
static bool is_missing_address(int error)
{
	return error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
}

/* Listens on all addresses at one port; false with errno. */
static bool listen_at_all(struct pq_listen *l, const struct addrinfo *list)
{
	int error = EADDRNOTAVAIL;

	for (const struct addrinfo *at = list;
	     at && l->n < (size_t)PQ_LISTEN_MOST; at = at->ai_next) {
		int fd = listen_at(at, l->address.port);

		/* The port that the first address got is tried for the others. */
		if (fd >= 0) {
			l->sockets[l->n++] = fd;
			l->address.port = chosen_port(fd);
			continue;
		}
		error = errno;
		if (!is_missing_address(error))
			break;
	}
	/* One address is enough: the other family may not be there. */
	if (l->n && (is_missing_address(error) || error == EADDRNOTAVAIL))
		return true;
	pq_listen_close(l);
	errno = error;
	return false;
}

/* The loopback addresses, whatever a resolver says of the name. */
static struct addrinfo *loopback_addresses(struct addrinfo list[2],
					   struct sockaddr_in *v4,
					   struct sockaddr_in6 *v6)
{
	memset(list, 0, 2 * sizeof(*list));
	memset(v4, 0, sizeof(*v4));
	memset(v6, 0, sizeof(*v6));
	v4->sin_family = AF_INET;
	v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	v6->sin6_family = AF_INET6;
	v6->sin6_addr = in6addr_loopback;
	/* The first address gets the port that the other one has to take. */
	list[0] = (struct addrinfo){ .ai_family = AF_INET,
				     .ai_addr = (struct sockaddr *)v4,
				     .ai_addrlen = sizeof(*v4),
				     .ai_next = &list[1] };
	list[1] = (struct addrinfo){ .ai_family = AF_INET6,
				     .ai_addr = (struct sockaddr *)v6,
				     .ai_addrlen = sizeof(*v6) };
	return list;
}

/* A free port of one address may be taken at the other one: tried again. */
static bool try_to_listen(struct pq_listen *l,
			  const struct pq_listen_address *a,
			  const struct addrinfo *list)
{
	for (unsigned i = 0; i < MOST_TRIES; i++) {
		l->n = 0;
		l->address = *a;
		if (listen_at_all(l, list))
			return true;
		if (a->port || errno != EADDRINUSE)
			return false;
	}
	return false;
}

bool pq_listen_open(struct pq_listen *l, const struct pq_listen_address *a,
		    struct pq_error *err)
{
	struct addrinfo wanted = { .ai_family = AF_UNSPEC,
				   .ai_socktype = SOCK_STREAM,
				   .ai_flags = AI_PASSIVE };
	struct addrinfo local[2], *found = NULL;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	int error;
	bool ok;

	memset(l, 0, sizeof(*l));
	/* The name is this machine, whatever a resolver says. */
	if (!strcasecmp(a->host, "localhost"))
		return try_to_listen(l, a,
				     loopback_addresses(local, &v4, &v6)) ||
		       fail_to_listen(a, strerror(errno), err);
	/* Other names are looked up, and may be of several addresses. */
	error = getaddrinfo(a->host, NULL, &wanted, &found);
	if (error)
		return fail_to_listen(a, gai_strerror(error), err);
	ok = try_to_listen(l, a, found);
	error = errno;
	freeaddrinfo(found);
	return ok || fail_to_listen(a, strerror(error), err);
}

void pq_listen_close(struct pq_listen *l)
{
	for (size_t i = 0; i < l->n; i++)
		close(l->sockets[i]);
	l->n = 0;
}
