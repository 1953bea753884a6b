/*
 * A command line and a line of a session: words, one a line, are scanned and
 * checked; all of it is then taken as what a user typed.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/arguments.h"
#include "shell/line.h"

enum { MOST_WORDS = 64 };

struct input {
	char *text;
	struct pq_error err;
};

static void ignore(void *ctx, struct pq_text message)
{
	(void)ctx;
	(void)message;
}

static void scan(void *arg)
{
	struct input *in = arg;
	struct pq_log log = { .line = ignore };
	char *argv[MOST_WORDS + 2] = { (char[]){ "profq" } };
	char *rest = in->text, *word;
	struct pq_arguments r;
	int argc = 1;

	while (argc <= MOST_WORDS && (word = strsep(&rest, "\n")))
		argv[argc++] = word;
	/* a tool has no rules between options */
	if (pq_arguments_scan(&r, argc, argv, &in->err) &&
	    !(r.query.command && r.query.command->tool))
		pq_query_check(&r.query, &log, &in->err);
	pq_arguments_release(&r);
}

static void type(void *arg)
{
	struct input *in = arg;
	const struct pq_shell_world world = { NULL, NULL };
	struct pq_shell_line line;
	struct pq_query settings;

	pq_query_init(&settings, PQ_FRONT_SHELL, NULL);
	if (pq_shell_line_parse(&line, in->text, &settings, &world, &in->err))
		for (size_t i = 0; i < line.n_settings; i++)
			pq_query_set_typed(&settings, line.settings[i].option,
					   line.settings[i].value, &in->err);
	pq_shell_line_release(&line);
	pq_query_release(&settings);
}

static void run(void (*step)(void *), const uint8_t *data, size_t size)
{
	struct input in = { .text = malloc(size + 1) };

	if (!in.text)
		abort();
	if (size)
		memcpy(in.text, data, size);
	in.text[size] = '\0';
	pq_mem_guard(step, &in, &in.err);
	free(in.text);
}

void fuzz_options(const uint8_t *data, size_t size)
{
	run(scan, data, size);
	run(type, data, size);
}
