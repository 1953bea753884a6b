#include "cli/main.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gzip/gzip.h"
#include "gzip/inflate.h"
#include "base/mem.h"
#include "gzip/stream.h"
#include "session/prefetch.h"
#include "cli/help.h"
#include "session/load.h"
#include "host/message.h"
#include "base/child.h"
#include "session/answer.h"
#include "host/sandbox.h"
#include "cli/arguments.h"
#include "host/choose.h"
#include "session/inputs.h"
#include "host/recent.h"
#include "host/destination.h"
#include "host/terminal.h"
#include "profile/profile.h"

#include "base/banned.h"

enum { EXIT_FINE = 0, EXIT_NO = 1, EXIT_FAILED = 2 };

/* Below this a thread costs more than it gains. */
#define THREAD_FROM_BYTES ((uint64_t)1 << 20)

#define STDIN_NAME "standard input"

struct program {
	int argc;
	char **argv;
	pq_session_run *shell;
	struct pq_request request;
	struct pq_chosen selection;
	PQ_VEC(struct pq_source) sources;
	struct pq_destination target;
	struct pq_out out;
	struct pq_sandbox sandbox;
	char folder[PATH_MAX];	  /* of the output */
	struct pq_child memory; /* of the profile opened last */
	struct pq_buf names;	  /* of files_from */
	struct pq_log log;
	struct pq_error err;
	int status;
	bool says_no; /* a verdict was asked for, and it is no */
	/*
	 * What errors are about, once it is known; a copy, because running out
	 * of memory frees everything else.
	 */
	char subject[4096];
};

/*
 * A descriptor 0, 1 or 2 that is closed would be given to the first file that
 * is opened.  The one put there for output cannot be written to, so that the
 * loss is noticed.
 */
static void fill_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", O_RDONLY);
}

/* ---- sources ---- */

static void add_source(struct program *m, const char *name)
{
	struct pq_source *s = pq_vec_push(&m->sources);

	memset(s, 0, sizeof(*s));
	s->name = name;
	s->fd = -1;
	if (!strcmp(name, "-")) {
		s->name = STDIN_NAME;
		s->fd = STDIN_FILENO;
	}
}

static void say_selected(struct program *m)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "Using ");
	pq_buf_str(&b, m->selection.path);
	pq_buf_str(&b, " (");
	pq_buf_str(&b, m->selection.why);
	pq_buf_char(&b, ')');
	pq_log_text(&m->log, pq_buf_view(&b));
	pq_buf_release(&b);
}

static bool select_source(struct program *m)
{
	struct pq_source *s;

	if (!pq_choose_profile(&m->selection, &m->err))
		return false;
	if (m->selection.path) {
		add_source(m, m->selection.path);
		say_selected(m);
		return true;
	}
	add_source(m, "-");
	s = &m->sources.at[0];
	s->head = m->selection.head;
	s->head_bytes = m->selection.head_len;
	return true;
}

/* The whole of a file of names, which may be a pipe. */
static bool read_names(struct program *m, const char *path)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0) {
		pq_buf_reserve(&m->names, 1 << 16);
		n = read(fd,
			 pq_unchecked_writable(m->names.data) + m->names.len,
			 1 << 16);
		if (n > 0)
			m->names.len += (size_t)n;
	}
	if (n < 0)
		pq_fail(&m->err, PQ_EIO, "%s: cannot read: %s",
			standard ? STDIN_NAME : path, strerror(errno));
	if (fd > STDIN_FILENO)
		close(fd);
	return m->err.code == PQ_OK;
}

static bool add_listed_sources(struct program *m)
{
	const struct pq_options *o = &m->request.options;
	size_t at = 0;

	if (!o->files_from.len)
		return true;
	if (!read_names(m, pq_unchecked_bytes(o->files_from.bytes)))
		return false;
	pq_buf_char(&m->names, '\0');
	while (at + 1 < m->names.len) {
		char *name = pq_unchecked_writable(m->names.data) + at;
		size_t n = strcspn(name, o->null ? "" : "\n");

		name[n] = '\0';
		at += n + 1;
		if (n)
			add_source(m, name);
	}
	if (!m->sources.n)
		return pq_fail(&m->err, PQ_EUSAGE,
			       "-files_from: there is no name in %s",
			       o->files_from.bytes);
	return true;
}

static bool find_sources(struct program *m)
{
	const struct pq_request *r = &m->request;
	size_t n;

	for (size_t i = 0; i < r->n_sources; i++) {
		if (!*r->sources[i])
			return pq_fail(&m->err, PQ_EUSAGE,
				       "an argument is empty where the name "
				       "of a file is expected");
		add_source(m, r->sources[i]);
	}
	if (!add_listed_sources(m))
		return false;
	if (!m->sources.n && !select_source(m))
		return false;
	n = strlen(m->sources.at[0].name);
	if (n >= sizeof(m->subject))
		n = sizeof(m->subject) - 1;
	memcpy(m->subject, m->sources.at[0].name, n);
	return true;
}

