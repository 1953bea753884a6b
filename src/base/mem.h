/*
 * mem.h - the one allocator, with a budget.
 *
 * Promise: no function here returns NULL.  A request that passes the budget,
 *          or that the system refuses, unwinds to the nearest pq_mem_guard,
 *          which frees all blocks allocated inside it and reports PQ_ELIMIT.
 *          Without a guard the process aborts (a bug: main sets one).
 * Sizes:   sizes that come from input pass through pq_size_mul/pq_size_add
 *          first, so that they cannot wrap.
 * Cost:    32 bytes a block; meant for arenas and growing arrays, not for
 *          single small objects.
 * Threads: blocks and guards belong to the thread that made them, but for
 *          what is handed over in a parcel; giving a block of another
 *          thread's to pq_free or pq_realloc is a bug that is asserted.
 *
 * Three laws for what lives longer than one report:
 *
 * 1. What outlives a guard is made outside of it.  A block belongs to the
 *    innermost guard at the time it was allocated, or last grew from nothing:
 *    a cache that is filled inside is freed under its owner's feet.
 *
 *        wrong:	pq_mem_guard(answer, q, &err);
 *			  answer() -> p->totals = pq_alloc(...)
 *			  a later question reads p->totals: freed, if
 *			  answer ran out of memory
 *        right:	p->totals = pq_alloc(...);
 *			pq_mem_guard(answer, q, &err);
 *
 * 2. Nothing unwinds through a library.  longjmp past the frames of
 *    libmicrohttpd, libcurl, libedit, libdw or qsort leaves their locks held
 *    and their lists half changed.  A callback enters a guard of its own:
 *
 *        static enum MHD_Result on_request(void *cls, ...)
 *        {
 *                if (!pq_mem_guard(answer_request, &request, &err))
 *                        return MHD_NO;
 *                ...
 *
 * 3. A thread gives memory away in a parcel only:
 *
 *        wrong:	slot->profile = p;		freed by who asked
 *        right:	slot->profile = p;
 *			slot->memory = pq_mem_detach();	in the one thread
 *			pq_mem_adopt(&slot->memory);	in the other, first
 *
 *    A forked child (child.h) has copies of all blocks and is no thread.
 */
#ifndef PQ_BASE_MEM_H
#define PQ_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

__attribute__((returns_nonnull)) void *pq_alloc(size_t bytes);
__attribute__((returns_nonnull)) void *pq_alloc_zeroed(size_t bytes);
__attribute__((returns_nonnull)) void *pq_realloc(void *block, size_t bytes);
void pq_free(void *block);

/* a * b and a + b; on overflow as a request that cannot be met. */
size_t pq_size_mul(size_t a, size_t b);
size_t pq_size_add(size_t a, size_t b);

/*
 * Runs fn(arg).  When an allocation fails in it: everything allocated since
 * is freed, err says so (PQ_ELIMIT), the result is false.
 */
bool pq_mem_guard(void (*fn)(void *arg), void *arg, struct pq_error *err);

/*
 * Unwinds for another reason than memory: where an input fails so late that
 * nobody expects it any more.
 */
void pq_unwind(const struct pq_error *why) __attribute__((noreturn));

/* The same for what is beyond a limit (PQ_ELIMIT): `what', a text of our own. */
void pq_unwind_limit(const char *what) __attribute__((noreturn));

/*
 * Things that an unwinding must end besides memory: a descriptor, a temporary file,
 * an object of a library, a thread.  Between pq_cleanup_add and
 * pq_cleanup_remove, `end(arg)` is called when an allocation fails under the
 * guard that was the nearest when it was added; it may free but not allocate.
 * The struct is the caller's, on the stack or in what `arg` is.
 */
struct pq_cleanup {
	struct pq_cleanup *prev, *next;
	void (*end)(void *arg);
	void *arg;
};

void pq_cleanup_add(struct pq_cleanup *f, void (*end)(void *arg), void *arg);
/* Removing what was not added, or was removed, changes nothing. */
void pq_cleanup_remove(struct pq_cleanup *f);

/*
 * Limits the bytes allocated at any one time; 0 lifts the limit.  `why` is a
 * literal that ends the message, such as "--max-memory=N raises the limit".
 * Returns the limit that was in force.
 */
uint64_t pq_mem_limit(uint64_t bytes, const char *why);

uint64_t pq_mem_used(void); /* bytes allocated now */
uint64_t pq_mem_room(void); /* up to the limit; UINT64_MAX without one */
uint64_t pq_mem_peak(void); /* most bytes allocated at one time */

/*
 * Memory that is freed returns to the system in part, and is mapped and
 * cleared again when it is asked for: a quarter of the time of a comparison,
 * which reads its second profile where the first was read.  The first function
 * is for a process that will soon ask for as much again, and then end; before
 * its first thread.  The second one is for a process that has what it needs,
 * and stays.
 */
void pq_mem_keep_freed(void);
void pq_mem_give_back_freed(void);

/*
 * Handing memory over: detach takes all blocks of the calling thread, which
 * must be outside any guard; adopt makes them the calling thread's own, as if
 * they were allocated just then, whatever its limit.
 */
struct pq_mem_parcel {
	void *newest; /* NULL: nothing */
	uint64_t bytes;
};

struct pq_mem_parcel pq_mem_detach(void);
void pq_mem_adopt(struct pq_mem_parcel *parcel);

/* Test aid: the n-th allocation from now fails, and with `forever` all later
 * ones too; n = 0 turns it off. */
void pq_mem_fail_after(uint64_t n, bool forever);
/*
 * And of every other thread: the n-th allocation after it entered a guard that
 * is in no other one; 0 turns it off.
 */
void pq_mem_fail_other_threads(uint64_t n);

#endif
