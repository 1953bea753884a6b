/*
 * From the tables of a Firefox profile to samples; firefox_reading.h declares
 * what is here.
 */
#include "format/json/firefox_reading.h"

#include <string.h>

#include "format/text/finish.h"
#include "format/text/places.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* Firefox cuts stacks at about 1,000 frames of each kind. */
#define DEPTH_MOST 16384
/* As many functions are inlined into one another at one address. */
#define INLINED_MOST 256

/* Positions of the sums, and of the sample types before some are left out. */
enum { COUNT, CPU, TIME, SPACE, VALUES };

/* Sums over all samples of one stack of a thread. */
struct sum {
	int64_t values[VALUES];
};

/* One thread, and the tables that count for it. */
struct thread {
	struct pq_firefox *r;
	const struct pq_firefox_thread *t;
	size_t number; /* the thread's, for messages */
	const struct pq_firefox_tables *stacks, *frames, *funcs, *resources,
		*sources, *strings, *libs;
	PQ_VEC(struct sum) sums;    /* by stack */
	PQ_VEC(int32_t) order;	    /* stacks as samples have them */
	PQ_VEC(uint32_t) depths;    /* by stack; 0: not known */
	PQ_VEC(uint32_t) functions; /* by func, one more; 0: not known */
	PQ_VEC(uint32_t) locations; /* by frame alone, one more */
	struct pq_map *places;
	bool *used; /* by position of the sums */
	bool has_unnamed;
};

/* ---- errors ---- */

static bool fail_index(const struct thread *x, const char *column, size_t row,
		       int64_t index, const char *what, size_t n)
{
	return pq_fail(x->r->j.err, PQ_EFORMAT,
		       "threads[%zu].%s[%zu]: %s %lld is not in a table of %zu",
		       x->number, column, row, what, (long long)index, n);
}

static bool fail_row(const struct thread *x, const char *column, size_t row,
		     const char *rule)
{
	return pq_fail(x->r->j.err, PQ_EFORMAT, "threads[%zu].%s[%zu]: %s",
		       x->number, column, row, rule);
}

static int32_t cell(const struct pq_firefox_column *c, size_t row)
{
	return row < c->at.n ? c->at.at[row] : PQ_FIREFOX_NONE;
}

static int64_t wide_cell(const struct pq_firefox_wide *c, size_t row)
{
	return row < c->at.n ? c->at.at[row] : PQ_FIREFOX_NULL;
}

/* ---- sums by stack ---- */

static bool add_to(int64_t *sum, int64_t value)
{
	return !__builtin_add_overflow(*sum, value, sum);
}

/* A weight is in millionths; false where it is none, or is too large. */
static bool weigh(const struct thread *x, size_t at, int64_t *time,
		  int64_t *space)
{
	int64_t weight = 1000000, whole;

	*time = *space = 0;
	if (x->t->weight.is_there)
		weight = wide_cell(&x->t->weight, at);
	if (weight == PQ_FIREFOX_NULL)
		weight = 1000000;
	/* milliseconds have a million nanoseconds */
	if (x->t->weight_type == PQ_FIREFOX_TRACING_MS) {
		*time = weight;
		return true;
	}
	/* Counts of samples and bytes are whole. */
	whole = weight / 1000000;
	if (whole * 1000000 != weight)
		return false;
	if (x->t->weight_type == PQ_FIREFOX_BYTES) {
		*space = whole;
		return true;
	}
	/* A sample stands for one interval. */
	return !__builtin_mul_overflow(whole, x->r->interval, time);
}

/* The first sample's time passed before the profile began. */
static int64_t cpu_of(const struct thread *x, size_t at)
{
	int64_t cpu = at ? wide_cell(&x->t->cpu, at) : 0;

	if (cpu == PQ_FIREFOX_NULL || x->r->cpu_unit == PQ_CPU_UNKNOWN)
		return 0;
	return x->r->cpu_unit == PQ_CPU_MICROS ? cpu : cpu / 1000;
}

static bool sum_sample(struct thread *x, size_t at)
{
	int32_t stack = x->t->stack.at.at[at];
	int64_t time, space;
	struct sum *sum;

	if (stack < 0)
		return true;
	if ((size_t)stack >= x->stacks->stack_frame.at.n)
		return fail_index(x, "samples.stack", at, stack, "stack",
				  x->stacks->stack_frame.at.n);
	if (!weigh(x, at, &time, &space))
		return fail_row(x, "samples.weight", at,
				"the weight is not whole, or too large");
	sum = &x->sums.at[stack];
	/* Stacks stay in the order of their first samples. */
	if (!sum->values[COUNT])
		*pq_vec_push(&x->order) = stack;
	if (!add_to(&sum->values[COUNT], 1) ||
	    !add_to(&sum->values[CPU], cpu_of(x, at)) ||
	    !add_to(&sum->values[TIME], time) ||
	    !add_to(&sum->values[SPACE], space))
		return fail_row(x, "samples.stack", at,
				"sums do not fit into 64 bits");
	return true;
}

