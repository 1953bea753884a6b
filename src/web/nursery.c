#include "web/nursery.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "web/engine.h"
#include "web/message.h"
#include "web/socket.h"

#include "base/banned.h"

enum { MOST_ENGINES = 16 };

struct nursery {
	struct pq_inputs *inputs;
	const struct pq_options *options;
	int socket, front; /* our end, and the front's to be closed */
	struct pq_child engines[MOST_ENGINES];
};

/* ---- the child ---- */

struct engine_run {
	const struct nursery *n;
	struct pq_birth birth;
	int socket;
};

static int be_engine(void *arg, int in, int out)
{
	struct engine_run *r = arg;
	struct pq_inputs inputs;
	struct pq_engine_plan plan = { .inputs = &inputs,
				       .birth = &r->birth,
				       .options = r->n->options,
				       .socket = r->socket };

	close(in);
	close(r->n->socket);
	pq_birth_inputs(&r->birth, r->n->inputs, &inputs);
	(void)out; /* stays open: its end tells the nursery */
	return pq_engine_run(&plan);
}

static struct pq_child *free_engine_place(struct nursery *n)
{
	for (size_t i = 0; i < MOST_ENGINES; i++)
		if (!n->engines[i].pid)
			return &n->engines[i];
	return NULL;
}

static void bear_engine(struct nursery *n, struct pq_text message,
			const struct pq_socket_fds *fds)
{
	struct engine_run r = { .n = n };
	struct pq_child_plan plan = { .run = be_engine,
				      .arg = &r,
				      .dies_with_parent = true };
	struct pq_child *place = free_engine_place(n);
	struct pq_error ignored;

	/* Messages that are none of ours make no engine. */
	if (!place || !fds->n || !pq_birth_unpack(&r.birth, message, fds))
		return;
	r.socket = fds->at[0];
	pq_error_clear(&ignored);
	/* One that cannot be made is noticed by the end of its socket. */
	pq_child_begin(place, &plan, &ignored);
}

static bool hear_front(struct nursery *n, struct pq_buf *message)
{
	struct pq_socket_fds fds;
	enum pq_socket_news news = pq_socket_receive(n->socket, message, &fds);

	if (news == PQ_SOCKET_MESSAGE)
		bear_engine(n, pq_buf_view(message), &fds);
	pq_socket_close_fds(&fds);
	return news != PQ_SOCKET_END;
}

static void wait_for_front(struct nursery *n, struct pq_buf *message)
{
	struct pollfd at[MOST_ENGINES + 1];
	struct pq_child *of[MOST_ENGINES + 1];
	bool goes_on = true;

	while (goes_on) {
		nfds_t count = 1;

		at[0] = (struct pollfd){ .fd = n->socket, .events = POLLIN };
		/* An engine that ends closes its pipe. */
		for (size_t i = 0; i < MOST_ENGINES; i++) {
			if (!n->engines[i].pid)
				continue;
			of[count] = &n->engines[i];
			at[count] = (struct pollfd){ .fd = of[count]->from,
						     .events = POLLIN };
			count++;
		}
		/* A signal is no answer: every end is asked about again. */
		if (poll(at, count, -1) < 0)
			continue;
		/* Ended engines are waited for here, and leave no zombies. */
		for (nfds_t i = 1; i < count; i++)
			if (at[i].revents)
				pq_child_kill(of[i]);
		if (at[0].revents)
			goes_on = hear_front(n, message);
	}
}

/* Signals of a terminal are the front's; it ends the others in its time. */
static int be_nursery(void *arg, int in, int out)
{
	struct nursery *n = arg;
	struct pq_buf message = { 0 };

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	/* The front's end must close when the front dies. */
	close(n->front);
	close(in);
	close(out);
	wait_for_front(n, &message);
	for (size_t i = 0; i < MOST_ENGINES; i++)
		pq_child_kill(&n->engines[i]);
	return 0;
}

/* ---- the front ---- */

bool pq_nursery_begin(struct pq_nursery *n, struct pq_inputs *in,
		      const struct pq_options *o, struct pq_error *err)
{
	struct nursery *theirs = pq_alloc_zeroed(sizeof(*theirs));
	struct pq_child_plan plan = { .run = be_nursery,
				      .arg = theirs,
				      .dies_with_parent = true };
	int ends[2];
	bool ok;

	memset(n, 0, sizeof(*n));
	n->socket = -1;
	if (!pq_socket_pair(ends)) {
		pq_free(theirs);
		return pq_fail(err, PQ_EIO, "cannot make a pair of sockets");
	}
	/* The child closes the front's end: an open copy would never end. */
	theirs->inputs = in;
	theirs->options = o;
	theirs->socket = ends[1];
	theirs->front = ends[0];
	n->socket = ends[0];
	ok = pq_child_begin(&n->child, &plan, err);
	/* The child has copies of its own by now. */
	close(ends[1]);
	pq_free(theirs);
	return ok;
}

bool pq_nursery_engine(struct pq_nursery *n, const struct pq_birth *b,
		       int *socket)
{
	struct pq_socket_fds fds = { .n = 1 };
	struct pq_buf message = { 0 };
	int ends[2];
	bool ok;

	if (!pq_socket_pair(ends))
		return false;
	/* The engine's end goes along, and what it is to read. */
	fds.at[0] = ends[1];
	pq_birth_pack(b, &message, &fds);
	ok = pq_socket_send(n->socket, pq_buf_view(&message), &fds);
	pq_buf_release(&message);
	/* Only the engine holds its end: its death is heard. */
	close(ends[1]);
	if (!ok) {
		close(ends[0]);
		return false;
	}
	/* A front that waits for one engine would serve nobody. */
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*socket = ends[0];
	return true;
}

void pq_nursery_end(struct pq_nursery *n)
{
	if (n->socket >= 0)
		close(n->socket);
	n->socket = -1;
	pq_child_wait(&n->child);
}
