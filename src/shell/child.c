#include "shell/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/io.h"
#include "base/mem.h"
#include "host/destination.h"
#include "host/sandbox.h"
#include "host/screen.h"
#include "host/terminal.h"
#include "shell/signals.h"

#include "base/banned.h"

/* What the child tells when it is done. */
struct verdict {
	bool ok;
	pq_shell_advised advised; /* what was before, and its own */
	struct pq_error err;
};

struct report_run {
	struct pq_session *session;
	const struct pq_shell_line *line;
	struct pq_destination target;
	int fd;
	const char *name; /* of what is written to, for messages */
	struct pq_notes advice;
	pq_shell_advised *advised; /* the session's */
	struct verdict verdict;
};

/* ---- in the child ---- */

static void describe_rights(const struct report_run *r,
			    struct pq_sandbox *sandbox)
{
	const struct pq_query *q = &r->line->query;

	/* files are kept or removed by the parent: no folder */
	*sandbox = (struct pq_sandbox){
		.reads_files = q->command->report->rights.reads_files,
		.forks = q->command->report->rights.forks,
		.off = !q->options.sandbox || !pq_sandbox_usable(),
	};
}

static void open_child_output(const struct report_run *r, struct pq_out *out)
{
	const struct pq_options *o = &r->line->query.options;

	pq_out_open_fd(out, r->fd);
	if (r->fd != STDOUT_FILENO || o->format != PQ_FORMAT_TEXT)
		return;
	out->color = pq_terminal_color(o, out->fd);
	pq_screen_offer(out, r->line->query.command->report->names_last);
	/* where nobody sits at the keyboard there is nobody to page for */
	if (isatty(STDIN_FILENO))
		pq_pager_offer(out);
}

/* Advice on a sample type is given once, and not below each report. */
static void take_advice(struct report_run *r, const struct pq_answer *a)
{
	unsigned column = a->view.o.shape.sample_index;
	pq_shell_advised bit = (pq_shell_advised)1 << column % 64;

	if (r->fd != STDOUT_FILENO ||
	    !pq_terminal_advises(&a->query->options) ||
	    r->verdict.advised & bit)
		return;
	pq_answer_advise(a, &r->advice);
	if (r->advice.n)
		r->verdict.advised |= bit;
}

static bool write_answer(struct report_run *r, struct pq_session *s,
			 struct pq_out *out, struct pq_error *err)
{
	const struct pq_query *q = &r->line->query;
	struct pq_answer a;
	bool ok;

	if (!pq_session_answer_last(s, q, &a, err))
		return false;
	ok = pq_answer_write(&a, q->options.format, out, err);
	if (ok && q->options.format == PQ_FORMAT_TEXT)
		take_advice(r, &a);
	pq_answer_release(&a);
	return ok;
}

/* Reads the files that are compared with, while files can be opened. */
static bool open_beside(struct report_run *r, struct pq_inputs *in,
			struct pq_session *beside, struct pq_error *err)
{
	const struct pq_shell_line *line = r->line;

	pq_inputs_init(in);
	in->takes = line->query.command->report->takes;
	/* A picture takes one profile or two: with a file on the line, two. */
	if (in->takes == PQ_TAKES_ONE_OR_SIDES)
		in->takes = PQ_TAKES_SIDES;
	/* Files on the line are the old side; the session's is the new one. */
	in->n_old = line->files.n;
	for (size_t i = 0; i < line->files.n; i++)
		pq_inputs_add(in, line->files.at[i]);
	return pq_session_open_beside(beside, r->session, in, err);
}

/* Nothing is released: the process ends. */
static bool write_report(struct report_run *r, struct pq_out *out,
			 struct pq_error *err)
{
	struct pq_session beside, *s = r->session;
	struct pq_sandbox sandbox;
	struct pq_inputs in;

	describe_rights(r, &sandbox);
	tzset(); /* the file that it reads is still there */
	if (!pq_sandbox_enter(&sandbox, err))
		return false;
	if (r->line->files.n) {
		if (!open_beside(r, &in, &beside, err))
			return false;
		s = &beside;
	}
	/* From here on only files of the report's own can be opened. */
	return pq_sandbox_close(&sandbox, err) && write_answer(r, s, out, err);
}

static void make_report(void *arg)
{
	struct report_run *r = arg;
	struct pq_error *err = &r->verdict.err;
	struct pq_out out;
	bool ok;

	open_child_output(r, &out);
	pq_notes_init(&r->advice, &r->session->arena);
	ok = write_report(r, &out, err);
	/* A failed report prints nothing of what is still in the buffer. */
	if (!ok)
		pq_buf_clear(&out.buf);
	r->verdict.ok = pq_out_close(&out, r->name, err) && ok;
	pq_pager_finish();
	if (r->verdict.ok)
		pq_notes_tell(&r->advice, r->session->watch.log);
}

static int be_report(void *arg, int in, int out)
{
	struct report_run *r = arg;

	(void)in;

	if (!pq_mem_guard(make_report, r, &r->verdict.err))
		r->verdict.ok = false;
	/* A verdict has a fixed size: the parent knows how much to read. */
	return !pq_io_write_all(out, &r->verdict, sizeof(r->verdict));
}