static void note_types(struct thread *x)
{
	x->used[CPU] |= x->t->cpu.is_there && x->r->cpu_unit != PQ_CPU_UNKNOWN;
	x->used[x->t->weight_type == PQ_FIREFOX_BYTES ? SPACE : TIME] = true;
}

static bool sum_samples(struct thread *x)
{
	pq_vec_reach(&x->sums, x->stacks->stack_frame.at.n);
	for (size_t i = 0; i < x->t->stack.at.n; i++)
		if (!sum_sample(x, i))
			return false;
	/* Types are noted for threads that have samples, not for all. */
	if (x->order.n)
		note_types(x);
	return true;
}

/* ---- stacks ---- */

/* The stack that a stack is called from, or PQ_FIREFOX_NONE. */
static bool find_prefix(struct thread *x, size_t stack, int32_t *to)
{
	const struct pq_firefox_tables *t = x->stacks;
	int32_t offset;

	if (!t->stack_offset.is_there) {
		*to = cell(&t->stack_prefix, stack);
		return *to < (int64_t)t->stack_frame.at.n ||
		       fail_index(x, "stackTable.prefix", stack, *to, "stack",
				  t->stack_frame.at.n);
	}
	offset = cell(&t->stack_offset, stack);
	if (offset < 0 || (size_t)offset > stack)
		return fail_row(x, "stackTable.prefixOffset", stack,
				"no stack is so far before it");
	/* An offset of 0 marks a root: no stack calls itself. */
	*to = offset ? (int32_t)stack - offset : PQ_FIREFOX_NONE;
	return true;
}

/*
 * Depths are kept, so that all walks together take one step a stack; one that
 * takes more than there are levels goes in a circle.
 */
static bool measure_depth(struct thread *x, int32_t from)
{
	uint32_t steps = 0, depth;
	int32_t at = from, next;

	for (; !x->depths.at[at]; at = next, steps++) {
		if (!find_prefix(x, (size_t)at, &next))
			return false;
		if (next < 0)
			x->depths.at[at] = 1;
		if (next < 0 || steps > DEPTH_MOST)
			break;
	}
	depth = x->depths.at[at] + steps;
	if (!x->depths.at[at] || depth > DEPTH_MOST)
		return fail_row(x, "stackTable.prefix", (size_t)from,
				"the stack is deeper than 16384 frames, or "
				"goes in a circle");
	/* The same way again, whose length is known now. */
	for (at = from; !x->depths.at[at]; at = next) {
		x->depths.at[at] = depth--;
		if (!find_prefix(x, (size_t)at, &next))
			return false;
	}
	return true;
}

/* ---- frames ---- */

static bool convert_string(struct thread *x, const char *column, size_t row,
			   int32_t index, uint32_t *to)
{
	if (index < 0 || (size_t)index >= x->strings->strings.at.n)
		return fail_index(x, column, row, index, "string",
				  x->strings->strings.at.n);
	*to = (uint32_t)x->strings->strings.at.at[index];
	return true;
}

/* The file's name of a function, "" where it has none. */
static bool find_file(struct thread *x, size_t func, uint32_t *to)
{
	int32_t source = cell(&x->funcs->func_source, func), name;

	name = cell(&x->funcs->func_file, func);
	*to = 0;
	/* Later versions have sources in place of file names. */
	if (source >= 0) {
		if ((size_t)source >= x->sources->source_file.at.n)
			return fail_index(x, "funcTable.source", func, source,
					  "source",
					  x->sources->source_file.at.n);
		name = cell(&x->sources->source_file, (size_t)source);
	}
	return name < 0 ||
	       convert_string(x, "funcTable.fileName", func, name, to);
}

static bool check_func(struct thread *x, size_t frame, int32_t func)
{
	return (func >= 0 && (size_t)func < x->funcs->func_name.at.n) ||
	       fail_index(x, "frameTable.func", frame, func, "function",
			  x->funcs->func_name.at.n);
}

