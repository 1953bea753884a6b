/*
 * v8_cpu.c - CPU profiles of V8, and the probes of both its formats.  Declared
 * in v8_read.h.
 */
#include "format/v8_nodes.h"
#include "format/v8_read.h"

#include <math.h>
#include <string.h>

#include "format/json_head.h"
#include "profile/ids.h"

#include "base/banned.h"

/* ---- which of the two it is ---- */

static bool has_text(struct pq_text head, const char *needle)
{
	return pq_text_find(head, 0, needle) < head.len;
}

/*
 * Both formats name a function early; the member that it is in tells them
 * apart, and from traces, where such trees stand deeper.
 */
static bool has_tree(const uint8_t *head, size_t n, const char *name)
{
	struct pq_text text = { (const char *)head, n };

	/* Most heads are no JSON, which is seen at their first byte. */
	return (pq_json_head_has(head, n, name, NULL) ||
		pq_json_head_has(head, n, "profile", name) ||
		(pq_json_head_has(head, n, "result", "profile") &&
		 pq_text_find(text, 0, name) <
			 pq_text_find(text, 0, "\"functionName\""))) &&
	       (has_text(text, "\"functionName\"") ||
		has_text(text, "\"callFrame\""));
}

/* Both older trees are below "head"; only those of CPU profiles have hits. */
int pq_cpuprofile_probe(const uint8_t *head, size_t n)
{
	struct pq_text text = { (const char *)head, n };

	return has_tree(head, n, "nodes") || (has_tree(head, n, "head") &&
					      has_text(text, "\"hitCount\""))
		       ? PQ_SURE_MAGIC
		       : PQ_SURE_NO;
}

int pq_heapprofile_probe(const uint8_t *head, size_t n)
{
	struct pq_text text = { (const char *)head, n };

	return has_tree(head, n, "head") && !has_text(text, "\"hitCount\"")
		       ? PQ_SURE_MAGIC
		       : PQ_SURE_NO;
}

/* ---- nodes ---- */

enum { SAMPLES, DELTAS, STAMPS, LISTS };

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

static bool take_node_at(struct cpu *r, const cJSON *node, const cJSON *frame,
			 int64_t first)
{
	size_t at = r->t.nodes.n;
	bool fresh = false;
	int64_t id;

	if (!pq_json_int(node, "id", &id) || id < 0)
		return fail_node(r, at, "has no \"id\"");
	pq_ids_number(&r->ids, (uint64_t)id, &fresh);
	if (!fresh)
		return fail_node(r, at, "has the id of another one");
	if (!pq_v8_node(&r->t, frame, first))
		return false;
	if (!pq_json_int(node, "hitCount", &r->t.nodes.at[at].values[0]))
		r->t.nodes.at[at].values[0] = 0;
	return true;
}

static bool take_nodes(struct cpu *r, const cJSON *nodes)
{
	const cJSON *node;

	cJSON_ArrayForEach(node, nodes)
	{
		if (!take_node_at(r, node,
				  cJSON_GetObjectItemCaseSensitive(node,
								   "callFrame"),
				  0))
			return false;
	}
	return true;
}

/* A node of the older tree that waits for its turn: without recursion. */
struct waiting {
	const cJSON *node;
	uint32_t parent;
};

/* The tree below "head", whose nodes are call frames and have children. */
static bool take_old_tree(struct cpu *r, const cJSON *head)
{
	PQ_VEC(struct waiting) list = { 0 };
	struct waiting w = { head, PQ_NONE };
	const cJSON *child;
	bool ok = true;

	*pq_vec_push(&list) = w;
	while (ok && list.n) {
		uint32_t at = (uint32_t)r->t.nodes.n;

		w = list.at[--list.n];
		ok = take_node_at(r, w.node, pq_v8_call_frame(w.node), 1);
		if (!ok)
			break;
		r->t.nodes.at[at].parent = w.parent;
		cJSON_ArrayForEach(child, cJSON_GetObjectItemCaseSensitive(
						  w.node, "children")) *
			pq_vec_push(&list) = (struct waiting){ child, at };
	}
	pq_vec_release(&list);
	return ok;
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

/*
 * The older files do not say when the last sample ended: it lasts as long as
 * the others on average.
 */
static int64_t stamped_length(const struct pq_json_list *stamps)
{
	size_t n = stamps->numbers.n;
	int64_t span;

	if (n < 2)
		return 0;
	span = stamps->numbers.at[n - 1] - stamps->numbers.at[0];
	if (span < 0 || span > INT64_MAX / 2000)
		return 0;
	return span + span / (int64_t)(n - 1);
}

static bool add_sample_time(struct cpu *r, uint32_t at, int64_t microseconds)
{
	int64_t *values = r->t.nodes.at[at].values, nanos;

	values[0] = (int64_t)((uint64_t)values[0] + 1);
	return (!__builtin_mul_overflow(microseconds, 1000, &nanos) &&
		!__builtin_add_overflow(values[1], nanos, &values[1])) ||
	       fail_node(r, at, "has more time than fits into 64 bits");
}

/* A time in microseconds, rounded; false when it is out of all reason. */
static bool read_time(const cJSON *root, const char *name, int64_t *micros)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, name);
	double value = cJSON_IsNumber(item) ? item->valuedouble : NAN;

	if (!(fabs(value) <= 9007199254740992.0)) /* 2^53 */
		return false;
	*micros = llround(value);
	return true;
}

/* Microseconds from the start of the recording to its end; 0: unknown. */
static int64_t recorded_length(const struct cpu *r)
{
	int64_t start, end;

	/* The older files have seconds, of a clock of their own. */
	if (r->lists[STAMPS].found)
		return stamped_length(&r->lists[STAMPS]);
	if (!read_time(r->root, "startTime", &start) ||
	    !read_time(r->root, "endTime", &end) || end < start ||
	    end - start > INT64_MAX / 1000)
		return 0;
	return end - start;
}

/* The times of the older files become the differences of the newer ones. */
static void make_deltas(struct cpu *r)
{
	const struct pq_json_list *stamps = &r->lists[STAMPS];
	struct pq_json_list *deltas = &r->lists[DELTAS];

	for (size_t i = 0; i < stamps->numbers.n; i++)
		*pq_vec_push(&deltas->numbers) =
			i ? stamps->numbers.at[i] - stamps->numbers.at[i - 1]
			  : 0;
	deltas->found = true;
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
	const cJSON *head = cJSON_GetObjectItemCaseSensitive(r->root, "head");

	if (!cJSON_IsArray(nodes) && !cJSON_IsObject(head))
		return pq_fail(r->t.err, PQ_EFORMAT, "there are no \"nodes\"");
	if (!cJSON_IsArray(nodes)) {
		if (r->lists[STAMPS].found && !r->lists[DELTAS].found)
			make_deltas(r);
		if (!take_old_tree(r, head))
			return false;
	} else if (!take_nodes(r, nodes) || !take_parents(r, nodes)) {
		/* Nodes may name parents and children that come after them. */
		return false;
	}
	if (!take_node_values(r))
		return false;
	set_period(r);
	return pq_v8_finish(&r->t);
}

bool pq_cpuprofile_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	struct cpu r = { .lists = { [SAMPLES].key = "samples",
				    [DELTAS].key = "timeDeltas",
				    [STAMPS].key = "timestamps" } };
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
