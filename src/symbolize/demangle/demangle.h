/*
 * demangle.h - from a linker's name to the one that people read.
 *
 * Names:  Itanium C++ and Rust legacy, through libiberty, and Rust v0; each
 *         also with one more leading "_", as on macOS.  A name that is none of
 *         these but looks like C++ text loses its brackets.
 * Modes:  default drops parameters, return types, qualifiers of methods,
 *         template arguments; templates keeps template arguments; full keeps
 *         all.  Of a function around a lambda, a local class or a static
 *         variable "()" and the qualifiers stay in each mode.  Suffixes of clones (".part.0") always go.  In Rust names the
 *         mode decides about generic arguments of v0 only.
 * Limits: a name longer than PQ_DEMANGLE_MOST_BYTES, one with control
 *         characters, and one whose readable form (with what is left out)
 *         passes PQ_DEMANGLE_MOST_OUTPUT stay as they are.
 * Source: the reference's demangler modes and its heuristic for names that
 *         were demangled before.
 */
#ifndef PQ_SYMBOLIZE_DEMANGLE_DEMANGLE_H
#define PQ_SYMBOLIZE_DEMANGLE_DEMANGLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "profile/profile.h"

#define PQ_DEMANGLE_MOST_BYTES (16u << 10) /* bounds libiberty's recursion */
#define PQ_DEMANGLE_MOST_OUTPUT (1u << 20)

enum pq_demangle {
	PQ_DEMANGLE_DEFAULT,
	PQ_DEMANGLE_TEMPLATES,
	PQ_DEMANGLE_FULL,
	PQ_DEMANGLE_NONE,
};

/*
 * Appends the name to display.  False, with nothing appended, when the name
 * is displayed as it stands.
 */
bool pq_demangle_name(struct pq_text name, enum pq_demangle mode,
		      struct pq_buf *to);

/*
 * The same for a name that a tool has demangled already, with all that it
 * leaves to be dropped (perf script).
 */
bool pq_demangled_name(struct pq_text name, enum pq_demangle mode,
		       struct pq_buf *to);

/* Choices of -symbolize=MODE. */
struct pq_symbolize {
	bool none;	 /* leave every name alone */
	bool force;	 /* begin again, from programs and system names */
	bool no_local;	 /* do not look for programs */
	bool no_remote;	 /* ask no server */
	bool names_only; /* in programs: symbols, no debug information */
	enum pq_demangle demangle;
};

/*
 * Reads MODE, options with colons between, whatever their case.  An unknown
 * option is reported and passed over.
 */
void pq_symbolize_parse(struct pq_text mode, struct pq_symbolize *s,
			struct pq_log *log);

/*
 * Gives names to the functions that have none of their own: an empty one, or
 * only the system name.
 */
void pq_symbolize_profile(struct pq_profile *p, const struct pq_symbolize *s);

#endif
