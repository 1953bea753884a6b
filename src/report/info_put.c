#include "report/info.h"

#include "base/banned.h"

/* ---- the properties, as rows and as lines ---- */

/*
 * A property is given to `put' as its name, a text and a number; reports read
 * the text, scripts the number.
 */
struct put {
	void (*row)(struct put *to, const char *name, struct pq_text text,
		    int64_t number);
	struct pq_buf b; /* for texts in the making */
	struct pq_rows *rows;
	struct pq_out *out;
};

static void put_property_text(struct put *to, const char *name,
			      struct pq_text text)
{
	if (text.len)
		to->row(to, name, text, 0);
}

/* Puts the text in the buffer, and empties it. */
static void put_made(struct put *to, const char *name, int64_t number)
{
	to->row(to, name, pq_buf_view(&to->b), number);
	pq_buf_clear(&to->b);
}

static void put_count(struct put *to, const char *name, uint64_t number)
{
	pq_buf_printf(&to->b, "%llu", (unsigned long long)number);
	put_made(to, name, (int64_t)number);
}

static void put_size(struct put *to, const char *name, uint64_t bytes)
{
	/* whole megabytes: it is an estimate */
	uint64_t megabytes = (bytes + ((1 << 20) - 1)) >> 20;

	pq_buf_printf(&to->b, "about %llu MB", (unsigned long long)megabytes);
	put_made(to, name, (int64_t)(megabytes << 20));
}

/* Events that are all counted: "each contention", of a type in the plural. */
static void put_each(struct pq_buf *b, struct pq_text type)
{
	if (type.len && type.bytes[type.len - 1] == 's')
		type.len--;
	pq_buf_str(b, "each ");
	pq_buf_text(b, type);
	pq_buf_str(b, " counted");
}

static void put_period(struct put *to, const struct pq_profile *p)
{
	struct pq_text type = pq_string(p, p->period_type.type);
	struct pq_text unit = pq_string(p, p->period_type.unit);

	if (p->period <= 0 && !type.len)
		return;
	/* A period of 1 count: every event was recorded. */
	if (p->period == 1 && pq_text_is(unit, "count")) {
		put_each(&to->b, type);
	} else if (p->period > 0 && pq_text_is(type, "space")) {
		pq_buf_str(&to->b, "one sample per ");
		pq_unit_label(&to->b, p->period, unit, PQ_TEXT("auto"));
		pq_buf_str(&to->b, " allocated");
	} else if (p->period > 0) {
		pq_buf_str(&to->b, "every ");
		pq_unit_label(&to->b, p->period, unit, PQ_TEXT("auto"));
		pq_buf_str(&to->b, " of ");
		pq_buf_text(&to->b, type);
	} else {
		pq_buf_str(&to->b, "by ");
		pq_buf_text(&to->b, type);
	}
	put_made(to, "sampled", p->period);
}

static void put_times(struct put *to, const struct pq_profile *p)
{
	if (p->time_nanos) {
		pq_time_header(&to->b, p->time_nanos);
		put_made(to, "time", p->time_nanos);
	}
	if (p->duration_nanos) {
		pq_unit_label(&to->b, p->duration_nanos, PQ_TEXT("nanoseconds"),
			      PQ_TEXT("auto"));
		put_made(to, "duration", p->duration_nanos);
	}
}

static void put_source(struct put *to, const struct pq_profile *p)
{
	pq_buf_str(&to->b, p->format ? p->format : "several files, merged");
	pq_buf_str(&to->b, p->gzipped ? ", gzipped" : "");
	put_made(to, "format", 0);
	put_period(to, p);
	put_times(to, p);
	put_property_text(to, "doc", pq_string(p, p->doc_url));
	for (size_t i = 0; i < p->comments.n; i++)
		put_property_text(to, "comment",
				  pq_string(p, p->comments.at[i]));
}

/* The share of samples that were taken in the kernel. */
static void put_kernel(struct put *to, const struct pq_info *info)
{
	const struct pq_info_type *chosen = NULL;

	for (size_t i = 0; i < info->n_types; i++)
		if (info->types[i].chosen)
			chosen = &info->types[i];
	if (!info->has_kernel || !chosen)
		return;
	pq_percentage_trimmed(&to->b, info->kernel, chosen->total);
	pq_buf_str(&to->b, " of ");
	pq_buf_text(&to->b, chosen->type);
	put_made(to, "kernel code", info->kernel);
}

