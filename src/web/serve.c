#include "web/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "format/perf/folder.h"
#include "host/browser.h"
#include "host/recent.h"
#include "host/sandbox.h"
#include "session/prefetch.h"
#include "web/front.h"
#include "web/token.h"

#include "base/banned.h"

enum {
	FAILED_MS = 3000, /* a failure is shown so long */
	ENDING_MS = 1000, /* answers under way are finished within it */
	SWEEP_MS = 500,	  /* who is too slow is looked for so often */
	HEAD_BYTES = 256 << 10,
	SILENCE_SECONDS = 60,
	MOST_RECENT = 20,
};

/* ---- what is asked for ---- */

static bool find_listen_address(struct pq_listen_address *a,
				const struct pq_options *o,
				struct pq_error *err)
{
	const char *text = o->http.len ? pq_unchecked_bytes(o->http.bytes)
				       : "localhost:0";

	/* This machine alone is let in without a word. */
	if (!pq_listen_address_parse(a, text, err))
		return false;
	if (pq_guard_is_loopback(a->host))
		return true;
	if (!o->http_public)
		return pq_fail(err, PQ_EUSAGE,
			       "-http: %s is not this machine alone; "
			       "-http_public lets others in, and ssh -L "
			       "reaches localhost from afar",
			       a->host);
	return o->http_token == PQ_TOKEN_AUTO ||
	       pq_fail(err, PQ_EUSAGE,
		       "-http_token=off: with -http_public the token is all "
		       "that guards the profile");
}

/* A folder of perf record --threads is as good as a file. */
static bool is_recording(const char *name)
{
	int folder, fd = pq_perf_folder_open(name, &folder);

	if (fd < 0)
		return false;
	close(fd);
	close(folder);
	return true;
}

/* A FIFO may be filled later; of files, it is known now. */
static bool check_input(const struct pq_source *s, struct pq_error *err)
{
	struct stat st;

	if (s->fd >= 0 || !strcmp(s->name, "-") || strstr(s->name, "://"))
		return true;
	if (stat(s->name, &st))
		return pq_fail(err, PQ_EIO, "%s: %s", s->name, strerror(errno));
	if (S_ISDIR(st.st_mode) && !is_recording(s->name))
		return pq_fail(err, PQ_EIO, "%s: is a directory", s->name);
	if (S_ISREG(st.st_mode) && access(s->name, R_OK))
		return pq_fail(err, PQ_EIO, "%s: %s", s->name, strerror(errno));
	return true;
}

static bool check_inputs(struct pq_inputs *in, struct pq_error *err)
{
	for (size_t i = 0; i < in->sources.n; i++)
		if (!check_input(&in->sources.at[i], err))
			return false;
	return !in->base.name || check_input(&in->base, err);
}

/* ---- start ---- */

/*
 * Only where somebody looks at a terminal.  Other users of the machine can see
 * a command line: the token in it is of one use.
 */
static void open_in_browser(struct pq_web_front *f)
{
	char address[PQ_LISTEN_HOST + 16], url[sizeof(address) + 64];

	if (f->options->no_browser || !isatty(STDOUT_FILENO))
		return;
	pq_listen_address_print(&f->listen.address, address, sizeof(address));
	if (f->guard.token[0])
		pq_token_make(f->guard.once, PQ_TOKEN_CHARS);
	snprintf(url, sizeof(url), "http://%s/%s%s", address,
		 f->guard.once[0] ? "?token=" : "", f->guard.once);
	if (!pq_browser_start(url))
		pq_log_say(f->log, "No browser was found; set BROWSER, or open "
				   "the address above.");
}

static bool remember_served(const char *path, struct pq_error *err)
{
	(void)err;
	pq_recent_remember(path);
	return true;
}

/* One profile from a file is the next one of this directory. */
static void prepare_memory(struct pq_web_front *f)
{
	const struct pq_inputs *in = f->inputs;
	struct pq_error ignored;

	pq_error_clear(&ignored);
	if (in->sources.n && in->takes == PQ_TAKES_ONE &&
	    in->sources.at[0].fd < 0 &&
	    !strstr(in->sources.at[0].name, "://") &&
	    !pq_recent_is_newest(in->sources.at[0].name))
		pq_child_prepare(&f->memory, remember_served,
				 in->sources.at[0].name, &ignored);
}

