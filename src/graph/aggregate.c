#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "graph/graph.h"

#include "base/banned.h"

/* ---- flat and cum ---- */

/*
 * The running sums of a node, apart from the rest of it so that they stay in
 * the cache; stamp is the number of the sample that counted it last.
 */
struct sum {
	int64_t cum, cum_div;
	uint64_t stamp;
};

struct summing {
	struct pq_graph *g;
	uint32_t *only_node; /* by location; PQ_NONE: it has several */
	struct sum *sums;
	int64_t *flat, *flat_div;
	uint64_t stamp;
};

static inline void count_node(struct summing *s, uint32_t node, int64_t value,
			      int64_t div)
{
	struct sum *sum = &s->sums[node];

	if (sum->stamp == s->stamp)
		return; /* recursion counts once */
	sum->stamp = s->stamp;
	sum->cum = pq_add(sum->cum, value);
	sum->cum_div = pq_add(sum->cum_div, div);
}

static inline void count_leaf(struct summing *s, uint32_t leaf, int64_t value,
			      int64_t div)
{
	s->flat[leaf] = pq_add(s->flat[leaf], value);
	/* Only means have a divisor: most reports touch no second list. */
	if (div)
		s->flat_div[leaf] = pq_add(s->flat_div[leaf], div);
}

static uint32_t find_leaf(const struct pq_graph *g,
			  const struct pq_sample *sample)
{
	return g->frame_nodes.at[g->first_frame[sample->locations[0]]];
}

static void count_sample_nodes(struct summing *s,
			       const struct pq_sample *sample, int64_t value,
			       int64_t div)
{
	const struct pq_graph *g = s->g;

	s->stamp++;
	for (size_t i = 0; i < sample->n_locations; i++) {
		uint32_t l = sample->locations[i], only = s->only_node[l];

		/* Most locations are one node: no list is walked for them. */
		if (only != PQ_NONE) {
			count_node(s, only, value, div);
			continue;
		}
		for (uint32_t f = g->first_frame[l]; f < g->first_frame[l + 1];
		     f++)
			count_node(s, g->frame_nodes.at[f], value, div);
	}
	/* Samples without a stack count in the total only. */
	if (sample->n_locations)
		count_leaf(s, find_leaf(g, sample), value, div);
}

bool pq_graph_next(struct pq_walk *w, const struct pq_graph_shape *shape,
		   int64_t *value, int64_t *div)
{
	while (pq_walk_next(w)) {
		if (shape->mean) {
			pq_walk_values(w);
			*value = w->sample.values[shape->sample_index];
			*div = w->sample.values[0];
		} else {
			*value = pq_walk_value(w, shape->sample_index);
			*div = 0;
		}
		/* Samples without a value change nothing. */
		if (*value || *div) {
			pq_walk_stack(w);
			return true;
		}
	}
	return false;
}

static bool node_is_listed(const struct pq_node *n, bool drop_negative)
{
	if (!n->cum && !n->flat)
		return false;
	return !drop_negative || !(n->flat < 0 || (n->flat == 0 && n->cum < 0));
}

void pq_graph_list(struct pq_graph *g)
{
	g->listed.n = 0;
	for (size_t i = 0; i < g->nodes.n; i++)
		if (node_is_listed(&g->nodes.at[i], g->shape.drop_negative))
			*pq_vec_push(&g->listed) = (uint32_t)i;
}

static uint32_t *find_only_nodes(const struct pq_graph *g)
{
	size_t n = g->p->locations.n;
	uint32_t *only = pq_alloc(pq_size_mul(n + 1, sizeof(*only)));

	for (size_t l = 0; l < n; l++) {
		uint32_t first = g->first_frame[l];

		only[l] = g->first_frame[l + 1] == first + 1
				  ? g->frame_nodes.at[first]
				  : PQ_NONE;
	}
	return only;
}

/* Sums stand apart from the nodes: they fit the cache better. */
static void begin_sums(struct summing *s, struct pq_graph *g)
{
	size_t n = g->nodes.n;

	memset(s, 0, sizeof(*s));
	s->g = g;
	s->sums = pq_alloc_zeroed(pq_size_mul(n, sizeof(*s->sums)));
	s->flat = pq_alloc_zeroed(pq_size_mul(n, sizeof(*s->flat)));
	s->flat_div = pq_alloc_zeroed(pq_size_mul(n, sizeof(*s->flat_div)));
}

