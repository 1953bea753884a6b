/*
 * weblist.c - the command weblist: its page is in weblist_html.c, its data
 * here; command/commands.def has its row.
 */
#include "draw/weblist.h"

#include "base/mem.h"

#include "base/banned.h"

static void *weblist_build(const struct pq_report_input *in,
			   struct pq_error *err)
{
	struct pq_weblist *list = pq_weblist_build(in, err);

	if (list)
		list->theme = in->theme;
	return list;
}

static const struct pq_column instruction_columns[] = {
	{ "address", PQ_COLUMN_TEXT, "in the file, in hexadecimal",
	  .heading = "address" },
	{ "flat", PQ_COLUMN_VALUE, "value of the instruction itself",
	  .heading = "flat" },
	{ "cum", PQ_COLUMN_VALUE, "value with everything it calls",
	  .heading = "cum" },
	{ "text", PQ_COLUMN_TEXT, "the instruction; empty without a program",
	  .heading = "instruction" },
	{ "file", PQ_COLUMN_TEXT, "source file; empty when not known",
	  .heading = "file" },
	{ "line", PQ_COLUMN_INT, "its line; 0 when not known",
	  .heading = "line" },
	{ "depth", PQ_COLUMN_INT, "calls that were inlined around it",
	  .heading = "depth" },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column line_columns[] = {
	{ "line", PQ_COLUMN_INT, "its number; 0 for code of no known line",
	  .heading = "line" },
	{ "flat", PQ_COLUMN_VALUE, "value of its instructions",
	  .heading = "flat" },
	{ "cum", PQ_COLUMN_VALUE, "value with everything they call",
	  .heading = "cum" },
	{ "text", PQ_COLUMN_TEXT, "the source; ??? when not found",
	  .heading = "source" },
	{ "instructions", PQ_COLUMN_LIST, "its code", instruction_columns,
	  .heading = "instructions" },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column function_columns[] = {
	{ "name", PQ_COLUMN_TEXT, "name of the function", .heading = "name" },
	{ "file", PQ_COLUMN_TEXT, "its source file", .heading = "file" },
	{ "flat", PQ_COLUMN_VALUE, "value of its lines", .heading = "flat" },
	{ "cum", PQ_COLUMN_VALUE, "value with everything they call",
	  .heading = "cum" },
	{ "lines", PQ_COLUMN_LIST, "its lines and some around", line_columns,
	  .heading = "lines" },
	{ .kind = PQ_COLUMN_END },
};

static void put_code_row(const struct pq_weblist_instruction *one,
			 struct pq_rows *w)
{
	pq_rows_begin(w);
	pq_rows_hex(w, one->address);
	pq_rows_value(w, one->flat);
	pq_rows_value(w, one->cum);
	pq_rows_text(w, one->text);
	pq_rows_text(w, one->file);
	pq_rows_int(w, one->line);
	pq_rows_int(w, one->depth);
	pq_rows_end(w);
}

static void put_line_row(const struct pq_weblist_line *line, struct pq_rows *w)
{
	pq_rows_begin(w);
	pq_rows_int(w, line->number);
	pq_rows_value(w, line->flat);
	pq_rows_value(w, line->cum);
	pq_rows_text(w, line->source);
	pq_rows_list(w);
	for (size_t i = 0; i < line->n_instructions; i++)
		put_code_row(&line->instructions[i], w);
	pq_rows_list_end(w);
	pq_rows_end(w);
}

static void put_weblist(const void *rows, struct pq_rows *w)
{
	const struct pq_weblist *list = rows;

	for (size_t i = 0; i < list->n && !pq_rows_stopped(w); i++) {
		const struct pq_weblist_function *f = &list->functions[i];

		pq_rows_begin(w);
		pq_rows_text(w, f->name);
		pq_rows_text(w, f->file);
		pq_rows_value(w, f->flat);
		pq_rows_value(w, f->cum);
		pq_rows_list(w);
		for (size_t j = 0; j < f->n_lines; j++)
			put_line_row(&f->lines[j], w);
		pq_rows_list_end(w);
		pq_rows_end(w);
	}
}

const struct pq_report pq_emit_weblist = {
	.view = { .never_trims = true },
	.rights = { .reads_files = true, .forks = true },
	.extension = "html",
	.page = true,
	.has_themes = true,
	.build = weblist_build,
	.text = pq_weblist_html,
	.sections = { { "rows", "functions by file and line", function_columns,
			put_weblist } },
};