static void put_all(struct put *to, const struct pq_info *info)
{
	const struct pq_profile *p = info->view->p;

	/* The order is a reader's: where from, how much, what it costs. */
	put_source(to, p);
	put_count(to, "samples", p->samples.n);
	put_count(to, "frames", info->n_frames);
	put_count(to, "deepest stack", info->deepest);
	put_count(to, "locations", p->locations.n);
	put_count(to, "unnamed", info->n_unnamed);
	put_count(to, "functions", p->functions.n);
	put_count(to, "mappings", info->n_mappings);
	put_kernel(to, info);
	put_size(to, "memory for top", info->top_bytes);
	pq_buf_release(&to->b);
}

/* ---- sections ---- */

static void row_of_table(struct put *to, const char *name, struct pq_text text,
			 int64_t number)
{
	pq_rows_begin(to->rows);
	pq_rows_text(to->rows, pq_text_of(name));
	pq_rows_text(to->rows, text);
	pq_rows_int(to->rows, number);
	pq_rows_end(to->rows);
}

void pq_info_put_rows(const void *rows, struct pq_rows *w)
{
	struct put to = { .row = row_of_table, .rows = w };

	put_all(&to, rows);
}

const struct pq_column pq_info_row_columns[] = {
	{ "property", PQ_COLUMN_TEXT, "what is told", .heading = "Property",
	  .width = 12 },
	{ "text", PQ_COLUMN_TEXT, "it, as the report prints it",
	  .heading = "Text", .width = 24 },
	{ "number", PQ_COLUMN_INT,
	  "it, if it is a number: times in nanoseconds, memory in bytes, the "
	  "period and kernel code in their unit; else 0",
	  .heading = "Number", .width = 6 },
	{ .kind = PQ_COLUMN_END },
};

void pq_info_put_types(const void *rows, struct pq_rows *w)
{
	const struct pq_info *info = rows;

	for (size_t i = 0; i < info->n_types; i++) {
		const struct pq_info_type *t = &info->types[i];

		pq_rows_begin(w);
		pq_rows_text(w, t->type);
		pq_rows_text(w, t->unit);
		pq_rows_value(w, t->total);
		pq_rows_bool(w, t->chosen);
		pq_rows_end(w);
	}
}

const struct pq_column pq_info_type_columns[] = {
	{ "type", PQ_COLUMN_TEXT, "name of the sample type", .heading = "Type",
	  .width = 12 },
	{ "unit", PQ_COLUMN_TEXT, "unit of its values", .heading = "Unit",
	  .width = 12 },
	{ "total", PQ_COLUMN_VALUE, "sum of the absolute values",
	  .heading = "Total", .width = 10, .unit_in = "unit" },
	{ "chosen", PQ_COLUMN_BOOL, "the one that reports show",
	  .heading = "Chosen", .width = 5 },
	{ .kind = PQ_COLUMN_END },
};

void pq_info_put_labels(const void *rows, struct pq_rows *w)
{
	const struct pq_info *info = rows;

	for (size_t i = 0; i < info->n_labels; i++) {
		pq_rows_begin(w);
		pq_rows_text(w, info->labels[i].key);
		pq_rows_int(w, (int64_t)info->labels[i].n_values);
		pq_rows_int(w, (int64_t)info->labels[i].n_samples);
		pq_rows_end(w);
	}
}

const struct pq_column pq_info_label_columns[] = {
	{ "key", PQ_COLUMN_TEXT, "key of the label", .heading = "Key",
	  .width = 12 },
	{ "values", PQ_COLUMN_INT, "number of its distinct values",
	  .heading = "Values", .width = 6 },
	{ "samples", PQ_COLUMN_INT, "number of samples that have it",
	  .heading = "Samples", .width = 6 },
	{ .kind = PQ_COLUMN_END },
};

