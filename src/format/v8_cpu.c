/*
 * v8_cpu.c - CPU profiles of V8, and the probes of both its formats.  Declared
 * in v8_read.h.
 */
#include "format/v8_nodes.h"
#include "format/v8_read.h"

#include <string.h>

#include "format/json_head.h"
#include "profile/ids.h"

#include "base/banned.h"

/* ---- which of the two it is ---- */

/*
 * Both formats show a call frame early; the member that it is in tells them
 * apart, and from traces, where such trees stand deeper.
 */
static int probe_v8(const uint8_t *head, size_t n, const char *key)
{
	struct pq_text all = { (const char *)head, n };

	return pq_text_find(all, 0, "\"callFrame\"") < n &&
			       pq_json_head_has(head, n, key, NULL)
		       ? PQ_SURE_MAGIC
		       : PQ_SURE_NO;
}

int pq_cpuprofile_probe(const uint8_t *head, size_t n)
{
	return probe_v8(head, n, "nodes");
}

int pq_heapprofile_probe(const uint8_t *head, size_t n)
{
	return probe_v8(head, n, "head");
}

/* ---- nodes ---- */

enum { SAMPLES, DELTAS, LISTS };

struct cpu {
	struct pq_v8 t;
	struct pq_json_list lists[LISTS + 1];
	struct pq_ids ids; /* ids of nodes; their numbers are positions */
	cJSON *root;
};

static uint32_t find_node_by_id(const struct cpu *r, int64_t id)
{
	return id < 0 ? UINT32_MAX : pq_ids_find(&r->ids, (uint64_t)id);
}

static uint32_t find_node_of_json(const struct cpu *r, const cJSON *id)
{
	int64_t value;

	return pq_json_is_int(id, &value) ? find_node_by_id(r, value)
					  : UINT32_MAX;
}

static bool fail_node(struct cpu *r, size_t at, const char *rule)
{
	return pq_fail(r->t.err, PQ_EFORMAT, "node %zu %s", at, rule);
}

static bool take_nodes(struct cpu *r, const cJSON *nodes)
{
	const cJSON *node;
	int64_t id;

	cJSON_ArrayForEach(node, nodes)
	{
		size_t at = r->t.nodes.n;
		bool fresh = false;

		if (!pq_json_int(node, "id", &id) || id < 0)
			return fail_node(r, at, "has no \"id\"");
		pq_ids_number(&r->ids, (uint64_t)id, &fresh);
		if (!fresh)
			return fail_node(r, at, "has the id of another one");
		if (!pq_v8_node(&r->t, cJSON_GetObjectItemCaseSensitive(
					       node, "callFrame")))
			return false;
		if (!pq_json_int(node, "hitCount",
				 &r->t.nodes.at[at].values[0]))
			r->t.nodes.at[at].values[0] = 0;
	}
	return true;
}

static bool set_parent(struct cpu *r, uint32_t child, uint32_t parent)
{
	struct pq_v8_node *node;

	if (child == UINT32_MAX || parent == UINT32_MAX)
		return fail_node(r, child == UINT32_MAX ? parent : child,
				 "names a node that is not there");
	node = &r->t.nodes.at[child];
	if (node->parent != PQ_NONE && node->parent != parent)
		return fail_node(r, child, "has two parents");
	node->parent = parent;
	return true;
}

static bool take_parents(struct cpu *r, const cJSON *nodes)
{
	const cJSON *node, *child, *item;
	uint32_t at = 0;

	cJSON_ArrayForEach(node, nodes)
	{
		/* Writers name the parent or the children; some name both. */
		item = cJSON_GetObjectItemCaseSensitive(node, "parent");
		if (item && !set_parent(r, at, find_node_of_json(r, item)))
			return false;
		item = cJSON_GetObjectItemCaseSensitive(node, "children");
		cJSON_ArrayForEach(
			child,
			item) if (!set_parent(r, find_node_of_json(r, child),
					      at)) return false;
		at++;
	}
	return true;
}

/* ---- values ---- */

static bool add_sample_time(struct cpu *r, uint32_t at, int64_t microseconds)
{
	int64_t *values = r->t.nodes.at[at].values, nanos;

	values[0] = (int64_t)((uint64_t)values[0] + 1);
	return (!__builtin_mul_overflow(microseconds, 1000, &nanos) &&
		!__builtin_add_overflow(values[1], nanos, &values[1])) ||
	       fail_node(r, at, "has more time than fits into 64 bits");
}

