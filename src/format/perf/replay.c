/*
 * Records of perf.data in order of time, and the profile that they make;
 * reading.h declares what is here.
 */
#include "format/perf/reading.h"

#include <string.h>

#include "base/buf.h"
#include "format/perf_labels.h"
#include "format/text/finish.h"
#include "format/text/mappings.h"

#include "base/banned.h"

/* Words of a chain from here on say what the addresses behind them are. */
#define FIRST_MARKER ((uint64_t)-4095)

struct thread {
	uint32_t comm; /* string; 0: not told */
};

struct stack {
	size_t first;
	uint32_t n;
};

/* One thread by one name. */
struct labels {
	uint32_t comm, pid, tid;
};

/* Samples of one stack and one set of labels. */
struct sum {
	uint32_t stack, labels;
};

struct replay {
	struct pq_perf_reading *r;
	struct pq_profile *p;
	size_t n_values;

	struct pq_spaces spaces;
	struct pq_space kernel, guest_kernel;
	struct pq_ids process_numbers, thread_numbers;
	PQ_VEC(struct pq_space) processes;
	PQ_VEC(struct thread) threads;

	struct pq_map mapping_map, location_map, stack_map, label_map, sum_map;
	PQ_VEC(uint32_t) frames; /* all stacks' locations */
	PQ_VEC(struct stack) stacks;
	PQ_VEC(struct labels) labels;
	PQ_VEC(struct sum) sums;
	PQ_VEC(int64_t) values; /* n_values for each sum */

	uint64_t first_time, last_time; /* 0: none yet */
	uint64_t period;		/* all samples' */
	bool has_period, period_changes;
};

/* ---- order of time ---- */

static size_t end_of_run(const struct pq_perf_row *rows, size_t from, size_t n)
{
	for (from++; from < n && rows[from].time >= rows[from - 1].time; from++)
		;
	return from;
}

static void merge_runs(struct pq_perf_row *to, const struct pq_perf_row *from,
		       size_t middle, size_t end)
{
	size_t a = 0, b = middle;

	for (size_t i = 0; i < end; i++)
		to[i] = b == end || (a < middle && from[a].time <= from[b].time)
				? from[a++]
				: from[b++];
}

/*
 * A merge sort of the runs that are there, because a buffer of the kernel is
 * one already.  Rows of one time keep their order.
 */
static bool merge_all(struct pq_perf_row *to, const struct pq_perf_row *from,
		      size_t n)
{
	size_t at = 0, n_runs = 0;

	while (at < n) {
		size_t middle = end_of_run(from, at, n);
		size_t end = middle < n ? end_of_run(from, middle, n) : middle;

		merge_runs(to + at, from + at, middle - at, end - at);
		at = end;
		n_runs++;
	}
	return n_runs > 1;
}

static void sort_rows(struct pq_perf_reading *r)
{
	size_t n = r->rows.n;
	struct pq_perf_row *from = r->rows.at, *to, *swap, *other;

	/* A single run is in order already, as most files are. */
	if (!n || end_of_run(from, 0, n) == n)
		return;
	other = to = pq_alloc(pq_size_mul(n, sizeof(*to)));
	while (merge_all(to, from, n)) {
		swap = from;
		from = to;
		to = swap;
	}
	/* An odd number of passes ends in the other buffer. */
	if (to != r->rows.at)
		memcpy(r->rows.at, to, n * sizeof(*to));
	pq_free(other);
}

/* ---- processes and threads ---- */

static struct pq_space *find_process(struct replay *x, uint32_t pid)
{
	bool fresh;
	uint32_t at = pq_ids_number(&x->process_numbers, pid, &fresh);

	if (fresh)
		*pq_vec_push(&x->processes) = (struct pq_space){ 0 };
	return &x->processes.at[at];
}

static struct thread *find_thread(struct replay *x, uint32_t pid, uint32_t tid)
{
	bool fresh;
	uint64_t id = (uint64_t)pid << 32 | tid;
	uint32_t at = pq_ids_number(&x->thread_numbers, id, &fresh);

	if (fresh)
		*pq_vec_push(&x->threads) = (struct thread){ 0 };
	return &x->threads.at[at];
}

