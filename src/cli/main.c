#include "cli/main.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/notes.h"
#include "cli/export.h"
#include "cli/named_inputs.h"
#include "cli/output_name.h"
#include "cli/series.h"
#include "command/help.h"
#include "gzip/io_options.h"
#include "host/message.h"
#include "base/child.h"
#include "host/sandbox.h"
#include "host/screen.h"
#include "host/process.h"
#include "host/recent.h"
#include "host/destination.h"
#include "host/terminal.h"
#include "session/export_profiles.h"
#include "session/fetched.h"
#include "session/load.h"
#include "session/source.h"

#include "base/banned.h"

/* Below EXIT_FAILED are the verdicts of reports, above it they say: not known. */
enum { EXIT_FINE = 0, EXIT_FAILED = 2, EXIT_INTERRUPTED = 130 };

struct program {
	int argc;
	char **argv;
	const struct pq_fronts *fronts;
	struct pq_arguments arguments;
	struct pq_named_inputs sources;
	struct pq_destination target;
	struct pq_out out;
	struct pq_sandbox sandbox;
	char folder[PATH_MAX];	/* the output is in it */
	struct pq_child memory; /* notes the profile that was opened */
	struct pq_log log;
	struct pq_log names_log; /* keeps its lines until there is an answer */
	struct pq_notes names;
	struct pq_notes asides; /* stand before the report's text */
	struct pq_notes advice; /* stands behind it */
	struct pq_arena notes;	/* of all three */
	struct pq_error err;
	int status;
	int verdict;	   /* the exit status that the report asks for */
	size_t n_left_out; /* inputs that could not be read */
	/*
	 * The name that errors are about, once it is known; a copy, because
	 * running out of memory frees everything else.
	 */
	char subject[4096];
};

/* ---- who is told while profiles are read ---- */

static void tell_progress_file(void *ctx, const char *name, size_t i, size_t n)
{
	(void)ctx;
	pq_progress_file(name, i, n);
}

static void tell_progress_bytes(void *ctx, uint64_t read_bytes)
{
	(void)ctx;
	pq_progress_bytes(read_bytes);
}

/* A word that a user of commands would take for an option: -o, or -cum. */
static bool is_option_word(const char *word)
{
	const char *name = word + 1 + (word[0] && word[1] == '-');

	return *word == '-' && word[1] &&
	       pq_option_find((struct pq_text){ name, strcspn(name, "=") });
}

static void tell_refused(void *ctx, const char *name,
			 const struct pq_error *err)
{
	struct program *m = ctx;
	struct pq_error longer;

	m->n_left_out++;
	/* Only the reference's spelling takes options for files. */
	if (m->arguments.is_named || !is_option_word(name)) {
		pq_message_error(name, err);
		return;
	}
	pq_error_clear(&longer);
	pq_fail(&longer, err->code,
		"%s (what follows the first file is a file; options come "
		"before it, or anywhere behind a command without a dash)",
		err->msg);
	pq_message_error(name, &longer);
}

/*
 * A report over less than was asked for is no success, unless -keep_going or
 * the reference's spelling, which is its status, too, says so.
 */
static void tell_left_out(struct program *m)
{
	const struct pq_options *o = &m->arguments.query.options;

	if (!m->n_left_out || !m->arguments.is_named || m->err.code != PQ_OK ||
	    o->given[PQ_OPTION_keep_going])
		return;
	pq_fail(&m->err, PQ_EUSAGE,
		"%zu of the files that were named %s left out; -keep_going "
		"takes that for a success",
		m->n_left_out, m->n_left_out == 1 ? "is" : "are");
}

static void show_waiting(void *ctx, int64_t seconds, int64_t of)
{
	(void)ctx;
	pq_progress_waiting(seconds, of);
}

static void keep_names_note(void *ctx, struct pq_text message)
{
	struct program *m = ctx;

	pq_notes_add(&m->names, message);
}

/* Lines about missing names come with an answer: an error stands alone. */
static void tell_names_notes(struct program *m)
{
	for (size_t i = 0; i < m->names.n; i++)
		pq_log_text(&m->log, m->names.lines[i]);
	m->names.n = 0;
}

