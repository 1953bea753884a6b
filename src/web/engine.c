#include "web/engine.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/io.h"
#include "base/mem.h"
#include "host/message.h"
#include "host/sandbox.h"
#include "profile/kind.h"
#include "session/fetched.h"
#include "web/facts.h"
#include "web/job.h"
#include "web/socket.h"
#include "web/worker.h"

#include "base/banned.h"

enum { PROGRESS_BYTES = 1 << 20 };
enum { MOST_FAILURE_BYTES = 2 * 4096 }; /* a path, and what is wrong */
enum { MOST_WORKERS = 64, CPU_SECONDS = 30, CPU_SECONDS_OF_GRAPH = 10 };

struct engine_worker {
	struct pq_child child; /* pid 0: free */
	int64_t id;
	bool is_graph;
	struct pq_buf said;
};

struct engine {
	const struct pq_engine_plan *plan;
	struct pq_session session;
	struct pq_log log, told; /* lines are kept, and told on stderr */
	struct engine_worker workers[MOST_WORKERS];
	struct pq_buf message, failure;
	struct pq_facts_notes notes; /* of reading, for pages */
	uint64_t done_bytes, file_bytes, said_bytes, all_bytes;
	bool is_over;
};

static bool say_with(struct engine *e, const struct pq_reply *reply,
		     const struct pq_socket_fds *fds)
{
	struct pq_buf b = { 0 };
	bool ok;

	pq_reply_pack(reply, &b);
	ok = pq_socket_send(e->plan->socket, pq_buf_view(&b), fds);
	pq_buf_release(&b);
	return ok;
}

static bool say(struct engine *e, const struct pq_reply *reply)
{
	return say_with(e, reply, NULL);
}

/* ---- fetching ---- */

static void say_waiting(void *ctx, int64_t seconds, int64_t of)
{
	struct pq_reply reply = { .kind = PQ_REPLY_WAITING,
				  .done = seconds,
				  .all = of };

	say(ctx, &reply);
}

/* The front keeps what came: another engine must not fetch it again. */
static void hand_over_bodies(struct engine *e)
{
	const struct pq_inputs *in = e->plan->inputs;
	struct pq_reply reply = { .kind = PQ_REPLY_FETCHED };
	struct pq_birth fetched = { .n_bodies = 0 };
	struct pq_socket_fds fds = { .n = 0 };
	struct pq_buf packed = { 0 };

	/* The base is one more source, and comes last. */
	for (size_t i = 0; i <= in->sources.n; i++) {
		const struct pq_source *s =
			i < in->sources.n ? &in->sources.at[i] : &in->base;

		if (s->address && fetched.n_bodies < PQ_BIRTH_BODIES)
			fetched.bodies[fetched.n_bodies++] =
				(struct pq_fetched_body){ pq_text_of(s->name),
							  s->fd, s->failure };
	}
	pq_bodies_pack(&fetched, &packed, &fds);
	reply.text = pq_buf_view(&packed);
	say_with(e, &reply, &fds);
	pq_buf_release(&packed);
}

/* A page that is asked for now shows that something is waited for. */
static void say_first_second(struct engine *e)
{
	const struct pq_inputs *in = e->plan->inputs;

	for (size_t i = 0; i < in->sources.n; i++)
		if (in->sources.at[i].fd < 0 &&
		    strstr(in->sources.at[i].name, "://")) {
			say_waiting(e, 0, 0);
			return;
		}
}

static bool fetch_all(struct engine *e, struct pq_error *err)
{
	struct pq_inputs *in = e->plan->inputs;
	const struct pq_birth *b = e->plan->birth;
	struct pq_watch watch = { .waiting = say_waiting, .ctx = e };

	/* Fetching again would bring another profile than the page has. */
	if (b->n_bodies)
		return pq_inputs_reuse(in, e->plan->options, b->bodies,
				       b->n_bodies, err);
	say_first_second(e);
	if (!pq_inputs_fetch(in, e->plan->options, &watch, err))
		return false;
	if (in->addresses.n)
		hand_over_bodies(e);
	return true;
}

/* ---- loading ---- */

