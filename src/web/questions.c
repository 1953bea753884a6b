#include "web/front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "command/commands.h"
#include "report/report.h"
#include "web/flame.h"
#include "web/socket.h"

#include "base/banned.h"

/* Questions of front.h: to an engine, and back. */

enum { READ_BYTES = 256 << 10, STANDARD_ROWS = 500 };

/* More than any answer of ours has, and less than any machine's memory. */
#define MOST_ANSWER_BYTES ((size_t)512 << 20)

/* ---- engines ---- */

bool pq_front_is_empty(const struct pq_web_front *f)
{
	return !f->inputs->sources.n && !f->opened.is_set;
}

size_t pq_front_count_files(const struct pq_web_front *f)
{
	return f->opened.is_set ? 1 : f->inputs->sources.n;
}

/* Several kinds of profiles: where to look first is the first question. */
const char *pq_front_first_view(const struct pq_web_front *f)
{
	const struct pq_web_facts *facts = f->engines[0].facts;

	return facts && facts->takes == PQ_TAKES_KINDS ? "/ui/triage"
						       : PQ_FLAME_PATH;
}

bool pq_front_can_load_again(const struct pq_web_front *f)
{
	struct stat st;

	for (size_t i = 0; i < f->inputs->sources.n; i++) {
		const struct pq_source *s = &f->inputs->sources.at[i];

		if (s->fd >= 0 || (!stat(s->name, &st) && !S_ISREG(st.st_mode)))
			return false;
	}
	return true;
}

/* Reports about a series, and the choice of one of its files. */
static bool is_about_series(const struct pq_request *r)
{
	const struct pq_command *c =
		r->route && r->route->command
			? pq_command_find(pq_text_of(r->route->command))
			: NULL;

	return r->params.words[PQ_WORD_of].len ||
	       (c && c->report && c->report->takes == PQ_TAKES_SERIES);
}

/* Several files that were merged are a series only for who asks for one. */
static bool is_served_as_series(const struct pq_request *r)
{
	const struct pq_web_front *f = r->front;
	const struct pq_front_engine *main = &f->engines[0];

	return is_about_series(r) && main->state == PQ_FRONT_READY &&
	       main->facts && main->facts->takes == PQ_TAKES_ONE &&
	       pq_front_count_files(f) > 1 && pq_front_can_load_again(f);
}

struct pq_front_engine *pq_engine_of(struct pq_request *r)
{
	struct pq_text base = r->params.words[PQ_WORD_base];
	struct pq_web_front *f = r->front;
	struct pq_error ignored;
	int64_t id;

	if (!base.len)
		return &f->engines[is_served_as_series(r) ? PQ_FRONT_SERIES : 0];
	/* A number that is none is like one that nobody has. */
	pq_error_clear(&ignored);
	if (!pq_params_number(&r->params, PQ_WORD_base, 0, INT32_MAX, &id,
			      &ignored))
		return NULL;
	/* Places are used again, ids never: an old link finds nobody. */
	for (size_t i = 0; i < PQ_FRONT_ENGINES; i++)
		if (id && f->engines[i].id == id)
			return &f->engines[i];
	return NULL;
}

const struct pq_facts_profile *pq_front_facts(struct pq_request *r)
{
	const struct pq_front_engine *e = pq_engine_of(r);
	const struct pq_web_facts *facts = e ? e->facts : NULL;
	struct pq_error ignored;
	int64_t old, of;

	if (!facts || e->state != PQ_FRONT_READY)
		return NULL;
	pq_error_clear(&ignored);
	pq_params_files(&r->params, &old, &of, &ignored);
	return &facts->of[of > 0 && (size_t)of <= facts->n ? of - 1 : 0];
}

void pq_front_forget_bodies(struct pq_web_front *f)
{
	for (size_t i = 0; i < f->n_bodies; i++)
		if (f->bodies[i].fd >= 0)
			close(f->bodies[i].fd);
	f->n_bodies = 0;
}

/* ---- the birth of one ---- */

static void list_source(struct pq_birth *b, const struct pq_buf *name, int fd)
{
	b->listed[b->n_listed++] =
		(struct pq_birth_source){ pq_buf_view(name), fd };
}

static void list_bodies(struct pq_web_front *f, struct pq_birth *b)
{
	for (size_t i = 0; i < f->n_bodies; i++) {
		struct pq_front_body *from = &f->bodies[i];
		struct pq_fetched_body *body = &b->bodies[b->n_bodies++];

		body->name = pq_buf_view(&from->name);
		body->fd = from->fd;
		pq_error_clear(&body->failure);
		if (from->code != PQ_OK)
			pq_fail(&body->failure, from->code, "%s",
				pq_buf_cstr(&from->why));
	}
}

