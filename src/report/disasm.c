/*
 * disasm.c - the report disasm: machine code of matching functions, each
 * instruction with its values; report/reports.h has its row.
 *
 * Which: symbols whose name, as it is or demangled in one of three ways,
 *        matches, or that hold the address that the argument is; of programs
 *        of which a function matches.
 * Source: the reference's disasm.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/search.h"
#include "base/units.h"
#include "disasm/code.h"
#include "report/cells.h"
#include "report/report.h"
#include "symbolize/demangle/demangle.h"
#include "symbolize/program.h"

#include "base/banned.h"

/* Instructions with less text have their place on the same line. */
#define SHORT_TEXT 40

struct disasm_line {
	uint64_t address;
	int64_t flat, cum;
	struct pq_text text, function, file;
	int64_t line;
};

struct disasm_routine {
	struct pq_text *names;
	size_t n_names;
	uint64_t start, end; /* in the file */
	int64_t flat, cum;
	struct disasm_line *lines;
	size_t n_lines;
};

struct disasm {
	const struct pq_view *view;
	PQ_VEC(struct disasm_routine) routines;
};

/* A node by its address in the file. */
struct placed_node {
	uint64_t address;
	const struct pq_node *node;
};

struct disassembling {
	const struct pq_report_input *in;
	struct disasm *to;
	bool has_address;
	uint64_t address;
	struct pq_binaries *binaries;
	bool found_symbols;
	size_t n_passed_over; /* programs that cannot be read */
	/* one program's: */
	struct pq_program program;
	struct pq_code_symbols symbols;
	PQ_VEC(struct placed_node) nodes;
};

/* ---- symbols ---- */

static struct pq_text keep_name(const struct disassembling *d,
				struct pq_text name)
{
	return pq_arena_text(d->in->arena, name);
}

/* The form of a name that matches; false: none does. */
static bool match_name(const struct disassembling *d, struct pq_text name,
		       struct pq_text *form)
{
	static const enum pq_demangle modes[] = { PQ_DEMANGLE_FULL,
						  PQ_DEMANGLE_TEMPLATES,
						  PQ_DEMANGLE_DEFAULT };
	struct pq_buf readable = { 0 };
	bool matches = pq_regex_match(d->in->regex, name);

	*form = name;
	/* The longest form comes first: most expressions match it. */
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes) && !matches;
	     i++) {
		pq_buf_clear(&readable);
		matches = pq_demangle_name(name, modes[i], &readable) &&
			  pq_regex_match(d->in->regex, pq_buf_view(&readable));
		if (matches)
			*form = keep_name(d, pq_buf_view(&readable));
	}
	pq_buf_release(&readable);
	return matches;
}

static void take_group_names(struct disassembling *d, size_t from, size_t to,
			     struct disasm_routine *r)
{
	bool is_inside = d->has_address && d->address >= r->start &&
			 d->address <= r->end;
	struct pq_text form;

	r->names = PQ_ARENA_NEW(d->in->arena, struct pq_text, to - from);
	for (size_t i = from; i < to; i++) {
		struct pq_text name = d->symbols.at.at[i].name;

		/* All names of a routine that holds the address; else one. */
		if (is_inside)
			r->names[r->n_names++] = keep_name(d, name);
		else if (!r->n_names && match_name(d, name, &form))
			r->names[r->n_names++] = keep_name(d, form);
	}
}

static size_t first_node_from(const struct disassembling *d, uint64_t address)
{
	return PQ_FIRST_FROM(d->nodes.at, d->nodes.n, address, address);
}

/* ---- instructions ---- */

/* Adds the samples up to the next instruction, and what only they know. */
static size_t add_samples(const struct disassembling *d,
			  struct disasm_line *line, size_t at, uint64_t next)
{
	const struct pq_graph *g = &d->in->view->graph;
	int64_t flat_div = 0, cum_div = 0;

	for (; at < d->nodes.n && d->nodes.at[at].address < next; at++) {
		const struct pq_node *n = d->nodes.at[at].node;

		line->flat = pq_add(line->flat, n->flat);
		line->cum = pq_add(line->cum, n->cum);
		flat_div = pq_add(flat_div, n->flat_div);
		cum_div = pq_add(cum_div, n->cum_div);
		/* The first node that knows the place tells it. */
		if (!line->file.len)
			line->file = pq_text_basename(
				pq_intern_text(&g->texts, n->file));
		if (!line->line)
			line->line = n->line;
		if (!line->function.len)
			line->function = pq_intern_text(&g->texts, n->name);
	}
	/* Means are divided once all samples of the instruction are in. */
	if (flat_div)
		line->flat /= flat_div;
	if (cum_div)
		line->cum /= cum_div;
	return at;
}

