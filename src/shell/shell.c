#include "shell/shell.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "command/commands.h"
#include "host/message.h"
#include "profile/sample_index.h"
#include "report/legend.h"
#include "shell/child.h"
#include "shell/edit.h"
#include "shell/help.h"
#include "shell/history.h"
#include "shell/input.h"
#include "shell/settings.h"
#include "shell/signals.h"

#include "base/banned.h"

#define PROMPT "(profq) "

struct shell {
	struct pq_session *session;
	struct pq_query settings; /* what lines have set, for each report */
	struct pq_typed typed;
	struct pq_shell_names names;
	struct pq_history history;
	pq_shell_advised advised;
	bool on_terminal;
	bool has_editor;
	bool done;
	bool warned; /* Ctrl-C was pressed on an empty line just now */
};

/* ---- the greeting ---- */

/* The profile's header, and what its default type leaves to wish for. */
static void describe_profile(struct shell *s, struct pq_arena *arena)
{
	struct pq_profile *p = s->session->profile;
	struct pq_log *log = s->session->watch.log;
	struct pq_view_options o = { .divide_by = 1 };
	struct pq_notes legend;
	struct pq_error err;
	struct pq_view v;

	pq_error_clear(&err);
	o.unit = s->settings.options.unit;
	o.shape.mean = s->settings.options.mean;
	/* A profile without a usable type is greeted without its header. */
	if (!pq_sample_index(p, s->settings.options.sample_index,
			     &o.shape.sample_index, &err) ||
	    !pq_view_init(&v, p, &o, &err))
		return;
	pq_notes_init(&legend, arena);
	pq_legend_profile(&legend, &v);
	for (size_t i = 0; i < legend.n; i++)
		pq_log_text(log, legend.lines[i]);
	if (!legend.n)
		pq_log_say(log, "%s", "");
	/* A total of zero gets advice, in the reference's words. */
	if (!v.total && p->sample_types.n > 1) {
		pq_log_say(log, "No samples were found with the default sample "
				"value type.");
		pq_log_say(log, "Try \"sample_index\" command to analyze "
				"different sample values.");
	}
	pq_view_release(&v);
}

static void greet(struct shell *s)
{
	struct pq_arena arena;

	pq_arena_init(&arena);
	describe_profile(s, &arena);
	pq_log_say(s->session->watch.log,
		   "Entering interactive mode (type \"help\" "
		   "for commands, \"o\" for options)");
	pq_arena_release(&arena);
}

/* ---- what a kind of line does ---- */

static bool answer_report(struct shell *s, struct pq_shell_line *line,
			  struct pq_error *err)
{
	return pq_query_check(&line->query, s->session->watch.log, err) &&
	       pq_shell_run_report(s->session, line, &s->advised, err);
}

static bool answer_help(struct shell *s, const char *topic,
			struct pq_error *err)
{
	struct pq_error ignored;
	struct pq_out out;
	bool ok;

	pq_error_clear(&ignored);
	/* Help goes where messages go: standard output may be a file. */
	pq_out_open_fd(&out, STDERR_FILENO);
	ok = pq_shell_help(&out, topic, s->session->profile, err);
	pq_out_close(&out, "standard error", &ignored);
	return ok;
}

static bool run_tool(const struct pq_shell_line *line, struct pq_error *err)
{
	struct pq_out out;
	struct pq_tool_env env = { .out = &out };
	bool ok;

	pq_out_open_fd(&out, STDOUT_FILENO);
	ok = line->query.command->tool->run(line->files.at, line->files.n, &env,
					    err);
	return pq_out_close(&out, "standard output", err) && ok;
}

static bool run_line(struct shell *s, struct pq_shell_line *line,
		     struct pq_error *err)
{
	switch (line->kind) {
	case PQ_LINE_EMPTY:
		return true;
	case PQ_LINE_QUIT:
		s->done = true;
		return true;
	case PQ_LINE_HELP:
		return answer_help(s, line->rest, err);
	case PQ_LINE_OPTIONS:
		pq_shell_settings_list(&s->settings, s->session->profile,
				       s->session->watch.log);
		return true;
	case PQ_LINE_SETTINGS:
		return pq_shell_settings_apply(&s->settings, line,
					       s->session->profile, err);
	case PQ_LINE_REPORT:
		return answer_report(s, line, err);
	case PQ_LINE_TOOL:
		return run_tool(line, err);
	case PQ_LINE_COMMAND:
		return !*line->rest || pq_shell_run_command(line->rest, err);
	}
	return true;
}

struct line_run {
	struct shell *s;
	char *text;
	struct pq_error err;
};

static bool is_file(const char *word)
{
	struct stat st;

	return !stat(word, &st) && S_ISREG(st.st_mode);
}

static void parse_and_run(void *arg)
{
	struct line_run *r = arg;
	const struct pq_shell_world world = { r->s->session->profile, is_file };
	struct pq_shell_line line;

	if (pq_shell_line_parse(&line, r->text, &r->s->settings, &world,
				&r->err))
		run_line(r->s, &line, &r->err);
	pq_shell_line_release(&line);
}

