#include "format/json/speedscope.h"

#include <string.h>

#include "format/json/pull.h"
#include "format/json_head.h"
#include "format/text/builder.h"
#include "format/text/finish.h"
#include "format/text/places.h"

#include "base/banned.h"

/* Units of weights, and how many powers of ten make one of ours. */
struct unit {
	const char *name;
	int shift;
	const char *type, *of; /* the sample type */
};

static const struct unit units[] = {
	{ "nanoseconds", 0, "time", "nanoseconds" },
	{ "microseconds", 3, "time", "nanoseconds" },
	{ "milliseconds", 6, "time", "nanoseconds" },
	{ "seconds", 9, "time", "nanoseconds" },
	{ "bytes", 0, "space", "bytes" },
	{ "none", 0, "weight", "count" },
};

#define N_UNITS (sizeof(units) / sizeof(*units))

/* Sample types besides samples: time, space, weight. */
#define TYPES_MOST 3

enum profile_type { UNKNOWN_TYPE, SAMPLED, EVENTED };

struct event {
	uint32_t frame;
	bool opens;
};

/* The profile under way; its members come in any order. */
struct run {
	enum profile_type type;
	const struct unit *unit;
	uint32_t name;
	bool has_weights, has_end;
	PQ_VEC(uint32_t) frames; /* all samples', outermost first */
	PQ_VEC(size_t) ends;	 /* each sample's, in frames */
	PQ_VEC(struct event) events;
	/* weights, or times of events, as they are written */
	struct pq_buf numbers;
	PQ_VEC(size_t) number_ends;
	struct pq_buf end;
};

struct reading {
	struct pq_pull j;
	struct pq_legacy b;
	struct pq_map places;
	struct run run;
	PQ_VEC(uint32_t) locations; /* by index of the frame */
	bool has_frames;
	size_t n_profiles;
	int64_t active;
	uint32_t active_type; /* among the types; 0: not known */
	/* the largest index used before the frames were read, and where */
	uint32_t largest;
	size_t largest_profile, largest_at;
	bool has_open_frames;
};

/* ---- frames ---- */

static bool take_listed_frame(struct reading *r)
{
	struct pq_buf name = { 0 }, file = { 0 };
	struct pq_text key, text;
	struct pq_line line = { .function = PQ_NONE };
	struct pq_place place = { .mapping = PQ_NONE,
				  .lines = &line,
				  .n_lines = 1 };

	/* Members come in any order, and any of them may be null. */
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		struct pq_buf *to = pq_text_is(key, "name") ? &name : &file;

		if (pq_text_is(key, "line")) {
			if (!pq_pull_null(&r->j))
				pq_pull_int(&r->j, &line.line);
		} else if (!pq_text_is(key, "name") &&
			   !pq_text_is(key, "file")) {
			pq_pull_skip(&r->j);
		} else if (!pq_pull_null(&r->j) &&
			   pq_pull_string(&r->j, &text)) {
			pq_buf_clear(to);
			pq_buf_text(to, text);
		}
	}
	/* Frames that are equal share one location. */
	if (pq_pull_ok(&r->j)) {
		line.function = pq_place_function(&r->b, pq_buf_view(&name),
						  pq_buf_view(&file));
		*pq_vec_push(&r->locations) =
			pq_place_location(r->b.p, &r->places, &place);
	}
	pq_buf_release(&name);
	pq_buf_release(&file);
	return pq_pull_ok(&r->j);
}

static bool take_frame_list(struct reading *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		/* A second list would give indexes another meaning. */
		if (!pq_text_is(key, "frames") || r->has_frames) {
			pq_pull_skip(&r->j);
			continue;
		}
		r->has_frames = true;
		pq_pull_array(&r->j);
		while (pq_pull_element(&r->j) && take_listed_frame(r))
			;
	}
	return pq_pull_ok(&r->j);
}