/* Lines that the command line prints are shown in pages, too. */
static void keep_note(void *ctx, struct pq_text line)
{
	struct engine *e = ctx;

	pq_log_text(&e->told, line);
	pq_facts_notes_add(&e->notes, line);
}

static void say_progress(struct engine *e, uint64_t done)
{
	struct pq_reply reply = { .kind = PQ_REPLY_PROGRESS,
				  .done = (int64_t)done,
				  .all = (int64_t)e->all_bytes };

	say(e, &reply);
}

static uint64_t bytes_on_disk(const char *name)
{
	struct stat st;

	return !stat(name, &st) && S_ISREG(st.st_mode) ? (uint64_t)st.st_size
						       : 0;
}

/* Bytes of the file under way; every few of them are worth a word. */
static void count_bytes(void *ctx, uint64_t read_bytes)
{
	struct engine *e = ctx;

	if (read_bytes < e->said_bytes + PROGRESS_BYTES)
		return;
	e->said_bytes = read_bytes;
	say_progress(e, e->done_bytes + read_bytes);
}

static void begin_file(void *ctx, const char *name, size_t i, size_t n)
{
	struct engine *e = ctx;

	(void)i;
	(void)n;
	e->done_bytes += e->file_bytes;
	e->file_bytes = bytes_on_disk(name);
	e->said_bytes = 0;
	say_progress(e, e->done_bytes);
}

static void refuse_file(void *ctx, const char *name, const struct pq_error *err)
{
	struct engine *e = ctx;

	pq_message_error(name, err);
	pq_buf_clear(&e->failure);
	pq_buf_printf(&e->failure, "%s: %s", name, err->msg);
}

static void *find_all_bytes(struct engine *e)
{
	const struct pq_inputs *in = e->plan->inputs;

	e->all_bytes = 0;
	for (size_t i = 0; i < in->sources.n; i++)
		e->all_bytes += in->sources.at[i].fd >= 0
					? pq_io_size(in->sources.at[i].fd)
					: bytes_on_disk(in->sources.at[i].name);
	return e;
}

struct loading {
	struct engine *e;
	struct pq_error err;
	bool ok;
};

static void load_session(void *arg)
{
	struct loading *l = arg;
	struct engine *e = l->e;
	struct pq_watch watch = { .log = &e->log,
				  .progress = begin_file,
				  .bytes = count_bytes,
				  .refused = refuse_file,
				  .ctx = find_all_bytes(e) };

	e->done_bytes = e->file_bytes = 0;
	/* A second reading says the same again. */
	pq_facts_notes_clear(&e->notes);
	say_progress(e, 0);
	l->ok = pq_session_open(&e->session, e->plan->inputs, e->plan->options,
				NULL, &watch, &l->err);
}

static bool open_session_files(struct loading *l)
{
	l->ok = pq_mem_guard(load_session, l, &l->err) && l->ok;
	return l->ok;
}

/*
 * Files that do not add up may be of different kinds, and then stand side by
 * side.  Only a second reading tells: the first one has merged what it could.
 */
static bool open_as_kinds(struct loading *l)
{
	struct pq_inputs *in = l->e->plan->inputs;
	struct loading again = { .e = l->e };
	struct pq_error ignored;

	pq_error_clear(&again.err);
	pq_error_clear(&ignored);
	if (in->takes != PQ_TAKES_ONE || in->sources.n < 2 || in->base.name)
		return false;
	in->takes = PQ_TAKES_KINDS;
	if (open_session_files(&again) &&
	    !pq_kinds_are_one(l->e->session.loaded.at, l->e->session.loaded.n,
			      &ignored))
		return true;
	/* Files of one kind that do not add up stay refused. */
	if (again.ok)
		pq_session_close(&l->e->session);
	in->takes = PQ_TAKES_ONE;
	return false;
}

static bool report_load_failure(struct engine *e, const struct loading *l)
{
	struct pq_reply reply = { .kind = PQ_REPLY_FAILED };
	const char *name = e->plan->inputs->sources.n == 1
				   ? e->plan->inputs->sources.at[0].name
				   : NULL;

	/* Refused files were named as they were met; other errors are not yet. */
	if (l->err.code != PQ_OK) {
		pq_message_error(l->err.code == PQ_EIO ? NULL : name, &l->err);
		pq_buf_clear(&e->failure);
		if (name && l->err.code != PQ_EIO)
			pq_buf_printf(&e->failure, "%s: ", name);
		pq_buf_text(&e->failure, pq_text_of(l->err.msg));
	}
	reply.text = pq_buf_view(&e->failure);
	say(e, &reply);
	return false;
}