/* Children that are made first have none of the descriptors that come. */
static bool start_children(struct pq_web_front *f, struct pq_error *err)
{
	prepare_memory(f);
	return pq_nursery_begin(&f->nursery, f->inputs, f->options, err);
}

/* Sockets that are there, the folder of settings, and nothing else. */
static bool drop_front_rights(struct pq_web_front *f, struct pq_error *err)
{
	struct pq_sandbox s = { .talks = true,
				.serves = true,
				.off = !f->options->sandbox ||
				       !pq_sandbox_usable() };
	struct stat st;

	/* The folder is made now: no folder can be made afterwards. */
	pq_settings_make_folder(&f->settings);
	if (f->settings.folder.len) {
		s.keeps = pq_unchecked_bytes(pq_buf_cstr(&f->settings.folder));
		if (stat(s.keeps, &st) || !S_ISDIR(st.st_mode))
			s.keeps = NULL;
	}
	return pq_sandbox_enter(&s, err) && pq_sandbox_close(&s, err);
}

static void say_address(struct pq_web_front *f)
{
	char address[PQ_LISTEN_HOST + 16];

	pq_listen_address_print(&f->listen.address, address, sizeof(address));
	/* The token goes along once: a cookie has it afterwards. */
	if (f->guard.token[0])
		pq_log_say(f->log, "Serving web UI on http://%s/?token=%s",
			   address, f->guard.token);
	else
		pq_log_say(f->log, "Serving web UI on http://%s", address);
	if (f->options->http_public)
		pq_log_say(f->log,
			   "What is sent is not encrypted: anybody on the way "
			   "can read it. ssh -L 8080:localhost:PORT reaches a "
			   "server on localhost instead.");
}

/* The library decodes nothing: paths are compared as they came. */
static size_t leave_escapes(void *cls, struct MHD_Connection *connection,
			    char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

static bool start_daemon(struct pq_web_front *f, struct pq_error *err)
{
	for (size_t i = 0; i < PQ_FRONT_CONNECTIONS; i++)
		f->connections[i].fd = -1;
	/* Sockets are our own: the library has no thread and no port. */
	f->daemon = pq_mhd.start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
			MHD_ALLOW_SUSPEND_RESUME,
		0, NULL, NULL, pq_request_handle, f,
		MHD_OPTION_URI_LOG_CALLBACK, pq_request_begin, f,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, pq_request_end, f,
		MHD_OPTION_NOTIFY_CONNECTION, pq_connections_note, f,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)PQ_FRONT_CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_SECONDS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
		MHD_OPTION_END);
	return f->daemon ||
	       pq_fail(err, PQ_EIO, "-http: the server does not start");
}

/* A file without its folders, an address whole. */
static void put_shown_name(struct pq_buf *to, const char *name)
{
	struct pq_text text = pq_text_of(name);

	pq_buf_text(to, strstr(name, "://") ? text : pq_text_basename(text));
}

static void name_main_engine(struct pq_web_front *f)
{
	struct pq_front_engine *e = &f->engines[0];

	if (!f->inputs->sources.n)
		return;
	e->id = ++f->newest_id;
	put_shown_name(&e->name, f->inputs->sources.at[0].name);
	if (f->inputs->takes == PQ_TAKES_SIDES && f->inputs->sources.n == 2) {
		pq_buf_str(&e->name, " and ");
		put_shown_name(&e->name, f->inputs->sources.at[1].name);
	} else if (f->inputs->sources.n > 1)
		pq_buf_printf(&e->name, " and %zu more",
			      f->inputs->sources.n - 1);
}

static void take_signals(struct pq_web_front *f)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	/* Signals are read by the loop: no handler interrupts it. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	f->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The start page offers them. */
static void list_recent(struct pq_web_front *f)
{
	struct pq_front_recent *recent = &f->recent;

	if (f->inputs->sources.n)
		return;
	recent->paths = pq_alloc_zeroed(MOST_RECENT * sizeof(char *));
	recent->n = pq_recent_list(recent->paths, MOST_RECENT);
}

