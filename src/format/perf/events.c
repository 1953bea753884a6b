/* Events of perf.data, their ids and names; reading.h declares what is here. */
#include "format/perf/reading.h"

#include <string.h>

#include "base/buf.h"
#include "format/perf_labels.h"

#include "base/banned.h"

#define EVENTS_MOST 4096
#define IDS_MOST 1000000

/* Where bits of an attr are, all in one word. */
#define ATTR_FREQ ((uint64_t)1 << 10)
#define ATTR_SAMPLE_ID_ALL ((uint64_t)1 << 18)

enum { TYPE_HARDWARE, TYPE_SOFTWARE };
enum { SOFTWARE_CPU_CLOCK, SOFTWARE_TASK_CLOCK, SOFTWARE_DUMMY = 9 };

bool pq_perf_add_event(struct pq_perf_reading *r, struct pq_cursor attr,
		       uint64_t offset)
{
	struct pq_perf_event e = { .type = pq_cursor_le32(&attr) };
	uint64_t flags;

	(void)pq_cursor_le32(&attr); /* its size */
	e.config = pq_cursor_le64(&attr);
	e.period = pq_cursor_le64(&attr);
	e.sample_type = pq_cursor_le64(&attr);
	e.read_format = pq_cursor_le64(&attr);
	flags = pq_cursor_le64(&attr);
	e.has_frequency = flags & ATTR_FREQ;
	e.has_trailers = flags & ATTR_SAMPLE_ID_ALL;
	if (attr.bad)
		return pq_fail_at(r->err, offset,
				  "the description of an event is cut off");
	if (r->events.n == EVENTS_MOST)
		return pq_fail_at(r->err, offset, "more than %d events",
				  EVENTS_MOST);
	*pq_vec_push(&r->events) = e;
	return true;
}

bool pq_perf_add_ids(struct pq_perf_reading *r, struct pq_cursor ids,
		     uint64_t offset)
{
	struct pq_perf_id id = { .event = (uint32_t)r->events.n - 1 };

	while (pq_cursor_left(&ids) >= 8) {
		bool fresh;
		uint32_t at = pq_ids_number(&r->id_numbers,
					    pq_cursor_le64(&ids), &fresh);

		if (r->ids.n == IDS_MOST)
			return pq_fail_at(r->err, offset,
					  "more than a million event ids");
		/* An id that comes again is the later event's. */
		if (fresh)
			*pq_vec_push(&r->ids) = id;
		else
			r->ids.at[at] = id;
	}
	return true;
}

struct pq_perf_id *pq_perf_find_id(struct pq_perf_reading *r, uint64_t id)
{
	uint32_t at = pq_ids_find(&r->id_numbers, id);

	return at == UINT32_MAX ? NULL : &r->ids.at[at];
}

/* A record has the attr, whose second word is its size, and then ids. */
bool pq_perf_take_attr(struct pq_perf_reading *r, struct pq_perf_record *rec)
{
	struct pq_cursor size = rec->body, attr;
	uint64_t n;

	(void)pq_cursor_le32(&size);
	n = pq_cursor_le32(&size);
	/* the first version of attrs did not tell its size */
	attr = pq_cursor_part(&rec->body, n ? n : 64);
	if (rec->body.bad)
		return pq_fail_at(r->err, rec->offset,
				  "the description of an event is larger than "
				  "its record");
	return pq_perf_add_event(r, attr, rec->offset) &&
	       pq_perf_add_ids(r, rec->body, rec->offset);
}

/* ---- names ---- */

void pq_perf_take_update(struct pq_perf_reading *r, struct pq_cursor body)
{
	enum { UPDATE_NAME = 2 };
	uint64_t kind = pq_cursor_le64(&body);
	struct pq_perf_id *id = pq_perf_find_id(r, pq_cursor_le64(&body));
	struct pq_text name;

	if (kind == UPDATE_NAME && id && pq_cursor_text(&body, &name))
		r->events.at[id->event].name = pq_legacy_string(&r->b, name);
}

/* An event of the feature: its attr, how many ids, its name, the ids. */
static bool take_event_desc(struct pq_perf_reading *r, struct pq_cursor *c,
			    uint32_t attr_size, uint32_t at)
{
	uint32_t n_ids;
	struct pq_cursor text, ids;
	struct pq_text name;
	struct pq_perf_id *id = NULL;

	(void)pq_cursor_part(c, attr_size);
	n_ids = pq_cursor_le32(c);
	text = pq_cursor_part(c, pq_cursor_le32(c));
	ids = pq_cursor_part(c, (uint64_t)n_ids * 8);
	if (c->bad || !pq_cursor_text(&text, &name))
		return false;
	/* The first id tells the event: all of them are of one. */
	if (n_ids)
		id = pq_perf_find_id(r, pq_cursor_le64(&ids));
	/* where there are no ids, the order is that of the attrs */
	if (id)
		at = id->event;
	if (at < r->events.n)
		r->events.at[at].name = pq_legacy_string(&r->b, name);
	return true;
}