bool pq_engine_start(struct pq_web_front *f, struct pq_front_engine *e)
{
	struct pq_birth *b = pq_alloc_zeroed(sizeof(*b));
	bool ok;

	/* The new process knows nothing of the old one. */
	e->state = PQ_FRONT_LOADING;
	e->done = e->all = e->waited = e->waits_of = 0;
	e->was_ready = e->is_waiting = false;
	b->takes = f->inputs->takes;
	if (e == &f->engines[PQ_FRONT_SERIES])
		b->takes = PQ_TAKES_SERIES;
	if (e->old >= 0) {
		b->takes = PQ_TAKES_SIDES;
		list_source(b, &e->name, e->old);
	}
	/* Then what is compared with it: opened here, or named. */
	if (f->opened.is_set)
		list_source(b, &f->opened.name, f->opened.fd);
	b->has_given = !f->opened.is_set;
	list_bodies(f, b);
	ok = pq_nursery_engine(&f->nursery, b, &e->socket);
	pq_free(b);
	return ok;
}

bool pq_engine_open(struct pq_web_front *f)
{
	struct pq_front_engine *e = &f->engines[0];

	e->id = ++f->newest_id;
	pq_buf_clear(&e->name);
	pq_buf_text(&e->name, pq_buf_view(&f->opened.name));
	return pq_engine_start(f, e);
}

/* All that was asked of an engine and is not answered fails. */
static void fail_jobs_of(struct pq_web_front *f, int64_t engine_id,
			 const char *why)
{
	for (struct pq_front_job *j = f->jobs; j; j = j->next) {
		if (j->engine_id != engine_id || j->is_done)
			continue;
		j->is_done = true;
		j->code = PQ_ANSWER_INTERNAL;
		if (j->pipe >= 0)
			close(j->pipe);
		j->pipe = -1;
		pq_buf_clear(&j->text);
		pq_buf_str(&j->text, why);
	}
}

/* Takes no memory: a server that is short of it ends by this, too. */
static void forget_answers(struct pq_web_front *f, int64_t id)
{
	char prefix[32];

	snprintf(prefix, sizeof(prefix), "%lld ", (long long)id);
	pq_cache_forget(&f->cache, pq_text_of(prefix));
}

/* Stands with the other questions. */
static void draw_ahead(struct pq_web_front *f, struct pq_front_engine *e);

/* Requests that waited for an engine look again. */
static void wake_waiting(struct pq_web_front *f, int64_t engine_id)
{
	for (struct pq_request *r = f->requests; r; r = r->next)
		if (r->waits_for == engine_id)
			pq_request_resume(r);
}

void pq_engine_drop(struct pq_web_front *f, struct pq_front_engine *e)
{
	int64_t id = e->id;

	if (e->socket >= 0)
		close(e->socket);
	if (e->old >= 0)
		close(e->old);
	e->socket = e->old = -1;
	e->id = 0;
	/* Nothing that was asked of it is answered any more. */
	fail_jobs_of(f, id, "the profile was taken away");
	forget_answers(f, id);
	pq_free(e->facts);
	e->facts = NULL;
	e->state = PQ_FRONT_LOADING;
	pq_buf_clear(&e->facts_message);
	pq_buf_clear(&e->failure);
}

static void fail_engine(struct pq_web_front *f, struct pq_front_engine *e,
			struct pq_text why)
{
	pq_buf_clear(&e->failure);
	pq_buf_text(&e->failure, why);
	e->state = PQ_FRONT_FAILED;
	/* The start page goes on; profiles that were named were all there is. */
	if (e == &f->engines[0] && !f->opened.is_set)
		f->failed_ms = pq_clock_ms();
	wake_waiting(f, e->id);
}

/* A process that ended told nobody why: the front says it in its place. */
static void fail_without_word(struct pq_web_front *f, struct pq_front_engine *e)
{
	const char *why = e->was_ready ? "the process that had the profile "
					 "ended, and another one does not start"
				       : "the process that reads the profile "
					 "ended before it had read it";

	pq_log_say(f->log, "profq: %s", why);
	fail_engine(f, e, pq_text_of(why));
}

