/* v8_heap.c - sampled heap profiles of V8.  Declared in v8_read.h. */
#include "format/v8_nodes.h"
#include "format/v8_read.h"

#include "base/banned.h"

/* A node that waits for its turn: the tree is walked without recursion. */
struct waiting {
	const cJSON *node;
	uint32_t parent;
};

struct heap {
	struct pq_v8 t;
	PQ_VEC(struct waiting) waiting;
};

static bool take_node(struct heap *r, const struct waiting *w)
{
	const cJSON *children =
		cJSON_GetObjectItemCaseSensitive(w->node, "children");
	const cJSON *child;
	uint32_t at = (uint32_t)r->t.nodes.n;
	struct pq_v8_node *node;

	if (!pq_v8_node(&r->t, pq_v8_call_frame(w->node), 0))
		return false;
	node = &r->t.nodes.at[at];
	node->parent = w->parent;
	if (!pq_json_int(w->node, "selfSize", &node->values[0]))
		return pq_fail(r->t.err, PQ_EFORMAT,
			       "node %lu has no \"selfSize\" that is a whole "
			       "number",
			       (unsigned long)at);
	/* The children are the next to be taken, the last one first. */
	cJSON_ArrayForEach(child, children) * pq_vec_push(&r->waiting) =
		(struct waiting){ child, at };
	return true;
}

static bool take_tree(struct heap *r, const cJSON *root)
{
	struct waiting w = { .parent = PQ_NONE };

	w.node = cJSON_GetObjectItemCaseSensitive(root, "head");
	*pq_vec_push(&r->waiting) = w;
	while (r->waiting.n) {
		w = r->waiting.at[--r->waiting.n];
		if (!take_node(r, &w))
			return false;
	}
	return pq_v8_finish(&r->t);
}

bool pq_heapprofile_read(struct pq_stream *s, struct pq_profile *p,
			 struct pq_error *err)
{
	struct heap r = { .waiting = { 0 } };
	struct pq_json_list none = { .key = NULL };
	cJSON *root = pq_json_read(s, &none, err);
	bool ok = root != NULL;

	if (!ok)
		return false;
	pq_v8_init(&r.t, p, err);
	pq_v8_sample_type(&r.t, "inuse_space", "bytes");
	ok = take_tree(&r, root);
	pq_vec_release(&r.waiting);
	pq_v8_release(&r.t);
	cJSON_Delete(root);
	return ok;
}
