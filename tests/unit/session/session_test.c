#include "suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/main.h"
#include "helpers.h"
#include "session/session.h"

/*
 * A session is opened once and asked every report in every format.  The answers
 * are compared with what the command line prints for the same question.
 */

static const char *const files[] = {
	"profiles/app.pb.gz",
	"profiles/names.pb.gz",
	"stories/story1/heap.pb.gz",
};

static const char *const pairs[][2] = {
	{ "diff/cpu-old.pb", "diff/cpu-new.pb" },
	{ "diff/labels-old.pb", "diff/labels-new.pb" },
};

struct asked_format {
	enum pq_format_choice format;
	const char *option;
};

static const struct asked_format formats[] = {
	{ PQ_FORMAT_TEXT, "-format=text" }, { PQ_FORMAT_JSON, "-format=json" },
	{ PQ_FORMAT_CSV, "-format=csv" },   { PQ_FORMAT_TSV, "-format=tsv" },
	{ PQ_FORMAT_MD, "-format=md" },
};

#define N_FORMATS (sizeof(formats) / sizeof(*formats))

static const char *path_of(char room[static 512], const char *name)
{
	snprintf(room, 512, "%s/%s", getenv("TESTDATA"), name);
	return room;
}

static void ignore_line(void *ctx, struct pq_text message)
{
	(void)ctx;
	(void)message;
}

static void ignore_refused(void *ctx, const char *name,
			   const struct pq_error *err)
{
	(void)ctx;
	(void)name;
	(void)err;
}

static struct pq_log quiet = { .line = ignore_line };
static const struct pq_watch watch = { .log = &quiet,
				       .refused = ignore_refused };

/* What cannot be compared: a browser is started, or a library writes the time. */
static bool is_comparable(const struct pq_command *c)
{
	static const char *const not [] = { "web", "pdf", "ps", "gif" };

	if (!c->report)
		return false;
	for (size_t i = 0; i < sizeof(not ) / sizeof(*not ); i++)
		if (!strcmp(c->name, not [i]))
			return false;
	return true;
}

/* ---- the command line ---- */

