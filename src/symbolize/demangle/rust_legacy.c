/*
 * rust_legacy.c - Rust's legacy names (_ZN...17h...E) through libiberty;
 * symbolize/demangle/rust.h declares pq_rust_demangle_legacy.
 */
#include "symbolize/demangle/rust.h"

#include <ctype.h>
#include <setjmp.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "symbolize/demangle/itanium.h"

#include "base/banned.h"

/* The jump loses nothing: libiberty holds no memory while it prints these. */
static void copy_legacy_bytes(const char *piece, size_t n, void *opaque)
{
	struct pq_demangle_sink *sink = opaque;

	if (n >= sink->room) {
		sink->room = 0;
		longjmp(sink->stop, 1);
	}
	sink->room -= n;
	pq_buf_bytes(sink->to, piece, n);
}

static bool print_legacy_name(struct pq_demangle_sink *sink, void *arg)
{
	if (setjmp(sink->stop))
		return false;
	return rust_demangle_callback(arg, DMGL_NO_OPTS, copy_legacy_bytes,
				      sink) != 0;
}

/*
 * Appends the name without one "_" at the beginning of each part: 4__ab
 * becomes 3_ab.  The reference drops this "_"; libiberty drops it itself, but
 * only before "$".
 */
static void append_without_underscores(const char *name, struct pq_buf *to)
{
	size_t left = strlen(name);

	/* Text before the first part. */
	while (left && !isdigit((unsigned char)*name)) {
		pq_buf_char(to, *name++);
		left--;
	}

	/* Parts: a length in decimal digits, then so many bytes. */
	while (left && isdigit((unsigned char)*name)) {
		size_t n = 0, skip;

		for (; left && isdigit((unsigned char)*name); name++, left--)
			n = n > left ? n : n * 10 + (size_t)(*name - '0');

		/* A length beyond the end stands for the rest. */
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
	append_without_underscores(name, &copy);
	pq_buf_cstr(&copy);
	good = pq_demangle_print(print_legacy_name,
				 pq_unchecked_writable(copy.data),
				 copy.len * 4 + 256, to);
	pq_buf_release(&copy);
	return good;
}