static bool drop_engine_rights(struct engine *e, struct pq_error *err)
{
	const struct pq_options *o = e->plan->options;
	struct pq_sandbox s = { .forks = true,
				.talks = true,
				.off = !o->sandbox || !pq_sandbox_usable() };

	return pq_sandbox_enter(&s, err);
}

static bool load_all(struct engine *e)
{
	struct loading l = { .e = e };
	struct pq_reply ready = { .kind = PQ_REPLY_READY };
	struct pq_buf facts = { 0 };

	pq_error_clear(&l.err);
	if (!fetch_all(e, &l.err) || !drop_engine_rights(e, &l.err))
		return report_load_failure(e, &l);
	if (!open_session_files(&l) && !open_as_kinds(&l))
		return report_load_failure(e, &l);
	/* Of two joined profiles it is more than half of the process. */
	pq_mem_give_back_freed();
	/* The front gets the facts before it asks anything. */
	pq_web_facts_find(&e->session, e->plan->options, &e->notes, &facts);
	ready.text = pq_buf_view(&facts);
	if (!say(e, &ready))
		e->is_over = true;
	pq_buf_release(&facts);
	return true;
}

/* ---- workers ---- */

struct worker_run {
	struct engine *e;
	struct pq_job job;
	int fd;
};

/* The worker: its reply goes to the engine, which passes it on. */
static int run_worker(void *arg, int in, int out)
{
	struct worker_run *r = arg;
	struct pq_worker w = { .session = &r->e->session,
			       .defaults = r->e->plan->options,
			       .job = &r->job,
			       .fd = r->fd };
	struct pq_reply reply;
	struct pq_buf room = { 0 }, said = { 0 };

	/* Neither the engine's socket nor its pipe is a worker's business. */
	close(in);
	close(r->e->plan->socket);
	pq_worker_run(&w, &reply, &room);
	pq_reply_pack(&reply, &said);
	close(r->fd);
	return !pq_io_write_all(out, pq_unchecked_bytes(said.data), said.len);
}

static struct engine_worker *free_worker_place(struct engine *e)
{
	for (size_t i = 0; i < MOST_WORKERS; i++)
		if (!e->workers[i].child.pid)
			return &e->workers[i];
	return NULL;
}

static void say_done(struct engine *e, int64_t id, enum pq_answer_code code,
		     const char *why)
{
	struct pq_reply reply = { .kind = PQ_REPLY_DONE,
				  .id = id,
				  .code = code,
				  .text = pq_text_of(why) };

	say(e, &reply);
}

static bool is_drawing(const struct pq_job *job)
{
	return job->kind == PQ_JOB_GRAPH ||
	       (job->kind == PQ_JOB_DOWNLOAD && pq_text_is(job->format, "svg"));
}

static void start_worker(struct engine *e, struct worker_run *r)
{
	struct engine_worker *place = free_worker_place(e);
	struct pq_child_plan plan = {
		.run = run_worker,
		.arg = r,
		.cpu_seconds = is_drawing(&r->job) ? CPU_SECONDS_OF_GRAPH
						   : CPU_SECONDS,
		.writes_no_file = true,
		.dies_with_parent = true,
	};
	struct pq_error err;

	pq_error_clear(&err);
	/* A refusal is an answer, too: the front waits for one. */
	if (!place || !pq_child_begin(&place->child, &plan, &err)) {
		say_done(e, r->job.id, PQ_ANSWER_LIMIT,
			 "the system starts no more processes");
		return;
	}
	/* From here on the worker's end tells how the job went. */
	place->id = r->job.id;
	place->is_graph = is_drawing(&r->job);
	pq_buf_clear(&place->said);
}