/*
 * Text on standard output gets them there, before the report or in its place,
 * as from the reference; data and files hold nothing but the report.
 */
static void keep_aside_note(void *ctx, struct pq_text message)
{
	struct program *m = ctx;

	if (m->target.kind == PQ_DESTINATION_STDOUT &&
	    m->arguments.query.options.format == PQ_FORMAT_TEXT)
		pq_notes_add(&m->asides, message);
	else
		pq_log_text(&m->log, message);
}

static struct pq_watch watch_of(struct program *m)
{
	return (struct pq_watch){ .log = &m->log,
				  .names = &m->names_log,
				  .progress = tell_progress_file,
				  .bytes = tell_progress_bytes,
				  .refused = tell_refused,
				  .waiting = show_waiting,
				  .ctx = m };
}

/* ---- the report ---- */

static bool begin_output(struct program *m)
{
	const struct pq_query *q = &m->arguments.query;

	/* a run without a command is a session and not here */
	/* NOLINTNEXTLINE(clang-analyzer-core.*) */
	if (!pq_destination_begin(&m->target,
				  q->options.format == PQ_FORMAT_TEXT
					  ? q->command->report
					  : NULL,
				  PQ_DESTINATION_ON_COMMAND_LINE,
				  q->options.output, &m->log, &m->err))
		return false;
	pq_out_open_fd(&m->out, m->target.fd);
	/* Colors and pages are for a person; a program gets plain bytes. */
	if (m->target.kind == PQ_DESTINATION_STDOUT &&
	    q->options.format == PQ_FORMAT_TEXT) {
		m->out.color = pq_terminal_color(&q->options, m->out.fd);
		pq_screen_offer(&m->out, q->command->report->names_last);
		pq_pager_offer(&m->out);
	}
	return true;
}

static bool end_output(struct program *m, bool ok)
{
	/* A failed report prints nothing of what is still in the buffer. */
	if (!ok) {
		pq_buf_clear(&m->out.buf);
		pq_notes_print(&m->asides, "", &m->out);
	}
	ok = pq_out_close(&m->out, m->target.name, &m->err) && ok;
	/* The pager is waited for: a prompt would be drawn over its page. */
	pq_pager_finish();
	return pq_destination_end(&m->target, ok, &m->err);
}

/* Where a person reads both the report and the lines behind it. */
static bool is_advised(const struct program *m)
{
	const struct pq_options *o = &m->arguments.query.options;

	return o->format == PQ_FORMAT_TEXT &&
	       m->target.kind == PQ_DESTINATION_STDOUT &&
	       pq_terminal_advises(o);
}

static bool print_answer(struct program *m, struct pq_session *s)
{
	const struct pq_query *q = &m->arguments.query;
	struct pq_answer a;
	bool ok;

	if (!pq_session_answer(s, q, &a, &m->err))
		return false;
	tell_names_notes(m);
	pq_notes_print(&m->asides, "", &m->out);
	ok = pq_answer_write(&a, q->options.format, &m->out, &m->err);
	m->verdict = pq_answer_status(&a);
	if (ok && is_advised(m))
		pq_answer_advise(&a, &m->advice);
	pq_answer_release(&a);
	return ok;
}

/* ---- rights ---- */

static bool remember_profile(const char *path, struct pq_error *err)
{
	(void)err;
	pq_recent_remember(path);
	return true;
}

static bool keeps_rights(const struct program *m)
{
	return !m->arguments.query.options.sandbox || !pq_sandbox_usable();
}

/* From here on the process has only the rights that sandbox.h names. */
static bool drop_rights(struct program *m)
{
	const struct pq_report *report = m->arguments.query.command->report;

	m->sandbox = (struct pq_sandbox){
		.folder = pq_destination_folder(&m->target, m->folder,
						sizeof(m->folder)),
		.reads_files = report->rights.reads_files,
		.forks = report->rights.forks,
		.asks_readers = true,
		.off = keeps_rights(m),
	};
	/* The files that these read once are still there. */
	tzset();
	(void)pq_jobs(&m->arguments.query.options);
	return pq_sandbox_enter(&m->sandbox, &m->err);
}

