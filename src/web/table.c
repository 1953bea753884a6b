#include "web/table.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/units.h"
#include "render/xml_text.h"
#include "web/params.h"

#include "base/banned.h"

/* ---- rows are taken down, one at a time ---- */

struct row_cell {
	const struct pq_column *column;
	int64_t integer;
	double real;
	bool truth;
	struct pq_text text;
	struct taken_row *first, *last; /* items of a list */
	size_t n;			/* in the list */
};

struct taken_row {
	struct row_cell *cells;
	size_t n_cells;
	struct taken_row *next;
};

struct table_writer {
	struct pq_rows rows; /* first, as the callbacks get it */
	const struct pq_web_table *t;
	struct pq_out *to;
	struct pq_out *out; /* `to', or while a row is printed `one' */
	struct pq_out one;
	struct pq_arena arena;
	struct pq_buf scratch;
	struct taken_row *row[PQ_ROWS_DEPTH + 1]; /* under way, by depth */
	struct pq_web_rows n;
	bool is_full;
	void (*print)(struct table_writer *w, const struct taken_row *row);
	bool has_no_links; /* names of the row are in no other view */
};

static struct table_writer *writer_of(struct pq_rows *w)
{
	return (struct table_writer *)w;
}

static size_t count_columns(const struct pq_column *columns)
{
	size_t n = 0;

	while (columns[n].kind != PQ_COLUMN_END)
		n++;
	return n;
}

static struct row_cell *last_cell(const struct taken_row *row)
{
	return &row->cells[row->n_cells - 1];
}

static void append_to_list(struct row_cell *list, struct taken_row *row)
{
	if (list->last)
		list->last->next = row;
	else
		list->first = row;
	list->last = row;
	list->n++;
}

static void begin_taken_row(struct pq_rows *rows)
{
	struct table_writer *w = writer_of(rows);
	struct taken_row *row = pq_arena_zeroed(&w->arena, sizeof(*row));
	size_t n = count_columns(rows->columns[rows->depth]);

	row->cells =
		pq_arena_zeroed(&w->arena, (n ? n : 1) * sizeof(*row->cells));
	/* Rows inside a row are items of the list that is under way. */
	if (rows->depth)
		append_to_list(last_cell(w->row[rows->depth - 1]), row);
	w->row[rows->depth] = row;
}

static bool is_row_shown(const struct table_writer *w)
{
	return !w->is_full && w->n.of >= w->t->from &&
	       (!w->t->most || w->n.shown < w->t->most);
}

/* Rows of some reports are stacks, or have a hundred callers. */
static void put_row_if_room(struct table_writer *w)
{
	const struct pq_buf *row = &w->one.buf;

	w->out = &w->one;
	w->print(w, w->row[0]);
	w->out = w->to;
	w->is_full = w->n.shown && w->n.bytes + row->len > w->t->room;
	if (!w->is_full) {
		pq_out_raw(w->to, pq_unchecked_bytes(row->data), row->len);
		w->n.bytes += row->len;
		w->n.shown++;
	}
	pq_buf_clear(&w->one.buf);
}

static void end_taken_row(struct pq_rows *rows)
{
	struct table_writer *w = writer_of(rows);

	if (rows->depth)
		return;
	/* A whole row is printed at once, or left out by paging. */
	if (is_row_shown(w))
		put_row_if_room(w);
	w->n.of++;
	pq_arena_reset(&w->arena);
}

/* A value of a list of values: a row of one cell that has no column. */
static struct row_cell *item_cell(struct table_writer *w, struct row_cell *list)
{
	struct taken_row *item = pq_arena_zeroed(&w->arena, sizeof(*item));

	item->cells = pq_arena_zeroed(&w->arena, sizeof(*item->cells));
	item->n_cells = 1;
	append_to_list(list, item);
	return item->cells;
}

/* The cell of the value that comes; items of a list have no name. */
static struct row_cell *next_cell(struct pq_rows *rows, const char *name)
{
	struct table_writer *w = writer_of(rows);
	struct taken_row *row = w->row[rows->depth];

	if (!name)
		return item_cell(w, last_cell(w->row[rows->depth - 1]));
	/* The column of that name says how the cell is shown. */
	row->n_cells++;
	for (const struct pq_column *c = rows->columns[rows->depth];
	     c->kind != PQ_COLUMN_END; c++)
		if (!strcmp(c->name, name))
			last_cell(row)->column = c;
	return last_cell(row);
}

