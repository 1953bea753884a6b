#include "graph/read_sums.h"

#include <string.h>

#include "base/mem.h"
#include "graph/sums.h"

#include "base/banned.h"

/* More types than that are not summed on the chance that one is asked for. */
#define MOST_COLUMNS 8

/* Frames of a location that was met; n is 0 before. */
struct place {
	uint32_t first, n; /* frames, innermost first */
};

struct pq_read_sums {
	struct pq_sample_observer observer;
	struct pq_text wanted;
	bool noinlines, useless;
	size_t n_samples;
	unsigned first_column; /* the first that is summed */

	PQ_VEC(uint32_t) node_of_name; /* by string id: node + 1 */
	PQ_VEC(struct place) places;   /* by location */
	PQ_VEC(uint32_t) frames;       /* nodes */
	struct pq_sums sums;	       /* no columns: not yet known */
};

/* ---- the part of a profile that is read already ---- */

/*
 * The name of a type cannot be compared before strings are in: then all types
 * are summed.  The default one may be named by id; a wrong guess only costs
 * another walk.
 */
static bool choose_columns(struct pq_read_sums *e, const struct pq_profile *p)
{
	unsigned n = p->samples.n_values;

	e->first_column = 0;
	e->sums.n_columns = n;
	if (e->wanted.len)
		return n > 0 && n <= MOST_COLUMNS;
	/* The last type is the one that is shown without a wish. */
	e->sums.n_columns = 1;
	e->first_column = n - 1;
	for (unsigned i = 0; p->default_sample_type && i < n; i++)
		if (i < p->sample_types.n &&
		    p->sample_types.at[i].type == p->default_sample_type) {
			e->first_column = i;
			break;
		}
	return n > 0;
}

static uint32_t find_name_node(struct pq_read_sums *e, uint32_t name)
{
	pq_vec_reach(&e->node_of_name, (size_t)name + 1);
	if (!e->node_of_name.at[name])
		e->node_of_name.at[name] = pq_sums_add_node(&e->sums) + 1;
	return e->node_of_name.at[name] - 1;
}

/* False when the file says too late, or not at all, what a frame is. */
static bool add_read_frame(struct pq_read_sums *e, const struct pq_profile *p,
			   const struct pq_line *line)
{
	const struct pq_function *f = pq_line_function(p, line);

	if (!f || !pq_function_is_read(f) || !f->name)
		return false;
	*pq_vec_push(&e->frames) = find_name_node(e, f->name);
	return true;
}

static bool find_place(struct pq_read_sums *e, const struct pq_profile *p,
		       uint32_t number)
{
	const struct pq_location *l = &p->locations.at[number];
	struct place place = { (uint32_t)e->frames.n, l->n_lines };

	if (!pq_location_is_read(l) || !l->n_lines)
		return false;
	/* The last line is the outermost, which alone is left. */
	if (e->noinlines)
		place.n = 1;
	for (uint32_t i = l->n_lines - place.n; i < l->n_lines; i++)
		if (!add_read_frame(e, p, &p->lines.at[l->first_line + i]))
			return false;
	pq_vec_reach(&e->places, (size_t)number + 1);
	e->places.at[number] = place;
	return true;
}

/* ---- samples ---- */

/* The values that are summed; false when all of them are 0. */
static bool read_values(const struct pq_read_sums *e, const uint8_t *p,
			int64_t *values)
{
	uint64_t value, any = 0;

	for (unsigned i = 0; i < e->first_column; i++)
		p = pq_varint_take(p, &value);
	for (unsigned i = 0; i < e->sums.n_columns; i++) {
		p = pq_varint_take(p, &value);
		any |= value;
		values[i] = pq_unzigzag(value);
	}
	return any != 0;
}

static bool count_read_stack(struct pq_read_sums *e, const struct pq_profile *p,
			     const struct pq_packed *sample,
			     const int64_t *values)
{
	const uint8_t *at = sample->locations;
	uint32_t leaf = 0;

	pq_sums_begin_sample(&e->sums);
	for (size_t i = 0; i < sample->n_locations; i++) {
		struct place place;
		uint64_t l;

		at = pq_varint_take(at, &l);
		/* Places are looked for when a stack first has them. */
		if ((l >= e->places.n || !e->places.at[l].n) &&
		    !find_place(e, p, (uint32_t)l))
			return false;
		place = e->places.at[l];
		/* The leaf's innermost frame has the flat value. */
		if (!i)
			leaf = e->frames.at[place.first];
		for (uint32_t f = 0; f < place.n; f++)
			pq_sums_count(&e->sums, e->frames.at[place.first + f],
				      values);
	}
	if (sample->n_locations)
		pq_sums_count_leaf(&e->sums, leaf, values);
	return true;
}

