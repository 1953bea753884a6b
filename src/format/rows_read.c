#include "format/rows_read.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "format/folded_stacks.h"
#include "format/text/csv.h"
#include "format/text/scan.h"

#include "base/banned.h"

static const char label_prefix[] = "label:";

/* ---- columns ---- */

enum rows_column_kind { ROWS_STACK, ROWS_VALUE, ROWS_LABEL };

struct rows_column {
	enum rows_column_kind kind;
	uint32_t key; /* of LABEL */
};

static bool is_label_column(struct pq_text name)
{
	return pq_text_starts(name, label_prefix) &&
	       name.len >= sizeof(label_prefix);
}

/* Where the unit begins; name.len for what names no sample type. */
static size_t find_unit(struct pq_text name)
{
	size_t slash = pq_text_find(name, 0, "/");

	if (is_label_column(name) || !slash || slash + 1 >= name.len)
		return name.len;
	return slash + 1;
}

static bool is_rows_column(struct pq_text name)
{
	return is_label_column(name) || find_unit(name) < name.len ||
	       pq_text_is(name, "value");
}

/* A first line "stack,..." or "\"stack\",...". */
int pq_rows_probe(const uint8_t *head, size_t n)
{
	struct pq_text text = { (const char *)head, n }, second;
	size_t at = 0, end;

	if (pq_text_starts(text, "stack,"))
		at = 6;
	else if (pq_text_starts(text, "\"stack\","))
		at = 8;
	else
		return PQ_SURE_NO;
	end = pq_text_find(text, at, "\n");
	second = pq_text_slice(text, at, end);
	end = pq_text_find(second, 0, ",");
	second = pq_text_trim(pq_text_slice(second, 0, end));
	if (second.len > 2 && second.bytes[0] == '"')
		second = pq_text_slice(second, 1, second.len - 1);
	if (is_rows_column(second))
		return PQ_SURE_MAGIC;
	/* Another table of stacks, whose column the error can name. */
	return pq_text_find(second, 0, ";") == second.len &&
			       pq_text_find(second, 0, " ") == second.len
		       ? PQ_SURE_LIKELY
		       : PQ_SURE_NO;
}

/* ---- reading ---- */

/* A distinct pair of a stack and labels, as its sample's record has it. */
struct rows_row {
	const uint8_t *tail;
	size_t bytes;
};

struct rows_reading {
	struct pq_profile *p;
	struct pq_csv csv;
	struct pq_folded_stacks stacks;
	PQ_VEC(struct rows_column) columns;
	size_t n_types;
	struct pq_intern texts; /* of labels; see text_ids */
	PQ_VEC(uint32_t) text_ids;
	PQ_VEC(struct pq_label) labels;
	struct pq_map map;
	PQ_VEC(struct rows_row) rows;
	PQ_VEC(int64_t) values; /* of all rows */
	PQ_VEC(uint8_t) tail;
};

static uint32_t rows_string(struct rows_reading *r, struct pq_text text)
{
	uint32_t id = pq_intern(&r->texts, text);

	while (r->text_ids.n <= id)
		*pq_vec_push(&r->text_ids) = 0;
	if (id && !r->text_ids.at[id])
		r->text_ids.at[id] = pq_profile_add_string(
			r->p, pq_intern_text(&r->texts, id));
	return r->text_ids.at[id];
}

static bool add_value_column(struct rows_reading *r, struct pq_text name)
{
	bool unnamed = pq_text_is(name, "value");
	size_t unit = find_unit(name);
	struct pq_value_type type;

	if (unnamed && r->p->value_is_unnamed)
		return pq_csv_fail(&r->csv, "two columns are called value");
	r->p->value_is_unnamed |= unnamed;
	type.type = rows_string(r, unnamed ? PQ_TEXT("samples")
					   : pq_text_slice(name, 0, unit - 1));
	type.unit =
		rows_string(r, unnamed ? PQ_TEXT("count")
				       : pq_text_slice(name, unit, name.len));
	*pq_vec_push(&r->p->sample_types) = type;
	*pq_vec_push(&r->columns) = (struct rows_column){ .kind = ROWS_VALUE };
	return true;
}

static bool fail_column(struct rows_reading *r, struct pq_text name)
{
	return pq_fail_at(r->csv.err, r->csv.offset,
			  "rows of a database: the column \"%.*s\" is neither "
			  "TYPE/UNIT, value nor label:KEY",
			  (int)(name.len < 200 ? name.len : 200), name.bytes);
}

/* The first column is known to be the stack. */
static bool read_header(struct rows_reading *r)
{
	if (!pq_csv_next(&r->csv))
		return false;
	*pq_vec_push(&r->columns) = (struct rows_column){ .kind = ROWS_STACK };
	for (size_t i = 1; i < r->csv.fields.n; i++) {
		struct pq_text name = r->csv.fields.at[i];
		struct rows_column label = { .kind = ROWS_LABEL };

		if (!is_rows_column(name))
			return fail_column(r, name);
		if (!is_label_column(name)) {
			if (!add_value_column(r, name))
				return false;
			continue;
		}
		label.key = rows_string(
			r, pq_text_slice(name, sizeof(label_prefix) - 1,
					 name.len));
		*pq_vec_push(&r->columns) = label;
	}
	r->n_types = r->p->sample_types.n;
	if (!r->n_types)
		return pq_csv_fail(&r->csv, "there is no column of values");
	/* A name of -sample_index is for the only column there is. */
	r->p->value_is_unnamed &= r->n_types == 1;
	return true;
}

