#include "draw/flame_text.h"

#include "base/map.h"
#include "graph/stacks.h"

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

/* "func1", "2", "func1.2": what a compiler calls a function in a function. */
static bool is_numbered(struct pq_text part)
{
	size_t from = pq_text_starts(part, "func") ? 4 : 0, at = from;

	while (at < part.len && part.bytes[at] >= '0' && part.bytes[at] <= '9')
		at++;
	return at > from && (at == part.len || part.bytes[at] == '.');
}

/* The length of a mark between two parts of a name; 0 where there is none. */
static size_t mark_length(struct pq_text name, size_t at)
{
	if (name.bytes[at] == '/' || name.bytes[at] == '.')
		return 1;
	return pq_text_starts(pq_text_slice(name, at, name.len), "::") ? 2 : 0;
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
	case '>':
		return -1;
	default:
		return 0;
	}
}

bool pq_flame_shorten(struct pq_text *name)
{
	int depth = 0;

	for (size_t at = 0; at < name->len; at++) {
		size_t mark = mark_length(*name, at);
		struct pq_text rest =
			pq_text_slice(*name, at + mark, name->len);

		/* Behind a blank outside of brackets stands no name. */
		depth += bracket_step(*name, at);
		if (depth)
			continue;
		if (name->bytes[at] == ' ')
			return false;
		if (mark && at && rest.len && !is_numbered(rest)) {
			*name = rest;
			return true;
		}
	}
	return false;
}