/* ---- in the session ---- */

/* Passes on to the child what was meant for it, or for the session. */
static void pass_signals(const struct pq_child *c)
{
	int number = pq_shell_ending_signal();

	if (number)
		kill(c->pid, number);
	else if (pq_shell_is_interrupted())
		kill(c->pid, SIGINT);
}

/* Waits until the child has something to say, or is gone. */
static bool wait_for_verdict(const struct pq_child *c, struct verdict *v)
{
	struct pollfd p = { .fd = c->from, .events = POLLIN };
	sigset_t before;
	bool came;

	/* Signals are let in by ppoll alone: none comes just before it. */
	pq_shell_signals_block(&before);
	do
		pass_signals(c);
	while (ppoll(&p, 1, NULL, &before) < 0 && errno == EINTR);
	pq_shell_signals_unblock(&before);
	came = pq_io_read_exactly(c->from, v, sizeof(*v));
	/* The child's bytes are not trusted to end: its message ends here. */
	v->err.msg[sizeof(v->err.msg) - 1] = '\0';
	return came;
}

static bool describe_death(struct pq_child_end end, struct pq_error *err)
{
	if (end.how != PQ_CHILD_SIGNALED)
		return pq_fail(err, PQ_EIO, "the report's process failed");
	/* Ctrl-C, or the end of the session: whoever sent it knows */
	if (end.number == SIGINT || end.number == SIGQUIT ||
	    end.number == pq_shell_ending_signal())
		return false;
	return pq_fail(err, PQ_EIO, "the report was ended by signal %d (%s)",
		       end.number, strsignal(end.number));
}

static bool run_child(struct report_run *r, struct pq_error *err)
{
	struct pq_child_plan plan = { .run = be_report,
				      .arg = r,
				      .dies_with_parent = true };
	struct verdict v = { .ok = false };
	struct pq_child c;
	struct pq_child_end end;
	bool came;

	if (!pq_child_begin(&c, &plan, err))
		return false;
	came = wait_for_verdict(&c, &v);
	end = pq_child_wait(&c);
	/* A child without a verdict has died: its end says of what. */
	if (!came)
		return describe_death(end, err);
	if (!v.ok)
		return pq_fail(err, v.err.code, "%s", v.err.msg);
	*r->advised = v.advised;
	return true;
}

static bool run_to_destination(struct report_run *r, struct pq_error *err)
{
	const struct pq_query *q = &r->line->query;
	bool ok;

	/* Data needs no file or browser of its own (destination.h). */
	if (!pq_destination_begin(&r->target,
				  q->options.format == PQ_FORMAT_TEXT
					  ? q->command->report
					  : NULL,
				  PQ_DESTINATION_IN_SESSION, q->options.output,
				  r->session->watch.log, err))
		return false;
	r->fd = r->target.fd;
	r->name = r->target.name;
	ok = run_child(r, err);
	/* The file stays only if the child has said that all is written. */
	return pq_destination_end(&r->target, ok, err);
}

/* ---- commands of the user's ---- */

static int be_command(void *arg, int in, int out)
{
	const char *command = arg;

	close(out);
	return pq_exec_command(command, in);
}

static bool begin_command(struct pq_child *c, const char *command,
			  struct pq_error *err)
{
	struct pq_child_plan plan = {
		.run = be_command,
		.arg = (char *)(uintptr_t)command, /* changed by nobody */
		.ends_with_input = true,
	};

	return pq_child_begin(c, &plan, err);
}

/*
 * The command's input is known to the list of children, whose pipes are closed
 * in each of them: the report gets a descriptor of its own.
 */
static bool run_to_command(struct report_run *r, struct pq_error *err)
{
	struct pq_child command;
	bool ok = false;

	if (!begin_command(&command, r->line->rest, err))
		return false;
	r->name = "the command's input";
	r->fd = fcntl(command.to, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (r->fd < 0) {
		pq_fail(err, PQ_EIO, "cannot start a command: %s",
			strerror(errno));
	} else {
		ok = run_child(r, err);
		close(r->fd);
	}
	pq_child_wait(&command);
	return ok;
}

static int be_command_of_session(void *arg, int in, int out)
{
	const char *command = arg;

	close(out);
	/* The keyboard is the command's where there is one. */
	return pq_exec_command(command,
			       isatty(STDIN_FILENO) ? STDIN_FILENO : in);
}

bool pq_shell_run_command(const char *command, struct pq_error *err)
{
	struct pq_child_plan plan = {
		.run = be_command_of_session,
		.arg = (char *)(uintptr_t)command, /* changed by nobody */
	};
	struct pq_child c;

	if (!pq_child_begin(&c, &plan, err))
		return false;
	pq_child_wait(&c);
	return true;
}

bool pq_shell_run_report(struct pq_session *s, const struct pq_shell_line *line,
			 pq_shell_advised *advised, struct pq_error *err)
{
	struct report_run r = { .session = s,
				.line = line,
				.advised = advised,
				.verdict.advised = *advised };

	return line->rest ? run_to_command(&r, err)
			  : run_to_destination(&r, err);
}
