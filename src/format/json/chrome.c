#include "format/json/chrome.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "format/json/chrome_samples.h"
#include "format/json/pull.h"
#include "format/json_head.h"
#include "format/v8_nodes.h"
#include "profile/ids.h"

#include "base/banned.h"

#define NO_ID INT64_MIN

/* More are no trace of a browser; each chunk looks for its profile in them. */
#define PROFILES_MOST 4096
#define NAMES_MOST 65536

struct node {
	int64_t id, parent; /* NO_ID: none told */
	uint32_t function;
};

/* A node's child, told by the parent. */
struct child {
	int64_t parent, child;
};

/* Elements of one of the lists of all events. */
struct part {
	size_t first, n;
};

/* One event's part of a profile. */
struct chunk {
	uint32_t profile;
	int64_t time;  /* thousandths of a microsecond */
	size_t number; /* in the file */
	struct part nodes, children, samples, deltas;
};

struct profile {
	int64_t pid, tid; /* NO_ID: not told */
	uint32_t id;	  /* string; 0: it is known by its thread */
	int64_t key_tid;  /* then of this one */
	int64_t start, end;
	bool has_begun;	  /* an event told of it that was no chunk */
	bool lacks_chunk; /* one came without data */
};

struct thread_name {
	int64_t pid, tid;
	uint32_t name;
};

enum event_name {
	OTHER_EVENT,
	THREAD_NAME,
	PROFILE,
	PROFILE_CHUNK,
	CPU_PROFILE
};

/* An event; its arguments may come before its name. */
struct event {
	enum event_name name;
	int64_t pid, tid, time;
	uint32_t id, thread_name;
	int64_t start, end;
	bool has_data;
	struct chunk chunk;
};

struct reading {
	struct pq_pull j;
	struct pq_v8 t;
	struct event e;
	struct pq_trace_samples beside; /* the events */
	PQ_VEC(struct node) nodes;
	PQ_VEC(struct child) children;
	PQ_VEC(int64_t) samples;
	PQ_VEC(int64_t) deltas;
	PQ_VEC(struct chunk) chunks;
	PQ_VEC(struct profile) profiles;
	PQ_VEC(struct thread_name) names;
	struct pq_ids ids; /* the nodes' of the profile under way */
	size_t first_node; /* its first in t.nodes */
	bool is_partial;   /* it may name nodes that the trace has lost */
	bool is_cut;	   /* the file ends before its end */
	unsigned long long n_left_out, n_cut_short; /* samples, nodes */
};

/* ---- numbers, which other events may have in other ways ---- */

/* A number, rounded; what is none is passed over. */
static void take_number_member(struct reading *r, int shift, int64_t *to)
{
	struct pq_text text;
	bool exact;

	/* Other events may have texts or objects where ours have numbers. */
	if (pq_pull_kind(&r->j) != PQ_PULL_NUMBER)
		pq_pull_skip(&r->j);
	else if (pq_pull_number(&r->j, &text) &&
		 !pq_decimal(text, shift, to, &exact))
		*to = NO_ID;
}

static void take_text_member(struct reading *r, uint32_t *to)
{
	struct pq_text text;

	if (pq_pull_kind(&r->j) != PQ_PULL_STRING &&
	    pq_pull_kind(&r->j) != PQ_PULL_NUMBER) {
		pq_pull_skip(&r->j);
		return;
	}
	if (pq_pull_kind(&r->j) == PQ_PULL_STRING
		    ? pq_pull_string(&r->j, &text)
		    : pq_pull_number(&r->j, &text))
		*to = pq_intern(&r->t.strings, text);
}

/* ---- nodes ---- */

static void take_call_frame(struct reading *r, uint32_t *function)
{
	struct pq_buf name = { 0 }, url = { 0 };
	struct pq_v8_frame frame = { .line = -1, .column = -1 };
	struct pq_text key, text;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		bool is_name = pq_text_is(key, "functionName");

		if (is_name || pq_text_is(key, "url")) {
			struct pq_buf *to = is_name ? &name : &url;

			pq_buf_clear(to);
			if (pq_pull_string(&r->j, &text))
				pq_buf_text(to, text);
		} else if (pq_text_is(key, "lineNumber")) {
			take_number_member(r, 0, &frame.line);
		} else if (pq_text_is(key, "columnNumber")) {
			take_number_member(r, 0, &frame.column);
		} else {
			pq_pull_skip(&r->j);
		}
	}
	frame.name = pq_buf_view(&name);
	frame.url = pq_buf_view(&url);
	if (pq_pull_ok(&r->j))
		*function = pq_v8_function(&r->t, &frame);
	pq_buf_release(&name);
	pq_buf_release(&url);
}