static void take_cell_int(struct pq_rows *w, const char *name, int64_t value)
{
	next_cell(w, name)->integer = value;
}

static void take_cell_real(struct pq_rows *w, const char *name, double value)
{
	next_cell(w, name)->real = value;
}

static void take_cell_text(struct pq_rows *w, const char *name,
			   struct pq_text value)
{
	/* An address is printed into room that is gone when the row ends. */
	next_cell(w, name)->text = pq_arena_text(&writer_of(w)->arena, value);
}

static void take_cell_bool(struct pq_rows *w, const char *name, bool value)
{
	next_cell(w, name)->truth = value;
}

static void begin_table_list(struct pq_rows *w, const char *name)
{
	next_cell(w, name);
}

static void end_table_list(struct pq_rows *w)
{
	(void)w;
}

/* A record is a list of one row. */
static void begin_table_record(struct pq_rows *rows, const char *name)
{
	struct table_writer *w = writer_of(rows);
	struct row_cell *cell = next_cell(rows, name);
	struct taken_row *row = pq_arena_zeroed(&w->arena, sizeof(*row));
	size_t n = count_columns(cell->column->items);

	row->cells =
		pq_arena_zeroed(&w->arena, (n ? n : 1) * sizeof(*row->cells));
	append_to_list(cell, row);
	w->row[rows->depth + 1] = row;
}

static void end_table_record(struct pq_rows *w)
{
	(void)w;
}

static bool is_table_stopped(struct pq_rows *w)
{
	return pq_out_stopped(writer_of(w)->to);
}

static const struct pq_rows_ops table_ops = {
	.begin_row = begin_taken_row,
	.end_row = end_taken_row,
	.integer = take_cell_int,
	.value = take_cell_int,
	.real = take_cell_real,
	.text = take_cell_text,
	.boolean = take_cell_bool,
	.begin_list = begin_table_list,
	.end_list = end_table_list,
	.begin_record = begin_table_record,
	.end_record = end_table_record,
	.stopped = is_table_stopped,
};

/* ---- texts ---- */

static void put_cell_escaped(struct table_writer *w, struct pq_text text)
{
	pq_buf_clear(&w->scratch);
	pq_xml_text(&w->scratch, text);
	pq_out_raw(w->out, pq_unchecked_bytes(w->scratch.data), w->scratch.len);
}

static void quote_text(struct pq_buf *to, struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.bytes[i];

		if (c && strchr("\\.+*?()|[]{}^$", c))
			pq_buf_char(to, '\\');
		pq_buf_char(to, c);
	}
}

void pq_web_quote_regex(struct pq_buf *to, struct pq_text name)
{
	pq_buf_char(to, '^');
	quote_text(to, name);
	pq_buf_char(to, '$');
}

/* Expressions that match a row's label as peek prints it: with its line. */
static void quote_label(struct pq_buf *to, enum pq_granularity g,
			struct pq_text label)
{
	static const char any_line[] = "(:[0-9]+)*$";
	size_t blank = pq_text_find(label, 0, " ");

	switch (g) {
	case PQ_ADDRESSES:
		/* The address comes first, and is in no label of a line. */
		if (blank < label.len)
			label = pq_text_slice(label, blank + 1, label.len);
		pq_web_quote_regex(to, label);
		break;
	case PQ_FILEFUNCTIONS:
	case PQ_FILES:
		pq_buf_str(to, g == PQ_FILES ? "(^| )" : "^");
		quote_text(to, label);
		pq_buf_str(to, any_line);
		break;
	default:
		pq_web_quote_regex(to, label);
	}
}

/*
 * A link to the callers and callees of what the expression matches.  The
 * parameter is f, which filters the samples by functions too, or arg.
 */
static void put_peek_link(struct table_writer *w, const char *param,
			  struct pq_text expression, const char *more,
			  struct pq_text shown)
{
	struct pq_buf link = { 0 };

