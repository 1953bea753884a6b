#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "base/vec.h"
#include "report/report.h"
#include "report/cells.h"
#include "report/missing_sources.h"
#include "source/source.h"

#include "base/banned.h"

/* list: the source of matching functions, each line with its values. */

/* Lines shown before the first and after the last one with a value. */
#define MARGIN 5

struct source_line {
	int64_t flat, cum, number;
	struct pq_text text;
};

/* A function in one file. */
struct routine {
	struct pq_text name, file;
	int64_t flat, cum;
	struct pq_text error;
	struct source_line *lines;
	size_t n_lines;
};

struct list {
	const struct pq_view *view;
	struct routine *routines;
	size_t n;
};

struct listing {
	const struct pq_report_input *in;
	struct pq_sources *sources;
	PQ_VEC(const struct pq_node *) nodes; /* that match */
	struct pq_missing_sources missing;
};

/* ---- which nodes ---- */

static int compare_routine_names(const struct pq_graph *g,
				 const struct pq_node *a,
				 const struct pq_node *b)
{
	int order = pq_text_compare(pq_intern_text(&g->texts, a->name),
				    pq_intern_text(&g->texts, b->name));

	if (!order)
		order = pq_text_compare(pq_intern_text(&g->texts, a->file),
					pq_intern_text(&g->texts, b->file));
	return order;
}

static int by_name_and_file(const void *x, const void *y, void *ctx)
{
	const struct pq_node *a = *(const struct pq_node *const *)x;
	const struct pq_node *b = *(const struct pq_node *const *)y;
	int order = compare_routine_names(ctx, a, b);

	/* nodes of one routine in the order they were met */
	return order ? order : (a > b) - (a < b);
}

static void find_nodes(struct listing *l)
{
	struct pq_graph *g = &l->in->view->graph;

	for (size_t i = 0; i < g->listed.n; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];

		if (pq_regex_match(l->in->regex,
				   pq_intern_text(&g->texts, n->name)))
			*pq_vec_push(&l->nodes) = n;
	}
	if (l->nodes.n)
		qsort_r(l->nodes.at, l->nodes.n, sizeof(*l->nodes.at),
			by_name_and_file, g);
}

/* ---- which lines ---- */