static bool convert_function(struct thread *x, size_t func, uint32_t *to)
{
	uint32_t name, file;

	pq_vec_reach(&x->functions, x->funcs->func_name.at.n);
	/* Functions are made when a frame needs them. */
	if (!x->functions.at[func]) {
		if (!convert_string(x, "funcTable.name", func,
				    x->funcs->func_name.at.at[func], &name) ||
		    !find_file(x, func, &file))
			return false;
		x->functions.at[func] =
			1 + pq_place_function(
				    &x->r->b,
				    pq_intern_text(&x->r->b.strings, name),
				    pq_intern_text(&x->r->b.strings, file));
	}
	*to = x->functions.at[func] - 1;
	return true;
}

/* The library of a frame, or -1. */
static bool find_lib(struct thread *x, size_t frame, int32_t func, int32_t *to)
{
	int32_t resource;

	if (x->frames->frame_lib.is_there) {
		*to = cell(&x->frames->frame_lib, frame);
	} else {
		resource = cell(&x->funcs->func_resource, (size_t)func);
		*to = resource < 0 ? PQ_FIREFOX_NONE
				   : cell(&x->resources->resource_lib,
					  (size_t)resource);
	}
	return *to < (int64_t)x->libs->libs.n ||
	       fail_index(x, "frameTable", frame, *to, "library",
			  x->libs->libs.n);
}

static bool same_mapping(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_profile *p = ctx;
	const struct pq_mapping *m = key, *is = &p->mappings.at[index];

	return is->file == m->file && is->build_id == m->build_id;
}

/* One mapping of a library, which threads may have listed each for itself. */
static uint32_t find_mapping(struct pq_firefox *r, uint32_t file,
			     uint32_t build_id)
{
	struct pq_profile *p = r->b.p;
	/* addresses are relative, so that it begins at 0 */
	struct pq_mapping m = { .id = p->mappings.n + 1,
				.limit = UINT64_MAX,
				.file = file,
				.build_id = build_id };
	uint32_t fresh = (uint32_t)p->mappings.n;
	uint32_t at = pq_map_intern(&r->mappings, pq_hash_mix(file, build_id),
				    same_mapping, p, &m, fresh);

	if (at == fresh)
		*pq_vec_push(&p->mappings) = m;
	return at;
}

static uint32_t find_library_mapping(struct thread *x, int32_t lib)
{
	const struct pq_firefox_lib *l = lib < 0 ? NULL
						 : &x->libs->libs.at[lib];

	return l ? find_mapping(x->r, l->path, l->build_id) : PQ_NONE;
}

/* "0x1c2f", which samply writes where it knows no name. */
static bool is_hex_name(struct thread *x, size_t func)
{
	int32_t string = x->funcs->func_name.at.at[func];
	struct pq_text name;

	if (string < 0 || (size_t)string >= x->strings->strings.at.n)
		return false;
	name = pq_intern_text(&x->r->b.strings,
			      (uint32_t)x->strings->strings.at.at[string]);
	return pq_text_starts(name, "0x") &&
	       pq_is_all_hex(pq_text_slice(name, 2, name.len));
}

/* One frame; a location has several where they were inlined. */
struct frame {
	int64_t address;
	int32_t lib, depth;
	bool unnamed;
	struct pq_line line;
};

static bool convert_frame(struct thread *x, size_t at, struct frame *to)
{
	int32_t func = cell(&x->frames->frame_func, at);
	int64_t line = wide_cell(&x->frames->frame_line, at);

	memset(to, 0, sizeof(*to));
	if (!check_func(x, at, func) || !find_lib(x, at, func, &to->lib))
		return false;
	to->address = wide_cell(&x->frames->frame_address, at);
	to->depth = cell(&x->frames->frame_depth, at);
	/* A hexadecimal name is an address, which may get symbols. */
	to->unnamed = to->address >= 0 && to->lib >= 0 &&
		      is_hex_name(x, (size_t)func);
	to->line.line = line == PQ_FIREFOX_NULL ? 0 : line;
	return to->unnamed ||
	       convert_function(x, (size_t)func, &to->line.function);
}

/* ---- raw frames ---- */

static bool place_raw_frame(struct thread *x, size_t at, uint32_t *location)
{
	struct pq_line line = { .line = wide_cell(&x->frames->frame_line, at) };
	struct pq_place place = { .mapping = PQ_NONE,
				  .lines = &line,
				  .n_lines = 1 };
	struct pq_firefox_place split;
	uint32_t string;

	if (!convert_string(x, "frameTable.location", at,
			    cell(&x->frames->frame_func, at), &string))
		return false;
	split = pq_firefox_split_location(
		pq_intern_text(&x->r->b.strings, string));
	/* The table's line counts, then the one in the text. */
	if (line.line == PQ_FIREFOX_NULL)
		line.line = split.line;
	if (split.lib.len)
		place.mapping = find_mapping(
			x->r, pq_legacy_string(&x->r->b, split.lib), 0);
	line.function = pq_place_function(&x->r->b, split.name, split.file);
	*location = pq_place_location(x->r->b.p, x->places, &place);
	return true;
}

