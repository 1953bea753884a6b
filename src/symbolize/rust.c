#include "symbolize/rust.h"

#include <ctype.h>
#include <setjmp.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "symbolize/itanium.h"

#include "base/banned.h"

struct job {
	const char *name;
	bool keep_arguments;
	struct pq_demangle_sink *sink;
	char last;	  /* byte printed before */
	unsigned depth;	  /* of "<" */
	unsigned dropped; /* depth of the arguments being dropped, or 0 */
	size_t mark;	  /* what is appended after it may have to go */
};

static bool is(const char *piece, size_t n, const char *what)
{
	return n == strlen(what) && memcmp(piece, what, n) == 0;
}

/*
 * A "<" after "::" or a name holds arguments, any other one a type with its
 * implementation: "<T as Trait>".
 */
static bool opens_arguments(const struct job *job)
{
	unsigned char c = (unsigned char)job->last;

	return isalnum(c) || c >= 0x80 || (c && strchr("_:>}", c));
}

/*
 * Appends a piece, and takes back what turns out to be an argument.  That a
 * piece is no argument but an associated type is seen by the " = " after it.
 */
static void append(struct job *job, const char *piece, size_t n)
{
	struct pq_buf *to = job->sink->to;
	bool at_arguments = job->dropped && job->dropped == job->depth;
	bool closes = is(piece, n, ">");

	if (at_arguments && is(piece, n, " = "))
		job->dropped = 0;
	else if (at_arguments && (closes || is(piece, n, ", ")))
		to->len = job->mark;
	pq_buf_bytes(to, piece, n);

	if (closes) {
		if (at_arguments)
			job->dropped = 0;
		job->depth -= job->depth > 0;
	} else if (is(piece, n, "<")) {
		job->depth++;
		if (!job->keep_arguments && !job->dropped &&
		    opens_arguments(job)) {
			job->dropped = job->depth;
			job->mark = to->len;
		}
	}
}

/*
 * Leaving libiberty by a jump is good wherever it holds no memory.  It holds
 * some only while it prints an identifier character by character.
 */
static void emit(const char *piece, size_t n, void *opaque)
{
	struct job *job = opaque;

	if (n >= job->sink->room) {
		job->sink->room = 0;
		if (n > 1 && (unsigned char)piece[0] < 0x80)
			longjmp(job->sink->stop, 1);
		return;
	}
	if (!n)
		return;
	job->sink->room -= n;
	append(job, piece, n);
	job->last = piece[n - 1];
}

static bool print(struct pq_demangle_sink *sink, void *arg)
{
	struct job *job = arg;

	job->sink = sink;
	job->depth = job->dropped = 0;
	job->last = '\0';
	if (setjmp(sink->stop))
		return false;
	return rust_demangle_callback(job->name, DMGL_NO_OPTS, emit, job) &&
	       sink->room;
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

bool pq_rust_demangle(const char *name, bool template_arguments,
		      struct pq_buf *to)
{
	struct pq_buf copy = { 0 };
	struct job job = { .keep_arguments = true };
	bool good;

	if (strncmp(name, "_R", 2) == 0) {
		job.keep_arguments = template_arguments;
		pq_buf_bytes(&copy, name, strcspn(name, ".")); /* ".llvm.1" */
	} else if (strncmp(name, "_ZN", 3) == 0) {
		drop_underscores(name, &copy);
	} else {
		return false;
	}
	job.name = pq_buf_cstr(&copy);
	good = pq_demangle_print(print, &job, copy.len * 4 + 256, to);
	pq_buf_release(&copy);
	return good;
}
