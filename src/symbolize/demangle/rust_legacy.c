#include "symbolize/demangle/rust.h"

#include <ctype.h>
#include <setjmp.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "symbolize/demangle/itanium.h"

#include "base/banned.h"

/* libiberty holds no memory while it prints a legacy name. */
static void emit(const char *piece, size_t n, void *opaque)
{
	struct pq_demangle_sink *sink = opaque;

	if (n >= sink->room) {
		sink->room = 0;
		longjmp(sink->stop, 1);
	}
	sink->room -= n;
	pq_buf_bytes(sink->to, piece, n);
}

static bool print(struct pq_demangle_sink *sink, void *arg)
{
	if (setjmp(sink->stop))
		return false;
	return rust_demangle_callback(arg, DMGL_NO_OPTS, emit, sink) != 0;
}

/*
 * The reference drops one "_" before each part of a legacy name; libiberty
 * does so only before "$".  Appends the name without: 4__ab becomes 3_ab.
 */
static void drop_underscores(const char *name, struct pq_buf *to)
{
	size_t left = strlen(name);

	while (left && !isdigit((unsigned char)*name)) {
		pq_buf_char(to, *name++);
		left--;
	}
	while (left && isdigit((unsigned char)*name)) {
		size_t n = 0, skip;

		for (; left && isdigit((unsigned char)*name); name++, left--)
			n = n > left ? n : n * 10 + (size_t)(*name - '0');
		if (n > left)
			n = left;
		skip = n > 1 && name[0] == '_' && name[1] != '$';
		pq_buf_printf(to, "%zu", n - skip);
		pq_buf_bytes(to, name + skip, n - skip);
		name += n;
		left -= n;
	}
	pq_buf_bytes(to, name, left);
}

bool pq_rust_demangle_legacy(const char *name, struct pq_buf *to)
{
	struct pq_buf copy = { 0 };
	bool good;

	if (strncmp(name, "_ZN", 3) != 0)
		return false;
	drop_underscores(name, &copy);
	pq_buf_cstr(&copy);
	good = pq_demangle_print(print, pq_unchecked_writable(copy.data),
				 copy.len * 4 + 256, to);
	pq_buf_release(&copy);
	return good;
}
