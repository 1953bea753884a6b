#include "format/perf/spaces.h"

#include "base/map.h"

#include "base/banned.h"

#define RANGES_MOST 4000000

void pq_spaces_release(struct pq_spaces *all)
{
	pq_vec_release(&all->nodes);
	pq_vec_release(&all->free);
}

static uint32_t new_node(struct pq_spaces *all)
{
	/* Node 0 stands for none. */
	if (!all->nodes.n)
		*pq_vec_push(&all->nodes) = (struct pq_range){ 0 };
	if (all->free.n)
		return all->free.at[--all->free.n];
	(void)pq_vec_push(&all->nodes);
	return (uint32_t)all->nodes.n - 1;
}

static uint32_t add_range(struct pq_spaces *all, uint32_t owner, uint64_t start,
			  uint64_t limit, uint32_t map)
{
	uint32_t at = new_node(all);

	all->n_changes++;
	all->nodes.at[at] = (struct pq_range){
		.start = start,
		.limit = limit,
		.map = map,
		.priority = (uint32_t)pq_hash_mix(start, all->n_changes),
		.owner = owner
	};
	return at;
}

/* The node itself, or a copy of one that a fork has, too. */
static uint32_t own_node(struct pq_spaces *all, uint32_t owner, uint32_t at)
{
	uint32_t copy;

	if (all->nodes.at[at].owner == owner)
		return at;
	copy = new_node(all);
	all->nodes.at[copy] = all->nodes.at[at];
	all->nodes.at[copy].owner = owner;
	return copy;
}

/*
 * Takes a tree apart: ranges that start below the key, and the others.  The
 * recursion here and below is as deep as the tree, whose depth is the
 * logarithm of its size, because priorities are by chance.
 */
static void split_tree(struct pq_spaces *all, uint32_t owner, uint32_t at,
		       uint64_t key, uint32_t *below, uint32_t *above)
{
	uint32_t near, far;

	*below = *above = 0;
	if (!at)
		return;
	at = own_node(all, owner, at);
	if (all->nodes.at[at].start < key) {
		split_tree(all, owner, all->nodes.at[at].right, key, &near,
			   &far);
		all->nodes.at[at].right = near;
		*below = at;
		*above = far;
	} else {
		split_tree(all, owner, all->nodes.at[at].left, key, &far,
			   &near);
		all->nodes.at[at].left = near;
		*below = far;
		*above = at;
	}
}

/* One tree of two, all of whose ranges are below those of the other. */
static uint32_t join_trees(struct pq_spaces *all, uint32_t owner,
			   uint32_t below, uint32_t above)
{
	uint32_t inner;

	if (!below || !above)
		return below ? below : above;
	/* The greater priority is the root: chance keeps trees flat. */
	if (all->nodes.at[below].priority > all->nodes.at[above].priority) {
		below = own_node(all, owner, below);
		inner = join_trees(all, owner, all->nodes.at[below].right,
				   above);
		all->nodes.at[below].right = inner;
		return below;
	}
	above = own_node(all, owner, above);
	inner = join_trees(all, owner, below, all->nodes.at[above].left);
	all->nodes.at[above].left = inner;
	return above;
}

static void free_tree(struct pq_spaces *all, uint32_t owner, uint32_t at)
{
	struct pq_range node = all->nodes.at[at];

	/* Nodes of another owner are shared, and stay. */
	if (!at || node.owner != owner)
		return;
	free_tree(all, owner, node.left);
	free_tree(all, owner, node.right);
	*pq_vec_push(&all->free) = at;
}

/* The last range of a tree, or 0. */
static uint32_t last_range(const struct pq_spaces *all, uint32_t at)
{
	while (at && all->nodes.at[at].right)
		at = all->nodes.at[at].right;
	return at;
}

/* Ends the last range of a tree at a limit that lies within it. */
static uint32_t cut_last(struct pq_spaces *all, uint32_t owner, uint32_t at,
			 uint64_t limit)
{
	uint32_t inner;

	at = own_node(all, owner, at);
	if (!all->nodes.at[at].right) {
		all->nodes.at[at].limit = limit;
		return at;
	}
	inner = cut_last(all, owner, all->nodes.at[at].right, limit);
	all->nodes.at[at].right = inner;
	return at;
}

/* Cuts the last range of a tree at a limit; the rest is a tree of its own. */
static uint32_t tail_behind(struct pq_spaces *all, uint32_t owner, uint32_t at,
			    uint64_t limit)
{
	uint32_t last = last_range(all, at);
	struct pq_range node;

	if (!last || all->nodes.at[last].limit <= limit)
		return 0;
	node = all->nodes.at[last];
	return add_range(all, owner, limit, node.limit, node.map);
}

void pq_space_fork(struct pq_spaces *all, struct pq_space *child,
		   struct pq_space *parent)
{
	*child = *parent;
	/* New owners for both: each copies a node before a change. */
	child->owner = ++all->n_owners;
	parent->owner = ++all->n_owners;
}

bool pq_space_map(struct pq_spaces *all, struct pq_space *space, uint64_t start,
		  uint64_t limit, uint32_t map)
{
	uint32_t owner, below, covered, above, tail, last;

	if (all->nodes.n - all->free.n > RANGES_MOST)
		return false;
	if (!space->owner)
		space->owner = ++all->n_owners;
	owner = space->owner;
	/* three trees: before the range, starting in it, behind it */
	split_tree(all, owner, space->root, start, &below, &above);
	split_tree(all, owner, above, limit, &covered, &above);

	/* a range that goes on behind the new one keeps its end */
	tail = tail_behind(all, owner, covered ? covered : below, limit);
	last = last_range(all, below);
	if (last && all->nodes.at[last].limit > start)
		below = cut_last(all, owner, below, start);
	if (covered)
		free_tree(all, owner, covered);

	below = join_trees(all, owner, below,
			   add_range(all, owner, start, limit, map));
	above = join_trees(all, owner, tail, above);
	space->root = join_trees(all, owner, below, above);
	/* The number tells chains whether to resolve their words anew. */
	space->content = all->n_changes;
	return true;
}

uint32_t pq_space_find(const struct pq_spaces *all,
		       const struct pq_space *space, uint64_t address)
{
	uint32_t at = space->root;

	while (at) {
		const struct pq_range *node = &all->nodes.at[at];

		if (address < node->start)
			at = node->left;
		else if (address < node->limit)
			return node->map;
		else
			at = node->right;
	}
	return UINT32_MAX;
}
