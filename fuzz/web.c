/*
 * What reaches the server from outside, taken apart: a line of method, target
 * and headers goes to the guard and the parameters; all of it is
 * read as a message from another process, too.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "web/birth.h"
#include "web/facts.h"
#include "web/links.h"
#include "web/guard.h"
#include "web/job.h"
#include "web/listen.h"
#include "web/params.h"

struct input {
	char *text;
	size_t n;
	struct pq_error err;
};

/* A line; an empty one behind the last. */
static char *next_line(char **rest)
{
	static char nothing[1];
	char *line = strsep(rest, "\n");

	return line ? line : nothing;
}

static void judge(struct input *in, char *rest)
{
	static const struct pq_guard guard = {
		.host = "localhost", .token = "0123456789abcdef0123456789abcdef"
	};
	struct pq_head head = { .n_hosts = 1 };
	struct pq_arena arena;
	struct pq_params p;
	struct pq_buf again = { 0 };
	char room[1024], cookie[64], *target, *query;
	const char *more = "";

	pq_arena_init(&arena);
	head.method = next_line(&rest);
	head.target = target = next_line(&rest);
	head.host = next_line(&rest);
	head.origin = next_line(&rest);
	head.fetch_site = next_line(&rest);
	head.length = next_line(&rest);
	if (pq_guard_cookie(next_line(&rest), cookie, sizeof(cookie)))
		head.cookie = cookie;
	query = strchr(target, '?');
	if (query && pq_params_parse(&p, query + 1, &arena, &in->err)) {
		pq_params_put(&p, &again);
		pq_error_clear(&in->err);
	}
	head.route = pq_route_find(target, &more, room, sizeof(room));
	pq_guard_judge(&guard, &head);
	pq_buf_release(&again);
	pq_arena_release(&arena);
}

static void take_apart(void *arg)
{
	struct input *in = arg;
	struct pq_text message = { in->text, in->n };
	struct pq_web_facts *facts = pq_alloc(sizeof(*facts));
	struct pq_job *job = pq_alloc(sizeof(*job));
	struct pq_listen_address address;
	struct pq_birth *birth = pq_alloc(sizeof(*birth));
	struct pq_socket_fds fds = { .n = 3 };
	const char *name = "heap.pb.gz";
	struct pq_buf link = { 0 };
	struct pq_reply reply;

	pq_job_unpack(job, message);
	pq_reply_unpack(&reply, message);
	pq_web_facts_unpack(facts, message);
	if (pq_birth_unpack(birth, message, &fds) && birth->n_listed)
		pq_web_command_link(birth->listed[0].name, &name, 1, &link);
	pq_buf_release(&link);
	pq_listen_address_parse(&address, in->text, &in->err);
	judge(in, in->text);
	pq_free(birth);
	pq_free(job);
	pq_free(facts);
}

void fuzz_web(const uint8_t *data, size_t size)
{
	struct input in = { .text = malloc(size + 1), .n = size };

	if (!in.text)
		abort();
	if (size)
		memcpy(in.text, data, size);
	in.text[size] = '\0';
	pq_mem_guard(take_apart, &in, &in.err);
	free(in.text);
}
