/*
 * itanium.h - C++ names (_Z...) through libiberty's component tree.
 *
 * Parameters and template arguments are left out in the tree, not in the text:
 * "operator>>" and "(anonymous namespace)" need no exceptions.
 * Source: the Itanium C++ ABI, section 5.1; libiberty/demangle.h.
 */
#ifndef PQ_SYMBOLIZE_DEMANGLE_ITANIUM_H
#define PQ_SYMBOLIZE_DEMANGLE_ITANIUM_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Parts of a name that are kept.  Without parameters, a function that only
 * encloses the name keeps "()" and its qualifiers.
 */
struct pq_itanium {
	bool parameters; /* with return types and qualifiers of methods */
	bool template_arguments;
};

/*
 * Appends the readable form of a terminated name that begins with "_Z" and
 * has no control characters.  False, with nothing appended, when it has no
 * readable form.
 */
bool pq_itanium_demangle(const char *name, size_t len,
			 const struct pq_itanium *keep, struct pq_buf *to);

/*
 * Receives the output of libiberty's demanglers.  It allocates nothing, so
 * that running out of memory cannot unwind through libiberty: a print that
 * needs more room is left by longjmp(stop), and begins again with more.
 */
struct pq_demangle_sink {
	struct pq_buf *to;
	size_t room;	 /* bytes that may still be printed */
	unsigned hidden; /* depth of hidden template arguments */
	bool closing;	 /* the next '>' ends such arguments */
	bool stray;	 /* a comma was dropped; its blank is, too */
	jmp_buf stop;
};

/*
 * Runs print(sink, arg), which appends to `to`, with ever more room up to
 * PQ_DEMANGLE_MOST_OUTPUT; `first` is the guess to begin with.
 */
bool pq_demangle_print(bool (*print)(struct pq_demangle_sink *sink, void *arg),
		       void *arg, size_t first, struct pq_buf *to);

#endif
