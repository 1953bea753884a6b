/*
 * birth.h - what a new engine is told: which profiles it is to load.
 *
 * Order:  listed ones, then those of the command line; with two sides the
 *         listed one is the old side.
 * Bodies: what was fetched before, so that it is not fetched again, for it
 *         would be another profile then.
 * Shape:  one message (message.h); its first descriptor is the engine's socket,
 *         those of listed profiles and bodies come after it.
 * Owner:  texts of an unpacked one are views of the message.
 */
#ifndef PQ_WEB_BIRTH_H
#define PQ_WEB_BIRTH_H

#include "session/fetched.h"
#include "web/socket.h"

enum { PQ_BIRTH_LISTED = 4, PQ_BIRTH_BODIES = 32 };

struct pq_birth_source {
	struct pq_text name;
	int fd; /* -1: the name is opened, or fetched */
};

struct pq_birth {
	enum pq_takes takes;
	bool has_given; /* the command line's come after them */
	size_t n_listed;
	struct pq_birth_source listed[PQ_BIRTH_LISTED];
	size_t n_bodies;
	struct pq_fetched_body bodies[PQ_BIRTH_BODIES];
};

/* Appends to *fds, which has the engine's socket already. */
void pq_birth_pack(const struct pq_birth *b, struct pq_buf *message,
		   struct pq_socket_fds *fds);
bool pq_birth_unpack(struct pq_birth *b, struct pq_text message,
		     const struct pq_socket_fds *fds);

/* Bodies alone, as an engine hands them over that fetched them. */
void pq_bodies_pack(const struct pq_birth *b, struct pq_buf *message,
		    struct pq_socket_fds *fds);
bool pq_bodies_unpack(struct pq_birth *b, struct pq_text message,
		      const struct pq_socket_fds *fds);

/*
 * The inputs that it means; `given' are those of the command line.  Bodies are
 * opened once more: this process reads them at a place of its own.
 */
void pq_birth_inputs(struct pq_birth *b, const struct pq_inputs *given,
		     struct pq_inputs *in);

#endif