static bool fail_frame(struct reading *r, uint32_t frame, size_t profile,
		       size_t at)
{
	return pq_fail(r->j.err, PQ_EFORMAT,
		       "profiles[%zu].%s[%zu]: frame %lu is not in a table "
		       "of %zu",
		       profile, r->run.type == EVENTED ? "events" : "samples",
		       at, (unsigned long)frame, r->locations.n);
}

/* The index of a frame, which may come before the table of frames. */
static bool take_index(struct reading *r, size_t at, uint32_t *to)
{
	int64_t value;

	if (!pq_pull_int(&r->j, &value))
		return false;
	/* PQ_NONE stands for no frame: it is no index. */
	if (value < 0 || value >= PQ_NONE)
		return pq_pull_fail(&r->j, "this is no index of a frame");
	*to = (uint32_t)value;
	if (r->has_frames && *to >= r->locations.n)
		return fail_frame(r, *to, r->n_profiles, at);
	/* Indexes before the table are checked once it is there. */
	if (*to > r->largest) {
		r->largest = *to;
		r->largest_profile = r->n_profiles;
		r->largest_at = at;
	}
	return true;
}

/* ---- members of a profile ---- */

static bool add_number(struct reading *r)
{
	struct pq_text number;

	if (!pq_pull_number(&r->j, &number))
		return false;
	/* Numbers stay texts until the unit is known. */
	pq_buf_text(&r->run.numbers, number);
	*pq_vec_push(&r->run.number_ends) = r->run.numbers.len;
	return true;
}

static struct pq_text number_text(const struct run *run, size_t at)
{
	size_t from = at ? run->number_ends.at[at - 1] : 0;

	return pq_text_slice(pq_buf_view(&run->numbers), from,
			     run->number_ends.at[at]);
}

static void take_sampled(struct reading *r)
{
	uint32_t frame;

	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j)) {
		pq_pull_array(&r->j);
		while (pq_pull_element(&r->j) &&
		       take_index(r, r->run.ends.n, &frame))
			*pq_vec_push(&r->run.frames) = frame;
		*pq_vec_push(&r->run.ends) = r->run.frames.n;
	}
}

static void take_weights(struct reading *r)
{
	r->run.has_weights = true;
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j) && add_number(r))
		;
}

static bool take_event_type(struct reading *r, struct event *e)
{
	struct pq_text type;

	if (!pq_pull_string(&r->j, &type))
		return false;
	e->opens = pq_text_is(type, "O");
	return e->opens || pq_text_is(type, "C") ||
	       pq_pull_fail(&r->j, "an event is of type \"O\" or \"C\"");
}

static bool take_open_or_close(struct reading *r)
{
	struct event e = { .frame = PQ_NONE };
	size_t n = r->run.number_ends.n;
	bool has_type = false;
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "type"))
			has_type = take_event_type(r, &e);
		else if (pq_text_is(key, "frame"))
			take_index(r, r->run.events.n, &e.frame);
		else if (pq_text_is(key, "at") && r->run.number_ends.n == n)
			add_number(r);
		else
			pq_pull_skip(&r->j);
	}
	if (!pq_pull_ok(&r->j))
		return false;
	/* All three are needed, and each once. */
	if (!has_type || e.frame == PQ_NONE || r->run.number_ends.n == n)
		return pq_pull_fail(&r->j, "an event has \"type\", \"frame\" "
					   "and \"at\"");
	*pq_vec_push(&r->run.events) = e;
	return true;
}

static void take_evented(struct reading *r)
{
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j) && take_open_or_close(r))
		;
}

static bool take_weight_unit(struct reading *r)
{
	struct pq_text name;

	if (!pq_pull_string(&r->j, &name))
		return false;
	for (size_t i = 0; i < N_UNITS; i++)
		if (pq_text_is(name, units[i].name))
			r->run.unit = &units[i];
	return r->run.unit ||
	       pq_pull_fail(&r->j, "the unit is not nanoseconds, "
				   "microseconds, milliseconds, seconds, "
				   "bytes or none");
}