static bool replay_map(struct replay *x, uint32_t index)
{
	const struct pq_perf_map *map = &x->r->maps.at[index];
	struct pq_space *space;

	if (map->mode == PQ_PERF_MODE_KERNEL)
		space = &x->kernel;
	else if (map->mode == PQ_PERF_MODE_GUEST_KERNEL)
		space = &x->guest_kernel;
	else
		space = find_process(x, map->pid);
	return pq_space_map(&x->spaces, space, map->start, map->limit, index) ||
	       pq_fail(x->r->err, PQ_ELIMIT, "more than 4 million mappings");
}

static void replay_fork(struct replay *x, const struct pq_perf_fork *f)
{
	uint32_t comm = find_thread(x, f->parent_pid, f->parent_tid)->comm;
	struct pq_space parent;

	/* Threads share the space of their process. */
	if (f->pid != f->parent_pid) {
		parent = *find_process(x, f->parent_pid);
		if (f->without_maps)
			parent = (struct pq_space){ 0 };
		pq_space_fork(&x->spaces, find_process(x, f->pid), &parent);
		/* find_process may move the array: the parent went by copy. */
		if (!f->without_maps)
			*find_process(x, f->parent_pid) = parent;
	}
	/* Until it gets a name of its own, it has its parent's. */
	find_thread(x, f->pid, f->tid)->comm = comm;
}

/* ---- mappings and locations ---- */

static bool same_mapped_file(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_profile *p = ctx;
	const struct pq_mapping *a = &p->mappings.at[index], *b = key;

	return a->start == b->start && a->limit == b->limit &&
	       a->offset == b->offset && a->file == b->file &&
	       a->build_id == b->build_id;
}

static uint32_t build_id_of(const struct pq_perf_reading *r,
			    const struct pq_perf_map *map)
{
	/* The record's own build id counts before the feature's. */
	if (map->build_id || map->file >= r->build_ids.n)
		return map->build_id;
	return r->build_ids.at[map->file];
}

/* The mapping in the profile; processes share one of a file. */
static uint32_t place_mapping(struct replay *x, uint32_t index)
{
	struct pq_perf_map *map = &x->r->maps.at[index];
	struct pq_mapping m = { .id = x->p->mappings.n + 1,
				.start = map->start,
				.limit = map->limit,
				.offset = map->offset,
				.file = map->file,
				.build_id = build_id_of(x->r, map) };
	uint32_t fresh = (uint32_t)x->p->mappings.n;
	uint64_t hash;

	if (map->mapping != PQ_NONE)
		return map->mapping;
	hash = pq_hash_mix(pq_hash_mix(0, m.start), m.limit);
	hash = pq_hash_mix(pq_hash_mix(hash, m.offset), m.file);
	hash = pq_hash_mix(hash, m.build_id);
	map->mapping = pq_map_intern(&x->mapping_map, hash, same_mapped_file,
				     x->p, &m, fresh);
	if (map->mapping == fresh)
		*pq_vec_push(&x->p->mappings) = m;
	return map->mapping;
}

/*
 * Who may not see kernel addresses has none in the file of where the kernel
 * is, and samples of it all the same: the upper half is the kernel's then.
 */
static uint32_t whole_kernel(struct replay *x)
{
	struct pq_perf_map map = {
		.start = (uint64_t)1 << 63,
		.limit = UINT64_MAX,
		.mapping = PQ_NONE,
		.mode = PQ_PERF_MODE_KERNEL,
		.file = pq_legacy_string(&x->r->b, PQ_TEXT("[kernel.kallsyms]"))
	};

	pq_space_map(&x->spaces, &x->kernel, map.start, map.limit,
		     (uint32_t)x->r->maps.n);
	*pq_vec_push(&x->r->maps) = map;
	return (uint32_t)x->r->maps.n - 1;
}