/* ---- names in a profile, for completion ---- */

/* Somebody waits at a prompt: after this the signal ends the program. */
#define MOST_SECONDS_AT_PROMPT 3
#define MOST_BYTES_AT_PROMPT (512 << 20)

/* NULL when there is no such profile, which is nobody's mistake here. */
static struct pq_profile *load_at_prompt(const char *path)
{
	struct pq_source source = { .name = path, .fd = -1 };
	struct pq_options o;
	struct pq_error ignored;

	pq_error_clear(&ignored);
	pq_options_init(&o);
	o.max_memory = MOST_BYTES_AT_PROMPT;
	alarm(MOST_SECONDS_AT_PROMPT);
	return pq_load_one(&o, &source, &ignored);
}

static void offer_sample_types(const char *path,
			       void (*each)(void *ctx, struct pq_text name),
			       void *ctx)
{
	struct pq_profile *p = load_at_prompt(path);

	for (size_t i = 0; p && i < p->sample_types.n; i++)
		each(ctx, pq_string(p, p->sample_types.at[i].type));
	pq_profile_free(p);
}

static void offer_functions_of(const char *path,
			       void (*each)(void *ctx, struct pq_text name),
			       void *ctx)
{
	struct pq_profile *p = load_at_prompt(path);

	for (size_t i = 0; p && i < p->functions.n; i++)
		each(ctx, pq_string(p, p->functions.at[i].name));
	pq_profile_free(p);
}

static bool run_tool(struct program *m)
{
	const struct pq_arguments *a = &m->arguments;
	struct pq_tool_env env = { .sample_types = offer_sample_types,
				   .functions = offer_functions_of };
	struct pq_out out;
	bool ok;

	pq_out_open_fd(&out, STDOUT_FILENO);
	env.out = &out;
	ok = a->query.command->tool->run(a->sources, a->n_sources, &env,
					 &m->err);
	return pq_out_close(&out, "standard output", &m->err) && ok;
}

/* Help and version, asked for by option; true when that was all. */
static bool is_answered_by_help(struct program *m)
{
	struct pq_out out;
	bool done;

	pq_out_open_fd(&out, STDOUT_FILENO);
	/* An answer that could not be written is a failure. */
	done = pq_help_answer(&m->arguments.query, &out);
	if (!pq_out_close(&out, "standard output", &m->err))
		done = false;
	return done;
}

/* ---- the session ---- */

/* The file whose name is to be remembered; NULL: there is none. */
static const char *remembered_name(const struct program *m)
{
	const struct pq_inputs *in = &m->sources.inputs;

	/* A pair has no single name, and a pipe or a URL is no file. */
	if (in->takes == PQ_TAKES_SIDES || in->sources.at[0].fd >= 0 ||
	    in->sources.at[0].address)
		return NULL;
	return in->sources.at[0].name;
}

/* Fetches what is not a file, while there are rights. */
static bool fetch_inputs(struct program *m)
{
	struct pq_watch watch = watch_of(m);
	bool ok = pq_inputs_fetch(&m->sources.inputs,
				  &m->arguments.query.options, &watch, &m->err);

	pq_progress_end();
	return ok;
}

static bool open_session(struct program *m, struct pq_session *s,
			 const struct pq_query *only)
{
	struct pq_watch watch = watch_of(m);
	bool ok;

	pq_progress_begin(m->sources.inputs.sources.at[0].name);
	ok = pq_session_open(s, &m->sources.inputs, &m->arguments.query.options,
			     only, &watch, &m->err);
	pq_progress_end();
	return ok;
}

/* A front end that goes on asking keeps its rights: it does what is typed. */
static bool run_shell(struct program *m)
{
	struct pq_session session;
	const char *name = remembered_name(m);
	bool ok;

	if (!fetch_inputs(m) || !open_session(m, &session, NULL))
		return false;
	tell_names_notes(m);
	/* A profile that could not be read is not remembered. */
	if (name)
		pq_recent_remember(name);
	ok = m->fronts->shell(&session, &m->err);
	pq_session_close(&session);
	return ok;
}