/* An instruction without a place has that of the one before it. */
struct running_place {
	struct pq_text function, file;
	int64_t number;
};

static void fill_instruction(struct disassembling *d,
			     const struct pq_instructions *code, size_t i,
			     struct running_place *at, struct disasm_line *line)
{
	const struct pq_instruction *one = &code->at.at[i];
	const struct pq_frame *frame = pq_instruction_frame(code, i);

	/* a new place lasts until the next one */
	if (frame && frame->line) {
		at->file = keep_name(
			d, pq_text_basename(pq_intern_text(&code->frames.texts,
							   frame->file)));
		at->number = frame->line;
	}
	if (one->function.len)
		at->function = keep_name(d, one->function);
	*line = (struct disasm_line){ .address = one->address,
				      .text = keep_name(d, one->text),
				      .function = at->function,
				      .file = at->file,
				      .line = at->number };
}

/* The instructions of a routine, which stand together from code[from] on. */
static size_t fill_routine_code(struct disassembling *d,
				const struct pq_instructions *code, size_t from,
				struct disasm_routine *r)
{
	struct running_place place = { { NULL, 0 }, { NULL, 0 }, 0 };
	size_t at = first_node_from(d, r->start), to = from;

	while (to < code->at.n && code->at.at[to].address < r->end)
		to++;
	r->n_lines = to - from;
	r->lines = pq_arena_zeroed(
		d->in->arena, pq_size_mul(r->n_lines + 1, sizeof(*r->lines)));
	for (size_t i = from; i < to; i++) {
		/* The last instruction has samples up to the routine's end. */
		uint64_t next = i + 1 < to ? code->at.at[i + 1].address
					   : r->end;

		fill_instruction(d, code, i, &place, &r->lines[i - from]);
		at = add_samples(d, &r->lines[i - from], at, next);
	}
	return to;
}

/* One question for all routines of a program, from routine `first' on. */
static bool fill_routines_code(struct disassembling *d, size_t first,
			       struct pq_error *err)
{
	size_t n = d->to->routines.n - first, at = 0;
	struct disasm_routine *routines = d->to->routines.at + first;
	struct pq_code_range *ranges =
		PQ_ARENA_NEW(d->in->arena, struct pq_code_range, n + 1);
	struct pq_code_question q = { .files = d->program.files,
				      .ranges = ranges,
				      .n_ranges = n,
				      .intel_syntax = d->in->intel_syntax };
	struct pq_instructions code;
	bool ok;

	for (size_t i = 0; i < n; i++)
		ranges[i] = (struct pq_code_range){ routines[i].start,
						    routines[i].end };
	/* A question starts a child: asked once, it serves all routines. */
	ok = !n || pq_code_ask(&code, &q, err);
	/* Routines and instructions both ascend: one pass is enough. */
	for (size_t i = 0; i < n && ok; i++)
		at = fill_routine_code(d, &code, at, &routines[i]);
	if (n)
		pq_instructions_release(&code);
	return ok;
}

/* A group of names of one address, if it matches and has samples. */
static void take_group(struct disassembling *d, size_t from, size_t to)
{
	struct disasm_routine r = { .start = d->symbols.at.at[from].address };
	size_t at;

	/* A routine ends before the next one; the last has all that follows. */
	r.end = (to < d->symbols.at.n ? d->symbols.at.at[to].address : 0) - 1;
	take_group_names(d, from, to, &r);
	if (!r.n_names)
		return;
	d->found_symbols = true;
	at = first_node_from(d, r.start);
	/* Without a sample in it a routine is not shown. */
	if (at == d->nodes.n || d->nodes.at[at].address >= r.end)
		return;
	for (; at < d->nodes.n && d->nodes.at[at].address < r.end; at++) {
		r.flat = pq_add(r.flat, pq_node_flat(d->nodes.at[at].node));
		r.cum = pq_add(r.cum, pq_node_cum(d->nodes.at[at].node));
	}
	*pq_vec_push(&d->to->routines) = r;
}

