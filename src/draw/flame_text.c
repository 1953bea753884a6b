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

struct pq_text pq_flame_short(struct pq_text name)
{
	struct pq_text package = pq_package_of_name(name);
	size_t folders = package.len - pq_text_basename(package).len;

	return pq_text_slice(name, folders, name.len);
}