/* ---- the report ---- */

static bool begin_output(struct program *m)
{
	const struct pq_request *r = &m->request;

	/* a run without a command is a session and not here */
	/* NOLINTNEXTLINE(clang-analyzer-core.*) */
	if (!pq_destination_begin(&m->target, r->command->report,
				  PQ_DESTINATION_ON_COMMAND_LINE,
				  r->options.output, &m->log, &m->err))
		return false;
	pq_out_open_fd(&m->out, m->target.fd);
	if (m->target.kind == PQ_DESTINATION_STDOUT &&
	    r->options.format == PQ_FORMAT_TEXT) {
		m->out.color = pq_terminal_color(&r->options, m->out.fd);
		pq_pager_offer(&m->out);
	}
	return true;
}

static bool end_output(struct program *m, bool ok)
{
	if (!ok)
		pq_buf_clear(&m->out.buf);
	ok = pq_out_close(&m->out, m->target.name, &m->err) && ok;
	pq_pager_finish();
	return pq_destination_end(&m->target, ok, &m->err);
}

static bool print_report(struct program *m, struct pq_job *job)
{
	job->out = &m->out;
	return pq_sandbox_close(&m->sandbox, &m->err) &&
	       pq_run_report(job, &m->err);
}

/* ---- rights ---- */

static bool remember(const char *path, struct pq_error *err)
{
	(void)err;
	pq_recent_remember(path);
	return true;
}

static bool keeps_rights(const struct program *m)
{
	return !m->request.options.sandbox || !pq_sandbox_usable();
}

/* From here on only what sandbox.h says. */
static bool drop_rights(struct program *m)
{
	const struct pq_report *report = m->request.command->report;

	m->sandbox = (struct pq_sandbox){
		.folder = pq_destination_folder(&m->target, m->folder,
						sizeof(m->folder)),
		.reads_files = report->rights.reads_files,
		.forks = report->rights.forks,
		.off = keeps_rights(m),
	};
	tzset(); /* the file that it reads is still there */
	return pq_sandbox_enter(&m->sandbox, &m->err);
}

/* ---- what -sample_index= completes to ---- */

static void offer_sample_types(const char *path,
			       void (*each)(void *ctx, struct pq_text name),
			       void *ctx)
{
	struct pq_source source = { path, -1, NULL, 0 };
	struct pq_options o;
	struct pq_error ignored;
	struct pq_profile *p;

	pq_error_clear(&ignored);
	pq_options_init(&o);
	p = pq_load_one(&o, &source, &ignored);
	for (size_t i = 0; p && i < p->sample_types.n; i++)
		each(ctx, pq_string(p, p->sample_types.at[i].type));
	pq_profile_free(p);
}

static bool run_tool(struct program *m)
{
	struct pq_tool_env env = { .sample_types = offer_sample_types };
	struct pq_out out;
	bool ok;

	pq_out_open_fd(&out, STDOUT_FILENO);
	env.out = &out;
	ok = m->request.command->tool->run(&m->request, &env, &m->err);
	return pq_out_close(&out, "standard output", &m->err) && ok;
}

/* Help and version, asked for by option; true when that was all. */
static bool answered(struct program *m)
{
	struct pq_out out;
	bool done;

	pq_out_open_fd(&out, STDOUT_FILENO);
	done = pq_help_answer(&m->request, &out);
	if (!pq_out_close(&out, "standard output", &m->err))
		done = false;
	return done;
}

static bool run_session(struct program *m, const struct pq_profile *p)
{
	struct pq_session session = { p, &m->request.options, &m->log };

	return m->shell(&session, &m->err);
}

/* A merged file is kept, so that what it lacks must not go unnoticed. */
static bool is_strict(const struct pq_request *r)
{
	return r->command == &pq_command_table[PQ_COMMAND_merge] &&
	       !r->options.keep_going;
}

static struct pq_job job_of(struct program *m, struct pq_profile *p)
{
	struct pq_request *r = &m->request;

	return (struct pq_job){ .p = p,
				.command = r->command,
				.o = &r->options,
				.argument = r->argument,
				.log = &m->log };
}

/* Two profiles, or two groups of them, side by side. */
static bool run_comparison(struct program *m)
{
	struct pq_request *r = &m->request;
	struct pq_sides sides;
	struct pq_job job;
	bool ok;

	if (!pq_sides_find(&sides, r, &m->err))
		return false;
	if (!begin_output(m)) {
		pq_sides_release(&sides);
		return false;
	}
	pq_progress_begin(sides.joined.files[0].name);
	ok = drop_rights(m) &&
	     pq_sides_load(&sides, &r->options, &m->log, &m->err);
	pq_progress_end();
	if (ok) {
		job = job_of(m, sides.joined.p);
		job.joined = &sides.joined;
		ok = print_report(m, &job);
		m->says_no = r->options.exit_code && job.says_no;
	}
	pq_sides_release(&sides);
	return end_output(m, ok);
}