static bool take_groups(struct disassembling *d, struct pq_error *err)
{
	size_t first = d->to->routines.n;

	for (size_t from = 0; from < d->symbols.at.n;) {
		size_t to = from + 1;

		while (to < d->symbols.at.n &&
		       d->symbols.at.at[to].address ==
			       d->symbols.at.at[from].address)
			to++;
		take_group(d, from, to);
		from = to;
	}
	return fill_routines_code(d, first, err);
}

/* ---- programs ---- */

static int by_node_address(const void *x, const void *y)
{
	const struct placed_node *a = x, *b = y;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (a->node > b->node) - (a->node < b->node);
}

static void place_nodes(struct disassembling *d, const struct pq_translation *t)
{
	const struct pq_graph *g = &d->in->view->graph;

	d->nodes.n = 0;
	for (size_t i = 0; i < g->listed.n; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];
		uint64_t address;

		/* Addresses outside of the mapping do not translate. */
		if (pq_translate(t, n->address, &address))
			*pq_vec_push(&d->nodes) =
				(struct placed_node){ address, n };
	}
	if (d->nodes.n)
		qsort(d->nodes.at, d->nodes.n, sizeof(*d->nodes.at),
		      by_node_address);
}

static void say_not_disassembled(const struct disassembling *d,
				 struct pq_text file,
				 const struct pq_error *why)
{
	struct pq_buf line = { 0 };

	/* The reference's words for a file that is not there name it. */
	if (!why->names_file) {
		pq_buf_text(&line, file);
		pq_buf_str(&line, ": no instructions: ");
	}
	pq_buf_text(&line, pq_text_of(why->msg));
	pq_log_aside(d->in->log, pq_buf_view(&line));
	pq_buf_release(&line);
}

/*
 * A program that cannot be read is said, on the stream of the report as the
 * reference has it, and passed over.
 */
static bool disassemble_mapping(struct disassembling *d,
				const struct pq_mapping *m,
				struct pq_error *err)
{
	struct pq_translation t;
	struct pq_error own;
	bool ok = true;

	pq_error_clear(&own);
	if (pq_program_open_mapping(&d->program, d->binaries, d->in->view->p, m,
				    &t, &own) &&
	    pq_code_symbols_ask(&d->symbols, &d->program.files, &own)) {
		place_nodes(d, &t);
		ok = take_groups(d, err);
	}
	/* The other programs can still have what was asked for. */
	if (own.code != PQ_OK) {
		say_not_disassembled(d, pq_string(d->in->view->p, m->file),
				     &own);
		d->n_passed_over++;
	}
	/* The next program starts without the symbols of this one. */
	pq_code_symbols_release(&d->symbols);
	memset(&d->symbols, 0, sizeof(d->symbols));
	pq_program_close(&d->program);
	return ok;
}

/* Whether a function of the mapping matches, or it holds the address. */
static bool is_wanted_mapping(const struct disassembling *d,
			      const struct pq_mapping *m)
{
	const struct pq_graph *g = &d->in->view->graph;
	struct pq_text file = pq_string(d->in->view->p, m->file);

	if (d->has_address && m->start <= d->address && d->address <= m->limit)
		return true;
	for (size_t i = 0; i < g->listed.n && file.len; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];

		if (pq_text_equal(pq_intern_text(&g->texts, n->objfile),
				  file) &&
		    pq_regex_match(d->in->regex, n->label))
			return true;
	}
	return false;
}

static int by_name_and_start(const void *x, const void *y)
{
	const struct disasm_routine *a = x, *b = y;
	int order = pq_text_compare(a->names[0], b->names[0]);

	return order ? order : (a->start > b->start) - (a->start < b->start);
}

static void *fail_without_routines(const struct disassembling *d,
				   struct pq_error *err)
{
	unsigned long long address = d->address;
	struct pq_buf hint = { 0 };

