#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "report/report.h"
#include "report/labels.h"

#include "base/banned.h"

/*
 * raw: the profile itself, item by item.  Like traces it can be as long as
 * the profile, and walks it while printing.
 */

/* Room for a location's id, a space and the end that snprintf writes. */
#define ID_BYTES 22

/* The id of a location and a space; n is 0 where that is longer. */
struct short_id {
	char text[11];
	uint8_t n;
};

struct printing {
	const struct pq_profile *p;
	struct short_id *ids;
	PQ_VEC(char) line; /* holds digits */
	struct pq_out *out;
	struct pq_buf scratch;
	PQ_VEC(struct pq_text) entries;
	struct pq_arena arena;
};

static void *raw_build(const struct pq_report_input *in, struct pq_error *err)
{
	const struct pq_profile **rows =
		PQ_ARENA_NEW(in->arena, const struct pq_profile *, 1);

	(void)err;
	*rows = in->view->p;
	return rows;
}

static struct pq_text string(const struct printing *w, uint32_t id)
{
	return pq_string(w->p, id);
}

static void print_scratch_line(struct printing *w)
{
	pq_out_text(w->out, pq_buf_view(&w->scratch));
	pq_out_str(w->out, "\n");
	pq_buf_clear(&w->scratch);
}

static void print_header(struct printing *w)
{
	const struct pq_profile *p = w->p;
	struct pq_buf *b = &w->scratch;

	for (size_t i = 0; i < p->comments.n; i++) {
		pq_buf_str(b, "Comment: ");
		pq_buf_text(b, string(w, p->comments.at[i]));
		print_scratch_line(w);
	}
	if (string(w, p->doc_url).len) {
		pq_buf_str(b, "Doc: ");
		pq_buf_text(b, string(w, p->doc_url));
		print_scratch_line(w);
	}
	/* The type stands here even when it is empty, as in the reference. */
	pq_buf_str(b, "PeriodType: ");
	pq_buf_text(b, string(w, p->period_type.type));
	pq_buf_char(b, ' ');
	pq_buf_text(b, string(w, p->period_type.unit));
	print_scratch_line(w);
	pq_out_printf(w->out, "Period: %lld\n", (long long)p->period);
	/* A time of 0 is of a profile that does not tell it. */
	if (p->time_nanos) {
		pq_buf_str(b, "Time: ");
		pq_time_raw(b, p->time_nanos);
		print_scratch_line(w);
	}
	if (p->duration_nanos) {
		size_t start;

		pq_buf_str(b, "Duration: ");
		start = b->len;
		pq_duration_go(b, p->duration_nanos);
		/* the reference cuts the text to four of its bytes */
		if (b->len > start + 4)
			b->len = start + 4;
		print_scratch_line(w);
	}
}