void pq_info_put_mappings(const void *rows, struct pq_rows *w)
{
	const struct pq_info *info = rows;
	const struct pq_profile *p = info->view->p;

	for (size_t i = 0; i < info->n_mappings; i++) {
		const struct pq_mapping *m = info->mappings[i].m;

		pq_rows_begin(w);
		pq_rows_text(w, pq_string(p, m->file));
		pq_rows_text(w, pq_string(p, m->build_id));
		pq_rows_int(w, (int64_t)info->mappings[i].n_locations);
		pq_rows_int(w, (int64_t)info->mappings[i].n_named);
		pq_rows_text(w, pq_text_of(m->found ? m->found : ""));
		pq_rows_end(w);
	}
}

const struct pq_column pq_info_mapping_columns[] = {
	{ "file", PQ_COLUMN_TEXT, "file that is mapped", .heading = "File",
	  .width = 24 },
	{ "build_id", PQ_COLUMN_TEXT, "its build id, if known",
	  .heading = "Build id", .width = 12 },
	{ "locations", PQ_COLUMN_INT, "number of locations in it",
	  .heading = "Locations", .width = 6 },
	{ "named", PQ_COLUMN_INT, "how many of them have a function",
	  .heading = "Named", .width = 6 },
	{ "found", PQ_COLUMN_TEXT,
	  "what its program told of names; empty when it was not looked for",
	  .heading = "Found", .width = 12 },
	{ .kind = PQ_COLUMN_END },
};

/* ---- text ---- */

static void line(struct put *to, const char *name, struct pq_text text,
		 int64_t number)
{
	(void)number;
	pq_out_pad(to->out, pq_text_of(name), -16);
	pq_out_text(to->out, text);
	pq_out_str(to->out, "\n");
}

static void print_sample_totals(const struct pq_info *info, struct pq_buf *b,
				struct pq_out *out)
{
	pq_out_str(out, "\nsample types\n");
	for (size_t i = 0; i < info->n_types; i++) {
		const struct pq_info_type *t = &info->types[i];

		pq_buf_clear(b);
		pq_unit_label(b, t->total, t->unit, PQ_TEXT("auto"));
		pq_out_pad(out, pq_buf_view(b), 14);
		pq_out_str(out, "  ");
		pq_out_text(out, t->type);
		pq_out_str(out, "/");
		pq_out_text(out, t->unit);
		/* Readers see which type reports show by themselves. */
		pq_out_str(out, t->chosen ? " (shown)\n" : "\n");
	}
}

static void print_label_keys(const struct pq_info *info, struct pq_out *out)
{
	if (!info->n_labels)
		return;
	pq_out_str(out, "\nlabels\n");
	for (size_t i = 0; i < info->n_labels; i++) {
		const struct pq_info_label *l = &info->labels[i];

		pq_out_printf(out, "%14llu  ", (unsigned long long)l->n_values);
		pq_out_text(out, l->key);
		pq_out_printf(out, " (in %llu samples)\n",
			      (unsigned long long)l->n_samples);
	}
}

static void print_mappings(const struct pq_info *info, struct pq_out *out)
{
	const struct pq_profile *p = info->view->p;

	if (!info->n_mappings)
		return;
	pq_out_str(out, "\nmappings\n");
	for (size_t i = 0; i < info->n_mappings; i++) {
		const struct pq_mapping *m = info->mappings[i].m;

		pq_out_printf(
			out, "%14llu  ",
			(unsigned long long)info->mappings[i].n_locations);
		/* Mappings without a name stand for anonymous memory. */
		if (pq_string(p, m->file).len)
			pq_out_text(out, pq_string(p, m->file));
		else
			pq_out_str(out, "(no file name)");
		if (pq_string(p, m->build_id).len) {
			pq_out_str(out, " build id ");
			pq_out_text(out, pq_string(p, m->build_id));
		}
		if (m->found)
			pq_out_printf(
				out, " (%llu named: %s)",
				(unsigned long long)info->mappings[i].n_named,
				m->found);
		pq_out_str(out, "\n");
	}
}

void pq_info_text(const void *rows, struct pq_out *out)
{
	const struct pq_info *info = rows;
	struct put to = { .row = line, .out = out };
	struct pq_buf b = { 0 };

	put_all(&to, info);
	print_sample_totals(info, &b, out);
	print_label_keys(info, out);
	print_mappings(info, out);
	pq_buf_release(&b);
}