	/* The texts are the reference's; names that are near, and counts of
	 * what could not be read, are our own. */
	if (!d->has_address && d->in->argument.len)
		pq_report_append_nearest(&hint, d->in);
	if (d->n_passed_over)
		pq_buf_printf(&hint, " (%zu program%s could not be read)",
			      d->n_passed_over,
			      d->n_passed_over == 1 ? "" : "s");
	if (!d->in->argument.len) {
		pq_fail(err, PQ_EUSAGE,
			"no matches found: no function of the profile is in a "
			"program that could be read%s; -binary_path names "
			"their folders",
			pq_buf_cstr(&hint));
	} else if (!d->has_address) {
		pq_fail(err, PQ_EUSAGE, "no matches found for regexp %s%s",
			d->in->argument.bytes, pq_buf_cstr(&hint));
	} else if (!d->found_symbols) {
		pq_fail(err, PQ_EUSAGE, "no matches found for address 0x%llx%s",
			address, pq_buf_cstr(&hint));
	} else {
		pq_fail(err, PQ_EUSAGE,
			"address 0x%llx found in binary, but the corresponding "
			"symbols do not have samples in the profile",
			address);
	}
	pq_buf_release(&hint);
	return NULL;
}

static void *disasm_build(const struct pq_report_input *in,
			  struct pq_error *err)
{
	struct disasm *to = pq_arena_zeroed(in->arena, sizeof(*to));
	struct disassembling d = { .in = in, .to = to };
	bool ok = true;

	to->view = in->view;
	d.has_address = pq_report_address(in->argument, &d.address);
	/* Nothing is trimmed: small nodes are instructions, too. */
	pq_graph_init(&in->view->graph, in->view->p, &in->view->o.shape);
	pq_graph_sum(&in->view->graph);
	pq_graph_label(&in->view->graph);
	d.binaries = pq_binaries_new(in->binary_path, in->trusts_paths);
	if (in->program)
		pq_binaries_trust(d.binaries, in->program);
	for (size_t i = 0; i < in->view->p->mappings.n && ok; i++) {
		const struct pq_mapping *m = &in->view->p->mappings.at[i];

		if (is_wanted_mapping(&d, m))
			ok = disassemble_mapping(&d, m, err);
	}
	/* Texts were copied to the arena: programs may be closed. */
	pq_binaries_free(d.binaries);
	pq_vec_release(&d.nodes);
	if (!ok)
		return NULL;
	if (!to->routines.n)
		return fail_without_routines(&d, err);
	/* Routines come program by program, and are shown by name. */
	qsort(to->routines.at, to->routines.n, sizeof(*to->routines.at),
	      by_name_and_start);
	return to;
}

static void disasm_release(void *rows)
{
	struct disasm *d = rows;

	pq_vec_release(&d->routines);
}

/* ---- text ---- */

static void print_disasm_value(struct pq_cells *c, int64_t value)
{
	if (value)
		pq_cells_value(c, value, 10);
	else
		pq_out_str(c->out, "         .");
}

static void put_place(struct pq_buf *to, const struct disasm_line *line)
{
	pq_buf_clear(to);
	if (line->function.len) {
		pq_buf_text(to, line->function);
		pq_buf_char(to, ' ');
	}
	if (line->file.len) {
		pq_buf_text(to, line->file);
		if (line->line)
			pq_buf_printf(to, ":%lld", (long long)line->line);
	}
}

static bool is_same_place(const struct disasm_line *a,
			  const struct disasm_line *b)
{
	return a->line == b->line && pq_text_equal(a->file, b->file) &&
	       pq_text_equal(a->function, b->function);
}

static void print_instruction(struct pq_cells *c,
			      const struct disasm_line *line,
			      struct pq_text place)
{
	struct pq_out *out = c->out;
	bool is_short = pq_text_width(line->text) < SHORT_TEXT;

	/* A long instruction leaves no room: its place stands above it. */
	if (place.len && !is_short) {
		pq_out_printf(out, "%74s;", "");
		pq_out_text(out, place);
		pq_out_str(out, "\n");
	}
	print_disasm_value(c, line->flat);
	pq_out_str(out, " ");
	print_disasm_value(c, line->cum);
	pq_out_printf(out, " %10llx: ", (unsigned long long)line->address);
	if (place.len && is_short) {
		pq_out_pad(out, line->text, -SHORT_TEXT);
		pq_out_str(out, ";");
		pq_out_text(out, place);
	} else {
		pq_out_text(out, line->text);
	}
	pq_out_str(out, "\n");
}

