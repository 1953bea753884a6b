/* Rules of triage_rules.h on waiting: goroutines and locks. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "insight/heap.h"
#include "insight/frames.h"
#include "insight/name_sums.h"
#include "insight/triage_rules.h"

#include "base/banned.h"

/* One stack is many goroutines. */
#define MANY_GOROUTINES 1000
#define SHARE_OF_GOROUTINES 0.5

/* A lock is worth a note by its share of the delay, and ... */
#define SHARE_OF_DELAY 0.5
#define LEAST_DELAY 1e9 /* nanoseconds */
/* ... by who waits now, or by its delay over the time the process ran. */
#define LEAST_WAITERS 3
#define SHARE_OF_WAITERS 0.25
#define SHARE_OF_UPTIME 0.5

/* ---- what a stack waits for ---- */

static const struct {
	const char *what, *function;
} waits[] = {
	{ "chan receive", "runtime.chanrecv" },
	{ "chan send", "runtime.chansend" },
	{ "select", "runtime.selectgo" },
	{ "lock", "sync.(*Mutex)." },
	{ "lock", "sync.(*RWMutex)." },
	{ "lock", "internal/sync.(*Mutex)." },
	{ "wait group", "sync.(*WaitGroup).Wait" },
	{ "condition", "sync.(*Cond).Wait" },
	{ "network", "internal/poll.runtime_pollWait" },
	{ "sleep", "time.Sleep" },
	{ "system call", "syscall." },
};

static const char *find_wait(const struct pq_frames *f,
			     struct pq_frame_stack stack)
{
	/* The first row that any frame matches decides. */
	for (size_t k = 0; k < sizeof(waits) / sizeof(waits[0]); k++)
		for (size_t i = 0; i < stack.n; i++)
			if (pq_text_starts(f->list.at[stack.at[i]].function,
					   waits[k].function))
				return waits[k].what;
	return "running";
}

/* ---- goroutines ---- */

static int64_t goroutines_of(const struct pq_heap *h,
			     const struct pq_heap_bucket *b)
{
	return pq_heap_counts(h, b->counts, PQ_HEAP_LIVE_SAMPLES)[0];
}

static void count_lock(struct pq_triage *t, struct pq_text owner, int64_t n)
{
	uint32_t id =
		pq_intern(&t->lock_owners, pq_arena_text(t->arena, owner));

	pq_vec_reach(&t->lock_waiters, (size_t)id + 1);
	t->lock_waiters.at[id] += n;
}

/* The stack of most goroutines that does not wait for the network. */
static const struct pq_heap_bucket *most_goroutines(struct pq_triage *t,
						    const struct pq_heap *h)
{
	const struct pq_heap_bucket *most = NULL;
	struct pq_frame_list room = { 0 }, room_of_most = { 0 };

	for (size_t i = 0; i < h->buckets.n; i++) {
		const struct pq_heap_bucket *b = &h->buckets.at[i];
		struct pq_frame_stack stack = pq_heap_stack(h, b->stack, &room);
		const char *wait = find_wait(&h->frames, stack);
		int64_t n = goroutines_of(h, b), so_far;

		/* Waiters at locks are for pq_triage_mutex. */
		t->n_goroutines += n;
		if (!strcmp(wait, "lock"))
			count_lock(t,
				   pq_frames_owner(&h->frames, stack)->function,
				   n);
		/* Waiting for the network is what an idle server does. */
		if (!strcmp(wait, "network"))
			continue;
		so_far = most ? goroutines_of(h, most) : 0;
		if (!most || n > so_far ||
		    (n == so_far &&
		     pq_frames_compare(&h->frames, stack,
				       pq_heap_stack(h, most->stack,
						     &room_of_most)) > 0))
			most = b;
	}
	pq_vec_release(&room);
	pq_vec_release(&room_of_most);
	return most;
}

static void report_goroutines(struct pq_triage *t,
			      const struct pq_triage_file *file,
			      const struct pq_heap *h,
			      const struct pq_heap_bucket *b)
{
	struct pq_frame_list room = { 0 };
	struct pq_frame_stack stack = pq_heap_stack(h, b->stack, &room);
	struct pq_buf text = { 0 }, command = { 0 };
	int64_t n = goroutines_of(h, b);
	struct pq_finding *f;

	pq_buf_printf(&text, "%lld of %lld goroutines share one stack, in %s",
		      (long long)n, (long long)t->n_goroutines,
		      find_wait(&h->frames, stack));
	pq_buf_str(&command, "profq traces ");
	pq_buf_text(&command, file->name);
	f = pq_triage_find(
		t, "goroutines", &text,
		pq_arena_text(t->arena,
			      pq_frames_owner(&h->frames, stack)->function),
		(double)n / (double)t->n_goroutines, &command);
	/* The whole stack, leaf first, tells why they wait there. */
	for (size_t i = 0; i < stack.n; i++) {
		pq_buf_str(&text, i ? " <- " : "");
		pq_buf_text(&text, h->frames.list.at[stack.at[i]].function);
	}
	pq_triage_add_evidence(f, &text);
	pq_vec_release(&room);
	pq_buf_release(&text);
	pq_buf_release(&command);
}

