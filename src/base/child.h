/*
 * child.h - the one way to start a process.
 *
 * A child is a function of this program that runs in a process of its own, or
 * another program.  Three uses, by how the two sides speak:
 *
 *   a talk	pq_child_begin(&c, &plan, err)	plan.run(arg, in, out) runs
 *		write to c.to, read from c.from
 *		pq_child_wait(&c)		closes both, waits for the end
 *   an output	pq_child_begin, then pq_child_read: all that it writes, up to
 *		a time and a size, and how it ended
 *   a task	pq_child_prepare(&c, fn, arg, err)	it waits for a word
 *		pq_child_run(&c, err)		fn(arg, err) runs; its answer
 *		pq_child_cancel(&c)		or it ends without
 *
 * A task is made while there are rights (host/sandbox.h) and run when there
 * are none.  It learns nothing but that it may begin: what it does was settled
 * before any input was read.
 *
 * Threads: the caller has none alive (thread.h; asserted).  Memory from
 *	pq_alloc is the child's own copy; `run` is called under a guard, and
 *	what it changes is lost to the parent.
 * Signals: the child has the default action for each signal that has a
 *	handler here: no handler of the parent's runs in it.  SIGCHLD gets its
 *	default in the parent, too, when it was ignored by whoever started the
 *	program: without, the system keeps no status, and a failure would look
 *	like success.
 * Descriptors: in and out are the child's ends of two pipes.  It has no end of
 *	another child's pipes, which would never see their end otherwise.  Other
 *	descriptors stay open unless `closes_files`; a program gets 0, 1 and 2.
 * Unwinding: a child that is not waited for yet is ended and waited for.
 * Errors: PQ_EIO "cannot start a process: ..." or those of fn.
 */
#ifndef PQ_BASE_CHILD_H
#define PQ_BASE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"

struct pq_child_plan {
	/* Returns the exit status; 0 is for success. */
	int (*run)(void *arg, int in, int out);
	void *arg;
	/* Limits that the kernel holds it to; 0 for none. */
	unsigned cpu_seconds;	/* after them SIGXCPU, a second later SIGKILL */
	uint64_t address_bytes; /* address space, over what pq_alloc has now */
	bool writes_no_file;	/* pipes only; no memory image either */
	/*
	 * 0, 1 and 2 become pipes that nobody holds: reading finds the end,
	 * writing fails.  No file has to be opened for it, as /dev/null has.
	 */
	bool is_silent;
	bool closes_files;     /* all but 0, 1, 2, in and out */
	bool dies_with_parent; /* by SIGKILL */
	/* Unwinding closes its pipes and waits, and does not kill it. */
	bool ends_with_input;
};

/* One of zeros is without a child. */
struct pq_child {
	pid_t pid;		/* 0: none, or it was waited for */
	int to;			/* the child reads it; -1 once closed */
	int from;		/* the child writes it; -1 once closed */
	struct pq_child *older; /* that is not waited for yet */
	struct pq_cleanup cleanup;
};

enum pq_child_how {
	PQ_CHILD_EXITED,   /* number: its exit status */
	PQ_CHILD_SIGNALED, /* number: of the signal */
	PQ_CHILD_LOST,	   /* the system does not know how it ended */
};

struct pq_child_end {
	enum pq_child_how how;
	int number;
};

bool pq_child_begin(struct pq_child *c, const struct pq_child_plan *plan,
		    struct pq_error *err);

/* Closes both pipes and waits; a child that reads on finds the end. */
struct pq_child_end pq_child_wait(struct pq_child *c);

/* SIGKILL, and pq_child_wait. */
struct pq_child_end pq_child_kill(struct pq_child *c);

bool pq_child_succeeded(struct pq_child_end end);

/* ---- its output ---- */

enum pq_child_reading {
	PQ_CHILD_WHOLE,	     /* up to the end of its output */
	PQ_CHILD_TOO_LATE,   /* killed: the time was over */
	PQ_CHILD_TOO_LONG,   /* killed: more than most_bytes came */
	PQ_CHILD_UNREADABLE, /* killed: the pipe failed; errno says why */
};

/*
 * Appends all that it writes, then waits for its end.  `seconds` are those of
 * the clock, from now on.
 */
enum pq_child_reading pq_child_read(struct pq_child *c, struct pq_buf *to,
				    unsigned seconds, size_t most_bytes,
				    struct pq_child_end *end);

/* ---- a task ---- */

typedef bool pq_child_task(const char *arg, struct pq_error *err);

bool pq_child_prepare(struct pq_child *c, pq_child_task *fn, const char *arg,
		      struct pq_error *err);
/* Waits for the end of fn. */
bool pq_child_run(struct pq_child *c, struct pq_error *err);
/* Nothing when there is none, or it has run. */
void pq_child_cancel(struct pq_child *c);

/* ---- another program ---- */

/*
 * Starts the program words[0], looked for in $PATH, with this one's standard
 * streams.  False, with errno, when it cannot be started.
 */
bool pq_child_start_program(struct pq_child *c, char *const words[]);

#endif