/* The sums go to their nodes, and those that have any are listed. */
static void end_sums(struct summing *s)
{
	struct pq_graph *g = s->g;

	for (size_t i = 0; i < g->nodes.n; i++) {
		struct pq_node *node = &g->nodes.at[i];

		node->flat = s->flat[i];
		node->flat_div = s->flat_div[i];
		node->cum = s->sums[i].cum;
		node->cum_div = s->sums[i].cum_div;
	}
	pq_graph_list(g);
	pq_free(s->sums);
	pq_free(s->flat);
	pq_free(s->flat_div);
}

void pq_graph_sum(struct pq_graph *g)
{
	struct summing s;
	int64_t value, div;
	struct pq_walk w;

	begin_sums(&s, g);
	s.only_node = find_only_nodes(g);
	pq_walk_begin(&w, &g->p->samples);
	while (pq_graph_next(&w, &g->shape, &value, &div))
		count_sample_nodes(&s, &w.sample, value, div);
	pq_walk_end(&w);
	pq_free(s.only_node);
	end_sums(&s);
}

/* ---- edges ---- */

/* A kept frame of a location, seen from the root. */
struct hop {
	uint32_t node;
	bool is_inline;
	bool after_gap; /* frames between it and the hop before were left out */
	/*
	 * The two edges counted last, the newer one first: few callers make
	 * most calls.  What tells them apart stands here, so that no edge is
	 * fetched for nothing.
	 */
	struct last_edge {
		uint32_t from; /* PQ_NONE: none yet */
		uint32_t edge;
	} last[2];
};

static struct hop make_hop(uint32_t node, bool is_inline, bool after_gap)
{
	struct last_edge none = { PQ_NONE, PQ_NONE };

	return (struct hop){ node, is_inline, after_gap, { none, none } };
}

struct connecting {
	struct pq_graph *g;
	const uint8_t *kept;
	/*
	 * hops[first_hop[l] .. first_hop[l + 1]) are those of location l,
	 * outermost first; gap_after[l]: frames below the last are left out.
	 */
	PQ_VEC(struct hop) hops;
	uint32_t *first_hop;
	uint8_t *gap_after;
	struct pq_map map; /* (from, to) to a position in edges */
	uint32_t stamp;
};

struct edge_key {
	uint32_t from, to;
};

static bool same_edge(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_graph *g = ctx;
	const struct pq_edge *a = &g->edges.at[index];
	const struct edge_key *b = key;

	return a->from == b->from && a->to == b->to;
}

static uint32_t find_edge(struct connecting *c, uint32_t from,
			  const struct hop *hop)
{
	struct pq_graph *g = c->g;
	struct edge_key key = { from, hop->node };
	uint64_t hash = pq_hash_mix(0, (uint64_t)from << 32 | hop->node);
	uint32_t fresh = (uint32_t)g->edges.n, id;
	struct pq_edge *e;

	id = pq_map_intern(&c->map, hash, same_edge, g, &key, fresh);
	if (id != fresh)
		return id;
	/* The first hop says inlined; later ones can take it back. */
	e = pq_vec_push(&g->edges);
	memset(e, 0, sizeof(*e));
	e->from = from;
	e->to = hop->node;
	e->is_inline = hop->is_inline;
	return id;
}

/* The edge from a node to a hop becomes the newer one of its last two. */
static void take_edge(struct connecting *c, uint32_t from, struct hop *hop)
{
	struct last_edge other = hop->last[1];

	hop->last[1] = hop->last[0];
	if (other.from != from)
		other = (struct last_edge){ from, find_edge(c, from, hop) };
	hop->last[0] = other;
}

static inline void count_call(struct connecting *c, uint32_t from,
			      struct hop *hop, bool residual, int64_t value,
			      int64_t div)
{
	struct pq_edge *e;

	/* One of the last callers is mostly the next one: no map is asked. */
	if (hop->last[0].from != from)
		take_edge(c, from, hop);
	e = &c->g->edges.at[hop->last[0].edge];
	if (e->stamp == c->stamp)
		return; /* once for each sample */
	e->stamp = c->stamp;
	e->weight = pq_add(e->weight, value);
	e->weight_div = pq_add(e->weight_div, div);
	e->residual |= residual;
	e->is_inline &= hop->is_inline;
}