static bool open_and_print(struct program *m)
{
	struct pq_session session;
	struct pq_error ignored;
	const char *name = remembered_name(m);
	bool ok;

	/* The next file of a comparison or a series takes as much again. */
	if (m->sources.inputs.takes != PQ_TAKES_ONE &&
	    m->sources.inputs.sources.n > 1)
		pq_mem_keep_freed();
	if (!open_session(m, &session, &m->arguments.query))
		return false;
	/* Without rights a child writes the name; its failure is no error. */
	pq_error_clear(&ignored);
	if (m->memory.pid)
		pq_child_run(&m->memory, &ignored);
	else if (name && keeps_rights(m))
		pq_recent_remember(name);
	/* Inputs are read: only files of the report's own open from here on. */
	ok = pq_sandbox_close(&m->sandbox, &m->err) &&
	     print_answer(m, &session);
	pq_session_close(&session);
	return ok;
}

static bool run_report(struct program *m)
{
	const char *name = remembered_name(m);
	struct pq_error ignored;
	bool ok;

	if (!begin_output(m))
		return false;
	m->log.aside = keep_aside_note;
	m->log.ctx = m;
	/* A process of its own would be dear for a name known already. */
	pq_error_clear(&ignored);
	if (name && !keeps_rights(m) && !pq_recent_is_newest(name))
		pq_child_prepare(&m->memory, remember_profile, name, &ignored);
	/* Rights are dropped before the first byte of a profile is read. */
	ok = fetch_inputs(m) && drop_rights(m) && open_and_print(m);
	/* A child that was not needed, or not reached, ends idle. */
	pq_child_cancel(&m->memory);
	ok = end_output(m, ok);
	/* Behind the report, where a prompt follows: above it they scroll. */
	pq_notes_tell(&m->advice, &m->log);
	return ok;
}

/* ---- a series ---- */

struct series_run {
	struct program *m;
	const char *output;
	bool ok;
};

static void run_series_report(void *arg)
{
	struct series_run *x = arg;
	struct pq_options *o = &x->m->arguments.query.options;

	o->output = pq_text_of(x->output);
	x->ok = run_report(x->m);
}

/* In a process of its own: notes of each fetch would be many lines. */
static int fetch_for_series(void *ctx, const char *output)
{
	struct series_run x = { ctx, output, false };
	struct program *m = ctx;

	memset(&m->log, 0, sizeof(m->log));
	if (pq_mem_guard(run_series_report, &x, &m->err) && x.ok)
		return EXIT_FINE;
	/* The error is told here: a child passes on nothing but its status. */
	if (m->err.code != PQ_OK)
		pq_message_error(NULL, &m->err);
	return EXIT_FAILED;
}

/* ---- the server ---- */

/*
 * By -http, or as the command on a terminal; the flag -web is the reference's
 * picture.  Where nobody would read the address of a page, as in a script, the
 * command is that, too, unless -no_browser says that a server is meant.
 */
static bool is_served(struct program *m)
{
	const struct pq_arguments *a = &m->arguments;
	struct pq_query *q = &m->arguments.query;

	/* The flag -diff is a report where no command is named: here, a way. */
	if (q->options.http.len && q->n_reports == 1 &&
	    a->flagged[PQ_COMMAND_diff]) {
		q->options.diff = true;
		q->command = NULL;
	}
	if (q->options.http.len && !q->command)
		return true;
	if (!q->options.http.len && !q->options.no_browser &&
	    !isatty(STDOUT_FILENO) && !isatty(STDERR_FILENO))
		return false;
	/* Data, or a file, are the picture's, as they always were. */
	return q->command == &pq_command_table[PQ_COMMAND_web] &&
	       !a->flagged[PQ_COMMAND_web] &&
	       q->options.format == PQ_FORMAT_TEXT && !q->options.json &&
	       !q->options.output.len;
}

