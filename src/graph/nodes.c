#include <string.h>

#include "base/mem.h"
#include "base/paths.h"
#include "graph/graph.h"

#include "base/banned.h"

/* Finding the nodes: once for each line of each location. */

struct finding {
	struct pq_graph *g;
	struct pq_map map;
	/* by string id of the profile: interned text + 1; 0: not yet */
	uint32_t *plain, *path;
	struct pq_buf scratch;
};

static uint32_t plain_text(struct finding *f, uint32_t id)
{
	if (!f->plain[id])
		f->plain[id] =
			pq_intern(&f->g->texts, pq_string(f->g->p, id)) + 1;
	return f->plain[id] - 1;
}

/* A file name trimmed, if it is to be, and cleaned, as nodes show it; "" stays "". */
static uint32_t path_text(struct finding *f, uint32_t id)
{
	const struct pq_graph_shape *shape = &f->g->shape;
	struct pq_text path = pq_string(f->g->p, id);
	struct pq_text copy;

	/* Texts are kept plus one: 0 was not cleaned yet. */
	if (f->path[id])
		return f->path[id] - 1;
	if (!shape->keeps_paths)
		path = pq_path_trim(path, shape->trim_path, shape->source_path);
	pq_buf_clear(&f->scratch);
	if (path.len)
		pq_path_clean(&f->scratch, path);
	copy = pq_buf_view(&f->scratch);
	if (!pq_text_equal(copy, path))
		copy = pq_arena_text(&f->g->arena, copy);
	else
		copy = path;
	f->path[id] = pq_intern(&f->g->texts, copy) + 1;
	return f->path[id] - 1;
}

static bool same_node(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_graph *g = ctx;
	const struct pq_node *a = &g->nodes.at[index], *b = key;

	return a->name == b->name && a->address == b->address &&
	       a->file == b->file && a->line == b->line &&
	       a->column == b->column && a->start_line == b->start_line &&
	       a->objfile == b->objfile;
}

static uint32_t intern_node(struct finding *f, const struct pq_node *key)
{
	struct pq_graph *g = f->g;
	uint64_t hash = pq_hash_mix(key->name, key->address);
	uint32_t fresh = (uint32_t)g->nodes.n, id;

	hash = pq_hash_mix(hash, (uint64_t)key->line);
	hash = pq_hash_mix(hash, (uint64_t)key->start_line);
	hash = pq_hash_mix(hash, (uint64_t)key->column);
	hash = pq_hash_mix(hash, (uint64_t)key->file << 32 | key->objfile);
	id = pq_map_intern(&f->map, hash, same_node, g, key, fresh);
	if (id == fresh)
		*pq_vec_push(&g->nodes) = *key;
	return id;
}

static uint32_t object_file(struct finding *f, const struct pq_location *l)
{
	if (l->mapping == PQ_NONE)
		return 0;
	return plain_text(f, f->g->p->mappings.at[l->mapping].file);
}

/* The identity of a frame: what the granularity leaves of it. */
static struct pq_node identity(struct finding *f, const struct pq_location *l,
			       const struct pq_line *line)
{
	const struct pq_graph_shape *shape = &f->g->shape;
	enum pq_granularity is = shape->granularity;
	const struct pq_function *function =
		line ? pq_line_function(f->g->p, line) : NULL;
	struct pq_node n;

	memset(&n, 0, sizeof(n));
	n.parent = PQ_NONE;
	if (is == PQ_ADDRESSES)
		n.address = l->address;
	/* A frame without a name is known by its program only. */
	if (!function) {
		n.objfile = object_file(f, l);
		return n;
	}
	if (is != PQ_FILES)
		n.name = plain_text(f, function->name);
	if (is != PQ_FUNCTIONS)
		n.file = path_text(f, function->filename);
	if (is == PQ_LINES || is == PQ_ADDRESSES) {
		n.line = line->line;
		/* addresses with inlined frames are left as they are */
		if (shape->showcolumns ||
		    (is == PQ_ADDRESSES && !shape->noinlines))
			n.column = line->column;
	}
	/* Programs tell names apart where they are asked to, or must. */
	if (shape->object_names || !n.name) {
		n.objfile = object_file(f, l);
		n.start_line = function->start_line;
	}
	return n;
}