/* One that had loaded is begun again; one that had not would die again. */
static void bury_engine(struct pq_web_front *f, struct pq_front_engine *e)
{
	bool had_failed = e->state == PQ_FRONT_FAILED;

	/* Its questions fail; who asks again asks the next one. */
	close(e->socket);
	e->socket = -1;
	fail_jobs_of(f, e->id,
		     "the process that has the profile ended; it is loaded "
		     "again");
	if (had_failed)
		return;
	if (!e->was_ready || !pq_engine_start(f, e))
		fail_without_word(f, e);
}

/* The front itself can write no list: a child from before does it. */
static void remember_main(struct pq_web_front *f, struct pq_front_engine *e)
{
	struct pq_error ignored;

	pq_error_clear(&ignored);
	if (e == &f->engines[0] && f->memory.pid)
		pq_child_run(&f->memory, &ignored);
}

static void become_ready(struct pq_web_front *f, struct pq_front_engine *e,
			 struct pq_text facts)
{
	pq_buf_clear(&e->facts_message);
	pq_buf_text(&e->facts_message, facts);
	if (!e->facts)
		e->facts = pq_alloc_zeroed(sizeof(*e->facts));
	if (!pq_web_facts_unpack(e->facts, pq_buf_view(&e->facts_message)))
		return;
	e->state = PQ_FRONT_READY;
	e->done = e->all;
	e->was_ready = true;
	remember_main(f, e);
	draw_ahead(f, e);
	wake_waiting(f, e->id);
}

static void end_job(struct pq_web_front *f, const struct pq_reply *reply)
{
	for (struct pq_front_job *j = f->jobs; j; j = j->next) {
		if (j->id != reply->id || j->is_done)
			continue;
		/* Done before its words are copied: a reply comes once. */
		j->code = reply->code;
		j->is_done = true;
		pq_buf_text(&j->option, reply->option);
		pq_buf_text(&j->text, reply->text);
	}
}

/* Bodies stay with the front, which never looks into them. */
static void keep_bodies(struct pq_web_front *f, struct pq_text packed,
			struct pq_socket_fds *fds)
{
	struct pq_birth *b = pq_alloc(sizeof(*b));
	bool ok = !f->n_bodies && pq_bodies_unpack(b, packed, fds);

	for (size_t i = 0; ok && i < b->n_bodies; i++) {
		struct pq_front_body *body = &f->bodies[i];

		pq_buf_clear(&body->name);
		pq_buf_clear(&body->why);
		pq_buf_text(&body->name, b->bodies[i].name);
		pq_buf_text(&body->why, pq_text_of(b->bodies[i].failure.msg));
	}
	/* Nothing can fail from here on: descriptors change hands. */
	for (size_t i = 0; ok && i < b->n_bodies; i++) {
		f->bodies[i].fd = b->bodies[i].fd;
		f->bodies[i].code = b->bodies[i].failure.code;
	}
	if (ok) {
		f->n_bodies = b->n_bodies;
		fds->n = 0;
	}
	pq_free(b);
}

static void take_reply(struct pq_web_front *f, struct pq_front_engine *e,
		       struct pq_socket_fds *fds)
{
	struct pq_reply reply;

	/* An engine reads hostile files: its words are checked. */
	if (!pq_reply_unpack(&reply, pq_buf_view(&f->scratch)))
		return;
	/* Any other reply is the answer to a job. */
	switch (reply.kind) {
	case PQ_REPLY_WAITING:
		e->is_waiting = true;
		e->waited = reply.done;
		e->waits_of = reply.all;
		break;
	case PQ_REPLY_FETCHED:
		keep_bodies(f, reply.text, fds);
		break;
	case PQ_REPLY_PROGRESS:
		e->is_waiting = false;
		e->done = reply.done;
		e->all = reply.all;
		break;
	case PQ_REPLY_READY:
		become_ready(f, e, reply.text);
		break;
	case PQ_REPLY_FAILED:
		fail_engine(f, e, reply.text);
		break;
	default:
		end_job(f, &reply);
	}
}

static void close_received(void *fds)
{
	pq_socket_close_fds(fds);
}

void pq_engine_hear(struct pq_web_front *f, struct pq_front_engine *e)
{
	struct pq_socket_fds fds = { .n = 0 };
	struct pq_cleanup cleanup;

	pq_cleanup_add(&cleanup, close_received, &fds);

	/* Descriptors that nobody takes are closed at the end of this. */
	switch (pq_socket_receive(e->socket, &f->scratch, &fds)) {
	case PQ_SOCKET_MESSAGE:
		take_reply(f, e, &fds);
		break;
	case PQ_SOCKET_END:
		bury_engine(f, e);
		break;
	default:
		break;
	}
	pq_cleanup_remove(&cleanup);
	pq_socket_close_fds(&fds);
}

