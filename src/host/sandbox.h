/*
 * sandbox.h - the process gives up its rights, so that a file that gets hold
 * of it gets hold of nothing.
 *
 * Before the first input is read (pq_sandbox_enter): it may open files for
 * reading, write to what is open, and start threads.  It may not write to,
 * make or remove files, run programs, use sockets, or touch other processes.
 * When the output is a file, its directory allows what a rename needs.
 * After the last one was read (pq_sandbox_close): nothing can be opened any
 * more, unless the report reads files of its own.
 *
 * How: no_new_privs; Landlock for files and TCP; a seccomp filter that knows
 *      the calls that are needed, and answers EPERM to all others.
 * A server that was closed so accepts and answers, but connects to nobody.
 * What needs more is a child from before: the pager (terminal.h), the browser
 *      and the note of the last profile (base/child.h).  A session does what its
 *      user types, and keeps its rights.
 * Errors: a kernel that lacks one of the three goes on without it.  PQ_EIO
 *      when it has it and refuses.
 * Cost:   about 0.1 ms.
 */
#ifndef PQ_HOST_SANDBOX_H
#define PQ_HOST_SANDBOX_H

#include "base/error.h"

struct pq_sandbox {
	const char *folder; /* an output will be renamed in it; or NULL */
	const char *keeps;  /* files are read and written in it; or NULL */
	bool reads_files;   /* the report does: sources, libraries */
	bool forks;	    /* the report does: graph layout */
	bool asks_readers;  /* names are asked of children while loading */
	bool talks;	    /* over sockets that are open already */
	bool serves;	    /* who connects to a socket that listens */
	bool off;	    /* -sandbox=false */
};

bool pq_sandbox_enter(const struct pq_sandbox *s, struct pq_error *err);
bool pq_sandbox_close(const struct pq_sandbox *s, struct pq_error *err);

/*
 * False in builds whose tools need rights of their own when a program ends:
 * sanitizers and coverage.  pq_sandbox_enter does not ask.
 */
bool pq_sandbox_usable(void);

#endif