/* Children may be told before the node's own id. */
static void take_children(struct reading *r)
{
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j)) {
		struct child c = { .parent = NO_ID };

		if (pq_pull_int(&r->j, &c.child))
			*pq_vec_push(&r->children) = c;
	}
}

static bool take_trace_node(struct reading *r)
{
	struct node node = { NO_ID, NO_ID, PQ_NONE };
	size_t first_child = r->children.n;
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "id"))
			pq_pull_int(&r->j, &node.id);
		else if (pq_text_is(key, "parent"))
			pq_pull_int(&r->j, &node.parent);
		else if (pq_text_is(key, "callFrame"))
			take_call_frame(r, &node.function);
		else if (pq_text_is(key, "children"))
			take_children(r);
		else
			pq_pull_skip(&r->j);
	}
	if (!pq_pull_ok(&r->j))
		return false;
	if (node.id < 0 || node.function == PQ_NONE)
		return pq_pull_fail(&r->j, "the node that ends here has no "
					   "\"id\" or no \"callFrame\"");
	/* The id may follow the children: it is known only now. */
	for (size_t i = first_child; i < r->children.n; i++)
		r->children.at[i].parent = node.id;
	*pq_vec_push(&r->nodes) = node;
	return true;
}

static void take_trace_list(struct reading *r, bool samples)
{
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j)) {
		int64_t value;

		/* Samples are ids; times may have a fraction, as in v8_cpu. */
		if (samples ? !pq_pull_int(&r->j, &value)
			    : !pq_pull_rounded(&r->j, 0, &value,
					       "a time below 2^63 should be "
					       "here"))
			return;
		if (samples)
			*pq_vec_push(&r->samples) = value;
		else
			*pq_vec_push(&r->deltas) = value;
	}
}

/* ---- arguments ---- */

static void take_cpu_profile(struct reading *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "nodes")) {
			pq_pull_array(&r->j);
			while (pq_pull_element(&r->j))
				take_trace_node(r);
		} else if (pq_text_is(key, "samples")) {
			take_trace_list(r, true);
		} else if (pq_text_is(key, "timeDeltas")) {
			take_trace_list(r, false);
		} else if (pq_text_is(key, "startTime")) {
			take_number_member(r, 0, &r->e.start);
		} else if (pq_text_is(key, "endTime")) {
			take_number_member(r, 0, &r->e.end);
		} else {
			pq_pull_skip(&r->j);
		}
	}
}

static bool take_event_data(struct reading *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		enum pq_pull_kind kind = pq_pull_kind(&r->j);

		/* Chunks have the deltas beside cpuProfile, others in it. */
		if (pq_text_is(key, "cpuProfile") && kind == PQ_PULL_OBJECT)
			take_cpu_profile(r);
		else if (pq_text_is(key, "timeDeltas") && kind == PQ_PULL_ARRAY)
			take_trace_list(r, false);
		else if (pq_text_is(key, "startTime"))
			take_number_member(r, 0, &r->e.start);
		else if (pq_text_is(key, "endTime"))
			take_number_member(r, 0, &r->e.end);
		else
			pq_pull_skip(&r->j);
	}
	return pq_pull_ok(&r->j);
}

static void take_arguments(struct reading *r)
{
	struct pq_text key;

	if (pq_pull_kind(&r->j) != PQ_PULL_OBJECT) {
		pq_pull_skip(&r->j);
		return;
	}
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "data") &&
		    pq_pull_kind(&r->j) == PQ_PULL_OBJECT)
			r->e.has_data = take_event_data(r);
		else if (pq_text_is(key, "name"))
			take_text_member(r, &r->e.thread_name);
		else
			pq_pull_skip(&r->j);
	}
}

/* ---- events ---- */