static void add_location_frames(struct finding *f, const struct pq_location *l)
{
	const struct pq_line *lines = pq_location_lines(f->g->p, l);
	uint32_t first = 0;

	/* A location without lines is one frame all the same. */
	if (!l->n_lines) {
		struct pq_node n = identity(f, l, NULL);

		*pq_vec_push(&f->g->frame_nodes) = intern_node(f, &n);
		return;
	}
	/* Lines begin with the innermost: the last one is outermost. */
	if (f->g->shape.noinlines)
		first = l->n_lines - 1;
	for (uint32_t i = first; i < l->n_lines; i++) {
		struct pq_node n = identity(f, l, &lines[i]);

		*pq_vec_push(&f->g->frame_nodes) = intern_node(f, &n);
	}
}

void pq_graph_init(struct pq_graph *g, const struct pq_profile *p,
		   const struct pq_graph_shape *shape)
{
	struct finding f = { .g = g };

	memset(g, 0, sizeof(*g));
	g->p = p;
	g->shape = *shape;
	pq_arena_init(&g->arena);
	pq_intern_init(&g->texts, NULL);
	/* A string becomes a text of the graph once, however many frames. */
	f.plain = pq_alloc_zeroed(pq_size_mul(p->strings.n, 4));
	f.path = pq_alloc_zeroed(pq_size_mul(p->strings.n, 4));
	g->first_frame = pq_alloc(pq_size_mul(p->locations.n + 1, 4));
	for (size_t i = 0; i < p->locations.n; i++) {
		g->first_frame[i] = (uint32_t)g->frame_nodes.n;
		add_location_frames(&f, &p->locations.at[i]);
	}
	/* The end of the last location has a place, too. */
	g->first_frame[p->locations.n] = (uint32_t)g->frame_nodes.n;
	pq_free(f.plain);
	pq_free(f.path);
	pq_buf_release(&f.scratch);
	pq_map_release(&f.map);
}

void pq_graph_release(struct pq_graph *g)
{
	pq_arena_release(&g->arena);
	pq_intern_release(&g->texts);
	pq_vec_release(&g->nodes);
	pq_vec_release(&g->listed);
	pq_free(g->first_frame);
	pq_vec_release(&g->frame_nodes);
	pq_vec_release(&g->leaves);
	pq_vec_release(&g->edges);
	pq_vec_release(&g->edge_order);
	memset(g, 0, sizeof(*g));
}

/* ---- printable names ---- */

static void print_name(struct pq_buf *b, const struct pq_graph *g,
		       const struct pq_node *n)
{
	struct pq_text name = pq_intern_text(&g->texts, n->name);
	struct pq_text file = pq_intern_text(&g->texts, n->file);
	struct pq_text object = pq_intern_text(&g->texts, n->objfile);

	/* The reference's order: address, name, place, or the program. */
	if (n->address)
		pq_buf_printf(b, "%016llx ", (unsigned long long)n->address);
	if (name.len) {
		pq_buf_text(b, name);
		pq_buf_char(b, ' ');
	}
	/* Any of the parts may be missing: the granularity leaves them out. */
	if (n->line) {
		pq_buf_text(b, file);
		pq_buf_printf(b, ":%lld", (long long)n->line);
		if (n->column)
			pq_buf_printf(b, ":%lld", (long long)n->column);
	} else if (file.len) {
		pq_buf_text(b, file);
	} else if (name.len) {
		b->len--; /* nothing follows the name */
	} else if (object.len) {
		pq_buf_char(b, '[');
		pq_buf_text(b, pq_text_basename(object));
		pq_buf_char(b, ']');
	} else {
		pq_buf_str(b, "<unknown>");
	}
}

static void label_node(struct pq_graph *g, struct pq_node *n, struct pq_buf *b)
{
	if (n->label.len)
		return;
	pq_buf_clear(b);
	print_name(b, g, n);
	n->label = pq_arena_text(&g->arena, pq_buf_view(b));
}

void pq_graph_label(struct pq_graph *g)
{
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < g->listed.n; i++)
		label_node(g, &g->nodes.at[g->listed.at[i]], &b);
	pq_buf_release(&b);
}

void pq_graph_label_all(struct pq_graph *g)
{
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < g->nodes.n; i++)
		label_node(g, &g->nodes.at[i], &b);
	pq_buf_release(&b);
}

void pq_graph_mark_listed(struct pq_graph *g)
{
	for (size_t i = 0; i < g->nodes.n; i++)
		g->nodes.at[i].listed = false;
	for (size_t i = 0; i < g->listed.n; i++)
		g->nodes.at[g->listed.at[i]].listed = true;
}
