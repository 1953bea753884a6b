#include "host/message.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/buf.h"

#include "base/banned.h"

/*
 * Into a fixed array and out by one write: an error line must come out when
 * there is no memory left, and lines of two processes must not mix.
 */
struct line {
	char bytes[8192];
	size_t n;
};

/* The end of a line must fit, whatever stood before it. */
#define TAIL_BYTES 64
/* A subject may be the longest path; the reason matters more. */
#define SUBJECT_BYTES 2048
/* The line on which progress is shown must not be longer than a screen. */
#define STATUS_BYTES 200
#define WIPE "\r\033[K"
#define MOST_WAIT_MS 1000

static void append_char(struct line *l, char c)
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
		append_char(l, *code++);
}

/* As much of a text as fits, and into `most` bytes. */
static void put_some(struct line *l, struct pq_text text, size_t most)
{
	size_t room = sizeof(l->bytes) - TAIL_BYTES;

	room = room > l->n ? room - l->n : 0;
	l->n += pq_text_encode_into(l->bytes + l->n, room < most ? room : most,
				    text);
}

static void put_message_text(struct line *l, struct pq_text text)
{
	put_some(l, text, sizeof(l->bytes));
}

static bool goes_on(ssize_t written)
{
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (written >= 0 || errno == EINTR)
		return true;
	/* full, and not one that waits: not for ever, for it is only a line */
	return errno == EAGAIN && poll(&p, 1, MOST_WAIT_MS) > 0;
}

static void write_out(const struct line *l)
{
	size_t at = 0;

	while (at < l->n) {
		ssize_t n = write(STDERR_FILENO, l->bytes + at, l->n - at);

		if (!goes_on(n))
			return; /* there is nobody left to tell */
		at += n > 0 ? (size_t)n : 0;
	}
}

static bool has_status;

/* Empty, but for what wipes the status line. */
static void begin_message(struct line *l)
{
	l->n = 0;
	if (has_status)
		put_code(l, WIPE);
	has_status = false;
}

static void write_line(struct line *l)
{
	l->bytes[l->n++] = '\n';
	write_out(l);
}

void pq_message_status(const char *words, struct pq_text what)
{
	struct line l;

	l.n = 0;
	put_code(&l, WIPE);
	put_message_text(&l, pq_text_of(words));
	put_some(&l, what, STATUS_BYTES);
	has_status = true;
	write_out(&l);
}

void pq_message_wipe(void)
{
	struct line l;

	begin_message(&l);
	write_out(&l);
}

void pq_message_error(const char *subject, const struct pq_error *err)
{
	struct line l;
	bool red = colored;
	char digits[24];
	size_t n = 0;
	uint64_t offset = err->offset;

	begin_message(&l);
	put_code(&l, red ? "\033[31m" : "");
	put_message_text(&l, PQ_TEXT("profq: "));
	/* A long name must not push the reason out of the line. */
	if (subject) {
		put_some(&l, pq_text_of(subject), SUBJECT_BYTES);
		put_message_text(&l, PQ_TEXT(": "));
	}
	put_message_text(&l, pq_text_of(err->msg));
	/* Digits by hand: there may be no memory left. */
	if (err->has_offset) {
		put_code(&l, " (at byte ");
		do
			digits[n++] = (char)('0' + offset % 10);
		while (offset /= 10);
		while (n)
			append_char(&l, digits[--n]);
		append_char(&l, ')');
	}
	put_code(&l, red ? "\033[0m" : "");
	write_line(&l);
}

static void write_note(void *ctx, struct pq_text message)
{
	struct line l;

	(void)ctx;
	begin_message(&l);
	put_message_text(&l, message);
	write_line(&l);
}

void pq_message_log(struct pq_log *log)
{
	log->line = write_note;
	log->aside = NULL;
	log->ctx = NULL;
	log->n_lines = 0;
}
