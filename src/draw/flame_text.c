#include "draw/flame_text.h"

#include "base/map.h"

#include "base/banned.h"

/* Beginnings of the packages and files of what runs programs. */
static const char *const runtimes[] = {
	"runtime/", "internal/runtime/", "[kernel", "[vdso]",  "[vsyscall]",
	"ld-linux", "ld-musl",		 "libc-",   "libc.so", "libpthread",
};

static bool is_runtime(struct pq_text package)
{
	if (pq_text_is(package, "runtime"))
		return true;
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(*runtimes); i++)
		if (pq_text_starts(package, runtimes[i]))
			return true;
	return false;
}

unsigned pq_flame_color(struct pq_text package)
{
	if (is_runtime(package))
		return PQ_FLAME_COLORS - 1;
	return (unsigned)(pq_hash_plain(package.bytes, package.len, 11) >> 32) %
	       (PQ_FLAME_COLORS - 1);
}

struct pq_text pq_flame_cut(struct pq_text text, size_t bytes)
{
	size_t at = 0;
	uint32_t rune;

	while (at < text.len && at < bytes) {
		size_t n = pq_text_rune(text, at, &rune);

		at += n ? n : 1;
	}
	return pq_text_slice(text, 0, at);
}

#define ELLIPSIS "\xe2\x80\xa6"

void pq_flame_name(struct pq_buf *to, struct pq_text name)
{
	struct pq_text cut = pq_flame_cut(name, PQ_FLAME_NAME);

	pq_buf_text(to, cut);
	if (cut.len < name.len)
		pq_buf_str(to, ELLIPSIS);
}

/* Wide characters count twice: rather too short than over the edge. */
static size_t columns_of(uint32_t rune)
{
	return rune < 0x1100 ? 1 : 2;
}

void pq_flame_fit(struct pq_buf *to, struct pq_text name, size_t columns)
{
	size_t used = 0, at = 0, fits = 0;

	while (at < name.len) {
		uint32_t rune = 0;
		size_t n = pq_text_rune(name, at, &rune);

		used += columns_of(rune);
		if (used > columns)
			break;
		at += n ? n : 1;
		/* One column stays free for the ellipsis. */
		if (used < columns)
			fits = at;
	}
	if (at >= name.len)
		fits = name.len;
	pq_buf_text(to, pq_text_slice(name, 0, fits));
	if (fits < name.len)
		pq_buf_str(to, ELLIPSIS);
}

void pq_flame_place(struct pq_buf *to, const struct pq_stack_frame *frame)
{
	struct pq_text file = pq_text_basename(frame->file);

	if (!file.len)
		return;
	pq_flame_name(to, file);
	if (frame->start_line > 0)
		pq_buf_printf(to, ":%lld", (long long)frame->start_line);
}

/* ---- shorter forms of a name ---- */

/* "func1", "2", "func1.2": what a compiler calls a function in a function. */
static bool is_numbered(struct pq_text part)
{
	size_t from = pq_text_starts(part, "func") ? 4 : 0, at = from;

	while (at < part.len && pq_is_digit(part.bytes[at]))
		at++;
	return at > from && (at == part.len || part.bytes[at] == '.');
}

/* Into brackets, out of them, or neither. */
static int bracket_step(struct pq_text name, size_t at)
{
	switch (name.bytes[at]) {
	case '(':
	case '[':
	case '{':
	case '<':
		return 1;
	case ')':
	case ']':
	case '}':
		return -1;
	case '>':
		/* the arrow of a type, or of an operator */
		return at && name.bytes[at - 1] == '-' ? 0 : -1;
	default:
		return 0;
	}
}

/* What can be cut off the beginning of a name; 0 where there is nothing. */
struct name_cuts {
	size_t path; /* ends behind the last slash */
	size_t part; /* ends behind the first point or :: */
};

/* Nothing within brackets, and nothing behind a blank, where no name stands. */
static struct name_cuts find_cuts(struct pq_text name)
{
	struct name_cuts cuts = { 0 };
	int depth = 0;

	for (size_t at = 0; at < name.len; at++) {
		struct pq_text rest = pq_text_slice(name, at, name.len);
		size_t mark = pq_text_starts(rest, "::") ? 2 : 1;

		depth += bracket_step(name, at);
		if (depth)
			continue;
		if (name.bytes[at] == ' ')
			break;
		rest = pq_text_slice(name, at + mark, name.len);
		if (!at || !rest.len)
			continue;
		if (name.bytes[at] == '/')
			cuts.path = at + 1;
		else if (!cuts.part && (mark > 1 || name.bytes[at] == '.') &&
			 !is_numbered(rest))
			cuts.part = at + mark;
	}
	return cuts;
}

static bool is_of_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       pq_is_digit(c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

/* Whether arguments of a template begin here; *from: at the :: before them. */
static bool begins_arguments(struct pq_text name, size_t at, size_t *from)
{
	static const char word[] = "operator";
	size_t n = sizeof(word) - 1;

	*from = at;
	if (name.bytes[at] != '<' && name.bytes[at] != '[')
		return false;
	if (at >= 2 && name.bytes[at - 1] == ':' && name.bytes[at - 2] == ':')
		*from -= 2;
	/* The sign of an operator is its name, and no bracket. */
	return *from && is_of_word(name.bytes[*from - 1]) &&
	       (at < n || !pq_text_is(pq_text_slice(name, at - n, at), word));
}

/* The end of the brackets that open here; 0 where they stay open. */
static size_t end_of_brackets(struct pq_text name, size_t at)
{
	int depth = 0;

	for (; at < name.len; at++) {
		depth += bracket_step(name, at);
		if (depth <= 0)
			return at + 1;
	}
	return 0;
}

/* Appends the name without the arguments of its templates. */
static void put_bare_name(struct pq_buf *to, struct pq_text name)
{
	size_t copied = 0;

	for (size_t at = 0; at < name.len; at++) {
		size_t from, end;

		if (!begins_arguments(name, at, &from))
			continue;
		end = end_of_brackets(name, at);
		if (!end)
			break;
		pq_buf_text(to, pq_text_slice(name, copied, from));
		copied = end;
		at = end - 1;
	}
	pq_buf_text(to, pq_text_slice(name, copied, name.len));
}

static void replace_name(struct pq_buf *name, struct pq_buf *by)
{
	struct pq_buf old = *name;

	*name = *by;
	pq_buf_release(&old);
}

bool pq_flame_shorten(struct pq_buf *name)
{
	struct pq_text whole = pq_buf_view(name);
	struct name_cuts cuts = find_cuts(whole);
	size_t cut = cuts.path ? cuts.path : cuts.part;
	struct pq_buf shorter = { 0 };

	if (!cuts.path)
		put_bare_name(&shorter, whole);
	/* Arguments go before the part in front of them does. */
	if (cuts.path || shorter.len == whole.len) {
		pq_buf_clear(&shorter);
		pq_buf_text(&shorter, pq_text_slice(whole, cut, whole.len));
	}
	if (shorter.len == whole.len) {
		pq_buf_release(&shorter);
		return false;
	}
	replace_name(name, &shorter);
	return true;
}

bool pq_flame_shorten_to(struct pq_buf *name, size_t columns)
{
	while (pq_text_width(pq_buf_view(name)) > columns)
		if (!pq_flame_shorten(name))
			return false;
	return true;
}