bool pq_triage_goroutines(struct pq_triage *t,
			  const struct pq_triage_file *file,
			  struct pq_error *err)
{
	static const struct pq_grouping all = { .by = PQ_PER_TOTAL };
	const struct pq_heap_bucket *most;
	struct pq_joined_file storage;
	struct pq_buf why = { 0 };
	struct pq_joined j;
	struct pq_heap h;

	pq_triage_join_one(&j, &storage, file);
	if (!pq_heap_build(&h, &j, &all, true, err))
		return false;
	/* A later profile replaces what the one before said of waiters. */
	t->n_goroutines = 0;
	t->lock_waiters.n = 0;
	most = most_goroutines(t, &h);
	/* Many goroutines are normal; many at one place are a queue. */
	if (most && goroutines_of(&h, most) >= MANY_GOROUTINES &&
	    (double)goroutines_of(&h, most) >=
		    SHARE_OF_GOROUTINES * (double)t->n_goroutines) {
		report_goroutines(t, file, &h, most);
	} else if (h.buckets.n) {
		pq_buf_printf(&why, "%lld in all", (long long)t->n_goroutines);
		pq_triage_be_quiet(t, "goroutines", &why);
	}
	pq_buf_release(&why);
	pq_heap_release(&h);
	return true;
}

/* ---- locks ---- */

static int64_t waiters_at(const struct pq_triage *t, struct pq_text owner)
{
	uint32_t id = pq_intern_find(&t->lock_owners, owner);

	return id < t->lock_waiters.n ? t->lock_waiters.at[id] : 0;
}

static uint32_t find_delay(const struct pq_profile *p)
{
	for (uint32_t i = 0; i < p->sample_types.n; i++)
		if (pq_text_is(pq_string(p, p->sample_types.at[i].type),
			       "delay"))
			return i;
	/* Contention profiles end with the delay, whatever its name is. */
	return (uint32_t)(p->sample_types.n - 1);
}

/* Delay by owner; what the runtime lost belongs to none. */
static double sum_delays(const struct pq_profile *p, struct pq_name_sums *by)
{
	struct pq_frame_list frames = { 0 };
	uint32_t delay = find_delay(p);
	struct pq_frames f;
	struct pq_walk w;
	double total = 0;

	pq_frames_init(&f, p);
	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		struct pq_frame_stack stack;
		struct pq_text leaf;

		pq_walk_all(&w);
		pq_frames_put(&f, &w.sample, &frames);
		stack = (struct pq_frame_stack){ frames.at, frames.n };
		leaf = pq_frames_leaf(&f, stack)->function;
		/* The runtime lost the stacks of these: no owner is known. */
		if (pq_text_find(leaf, 0, "LostContended") < leaf.len)
			continue;
		total += (double)w.sample.values[delay];
		/* The owner can change it, and not the leaf in the runtime. */
		pq_name_sums_add(by, pq_frames_owner(&f, stack)->function,
				 w.sample.values[delay]);
	}
	pq_walk_end(&w);
	pq_vec_release(&frames);
	pq_frames_release(&f);
	return total;
}

static bool is_wide(const struct pq_triage *t, struct pq_text owner)
{
	int64_t n = waiters_at(t, owner);

	return n >= LEAST_WAITERS &&
	       (double)n >= SHARE_OF_WAITERS * (double)t->n_goroutines;
}

static void report_lock(struct pq_triage *t, const struct pq_triage_file *file,
			struct pq_text owner, double delay, double total)
{
	struct pq_buf text = { 0 }, command = { 0 };
	struct pq_finding *f;

	pq_buf_str(&text, "one lock makes goroutines wait");
	pq_buf_str(&command, "profq top -cum ");
	pq_buf_text(&command, file->name);
	f = pq_triage_find(t, "lock", &text, pq_arena_text(t->arena, owner),
			   delay / total, &command);
	pq_buf_printf(&text, "%.1f s waited in all", delay / 1e9);
	pq_triage_add_evidence(f, &text);
	/* Goroutines that wait there now confirm what delays suggest. */
	if (is_wide(t, owner)) {
		pq_buf_printf(&text,
			      "%lld of %lld goroutines wait for a lock there",
			      (long long)waiters_at(t, owner),
			      (long long)t->n_goroutines);
		pq_triage_add_evidence(f, &text);
	}
	pq_buf_release(&text);
	pq_buf_release(&command);
}

void pq_triage_mutex(struct pq_triage *t, const struct pq_triage_file *file)
{
	struct pq_name_sums by;
	struct pq_buf why = { 0 };
	struct pq_text owner;
	int64_t most;
	double total, delay;
	bool found;

	pq_name_sums_init(&by);
	total = sum_delays(file->profile, &by);
	/* One owner is named: a lock is one place to change. */
	owner = pq_name_sums_most(&by, &most);
	delay = (double)most;
	/* Delay alone proves little: waiters or the uptime confirm it. */
	found = total > 0 && delay >= SHARE_OF_DELAY * total &&
		delay >= LEAST_DELAY &&
		(is_wide(t, owner) ||
		 (t->uptime > 0 && delay / 1e9 >= SHARE_OF_UPTIME * t->uptime));
	if (found) {
		report_lock(t, file, owner, delay, total);
	} else {
		pq_buf_printf(&why, "%.2f s waited since start", total / 1e9);
		pq_triage_be_quiet(t, "lock", &why);
	}
	pq_buf_release(&why);
	pq_name_sums_release(&by);
}