	pq_params_put_one(&link, param, expression);
	pq_buf_str(&link, more);
	/* What this report did not trim is not trimmed there either. */
	if (w->t->view->o.nodefraction <= 0)
		pq_buf_str(&link, "&trim=f");
	pq_out_str(w->out, "<a href=\"/ui/peek?");
	put_cell_escaped(w, pq_buf_view(&link));
	if (w->t->link.len)
		pq_out_str(w->out, "&amp;");
	put_cell_escaped(w, w->t->link);
	pq_out_str(w->out, "\">");
	put_cell_escaped(w, shown);
	pq_out_str(w->out, "</a>");
	pq_buf_release(&link);
}

/* Of a function: `more' are further parameters. */
static void put_function_link(struct table_writer *w, struct pq_text name,
			      const char *more, struct pq_text shown)
{
	struct pq_buf quoted = { 0 };

	pq_web_quote_regex(&quoted, name);
	put_peek_link(w, "f", pq_buf_view(&quoted), more, shown);
	pq_buf_release(&quoted);
}

/* A label with a place in it is no name of a function to filter by. */
static void put_name(struct table_writer *w, struct pq_text name)
{
	enum pq_granularity g = w->t->view->o.shape.granularity;
	struct pq_buf quoted = { 0 };

	if (w->has_no_links) {
		put_cell_escaped(w, name);
		return;
	}
	quote_label(&quoted, g, name);
	put_peek_link(w, g == PQ_FUNCTIONS ? "f" : "arg", pq_buf_view(&quoted),
		      "", name);
	pq_buf_release(&quoted);
}

static void put_table_value(struct table_writer *w, int64_t value)
{
	struct pq_buf shown = { 0 };

	pq_view_value(w->t->view, &shown, value);
	put_cell_escaped(w, pq_buf_view(&shown));
	pq_buf_release(&shown);
}

static void put_table_share(struct table_writer *w, int64_t value,
			    int64_t whole)
{
	struct pq_buf shown = { 0 };

	pq_percentage_trimmed(&shown, value, whole);
	put_cell_escaped(w, pq_buf_view(&shown));
	pq_buf_release(&shown);
}

/* ---- cells ---- */

static const struct row_cell *cell_named(const struct taken_row *row,
					 const char *name)
{
	for (size_t i = 0; i < row->n_cells; i++)
		if (row->cells[i].column &&
		    !strcmp(row->cells[i].column->name, name))
			return &row->cells[i];
	return NULL;
}

static bool is_list(const struct pq_column *c)
{
	return c->kind >= PQ_COLUMN_INTS;
}

/* The unit of a value, where its row says it. */
static struct pq_text unit_of_row(const struct taken_row *row,
				  const struct pq_column *c)
{
	for (size_t i = 0; c->unit_in && i < row->n_cells; i++)
		if (!strcmp(row->cells[i].column->name, c->unit_in))
			return row->cells[i].text;
	return PQ_TEXT("");
}

static void put_value_of_row(struct table_writer *w,
			     const struct taken_row *row,
			     const struct row_cell *cell, int64_t value)
{
	struct pq_buf shown = { 0 };

	if (!cell->column->unit_in) {
		put_table_value(w, value);
		return;
	}
	pq_unit_label(&shown, value, unit_of_row(row, cell->column),
		      PQ_TEXT("auto"));
	put_cell_escaped(w, pq_buf_view(&shown));
	pq_buf_release(&shown);
}

static void put_number_of_real(struct table_writer *w, double value)
{
	if (value - value != 0) /* unknown */
		return;
	pq_out_printf(w->out, "%.6g", value);
}

/* To be read; attributes have more digits. */
static void put_shown_real(struct table_writer *w, double value)
{
	if (value - value != 0) /* unknown */
		return;
	pq_out_printf(w->out, value < 1000 ? "%.4g" : "%.0f", value);
}

/* The integer of that column; `none' where there is no such column. */
static int64_t number_in_row(const struct taken_row *row, const char *name,
			     int64_t none)
{
	const struct row_cell *cell = cell_named(row, name);

	return cell ? cell->integer : none;
}

/* Rows of a comparison: of many functions, of all, or of one that is gone. */
static bool has_no_peek(const struct table_writer *w,
			const struct taken_row *row)
{
	if (!cell_named(row, "summed"))
		return false;
	return number_in_row(row, "summed", 0) ||
	       !number_in_row(row, "new", 0) ||
	       !strcmp(w->t->section->name, "change");
}

