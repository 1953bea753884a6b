#include "host/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/banned.h"

/* Names are left whole where less than this would remain: it says too little. */
#define LEAST_NAME 24

/* ---- signs ---- */

bool pq_locale_is_ascii(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	/* The first that is set decides, as in setlocale. */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return !strcasestr(value, "UTF-8") &&
			       !strcasestr(value, "UTF8");
	}
	return true;
}

static const struct sign {
	const char *utf8, *ascii;
} signs[] = {
	{ "\302\261", "+-" }, /* plus and minus */
	{ "\302\265", "u" },  /* micro */
};

enum { N_SIGNS = sizeof(signs) / sizeof(signs[0]) };

/* Where the next sign is, or where the line ends. */
static size_t find_sign(struct pq_text line, size_t from,
			const struct sign **found)
{
	size_t at = line.len;

	for (size_t i = 0; i < N_SIGNS; i++) {
		size_t here = pq_text_find(line, from, signs[i].utf8);

		if (here < at) {
			at = here;
			*found = &signs[i];
		}
	}
	return at;
}

/* A sign of two letters takes one of the spaces that pad its cell. */
static void put_sign(struct pq_buf *to, const struct sign *sign, size_t start)
{
	struct pq_text done = pq_buf_view(to);

	if (sign->ascii[1] && done.len >= start + 2 &&
	    done.bytes[done.len - 1] == ' ' && done.bytes[done.len - 2] == ' ')
		to->len--;
	pq_buf_str(to, sign->ascii);
}

static void spell_signs(struct pq_text line, struct pq_buf *to)
{
	const struct sign *sign = NULL;
	size_t start = to->len, at = 0;

	while (at < line.len) {
		size_t next = find_sign(line, at, &sign);

		pq_buf_text(to, pq_text_slice(line, at, next));
		if (next == line.len)
			return;
		put_sign(to, sign, start);
		at = next + strlen(sign->utf8);
	}
}

/* ---- names ---- */

/* Columns of a line, byte by byte; styles and the rest of a letter have none. */
struct column_count {
	size_t n;
	bool in_style;
};

static bool begins_column(struct column_count *k, char c)
{
	if (k->in_style) {
		k->in_style = c != 'm';
		return false;
	}
	k->in_style = c == '\033';
	if (k->in_style || ((unsigned char)c & 0xc0) == 0x80)
		return false;
	k->n++;
	return true;
}

struct row_shape {
	size_t width;	/* columns */
	size_t name_at; /* the column behind the last two spaces, or 0 */
};

static struct row_shape measure_screen_row(struct pq_text line)
{
	struct column_count k = { 0 };
	struct row_shape shape = { 0 };
	size_t spaces = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (!begins_column(&k, line.bytes[i]))
			continue;
		if (line.bytes[i] == ' ') {
			spaces++;
			continue;
		}
		if (spaces > 1)
			shape.name_at = k.n - 1;
		spaces = 0;
	}
	shape.width = k.n;
	return shape;
}

/* The line without the columns between; styles begin and end all the same. */
static void put_without(struct pq_text line, size_t from, size_t end,
			const char *mark, struct pq_buf *to)
{
	struct column_count k = { 0 };
	bool left_out = false;

	for (size_t i = 0; i < line.len; i++) {
		bool in_style = k.in_style || line.bytes[i] == '\033';

		if (begins_column(&k, line.bytes[i])) {
			left_out = k.n > from && k.n <= end;
			if (k.n == from + 1)
				pq_buf_str(to, mark);
		}
		if (in_style || !left_out)
			pq_buf_text(to, pq_text_slice(line, i, i + 1));
	}
}

static void cut_name(const struct pq_screen *s, struct pq_text line,
		     struct pq_buf *to)
{
	const char *mark = s->ascii ? "..." : "\342\200\246";
	size_t mark_width = s->ascii ? 3 : 1, kept, from;
	struct row_shape shape = measure_screen_row(line);

	if (!shape.name_at || shape.width <= s->columns ||
	    shape.name_at + LEAST_NAME > s->columns) {
		pq_buf_text(to, line);
		return;
	}
	kept = s->columns - shape.name_at - mark_width;
	from = shape.name_at + kept / 2;
	put_without(line, from, shape.width - (kept - kept / 2), mark, to);
}

static void spell_line(const struct pq_screen *s, struct pq_text line,
		       struct pq_buf *scratch, struct pq_buf *to)
{
	if (s->ascii) {
		pq_buf_clear(scratch);
		spell_signs(line, scratch);
		line = pq_buf_view(scratch);
	}
	/* No line is wider than its bytes. */
	if (s->columns && line.len > s->columns)
		cut_name(s, line, to);
	else
		pq_buf_text(to, line);
}

void pq_screen_spell(const struct pq_screen *s, struct pq_text lines,
		     struct pq_buf *to)
{
	struct pq_buf scratch = { 0 };
	size_t at = 0;

	while (at < lines.len) {
		size_t end = pq_text_find(lines, at, "\n");

		spell_line(s, pq_text_slice(lines, at, end), &scratch, to);
		if (end < lines.len)
			pq_buf_char(to, '\n');
		at = end + 1;
	}
	pq_buf_release(&scratch);
}

/* ---- the terminal ---- */

/* That of standard output: a process has one. */
static struct pq_screen screen;

static void spell_for_screen(struct pq_text lines, struct pq_buf *to)
{
	pq_screen_spell(&screen, lines, to);
}

void pq_screen_offer(struct pq_out *out, bool names_last)
{
	struct winsize size = { 0 };

	if (!isatty(out->fd))
		return;
	screen.ascii = pq_locale_is_ascii();
	screen.columns = names_last && !ioctl(out->fd, TIOCGWINSZ, &size)
				 ? size.ws_col
				 : 0;
	if (screen.ascii || screen.columns)
		out->spell = spell_for_screen;
}

void pq_screen_scrolls(struct pq_out *out)
{
	screen.columns = 0;
	if (!screen.ascii)
		out->spell = NULL;
}