static void print_disasm_routine(struct pq_cells *c,
				 const struct disasm_routine *r)
{
	static const struct disasm_line nowhere;
	struct pq_buf place = { 0 };

	/* Symbols of one address are names of one routine. */
	for (size_t i = 0; i < r->n_names; i++) {
		pq_out_str(c->out, i ? "    AKA ======================== "
				     : "ROUTINE ======================== ");
		pq_out_text(c->out, r->names[i]);
		pq_out_str(c->out, "\n");
	}
	pq_cells_value(c, r->flat, 10);
	pq_out_str(c->out, " ");
	pq_cells_value(c, r->cum, 10);
	pq_out_str(c->out, " (flat, cum) ");
	pq_cells_share(c, r->cum, c->view->total);
	pq_out_str(c->out, " of Total\n");
	for (size_t i = 0; i < r->n_lines; i++) {
		const struct disasm_line *line = &r->lines[i];

		pq_buf_clear(&place);
		/* A place stands beside the first of its instructions only. */
		if (!is_same_place(line, i ? &r->lines[i - 1] : &nowhere))
			put_place(&place, line);
		print_instruction(c, line, pq_buf_view(&place));
	}
	pq_buf_release(&place);
}

static void disasm_text(const void *rows, struct pq_out *out)
{
	const struct disasm *d = rows;
	struct pq_cells c = { .view = d->view, .out = out };

	pq_out_str(out, "Total: ");
	pq_cells_value(&c, d->view->total, 0);
	pq_out_str(out, "\n");
	for (size_t i = 0; i < d->routines.n; i++)
		print_disasm_routine(&c, &d->routines.at[i]);
	pq_cells_release(&c);
}

/* ---- data ---- */

static const struct pq_column instruction_columns[] = {
	{ "address", PQ_COLUMN_TEXT, "in the file, in hexadecimal",
	  .heading = "address" },
	{ "flat", PQ_COLUMN_VALUE, "value of the instruction itself",
	  .heading = "flat" },
	{ "cum", PQ_COLUMN_VALUE, "value with everything it calls",
	  .heading = "cum" },
	{ "text", PQ_COLUMN_TEXT, "the instruction", .heading = "instruction" },
	{ "function", PQ_COLUMN_TEXT, "the symbol that it is in",
	  .heading = "function" },
	{ "file", PQ_COLUMN_TEXT, "its source file; empty when not known",
	  .heading = "file" },
	{ "line", PQ_COLUMN_INT, "its line; 0 when not known",
	  .heading = "line" },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column routine_columns[] = {
	{ "names", PQ_COLUMN_TEXTS, "symbols of the address",
	  .heading = "names" },
	{ "flat", PQ_COLUMN_VALUE, "value of the function itself",
	  .heading = "flat" },
	{ "cum", PQ_COLUMN_VALUE, "sum of the values of its instructions",
	  .heading = "cum" },
	{ "instructions", PQ_COLUMN_LIST, "its code", instruction_columns,
	  .heading = "instructions" },
	{ .kind = PQ_COLUMN_END },
};

static void put_instruction_row(const struct disasm_line *line,
				struct pq_rows *w)
{
	pq_rows_begin(w);
	pq_rows_hex(w, line->address);
	pq_rows_value(w, line->flat);
	pq_rows_value(w, line->cum);
	pq_rows_text(w, line->text);
	pq_rows_text(w, line->function);
	pq_rows_text(w, line->file);
	pq_rows_int(w, line->line);
	pq_rows_end(w);
}

static void disasm_put(const void *rows, struct pq_rows *w)
{
	const struct disasm *d = rows;

	for (size_t i = 0; i < d->routines.n && !pq_rows_stopped(w); i++) {
		const struct disasm_routine *r = &d->routines.at[i];

		pq_rows_begin(w);
		pq_rows_list(w);
		for (size_t j = 0; j < r->n_names; j++)
			pq_rows_text(w, r->names[j]);
		pq_rows_list_end(w);
		pq_rows_value(w, r->flat);
		pq_rows_value(w, r->cum);
		pq_rows_list(w);
		/* Instructions are rows within the row. */
		for (size_t j = 0; j < r->n_lines; j++)
			put_instruction_row(&r->lines[j], w);
		pq_rows_list_end(w);
		pq_rows_end(w);
	}
}

const struct pq_report pq_report_disasm = {
	.view = { .never_trims = true,
		  .never_inlines = true,
		  .object_names = true,
		  .granularity = PQ_GRANULARITY_ADDRESSES },
	.rights = { .reads_files = true, .forks = true },
	.build = disasm_build,
	.text = disasm_text,
	.release = disasm_release,
	.sections = { { "rows", "matching functions by name", routine_columns,
			disasm_put } },
};