/* Runs a command line in a child; its status, and what it printed. */
static int run_line(char **argv, struct pq_buf *printed)
{
	int argc = 0, status, file = memfd_create("printed", 0);
	struct stat st;
	pid_t child;

	ck_assert_int_ge(file, 0);
	while (argv[argc])
		argc++;
	child = fork();
	if (!child) {
		dup2(file, STDOUT_FILENO);
		dup2(open("/dev/null", O_RDWR), STDIN_FILENO);
		dup2(STDIN_FILENO, STDERR_FILENO);
		_exit(pq_cli_main(argc, argv, NULL));
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(!fstat(file, &st));
	pq_buf_clear(printed);
	pq_buf_reserve(printed, (size_t)st.st_size);
	ck_assert(pread(file, pq_unchecked_writable(printed->data),
			(size_t)st.st_size, 0) == st.st_size);
	printed->len = (size_t)st.st_size;
	close(file);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* ---- a session ---- */

static void write_answer(const struct pq_answer *a,
			 enum pq_format_choice format, struct pq_out *out)
{
	struct pq_error err = { 0 };

	pq_out_open_memory(out);
	ck_assert_msg(pq_answer_write(a, format, out, &err), "%s: %s",
		      a->query->command->name, err.msg);
}

static void expect_bytes(const struct pq_out *out, struct pq_text wanted,
			 const char *name, const char *format,
			 const char *which)
{
	ck_assert_msg(pq_text_equal(pq_buf_view(&out->buf), wanted),
		      "%s %s, written %s: %zu bytes and not %zu, or others",
		      name, format, which, out->buf.len, wanted.len);
}

/* Asks, writes twice, asks again, and holds all of it to the command line. */
static void compare_answers(struct pq_session *s, const struct pq_query *q,
			    const struct asked_format *f, struct pq_text wanted)
{
	struct pq_error err = { 0 };
	struct pq_out out;

	for (int asked = 0; asked < 2; asked++) {
		struct pq_answer a;

		ck_assert_msg(pq_session_answer(s, q, &a, &err), "%s: %s",
			      q->command->name, err.msg);
		for (int written = 0; written < 2; written++) {
			write_answer(&a, f->format, &out);
			expect_bytes(&out, wanted, q->command->name, f->option,
				     written ? "again" : "once");
			pq_out_close(&out, "memory", &err);
		}
		pq_answer_release(&a);
	}
}

/* Whether the session answers as the command line did. */
static void ask_one(struct pq_session *s, const struct pq_command *c,
		    const char *const *names, size_t n,
		    const struct asked_format *f)
{
	char *argv[10] = { (char *)"profq", (char *)c->name };
	struct pq_error err = { 0 };
	struct pq_buf printed = { 0 };
	struct pq_query q;
	size_t argc = 2;
	int status;

	if (c->argument)
		argv[argc++] = (char *)".";
	argv[argc++] = (char *)f->option;
	if (n == 2 && c->report->takes == PQ_TAKES_ONE_OR_SIDES)
		argv[argc++] = (char *)"-diff";
	for (size_t i = 0; i < n; i++)
		argv[argc++] = (char *)names[i];
	status = run_line(argv, &printed);

	pq_query_init(&q, PQ_FRONT_LINE, NULL);
	q.command = c;
	if (c->argument)
		pq_query_set_argument(&q, PQ_TEXT("."));
	ck_assert(pq_query_set(&q, "format", pq_text_of(f->option + 8), &err));
	q.options.diff = n == 2 && c->report->takes == PQ_TAKES_ONE_OR_SIDES;
	ck_assert(pq_query_check(&q, &quiet, &err));
	if (status == 2) {
		struct pq_answer a;

		ck_assert_msg(!pq_session_answer(s, &q, &a, &err),
			      "%s %s is answered, and the command line fails",
			      c->name, f->option);
	} else {
		compare_answers(s, &q, f, pq_buf_view(&printed));
	}
	pq_query_release(&q);
	pq_buf_release(&printed);
}

static void open_files(struct pq_session *s, struct pq_inputs *in,
		       const char *const *names, size_t n,
		       const struct pq_options *o)
{
	struct pq_error err = { 0 };

	pq_inputs_init(in);
	for (size_t i = 0; i < n; i++)
		pq_inputs_add(in, names[i]);
	if (n == 2) {
		in->takes = PQ_TAKES_SIDES;
		in->n_old = 1;
	}
	ck_assert_msg(pq_session_open(s, in, o, NULL, &watch, &err), "%s",
		      err.msg);
}

START_TEST(answers_are_those_of_the_command_line)
{
	char room[512];
	const char *names[1] = { path_of(room, files[_i]) };
	struct pq_session s;
	struct pq_inputs in;
	struct pq_options o;

	pq_options_init(&o);
	open_files(&s, &in, names, 1, &o);
	for (size_t c = 0; c < PQ_N_COMMANDS; c++) {
		const struct pq_command *command = &pq_command_table[c];

		if (!is_comparable(command) ||
		    command->report->takes > PQ_TAKES_ONE_OR_SIDES)
			continue;
		for (size_t f = 0; f < N_FORMATS; f++)
			ask_one(&s, command, names, 1, &formats[f]);
	}
	pq_session_close(&s);
	pq_inputs_release(&in);
}
END_TEST

START_TEST(comparisons_are_those_of_the_command_line)
{
	char old[512], new[512];
	const char *names[2] = { path_of(old, pairs[_i][0]),
				 path_of(new, pairs[_i][1]) };
	struct pq_session s;
	struct pq_inputs in;
	struct pq_options o;

	pq_options_init(&o);
	open_files(&s, &in, names, 2, &o);
	for (size_t c = 0; c < PQ_N_COMMANDS; c++) {
		const struct pq_command *command = &pq_command_table[c];

		if (!is_comparable(command) ||
		    (command->report->takes != PQ_TAKES_SIDES &&
		     command->report->takes != PQ_TAKES_ONE_OR_SIDES))
			continue;
		for (size_t f = 0; f < N_FORMATS; f++)
			ask_one(&s, command, names, 2, &formats[f]);
	}
	pq_session_close(&s);
	pq_inputs_release(&in);
}
END_TEST

/* ---- a thousand questions without memory ---- */

struct question {
	struct pq_session *s;
	const struct pq_command *command;
	bool answered;
};

static void ask_question(void *arg)
{
	struct question *x = arg;
	struct pq_error err = { 0 };
	struct pq_answer a;
	struct pq_query q;
	struct pq_out out;

	pq_query_init(&q, PQ_FRONT_LINE, NULL);
	q.command = x->command;
	if (x->command->argument)
		pq_query_set_argument(&q, PQ_TEXT("."));
	if (pq_query_check(&q, &quiet, &err) &&
	    pq_session_answer(x->s, &q, &a, &err)) {
		pq_out_open_memory(&out);
		pq_answer_write(&a, PQ_FORMAT_TEXT, &out, &err);
		x->answered = out.buf.len > 0;
		pq_out_close(&out, "memory", &err);
		pq_answer_release(&a);
	}
	pq_query_release(&q);
}

/* Reports that start no process: a thousand layouts would take minutes. */
static const struct pq_command *nth_report(size_t n)
{
	const struct pq_command *reports[PQ_N_COMMANDS];
	size_t found = 0;

	for (size_t c = 0; c < PQ_N_COMMANDS; c++) {
		const struct pq_report *r = pq_command_table[c].report;

		if (r && !r->rights.forks &&
		    (r->takes == PQ_TAKES_ONE ||
		     r->takes == PQ_TAKES_ONE_OR_SIDES))
			reports[found++] = &pq_command_table[c];
	}
	return reports[n % found];
}

START_TEST(a_thousand_refusals_leave_the_memory_as_it_was)
{
	char room[512];
	const char *names[1] = { path_of(room, "profiles/app.pb.gz") };
	struct pq_session s;
	struct pq_inputs in;
	struct pq_options o;
	unsigned refused = 0, answered = 0;
	uint64_t before;

	pq_options_init(&o);
	open_files(&s, &in, names, 1, &o);
	before = pq_mem_used();
	for (unsigned i = 0; i < 1000; i++) {
		struct question x = { &s, nth_report(i), false };
		struct pq_error err = { 0 };

		/* the n-th allocation, further with each round of reports */
		pq_mem_fail_after(1 + i / 12, false);
		if (!pq_mem_guard(ask_question, &x, &err))
			refused++;
		pq_mem_fail_after(0, false);
		ck_assert_msg(pq_mem_used() == before,
			      "question %u, %s: %llu bytes are left", i,
			      x.command->name,
			      (unsigned long long)(pq_mem_used() - before));

		/* and the session goes on */
		x.answered = false;
		err.code = PQ_OK;
		ck_assert(pq_mem_guard(ask_question, &x, &err));
		answered += x.answered;
		ck_assert(pq_mem_used() == before);
	}
	ck_assert_msg(refused > 500, "only %u were refused", refused);
	ck_assert_msg(answered > 900, "only %u were answered", answered);
	pq_session_close(&s);
	pq_inputs_release(&in);
}
END_TEST

/* ---- roles ---- */

/* Three snapshots, given in another order than that of their times. */
START_TEST(a_series_is_put_in_order_of_time)
{
	static const int64_t times[] = { 30, 10, 20 };
	struct pq_error err = { 0 };
	struct pq_session s;
	struct pq_inputs in;
	struct pq_options o;

	pq_options_init(&o);
	pq_inputs_init(&in);
	in.takes = PQ_TAKES_SERIES;
	for (int i = 0; i < 3; i++) {
		struct pq_buf b = { 0 };
		char text[64];
		struct pq_source *source;

		snprintf(text, sizeof(text),
			 "types: inuse_space/bytes\ntime: %d\nmain;f %d\n",
			 (int)times[i], (int)times[i] + 1);
		put_profile(&b, text);
		source = pq_inputs_add(&in, "snapshot");
		source->fd = open_bytes(pq_unchecked_bytes(b.data), b.len);
		pq_buf_release(&b);
	}
	ck_assert_msg(pq_session_open(&s, &in, &o, NULL, &watch, &err), "%s",
		      err.msg);
	ck_assert_uint_eq(s.joined.n_files, 3);
	ck_assert_int_eq(s.joined.files[0].time_nanos, 10);
	ck_assert_int_eq(s.joined.files[1].time_nanos, 20);
	ck_assert_int_eq(s.joined.files[2].time_nanos, 30);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_int_eq(pq_samples_total(&s.profile->samples, i),
				 (int)(i + 1) * 10 + 1);
	pq_session_close(&s);
	pq_inputs_release(&in);
}
END_TEST

START_TEST(different_kinds_are_not_joined)
{
	char heap[512], cpu[512];
	struct pq_error err = { 0 };
	struct pq_session s;
	struct pq_inputs in;
	struct pq_options o;

	pq_options_init(&o);
	pq_inputs_init(&in);
	in.takes = PQ_TAKES_KINDS;
	pq_inputs_add(&in, path_of(heap, "stories/story1/heap.pb.gz"));
	pq_inputs_add(&in, path_of(cpu, "profiles/app.pb.gz"));
	ck_assert_msg(pq_session_open(&s, &in, &o, NULL, &watch, &err), "%s",
		      err.msg);
	ck_assert_uint_eq(s.loaded.n, 2);
	ck_assert(s.profile == s.loaded.at[0]);
	ck_assert(!s.joined.p);
	pq_session_close(&s);
	pq_inputs_release(&in);
}
END_TEST

Suite *session_session_suite(void)
{
	Suite *suite = suite_create("session_session");
	TCase *tcase = tcase_create("session");

	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(tcase, answers_are_those_of_the_command_line, 0,
			    ROWS(files));
	tcase_add_loop_test(tcase, comparisons_are_those_of_the_command_line, 0,
			    ROWS(pairs));
	tcase_add_test(tcase, a_thousand_refusals_leave_the_memory_as_it_was);
	tcase_add_test(tcase, a_series_is_put_in_order_of_time);
	tcase_add_test(tcase, different_kinds_are_not_joined);
	suite_add_tcase(suite, tcase);
	return suite;
}