/* ---- locations of a stack ---- */

static bool check_frame(struct thread *x, int32_t stack, size_t *frame)
{
	int32_t at = x->stacks->stack_frame.at.at[stack];
	size_t n = x->frames->frame_func.at.n;

	*frame = (size_t)at;
	return (at >= 0 && (size_t)at < n) ||
	       fail_index(x, "stackTable.frame", (size_t)stack, at, "frame", n);
}

/* Whether the frame of the stack before is what this one is inlined into. */
static bool is_inlined_into(const struct frame *inner,
			    const struct frame *outer)
{
	return inner->depth > 0 && outer->depth == inner->depth - 1 &&
	       inner->address >= 0 && inner->address == outer->address &&
	       inner->lib == outer->lib && !inner->unnamed && !outer->unnamed;
}

/*
 * The location of a stack's frame and of those it is inlined into; *stack
 * becomes the stack behind them.
 */
static bool place_frames(struct thread *x, int32_t *stack, uint32_t *location)
{
	struct pq_line lines[INLINED_MOST];
	struct pq_place place = { .lines = lines };
	struct frame now, next;
	int32_t prefix;
	size_t at;

	if (!check_frame(x, *stack, &at) || !convert_frame(x, at, &now))
		return false;
	/* Frames inlined at one address are the lines of one location. */
	for (;;) {
		if (!now.unnamed)
			lines[place.n_lines++] = now.line;
		if (!find_prefix(x, (size_t)*stack, &prefix))
			return false;
		*stack = prefix;
		if (now.depth <= 0 || prefix < 0 ||
		    place.n_lines == INLINED_MOST)
			break;
		if (!check_frame(x, prefix, &at) ||
		    !convert_frame(x, at, &next))
			return false;
		if (!is_inlined_into(&now, &next))
			break;
		now = next;
	}
	x->has_unnamed = x->has_unnamed || now.unnamed;
	place.mapping = find_library_mapping(x, now.lib);
	if (now.address >= 0 && now.lib >= 0)
		place.address = (uint64_t)now.address;
	*location = pq_place_location(x->r->b.p, x->places, &place);
	return true;
}

/* The same, for frames that are met a second time, by the table of frames. */
static bool find_location(struct thread *x, int32_t *stack, uint32_t *location)
{
	size_t at;
	bool alone;

	if (!check_frame(x, *stack, &at))
		return false;
	alone = x->t->raw || cell(&x->frames->frame_depth, at) <= 0;
	if (!alone)
		return place_frames(x, stack, location);
	if (x->locations.at[at]) {
		*location = x->locations.at[at] - 1;
		return find_prefix(x, (size_t)*stack, stack);
	}
	if (x->t->raw ? !place_raw_frame(x, at, location) ||
				!find_prefix(x, (size_t)*stack, stack)
		      : !place_frames(x, stack, location))
		return false;
	x->locations.at[at] = *location + 1;
	return true;
}

/* ---- samples of a thread ---- */

static void add_thread_label(struct pq_legacy *b, const char *key,
			     uint32_t text, int64_t number)
{
	struct pq_label l = { .key = pq_legacy_string(b, pq_text_of(key)),
			      .str = text,
			      .num = text ? 0 : number };

	if (text || number >= 0)
		*pq_vec_push(&b->labels) = l;
}

static bool store_stack(struct thread *x, int32_t stack)
{
	struct pq_legacy *b = &x->r->b;
	struct sum *sum = &x->sums.at[stack];
	uint32_t location;
	int32_t at = stack;

	if (!measure_depth(x, stack))
		return false;
	pq_legacy_begin(b);
	while (at >= 0) {
		if (!find_location(x, &at, &location))
			return false;
		*pq_vec_push(&b->stack) = location;
	}
	add_thread_label(b, "thread", x->t->name, -1);
	add_thread_label(b, "process", x->t->process, -1);
	add_thread_label(b, "pid", x->t->pid_text, x->t->pid);
	add_thread_label(b, "tid", x->t->tid_text, x->t->tid);
	pq_legacy_sample(b, sum->values);
	return true;
}