static void take_event_name(struct reading *r)
{
	static const char *const names[] = { [THREAD_NAME] = "thread_name",
					     [PROFILE] = "Profile",
					     [PROFILE_CHUNK] = "ProfileChunk",
					     [CPU_PROFILE] = "CpuProfile" };
	struct pq_text name;

	if (pq_pull_kind(&r->j) != PQ_PULL_STRING) {
		pq_pull_skip(&r->j);
		return;
	}
	if (!pq_pull_string(&r->j, &name))
		return;
	for (int i = THREAD_NAME; i <= CPU_PROFILE; i++)
		if (pq_text_is(name, names[i]))
			r->e.name = (enum event_name)i;
}

/* { "local": "0x1" } in place of an id that is one for all processes. */
static void take_second_id(struct reading *r)
{
	struct pq_text key;

	if (pq_pull_kind(&r->j) != PQ_PULL_OBJECT) {
		pq_pull_skip(&r->j);
		return;
	}
	pq_pull_object(&r->j);
	/* Either member is an id that counts for its process alone. */
	while (pq_pull_key(&r->j, &key))
		take_text_member(r, &r->e.id);
}

static void take_members(struct reading *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "name"))
			take_event_name(r);
		else if (pq_text_is(key, "pid"))
			take_number_member(r, 0, &r->e.pid);
		else if (pq_text_is(key, "tid"))
			take_number_member(r, 0, &r->e.tid);
		else if (pq_text_is(key, "ts"))
			take_number_member(r, 3, &r->e.time);
		else if (pq_text_is(key, "id"))
			take_text_member(r, &r->e.id);
		else if (pq_text_is(key, "id2"))
			take_second_id(r);
		else if (pq_text_is(key, "args"))
			take_arguments(r);
		else
			pq_pull_skip(&r->j);
	}
}

static bool find_profile(struct reading *r, uint32_t *at)
{
	const struct event *e = &r->e;
	struct profile fresh = { .pid = e->pid,
				 .tid = NO_ID,
				 .id = e->id,
				 .key_tid = e->id ? 0 : e->tid,
				 .start = NO_ID,
				 .end = NO_ID };

	/* Ids count within a process; without one the thread tells. */
	for (*at = 0; *at < r->profiles.n; (*at)++) {
		const struct profile *p = &r->profiles.at[*at];

		if (p->pid == fresh.pid && p->id == fresh.id &&
		    p->key_tid == fresh.key_tid)
			return true;
	}
	if (r->profiles.n == PROFILES_MOST)
		return pq_fail(r->j.err, PQ_ELIMIT,
			       "more than %d CPU profiles in a trace",
			       PROFILES_MOST);
	*pq_vec_push(&r->profiles) = fresh;
	return true;
}

static void store_chunk(struct reading *r)
{
	struct event *e = &r->e;
	struct profile *p;

	if (!find_profile(r, &e->chunk.profile))
		return;
	e->chunk.time = e->time;
	e->chunk.number = r->chunks.n;
	p = &r->profiles.at[e->chunk.profile];
	/* who writes a chunk is another thread than the one it is about */
	if (e->name != PROFILE_CHUNK) {
		p->tid = e->tid;
		p->has_begun = true;
	}
	p->lacks_chunk |= !e->has_data;
	/* A profile that is whole in its chunk has a clock of its own. */
	if (e->start != NO_ID && (p->start == NO_ID || e->end != NO_ID))
		p->start = e->start;
	if (e->end != NO_ID)
		p->end = e->end;
	*pq_vec_push(&r->chunks) = e->chunk;
}

static void forget_chunk(struct reading *r)
{
	/* Other events may have lists of these names: nothing stays. */
	r->nodes.n = r->e.chunk.nodes.first;
	r->children.n = r->e.chunk.children.first;
	r->samples.n = r->e.chunk.samples.first;
	r->deltas.n = r->e.chunk.deltas.first;
}