static uint32_t find_map(struct replay *x, const struct pq_space *user,
			 unsigned mode, uint64_t address)
{
	switch (mode) {
	case PQ_PERF_MODE_USER:
		return pq_space_find(&x->spaces, user, address);
	case PQ_PERF_MODE_KERNEL:
		if (!x->kernel.root && address >> 63)
			return whole_kernel(x);
		return pq_space_find(&x->spaces, &x->kernel, address);
	case PQ_PERF_MODE_GUEST_KERNEL:
		return pq_space_find(&x->spaces, &x->guest_kernel, address);
	default:
		return UINT32_MAX;
	}
}

static bool same_replayed_location(const void *ctx, uint32_t index,
				   const void *key)
{
	const struct pq_profile *p = ctx;
	const struct pq_location *a = &p->locations.at[index], *b = key;

	return a->address == b->address && a->mapping == b->mapping;
}

static uint32_t location_of(struct replay *x, const struct pq_space *user,
			    unsigned mode, uint64_t address)
{
	uint32_t map = find_map(x, user, mode, address);
	uint32_t fresh = (uint32_t)x->p->locations.n, at;
	struct pq_location l = { .address = address, .mapping = PQ_NONE };

	/* Addresses of no mapping stay, without a file. */
	if (map != UINT32_MAX)
		l.mapping = place_mapping(x, map);
	at = pq_map_intern(&x->location_map,
			   pq_hash_mix(pq_hash_mix(0, address), l.mapping),
			   same_replayed_location, x->p, &l, fresh);
	if (at == fresh)
		*pq_vec_push(&x->p->locations) = l;
	return at;
}

/* ---- stacks ---- */

static bool same_perf_stack(const void *ctx, uint32_t index, const void *key)
{
	const struct replay *x = ctx;
	const struct stack *a = &x->stacks.at[index], *b = key;

	return a->n == b->n &&
	       !memcmp(&x->frames.at[a->first], &x->frames.at[b->first],
		       a->n * sizeof(*x->frames.at));
}

/* The number of the stack whose frames were added last. */
static uint32_t settle_stack(struct replay *x, size_t first)
{
	struct stack s = { first, (uint32_t)(x->frames.n - first) };
	uint32_t fresh = (uint32_t)x->stacks.n, at;
	uint64_t hash = 0;

	/* an empty stack must not point behind the array */
	pq_vec_reserve(&x->frames, first + 1);
	for (size_t i = first; i < x->frames.n; i++)
		hash = pq_hash_mix(hash, x->frames.at[i]);
	at = pq_map_intern(&x->stack_map, hash, same_perf_stack, x, &s, fresh);
	if (at == fresh)
		*pq_vec_push(&x->stacks) = s;
	else
		x->frames.n = first;
	return at;
}

static unsigned mode_of_marker(uint64_t marker)
{
	switch ((int64_t)marker) {
	case -32:
		return PQ_PERF_MODE_HYPERVISOR;
	case -128:
		return PQ_PERF_MODE_KERNEL;
	case -512:
		return PQ_PERF_MODE_USER;
	case -2176:
		return PQ_PERF_MODE_GUEST_KERNEL;
	case -2560:
		return PQ_PERF_MODE_GUEST_USER;
	default:
		return 0;
	}
}

/*
 * In user code each entry but the first behind its marker is where a call
 * returns to; minus one it is in the call, as in every profile here.
 */
static uint32_t resolve_chain(struct replay *x,
			      const struct pq_perf_chain *chain,
			      const struct pq_space *user)
{
	size_t first = x->frames.n;
	unsigned mode = PQ_PERF_MODE_USER;
	bool exact = true;

	for (uint32_t i = 0; i < chain->n_words; i++) {
		uint64_t word = x->r->words.at[chain->first_word + i];
		bool in_user = mode == PQ_PERF_MODE_USER ||
			       mode == PQ_PERF_MODE_GUEST_USER;

		if (word >= FIRST_MARKER) {
			mode = mode_of_marker(word);
			exact = true;
			continue;
		}
		if (in_user && !exact && word)
			word--;
		exact = false;
		*pq_vec_push(&x->frames) = location_of(x, user, mode, word);
	}
	return settle_stack(x, first);
}