/* A place says which function it is in; groups of others have none. */
static void put_row_name(struct table_writer *w, const struct taken_row *row,
			 struct pq_text name)
{
	const struct row_cell *function = cell_named(row, "function");
	bool is_dead = !number_in_row(row, "live_space", 1);

	if (has_no_peek(w, row) || (function && !function->text.len))
		put_cell_escaped(w, name);
	else if (!function)
		put_name(w, name);
	else
		/* Callers of what is not alive are those who allocated it. */
		put_function_link(w, function->text,
				  is_dead ? "&si=alloc_space" : "", name);
}

static void put_cell(struct table_writer *w, const struct taken_row *row,
		     const struct row_cell *cell)
{
	const struct pq_column *c = cell->column;

	/* Numbers that are not known have an empty cell. */
	switch (c->kind) {
	case PQ_COLUMN_INT:
		pq_out_int(w->out, cell->integer, 0);
		break;
	case PQ_COLUMN_VALUE:
		put_value_of_row(w, row, cell, cell->integer);
		break;
	case PQ_COLUMN_REAL:
		put_shown_real(w, cell->real);
		break;
	case PQ_COLUMN_REAL_VALUE:
		if (cell->real - cell->real == 0)
			put_value_of_row(w, row, cell, pq_trunc(cell->real));
		break;
	case PQ_COLUMN_BOOL:
		pq_out_str(w->out, cell->truth ? "yes" : "");
		break;
	default:
		if (!strcmp(c->name, "name"))
			put_row_name(w, row, cell->text);
		else
			put_cell_escaped(w, cell->text);
	}
}

/* data-COLUMN="..." of all that is no list. */
static void put_attributes(struct table_writer *w, const struct taken_row *row)
{
	for (size_t i = 0; i < row->n_cells; i++) {
		const struct row_cell *cell = &row->cells[i];

		if (is_list(cell->column))
			continue;
		pq_out_printf(w->out, " data-%s=\"", cell->column->name);
		/* Attributes have exact numbers: scripts sort by them. */
		if (cell->column->kind == PQ_COLUMN_INT ||
		    cell->column->kind == PQ_COLUMN_VALUE)
			pq_out_int(w->out, cell->integer, 0);
		else if (cell->column->kind == PQ_COLUMN_TEXT)
			put_cell_escaped(w, cell->text);
		else if (cell->column->kind == PQ_COLUMN_BOOL)
			pq_out_str(w->out, cell->truth ? "t" : "f");
		else
			put_number_of_real(w, cell->real);
		pq_out_str(w->out, "\"");
	}
}

/* ---- lists in cells ---- */

static bool is_item_cell_empty(const struct row_cell *cell)
{
	switch (cell->column->kind) {
	case PQ_COLUMN_TEXT:
		return !cell->text.len;
	case PQ_COLUMN_BOOL:
		return !cell->truth;
	default:
		return is_list(cell->column);
	}
}

static void put_list_item(struct table_writer *w, const struct taken_row *item)
{
	bool any = false;

	for (size_t i = 0; i < item->n_cells; i++) {
		const struct row_cell *cell = &item->cells[i];

		/* Lists in an item, and empty texts, would leave blanks. */
		if (cell->column && is_item_cell_empty(cell))
			continue;
		if (any)
			pq_out_str(w->out, " ");
		any = true;
		/* No heading says what is so. */
		if (cell->column && cell->column->kind == PQ_COLUMN_BOOL)
			pq_out_printf(w->out, "(%s)", cell->column->name);
		else if (cell->column)
			put_cell(w, item, cell);
		else if (cell->text.len)
			put_cell_escaped(w, cell->text);
		else
			pq_out_int(w->out, cell->integer, 0);
	}
}

static void put_list_cell(struct table_writer *w, const struct row_cell *cell)
{
	pq_out_str(w->out, "<ul>");
	for (const struct taken_row *item = cell->first; item;
	     item = item->next) {
		pq_out_str(w->out, "<li>");
		put_list_item(w, item);
		pq_out_str(w->out, "</li>");
	}
	pq_out_str(w->out, "</ul>");
}

/* ---- a plain table ---- */

/*
 * A page has room for so many columns; the attributes of a row have them all.
 * A row that is named by its place has the parts of it in the name already.
 */