static bool store_thread(struct thread *x)
{
	size_t n_stacks = x->stacks->stack_frame.at.n;

	if (!x->t->stack.at.n)
		return true;
	if (n_stacks && !(x->stacks->stack_prefix.is_there ||
			  x->stacks->stack_offset.is_there))
		return pq_fail(x->r->j.err, PQ_EFORMAT,
			       "threads[%zu]: the table of stacks has no "
			       "\"prefix\"",
			       x->number);
	pq_vec_reach(&x->depths, n_stacks);
	pq_vec_reach(&x->locations, x->frames->frame_func.at.n);
	if (!sum_samples(x))
		return false;
	for (size_t i = 0; i < x->order.n; i++)
		if (!store_stack(x, x->order.at[i]))
			return false;
	return true;
}

static bool convert_thread(struct pq_firefox *r, size_t number,
			   struct pq_map *places, bool *used, bool *has_unnamed)
{
	const struct pq_firefox_thread *t = r->threads.at[number];
	const struct pq_firefox_tables *own = &t->own, *shared = &r->shared;
	struct thread x = {
		.r = r,
		.t = t,
		.number = number,
		.places = places,
		.used = used,
		.stacks = own->has_stacks ? own : shared,
		.frames = own->has_frames ? own : shared,
		.funcs = own->has_funcs ? own : shared,
		.resources = own->has_resources ? own : shared,
		.sources = own->has_sources ? own : shared,
		.strings = own->has_strings ? own : shared,
		.libs = own->has_libs ? own : shared,
	};
	/* A thread has tables of its own, or those that all share. */
	bool ok = store_thread(&x);

	*has_unnamed |= x.has_unnamed;
	pq_vec_release(&x.sums);
	pq_vec_release(&x.order);
	pq_vec_release(&x.depths);
	pq_vec_release(&x.functions);
	pq_vec_release(&x.locations);
	return ok;
}

/* ---- the profile ---- */

struct picking {
	int64_t values[VALUES];
	bool used[VALUES];
};

static bool pick_values(void *ctx, struct pq_sample *sample)
{
	struct picking *x = ctx;
	size_t n = 0;

	for (size_t i = 0; i < VALUES; i++)
		if (x->used[i])
			x->values[n++] = sample->values[i];
	sample->values = x->values;
	return true;
}

static void set_types(struct pq_firefox *r, struct picking *x)
{
	static const char *const types[VALUES][2] = {
		[COUNT] = { "samples", "count" },
		[CPU] = { "cpu", "nanoseconds" },
		[SPACE] = { "space", "bytes" },
		[TIME] = { "time", "nanoseconds" },
	};
	struct pq_profile *p = r->b.p;

	for (size_t i = 0; i < VALUES; i++)
		if (x->used[i])
			pq_legacy_sample_type(&r->b, types[i][0],
					      pq_text_of(types[i][1]));
	/* adding types has changed it, and records are as they were */
	p->samples.n_values = VALUES;
	pq_samples_rewrite(&p->samples, (unsigned)p->sample_types.n,
			   pick_values, x);
	p->default_sample_type = p->sample_types.at[p->sample_types.n - 1].type;
	if (!x->used[TIME])
		return;
	pq_legacy_period_type(&r->b, "time", "nanoseconds");
	p->period = r->interval;
}

static void finish_sums(struct pq_firefox *r, bool has_unnamed)
{
	struct pq_profile *p = r->b.p;

	p->keeps_recorded_paths = true;
	pq_places_mark_mappings(p);
	pq_legacy_number(&r->b);
	for (size_t i = 0; i < r->b.strings.texts.n; i++)
		pq_profile_add_string(p, pq_intern_text(&r->b.strings,
							(uint32_t)i));
	if (r->has_native_allocations)
		pq_notes_add(&p->notes,
			     PQ_TEXT("native allocations are left out: only "
				     "the samples are read"));
	if (has_unnamed)
		p->note_of_missing_names =
			PQ_TEXT("names are not in this file (samply resolves "
				"them when it opens it): give the binaries by "
				"PPROF_BINARY_PATH");
}

bool pq_firefox_make_profile(struct pq_firefox *r)
{
	struct picking picking = { .used = { [COUNT] = true } };
	struct pq_map places = { 0 };
	bool has_unnamed = false, ok = true;

	if (r->interval == PQ_FIREFOX_NULL)
		r->interval = 0;
	r->b.p->samples.n_values = VALUES;
	for (size_t i = 0; ok && i < r->threads.n; i++)
		ok = convert_thread(r, i, &places, picking.used, &has_unnamed);
	pq_map_release(&places);
	if (ok && !r->b.p->samples.n)
		ok = pq_fail(r->j.err, PQ_EFORMAT,
			     "a Firefox profile without samples");
	if (!ok)
		return false;
	set_types(r, &picking);
	finish_sums(r, has_unnamed);
	return true;
}