static bool start_front(struct pq_web_front *f, struct pq_error *err)
{
	if (f->options->http_token == PQ_TOKEN_AUTO)
		pq_token_find(f->guard.token);
	f->guard.most_upload = (uint64_t)f->options->http_upload;
	f->most_asked = pq_jobs(f->options);
	list_recent(f);
	pq_settings_init(&f->settings);
	name_main_engine(f);
	if (!start_daemon(f, err))
		return false;
	say_address(f);
	open_in_browser(f);
	/* The browser has the usual signals. */
	take_signals(f);
	if (!pq_front_is_empty(f) && !pq_engine_start(f, &f->engines[0]))
		return pq_fail(err, PQ_EIO, "cannot start a process");
	return drop_front_rights(f, err);
}

/* ---- the loop ---- */

/* The owner of a descriptor. */
struct watched {
	struct pq_front_engine *engine;
	struct pq_front_job *job;
};

enum { MOST_WATCHED = 2 + PQ_LISTEN_MOST + PQ_FRONT_ENGINES + PQ_FRONT_JOBS };

struct watching {
	struct pollfd at[MOST_WATCHED];
	struct watched of[MOST_WATCHED];
	nfds_t n, n_listening;
};

static void watch(struct watching *w, int fd, struct watched of)
{
	if (w->n == MOST_WATCHED)
		return;
	w->at[w->n] = (struct pollfd){ .fd = fd, .events = POLLIN };
	w->of[w->n++] = of;
}