enum { MOST_COLUMNS = 10 };

static bool is_part_of_place(const struct pq_column *c)
{
	static const char *const parts[] = { "function",   "file",
					     "line",	   "owner",
					     "owner_file", "owner_line" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!strcmp(c->name, parts[i]))
			return true;
	return false;
}

static bool is_named_by_place(const struct pq_column *columns)
{
	return !strcmp(columns[0].name, "name") &&
	       columns[1].kind != PQ_COLUMN_END &&
	       !strcmp(columns[1].name, "function");
}

/* Whether a column has a heading and cells; n counts those that have. */
static bool is_column_shown(const struct pq_column *all,
			    const struct pq_column *c, size_t *n)
{
	if (*n >= MOST_COLUMNS ||
	    (is_named_by_place(all) && is_part_of_place(c)))
		return false;
	/* A value for each file is what the chart above shows. */
	if (c->kind == PQ_COLUMN_VALUES && is_named_by_place(all))
		return false;
	(*n)++;
	return true;
}

static bool has_share(const struct pq_column *c)
{
	return !strcmp(c->name, "flat") || !strcmp(c->name, "cum") ||
	       !strcmp(c->name, "sum");
}

static void put_plain_cell(struct table_writer *w, const struct taken_row *row,
			   const struct row_cell *cell)
{
	pq_out_str(w->out, pq_column_is_number(cell->column)
				   ? "<td class=\"n\">"
				   : "<td>");
	if (is_list(cell->column))
		put_list_cell(w, cell);
	else
		put_cell(w, row, cell);
	/* Shares of the whole stand beside their value. */
	if (cell->column->kind == PQ_COLUMN_VALUE && has_share(cell->column)) {
		pq_out_str(w->out, " <small>");
		put_table_share(w, cell->integer, w->t->view->total);
		pq_out_str(w->out, "</small>");
	}
	pq_out_str(w->out, "</td>");
}

static void print_plain_row(struct table_writer *w, const struct taken_row *row)
{
	size_t n = 0;

	/* A stack that sums up to nothing is left out elsewhere. */
	w->has_no_links = cell_named(row, "stack") &&
			  !number_in_row(row, "value", 1);
	pq_out_str(w->out, "<tr");
	put_attributes(w, row);
	pq_out_str(w->out, ">");
	for (size_t i = 0; i < row->n_cells; i++)
		if (is_column_shown(w->t->section->columns,
				    row->cells[i].column, &n))
			put_plain_cell(w, row, &row->cells[i]);
	pq_out_str(w->out, "</tr>\n");
}

static const char *heading_of(const struct pq_column *c)
{
	return c->heading ? c->heading : c->name;
}

/* A heading says by what rows are sorted, and is a button to sort by. */
static void put_heading(struct table_writer *w, const struct pq_column *c)
{
	bool sorted = w->t->sorted_by && !strcmp(w->t->sorted_by, c->name);

	pq_out_str(w->out, pq_column_is_number(c) ? "<th class=\"n\"" : "<th");
	pq_out_printf(w->out, " scope=\"col\" aria-sort=\"%s\" title=\"",
		      sorted ? "descending" : "none");
	put_cell_escaped(w, pq_text_of(c->help));
	pq_out_printf(w->out,
		      "\"><button type=\"button\" data-column=\"%s\">%s"
		      "</button></th>",
		      c->name, heading_of(c));
}

static void begin_table(struct table_writer *w)
{
	pq_out_str(w->out, "<div class=\"wide\" tabindex=\"0\" role=\"group\" "
			   "aria-label=\"");
	put_cell_escaped(w, pq_text_of(w->t->label));
	pq_out_str(w->out, ", scrolls\"><table aria-label=\"");
	put_cell_escaped(w, pq_text_of(w->t->label));
	pq_out_str(w->out, "\">\n<thead><tr>");
}

static void begin_plain_table(struct table_writer *w)
{
	const struct pq_column *all = w->t->section->columns;
	size_t n = 0;

	begin_table(w);
	for (const struct pq_column *c = all; c->kind != PQ_COLUMN_END; c++)
		if (is_column_shown(all, c, &n))
			put_heading(w, c);
	pq_out_str(w->out, "</tr></thead>\n<tbody>\n");
}

