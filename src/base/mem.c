#include "base/mem.h"

#include <assert.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct block {
	struct block *prev, *next;
	size_t bytes;
	/* The thread's list that it is in, by the address of its head. */
	struct block **list;
};

struct guard {
	jmp_buf jump;
	struct guard *outer;
	struct block *blocks;	    /* blocks older than the guard */
	struct pq_cleanup *cleanup; /* and other things */
	struct pq_error why;	    /* PQ_OK: out of memory */
};

static _Thread_local struct block *newest;
static _Thread_local struct guard *guard;
static _Thread_local uint64_t used, peak;
static _Thread_local uint64_t limit;
static _Thread_local const char *limit_why = "";
static _Thread_local uint64_t fail_in;
static _Thread_local bool fail_forever;

/* For threads whose fail_in is not that one; set while there are none. */
static uint64_t fail_other_threads_at;
static const uint64_t *injecting_thread;

static _Thread_local struct pq_cleanup *newest_cleanup;

static void unlink_cleanup(struct pq_cleanup *f)
{
	if (f->prev)
		f->prev->next = f->next;
	if (f->next)
		f->next->prev = f->prev;
	else
		newest_cleanup = f->prev;
	for (struct guard *g = guard; g; g = g->outer)
		if (g->cleanup == f)
			g->cleanup = f->prev;
	f->end = NULL;
}

void pq_cleanup_add(struct pq_cleanup *f, void (*end)(void *arg), void *arg)
{
	f->end = end;
	f->arg = arg;
	f->prev = newest_cleanup;
	f->next = NULL;
	if (newest_cleanup)
		newest_cleanup->next = f;
	newest_cleanup = f;
}

void pq_cleanup_remove(struct pq_cleanup *f)
{
	if (f->end)
		unlink_cleanup(f);
}

static _Noreturn void unwind(void)
{
	if (!guard)
		abort();
	/* before the jump: they may live in the frames that it leaves */
	while (newest_cleanup != guard->cleanup) {
		struct pq_cleanup *f = newest_cleanup;
		void (*end)(void *) = f->end;

		unlink_cleanup(f);
		end(f->arg);
	}
	longjmp(guard->jump, 1);
}

void pq_unwind(const struct pq_error *why)
{
	if (guard)
		guard->why = *why;
	unwind();
}

void pq_unwind_limit(const char *what)
{
	struct pq_error err;

	pq_error_clear(&err);
	pq_fail(&err, PQ_ELIMIT, "%s", what);
	pq_unwind(&err);
}

static bool injected(void)
{
	if (!fail_in || --fail_in)
		return false;
	if (fail_forever)
		fail_in = 1;
	return true;
}

/* Accounts for a block that grows from old_bytes to bytes. */
static void account(size_t old_bytes, size_t bytes)
{
	if (injected() || bytes > SIZE_MAX / 2 - sizeof(struct block))
		unwind();
	if (limit && bytes > old_bytes && used + (bytes - old_bytes) > limit)
		unwind();
}

static void *link_block(struct block *b, size_t bytes)
{
	b->bytes = bytes;
	b->list = &newest;
	b->prev = newest;
	b->next = NULL;
	if (newest)
		newest->next = b;
	newest = b;
	used += bytes;
	if (used > peak)
		peak = used;
	return b + 1;
}

/* A block of another thread's would be taken out of one list and into none. */
static void assert_own(const struct block *b)
{
	assert(b->list == &newest);
}

static void unlink_block(struct block *b)
{
	assert_own(b);
	if (b->prev)
		b->prev->next = b->next;
	if (b->next)
		b->next->prev = b->prev;
	else
		newest = b->prev;
	/* A guard remembers where its own blocks begin. */
	for (struct guard *g = guard; g; g = g->outer)
		if (g->blocks == b)
			g->blocks = b->prev;
	used -= b->bytes;
}

void *pq_alloc(size_t bytes)
{
	struct block *b;

	account(0, bytes);
	b = malloc(sizeof(*b) + bytes);
	if (!b)
		unwind();
	return link_block(b, bytes);
}

void *pq_alloc_zeroed(size_t bytes)
{
	struct block *b;

	account(0, bytes);
	/* calloc, because fresh pages need no second clearing */
	b = calloc(1, sizeof(*b) + bytes);
	if (!b)
		unwind();
	return link_block(b, bytes);
}