/* ---- jobs ---- */

static void free_job(struct pq_front_job *j)
{
	if (j->pipe >= 0)
		close(j->pipe);
	pq_buf_release(&j->message);
	pq_buf_release(&j->option);
	pq_buf_release(&j->text);
	pq_free(j);
}

static void unlist_job(struct pq_web_front *f, struct pq_front_job *job)
{
	struct pq_front_job **at = &f->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	f->n_jobs--;
	f->n_asked -= job->is_asked;
}

static void wake_askers(struct pq_web_front *f, const struct pq_cache_entry *e)
{
	for (struct pq_request *r = f->requests; r; r = r->next)
		if (r->entry == e)
			pq_request_resume(r);
}

/* The answer and how it went are both there. */
static void settle_job(struct pq_web_front *f, struct pq_front_job *j)
{
	struct pq_cache_entry *e = j->entry;

	unlist_job(f, j);
	/* Askers look at the entry before anybody else can drop it. */
	pq_cache_use(e);
	wake_askers(f, e);
	/* An error is told to those who wait, and is not kept. */
	if (j->code == PQ_ANSWER_FINE) {
		pq_cache_settle(&f->cache, e);
	} else {
		e->code = j->code;
		e->option = j->option;
		e->message = j->text;
		memset(&j->option, 0, sizeof(j->option));
		memset(&j->text, 0, sizeof(j->text));
		pq_cache_fail(&f->cache, e);
	}
	pq_cache_leave(&f->cache, e);
	free_job(j);
}

static void settle_done_jobs(struct pq_web_front *f)
{
	struct pq_front_job *next;

	for (struct pq_front_job *j = f->jobs; j; j = next) {
		next = j->next;
		if (j->is_done && j->pipe < 0)
			settle_job(f, j);
	}
}

void pq_questions_hear(struct pq_web_front *f, struct pq_front_job *j)
{
	struct pq_buf *body = &j->entry->body;
	ssize_t n;

	/* By way of a buffer that stays: what is kept is as large as it is. */
	pq_buf_clear(&f->scratch);
	pq_buf_reserve(&f->scratch, READ_BYTES);
	n = pq_io_read(j->pipe, pq_unchecked_writable(f->scratch.data),
		       READ_BYTES);
	/* An answer that has no end is cut, and its worker ends. */
	if (n > 0)
		pq_buf_bytes(body, f->scratch.data, (size_t)n);
	if (n > 0 && body->len <= MOST_ANSWER_BYTES)
		return;
	if (n < 0 && errno == EAGAIN)
		return;
	/* Closing the pipe ends a worker that writes without an end. */
	close(j->pipe);
	j->pipe = -1;
}