/* Microseconds from the start of the recording to its end; 0: unknown. */
static int64_t recorded_length(const struct cpu *r)
{
	int64_t start, end;

	if (!pq_json_int(r->root, "startTime", &start) ||
	    !pq_json_int(r->root, "endTime", &end) || end < start ||
	    end - start > INT64_MAX / 1000)
		return 0;
	return end - start;
}

/* A sample lasts until the next one, which is where the next delta ends. */
static bool take_timed_samples(struct cpu *r)
{
	const struct pq_json_list *samples = &r->lists[SAMPLES];
	const struct pq_json_list *deltas = &r->lists[DELTAS];
	int64_t length = recorded_length(r), left = length;

	/* The samples themselves are counted, in place of hitCount. */
	for (size_t i = 0; i < r->t.nodes.n; i++)
		r->t.nodes.at[i].values[0] = 0;
	/* An overflow leaves no time for the last sample. */
	for (size_t i = 0; i < deltas->numbers.n; i++)
		if (__builtin_sub_overflow(left, deltas->numbers.at[i], &left))
			length = 0;
	for (size_t i = 0; i < samples->numbers.n; i++) {
		uint32_t at = find_node_by_id(r, samples->numbers.at[i]);
		bool last = i + 1 == samples->numbers.n;
		int64_t lasts = last && length && left > 0 ? left : 0;

		if (at == UINT32_MAX)
			return pq_fail(r->t.err, PQ_EFORMAT,
				       "sample %zu is of a node that is not "
				       "there",
				       i);
		if (i + 1 < deltas->numbers.n)
			lasts = deltas->numbers.at[i + 1];
		if (!add_sample_time(r, at, lasts))
			return false;
	}
	return true;
}

/* Gives each hit the same share of the time. */
static bool share_out_time(struct cpu *r, int64_t hits)
{
	int64_t each = hits > 0 ? recorded_length(r) / hits : 0;

	for (size_t i = 0; i < r->t.nodes.n; i++) {
		int64_t *values = r->t.nodes.at[i].values;
		int64_t nanos;

		if (__builtin_mul_overflow(values[0], each, &nanos) ||
		    __builtin_mul_overflow(nanos, 1000, &values[1]))
			return fail_node(r, i,
					 "has more time than fits into "
					 "64 bits");
	}
	return true;
}

static int64_t count_hits(const struct cpu *r)
{
	uint64_t hits = 0;

	for (size_t i = 0; i < r->t.nodes.n; i++)
		hits += (uint64_t)r->t.nodes.at[i].values[0];
	return (int64_t)hits;
}

static bool take_node_values(struct cpu *r)
{
	return r->lists[SAMPLES].found && r->lists[DELTAS].found
		       ? take_timed_samples(r)
		       : share_out_time(r, count_hits(r));
}

static void set_period(struct cpu *r)
{
	struct pq_profile *p = r->t.p;
	int64_t hits = count_hits(r), length = recorded_length(r);

	p->period_type = p->sample_types.at[1];
	if (hits > 0)
		p->period = length / hits * 1000;
	p->duration_nanos = length * 1000;
}

static bool take_cpuprofile(struct cpu *r)
{
	const cJSON *nodes = cJSON_GetObjectItemCaseSensitive(r->root, "nodes");

	if (!cJSON_IsArray(nodes))
		return pq_fail(r->t.err, PQ_EFORMAT, "there are no \"nodes\"");
	/* Nodes may name parents and children that come after them. */
	if (!take_nodes(r, nodes) || !take_parents(r, nodes) ||
	    !take_node_values(r))
		return false;
	set_period(r);
	return pq_v8_finish(&r->t);
}

bool pq_cpuprofile_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	struct cpu r = {
		.lists = { [SAMPLES].key = "samples", [DELTAS].key = "timeDeltas" }
	};
	bool ok;

	r.root = pq_json_read(s, r.lists, err);
	pq_v8_init(&r.t, p, err);
	pq_v8_sample_type(&r.t, "samples", "count");
	pq_v8_sample_type(&r.t, "cpu", "nanoseconds");
	ok = r.root && take_cpuprofile(&r);
	pq_ids_release(&r.ids);
	pq_v8_release(&r.t);
	for (int i = 0; i < LISTS; i++)
		pq_vec_release(&r.lists[i].numbers);
	cJSON_Delete(r.root);
	return ok;
}