/* Unicode's white space */
static bool is_white(uint32_t c)
{
	return (c >= '\t' && c <= '\r') || c == ' ' || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static struct pq_text without_white_ends(struct pq_text t)
{
	size_t from = t.len, end = 0;

	for (size_t at = 0; at < t.len;) {
		uint32_t rune = 0;
		size_t n = pq_text_rune(t, at, &rune);

		if (!n || !is_white(rune)) {
			from = from < at ? from : at;
			end = at + (n ? n : 1);
		}
		at += n ? n : 1;
	}
	return pq_text_slice(t, from, from < end ? end : from);
}

/* The reference trims this line, so that a name's own blanks go, too. */
static void print_raw_types(struct printing *w)
{
	const struct pq_profile *p = w->p;
	struct pq_text dflt = string(w, p->default_sample_type);
	struct pq_buf *b = &w->scratch;

	pq_out_str(w->out, "Samples:\n");
	/* Types in a line, the default one marked. */
	for (size_t i = 0; i < p->sample_types.n; i++) {
		struct pq_value_type t = p->sample_types.at[i];

		pq_buf_text(b, string(w, t.type));
		pq_buf_char(b, '/');
		pq_buf_text(b, string(w, t.unit));
		pq_buf_str(b, pq_text_equal(string(w, t.type), dflt) ? "[dflt] "
								     : " ");
	}
	pq_out_text(w->out, without_white_ends(pq_buf_view(b)));
	pq_out_str(w->out, "\n");
	pq_buf_clear(b);
}

/* ---- samples ---- */

static void add_entry(struct printing *w)
{
	*pq_vec_push(&w->entries) =
		pq_arena_text(&w->arena, pq_buf_view(&w->scratch));
	pq_buf_clear(&w->scratch);
}

static void print_entries(struct printing *w)
{
	if (!w->entries.n)
		return;
	/* The reference sorts whole entries, with their values. */
	pq_text_sort(w->entries.at, w->entries.n);
	pq_out_str(w->out, "                ");
	for (size_t i = 0; i < w->entries.n; i++) {
		if (i)
			pq_out_str(w->out, " ");
		pq_out_text(w->out, w->entries.at[i]);
	}
	pq_out_str(w->out, "\n");
	/* The texts lay in the arena, which serves the next line, too. */
	w->entries.n = 0;
	pq_arena_reset(&w->arena);
}

/* key:[v1 v2], with units when any value of the key has one */
static size_t put_key(struct printing *w, const struct pq_label *labels,
		      size_t n)
{
	struct pq_buf *b = &w->scratch;
	struct pq_text key = string(w, labels[0].key);
	bool with_units = false;
	size_t end = 0;

	/* Values of one key and kind; one with a unit gives all of them one. */
	while (end < n && !labels[end].str == !labels[0].str &&
	       pq_text_equal(string(w, labels[end].key), key)) {
		with_units = with_units || labels[end].unit;
		end++;
	}
	pq_buf_text(b, key);
	/* The values behind the key, in brackets. */
	pq_buf_str(b, ":[");
	for (size_t i = 0; i < end; i++) {
		if (i)
			pq_buf_char(b, ' ');
		if (labels[i].str) {
			pq_buf_text(b, string(w, labels[i].str));
			continue;
		}
		pq_buf_int(b, labels[i].num, 0);
		if (with_units) {
			pq_buf_char(b, ' ');
			pq_buf_text(b, string(w, labels[i].unit));
		}
	}
	pq_buf_char(b, ']');
	return end;
}

static void print_raw_labels(struct printing *w, const struct pq_sample *s)
{
	size_t i = 0;

	pq_labels_sort(w->p, s->labels, s->n_labels);
	while (i < s->n_labels) {
		/* Numbers go on a line of their own, behind the texts. */
		if (i && s->labels[i - 1].str && !s->labels[i].str)
			print_entries(w);
		i += put_key(w, s->labels + i, s->n_labels - i);
		add_entry(w);
	}
	print_entries(w);
}

/* The ids of locations are written once: there are few of them. */
static void write_ids(struct printing *w)
{
	size_t n = w->p->locations.n;
	char text[ID_BYTES];

	w->ids = pq_alloc_zeroed(pq_size_mul(n, sizeof(*w->ids)));
	for (size_t i = 0; i < n; i++) {
		int bytes = snprintf(text, sizeof(text), "%" PRIu64 " ",
				     w->p->locations.at[i].id);

		/* Longer ids are written when they are needed. */
		if ((size_t)bytes > sizeof(w->ids->text))
			continue;
		memcpy(w->ids[i].text, text, (size_t)bytes);
		w->ids[i].n = (uint8_t)bytes;
	}
}

static void print_stack(struct printing *w, const struct pq_sample *s)
{
	char *to;

	/* Room for all ids at their longest: none is checked for it. */
	pq_vec_reserve(&w->line, pq_size_mul(s->n_locations + 1, ID_BYTES));
	to = w->line.at;
	for (size_t i = 0; i < s->n_locations; i++) {
		const struct short_id *id = &w->ids[s->locations[i]];

		if (id->n) {
			/* all of it, which is quicker; there is room */
			memcpy(to, id->text, sizeof(id->text));
			to += id->n;
			continue;
		}
		to += snprintf(to, ID_BYTES, "%" PRIu64 " ",
			       w->p->locations.at[s->locations[i]].id);
	}
	pq_out_raw(w->out, w->line.at, (size_t)(to - w->line.at));
}

static void print_raw_samples(struct printing *w)
{
	struct pq_walk walk;

	write_ids(w);
	pq_walk_begin(&walk, &w->p->samples);
	while (pq_walk_next(&walk) && !pq_out_stopped(w->out)) {
		const struct pq_sample *s = &walk.sample;

		pq_walk_all(&walk);
		for (size_t i = 0; i < w->p->sample_types.n; i++) {
			pq_out_str(w->out, " ");
			pq_out_int(w->out, s->values[i], 10);
		}
		pq_out_str(w->out, ": ");
		print_stack(w, s);
		pq_out_str(w->out, "\n");
		print_raw_labels(w, s);
	}
	pq_walk_end(&walk);
}

/* ---- locations and mappings ---- */

static void print_line(struct printing *w, const struct pq_line *line)
{
	const struct pq_function *f = pq_line_function(w->p, line);

	if (!f) {
		pq_out_str(w->out, "??\n");
		return;
	}
	pq_out_text(w->out, string(w, f->name));
	pq_out_str(w->out, " ");
	pq_out_text(w->out, string(w, f->filename));
	pq_out_printf(w->out, ":%lld:%lld s=%lld", (long long)line->line,
		      (long long)line->column, (long long)f->start_line);
	/* The linked name follows only where it is another one. */
	if (!pq_text_equal(string(w, f->name), string(w, f->system_name))) {
		pq_out_str(w->out, "(");
		pq_out_text(w->out, string(w, f->system_name));
		pq_out_str(w->out, ")");
	}
	pq_out_str(w->out, "\n");
}

static void print_location(struct printing *w, const struct pq_location *l)
{
	const struct pq_line *lines = pq_location_lines(w->p, l);

	pq_out_printf(w->out, "%6llu: 0x%llx ", (unsigned long long)l->id,
		      (unsigned long long)l->address);
	if (l->mapping != PQ_NONE)
		pq_out_printf(
			w->out, "M=%llu ",
			(unsigned long long)w->p->mappings.at[l->mapping].id);
	if (l->folded)
		pq_out_str(w->out, "[F] ");
	/* Each line ends itself; a location without any ends here. */
	if (!l->n_lines)
		pq_out_str(w->out, "\n");
	for (uint32_t i = 0; i < l->n_lines; i++) {
		if (i)
			pq_out_str(w->out, "             ");
		print_line(w, &lines[i]);
	}
}

static void print_mapping(struct printing *w, const struct pq_mapping *m)
{
	pq_out_printf(w->out, "%llu: 0x%llx/0x%llx/0x%llx ",
		      (unsigned long long)m->id, (unsigned long long)m->start,
		      (unsigned long long)m->limit,
		      (unsigned long long)m->offset);
	pq_out_text(w->out, string(w, m->file));
	pq_out_str(w->out, " ");
	pq_out_text(w->out, string(w, m->build_id));
	pq_out_str(w->out, " ");
	pq_out_str(w->out, m->has_functions ? "[FN]" : "");
	pq_out_str(w->out, m->has_filenames ? "[FL]" : "");
	pq_out_str(w->out, m->has_line_numbers ? "[LN]" : "");
	pq_out_str(w->out, m->has_inline_frames ? "[IN]" : "");
	pq_out_str(w->out, "\n");
}

static void raw_text(const void *rows, struct pq_out *out)
{
	const struct pq_profile *p = *(const struct pq_profile *const *)rows;
	struct printing w = { .p = p, .out = out };

	pq_arena_init(&w.arena);
	print_header(&w);
	print_raw_types(&w);
	print_raw_samples(&w);
	pq_out_str(out, "Locations\n");
	/* Locations stand in the order of the file, not of their ids. */
	for (size_t i = 0; i < p->location_order.n; i++)
		print_location(&w, &p->locations.at[p->location_order.at[i]]);
	pq_out_str(out, "Mappings\n");
	for (size_t i = 0; i < p->mappings.n; i++)
		print_mapping(&w, &p->mappings.at[i]);
	pq_buf_release(&w.scratch);
	pq_vec_release(&w.entries);
	pq_arena_release(&w.arena);
	pq_vec_release(&w.line);
	pq_free(w.ids);
}

/* ---- as data ---- */

static const struct pq_column sample_columns[] = {
	{ "values", PQ_COLUMN_VALUES, "one for each sample type",
	  .heading = "Values" },
	{ "locations", PQ_COLUMN_TEXTS, "ids of its locations, leaf first",
	  .heading = "Locations" },
	{ "labels", PQ_COLUMN_LIST, "its labels, sorted by key",
	  .heading = "Labels", .items = pq_label_columns },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column line_columns[] = {
	{ "function", PQ_COLUMN_TEXT, "name of the function",
	  .heading = "Function", .width = 24 },
	{ "system_name", PQ_COLUMN_TEXT, "its name as linked",
	  .heading = "System name", .width = 12 },
	{ "file", PQ_COLUMN_TEXT, "its source file", .heading = "File",
	  .width = 24 },
	{ "line", PQ_COLUMN_INT, "line in the file", .heading = "Line",
	  .width = 6 },
	{ "column", PQ_COLUMN_INT, "column in the line", .heading = "Column",
	  .width = 6 },
	{ "start_line", PQ_COLUMN_INT, "where the function begins",
	  .heading = "Start line", .width = 6 },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column location_columns[] = {
	{ "id", PQ_COLUMN_TEXT, "id in the file, decimal", .heading = "Id",
	  .width = 12 },
	{ "address", PQ_COLUMN_TEXT, "address, hexadecimal",
	  .heading = "Address", .width = 12 },
	{ "mapping", PQ_COLUMN_TEXT, "id of its mapping; empty for none",
	  .heading = "Mapping", .width = 12 },
	{ "folded", PQ_COLUMN_BOOL, "whether several symbols share it",
	  .heading = "Folded", .width = 5 },
	{ "lines", PQ_COLUMN_LIST, "its lines, innermost first",
	  .heading = "Lines", .items = line_columns },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column mapping_columns[] = {
	{ "id", PQ_COLUMN_TEXT, "id in the file, decimal", .heading = "Id",
	  .width = 12 },
	{ "start", PQ_COLUMN_TEXT, "first address, hexadecimal",
	  .heading = "Start", .width = 12 },
	{ "limit", PQ_COLUMN_TEXT, "address after the last one",
	  .heading = "Limit", .width = 12 },
	{ "offset", PQ_COLUMN_TEXT, "offset in the binary", .heading = "Offset",
	  .width = 12 },
	{ "file", PQ_COLUMN_TEXT, "the binary", .heading = "File",
	  .width = 24 },
	{ "build_id", PQ_COLUMN_TEXT, "its build id", .heading = "Build id",
	  .width = 12 },
	{ .kind = PQ_COLUMN_END },
};

/* Ids and addresses are texts: readers of JSON lose bits of large numbers. */
static void put_decimal(struct pq_rows *w, uint64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%llu", (unsigned long long)value);

	pq_rows_text(w, (struct pq_text){ text, (size_t)n });
}

static const struct pq_profile *raw_profile(const void *rows)
{
	return *(const struct pq_profile *const *)rows;
}

static void put_samples(const void *rows, struct pq_rows *w)
{
	const struct pq_profile *p = raw_profile(rows);
	struct pq_walk walk;

	pq_walk_begin(&walk, &p->samples);
	while (pq_walk_next(&walk) && !pq_rows_stopped(w)) {
		struct pq_sample *s = &walk.sample;

		pq_walk_all(&walk);
		pq_rows_begin(w);
		pq_rows_list(w);
		/* A value for each type, in the order of the types. */
		for (size_t i = 0; i < p->sample_types.n; i++)
			pq_rows_value(w, s->values[i]);
		pq_rows_list_end(w);
		pq_rows_list(w);
		for (size_t i = 0; i < s->n_locations; i++)
			put_decimal(w, p->locations.at[s->locations[i]].id);
		pq_rows_list_end(w);
		pq_put_labels(p, s, w);
		pq_rows_end(w);
	}
	pq_walk_end(&walk);
}

static void put_lines(const struct pq_profile *p, const struct pq_location *l,
		      struct pq_rows *w)
{
	const struct pq_line *lines = pq_location_lines(p, l);

	pq_rows_list(w);
	for (uint32_t i = 0; i < l->n_lines; i++) {
		static const struct pq_function none;
		const struct pq_function *f = pq_line_function(p, &lines[i]);

		/* A line without a function keeps its row, with empty names. */
		f = f ? f : &none;
		pq_rows_begin(w);
		pq_rows_text(w, pq_string(p, f->name));
		pq_rows_text(w, pq_string(p, f->system_name));
		pq_rows_text(w, pq_string(p, f->filename));
		pq_rows_int(w, lines[i].line);
		pq_rows_int(w, lines[i].column);
		pq_rows_int(w, f->start_line);
		pq_rows_end(w);
	}
	pq_rows_list_end(w);
}

static void put_locations(const void *rows, struct pq_rows *w)
{
	const struct pq_profile *p = raw_profile(rows);

	for (size_t i = 0; i < p->location_order.n && !pq_rows_stopped(w);
	     i++) {
		const struct pq_location *l =
			&p->locations.at[p->location_order.at[i]];

		pq_rows_begin(w);
		put_decimal(w, l->id);
		pq_rows_hex(w, l->address);
		if (l->mapping == PQ_NONE)
			pq_rows_text(w, PQ_TEXT(""));
		else
			put_decimal(w, p->mappings.at[l->mapping].id);
		pq_rows_bool(w, l->folded);
		put_lines(p, l, w);
		pq_rows_end(w);
	}
}

static void put_mappings(const void *rows, struct pq_rows *w)
{
	const struct pq_profile *p = raw_profile(rows);

	for (size_t i = 0; i < p->mappings.n && !pq_rows_stopped(w); i++) {
		const struct pq_mapping *m = &p->mappings.at[i];

		pq_rows_begin(w);
		put_decimal(w, m->id);
		pq_rows_hex(w, m->start);
		pq_rows_hex(w, m->limit);
		pq_rows_hex(w, m->offset);
		pq_rows_text(w, pq_string(p, m->file));
		pq_rows_text(w, pq_string(p, m->build_id));
		pq_rows_end(w);
	}
}

const struct pq_report pq_report_raw = {
	.view = { .never_trims = true, .object_names = true, .granularity = PQ_GRANULARITY_ADDRESSES, .stores_noinlines = true },
	.build = raw_build,
	.text = raw_text,
	.sections = {
		{ "rows", "samples in the order of the profile",
		  sample_columns, put_samples },
		{ "locations", "locations in the order of the profile",
		  location_columns, put_locations },
		{ "mappings", "mappings in the order of the profile",
		  mapping_columns, put_mappings },
	},
};