static void end_table(struct table_writer *w)
{
	pq_out_str(w->out, "</tbody></table></div>\n");
}

/* ---- callers above, callees below ---- */

static void put_relative(struct table_writer *w, struct pq_text name,
			 int64_t weight, const char *role, int64_t whole)
{
	pq_out_printf(w->out, "<tr class=\"%s\" data-role=\"%s\" data-name=\"",
		      role, role);
	put_cell_escaped(w, name);
	/* The cell shows the weight rounded; the attribute is exact. */
	pq_out_str(w->out, "\" data-weight=\"");
	pq_out_int(w->out, weight, 0);
	pq_out_str(w->out, "\"><td class=\"n\">");
	put_table_value(w, weight);
	pq_out_str(w->out, "</td><td class=\"n\">");
	put_table_share(w, weight, whole);
	pq_out_printf(w->out, "</td><td>%s</td><td>", role);
	put_name(w, name);
	pq_out_str(w->out, "</td></tr>\n");
}

static void put_relatives(struct table_writer *w, const struct row_cell *list,
			  const char *role, int64_t whole)
{
	for (const struct taken_row *r = list ? list->first : NULL; r;
	     r = r->next)
		put_relative(w, cell_named(r, "name")->text,
			     cell_named(r, "weight")->integer, role, whole);
}

static void print_relatives_row(struct table_writer *w,
				const struct taken_row *row)
{
	int64_t cum = cell_named(row, "cum")->integer;

	put_relatives(w, cell_named(row, "callers"), "caller", cum);
	put_relative(w, cell_named(row, "name")->text, cum, "self",
		     w->t->view->total);
	put_relatives(w, cell_named(row, "callees"), "callee", cum);
}

static void begin_relatives(struct table_writer *w)
{
	begin_table(w);
	pq_out_str(w->out,
		   "<th scope=\"col\" class=\"n\">Value</th>"
		   "<th scope=\"col\" class=\"n\">Share</th>"
		   "<th scope=\"col\">Role</th>"
		   "<th scope=\"col\">Name</th></tr></thead>\n<tbody>\n");
}

/* ---- a function and its lines ---- */

static void put_source_line(struct table_writer *w, const struct taken_row *l)
{
	const struct row_cell *text = cell_named(l, "text");
	int64_t flat = cell_named(l, "flat")->integer;
	int64_t cum = cell_named(l, "cum")->integer;

	pq_out_printf(w->out, "<tr%s", cum ? " class=\"hot\"" : "");
	/* Exact numbers are attributes, for scripts to sort by. */
	for (size_t i = 0; i < l->n_cells; i++)
		if (l->cells[i].column->kind <= PQ_COLUMN_VALUE) {
			pq_out_printf(w->out, " data-%s=\"",
				      l->cells[i].column->name);
			pq_out_int(w->out, l->cells[i].integer, 0);
			pq_out_str(w->out, "\"");
		}
	/* Lines without samples have empty cells. */
	pq_out_str(w->out, "><td class=\"n\">");
	if (flat)
		put_table_value(w, flat);
	pq_out_str(w->out, "</td><td class=\"n\">");
	if (cum)
		put_table_value(w, cum);
	pq_out_str(w->out, "</td><td class=\"n\">");
	pq_out_int(w->out, l->cells[0].integer, 0);
	pq_out_str(w->out, "</td><td><code>");
	put_cell_escaped(w, text ? text->text : PQ_TEXT(""));
	pq_out_str(w->out, "</code></td></tr>\n");
}

static void put_function_head(struct table_writer *w,
			      const struct taken_row *row)
{
	const struct row_cell *file = cell_named(row, "file");
	const struct row_cell *error = cell_named(row, "error");

	pq_out_str(w->out, "<section class=\"wide\" tabindex=\"0\" "
			   "data-function=\"");
	put_cell_escaped(w, cell_named(row, "name")->text);
	pq_out_str(w->out, "\" aria-label=\"");
	put_cell_escaped(w, cell_named(row, "name")->text);
	pq_out_str(w->out, "\"><h2>");
	put_name(w, cell_named(row, "name")->text);
	pq_out_str(w->out, "</h2><p>");
	put_table_value(w, cell_named(row, "flat")->integer);
	pq_out_str(w->out, " itself, ");
	put_table_value(w, cell_named(row, "cum")->integer);
	pq_out_str(w->out, " in all");
	if (file && file->text.len) {
		pq_out_str(w->out, ", ");
		put_cell_escaped(w, file->text);
	}
	pq_out_str(w->out, "</p>\n");
	/* A source that is missing says where it was looked for. */
	if (error && error->text.len) {
		pq_out_str(w->out, "<p role=\"status\">");
		put_cell_escaped(w, error->text);
		pq_out_str(w->out, "</p>\n");
	}
}

