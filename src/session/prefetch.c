#include "session/prefetch.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "base/thread.h"

#include "base/banned.h"

#define MOST_JOBS PQ_MOST_JOBS

/* A source as a thread has read it. */
struct slot {
	struct pq_profile *profile; /* NULL: err says why */
	void *made;		    /* by the step after reading, or NULL */
	struct pq_mem_parcel memory;
	struct pq_error err;
	bool ready;
};

struct pq_prefetch {
	const struct pq_options *o;
	const struct pq_source *sources;
	const struct pq_prefetch_work *work; /* or NULL */
	size_t n, handed;		     /* handed out so far */
	struct pq_cleanup cleanup; /* ends the threads when memory runs out */
	pthread_t threads[MOST_JOBS];
	unsigned n_threads;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* under the lock: */
	size_t taken; /* sources that a thread took up */
	size_t open;  /* and how many may be taken up by now */
	bool stop;
	struct slot slots[MOST_JOBS + 1]; /* source i is in slot i % n_slots */
	unsigned n_slots;
};

/* ---- in a thread ---- */

struct task {
	struct pq_prefetch *a;
	size_t i;
	struct pq_profile *profile;
	void *made;
	struct pq_error err;
};

static void read_task(void *arg)
{
	struct task *t = arg;

	const struct pq_prefetch_work *work = t->a->work;
	const struct pq_source *source = &t->a->sources[t->i];

	t->profile = pq_load_one(t->a->o, source, &t->err);
	if (t->profile && work)
		t->made = work->make(work->ctx, source, t->profile, &t->err);
}

static void hand_over_task(struct task *t)
{
	struct slot *slot = &t->a->slots[t->i % t->a->n_slots];
	struct pq_mem_parcel memory = pq_mem_detach();

	pthread_mutex_lock(&t->a->lock);
	slot->profile = t->profile;
	slot->made = t->made;
	slot->memory = memory;
	slot->err = t->err;
	slot->ready = true;
	pthread_cond_broadcast(&t->a->changed);
	pthread_mutex_unlock(&t->a->lock);
}

/* False when there is nothing more to do. */
static bool take_task(struct pq_prefetch *a, struct task *t)
{
	bool more;

	memset(t, 0, sizeof(*t));
	t->a = a;
	pthread_mutex_lock(&a->lock);
	/* Slots bound how far reading is ahead of merging. */
	while (!a->stop && a->taken < a->n && a->taken >= a->open)
		pthread_cond_wait(&a->changed, &a->lock);
	more = !a->stop && a->taken < a->n;
	if (more)
		t->i = a->taken++;
	pthread_mutex_unlock(&a->lock);
	return more;
}

static void *read_tasks(void *arg)
{
	struct task task;

	while (take_task(arg, &task)) {
		if (!pq_mem_guard(read_task, &task, &task.err))
			task.profile = NULL, task.made = NULL;
		hand_over_task(&task);
	}
	return NULL;
}

/* ---- in the thread that asks ---- */

static void end_prefetching(void *arg)
{
	struct pq_prefetch *a = arg;

	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	for (unsigned i = 0; i < a->n_threads; i++)
		pq_thread_join(a->threads[i]);
	/* Profiles that nobody asked for belong to this thread now. */
	for (unsigned i = 0; i < a->n_slots; i++)
		if (a->slots[i].ready)
			pq_mem_adopt(&a->slots[i].memory);
	a->n_threads = 0;
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
}

static void start_prefetching(struct pq_prefetch *a, unsigned wanted)
{
	if (wanted > a->n)
		wanted = (unsigned)a->n;
	/* A limit of memory counts for one thread: none reads ahead. */
	if (wanted < 2 || a->o->max_memory >= 0)
		return;
	a->n_slots = wanted + 1;
	a->open = a->n_slots;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	while (a->n_threads < wanted &&
	       pq_thread_start(&a->threads[a->n_threads], read_tasks, a))
		a->n_threads++;
	pq_cleanup_add(&a->cleanup, end_prefetching, a);
	/* Without a thread the caller reads by itself. */
	if (!a->n_threads) {
		pq_cleanup_remove(&a->cleanup);
		end_prefetching(a);
	}
}

struct pq_prefetch *pq_prefetch_new(const struct pq_options *o,
				    const struct pq_source *sources, size_t n,
				    const struct pq_prefetch_work *work)
{
	struct pq_prefetch *a = pq_alloc_zeroed(sizeof(*a));

	a->o = o;
	a->sources = sources;
	a->n = n;
	a->work = work;
	start_prefetching(a, pq_jobs(o));
	return a;
}

/* Without threads a source is read, and worked on, when it is asked for. */
static struct pq_profile *run_task_now(struct pq_prefetch *a, size_t i,
				       void **made, struct pq_error *err)
{
	struct task t = { .a = a, .i = i };

	pq_error_clear(&t.err);
	read_task(&t);
	*err = t.err;
	if (made)
		*made = t.made;
	return t.profile;
}

struct pq_profile *pq_prefetch_next(struct pq_prefetch *a, void **made,
				    struct pq_error *err)
{
	size_t i = a->handed++;
	struct pq_profile *p;
	struct slot *slot;

	if (!a->n_threads)
		return run_task_now(a, i, made, err);
	slot = &a->slots[i % a->n_slots];
	pthread_mutex_lock(&a->lock);
	while (!slot->ready)
		pthread_cond_wait(&a->changed, &a->lock);
	/* The slot is free again: one more source may be read. */
	slot->ready = false;
	a->open = a->handed + a->n_slots;
	pthread_cond_broadcast(&a->changed);
	pq_mem_adopt(&slot->memory);
	*err = slot->err;
	p = slot->profile;
	if (made)
		*made = slot->made;
	pthread_mutex_unlock(&a->lock);
	return p;
}

void pq_prefetch_free(struct pq_prefetch *a)
{
	struct slot *slot = a->slots;
	bool threads = a->n_threads > 0;

	if (threads) {
		pq_cleanup_remove(&a->cleanup);
		end_prefetching(a);
	}
	for (unsigned i = 0; threads && i < a->n_slots; i++, slot++)
		if (slot->ready)
			pq_profile_free(slot->profile);
	pq_free(a);
}