static int64_t add_clamped(int64_t line, int64_t add)
{
	int64_t sum;

	if (__builtin_add_overflow(line, add, &sum))
		return add < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

/* The reference's rule, which widens either the start or the end. */
static void find_range(const struct pq_node *const *nodes, size_t n,
		       int64_t *start, int64_t *end)
{
	const struct pq_node *first = nodes[0];

	*start = first->start_line ? first->start_line
				   : add_clamped(first->line, -MARGIN);
	*end = add_clamped(first->line, MARGIN);
	for (size_t i = 0; i < n; i++) {
		int64_t from = nodes[i]->start_line;
		int64_t to = add_clamped(nodes[i]->line, MARGIN);

		/* A function whose start is unknown begins a margin before. */
		if (!from)
			from = add_clamped(nodes[i]->line, -MARGIN);
		if (from < *start)
			*start = from;
		else if (to > *end)
			*end = to;
	}
	if (*start < 1)
		*start = 1;
}

static struct pq_text keep_in_listing(const struct listing *l,
				      struct pq_text text)
{
	return pq_arena_text(l->in->arena, text);
}

static void fill_lines(struct listing *l, struct routine *r,
		       const struct pq_source_file *file, int64_t start,
		       int64_t end)
{
	if (end > (int64_t)file->n_lines)
		end = (int64_t)file->n_lines;
	if (start > end)
		return;
	r->n_lines = (size_t)(end - start + 1);
	r->lines = PQ_ARENA_NEW(l->in->arena, struct source_line, r->n_lines);
	/* Values are added when all lines are there. */
	for (size_t i = 0; i < r->n_lines; i++) {
		struct source_line *line = &r->lines[i];

		line->flat = line->cum = 0;
		line->number = start + (int64_t)i;
		line->text = keep_in_listing(l, file->lines[line->number - 1]);
	}
}

static void add_line_values(struct routine *r, const struct pq_node *n)
{
	int64_t at;

	if (!r->n_lines || n->line < r->lines[0].number)
		return;
	at = n->line - r->lines[0].number;
	/* A file that is shorter than the profile says has no such line. */
	if (at >= (int64_t)r->n_lines)
		return;
	r->lines[at].flat = pq_add(r->lines[at].flat, n->flat);
	r->lines[at].cum = pq_add(r->lines[at].cum, n->cum);
}

/*
 * "Method" of "pkg.(*T[...]).Method", "f" of "ns::f"; empty where the first
 * line does not tell: closures, wrappers and what Go makes by itself.
 */
static struct pq_text find_declared_name(struct pq_text name)
{
	size_t end = pq_text_find(name, 0, "[...]"), dot = 0;
	struct pq_text last;

	if (end < name.len && end + strlen("[...]") < name.len)
		end = name.len; /* the type's, not the function's */
	/* Qualifiers reach to the last dot or colon before the brackets. */
	for (size_t i = 0; i < end; i++)
		if (name.bytes[i] == '.' || name.bytes[i] == ':')
			dot = i + 1;
	last = pq_text_slice(name, dot, end);
	/* A digit or a hyphen is of func1 or -fm, which Go made up. */
	for (size_t i = 0; i < last.len; i++)
		if (last.bytes[i] == '-' || pq_is_digit(last.bytes[i]))
			return PQ_TEXT("");
	return pq_text_is(last, "init") ? PQ_TEXT("") : last;
}

static bool contains_name(struct pq_text line, struct pq_text name)
{
	return line.len &&
	       memmem(line.bytes, line.len, name.bytes, name.len) != NULL;
}

/*
 * False when line `at` declares another function, or another line this one, or
 * there are functions and nothing that has its name: a linker's name stands at
 * least in a comment.
 */
static bool declares_at(const struct pq_source_file *file, int64_t at,
			struct pq_text name)
{
	bool elsewhere = pq_text_starts(file->lines[at - 1], "func ");
	bool has_functions = false, is_named = false;

	if (contains_name(file->lines[at - 1], name))
		return true;
	for (size_t i = 0; i < file->n_lines && !elsewhere; i++) {
		bool declares = pq_text_starts(file->lines[i], "func ");
		bool has_name = contains_name(file->lines[i], name);

		elsewhere = declares && has_name;
		has_functions |= declares;
		is_named |= has_name;
	}
	return !elsewhere && (is_named || !has_functions);
}

/*
 * The line that declares the routine: Go says it from version 1.20 on, and for
 * those before it is the declaration that its first line stands below.  0 where
 * there is none.
 */
static int64_t find_declaration(const struct pq_node *const *nodes, size_t n,
				const struct pq_source_file *file)
{
	int64_t at = nodes[0]->start_line;

	if (at)
		return at > 0 && at <= (int64_t)file->n_lines ? at : 0;
	at = nodes[0]->line;
	for (size_t i = 1; i < n; i++)
		if (nodes[i]->line < at)
			at = nodes[i]->line;
	while (at > 0 && !pq_text_starts(file->lines[at - 1], "func "))
		at--;
	return at > 0 ? at : 0;
}

/*
 * Lines of another version of the file would stand beside numbers that are
 * not theirs.
 */
static bool is_plausible_source(const struct routine *r,
				const struct pq_node *const *nodes, size_t n,
				const struct pq_source_file *file)
{
	struct pq_text declared = find_declared_name(r->name);
	bool is_go =
		r->file.len > 3 &&
		pq_text_is(pq_text_slice(r->file, r->file.len - 3, r->file.len),
			   ".go");
	int64_t at;

	/* A file that is too short for a line is of another version. */
	for (size_t i = 0; i < n; i++)
		if (nodes[i]->line > (int64_t)file->n_lines)
			return false;
	if (!is_go || !declared.len)
		return true;
	at = find_declaration(nodes, n, file);
	return !at || declares_at(file, at, declared);
}

static void say_misfit(struct listing *l, struct pq_text name,
		       struct pq_text path)
{
	struct pq_buf b = { 0 };

	pq_buf_text(&b, path);
	pq_buf_str(&b, " does not fit the profile (another version?): ");
	pq_buf_text(&b, name);
	pq_buf_str(&b, " is not where the profile says");
	pq_log_text(l->in->log, pq_buf_view(&b));
	pq_buf_release(&b);
}

static void fill_routine(struct listing *l, struct routine *r,
			 const struct pq_node *const *nodes, size_t n)
{
	const struct pq_graph *g = &l->in->view->graph;
	const struct pq_source_file *file;
	int64_t start, end;
	bool fresh, plausible;

	r->name = pq_intern_text(&g->texts, nodes[0]->name);
	r->file = pq_intern_text(&g->texts, nodes[0]->file);
	for (size_t i = 0; i < n; i++) {
		r->flat = pq_add(r->flat, nodes[i]->flat);
		r->cum = pq_add(r->cum, nodes[i]->cum);
	}
	if (!r->file.len)
		return;
	find_range(nodes, n, &start, &end);
	/* Only the first routine of a file says that it is missing. */
	fresh = !pq_sources_known(l->sources, r->file);
	/* With nothing to show a file is not looked for, as in the reference. */
	if (start > end && fresh)
		return;
	file = pq_sources_find(l->sources, r->file);
	if (!file->found) {
		r->error = keep_in_listing(l, file->error);
		if (fresh)
			pq_missing_source_say(&l->missing, r->file, file);
		return;
	}
	plausible = is_plausible_source(r, nodes, n, file);
	if (!plausible)
		say_misfit(l, r->name, file->path);
	/* Another version's text is no help where it was only come across. */
	if (!plausible && file->guessed) {
		r->error = keep_in_listing(l, file->error);
		return;
	}
	fill_lines(l, r, file, start, end);
	for (size_t i = 0; i < n; i++)
		add_line_values(r, nodes[i]);
}

/*
 * A function with sources in some files and none in others shows only those
 * with; one without any is a line of its own.
 */
static bool is_shadowed(const struct listing *l, size_t from, size_t to)
{
	const struct pq_node *n = l->nodes.at[from];

	return !n->file && to < l->nodes.n && l->nodes.at[to]->name == n->name;
}

static void fill_routines(struct listing *l, struct list *list)
{
	const struct pq_graph *g = &l->in->view->graph;
	size_t from = 0;

	while (from < l->nodes.n) {
		size_t to = from + 1;

		/* Nodes of one function and file are neighbors. */
		while (to < l->nodes.n &&
		       !compare_routine_names(g, l->nodes.at[from],
					      l->nodes.at[to]))
			to++;
		if (!is_shadowed(l, from, to))
			fill_routine(l, &list->routines[list->n++],
				     l->nodes.at + from, to - from);
		from = to;
	}
}

static void *list_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct listing l = { .in = in };
	struct list *list = pq_arena_zeroed(in->arena, sizeof(*list));

	list->view = in->view;
	pq_graph_init(&in->view->graph, in->view->p, &in->view->o.shape);
	pq_graph_sum(&in->view->graph);
	find_nodes(&l);
	if (!l.nodes.n)
		return pq_report_no_match(in, err);
	/* A file is searched for once, for all of its functions. */
	l.sources = pq_sources_new(
		in->view->o.shape.source_path, in->view->o.shape.trim_path,
		pq_string(in->view->p, in->view->p->go_version));
	l.missing.log = in->log;
	l.missing.sources = l.sources;
	/* At most one routine a node: grouping makes them fewer. */
	list->routines = pq_arena_zeroed(
		in->arena, pq_size_mul(l.nodes.n, sizeof(*list->routines)));
	fill_routines(&l, list);
	/* Files that are missing are summed up when all are known. */
	pq_missing_sources_end(&l.missing);
	pq_sources_free(l.sources);
	pq_vec_release(&l.nodes);
	return list;
}