static bool take_trace_event(struct reading *r)
{
	struct event *e = &r->e;
	struct chunk *c = &e->chunk;

	*e = (struct event){ .pid = NO_ID,
			     .tid = NO_ID,
			     .start = NO_ID,
			     .end = NO_ID,
			     .chunk = { .nodes.first = r->nodes.n,
					.children.first = r->children.n,
					.samples.first = r->samples.n,
					.deltas.first = r->deltas.n } };
	/* Members may come in any order: all are taken before one counts. */
	take_members(r);
	if (!pq_pull_ok(&r->j)) {
		forget_chunk(r);
		return false;
	}
	c->nodes.n = r->nodes.n - c->nodes.first;
	c->children.n = r->children.n - c->children.first;
	c->samples.n = r->samples.n - c->samples.first;
	c->deltas.n = r->deltas.n - c->deltas.first;
	/* Events of other kinds leave their numbers behind: they go. */
	if (e->name >= PROFILE)
		store_chunk(r);
	else
		forget_chunk(r);
	if (e->name == THREAD_NAME && e->thread_name && r->names.n < NAMES_MOST)
		*pq_vec_push(&r->names) =
			(struct thread_name){ e->pid, e->tid, e->thread_name };
	return true;
}

/* The list may lack its end: a tracer that died wrote none. */
static bool take_trace_events(struct reading *r)
{
	pq_pull_array(&r->j);
	while (pq_pull_more(&r->j) && pq_pull_element(&r->j) &&
	       pq_pull_more(&r->j) && !pq_pull_late_end(&r->j))
		take_trace_event(r);
	/* An event that is cut off is left out, and whole ones stay. */
	r->is_cut |= !pq_pull_ok(&r->j) && pq_pull_forgive_end(&r->j);
	return pq_pull_ok(&r->j);
}

/* ---- a profile ---- */

