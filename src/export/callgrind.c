/*
 * callgrind.c - the call graph in the format of valgrind's tool callgrind.
 * command/commands.def has its row.
 *
 * Source: valgrind's manual, "Callgrind Format Specification"; the reference.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "report/report.h"

#include "base/banned.h"

/* The format writes a name out once, "(1) main", and then as "(1)". */
struct name_table {
	struct pq_intern names;
	PQ_VEC(uint32_t) number;
	uint32_t n;
};

struct callgrind_writer {
	const struct pq_view *v;
	struct pq_out *out;
	struct name_table objects, files, functions;
	struct pq_text *names; /* disambiguated, by node; empty: not listed */
	const struct pq_node *previous;
};

/* ---- names that several functions share: "name [1/2]" ---- */

/*
 * A node's function is the node without address, line and column; one that
 * has neither address nor line is a function itself, of its column.
 */
struct function_key {
	uint32_t parent, name, file, objfile;
	int64_t start_line, column;
};

struct function {
	struct function_key key;
	uint32_t group; /* functions of one file and name */
	uint32_t index; /* in the group, from 1 */
};

struct function_groups {
	struct pq_map function_map, group_map;
	PQ_VEC(struct function) functions;
	PQ_VEC(uint32_t) group_first; /* a function of the group */
	PQ_VEC(uint32_t) group_size;
};

static bool same_callgrind_function(const void *ctx, uint32_t index,
				    const void *key)
{
	const struct function_groups *n = ctx;
	const struct function_key *a = &n->functions.at[index].key, *b = key;

	return a->parent == b->parent && a->name == b->name &&
	       a->file == b->file && a->objfile == b->objfile &&
	       a->start_line == b->start_line && a->column == b->column;
}

static bool same_name_and_file(const void *ctx, uint32_t index, const void *key)
{
	const struct function_groups *n = ctx;
	const struct function_key *a =
		&n->functions.at[n->group_first.at[index]].key;
	const struct function_key *b = key;

	return a->name == b->name && a->file == b->file;
}

static uint32_t number_function(struct function_groups *n,
				const struct pq_node *node)
{
	bool is_function = !node->address && !node->line;
	struct function_key key = {
		node->parent,  node->name,	 node->file,
		node->objfile, node->start_line, is_function ? node->column : 0
	};
	uint64_t group_hash = pq_hash_mix(key.name, key.file);
	uint64_t hash = pq_hash_mix(group_hash ^ (uint64_t)key.start_line,
				    (uint64_t)key.parent << 32 | key.objfile);
	uint32_t fresh = (uint32_t)n->functions.n, id, group;
	struct function f = { .key = key };

	id = pq_map_intern(&n->function_map, hash, same_callgrind_function, n,
			   &key, fresh);
	if (id != fresh)
		return id;

	/* A new function joins the group of its name and file. */
	group = pq_map_intern(&n->group_map, group_hash, same_name_and_file, n,
			      &key, (uint32_t)n->group_first.n);
	if (group == n->group_first.n) {
		*pq_vec_push(&n->group_first) = fresh;
		*pq_vec_push(&n->group_size) = 0;
	}
	f.group = group;
	f.index = ++n->group_size.at[group];
	*pq_vec_push(&n->functions) = f;
	return id;
}

static struct pq_text disambiguate_name(const struct pq_report_input *in,
					const struct function_groups *n,
					uint32_t function, struct pq_text name)
{
	const struct function *f = &n->functions.at[function];
	uint32_t size = n->group_size.at[f->group];
	struct pq_buf b = { 0 };
	struct pq_text full;

	/* A name of its own needs no number behind it. */
	if (size < 2)
		return name;
	pq_buf_text(&b, name);
	pq_buf_printf(&b, " [%u/%u]", (unsigned)f->index, (unsigned)size);
	full = pq_arena_text(in->arena, pq_buf_view(&b));
	pq_buf_release(&b);
	return full;
}

static struct pq_text *disambiguate_names(const struct pq_report_input *in)
{
	const struct pq_graph *g = &in->view->graph;
	size_t n_nodes = g->nodes.n;
	struct pq_text *names = pq_arena_zeroed(
		in->arena, pq_size_mul(n_nodes, sizeof(*names)));
	uint32_t *function = PQ_ARENA_NEW(in->arena, uint32_t, n_nodes);
	struct function_groups n;

	memset(&n, 0, sizeof(n));
	/* Groups are complete before the first name is made. */
	for (size_t i = 0; i < g->listed.n; i++) {
		uint32_t at = g->listed.at[i];

		function[at] = number_function(&n, &g->nodes.at[at]);
	}
	for (size_t i = 0; i < g->listed.n; i++) {
		uint32_t at = g->listed.at[i];
		const struct pq_node *node = &g->nodes.at[at];

		names[at] = disambiguate_name(in, &n, function[at],
					      pq_intern_text(&g->texts,
							     node->name));
	}
	pq_map_release(&n.function_map);
	pq_map_release(&n.group_map);
	pq_vec_release(&n.functions);
	pq_vec_release(&n.group_first);
	pq_vec_release(&n.group_size);
	return names;
}

struct callgrind {
	const struct pq_view *view;
	struct pq_text *names;
};

