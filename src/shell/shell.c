#include "shell/shell.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "command/commands.h"
#include "command/help.h"
#include "host/message.h"
#include "host/destination.h"
#include "report/legend.h"
#include "profile/sample_index.h"
#include "shell/line.h"

#include "base/banned.h"

struct shell {
	struct pq_session *session;
	struct pq_query settings; /* what lines have set, for each report */
	bool done;
};

/* ---- the greeting ---- */

static void greet(struct shell *s)
{
	struct pq_view_options o;
	struct pq_error err;
	struct pq_notes legend;
	struct pq_arena arena;
	struct pq_view v;

	memset(&o, 0, sizeof(o));
	pq_error_clear(&err);
	pq_arena_init(&arena);
	o.divide_by = 1;
	o.unit = s->settings.options.unit;
	pq_notes_init(&legend, &arena);
	if (pq_sample_index(s->session->profile,
			    s->settings.options.sample_index,
			    &o.shape.sample_index, &err) &&
	    pq_view_init(&v, s->session->profile, &o, &err)) {
		pq_legend_profile(&legend, &v);
		pq_view_release(&v);
	}
	for (size_t i = 0; i < legend.n; i++)
		pq_log_text(s->session->watch.log, legend.lines[i]);
	pq_log_say(s->session->watch.log,
		   "Entering interactive mode (type \"help\" "
		   "for commands, \"o\" for options)");
	pq_arena_release(&arena);
}

/* ---- reports ---- */

struct report_run {
	struct shell *s;
	struct pq_query *query;
	struct pq_error *err;
};

static bool write_answer(struct report_run *r, struct pq_answer *a)
{
	const struct pq_options *o = &r->query->options;
	struct pq_destination target;
	struct pq_out out;
	bool ok;

	if (!pq_destination_begin(&target,
				  o->format == PQ_FORMAT_TEXT
					  ? r->query->command->report
					  : NULL,
				  PQ_DESTINATION_IN_SESSION, o->output,
				  r->s->session->watch.log, r->err))
		return false;
	pq_out_open_fd(&out, target.fd);
	ok = pq_answer_write(a, o->format, &out, r->err);
	if (!ok)
		pq_buf_clear(&out.buf);
	ok = pq_out_close(&out, target.name, r->err) && ok;
	return pq_destination_end(&target, ok, r->err);
}

static void run_report(void *arg)
{
	struct report_run *r = arg;
	struct pq_answer a;

	if (!pq_session_answer(r->s->session, r->query, &a, r->err))
		return;
	write_answer(r, &a);
	pq_answer_release(&a);
}

static bool report(struct shell *s, struct pq_query *q, struct pq_error *err)
{
	struct report_run r = { s, q, err };

	return pq_query_check(q, s->session->watch.log, err) &&
	       pq_mem_guard(run_report, &r, err) && err->code == PQ_OK;
}

/* ---- other lines ---- */

static void help(void)
{
	struct pq_out out;
	struct pq_error ignored;

	pq_error_clear(&ignored);
	pq_out_open_fd(&out, STDERR_FILENO);
	pq_help_overview(&out);
	pq_out_close(&out, "standard error", &ignored);
}

static bool assign(struct shell *s, const struct pq_shell_line *line,
		   struct pq_error *err)
{
	struct pq_query *q = &s->settings;
	size_t id = (size_t)(line->option - pq_option_table);
	unsigned index;

	if (!pq_query_set_option(q, line->option, pq_text_of(line->value),
				 err) ||
	    !pq_options_check(&s->settings.options,
			      &(struct pq_asked){ .n_formats = 0 },
			      s->session->watch.log, err))
		return false;
	/* The default is no word of the user's: a report's own default counts. */
	s->settings.options.given[id] =
		!pq_option_is_standard(&s->settings.options, line->option);
	return pq_sample_index(s->session->profile,
			       s->settings.options.sample_index, &index, err);
}

static void show_options(struct shell *s)
{
	struct pq_buf b = { 0 };

	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *o = &pq_option_table[i];

		if (o->scope != PQ_OPTION_VIEW || o->value)
			continue;
		pq_buf_clear(&b);
		pq_buf_printf(&b, "  %-25s = ", o->name);
		pq_shell_option_value(&b, &s->settings.options, o);
		pq_log_text(s->session->watch.log, pq_buf_view(&b));
	}
	pq_buf_release(&b);
}

static void take(struct shell *s, char *text)
{
	struct pq_options before = s->settings.options;
	struct pq_shell_line line;
	struct pq_error err;
	bool ok = true;

	pq_error_clear(&err);
	if (!pq_shell_line_parse(&line, text, &s->settings.options, &err)) {
		ok = false;
	} else {
		switch (line.kind) {
		case PQ_LINE_EMPTY:
			break;
		case PQ_LINE_QUIT:
			s->done = true;
			break;
		case PQ_LINE_HELP:
			help();
			break;
		case PQ_LINE_OPTIONS:
			show_options(s);
			break;
		case PQ_LINE_ASSIGN:
			ok = assign(s, &line, &err);
			if (!ok)
				s->settings.options = before;
			break;
		case PQ_LINE_REPORT:
			ok = report(s, &line.query, &err);
			break;
		}
	}
	if (!ok)
		pq_message_error(NULL, &err);
	pq_shell_line_release(&line);
}

/* A line longer than this is none: standard input may never end. */
#define LINE_MOST 65536

enum reading { READ_END, READ_LINE, READ_TOO_LONG };

/* Reads a line without its newline; one that is too long is passed over. */
static enum reading read_line(char text[static LINE_MOST])
{
	size_t n = 0;
	bool too_long = false;
	int c;

	while ((c = getc(stdin)) != EOF && c != '\n') {
		too_long = too_long || n == LINE_MOST - 1;
		if (!too_long)
			text[n++] = (char)c;
	}
	text[n] = '\0';
	if (c == EOF && !n)
		return READ_END;
	return too_long ? READ_TOO_LONG : READ_LINE;
}

static void refuse_line(void)
{
	struct pq_error err;

	pq_error_clear(&err);
	pq_fail(&err, PQ_EUSAGE, "a line of more than %d bytes", LINE_MOST - 1);
	pq_message_error(NULL, &err);
}

bool pq_shell_run(struct pq_session *session, struct pq_error *err)
{
	struct shell s = { .session = session };
	bool prompt = isatty(STDIN_FILENO);
	char *text = pq_alloc(LINE_MOST);

	(void)err;
	pq_query_init(&s.settings, PQ_FRONT_SHELL, session->options);
	greet(&s);
	while (!s.done) {
		enum reading is;

		if (prompt) {
			fputs("(profq) ", stdout);
			fflush(stdout);
		}
		is = read_line(text);
		if (is == READ_END)
			break;
		if (is == READ_TOO_LONG)
			refuse_line();
		else
			take(&s, text);
	}
	pq_free(text);
	pq_query_release(&s.settings);
	return true;
}