static int by_time(const void *one, const void *other)
{
	const struct chunk *a = one, *b = other;

	if (a->profile != b->profile)
		return a->profile < b->profile ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static bool fail_profile(struct reading *r, int64_t id, const char *rule)
{
	return pq_fail(r->j.err, PQ_EFORMAT, "node %lld %s", (long long)id,
		       rule);
}

static bool add_nodes(struct reading *r, const struct chunk *c, uint32_t labels)
{
	for (size_t i = 0; i < c->nodes.n; i++) {
		const struct node *n = &r->nodes.at[c->nodes.first + i];
		bool fresh = false;

		/* Nodes are numbered in this order, from first_node on. */
		pq_ids_number(&r->ids, (uint64_t)n->id, &fresh);
		if (!fresh)
			return fail_profile(r, n->id, "is there twice");
		*pq_vec_push(&r->t.nodes) =
			(struct pq_v8_node){ .parent = PQ_NONE,
					     .function = n->function,
					     .labels = labels };
	}
	return true;
}

/* The position of a node, or PQ_NONE. */
static uint32_t find_node(const struct reading *r, int64_t id)
{
	uint32_t at = id < 0 ? UINT32_MAX : pq_ids_find(&r->ids, (uint64_t)id);

	return at == UINT32_MAX ? PQ_NONE : (uint32_t)r->first_node + at;
}

static bool set_node_parent(struct reading *r, int64_t id, int64_t parent_id)
{
	uint32_t at = find_node(r, id), parent = find_node(r, parent_id);
	struct pq_v8_node *node;

	if (at == PQ_NONE || parent == PQ_NONE) {
		r->n_cut_short += at != PQ_NONE;
		return r->is_partial ||
		       fail_profile(r, at == PQ_NONE ? id : parent_id,
				    "is named by another one and not there");
	}
	node = &r->t.nodes.at[at];
	/* Parents are told by nodes and by children: both must agree. */
	if (node->parent != PQ_NONE && node->parent != parent)
		return fail_profile(r, id, "has two parents");
	node->parent = parent;
	return true;
}

static bool set_parents(struct reading *r, const struct chunk *c)
{
	for (size_t i = 0; i < c->nodes.n; i++) {
		const struct node *n = &r->nodes.at[c->nodes.first + i];

		if (n->parent != NO_ID && !set_node_parent(r, n->id, n->parent))
			return false;
	}
	for (size_t i = 0; i < c->children.n; i++) {
		const struct child *k = &r->children.at[c->children.first + i];

		/* A child that is not there has no samples: nothing is lost. */
		if (find_node(r, k->child) != PQ_NONE &&
		    !set_node_parent(r, k->child, k->parent))
			return false;
	}
	return true;
}

/* The sample under way: it lasts until the next one begins. */
struct lasting {
	uint32_t node; /* PQ_NONE: none yet */
	int64_t left;  /* the profile's length to come, when that is known */
	bool knows_end;
};

static bool add_time(struct reading *r, struct lasting *l, int64_t micros)
{
	struct pq_v8_node *node;
	int64_t nanos;

	if (l->knows_end && __builtin_sub_overflow(l->left, micros, &l->left))
		l->knows_end = false;
	if (l->node == PQ_NONE)
		return true;
	node = &r->t.nodes.at[l->node];
	return (!__builtin_mul_overflow(micros, 1000, &nanos) &&
		!__builtin_add_overflow(node->values[1], nanos,
					&node->values[1])) ||
	       pq_fail(r->j.err, PQ_EFORMAT,
		       "times do not fit into 64 bits of nanoseconds");
}

static bool add_node_samples(struct reading *r, const struct chunk *c,
			     struct lasting *l)
{
	for (size_t i = 0; i < c->samples.n; i++) {
		int64_t id = r->samples.at[c->samples.first + i];
		int64_t delta = 0;

		/* A delta is the time since the sample before, whose it is. */
		if (i < c->deltas.n)
			delta = r->deltas.at[c->deltas.first + i];
		if (!add_time(r, l, delta))
			return false;
		l->node = find_node(r, id);
		if (l->node != PQ_NONE)
			r->t.nodes.at[l->node].values[0]++;
		else if (!r->is_partial)
			return fail_profile(r, id,
					    "has a sample and is not there");
		else
			r->n_left_out++;
	}
	return true;
}

static void add_trace_label(struct reading *r, const char *key, uint32_t text,
			    int64_t number)
{
	struct pq_label l = { .key = pq_intern(&r->t.strings, pq_text_of(key)),
			      .str = text,
			      .num = text ? 0 : number };

	if (text || number >= 0)
		*pq_vec_push(&r->t.labels) = l;
}

static uint32_t find_thread_name(const struct reading *r,
				 const struct profile *p)
{
	/* Backwards: a thread that was renamed has its last name. */
	for (size_t i = r->names.n; i--;)
		if (r->names.at[i].pid == p->pid &&
		    r->names.at[i].tid == p->tid)
			return r->names.at[i].name;
	return 0;
}

static uint32_t add_trace_labels(struct reading *r, const struct profile *p)
{
	struct pq_v8_labels set = { .first = r->t.labels.n };

	add_trace_label(r, "thread", find_thread_name(r, p), -1);
	add_trace_label(r, "pid", 0, p->pid);
	add_trace_label(r, "tid", 0, p->tid);
	set.n = r->t.labels.n - set.first;
	*pq_vec_push(&r->t.label_sets) = set;
	return (uint32_t)r->t.label_sets.n;
}

static uint32_t add_thread_labels(void *ctx, int64_t pid, int64_t tid)
{
	const struct profile thread = { .pid = pid, .tid = tid };

	return add_trace_labels(ctx, &thread);
}

static bool add_trace_profile(struct reading *r, const struct profile *p,
			      const struct chunk *chunks, size_t n)
{
	struct lasting l = { .node = PQ_NONE };
	uint32_t labels = add_trace_labels(r, p);
	bool ok = true;

	/* Ids are those of one profile. */
	r->first_node = r->t.nodes.n;
	r->is_partial = !p->has_begun || p->lacks_chunk;
	pq_ids_release(&r->ids);
	memset(&r->ids, 0, sizeof(r->ids));
	l.knows_end = p->start != NO_ID && p->end != NO_ID &&
		      !__builtin_sub_overflow(p->end, p->start, &l.left);
	/* a node's parent may be in a later chunk, and so may a sample's node */
	for (size_t i = 0; ok && i < n; i++)
		ok = add_nodes(r, &chunks[i], labels);
	for (size_t i = 0; ok && i < n; i++)
		ok = set_parents(r, &chunks[i]);
	for (size_t i = 0; ok && i < n; i++)
		ok = add_node_samples(r, &chunks[i], &l);
	/* The last sample lasts to the end of the profile. */
	return ok && (!l.knows_end || l.left <= 0 || add_time(r, &l, l.left));
}

/* ---- all of it ---- */

static bool add_profiles(struct reading *r)
{
	size_t from = 0, to;

	if (r->chunks.n)
		qsort(r->chunks.at, r->chunks.n, sizeof(*r->chunks.at),
		      by_time);
	for (; from < r->chunks.n; from = to) {
		uint32_t profile = r->chunks.at[from].profile;

		for (to = from;
		     to < r->chunks.n && r->chunks.at[to].profile == profile;
		     to++)
			;
		if (!add_trace_profile(r, &r->profiles.at[profile],
				       &r->chunks.at[from], to - from))
			return false;
	}
	return true;
}

static void note_lost_parts(struct reading *r)
{
	struct pq_buf b = { 0 };

	if (r->is_cut)
		pq_notes_add(&r->t.p->notes,
			     PQ_TEXT("the trace was cut off: the whole events "
				     "before its end were read"));
	if (!r->n_left_out && !r->n_cut_short)
		return;
	pq_buf_printf(&b,
		      "the trace has lost parts of a CPU profile: %llu "
		      "sample%s left out, %llu node%s without callers",
		      r->n_left_out, r->n_left_out == 1 ? "" : "s",
		      r->n_cut_short, r->n_cut_short == 1 ? "" : "s");
	pq_notes_add(&r->t.p->notes, pq_buf_view(&b));
	pq_buf_release(&b);
}

static bool finish_traces(struct reading *r)
{
	if (!add_profiles(r) ||
	    !pq_trace_samples_add(&r->beside, add_thread_labels, r))
		return false;
	r->n_left_out += r->beside.n_left_out;
	note_lost_parts(r);
	if (!r->samples.n && !r->beside.samples.n)
		return pq_fail(r->j.err, PQ_EFORMAT,
			       "this Chrome trace has no CPU profile (only "
			       "spans): record with JavaScript samples on");
	r->t.p->period_type = r->t.p->sample_types.at[1];
	return pq_v8_finish(&r->t);
}

static bool take_trace(struct reading *r)
{
	bool has_events = false;
	struct pq_text key;

	if (pq_pull_kind(&r->j) == PQ_PULL_ARRAY)
		return take_trace_events(r) && pq_pull_end(&r->j) &&
		       finish_traces(r);
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		bool is_events = pq_text_is(key, "traceEvents");

		has_events |= is_events || pq_text_is(key, "stackFrames");
		if (is_events)
			take_trace_events(r);
		else if (pq_text_is(key, "samples"))
			pq_trace_samples_take(&r->beside);
		else if (pq_text_is(key, "stackFrames"))
			pq_trace_samples_take_frames(&r->beside);
		else
			pq_pull_skip(&r->j);
	}
	/* Events that came are as good without what should follow them. */
	if (!pq_pull_ok(&r->j) && has_events)
		r->is_cut |= pq_pull_forgive_end(&r->j);
	if (!pq_pull_end(&r->j))
		return false;
	if (!has_events)
		return pq_fail(r->j.err, PQ_EFORMAT,
			       "this JSON file has \"metadata\", as Chrome "
			       "traces have, and no \"traceEvents\"");
	return finish_traces(r);
}