static void *callgrind_build(const struct pq_report_input *in,
			     struct pq_error *err)
{
	struct callgrind *c = PQ_ARENA_NEW(in->arena, struct callgrind, 1);

	(void)err;
	pq_view_graph(in->view);
	c->view = in->view;
	c->names = disambiguate_names(in);
	return c;
}

/* ---- text ---- */

static void print_name_field(struct callgrind_writer *w, const char *field,
			     struct name_table *t, struct pq_text name)
{
	uint32_t id;

	pq_out_str(w->out, field);
	if (name.len) {
		id = pq_intern(&t->names, name);
		while (t->number.n <= id)
			*pq_vec_push(&t->number) = 0;
		if (t->number.at[id]) {
			pq_out_printf(w->out, "(%u)",
				      (unsigned)t->number.at[id]);
		} else {
			t->number.at[id] = ++t->n;
			pq_out_printf(w->out, "(%u) ", (unsigned)t->n);
			pq_out_text(w->out, name);
		}
	}
	pq_out_str(w->out, "\n");
}

/* An address may be relative to the last one; the shorter form is printed. */
static void print_address(struct callgrind_writer *w, uint64_t address)
{
	char absolute[24], relative[24];
	int n, m;

	n = snprintf(absolute, sizeof(absolute), "0x%llx",
		     (unsigned long long)address);
	/* The first cost line has none before it to count from. */
	if (!w->previous) {
		pq_out_str(w->out, absolute);
		return;
	}
	if (address == w->previous->address) {
		pq_out_str(w->out, "*");
		return;
	}
	m = snprintf(relative, sizeof(relative), "%+lld",
		     (long long)(address - w->previous->address));
	pq_out_str(w->out, m < n ? relative : absolute);
}

static int64_t scale_cost(const struct callgrind_writer *w, int64_t value)
{
	return pq_trunc(
		pq_unit_scale(value, w->v->sample_unit, w->v->output_unit)
			.value);
}

static void print_call_lines(struct callgrind_writer *w,
			     const struct pq_edge *e)
{
	const struct pq_graph *g = &w->v->graph;
	const struct pq_node *callee = &g->nodes.at[e->to];

	print_name_field(w, "cfl=", &w->files,
			 pq_intern_text(&g->texts, callee->file));
	print_name_field(w, "cfn=", &w->functions, w->names[e->to]);
	/* The graph does not count calls: the reference writes 0, too. */
	pq_out_str(w->out, "calls=0 ");
	print_address(w, callee->address);
	pq_out_printf(w->out, " %lld\n* * %lld\n", (long long)callee->line,
		      (long long)scale_cost(w, e->weight));
}

static void print_cost_line(struct callgrind_writer *w, const struct pq_node *n)
{
	const struct pq_graph *g = &w->v->graph;
	const struct pq_node *p = w->previous;

	/* Fields that repeat the last node's are left out. */
	if (!p || n->objfile != p->objfile || n->file != p->file ||
	    n->name != p->name) {
		pq_out_str(w->out, "\n");
		print_name_field(w, "ob=", &w->objects,
				 pq_intern_text(&g->texts, n->objfile));
		print_name_field(w, "fl=", &w->files,
				 pq_intern_text(&g->texts, n->file));
		print_name_field(w, "fn=", &w->functions,
				 pq_intern_text(&g->texts, n->name));
	}

	/* Its own cost, then its calls. */
	print_address(w, n->address);
	pq_out_printf(w->out, " %lld %lld\n", (long long)n->line,
		      (long long)scale_cost(w, pq_node_flat(n)));
	for (uint32_t i = 0; i < n->n_out; i++)
		print_call_lines(
			w, &g->edges.at[g->edge_order.at[n->first_out + i]]);
	w->previous = n;
}

static void release_name_table(struct name_table *t)
{
	pq_intern_release(&t->names);
	pq_vec_release(&t->number);
}

static void callgrind_text(const void *rows, struct pq_out *out)
{
	const struct callgrind *c = rows;
	const struct pq_graph *g = &c->view->graph;
	struct callgrind_writer w;

	memset(&w, 0, sizeof(w));
	w.v = c->view;
	w.out = out;
	w.names = c->names;
	pq_intern_init(&w.objects.names, NULL);
	pq_intern_init(&w.files.names, NULL);
	pq_intern_init(&w.functions.names, NULL);

	/* The header names the positions and the event. */
	pq_out_str(out, "positions: instr line\nevents: ");
	if (c->view->o.shape.mean)
		pq_out_str(out, "mean_");
	pq_out_text(out, c->view->type);
	pq_out_str(out, "(");
	pq_out_text(out, c->view->output_unit);
	pq_out_str(out, ")\n");

	/* The nodes, in the order of the report. */
	for (size_t i = 0; i < g->listed.n && !pq_out_stopped(out); i++)
		print_cost_line(&w, &g->nodes.at[g->listed.at[i]]);
	release_name_table(&w.objects);
	release_name_table(&w.files);
	release_name_table(&w.functions);
}

const struct pq_report pq_emit_callgrind = {
	.view = { .never_trims = true,
		  .with_edges = true,
		  .object_names = true,
		  .granularity = PQ_GRANULARITY_ADDRESSES,
		  .call_tree = true,
		  .finest_unit = true },
	.extension = "callgraph.out",
	.build = callgrind_build,
	.text = callgrind_text,
};