static uint32_t stack_of(struct replay *x, const struct pq_perf_sample *s)
{
	struct pq_perf_chain *chain = &x->r->chains.at[s->chain];
	struct pq_space user = *find_process(x, s->pid);

	/* The stack is good while neither space has changed. */
	if (chain->stack == PQ_NONE || chain->user != user.content ||
	    chain->kernel != x->kernel.content) {
		chain->stack = resolve_chain(x, chain, &user);
		chain->user = user.content;
		chain->kernel = x->kernel.content;
	}
	return chain->stack;
}

/* ---- samples ---- */

static bool same_labels(const void *ctx, uint32_t index, const void *key)
{
	const struct replay *x = ctx;
	const struct labels *a = &x->labels.at[index], *b = key;

	return a->comm == b->comm && a->pid == b->pid && a->tid == b->tid;
}

/* perf's names for threads of which nothing is told. */
static uint32_t make_name(struct replay *x, uint32_t tid)
{
	struct pq_buf b = { 0 };
	uint32_t name;

	if (tid)
		pq_buf_printf(&b, ":%u", tid);
	else
		pq_buf_str(&b, "swapper");
	name = pq_legacy_string(&x->r->b, pq_buf_view(&b));
	pq_buf_release(&b);
	return name;
}

static uint32_t labels_of(struct replay *x, const struct pq_perf_sample *s)
{
	struct thread *t = find_thread(x, s->pid, s->tid);
	struct labels l = { t->comm, s->pid, s->tid };
	uint32_t fresh = (uint32_t)x->labels.n, at;
	uint64_t hash;

	if (!l.comm)
		l.comm = t->comm = make_name(x, s->tid);
	hash = pq_hash_mix(0, (uint64_t)l.pid << 32 | l.tid);
	at = pq_map_intern(&x->label_map, pq_hash_mix(hash, l.comm),
			   same_labels, x, &l, fresh);
	if (at == fresh)
		*pq_vec_push(&x->labels) = l;
	return at;
}

static bool same_sum(const void *ctx, uint32_t index, const void *key)
{
	const struct replay *x = ctx;
	const struct sum *a = &x->sums.at[index], *b = key;

	return a->stack == b->stack && a->labels == b->labels;
}

/* The values of all samples like this one. */
static int64_t *find_values(struct replay *x, const struct pq_perf_sample *s)
{
	struct sum k = { stack_of(x, s), labels_of(x, s) };
	uint32_t fresh = (uint32_t)x->sums.n, at;

	at = pq_map_intern(&x->sum_map,
			   pq_hash_mix(0, (uint64_t)k.stack << 32 | k.labels),
			   same_sum, x, &k, fresh);
	if (at == fresh) {
		*pq_vec_push(&x->sums) = k;
		pq_vec_reach(&x->values, x->sums.n * x->n_values);
	}
	return &x->values.at[at * x->n_values];
}

static void see_period(struct replay *x, uint64_t period)
{
	if (x->has_period && x->period != period)
		x->period_changes = true;
	x->has_period = true;
	x->period = period;
}

static bool add_event_value(struct replay *x, const struct pq_perf_sample *s,
			    uint32_t event, uint64_t value)
{
	uint32_t column = x->r->events.at[event].column;
	int64_t *values;

	/* Column 0: a dummy event, which counts nothing. */
	if (!column)
		return true;
	values = find_values(x, s);
	see_period(x, value);
	return (value <= INT64_MAX &&
		!__builtin_add_overflow(values[0], 1, &values[0]) &&
		!__builtin_add_overflow(values[column], (int64_t)value,
					&values[column])) ||
	       pq_fail(x->r->err, PQ_EFORMAT,
		       "the periods of an event do not fit into 64 bits");
}

/* A counter that was read counts with what was added since. */
static bool add_members(struct replay *x, const struct pq_perf_sample *s)
{
	for (uint32_t i = 0; i < s->n_members; i++) {
		const struct pq_perf_member *m =
			&x->r->members.at[s->first_member + i];
		struct pq_perf_id *id = pq_perf_find_id(x->r, m->id);
		uint64_t value;

		if (!id) {
			x->r->n_unknown_ids++;
			continue;
		}
		/* Unsigned: the difference is right even where it wrapped. */
		value = m->value - id->value;
		id->value = m->value;
		if (value && !add_event_value(x, s, id->event, value))
			return false;
	}
	return true;
}