static bool send_job(struct pq_front_job *j)
{
	struct pq_socket_fds fds = { .n = 1 };
	int ends[2];
	bool ok;

	if (pipe2(ends, O_CLOEXEC))
		return false;
	/* The write end goes along with the job; the read end is ours. */
	fds.at[0] = ends[1];
	ok = pq_socket_send(j->engine->socket, pq_buf_view(&j->message), &fds);
	close(ends[1]);
	if (!ok) {
		close(ends[0]);
		return false;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	j->pipe = ends[0];
	return true;
}

static void ask_job(struct pq_web_front *f, struct pq_front_job *j)
{
	j->is_asked = true;
	f->n_asked++;
	if (send_job(j))
		return;
	j->is_done = true;
	j->code = PQ_ANSWER_INTERNAL;
	pq_buf_str(&j->text, "the process that has the profile does not "
			     "answer");
}

/* The oldest question that waits stands last. */
static struct pq_front_job *oldest_waiting(struct pq_web_front *f)
{
	struct pq_front_job *found = NULL;

	for (struct pq_front_job *j = f->jobs; j; j = j->next)
		if (!j->is_asked && !j->is_done)
			found = j;
	return found;
}

void pq_questions_dispatch(struct pq_web_front *f)
{
	struct pq_front_job *j;

	/* Answers that are there make room for those that wait. */
	settle_done_jobs(f);
	while (f->n_asked < f->most_asked && (j = oldest_waiting(f)))
		ask_job(f, j);
	settle_done_jobs(f);
}

/* ---- what a request asks ---- */

/* The report's argument: `arg', or else f, which filters as well. */
static void put_argument(const struct pq_request *r,
			 const struct pq_command *command, struct pq_job *job)
{
	if (!command || !command->argument)
		return;
	job->has_argument = true;
	job->argument = r->params.words[PQ_WORD_arg];
	if (!job->argument.len)
		job->argument = r->params.options[PQ_PARAM_f];
}

static void put_options(const struct pq_request *r, struct pq_job *job)
{
	bool is_top = r->route->name && !strcmp(r->route->name, "top");

	for (unsigned i = 0; i < PQ_N_PARAMS; i++) {
		struct pq_text value = r->params.options[i];
		size_t n = job->n_options;

		/* /ui/top has its 500 rows whatever n says, as the reference. */
		if (is_top && i == PQ_PARAM_n)
			value = PQ_TEXT("500");
		if (!value.len)
			continue;
		job->options[n].name =
			pq_text_of(pq_param_table[i].option->name);
		job->options[n].value = value;
		job->n_options++;
	}
}

/* Values are checked here, too: their messages name the option. */
static bool check_options(struct pq_request *r, struct pq_error *err)
{
	const struct pq_option *bad;
	struct pq_query q;
	bool ok;

	pq_query_init(&q, PQ_FRONT_WEB, r->front->options);
	ok = pq_params_set_options(&r->params, &q, &bad, err);
	pq_query_release(&q);
	if (!ok)
		pq_respond_error(r, PQ_ANSWER_VALUE,
				 bad ? pq_text_of(bad->name) : PQ_TEXT(""),
				 pq_text_of(err->msg));
	return ok;
}

static bool put_numbers(struct pq_request *r, struct pq_job *job,
			struct pq_error *err)
{
	const struct pq_params *p = &r->params;

	return pq_params_files(p, &job->old, &job->of, err) &&
	       pq_params_number(p, PQ_WORD_from, 0, INT32_MAX, &job->from,
				err) &&
	       pq_params_number(p, PQ_WORD_rows, STANDARD_ROWS, INT32_MAX,
				&job->rows, err) &&
	       pq_params_number(p, PQ_WORD_boxes, PQ_FLAME_BOXES,
				PQ_FLAME_MOST_BOXES, &job->boxes, err);
}

/* The page's query, for links: without f where rows have one of their own. */
static struct pq_text link_of(struct pq_request *r)
{
	struct pq_params p = r->params;
	struct pq_buf link = { 0 };
	struct pq_text text;

	if (r->route->kind == PQ_JOB_TABLE_VIEW)
		p.options[PQ_PARAM_f] = PQ_TEXT("");
	pq_params_put(&p, &link);
	if (p.words[PQ_WORD_base].len)
		pq_params_put_one(&link, "base", p.words[PQ_WORD_base]);
	if (p.words[PQ_WORD_of].len)
		pq_params_put_one(&link, "of", p.words[PQ_WORD_of]);
	text = pq_arena_text(&r->arena, pq_buf_view(&link));
	pq_buf_release(&link);
	return text;
}

static bool fill_job(struct pq_request *r, struct pq_job *job,
		     struct pq_error *err)
{
	const struct pq_command *command;

	memset(job, 0, sizeof(*job));
	job->kind = r->route->kind;
	if (r->route->command)
		job->command = pq_text_of(r->route->command);
	/* The whole profile has no options. */
	if (job->kind == PQ_JOB_WHOLE)
		return true;
	command = pq_command_find(job->command);
	put_argument(r, command, job);
	put_options(r, job);
	/* Words of the URL that only some kinds look at. */
	job->at = r->params.words[PQ_WORD_at];
	job->search = r->params.words[PQ_WORD_q];
	job->format = r->params.words[PQ_WORD_format];
	if (job->kind != PQ_JOB_SEARCH)
		job->search = PQ_TEXT("");
	job->link = link_of(r);
	/* The whole report unless it is long, or a part was asked for. */
	job->is_paged = r->route->is_paged ||
			r->params.words[PQ_WORD_from].len ||
			r->params.words[PQ_WORD_rows].len;
	return put_numbers(r, job, err);
}

/* A job's bytes are its key: equal questions are one. */
static void put_cache_key(const struct pq_front_engine *e, struct pq_job *job,
			  struct pq_buf *key)
{
	job->id = 0;
	pq_buf_printf(key, "%lld ", (long long)e->id);
	pq_job_pack(job, key);
}

static struct pq_front_job *
make_job(struct pq_web_front *f, struct pq_front_engine *e, struct pq_job *job)
{
	struct pq_front_job *j = pq_alloc_zeroed(sizeof(*j));

	j->pipe = -1;
	j->id = job->id = ++f->newest_job;
	j->engine = e;
	j->engine_id = e->id;
	pq_job_pack(job, &j->message);
	return j;
}

static void list_job(struct pq_web_front *f, struct pq_front_job *j,
		     struct pq_cache_entry *entry)
{
	j->entry = entry;
	j->next = f->jobs;
	f->jobs = j;
	f->n_jobs++;
}

/* The answer, or where it will be; NULL: too many wait for theirs. */
static struct pq_cache_entry *find_or_ask(struct pq_web_front *f,
					  struct pq_front_engine *e,
					  struct pq_job *job)
{
	struct pq_buf key = { 0 };
	struct pq_cache_entry *entry;

	put_cache_key(e, job, &key);
	entry = pq_cache_find(&f->cache, pq_buf_view(&key));
	/*
	 * The first who asks makes the job; others join it.  Answers that are
	 * kept come even to a crowd.
	 */
	if (!entry && f->n_jobs < PQ_FRONT_WAITING) {
		struct pq_front_job *j = make_job(f, e, job);

		entry = pq_cache_add(&f->cache, pq_buf_view(&key));
		list_job(f, j, entry);
	}
	pq_buf_release(&key);
	return entry;
}

/* Waits for the answer; its pipe is heard by the loop. */
static bool join_or_ask(struct pq_request *r, struct pq_front_engine *e,
			struct pq_job *job)
{
	struct pq_cache_entry *entry = find_or_ask(r->front, e, job);

	if (!entry) {
		pq_respond_error(r, PQ_ANSWER_LIMIT, PQ_TEXT(""),
				 PQ_TEXT("too many questions are waiting"));
		return false;
	}
	pq_cache_use(entry);
	r->entry = entry;
	return true;
}

static bool is_waited_for(const struct pq_web_front *f,
			  const struct pq_front_engine *e)
{
	for (const struct pq_request *r = f->requests; r; r = r->next)
		if (r->waits_for == e->id)
			return true;
	return false;
}

/*
 * Asks what somebody will ask who opens the page, so that it is there then.
 * Only once for a profile: one that there is too little memory for would be
 * loaded and drawn without an end.
 */
static void draw_ahead(struct pq_web_front *f, struct pq_front_engine *e)
{
	struct pq_request r = { .front = f };
	struct pq_error ignored;
	struct pq_job *job;
	char room[32];

	if (e != &f->engines[0] || e->drawn_id == e->id || is_waited_for(f, e))
		return;
	e->drawn_id = e->id;
	pq_error_clear(&ignored);
	pq_arena_init(&r.arena);
	job = pq_arena_alloc(&r.arena, sizeof(*job));
	r.route = pq_route_find(pq_front_first_view(f), &r.rest, room,
				sizeof(room));
	if (r.route && fill_job(&r, job, &ignored))
		find_or_ask(f, e, job);
	pq_arena_release(&r.arena);
}

/* A file of several that is asked for by itself must still be there. */
static bool check_pipes(const struct pq_request *r, struct pq_error *err)
{
	const struct pq_web_front *f = r->front;
	const struct pq_web_facts *facts = f->engines[0].facts;
	bool wants_one =
		r->params.words[PQ_WORD_of].len ||
		(r->route->command && !strcmp(r->route->command, "trend"));

	if (!wants_one || !facts || facts->takes != PQ_TAKES_ONE ||
	    pq_front_count_files(f) < 2 || pq_front_can_load_again(f))
		return true;
	return pq_fail(err, PQ_EUSAGE,
		       "the profiles were merged as they were read, and one "
		       "came from a pipe: as files they can be a series");
}

bool pq_question_ask(struct pq_request *r, struct pq_error *err)
{
	struct pq_front_engine *e = pq_engine_of(r);
	struct pq_job *job = pq_arena_alloc(&r->arena, sizeof(*job));

	if (!check_options(r, err))
		return false;
	/* Only the worker knows more of what it cannot answer. */
	if (!check_pipes(r, err) || !fill_job(r, job, err)) {
		pq_respond_error(r, PQ_ANSWER_VALUE, PQ_TEXT(""),
				 pq_text_of(err->msg));
		return false;
	}
	return join_or_ask(r, e, job);
}