int pq_chrome_probe(const uint8_t *head, size_t n)
{
	if (pq_json_head_has(head, n, "traceEvents", NULL) ||
	    pq_json_head_has(head, n, "stackFrames", NULL) ||
	    pq_json_head_has(head, n, "[]", "ph") ||
	    pq_json_head_has(head, n, "[]", "args"))
		return PQ_SURE_MAGIC + 1;
	/* DevTools writes what it knows of the page before the events */
	return pq_json_head_has(head, n, "metadata", NULL) ? PQ_SURE_LIKELY
							   : PQ_SURE_NO;
}

bool pq_chrome_read(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err)
{
	struct reading r = { .first_node = 0 };
	bool ok;

	pq_v8_init(&r.t, p, err);
	pq_v8_sample_type(&r.t, "samples", "count");
	pq_v8_sample_type(&r.t, "cpu", "nanoseconds");
	pq_pull_init(&r.j, s, err);
	pq_trace_samples_init(&r.beside, &r.j, &r.t);
	ok = take_trace(&r);
	pq_pull_release(&r.j);
	pq_vec_release(&r.nodes);
	pq_vec_release(&r.children);
	pq_vec_release(&r.samples);
	pq_vec_release(&r.deltas);
	pq_vec_release(&r.chunks);
	pq_vec_release(&r.profiles);
	pq_vec_release(&r.names);
	pq_ids_release(&r.ids);
	pq_trace_samples_release(&r.beside);
	pq_v8_release(&r.t);
	return ok;
}
