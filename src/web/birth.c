#include "web/birth.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "web/message.h"

#include "base/banned.h"

/* ---- packing ---- */

/* A message says only whether there is a descriptor; which one, their order. */
static void put_fd(int fd, struct pq_buf *message, struct pq_socket_fds *fds)
{
	bool fits = fd >= 0 && fds->n < PQ_SOCKET_MOST_FDS;

	pq_message_put_int(message, fits);
	if (fits)
		fds->at[fds->n++] = fd;
}

static void put_bodies(const struct pq_birth *b, struct pq_buf *message,
		       struct pq_socket_fds *fds)
{
	pq_message_put_int(message, (int64_t)b->n_bodies);
	for (size_t i = 0; i < b->n_bodies; i++) {
		const struct pq_fetched_body *body = &b->bodies[i];

		pq_message_put_text(message, body->name);
		put_fd(body->fd, message, fds);
		pq_message_put_int(message, (int64_t)body->failure.code);
		pq_message_put_text(message, pq_text_of(body->failure.msg));
	}
}

void pq_birth_pack(const struct pq_birth *b, struct pq_buf *message,
		   struct pq_socket_fds *fds)
{
	pq_message_put_int(message, (int64_t)b->takes);
	pq_message_put_int(message, b->has_given);
	pq_message_put_int(message, (int64_t)b->n_listed);
	for (size_t i = 0; i < b->n_listed; i++) {
		pq_message_put_text(message, b->listed[i].name);
		put_fd(b->listed[i].fd, message, fds);
	}
	put_bodies(b, message, fds);
}

void pq_bodies_pack(const struct pq_birth *b, struct pq_buf *message,
		    struct pq_socket_fds *fds)
{
	put_bodies(b, message, fds);
}

/* ---- unpacking ---- */

/* Descriptors that came, and how many of them are spoken for. */
struct given_fds {
	const struct pq_socket_fds *fds;
	size_t n;
};

static int take_fd(struct pq_message *m, struct given_fds *from)
{
	if (!pq_message_take_int(m))
		return -1;
	if (from->n < from->fds->n)
		return from->fds->at[from->n++];
	m->bad = true;
	return -1;
}

static enum pq_code take_error_code(struct pq_message *m)
{
	int64_t code = pq_message_take_int(m);

	return code >= PQ_OK && code <= PQ_EINTERRUPTED ? (enum pq_code)code
							: PQ_EIO;
}

static void take_fetched(struct pq_message *m, struct given_fds *from,
			 struct pq_fetched_body *body)
{
	enum pq_code said;
	struct pq_buf why = { 0 };

	body->name = pq_message_take_text(m);
	body->fd = take_fd(m, from);
	pq_error_clear(&body->failure);
	said = take_error_code(m);
	pq_buf_text(&why, pq_message_take_text(m));
	/* A body that is neither there nor explained was lost on the way. */
	if (body->fd < 0)
		pq_fail(&body->failure, said != PQ_OK ? said : PQ_EIO, "%s",
			pq_buf_cstr(&why));
	pq_buf_release(&why);
}

static bool take_bodies(struct pq_birth *b, struct pq_message *m,
			struct given_fds *from)
{
	b->n_bodies = pq_message_take_count(m);
	if (b->n_bodies > PQ_BIRTH_BODIES)
		return false;
	for (size_t i = 0; i < b->n_bodies; i++)
		take_fetched(m, from, &b->bodies[i]);
	return pq_message_whole(m);
}

bool pq_birth_unpack(struct pq_birth *b, struct pq_text message,
		     const struct pq_socket_fds *fds)
{
	struct pq_message m = pq_message_over(message.bytes, message.len);
	struct given_fds from = { fds, 1 };
	int64_t takes;

	memset(b, 0, sizeof(*b));
	takes = pq_message_take_int(&m);
	b->has_given = pq_message_take_int(&m) != 0;
	b->n_listed = pq_message_take_count(&m);
	if (takes < PQ_TAKES_ONE || takes > PQ_TAKES_KINDS ||
	    b->n_listed > PQ_BIRTH_LISTED)
		return false;
	b->takes = (enum pq_takes)takes;
	/* Descriptors stand in the order in which they were packed. */
	for (size_t i = 0; i < b->n_listed; i++) {
		b->listed[i].name = pq_message_take_text(&m);
		b->listed[i].fd = take_fd(&m, &from);
	}
	return take_bodies(b, &m, &from);
}

bool pq_bodies_unpack(struct pq_birth *b, struct pq_text message,
		      const struct pq_socket_fds *fds)
{
	struct pq_message m = pq_message_over(message.bytes, message.len);
	struct given_fds from = { fds, 0 };

	memset(b, 0, sizeof(*b));
	return take_bodies(b, &m, &from);
}

/* ---- inputs ---- */

/* Others have the same descriptor: this one reads at a place of its own. */
static int open_again(int fd)
{
	char path[64];
	int own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_RDONLY | O_CLOEXEC);
	if (own >= 0)
		return own;
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void add_listed_source(const struct pq_birth_source *from,
			      struct pq_inputs *in)
{
	struct pq_buf name = { 0 };
	const char *text;

	pq_buf_text(&name, from->name);
	text = pq_unchecked_bytes(pq_buf_cstr(&name));
	text = pq_arena_copy(&in->arena, text, name.len + 1);
	pq_buf_release(&name);
	pq_inputs_add(in, text);
	if (from->fd >= 0)
		in->sources.at[in->sources.n - 1].fd = open_again(from->fd);
}

void pq_birth_inputs(struct pq_birth *b, const struct pq_inputs *given,
		     struct pq_inputs *in)
{
	pq_inputs_init(in);
	in->takes = b->takes;
	for (size_t i = 0; i < b->n_listed; i++)
		add_listed_source(&b->listed[i], in);
	for (size_t i = 0; i < b->n_bodies; i++)
		if (b->bodies[i].fd >= 0)
			b->bodies[i].fd = open_again(b->bodies[i].fd);
	/* A listed profile is the only one on the old side. */
	if (b->takes == PQ_TAKES_SIDES)
		in->n_old = b->n_listed ? 1 : given->n_old;
	if (!b->has_given)
		return;
	in->base = given->base;
	in->program = given->program;
	for (size_t i = 0; i < given->sources.n; i++)
		*pq_vec_push(&in->sources) = given->sources.at[i];
}