void *pq_realloc(void *block, size_t bytes)
{
	struct block *b, *moved;

	if (!block)
		return pq_alloc(bytes);
	b = (struct block *)block - 1;
	assert_own(b);
	account(b->bytes, bytes);
	/*
	 * The block keeps its place in the list: a guard must go on seeing an
	 * older block as older.
	 */
	moved = realloc(b, sizeof(*b) + bytes);
	if (!moved)
		unwind();
	/* Neighbors and guards still point to the old place. */
	if (moved->prev)
		moved->prev->next = moved;
	if (moved->next)
		moved->next->prev = moved;
	else
		newest = moved;
	for (struct guard *g = guard; g; g = g->outer)
		if (g->blocks == b)
			g->blocks = moved;
	used = used - moved->bytes + bytes;
	if (used > peak)
		peak = used;
	moved->bytes = bytes;
	return moved + 1;
}

void pq_free(void *block)
{
	struct block *b;

	if (!block)
		return;
	b = (struct block *)block - 1;
	unlink_block(b);
	free(b);
}

size_t pq_size_mul(size_t a, size_t b)
{
	size_t result;

	if (__builtin_mul_overflow(a, b, &result))
		unwind();
	return result;
}

size_t pq_size_add(size_t a, size_t b)
{
	size_t result;

	if (__builtin_add_overflow(a, b, &result))
		unwind();
	return result;
}

static void free_since(const struct block *older)
{
	while (newest != older) {
		struct block *b = newest;

		newest = b->prev;
		used -= b->bytes;
		free(b);
	}
	if (newest)
		newest->next = NULL;
}

static bool say_limit(struct pq_error *err)
{
	bool small = limit < (uint64_t)1 << 20;

	if (!limit)
		return pq_fail(err, PQ_ELIMIT, "out of memory");
	return pq_fail(err, PQ_ELIMIT, "needs more than %llu %s of memory%s",
		       (unsigned long long)(limit >> (small ? 10 : 20)),
		       small ? "KiB" : "MiB", limit_why);
}

bool pq_mem_guard(void (*fn)(void *arg), void *arg, struct pq_error *err)
{
	const struct block *older;
	struct guard here;

	if (!guard && fail_other_threads_at && injecting_thread != &fail_in)
		fail_in = fail_other_threads_at;
	/* All that is newer than this is freed by an unwinding. */
	here.outer = guard;
	here.blocks = newest;
	here.cleanup = newest_cleanup;
	pq_error_clear(&here.why);
	guard = &here;
	if (!setjmp(here.jump)) {
		fn(arg);
		guard = here.outer;
		return true;
	}
	/*
	 * Read through the pointer: unlink_block may have changed `here` since
	 * the setjmp.
	 */
	older = guard->blocks;
	if (guard->why.code != PQ_OK && err->code == PQ_OK)
		*err = guard->why;
	guard = guard->outer;
	free_since(older);
	return say_limit(err);
}

struct pq_mem_parcel pq_mem_detach(void)
{
	struct pq_mem_parcel parcel = { newest, used };

	newest = NULL;
	used = 0;
	return parcel;
}

void pq_mem_adopt(struct pq_mem_parcel *parcel)
{
	struct block *last = parcel->newest, *first = last;

	if (!last)
		return;
	/* Blocks of the other thread belong to this one's list now. */
	last->list = &newest;
	while (first->prev) {
		first = first->prev;
		first->list = &newest;
	}
	first->prev = newest;
	if (newest)
		newest->next = first;
	newest = last;
	used += parcel->bytes;
	if (used > peak)
		peak = used;
	parcel->newest = NULL;
}

uint64_t pq_mem_limit(uint64_t bytes, const char *why)
{
	uint64_t old = limit;

	limit = bytes;
	limit_why = why;
	return old;
}

uint64_t pq_mem_used(void)
{
	return used;
}

uint64_t pq_mem_room(void)
{
	if (!limit)
		return UINT64_MAX;
	return used < limit ? limit - used : 0;
}

uint64_t pq_mem_peak(void)
{
	return peak;
}

void pq_mem_fail_after(uint64_t n, bool forever)
{
	fail_in = n;
	fail_forever = forever;
}

void pq_mem_fail_other_threads(uint64_t n)
{
	fail_other_threads_at = n;
	injecting_thread = &fail_in;
}

/*
 * A large request has pages of its own, which end with it, and the end of the
 * heap is returned when it is long; here neither is wanted.
 */
void pq_mem_keep_freed(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

void pq_mem_give_back_freed(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