static bool take_profile_type(struct reading *r)
{
	struct pq_text type;

	if (!pq_pull_string(&r->j, &type))
		return false;
	if (pq_text_is(type, "sampled"))
		r->run.type = SAMPLED;
	else if (pq_text_is(type, "evented"))
		r->run.type = EVENTED;
	return r->run.type != UNKNOWN_TYPE ||
	       pq_pull_fail(&r->j, "the type of a profile is \"sampled\" or "
				   "\"evented\"");
}

static void take_end(struct reading *r)
{
	struct pq_text number;

	if (pq_pull_number(&r->j, &number)) {
		r->run.has_end = true;
		pq_buf_clear(&r->run.end);
		pq_buf_text(&r->run.end, number);
	}
}

static void take_member(struct reading *r, struct pq_text key)
{
	struct pq_text text;

	/* A list that comes twice counts once. */
	if (pq_text_is(key, "type"))
		take_profile_type(r);
	else if (pq_text_is(key, "unit"))
		take_weight_unit(r);
	else if (pq_text_is(key, "samples") && !r->run.ends.n)
		take_sampled(r);
	else if (pq_text_is(key, "weights") && !r->run.number_ends.n)
		take_weights(r);
	else if (pq_text_is(key, "events") && !r->run.number_ends.n)
		take_evented(r);
	else if (pq_text_is(key, "endValue"))
		take_end(r);
	else if (!pq_text_is(key, "name"))
		pq_pull_skip(&r->j);
	else if (pq_pull_string(&r->j, &text))
		r->run.name = pq_legacy_string(&r->b, text);
}

/* ---- samples ---- */

/* The unit's sample type, which is new where it comes for the first time. */
static uint32_t column_of_unit(struct reading *r)
{
	struct pq_profile *p = r->b.p;
	uint32_t type = pq_legacy_string(&r->b, pq_text_of(r->run.unit->type));

	for (size_t i = 1; i < p->sample_types.n; i++)
		if (p->sample_types.at[i].type == type)
			return (uint32_t)i;
	pq_legacy_sample_type(&r->b, r->run.unit->type,
			      pq_text_of(r->run.unit->of));
	return (uint32_t)p->sample_types.n - 1;
}

/* Frames come outermost first, and stacks have them the other way round. */
static void add_weighted_stack(struct reading *r, const uint32_t *frames,
			       size_t n, uint32_t column, int64_t value)
{
	struct pq_label label = { .key = pq_legacy_string(&r->b,
							  PQ_TEXT("profile")),
				  .str = r->run.name };
	int64_t values[1 + TYPES_MOST] = { 1 };

	pq_legacy_begin(&r->b);
	for (size_t i = n; i--;)
		*pq_vec_push(&r->b.stack) = frames[i];
	if (label.str)
		*pq_vec_push(&r->b.labels) = label;
	values[column] = value;
	/* Types may still be added: each sample has room for all. */
	r->b.p->samples.n_values = 1 + TYPES_MOST;
	pq_legacy_sample(&r->b, values);
}

static bool fail_at(struct reading *r, const char *list, size_t at,
		    const char *rule)
{
	return pq_fail(r->j.err, PQ_EFORMAT, "profiles[%zu].%s[%zu]: %s",
		       r->n_profiles, list, at, rule);
}

static bool number_in_list(struct reading *r, const char *list, size_t at,
			   int64_t *to)
{
	bool exact;

	return pq_decimal(number_text(&r->run, at), r->run.unit->shift, to,
			  &exact) ||
	       fail_at(r, list, at, "the number does not fit into 64 bits");
}

static bool add_sampled(struct reading *r, uint32_t column)
{
	const struct run *run = &r->run;
	size_t from = 0;

	if (run->ends.n != run->number_ends.n)
		return pq_fail(r->j.err, PQ_EFORMAT,
			       "profiles[%zu] has %zu samples and %zu weights",
			       r->n_profiles, run->ends.n, run->number_ends.n);
	for (size_t i = 0; i < run->ends.n; i++) {
		int64_t value;

		if (!number_in_list(r, "weights", i, &value))
			return false;
		if (value < 0)
			return fail_at(r, "weights", i, "a weight is below 0");
		/* An empty vector has no array to point into. */
		add_weighted_stack(
			r, run->frames.at ? run->frames.at + from : NULL,
			run->ends.at[i] - from, column, value);
		from = run->ends.at[i];
	}
	return true;
}