static bool sum_read_sample(struct pq_sample_observer *observer,
			    const struct pq_profile *p,
			    const struct pq_packed *sample)
{
	struct pq_read_sums *e =
		(struct pq_read_sums *)observer; /* its first member */
	int64_t values[MOST_COLUMNS];

	if (!e->n_samples && !choose_columns(e, p))
		e->useless = true;
	e->n_samples++;
	if (!e->useless && read_values(e, sample->values, values))
		e->useless = !count_read_stack(e, p, sample, values);
	return !e->useless;
}

static void reset_sums(struct pq_sample_observer *observer)
{
	struct pq_read_sums *e = (struct pq_read_sums *)observer;

	memset(&e->node_of_name, 0, sizeof(e->node_of_name));
	memset(&e->places, 0, sizeof(e->places));
	memset(&e->frames, 0, sizeof(e->frames));
	memset(&e->sums, 0, sizeof(e->sums));
	e->useless = true;
}

struct pq_read_sums *pq_read_sums_new(struct pq_text wanted, bool noinlines)
{
	struct pq_read_sums *e = pq_alloc_zeroed(sizeof(*e));

	e->observer.see = sum_read_sample;
	e->observer.reset = reset_sums;
	e->wanted = wanted;
	e->noinlines = noinlines;
	return e;
}

void pq_read_sums_free(struct pq_read_sums *e)
{
	if (!e)
		return;
	pq_vec_release(&e->node_of_name);
	pq_vec_release(&e->places);
	pq_vec_release(&e->frames);
	pq_sums_release(&e->sums);
	pq_free(e);
}

struct pq_sample_observer *pq_read_sums_observer(struct pq_read_sums *e)
{
	return &e->observer;
}

/* ---- into a graph ---- */

static bool sums_fit_graph(const struct pq_read_sums *e,
			   const struct pq_graph *g)
{
	const struct pq_graph_shape *s = &g->shape;

	return e->sums.n_columns && !e->useless &&
	       e->n_samples == g->p->samples.n && g->p->samples.source &&
	       !g->p->samples.steps && s->granularity == PQ_FUNCTIONS &&
	       !s->object_names && !s->mean && s->noinlines == e->noinlines &&
	       s->sample_index >= e->first_column &&
	       s->sample_index - e->first_column < e->sums.n_columns;
}

/* Pairs a node of ours with one of the graph; false: one has two partners. */
static bool pair_nodes(uint32_t *ours, uint32_t *theirs, uint32_t a, uint32_t b)
{
	if (ours[a] == PQ_NONE && theirs[b] == PQ_NONE) {
		ours[a] = b;
		theirs[b] = a;
	}
	return ours[a] == b && theirs[b] == a;
}

static bool pair_all_nodes(const struct pq_read_sums *e,
			   const struct pq_graph *g, uint32_t *ours,
			   uint32_t *theirs)
{
	memset(ours, 0xff, e->sums.n_nodes * sizeof(*ours));
	memset(theirs, 0xff, g->nodes.n * sizeof(*theirs));
	/* Frame by frame, in each location that was met. */
	for (size_t l = 0; l < e->places.n && l < g->p->locations.n; l++) {
		struct place place = e->places.at[l];
		uint32_t first = g->first_frame[l];

		if (place.n && g->first_frame[l + 1] - first != place.n)
			return false;
		for (uint32_t f = 0; f < place.n; f++)
			if (!pair_nodes(ours, theirs,
					e->frames.at[place.first + f],
					g->frame_nodes.at[first + f]))
				return false;
	}
	return true;
}

bool pq_read_sums_get(const struct pq_read_sums *e, struct pq_graph *g)
{
	unsigned column = g->shape.sample_index - e->first_column;
	uint32_t *ours, *theirs;
	bool ok;

	if (!sums_fit_graph(e, g))
		return false;
	ours = pq_alloc(pq_size_mul(e->sums.n_nodes, sizeof(*ours)));
	theirs = pq_alloc(pq_size_mul(g->nodes.n, sizeof(*theirs)));
	/* Nodes were numbered as they were met, and here by the graph. */
	ok = pair_all_nodes(e, g, ours, theirs);
	for (uint32_t i = 0; ok && i < e->sums.n_nodes; i++) {
		struct pq_node *node;

		if (ours[i] == PQ_NONE)
			continue;
		/* Sums go to the node that is the partner. */
		node = &g->nodes.at[ours[i]];
		node->flat = pq_sums_flat(&e->sums, i, column);
		node->cum = pq_sums_cum(&e->sums, i, column);
	}
	pq_free(ours);
	pq_free(theirs);
	if (ok)
		pq_graph_list(g);
	return ok;
}