static bool replay_sample(struct replay *x, uint64_t time,
			  const struct pq_perf_sample *s)
{
	if (time && !x->first_time)
		x->first_time = time;
	if (time)
		x->last_time = time;
	return s->n_members ? add_members(x, s)
			    : add_event_value(x, s, s->event, s->period);
}

/* ---- all of it ---- */

static bool replay_row(struct replay *x, const struct pq_perf_row *row)
{
	struct pq_perf_reading *r = x->r;
	const struct pq_perf_comm *comm;

	switch (row->kind) {
	case PQ_PERF_MMAP:
		return replay_map(x, row->index);
	case PQ_PERF_FORK:
		replay_fork(x, &r->forks.at[row->index]);
		return true;
	case PQ_PERF_COMM:
		comm = &r->comms.at[row->index];
		find_thread(x, comm->pid, comm->tid)->comm = comm->name;
		return true;
	default:
		return replay_sample(x, row->time, &r->samples.at[row->index]);
	}
}

static void sum_replayed(struct replay *x, size_t at)
{
	struct pq_legacy *b = &x->r->b;
	const struct sum *sum = &x->sums.at[at];
	const struct stack *stack = &x->stacks.at[sum->stack];
	const struct labels *l = &x->labels.at[sum->labels];

	pq_legacy_begin(b);
	for (uint32_t i = 0; i < stack->n; i++)
		*pq_vec_push(&b->stack) = x->frames.at[stack->first + i];
	pq_perf_labels(b, pq_intern_text(&b->strings, l->comm), (int32_t)l->pid,
		       (int32_t)l->tid);
	pq_legacy_sample(b, &x->values.at[at * x->n_values]);
}

/* The first event, as in perf script's text, unless it never happened. */
static size_t find_shown_event(const struct replay *x)
{
	for (size_t event = 1; event < x->n_values; event++)
		for (size_t i = 0; i < x->sums.n; i++)
			if (x->values.at[i * x->n_values + event])
				return event;
	return 1;
}

static void make_profile(struct replay *x)
{
	struct pq_profile *p = x->p;
	struct pq_legacy *b = &x->r->b;

	for (size_t i = 0; i < x->sums.n; i++)
		sum_replayed(x, i);
	if (x->n_values > 1) {
		p->period_type = p->sample_types.at[1];
		p->default_sample_type =
			p->sample_types.at[find_shown_event(x)].type;
	}
	/* One period for all samples is the profile's; others are none. */
	if (!x->period_changes)
		p->period = (int64_t)x->period;
	p->keeps_recorded_paths = true;
	p->duration_nanos = (int64_t)(x->last_time - x->first_time);
	pq_put_program_first(b);
	pq_legacy_number(b);
	for (size_t i = 0; i < b->strings.texts.n; i++)
		pq_profile_add_string(p,
				      pq_intern_text(&b->strings, (uint32_t)i));
}

static void release_replay(struct replay *x)
{
	pq_spaces_release(&x->spaces);
	pq_ids_release(&x->process_numbers);
	pq_ids_release(&x->thread_numbers);
	pq_vec_release(&x->processes);
	pq_vec_release(&x->threads);
	pq_map_release(&x->mapping_map);
	pq_map_release(&x->location_map);
	pq_map_release(&x->stack_map);
	pq_map_release(&x->label_map);
	pq_map_release(&x->sum_map);
	pq_vec_release(&x->frames);
	pq_vec_release(&x->stacks);
	pq_vec_release(&x->labels);
	pq_vec_release(&x->sums);
	pq_vec_release(&x->values);
}

bool pq_perf_replay(struct pq_perf_reading *r)
{
	struct replay x = { .r = r,
			    .p = r->b.p,
			    .n_values = r->b.p->sample_types.n };
	bool ok = true;

	sort_rows(r);
	for (size_t i = 0; ok && i < r->rows.n; i++)
		ok = replay_row(&x, &r->rows.at[i]);
	if (ok)
		make_profile(&x);
	release_replay(&x);
	return ok;
}