/* Opens or closes a frame; run.frames are those that are open. */
static bool apply_event(struct reading *r, size_t at)
{
	struct run *run = &r->run;
	const struct event *e = &run->events.at[at];

	if (e->opens) {
		*pq_vec_push(&run->frames) = e->frame;
		return true;
	}
	if (!run->frames.n || run->frames.at[run->frames.n - 1] != e->frame)
		return fail_at(r, "events", at,
			       "closes a frame that is not the one opened "
			       "last");
	run->frames.n--;
	return true;
}

/* Time up to `to` belongs to what is open. */
static bool pass_time(struct reading *r, uint32_t column, int64_t from,
		      int64_t to, size_t at)
{
	int64_t lasts;

	if (to < from)
		return fail_at(r, "events", at,
			       "its time is before that of "
			       "the event before it");
	if (__builtin_sub_overflow(to, from, &lasts))
		return fail_at(r, "events", at,
			       "more time has passed than fits into 64 bits");
	/* Time with nothing open is nobody's. */
	if (lasts && r->run.frames.n)
		add_weighted_stack(r, r->run.frames.at, r->run.frames.n, column,
				   lasts);
	return true;
}

static bool close_all(struct reading *r, uint32_t column, int64_t now)
{
	int64_t end;
	bool exact;

	if (!r->run.frames.n)
		return true;
	/* Frames still open are noted, and closed by endValue. */
	r->has_open_frames = true;
	if (!r->run.has_end)
		return true;
	if (!pq_decimal(pq_buf_view(&r->run.end), r->run.unit->shift, &end,
			&exact))
		return fail_at(r, "events", r->run.events.n,
			       "\"endValue\" does not fit into 64 bits");
	return pass_time(r, column, now, end, r->run.events.n);
}

static bool add_evented(struct reading *r, uint32_t column)
{
	struct run *run = &r->run;
	int64_t now = 0, time = 0;

	run->frames.n = 0;
	for (size_t i = 0; i < run->events.n; i++) {
		if (!number_in_list(r, "events", i, &time))
			return false;
		if (i && !pass_time(r, column, now, time, i))
			return false;
		if (!apply_event(r, i))
			return false;
		now = time;
	}
	return close_all(r, column, now);
}

static bool add_run(struct reading *r)
{
	struct run *run = &r->run;
	uint32_t column;

	if (!run->unit || run->type == UNKNOWN_TYPE)
		return pq_pull_fail(&r->j, "the profile that ends here has no "
					   "\"type\" or no \"unit\"");
	/* weights of one type and events of the other would be mixed */
	if ((run->type == EVENTED) == run->has_weights)
		return pq_pull_fail(&r->j, "the profile that ends here has "
					   "not what its type asks for");
	column = column_of_unit(r);
	if ((int64_t)r->n_profiles == r->active)
		r->active_type = column;
	return run->type == EVENTED ? add_evented(r, column)
				    : add_sampled(r, column);
}

static void release_run(struct run *run)
{
	pq_vec_release(&run->frames);
	pq_vec_release(&run->ends);
	pq_vec_release(&run->events);
	pq_buf_release(&run->numbers);
	pq_vec_release(&run->number_ends);
	pq_buf_release(&run->end);
	memset(run, 0, sizeof(*run));
}

static bool take_speedscope_profile(struct reading *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key))
		take_member(r, key);
	if (!pq_pull_ok(&r->j) || !add_run(r))
		return false;
	release_run(&r->run);
	r->n_profiles++;
	return true;
}

/* ---- all of it ---- */

struct finishing {
	const struct reading *r;
	int64_t values[1 + TYPES_MOST];
	uint32_t from[1 + TYPES_MOST]; /* where a type's values stand */
	bool drop_labels;
};