static int daemon_fd(const struct pq_web_front *f)
{
	const union MHD_DaemonInfo *info =
		pq_mhd.get_daemon_info(f->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	return info ? info->epoll_fd : -1;
}

static void watch_all(struct pq_web_front *f, struct watching *w)
{
	const struct watched nothing = { NULL, NULL };

	w->n = 0;
	watch(w, f->signals, nothing);
	watch(w, daemon_fd(f), nothing);
	/* Newcomers. */
	w->n_listening = pq_connections_have_room(f) ? f->listen.n : 0;
	for (size_t i = 0; i < w->n_listening; i++)
		watch(w, f->listen.sockets[i], nothing);
	/* Engines, and the pipes of answers. */
	for (size_t i = 0; i < PQ_FRONT_ENGINES; i++)
		if (f->engines[i].id && f->engines[i].socket >= 0)
			watch(w, f->engines[i].socket,
			      (struct watched){ .engine = &f->engines[i] });
	for (struct pq_front_job *j = f->jobs; j; j = j->next)
		if (j->pipe >= 0)
			watch(w, j->pipe, (struct watched){ .job = j });
}

static int wait_ms(struct pq_web_front *f)
{
	int64_t least = pq_requests_wake_late(f, SWEEP_MS);
	MHD_UNSIGNED_LONG_LONG ms;

	if (pq_mhd.get_timeout(f->daemon, &ms) == MHD_YES &&
	    ms < (MHD_UNSIGNED_LONG_LONG)least)
		return (int)ms;
	return (int)least;
}

struct heard {
	struct pq_web_front *front;
	struct watched from;
};

static void hear(void *arg)
{
	struct heard *h = arg;

	if (h->from.engine)
		pq_engine_hear(h->front, h->from.engine);
	else if (h->from.job)
		pq_questions_hear(h->front, h->from.job);
}

static void dispatch(void *arg)
{
	pq_questions_dispatch(arg);
}

/* News that there was no memory for come again: nothing was taken out. */
static void guarded(void (*fn)(void *arg), void *arg)
{
	struct pq_error ignored;

	pq_error_clear(&ignored);
	pq_mem_guard(fn, arg, &ignored);
}

static void hear_all(struct pq_web_front *f, struct watching *w)
{
	if (w->at[0].revents)
		f->is_over = true;
	for (nfds_t i = 2; i < w->n; i++) {
		struct heard h = { f, w->of[i] };

		if (!w->at[i].revents)
			continue;
		if (i < 2 + w->n_listening)
			pq_connections_accept(f, w->at[i].fd);
		else
			guarded(hear, &h);
	}
	/* Answers that came go out, and what is asked then is passed on. */
	guarded(dispatch, f);
	pq_mhd.run(f->daemon);
	guarded(dispatch, f);
}

static void serve_once(struct pq_web_front *f, struct watching *w)
{
	watch_all(f, w);
	if (poll(w->at, w->n, wait_ms(f)) < 0 && errno != EINTR)
		f->is_over = true;
	hear_all(f, w);
	pq_connections_sweep(f);
}

static void serve(struct pq_web_front *f)
{
	struct watching w;

	while (!f->is_over) {
		serve_once(f, &w);
		if (f->failed_ms && pq_clock_ms() - f->failed_ms > FAILED_MS)
			return;
	}
}

/* ---- the end ---- */

static bool has_answers_under_way(const struct pq_web_front *f)
{
	for (size_t i = 0; i < PQ_FRONT_CONNECTIONS; i++)
		if (f->connections[i].fd >= 0 &&
		    f->connections[i].what != PQ_CONNECTION_IDLE)
			return true;
	return false;
}

static void finish_answers(struct pq_web_front *f)
{
	int64_t until = pq_clock_ms() + ENDING_MS;
	struct watching w;

	pq_listen_close(&f->listen);
	/* Its descriptor is closed only now: a second signal changes nothing. */
	while (has_answers_under_way(f) && pq_clock_ms() < until) {
		watch_all(f, &w);
		w.at[0].fd = -1;
		poll(w.at, w.n, 20);
		w.at[0].revents = 0;
		hear_all(f, &w);
	}
}

static void end_front(struct pq_web_front *f)
{
	/* Engines end first: nothing answers any more. */
	pq_child_cancel(&f->memory);
	pq_nursery_end(&f->nursery);
	for (struct pq_request *r = f->requests; r; r = r->next)
		pq_request_resume(r);
	/* The library wants no connection to be suspended at its end. */
	if (f->daemon)
		pq_mhd.stop_daemon(f->daemon);
	pq_listen_close(&f->listen);
	for (size_t i = 0; i < PQ_FRONT_ENGINES; i++) {
		pq_engine_drop(f, &f->engines[i]);
		pq_buf_release(&f->engines[i].name);
		pq_buf_release(&f->engines[i].facts_message);
		pq_buf_release(&f->engines[i].failure);
	}
	pq_questions_dispatch(f);
	pq_front_forget_bodies(f);
	for (size_t i = 0; i < PQ_BIRTH_BODIES; i++) {
		pq_buf_release(&f->bodies[i].name);
		pq_buf_release(&f->bodies[i].why);
	}
	for (size_t i = 0; i < f->recent.n; i++)
		pq_free(f->recent.paths[i]);
	pq_free(f->recent.paths);
	if (f->opened.is_upload && f->opened.fd >= 0)
		close(f->opened.fd);
	pq_buf_release(&f->opened.name);
	pq_cache_release(&f->cache);
	pq_settings_release(&f->settings);
	pq_buf_release(&f->scratch);
	if (f->signals > 0)
		close(f->signals);
}

bool pq_web_serve(struct pq_inputs *in, const struct pq_query *q,
		  struct pq_log *log, struct pq_error *err)
{
	struct pq_web_front *f = pq_alloc_zeroed(sizeof(*f));
	struct pq_listen_address address;
	bool ok;

	f->inputs = in;
	f->options = &q->options;
	f->log = log;
	for (size_t i = 0; i < PQ_FRONT_ENGINES; i++)
		f->engines[i].socket = f->engines[i].old = -1;
	f->opened.fd = -1;
	/* The nursery is forked before there is a socket or a thread. */
	ok = find_listen_address(&address, f->options, err) &&
	     check_inputs(in, err) && pq_mhd_load(err) &&
	     start_children(f, err) &&
	     pq_listen_open(&f->listen, &address, err);
	/* Requests must name the host that was asked for. */
	f->guard.host = address.host;
	if (ok && start_front(f, err)) {
		serve(f);
		ok = f->is_over;
		finish_answers(f);
	} else {
		ok = false;
	}
	end_front(f);
	pq_free(f);
	return ok;
}