/* ---- text ---- */

static void print_line_value(struct pq_cells *c, int64_t value)
{
	if (value)
		pq_cells_value(c, value, 10);
	else
		pq_out_str(c->out, "         .");
}

static void print_routine(struct pq_cells *c, const struct routine *r)
{
	struct pq_out *out = c->out;

	if (!r->file.len) {
		pq_out_str(out, "No source information for ");
		pq_out_text(out, r->name);
		pq_out_str(out, "\n");
		return;
	}
	/* The heading: name, file, values, and the error if there is one. */
	pq_out_str(out, "ROUTINE ======================== ");
	pq_out_text(out, r->name);
	pq_out_str(out, " in ");
	pq_out_text(out, r->file);
	pq_out_str(out, "\n");
	pq_cells_value(c, r->flat, 10);
	pq_out_str(out, " ");
	pq_cells_value(c, r->cum, 10);
	pq_out_str(out, " (flat, cum) ");
	pq_cells_share(c, r->cum, c->view->total);
	pq_out_str(out, " of Total\n");
	if (r->error.len) {
		pq_out_str(out, " Error: ");
		pq_out_text(out, r->error);
		pq_out_str(out, "\n");
	}
	/* The lines: those with a value stand out. */
	for (size_t i = 0; i < r->n_lines; i++) {
		const struct source_line *line = &r->lines[i];

		if (line->cum)
			pq_out_style(out, PQ_STYLE_BOLD);
		print_line_value(c, line->flat);
		pq_out_str(out, " ");
		print_line_value(c, line->cum);
		pq_out_printf(out, " %6lld:", (long long)line->number);
		pq_out_text(out, line->text);
		if (line->cum)
			pq_out_style(out, PQ_STYLE_NONE);
		pq_out_str(out, "\n");
	}
}