/* Finds the frames of each location that take part, before any sample is seen. */
static void find_hops(struct connecting *c)
{
	const struct pq_graph *g = c->g;
	size_t n = g->p->locations.n;

	c->first_hop = pq_alloc(pq_size_mul(n + 1, sizeof(*c->first_hop)));
	c->gap_after = pq_alloc_zeroed(n);
	for (size_t l = 0; l < n; l++) {
		uint32_t last = g->first_frame[l + 1] - 1;
		bool gap = false;

		/* Outermost frame first, as a stack is walked. */
		c->first_hop[l] = (uint32_t)c->hops.n;
		for (uint32_t f = last + 1; f-- > g->first_frame[l];) {
			uint32_t node = g->frame_nodes.at[f];
			struct hop hop = make_hop(node, f != last, gap);

			/* A trimmed node leaves a dotted edge behind. */
			gap = c->kept && !c->kept[node];
			if (gap)
				continue;
			*pq_vec_push(&c->hops) = hop;
		}
		c->gap_after[l] = gap;
	}
	c->first_hop[n] = (uint32_t)c->hops.n;
}

/* Of all nodes, which are summed up on the way: no frame is left out. */
static void connect_and_sum(struct connecting *c, struct summing *sums,
			    const struct pq_sample *sample, int64_t value,
			    int64_t div)
{
	const uint32_t *first_hop = c->first_hop;
	struct hop *hops = c->hops.at;
	uint32_t parent = PQ_NONE;

	c->stamp++;
	sums->stamp++;
	for (size_t i = sample->n_locations; i--;) {
		uint32_t l = sample->locations[i], h = first_hop[l];

		for (; h < first_hop[l + 1]; h++) {
			/* NOLINTNEXTLINE(clang-analyzer-core.*): as below */
			uint32_t node = hops[h].node;

			count_node(sums, node, value, div);
			if (parent != PQ_NONE && parent != node)
				count_call(c, parent, &hops[h], false, value,
					   div);
			parent = node;
		}
	}
	/* The last one of a stack is its leaf. */
	if (parent != PQ_NONE)
		count_leaf(sums, parent, value, div);
}

/* Of the nodes that are kept: edges over those between are residual. */
static void connect_kept(struct connecting *c, const struct pq_sample *sample,
			 int64_t value, int64_t div)
{
	uint32_t parent = PQ_NONE;
	bool gap = false;

	c->stamp++;
	for (size_t i = sample->n_locations; i--;) {
		uint32_t l = sample->locations[i];
		uint32_t end = c->first_hop[l + 1];

		for (uint32_t h = c->first_hop[l]; h < end; h++) {
			struct hop *hop = &c->hops.at[h];

			/* a location with hops has them in the list */
			/* NOLINTBEGIN(clang-analyzer-core.*) */
			gap = gap || hop->after_gap;
			if (parent != PQ_NONE && parent != hop->node)
				count_call(c, parent, hop, gap, value, div);
			parent = hop->node;
			/* NOLINTEND(clang-analyzer-core.*) */
			gap = false;
		}
		gap = gap || c->gap_after[l];
	}
}

/* Sums up nodes on the way unless that is done (NULL), if all are kept. */
static void connect_all_nodes(struct pq_graph *g, const uint8_t *kept,
			      struct summing *sums)
{
	struct connecting c = { .g = g, .kept = kept };
	int64_t value, div;
	struct pq_walk w;

	/* Locations repeat in samples: their frames are sorted out once. */
	find_hops(&c);
	pq_walk_begin(&w, &g->p->samples);
	while (pq_graph_next(&w, &g->shape, &value, &div))
		if (sums)
			connect_and_sum(&c, sums, &w.sample, value, div);
		else
			connect_kept(&c, &w.sample, value, div);
	pq_walk_end(&w);
	pq_map_release(&c.map);
	pq_vec_release(&c.hops);
	pq_free(c.first_hop);
	pq_free(c.gap_after);
}

/* ---- edges into a few nodes ---- */

/* A location's frames that take part: few locations have any. */
struct place {
	uint32_t first;	    /* hop; the place's end at the next one's */
	uint32_t innermost; /* node that calls the next location, or PQ_NONE */
};

struct target {
	uint32_t caller; /* in the same location; PQ_NONE: the next one's */
	struct hop hop;
};