/*
 * No report was asked for, and any may be.  The flame graph is the first, and
 * what it takes are the inputs: one profile, or with -diff two sides.
 */
static void ask_for_server(struct pq_query *q)
{
	q->command = &pq_command_table[PQ_COMMAND_flame];
	q->n_reports = 0;
	if (!q->options.http.len)
		q->options.http = PQ_TEXT("localhost:0");
}

static bool run_server(struct program *m)
{
	if (!m->fronts->serve)
		return pq_fail(&m->err, PQ_EUSAGE,
			       "-http: this profq was built without "
			       "libmicrohttpd, which serves pages");
	/* The engine says what is wrong with a profile, and this is no file. */
	m->subject[0] = '\0';
	return m->fronts->serve(&m->sources.inputs, &m->arguments.query,
				&m->log, &m->err);
}

/* ---- export ---- */

/* What is printed was put together by encoders (export/sql.h). */
static bool print_export_text(struct program *m)
{
	struct pq_buf text = { 0 };
	struct pq_out out;
	bool ok;

	pq_out_open_fd(&out, STDOUT_FILENO);
	ok = pq_cli_export_text(&m->arguments, &text, &m->err);
	if (ok)
		pq_out_raw(&out, pq_unchecked_bytes(text.data), text.len);
	pq_buf_release(&text);
	return pq_out_close(&out, "standard output", &m->err) && ok;
}

static bool export_to_tables(struct program *m, struct pq_tables *tables)
{
	struct pq_watch watch = watch_of(m);
	bool ok;

	m->sandbox = (struct pq_sandbox){
		.folder = tables->options.folder,
		.reads_files = true,
		.asks_readers = true,
		.off = keeps_rights(m),
	};
	/* Fetching comes first: the sandbox takes the network away. */
	ok = fetch_inputs(m) && pq_sandbox_enter(&m->sandbox, &m->err);
	if (ok) {
		pq_progress_begin(m->sources.inputs.sources.at[0].name);
		ok = pq_export_profiles(&m->arguments.query.options,
					&m->sources.inputs, tables, &watch,
					&m->err);
		pq_progress_end();
	}
	tell_names_notes(m);
	/* Half of an export is removed here, with all that was made for it. */
	return pq_tables_end(tables, ok, &m->err);
}

static bool run_export(struct program *m)
{
	const struct pq_options *o = &m->arguments.query.options;
	struct pq_io_options io = pq_io_options_of(o);
	struct pq_identity identity;
	struct pq_tables_options to = {
		.folder = pq_unchecked_bytes(o->output.bytes),
		.gzip = o->compress == PQ_COMPRESS_GZIP,
		.replace = o->force,
		.identity = &identity,
		.io = &io,
	};
	struct pq_tables tables;
	bool ok;

	io.level = 1; /* tables are many times what they become */
	/* SQL text reads no profile: it needs neither folder nor rights. */
	if (pq_cli_export_is_text(o))
		return print_export_text(m);
	ok = pq_cli_export_check(&m->arguments.query, &identity, &m->err) &&
	     pq_named_inputs_find(&m->sources, &m->arguments, &m->log,
				  &m->err) &&
	     pq_tables_begin(&tables, &to, &m->err) &&
	     export_to_tables(m, &tables);
	/* The identity was made before any refusal (pq_cli_export_check). */
	pq_identity_release(&identity);
	return ok;
}

/* ---- the program ---- */

/* Errors of several sides name their file; one profile is their subject. */
static void set_subject_name(struct program *m)
{
	const struct pq_inputs *in = &m->sources.inputs;
	size_t n;

	if (in->takes == PQ_TAKES_SIDES || !in->sources.n)
		return;
	/* A name too long for the room is cut: it is for messages only. */
	n = strlen(in->sources.at[0].name);
	if (n >= sizeof(m->subject))
		n = sizeof(m->subject) - 1;
	memcpy(m->subject, in->sources.at[0].name, n);
}