bool pq_perf_take_names(struct pq_perf_reading *r, struct pq_cursor c)
{
	uint32_t n = pq_cursor_le32(&c), attr_size = pq_cursor_le32(&c);

	for (uint32_t i = 0; i < n && !c.bad; i++)
		if (!take_event_desc(r, &c, attr_size, i))
			return false;
	return !c.bad;
}

/* The names of `perf list'. */
static const char *known_name(const struct pq_perf_event *e)
{
	static const char *const hardware[] = { "cycles",
						"instructions",
						"cache-references",
						"cache-misses",
						"branches",
						"branch-misses",
						"bus-cycles",
						"stalled-cycles-frontend",
						"stalled-cycles-backend",
						"ref-cycles" };
	static const char *const software[] = {
		"cpu-clock",	    "task-clock",
		"page-faults",	    "context-switches",
		"cpu-migrations",   "minor-faults",
		"major-faults",	    "alignment-faults",
		"emulation-faults", "dummy",
		"bpf-output",	    "cgroup-switches"
	};

	/* Numbers beyond the lists are of a newer kernel: no name. */
	if (e->type == TYPE_HARDWARE &&
	    e->config < sizeof(hardware) / sizeof(*hardware))
		return hardware[e->config];
	if (e->type == TYPE_SOFTWARE &&
	    e->config < sizeof(software) / sizeof(*software))
		return software[e->config];
	return NULL;
}

static void give_name(struct pq_perf_reading *r, struct pq_perf_event *e)
{
	struct pq_buf b = { 0 };
	const char *known = known_name(e);

	if (e->name)
		return;
	if (known)
		pq_buf_str(&b, known);
	else
		pq_buf_printf(&b, "event-%u-0x%llx", e->type,
			      (unsigned long long)e->config);
	e->name = pq_legacy_string(&r->b, pq_buf_view(&b));
	pq_buf_release(&b);
}

static bool is_dummy(const struct pq_perf_event *e)
{
	return e->type == TYPE_SOFTWARE && e->config == SOFTWARE_DUMMY;
}

/* Type and number tell: the name is the choice of who records. */
static bool is_clock(const struct pq_perf_event *e)
{
	return e->type == TYPE_SOFTWARE && (e->config == SOFTWARE_CPU_CLOCK ||
					    e->config == SOFTWARE_TASK_CLOCK);
}

/* The sample type of an event; events of one name share one. */
static uint32_t column_of_event(struct pq_perf_reading *r,
				const struct pq_perf_event *e)
{
	struct pq_profile *p = r->b.p;
	struct pq_value_type type = { .type = e->name };

	for (size_t i = 1; i < p->sample_types.n; i++)
		if (p->sample_types.at[i].type == e->name)
			return (uint32_t)i;
	type.unit = pq_legacy_string(&r->b, pq_perf_unit(is_clock(e)));
	*pq_vec_push(&p->sample_types) = type;
	return (uint32_t)p->sample_types.n - 1;
}

void pq_perf_name_events(struct pq_perf_reading *r)
{
	bool all_dummies = true;

	/* Dummy events carry mappings, and no samples beside real ones. */
	for (size_t i = 0; i < r->events.n; i++)
		all_dummies = all_dummies && is_dummy(&r->events.at[i]);
	pq_legacy_sample_type(&r->b, "samples", PQ_TEXT("count"));
	for (size_t i = 0; i < r->events.n; i++) {
		struct pq_perf_event *e = &r->events.at[i];

		give_name(r, e);
		if (!is_dummy(e) || all_dummies)
			e->column = column_of_event(r, e);
	}
	r->b.p->samples.n_values = (unsigned)r->b.p->sample_types.n;
}

/* ---- notes ---- */

static void note_once(struct pq_perf_reading *r, const char *note)
{
	pq_notes_add(&r->b.p->notes, pq_text_of(note));
}

void pq_perf_note_events(struct pq_perf_reading *r)
{
	uint64_t all = 0;

	for (size_t i = 0; i < r->events.n; i++)
		all |= r->events.at[i].sample_type;
	if (all & PQ_PERF_STACK_USER)
		note_once(r, "has copies of user stacks (--call-graph dwarf), "
			     "which are not unwound: of user code only the "
			     "innermost frame is known (record with "
			     "--call-graph fp, or give the output of perf "
			     "script)");
	if (all & PQ_PERF_BRANCH_STACK)
		note_once(r,
			  "has branch stacks (-b or --call-graph lbr), which "
			  "are left out: the stacks are those of the kernel's "
			  "own call chains");
	if (all & ~(uint64_t)PQ_PERF_KNOWN)
		note_once(r, "its sample type has fields that are not known "
			     "here: what comes before them is read");
}