static void take_job(struct engine *e)
{
	struct worker_run r = { .e = e };
	struct pq_socket_fds fds;
	enum pq_socket_news news;

	/* The end of the socket is the end of the front. */
	news = pq_socket_receive(e->plan->socket, &e->message, &fds);
	if (news == PQ_SOCKET_END)
		e->is_over = true;
	if (news != PQ_SOCKET_MESSAGE)
		return;
	/* A message that is none of ours is dropped with its descriptors. */
	if (fds.n == 1 && pq_job_unpack(&r.job, pq_buf_view(&e->message))) {
		r.fd = fds.at[0];
		start_worker(e, &r);
	}
	pq_socket_close_fds(&fds);
}

/* A worker that died says nothing itself. */
static void say_how_it_died(struct engine *e, const struct engine_worker *w,
			    struct pq_child_end end)
{
	char why[128];

	/* Limits of time end a process by these two signals. */
	if (end.how == PQ_CHILD_SIGNALED &&
	    (end.number == SIGXCPU || end.number == SIGKILL)) {
		say_done(e, w->id,
			 w->is_graph ? PQ_ANSWER_LAYOUT : PQ_ANSWER_LIMIT,
			 "this took too long: filters, or fewer nodes, make "
			 "it less");
		return;
	}
	snprintf(why, sizeof(why), "the process that answers ended by %s %d",
		 end.how == PQ_CHILD_SIGNALED ? "signal" : "status",
		 end.number);
	say_done(e, w->id, PQ_ANSWER_INTERNAL, why);
}

static void end_worker(struct engine *e, struct engine_worker *w)
{
	struct pq_child_end end = pq_child_wait(&w->child);
	struct pq_reply reply;

	/* Only a whole reply about the same job is passed on. */
	if (pq_child_succeeded(end) &&
	    pq_reply_unpack(&reply, pq_buf_view(&w->said)) &&
	    reply.kind == PQ_REPLY_DONE && reply.id == w->id) {
		if (!pq_socket_send(e->plan->socket, pq_buf_view(&w->said),
				    NULL))
			e->is_over = true;
		return;
	}
	say_how_it_died(e, w, end);
}

static void hear_worker(struct engine *e, struct engine_worker *w)
{
	ssize_t n;

	pq_buf_reserve(&w->said, 1 << 12);
	/* More than a reply has room for is no reply: the worker is done. */
	n = pq_io_read(w->child.from,
		       pq_unchecked_writable(w->said.data) + w->said.len,
		       1 << 12);
	if (n > 0 && w->said.len < (size_t)64 << 10)
		w->said.len += (size_t)n;
	else
		end_worker(e, w);
}

/* ---- all of it ---- */

static void serve_jobs(struct engine *e)
{
	struct pollfd at[MOST_WORKERS + 1];
	struct engine_worker *of[MOST_WORKERS + 1];

	while (!e->is_over) {
		nfds_t n = 1;

		at[0] = (struct pollfd){ .fd = e->plan->socket,
					 .events = POLLIN };
		/* Each worker that runs is waited for by its pipe. */
		for (size_t i = 0; i < MOST_WORKERS; i++) {
			if (!e->workers[i].child.pid)
				continue;
			of[n] = &e->workers[i];
			at[n] = (struct pollfd){ .fd = of[n]->child.from,
						 .events = POLLIN };
			n++;
		}
		if (poll(at, n, -1) < 0)
			continue;
		/* Ended workers make room before a new job is taken. */
		for (nfds_t i = 1; i < n; i++)
			if (at[i].revents)
				hear_worker(e, of[i]);
		if (at[0].revents)
			take_job(e);
	}
}

static void end_workers(struct engine *e)
{
	for (size_t i = 0; i < MOST_WORKERS; i++) {
		pq_child_kill(&e->workers[i].child);
		pq_buf_release(&e->workers[i].said);
	}
}

int pq_engine_run(const struct pq_engine_plan *plan)
{
	struct engine *e = pq_alloc_zeroed(sizeof(*e));

	e->plan = plan;
	pq_message_log(&e->told);
	e->log = (struct pq_log){ .line = keep_note, .ctx = e };
	/* Made here, as what a guard unwinds is gone after it. */
	pq_buf_reserve(&e->failure, MOST_FAILURE_BYTES);
	pq_facts_notes_init(&e->notes);
	if (!load_all(e))
		return 1;
	serve_jobs(e);
	end_workers(e);
	return 0;
}
