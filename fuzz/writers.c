#include "writers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "fixed.h"
#include "gzip_bytes.h"
#include "profile.pb-c.h"

enum { MOST_OPTIONS = 4, MOST_PLAIN = 64 << 20 };

static void ignore(void *ctx, struct pq_text message)
{
	(void)ctx;
	(void)message;
}

static _Noreturn void wrong(const struct fuzz_writer *w, const char *what,
			    size_t at, struct pq_text text)
{
	size_t from = at > 200 ? at - 200 : 0;

	fprintf(stderr, "%s %s %s: %s at %zu of %zu, behind:\n", w->command,
		w->format, w->options, what, at, text.len);
	if (from < text.len)
		fwrite(text.bytes + from, 1, at < text.len ? at - from : 0,
		       stderr);
	fputc('\n', stderr);
	abort();
}

/* ---- profiles ---- */

static void *arena_alloc(void *arena, size_t bytes)
{
	return pq_arena_alloc(arena, bytes);
}

static void arena_free(void *arena, void *block)
{
	(void)arena;
	(void)block;
}

/* zlib and protobuf-c take it. */
static void check_strictly(const struct fuzz_writer *w, struct pq_text text)
{
	uint8_t *plain = pq_alloc(MOST_PLAIN);
	size_t n = fuzz_inflate((const uint8_t *)text.bytes, text.len, plain,
				MOST_PLAIN);
	struct pq_arena arena;
	ProtobufCAllocator allocator = { arena_alloc, arena_free, &arena };

	if (!n)
		wrong(w, "not one gzip member", text.len, text);
	pq_arena_init(&arena);
	if (!perftools__profiles__profile__unpack(&allocator, n, plain))
		wrong(w, "not a profile for protobuf-c", 0, text);
	pq_arena_release(&arena);
	pq_free(plain);
}

static void write_to(const struct fuzz_writer *w, struct pq_profile *p,
		     const struct pq_joined *joined, struct pq_out *out);

/* Reads what was written and writes it again; false when memory ends. */
static bool write_again(const struct fuzz_writer *w, struct pq_text text,
			struct pq_out *to)
{
	struct pq_error err = { .code = PQ_OK };
	struct pq_profile *p = fuzz_read(text.bytes, text.len, &err);

	pq_out_open_memory(to);
	if (!p && err.code != PQ_ELIMIT)
		wrong(w, err.msg, 0, text);
	if (p)
		write_to(w, p, NULL, to);
	pq_profile_free(p);
	return p != NULL;
}

/*
 * A label of empty texts is written as one of a number that is 0, which is
 * left out when it is written again; after that nothing changes any more.
 */
static void check_profile(const struct fuzz_writer *w, struct pq_text text)
{
	bool settles = !strcmp(w->command, "proto");
	struct pq_out once, twice;

	check_strictly(w, text);
	pq_out_open_memory(&twice);
	if (write_again(w, text, &once) && settles &&
	    !pq_text_equal(pq_buf_view(&once.buf), text) &&
	    write_again(w, pq_buf_view(&once.buf), &twice) &&
	    !pq_text_equal(pq_buf_view(&once.buf), pq_buf_view(&twice.buf)))
		wrong(w, "written again and again, it differs", 0, text);
	pq_buf_release(&once.buf);
	pq_buf_release(&twice.buf);
}

/* ---- reports ---- */

/* Values point into `words`, which must live as long as the options. */
static void set_options(struct pq_options *o, const struct fuzz_writer *w,
			char *words)
{
	struct pq_error err = { .code = PQ_OK };
	char *word;

	pq_options_init(o);
	pq_options_set(o, "format", w->format, &err);
	pq_options_set(o, "output", w->output, &err);
	while ((word = strsep(&words, " "))) {
		char *name = strsep(&word, "=");

		if (*name && !pq_options_set(o, name, word, &err))
			abort(); /* a row of the table is wrong */
	}
}

static void write_to(const struct fuzz_writer *w, struct pq_profile *p,
		     const struct pq_joined *joined, struct pq_out *out)
{
	struct pq_log log = { .line = ignore };
	struct pq_error err = { .code = PQ_OK };
	struct pq_subject subject = { .takes = joined ? PQ_TAKES_SIDES
						      : PQ_TAKES_ONE,
				      .p = p,
				      .joined = joined };
	struct pq_answer answer;
	struct pq_query q;
	char words[128];

	pq_query_init(&q, PQ_FRONT_LINE, NULL);
	snprintf(words, sizeof(words), "%s", w->options);
	set_options(&q.options, w, words);
	q.command = pq_command_find(pq_text_of(w->command));
	q.argument = ".";
	if (pq_answer_make(&answer, &q, &subject, &log, &err)) {
		if (!pq_answer_write(&answer, q.options.format, out, &err))
			pq_buf_clear(&out->buf);
		pq_answer_release(&answer);
	}
	pq_query_release(&q);
}

void fuzz_writer_run(const struct fuzz_writer *w, struct pq_profile *p,
		     const struct pq_joined *joined)
{
	const char *what = NULL;
	struct pq_text text;
	struct pq_out out;
	size_t at = 0;

	pq_out_open_memory(&out);
	write_to(w, p, joined, &out);
	pq_buf_cstr(&out.buf); /* so that looking ahead ends */
	text = pq_buf_view(&out.buf);
	if (text.len && !w->read) {
		check_profile(w, text);
	} else if (text.len) {
		what = strict_text(text, &at);
		if (!what)
			what = w->read(text, &at);
	}
	if (what)
		wrong(w, what, at, text);
	pq_buf_release(&out.buf);
}