static void print_function(struct table_writer *w, const struct taken_row *row)
{
	const struct row_cell *lines = cell_named(row, "lines");

	put_function_head(w, row);
	/* Without a source there is no table, and the head said why. */
	if (lines->n) {
		pq_out_str(w->out,
			   "<table><thead><tr><th scope=\"col\" class=\"n\">"
			   "Flat</th><th scope=\"col\" class=\"n\">Cum</th>"
			   "<th scope=\"col\" class=\"n\">Line</th>"
			   "<th scope=\"col\">Text</th></tr></thead><tbody>\n");
		for (const struct taken_row *l = lines->first; l; l = l->next)
			put_source_line(w, l);
		pq_out_str(w->out, "</tbody></table>\n");
	}
	pq_out_str(w->out, "</section>\n");
}

/* ---- a routine and its instructions ---- */

static void put_code_row(struct table_writer *w, const struct taken_row *l)
{
	int64_t flat = cell_named(l, "flat")->integer;
	int64_t cum = cell_named(l, "cum")->integer;

	pq_out_printf(w->out, "<tr%s", cum ? " class=\"hot\"" : "");
	put_attributes(w, l);
	pq_out_str(w->out, "><td class=\"n\">");
	/* Instructions without samples have empty cells. */
	if (flat)
		put_table_value(w, flat);
	pq_out_str(w->out, "</td><td class=\"n\">");
	if (cum)
		put_table_value(w, cum);
	pq_out_str(w->out, "</td><td class=\"n\">");
	put_cell_escaped(w, cell_named(l, "address")->text);
	pq_out_str(w->out, "</td><td><code>");
	put_cell_escaped(w, cell_named(l, "text")->text);
	pq_out_str(w->out, "</code></td><td>");
	put_cell_escaped(w, pq_text_basename(cell_named(l, "file")->text));
	if (cell_named(l, "line")->integer)
		pq_out_printf(w->out, ":%lld",
			      (long long)cell_named(l, "line")->integer);
	pq_out_str(w->out, "</td></tr>\n");
}

static void print_routine_row(struct table_writer *w,
			      const struct taken_row *row)
{
	const struct row_cell *names = cell_named(row, "names");
	const struct row_cell *code = cell_named(row, "instructions");
	struct pq_text name = names->first ? names->first->cells[0].text
					   : PQ_TEXT("");

	pq_out_str(w->out, "<section class=\"wide\" tabindex=\"0\" "
			   "data-function=\"");
	put_cell_escaped(w, name);
	pq_out_str(w->out, "\" aria-label=\"");
	put_cell_escaped(w, name);
	pq_out_str(w->out, "\"><h2>");
	/* A symbol of the program, which need be no name in the profile. */
	put_cell_escaped(w, name);
	pq_out_str(w->out, "</h2><p>");
	put_table_value(w, cell_named(row, "flat")->integer);
	pq_out_str(w->out, " itself, ");
	put_table_value(w, cell_named(row, "cum")->integer);
	pq_out_str(w->out,
		   " in all</p>\n<table><thead><tr><th scope=\"col\" "
		   "class=\"n\">Flat</th><th scope=\"col\" class=\"n\">Cum"
		   "</th><th scope=\"col\" class=\"n\">Address</th>"
		   "<th scope=\"col\">Instruction</th>"
		   "<th scope=\"col\">Line</th></tr></thead><tbody>\n");
	for (const struct taken_row *l = code->first; l; l = l->next)
		put_code_row(w, l);
	pq_out_str(w->out, "</tbody></table></section>\n");
}

/* ---- findings, with the view that says more ---- */

static void begin_findings(struct table_writer *w)
{
	pq_out_str(w->out, "<ol class=\"findings\" aria-label=\"");
	put_cell_escaped(w, pq_text_of(w->t->label));
	pq_out_str(w->out, "\">\n");
}

