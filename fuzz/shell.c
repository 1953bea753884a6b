/*
 * TAB in a session, and the file of its history: the first line is what was
 * typed, with the cursor behind each of its bytes; all of it is the file.
 * What TAB would put into the line or show must be fit for a terminal, and a
 * line of the history fit for the editor.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fixed.h"
#include "profile/merge.h"
#include "shell/complete.h"
#include "shell/history.h"

#define BUDGET ((uint64_t)64 << 20)

enum { MOST_TYPED = 64 };

static const char names[] = "main;a::b(int);c 3\n"
			    "main;net/http.(*conn).serve;1x //: y 12\n"
			    "main;-dash;>file;a|b;\xc3\xa4h nlich 1\n";

struct typed {
	struct pq_text bytes;
	struct pq_error err;
};

/* Bytes that a terminal or the editor would obey. */
static void check_plain(struct pq_text text)
{
	size_t n;

	for (size_t at = 0; at < text.len; at += n) {
		uint32_t rune;

		n = pq_text_rune(text, at, &rune);
		if (!n || pq_rune_steers(rune))
			abort();
	}
}

static void press_tab_at(struct pq_text line, size_t cursor,
			 struct pq_shell_names *n)
{
	struct pq_completion c;

	pq_complete_line(&c, line, cursor, n);
	if (c.from > cursor)
		abort();
	check_plain(c.common);
	for (size_t i = 0; i < c.list.n; i++) {
		struct pq_buf shown = { 0 };

		check_plain(c.list.at[i].insert);
		pq_text_encode(&shown, c.list.at[i].shown);
		check_plain(pq_buf_view(&shown));
		pq_buf_release(&shown);
	}
	pq_completion_release(&c);
}

static void complete_everywhere(void *arg)
{
	struct typed *in = arg;
	struct pq_text line = in->bytes;
	struct pq_shell_names n;
	struct pq_profile *p = fuzz_read(names, strlen(names), &in->err);

	if (!p)
		abort();
	/* a name of the file's own may be anything at all */
	pq_set_label(p, PQ_TEXT("key"), in->bytes);
	pq_set_label(p, in->bytes, PQ_TEXT("value"));
	pq_shell_names_init(&n, p);
	pq_shell_names_make(&n);
	line.len = pq_text_find(line, 0, "\n");
	line.len = line.len < MOST_TYPED ? line.len : MOST_TYPED;
	for (size_t cursor = 0; cursor <= line.len; cursor++)
		press_tab_at(line, cursor, &n);
	pq_shell_names_release(&n);
	pq_profile_free(p);
}

static void check_history_line(void *ctx, const char *line)
{
	struct pq_text text = pq_text_of(line);

	(void)ctx;
	if (!text.len || text.len > PQ_HISTORY_LINE)
		abort();
	check_plain(text);
}

static void read_as_history(void *arg)
{
	struct typed *in = arg;
	struct pq_history h;

	pq_history_init(&h);
	pq_history_take(&h, in->bytes, check_history_line, NULL);
	pq_history_release(&h);
}

void fuzz_shell(const uint8_t *data, size_t size)
{
	struct typed in = { .bytes = { (const char *)data, size } };

	pq_mem_limit(pq_mem_used() + BUDGET, "");
	pq_mem_guard(complete_everywhere, &in, &in.err);
	pq_mem_guard(read_as_history, &in, &in.err);
	pq_mem_limit(0, "");
}