static bool is_same_tail(const void *ctx, uint32_t index, const void *key)
{
	const struct rows_reading *r = ctx;
	const struct rows_row *a = &r->rows.at[index], *b = key;

	return a->bytes == b->bytes && !memcmp(a->tail, b->tail, a->bytes);
}

/* The values of the row that this one is, or becomes. */
static int64_t *intern_row(struct rows_reading *r, const struct pq_sample *is)
{
	struct rows_row row;
	uint32_t fresh = (uint32_t)r->rows.n, at;

	pq_vec_reserve(&r->tail, pq_size_add(pq_size_mul(is->n_locations, 5),
					     pq_size_mul(is->n_labels, 20)) +
					 PQ_VARINT_MOST);
	row.tail = r->tail.at;
	row.bytes =
		(size_t)(pq_sample_encode_tail(r->tail.at, is) - r->tail.at);
	at = pq_map_intern(&r->map, pq_hash_bytes(row.tail, row.bytes, 0),
			   is_same_tail, r, &row, fresh);
	if (at == fresh) {
		row.tail = pq_arena_copy(&r->p->arena, row.tail, row.bytes);
		*pq_vec_push(&r->rows) = row;
		pq_vec_reach(&r->values, r->rows.n * r->n_types);
	}
	return &r->values.at[at * r->n_types];
}

/* Everything of a record but its values. */
static int64_t *take_row(struct rows_reading *r)
{
	struct pq_sample sample = { 0 };
	struct pq_text stack = r->csv.fields.at[0];

	r->labels.n = 0;
	for (size_t i = 1; i < r->columns.n; i++)
		if (r->columns.at[i].kind == ROWS_LABEL &&
		    r->csv.fields.at[i].len)
			*pq_vec_push(&r->labels) = (struct pq_label){
				.key = r->columns.at[i].key,
				.str = rows_string(r, r->csv.fields.at[i]),
			};
	if (stack.len) {
		pq_folded_stack(&r->stacks, stack);
		sample.locations = r->stacks.stack.at;
		sample.n_locations = r->stacks.stack.n;
	}
	sample.labels = r->labels.at;
	sample.n_labels = r->labels.n;
	return intern_row(r, &sample);
}

static bool add_row(struct rows_reading *r)
{
	int64_t *values, value;
	size_t k = 0;

	if (r->csv.fields.n != r->columns.n)
		return pq_csv_fail(&r->csv, "it has more or fewer fields than "
					    "the header");
	values = take_row(r);
	for (size_t i = 1; i < r->columns.n; i++) {
		struct pq_text field = r->csv.fields.at[i];

		if (r->columns.at[i].kind != ROWS_VALUE)
			continue;
		value = 0;
		if (field.len && !pq_number_decimal(field, &value))
			return pq_csv_fail(&r->csv, "a value is no whole "
						    "number of 64 bits");
		values[k] = (int64_t)((uint64_t)values[k] + (uint64_t)value);
		k++;
	}
	return true;
}

/* A name that a compiler made: C++'s, on macOS too, or Rust's. */
static bool is_linker_name(struct pq_text name)
{
	return pq_text_starts(name, "_Z") || pq_text_starts(name, "__Z") ||
	       pq_text_starts(name, "_R");
}

/*
 * Tables have the names of the files: the ones that reports make readable
 * there are readable here as well.
 */
static void mark_linker_names(struct pq_profile *p)
{
	for (size_t i = 0; i < p->functions.n; i++) {
		struct pq_function *f = &p->functions.at[i];

		if (is_linker_name(pq_string(p, f->name)))
			f->system_name = f->name;
	}
}

static void store_rows(struct rows_reading *r)
{
	r->p->samples.n_values = (unsigned)r->n_types;
	for (size_t i = 0; i < r->rows.n; i++)
		pq_samples_add_tail(&r->p->samples,
				    &r->values.at[i * r->n_types],
				    r->rows.at[i].tail, r->rows.at[i].bytes);
}

static void release_rows(struct rows_reading *r)
{
	pq_csv_release(&r->csv);
	pq_folded_stacks_release(&r->stacks);
	pq_vec_release(&r->columns);
	pq_intern_release(&r->texts);
	pq_vec_release(&r->text_ids);
	pq_vec_release(&r->labels);
	pq_map_release(&r->map);
	pq_vec_release(&r->rows);
	pq_vec_release(&r->values);
	pq_vec_release(&r->tail);
}

bool pq_rows_read(struct pq_stream *s, struct pq_profile *p,
		  struct pq_error *err)
{
	struct rows_reading r = { .p = p };
	bool ok;

	pq_profile_add_string(p, PQ_TEXT("")); /* id 0 */
	pq_csv_init(&r.csv, s, err);
	pq_folded_stacks_init(&r.stacks, p);
	pq_intern_init(&r.texts, &p->arena);
	ok = read_header(&r);
	while (ok && pq_csv_next(&r.csv))
		ok = add_row(&r);
	ok = ok && err->code == PQ_OK;
	if (ok) {
		mark_linker_names(p);
		store_rows(&r);
	}
	release_rows(&r);
	return ok;
}
