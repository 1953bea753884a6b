/*
 * rust.h - Rust names: legacy (_ZN...17h...E) through libiberty, and v0 (_R...)
 * by a reader of our own, since libiberty's can be made to loop.
 *
 * Without template arguments the generic arguments of v0 names are left out,
 * but not their brackets nor the associated types bound in them:
 * "f::<>", "dyn Fn<, Output = i32>".  Legacy names have no generic arguments.
 * Source: Rust RFC 2603; what the reference prints.
 */
#ifndef PQ_SYMBOLIZE_DEMANGLE_RUST_H
#define PQ_SYMBOLIZE_DEMANGLE_RUST_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Each appends the readable form of a terminated name.  False, with nothing
 * appended, when the name is of another kind.
 */
bool pq_rust_demangle_legacy(const char *name, struct pq_buf *to);
bool pq_rust_demangle_v0(const char *name, bool template_arguments,
			 struct pq_buf *to);

#endif