/* Values of the types there are, locations for frames. */
static bool finish_sample(void *ctx, struct pq_sample *sample)
{
	struct finishing *f = ctx;

	for (size_t i = 0; i < f->r->b.p->sample_types.n; i++)
		f->values[i] = sample->values[f->from[i]];
	sample->values = f->values;
	for (size_t i = 0; i < sample->n_locations; i++)
		sample->locations[i] = f->r->locations.at[sample->locations[i]];
	if (f->drop_labels)
		sample->n_labels = 0;
	return true;
}

/* The type of the active profile becomes the last one. */
static void order_units(struct reading *r, struct finishing *f)
{
	struct pq_value_type *types = r->b.p->sample_types.at;
	uint32_t last = (uint32_t)r->b.p->sample_types.n - 1;
	struct pq_value_type active;

	for (uint32_t i = 0; i <= last; i++)
		f->from[i] = i;
	if (!r->active_type)
		return;
	active = types[r->active_type];
	for (uint32_t i = r->active_type; i < last; i++) {
		types[i] = types[i + 1];
		f->from[i] = i + 1;
	}
	types[last] = active;
	f->from[last] = r->active_type;
}

static bool finish_speedscope(struct reading *r)
{
	struct pq_profile *p = r->b.p;
	struct finishing f = { .r = r, .drop_labels = r->n_profiles < 2 };

	if (!p->samples.n)
		return pq_fail(r->j.err, PQ_EFORMAT,
			       "a speedscope file without samples");
	if (r->largest >= r->locations.n)
		return fail_frame(r, r->largest, r->largest_profile,
				  r->largest_at);
	order_units(r, &f);
	pq_samples_rewrite(&p->samples, (unsigned)p->sample_types.n,
			   finish_sample, &f);
	p->samples.n_values = (unsigned)p->sample_types.n;
	p->default_sample_type = p->sample_types.at[p->sample_types.n - 1].type;
	r->b.unused_locations = true;
	pq_legacy_number(&r->b);
	/* Strings were numbered while read, and move in that order. */
	for (size_t i = 0; i < r->b.strings.texts.n; i++)
		pq_profile_add_string(p, pq_intern_text(&r->b.strings,
							(uint32_t)i));
	if (r->has_open_frames)
		pq_notes_add(&p->notes,
			     PQ_TEXT("frames are still open at the end of a "
				     "profile: they last until its endValue"));
	return true;
}

static bool take_speedscope(struct reading *r)
{
	struct pq_text key;

	pq_legacy_sample_type(&r->b, "samples", PQ_TEXT("count"));
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "shared")) {
			take_frame_list(r);
		} else if (pq_text_is(key, "activeProfileIndex")) {
			if (!pq_pull_null(&r->j))
				pq_pull_int(&r->j, &r->active);
		} else if (pq_text_is(key, "profiles")) {
			pq_pull_array(&r->j);
			while (pq_pull_element(&r->j) &&
			       take_speedscope_profile(r))
				;
		} else {
			pq_pull_skip(&r->j);
		}
	}
	return pq_pull_end(&r->j) && finish_speedscope(r);
}

int pq_speedscope_probe(const uint8_t *head, size_t n)
{
	struct pq_text text = { (const char *)head, n };

	if (pq_json_head_has(head, n, "$schema", NULL) &&
	    pq_text_find(text, 0, "speedscope") < n)
		return PQ_SURE_MAGIC + 1;
	return pq_json_head_has(head, n, "shared", "frames") ||
			       pq_json_head_has(head, n, "activeProfileIndex",
						NULL)
		       ? PQ_SURE_LIKELY
		       : PQ_SURE_NO;
}

bool pq_speedscope_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	struct reading r = { .active = -1 };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_pull_init(&r.j, s, err);
	ok = take_speedscope(&r);
	pq_pull_release(&r.j);
	pq_legacy_release(&r.b);
	pq_map_release(&r.places);
	pq_vec_release(&r.locations);
	release_run(&r.run);
	return ok;
}