static bool run_command(struct program *m)
{
	struct pq_arguments *a = &m->arguments;
	struct pq_query *q = &a->query;
	bool served = is_served(m);

	if (served)
		ask_for_server(q);
	/* Pages have no output file; the reference has no such rule. */
	if (a->is_named && !served && !pq_output_name_settle(q, &m->err))
		return false;
	/* All rules between options come before any input is looked for. */
	if (!pq_query_check(q, &m->log, &m->err) ||
	    !pq_inflate_check(q->options.inflate, &m->err))
		return false;
	if (q->command && q->command->batch)
		return run_export(m);
	/* Data without a report asked for: the main one. */
	if (!q->command && !a->asks_on && q->options.format != PQ_FORMAT_TEXT)
		q->command = pq_command_find(PQ_TEXT("top"));
	/* `profq FILE' opens a session; without a file nothing is asked. */
	if (!served && !q->command && !a->asks_on && !a->n_sources)
		return pq_fail(
			&m->err, PQ_EUSAGE,
			"no report was asked for; \"profq help\" lists "
			"them, and \"profq top FILE\" is where to begin");
	/* A page may begin without a profile: one is opened in it later. */
	if (!(served ? pq_named_inputs_find_any
		     : pq_named_inputs_find)(&m->sources, a, &m->log, &m->err))
		return false;
	/* Errors from here on are about a profile, and name it. */
	set_subject_name(m);
	if (pq_series_is_asked(&q->options) &&
	    q->command != &pq_command_table[PQ_COMMAND_fetch])
		return pq_fail(&m->err, PQ_EUSAGE,
			       "-every and -count are for fetch");
	if (pq_series_is_asked(&q->options))
		return pq_series_run(&q->options, fetch_for_series, m, &m->log,
				     &m->err);
	if (served)
		return run_server(m);
	return q->command ? run_report(m) : run_shell(m);
}

static void run_program(void *arg)
{
	struct program *m = arg;
	struct pq_query *q = &m->arguments.query;
	bool ok = pq_arguments_scan(&m->arguments, m->argc, m->argv, &m->err);

	/* All is made before the first error is looked at: all is released. */
	pq_named_inputs_init(&m->sources);
	pq_arena_init(&m->notes);
	pq_notes_init(&m->names, &m->notes);
	pq_notes_init(&m->asides, &m->notes);
	pq_notes_init(&m->advice, &m->notes);
	m->names_log.line = keep_names_note;
	m->names_log.ctx = m;
	/* Colors are an option: they are known only after the scan. */
	pq_message_color(pq_terminal_color(&q->options, STDERR_FILENO));
	if (ok && !is_answered_by_help(m) && m->err.code == PQ_OK)
		ok = q->command && q->command->tool ? run_tool(m)
						    : run_command(m);
	if (ok)
		tell_left_out(m);
	/* Ctrl-C ends as shells have it: 128 and the signal's number. */
	m->status = m->err.code == PQ_EINTERRUPTED ? EXIT_INTERRUPTED
		    : !ok || m->err.code != PQ_OK  ? EXIT_FAILED
						   : m->verdict;
	pq_arena_release(&m->notes);
	pq_named_inputs_release(&m->sources);
	pq_arguments_release(&m->arguments);
}

int pq_cli_main(int argc, char **argv, const struct pq_fronts *fronts)
{
	struct program m;
	const char *subject = NULL;

	memset(&m, 0, sizeof(m));
	m.argc = argc;
	m.argv = argv;
	m.fronts = fronts;
	m.status = EXIT_FAILED;
	pq_message_log(&m.log);
	/* Descriptors and signals are put right before a file is opened. */
	pq_process_begin();
	if (!pq_mem_guard(run_program, &m, &m.err))
		m.status = EXIT_FAILED;
	/* PQ_EIO messages name their file already; PQ_EUSAGE is about none. */
	if (m.subject[0] && m.err.code != PQ_EIO && m.err.code != PQ_EUSAGE &&
	    m.err.code != PQ_EINTERRUPTED)
		subject = m.subject;
	if (m.err.code != PQ_OK)
		pq_message_error(subject, &m.err);
	return m.status;
}