/* Under a guard of its own: a line that runs out of memory is one message. */
static void take_line(struct shell *s, struct pq_buf *text)
{
	struct line_run r = { .s = s };

	pq_error_clear(&r.err);
	/* The parser cuts the line into words: it writes into this room. */
	pq_buf_cstr(text);
	r.text = pq_unchecked_writable(text->data);
	pq_mem_guard(parse_and_run, &r, &r.err);
	if (r.err.code != PQ_OK)
		pq_message_error(NULL, &r.err);
}

/* ---- the loop ---- */

static void refuse_line(const char *what)
{
	struct pq_error err;

	pq_error_clear(&err);
	pq_fail(&err, PQ_EUSAGE, "%s", what);
	pq_message_error(NULL, &err);
}

static enum pq_read read_typed(struct shell *s, struct pq_buf *text)
{
	if (s->has_editor)
		return pq_edit_line(text);
	/* A prompt is for a person: the output of a script stays clean. */
	if (s->on_terminal)
		(void)!pq_io_write_all(STDOUT_FILENO, PROMPT, strlen(PROMPT));
	return pq_typed_next(&s->typed, text);
}

static void remember_line(struct shell *s, struct pq_buf *text)
{
	const char *line = pq_unchecked_bytes(pq_buf_cstr(text));

	/* Lines of a script are no history of anybody's. */
	if (s->on_terminal && pq_history_add(&s->history, line) &&
	    s->has_editor)
		pq_edit_remember(line);
}

/* Ctrl-C where nothing was typed: a second one at once leaves. */
static void take_empty_interrupt(struct shell *s)
{
	if (pq_shell_ending_signal() || s->warned) {
		s->done = true;
		return;
	}
	s->warned = true;
	pq_shell_take_interrupt();
	pq_log_say(s->session->watch.log, "Ctrl-D or quit leaves");
}

/* After a line: whether Ctrl-C ended what it did. */
static void tell_interrupt(struct shell *s)
{
	if (!s->on_terminal || !pq_shell_take_interrupt())
		return;
	pq_log_say(s->session->watch.log, "%s", "");
	pq_log_say(s->session->watch.log, "interrupted");
}

/* One line, from the prompt to its answer. */
static void take_turn(struct shell *s, struct pq_buf *text)
{
	enum pq_read is = read_typed(s, text);

	if (is == PQ_READ_SIGNAL) {
		take_empty_interrupt(s);
		return;
	}
	/* Any line takes the warning back: two must come at once. */
	s->warned = false;
	switch (is) {
	case PQ_READ_LINE:
		remember_line(s, text);
		take_line(s, text);
		tell_interrupt(s);
		break;
	case PQ_READ_DROPPED:
		/* The line is dropped already: the signal has done its work. */
		pq_shell_take_interrupt();
		break;
	case PQ_READ_TOO_LONG:
		refuse_line("a line of more than 65535 bytes");
		break;
	case PQ_READ_NUL:
		refuse_line("a line with a NUL in it");
		break;
	default:
		s->done = true;
	}
}

static void add_to_editor(void *ctx, const char *line)
{
	struct shell *s = ctx;

	if (s->has_editor)
		pq_edit_remember(line);
}

static void refuse_setting(const char *file, unsigned line,
			   const struct pq_error *err)
{
	struct pq_error named;

	pq_error_clear(&named);
	pq_fail(&named, err->code, "%s:%u: %s", file, line, err->msg);
	pq_message_error(NULL, &named);
}

/* What a person gets and a script does not. */
static void begin_on_terminal(struct shell *s)
{
	static struct pq_edit_user user = { .prompt = PROMPT };

	pq_shell_signals_begin();
	/* The user's settings are for typing: a script reads none of them. */
	pq_shell_settings_read(&s->settings, s->session, refuse_setting);
	user.names = &s->names;
	s->has_editor = pq_edit_open(&user);
	/* The editor is open by now: the lines of the history go into it. */
	pq_history_read(&s->history, add_to_editor, s);
}

static void end_on_terminal(struct shell *s)
{
	if (s->has_editor)
		pq_edit_close();
	pq_shell_signals_end();
	/* as Ctrl-C leaves any program, also one that was begun without it */
	if (s->warned) {
		signal(SIGINT, SIG_DFL);
		raise(SIGINT);
	}
}

bool pq_shell_run(struct pq_session *session, struct pq_error *err)
{
	struct shell s = { .session = session,
			   .on_terminal = isatty(STDIN_FILENO) };
	struct pq_buf text = { 0 };

	(void)err;
	pq_shell_settings_init(&s.settings, session);
	pq_typed_init(&s.typed);
	pq_shell_names_init(&s.names, session->profile);
	pq_history_init(&s.history);
	if (s.on_terminal)
		begin_on_terminal(&s);
	greet(&s);
	while (!s.done && !pq_shell_ending_signal())
		take_turn(&s, &text);
	/* A signal that ended the session is raised in here, and ends all. */
	if (s.on_terminal)
		end_on_terminal(&s);
	pq_history_release(&s.history);
	pq_shell_names_release(&s.names);
	pq_typed_release(&s.typed);
	pq_buf_release(&text);
	pq_query_release(&s.settings);
	return true;
}