static struct pq_profile *load(struct program *m, struct pq_read_sums *early)
{
	struct pq_profile *p;

	pq_progress_begin(m->sources.at[0].name);
	p = pq_load(&m->request.options, m->sources.at, m->sources.n,
		    is_strict(&m->request),
		    early ? pq_read_sums_observer(early) : NULL, &m->log,
		    &m->err);
	pq_progress_end();
	return p;
}

static bool load_and_run_session(struct program *m)
{
	struct pq_profile *p = load(m, NULL);
	bool ok;

	if (!p)
		return false;
	if (m->sources.at[0].fd < 0)
		pq_recent_remember(m->sources.at[0].name);
	ok = run_session(m, p);
	pq_profile_free(p);
	return ok;
}

static bool load_and_print(struct program *m)
{
	struct pq_read_sums *early =
		pq_read_sums_for(m->request.command, &m->request.options);
	struct pq_profile *p = load(m, early);
	struct pq_error ignored;
	struct pq_job job;
	bool ok;

	if (!p) {
		pq_read_sums_free(early);
		return false;
	}
	pq_error_clear(&ignored);
	if (m->memory.pid)
		pq_child_run(&m->memory, &ignored);
	else if (m->sources.at[0].fd < 0 && keeps_rights(m))
		pq_recent_remember(m->sources.at[0].name);
	job = job_of(m, p);
	job.early = early;
	ok = print_report(m, &job);
	pq_profile_free(p);
	pq_read_sums_free(early);
	return ok;
}

static bool run_single(struct program *m)
{
	struct pq_error ignored;
	bool ok;

	if (!m->request.command)
		return load_and_run_session(m);
	if (!begin_output(m))
		return false;
	pq_error_clear(&ignored);
	/* a process of its own for what is known already would be dear */
	if (m->sources.at[0].fd < 0 && !keeps_rights(m) &&
	    !pq_recent_is_newest(m->sources.at[0].name))
		pq_child_prepare(&m->memory, remember, m->sources.at[0].name,
				 &ignored);
	ok = drop_rights(m) && load_and_print(m);
	pq_child_cancel(&m->memory);
	return end_output(m, ok);
}

static bool run_command(struct program *m)
{
	struct pq_request *r = &m->request;

	if (!pq_arguments_check(&m->request, &m->log, &m->err) ||
	    !pq_inflate_use(r->options.inflate, &m->err))
		return false;
	/* data without a report asked for: the main one */
	if (!r->command && r->options.format != PQ_FORMAT_TEXT)
		r->command = pq_command_find(PQ_TEXT("top"));
	if (!r->command && !r->n_sources)
		return pq_fail(
			&m->err, PQ_EUSAGE,
			"no report was asked for; \"profq help\" lists "
			"them, and \"profq top FILE\" is where to begin");
	if (pq_request_compares(r))
		return run_comparison(m);
	if (!find_sources(m))
		return false;
	if (pq_jobs(&r->options) > 1)
		pq_stream_thread_from(THREAD_FROM_BYTES);
	/* a limit of memory is for one thread, as in session/prefetch.h */
	pq_gzip_jobs(r->options.max_memory < 0 ? pq_jobs(&r->options) : 1);
	return run_single(m);
}

static void run(void *arg)
{
	struct program *m = arg;
	bool ok = pq_arguments_scan(&m->request, m->argc, m->argv, &m->err);

	pq_message_color(pq_terminal_color(&m->request.options, STDERR_FILENO));
	if (ok && !answered(m) && m->err.code == PQ_OK)
		ok = m->request.command && m->request.command->tool
			     ? run_tool(m)
			     : run_command(m);
	m->status = !ok || m->err.code != PQ_OK ? EXIT_FAILED
		    : m->says_no		? EXIT_NO
						: EXIT_FINE;
	pq_vec_release(&m->sources);
	pq_buf_release(&m->names);
	pq_chosen_release(&m->selection);
	pq_request_release(&m->request);
}

int pq_cli_main(int argc, char **argv, pq_session_run *shell)
{
	struct program m;
	const char *subject = NULL;

	memset(&m, 0, sizeof(m));
	m.argc = argc;
	m.argv = argv;
	m.shell = shell;
	m.status = EXIT_FAILED;
	pq_message_log(&m.log);
	fill_standard_descriptors();
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of write */
	if (!pq_mem_guard(run, &m, &m.err))
		m.status = EXIT_FAILED;
	/* those of files name them, those of options are about no file */
	if (m.subject[0] && m.err.code != PQ_EIO && m.err.code != PQ_EUSAGE)
		subject = m.subject;
	if (m.err.code != PQ_OK)
		pq_message_error(subject, &m.err);
	return m.status;
}