struct targeting {
	struct connecting c;
	PQ_VEC(struct target) targets;
	struct place *places;
};

static void find_targets(struct targeting *t, const uint8_t *wanted)
{
	const struct pq_graph *g = t->c.g;
	size_t n = g->p->locations.n;

	t->places = pq_alloc(pq_size_mul(n + 1, sizeof(*t->places)));
	for (size_t l = 0; l < n; l++) {
		uint32_t last = g->first_frame[l + 1] - 1, caller = PQ_NONE;

		/* Callers are frames of the location, or of the one above it. */
		t->places[l].first = (uint32_t)t->targets.n;
		for (uint32_t f = last + 1; f-- > g->first_frame[l];) {
			uint32_t node = g->frame_nodes.at[f];
			struct target target = {
				caller, make_hop(node, f != last, false)
			};

			/* No trimmed node is a caller: the one above it is. */
			if (t->c.kept && !t->c.kept[node])
				continue;
			if (wanted[node] && node != caller)
				*pq_vec_push(&t->targets) = target;
			caller = node;
		}
		t->places[l].innermost = caller;
	}
	t->places[n].first = (uint32_t)t->targets.n;
}

/* The kept frame next to location i on the way to the root. */
static uint32_t caller_of(const struct targeting *t,
			  const struct pq_sample *sample, size_t i)
{
	while (++i < sample->n_locations) {
		uint32_t node = t->places[sample->locations[i]].innermost;

		if (node != PQ_NONE)
			return node;
	}
	return PQ_NONE;
}

/*
 * From the root on, as connect_kept goes: of an edge that a stack has twice
 * the occurrence nearest to the root says whether it is inlined.  Callers are
 * looked for where there is a target, which few locations are.
 */
static void connect_targets(struct targeting *t, const struct pq_sample *sample,
			    int64_t value, int64_t div)
{
	const struct place *places = t->places;

	t->c.stamp++;
	for (size_t i = sample->n_locations; i--;) {
		uint32_t l = sample->locations[i], end = places[l + 1].first;

		for (uint32_t at = places[l].first; at < end; at++) {
			struct target *target = &t->targets.at[at];
			/* NOLINTNEXTLINE(clang-analyzer-core.*): as above */
			uint32_t from = target->caller;

			if (from == PQ_NONE)
				from = caller_of(t, sample, i);
			if (from != PQ_NONE && from != target->hop.node)
				count_call(&t->c, from, &target->hop, false,
					   value, div);
		}
	}
}

/*
 * Edges into the nodes wanted only, which are few: all that top wants of them
 * is whether they are inlined, so that gaps do not matter.
 */
static void connect_wanted_nodes(struct pq_graph *g, const uint8_t *kept,
				 const uint8_t *wanted)
{
	struct targeting t = { .c = { .g = g, .kept = kept } };
	int64_t value, div;
	struct pq_walk w;

	find_targets(&t, wanted);
	pq_walk_begin(&w, &g->p->samples);
	while (pq_graph_next(&w, &g->shape, &value, &div))
		connect_targets(&t, &w.sample, value, div);
	pq_walk_end(&w);
	pq_map_release(&t.c.map);
	pq_vec_release(&t.targets);
	pq_free(t.places);
}

void pq_graph_connect(struct pq_graph *g, const uint8_t *kept,
		      const uint8_t *targets)
{
	g->edges.n = 0;
	if (targets)
		connect_wanted_nodes(g, kept, targets);
	else
		connect_all_nodes(g, kept, NULL);
}

void pq_graph_sum_and_connect(struct pq_graph *g)
{
	struct summing s;

	g->edges.n = 0;
	begin_sums(&s, g);
	connect_all_nodes(g, NULL, &s);
	end_sums(&s);
	g->is_connected = true;
}

enum pq_inlining pq_node_inlining(const struct pq_graph *g,
				  const struct pq_node *n)
{
	bool some = false, all = true;

	for (uint32_t i = 0; i < n->n_in; i++) {
		const struct pq_edge *e =
			&g->edges.at[g->edge_order.at[n->first_in + i]];

		some = some || e->is_inline;
		all = all && e->is_inline;
	}
	return !some ? PQ_INLINE_NO : all ? PQ_INLINE_ALL : PQ_INLINE_SOME;
}