static void list_text(const void *rows, struct pq_out *out)
{
	const struct list *list = rows;
	struct pq_cells c = { .view = list->view, .out = out };

	pq_out_str(out, "Total: ");
	pq_cells_value(&c, list->view->total, 0);
	pq_out_str(out, "\n");
	for (size_t i = 0; i < list->n; i++)
		print_routine(&c, &list->routines[i]);
	pq_cells_release(&c);
}

static const struct pq_column line_columns[] = {
	{ "line", PQ_COLUMN_INT, "number of the line, from 1",
	  .heading = "Line", .width = 6 },
	{ "flat", PQ_COLUMN_VALUE, "value of the line itself",
	  .heading = "Flat", .width = 10 },
	{ "cum", PQ_COLUMN_VALUE, "value with everything it calls",
	  .heading = "Cum", .width = 10 },
	{ "text", PQ_COLUMN_TEXT, "the line", .heading = "Text", .width = 24 },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column columns[] = {
	{ "name", PQ_COLUMN_TEXT, "name of the function", .heading = "Name",
	  .width = 24 },
	{ "file", PQ_COLUMN_TEXT, "its file; empty when not known",
	  .heading = "File", .width = 24 },
	{ "flat", PQ_COLUMN_VALUE, "value of the function itself",
	  .heading = "Flat", .width = 10 },
	{ "cum", PQ_COLUMN_VALUE, "sum of the cumulative values of its lines",
	  .heading = "Cum", .width = 10 },
	{ "error", PQ_COLUMN_TEXT, "why there are no lines; empty when fine",
	  .heading = "Error", .width = 12 },
	{ "lines", PQ_COLUMN_LIST, "the source around its lines",
	  .heading = "Lines", .items = line_columns },
	{ .kind = PQ_COLUMN_END },
};

static void list_put(const void *rows, struct pq_rows *w)
{
	const struct list *list = rows;

	for (size_t i = 0; i < list->n && !pq_rows_stopped(w); i++) {
		const struct routine *r = &list->routines[i];

		pq_rows_begin(w);
		pq_rows_text(w, r->name);
		pq_rows_text(w, r->file);
		pq_rows_value(w, r->flat);
		pq_rows_value(w, r->cum);
		pq_rows_text(w, r->error);
		/* Lines are rows within the row. */
		pq_rows_list(w);
		for (size_t j = 0; j < r->n_lines; j++) {
			pq_rows_begin(w);
			pq_rows_int(w, r->lines[j].number);
			pq_rows_value(w, r->lines[j].flat);
			pq_rows_value(w, r->lines[j].cum);
			pq_rows_text(w, r->lines[j].text);
			pq_rows_end(w);
		}
		pq_rows_list_end(w);
		pq_rows_end(w);
	}
}

const struct pq_report pq_report_list = {
	.view = { .never_trims = true,
		  .object_names = true,
		  .granularity = PQ_GRANULARITY_LINES },
	.rights = { .reads_files = true },
	.build = list_build,
	.text = list_text,
	.sections = { { "rows", "matching functions by name and file", columns,
			list_put } },
};
