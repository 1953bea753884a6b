#include "cli/message.h"

#include <unistd.h>

#include "base/buf.h"

#include "base/banned.h"

/*
 * Into a fixed array and out by one write: an error line must come out when
 * there is no memory left, and lines of two processes must not mix.
 */
struct line {
	char bytes[4096];
	size_t n;
};

static void put(struct line *l, char c)
{
	if (l->n < sizeof(l->bytes) - 1)
		l->bytes[l->n++] = c;
}

static bool colored;

void pq_message_color(bool on)
{
	colored = on;
}

static void put_code(struct line *l, const char *code)
{
	while (*code)
		put(l, *code++);
}

static void put_text(struct line *l, struct pq_text text)
{
	size_t room = sizeof(l->bytes) - 1 - l->n;
	size_t n = pq_text_encode_into(l->bytes + l->n, room, text);

	l->n += n;
}

static void write_line(struct line *l)
{
	size_t at = 0;

	l->bytes[l->n++] = '\n';
	while (at < l->n) {
		ssize_t n = write(STDERR_FILENO, l->bytes + at, l->n - at);

		if (n <= 0)
			return; /* there is nobody left to tell */
		at += (size_t)n;
	}
}

void pq_message_error(const char *subject, const struct pq_error *err)
{
	struct line l = { .n = 0 };
	bool red = colored;
	char digits[24];
	size_t n = 0;
	uint64_t offset = err->offset;

	put_code(&l, red ? "\033[31m" : "");
	put_text(&l, PQ_TEXT("profq: "));
	if (subject) {
		put_text(&l, pq_text_of(subject));
		put_text(&l, PQ_TEXT(": "));
	}
	put_text(&l, pq_text_of(err->msg));
	if (err->has_offset) {
		put_text(&l, PQ_TEXT(" (at byte "));
		do
			digits[n++] = (char)('0' + offset % 10);
		while (offset /= 10);
		while (n)
			put(&l, digits[--n]);
		put(&l, ')');
	}
	put_code(&l, red ? "\033[0m" : "");
	write_line(&l);
}

static void write_note(void *ctx, struct pq_text message)
{
	struct line l = { .n = 0 };

	(void)ctx;
	put_text(&l, message);
	write_line(&l);
}

void pq_message_log(struct pq_log *log)
{
	log->line = write_note;
	log->ctx = NULL;
	log->n_lines = 0;
}