static void put_more(struct table_writer *w, struct pq_text command)
{
	struct pq_buf link = { 0 };

	if (w->t->link_of && w->t->link_of(w->t->ctx, command, &link)) {
		pq_out_str(w->out, "<p><a href=\"");
		put_cell_escaped(w, pq_buf_view(&link));
		pq_out_str(w->out, "\">More</a> <code>");
	} else {
		pq_out_str(w->out, "<p>More: <code>");
	}
	put_cell_escaped(w, command);
	pq_out_str(w->out, "</code></p>");
	pq_buf_release(&link);
}

static void print_finding_row(struct table_writer *w,
			      const struct taken_row *row)
{
	const struct row_cell *evidence = cell_named(row, "evidence");
	const struct row_cell *site = cell_named(row, "site");

	pq_out_str(w->out, "<li");
	put_attributes(w, row);
	pq_out_str(w->out, "><h2>");
	put_cell_escaped(w, cell_named(row, "text")->text);
	pq_out_str(w->out, "</h2>");
	if (site->text.len) {
		pq_out_str(w->out, "<p><b>");
		put_cell_escaped(w, site->text);
		pq_out_str(w->out, "</b></p>");
	}
	put_list_cell(w, evidence);
	put_more(w, cell_named(row, "command")->text);
	pq_out_str(w->out, "</li>\n");
}

static void end_findings(struct table_writer *w)
{
	if (!w->n.of)
		pq_out_str(w->out, "<li>nothing found</li>\n");
	pq_out_str(w->out, "</ol>\n");
}

/* ---- lines of text ---- */

static void begin_line_list(struct table_writer *w)
{
	pq_out_str(w->out, "<ul class=\"lines\" aria-label=\"");
	put_cell_escaped(w, pq_text_of(w->t->label));
	pq_out_str(w->out, "\">\n");
}

static void print_line_row(struct table_writer *w, const struct taken_row *row)
{
	pq_out_str(w->out, "<li>");
	put_cell_escaped(w, row->cells[0].text);
	pq_out_str(w->out, "</li>\n");
}

static void end_line_list(struct table_writer *w)
{
	pq_out_str(w->out, "</ul>\n");
}

static void begin_nothing(struct table_writer *w)
{
	(void)w;
}

/* ---- the shape ---- */

static bool has_column_named(const struct pq_column *columns, const char *name)
{
	for (; columns->kind != PQ_COLUMN_END; columns++)
		if (!strcmp(columns->name, name))
			return true;
	return false;
}

struct table_shape {
	const char *column; /* that says it is of this shape; NULL: any */
	void (*begin)(struct table_writer *w);
	void (*print)(struct table_writer *w, const struct taken_row *row);
	void (*end)(struct table_writer *w);
};

static const struct table_shape shapes[] = {
	{ "callees", begin_relatives, print_relatives_row, end_table },
	{ "lines", begin_nothing, print_function, begin_nothing },
	{ "instructions", begin_nothing, print_routine_row, begin_nothing },
	{ "command", begin_findings, print_finding_row, end_findings },
	{ "line", begin_line_list, print_line_row, end_line_list },
	{ NULL, begin_plain_table, print_plain_row, end_table },
};

static const struct table_shape *shape_of(const struct pq_column *columns)
{
	const struct table_shape *s = shapes;

	/* A line of text is a row's only column; others have lines as well. */
	while (s->column && (!has_column_named(columns, s->column) ||
			     (s->print == print_line_row &&
			      columns[1].kind != PQ_COLUMN_END)))
		s++;
	return s;
}

struct pq_web_rows pq_web_table_put(const struct pq_web_table *t,
				    struct pq_out *out)
{
	const struct table_shape *shape = shape_of(t->section->columns);
	struct table_writer w = {
		.t = t, .to = out, .out = out, .print = shape->print
	};

	pq_arena_init(&w.arena);
	pq_out_open_memory(&w.one);
	pq_rows_init(&w.rows, &table_ops, t->section->columns);
	shape->begin(&w);
	t->section->put(t->rows, &w.rows);
	shape->end(&w);
	pq_arena_release(&w.arena);
	pq_buf_release(&w.scratch);
	pq_buf_release(&w.one.buf);
	return w.n;
}
