#include "report/rows.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void pq_rows_init(struct pq_rows *w, const struct pq_rows_ops *ops,
		  const struct pq_column *columns)
{
	memset(w, 0, sizeof(*w));
	w->ops = ops;
	w->columns[0] = columns;
}

void pq_rows_begin(struct pq_rows *w)
{
	w->next[w->depth] = w->columns[w->depth];
	w->ops->begin_row(w);
}

void pq_rows_end(struct pq_rows *w)
{
	assert(w->next[w->depth]->kind == PQ_COLUMN_END);
	w->ops->end_row(w);
}

/*
 * The name of the value that is put now: that of the next column, or none in
 * a list of plain values, which is marked by having no columns.
 */
static const char *take_column(struct pq_rows *w, enum pq_column_kind kind)
{
	const struct pq_column *c;

	if (!w->columns[w->depth])
		return NULL;
	c = w->next[w->depth]++;
	assert(c->kind == kind);
	(void)kind;
	return c->name;
}

void pq_rows_int(struct pq_rows *w, int64_t value)
{
	w->ops->integer(w, take_column(w, PQ_COLUMN_INT), value);
}

void pq_rows_value(struct pq_rows *w, int64_t value)
{
	w->ops->value(w, take_column(w, PQ_COLUMN_VALUE), value);
}

void pq_rows_real_value(struct pq_rows *w, double value)
{
	w->ops->real(w, take_column(w, PQ_COLUMN_REAL_VALUE), value);
}

void pq_rows_real(struct pq_rows *w, double value)
{
	w->ops->real(w, take_column(w, PQ_COLUMN_REAL), value);
}

void pq_rows_text(struct pq_rows *w, struct pq_text value)
{
	w->ops->text(w, take_column(w, PQ_COLUMN_TEXT), value);
}

void pq_rows_hex(struct pq_rows *w, uint64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "0x%llx",
			 (unsigned long long)value);

	pq_rows_text(w, (struct pq_text){ text, (size_t)n });
}

void pq_rows_bool(struct pq_rows *w, bool value)
{
	w->ops->boolean(w, take_column(w, PQ_COLUMN_BOOL), value);
}

void pq_rows_list(struct pq_rows *w)
{
	const struct pq_column *c = w->next[w->depth]++;

	assert(c->kind >= PQ_COLUMN_INTS && w->depth + 1 < PQ_ROWS_DEPTH);
	w->ops->begin_list(w, c->name);
	w->depth++;
	w->columns[w->depth] = c->items;
	w->next[w->depth] = c->items;
}

void pq_rows_list_end(struct pq_rows *w)
{
	assert(w->depth > 0);
	w->depth--;
	w->ops->end_list(w);
}

void pq_rows_record(struct pq_rows *w)
{
	const struct pq_column *c = w->next[w->depth]++;

	assert(c->kind == PQ_COLUMN_RECORD && w->depth + 1 < PQ_ROWS_DEPTH);
	w->ops->begin_record(w, c->name);
	w->depth++;
	w->columns[w->depth] = w->next[w->depth] = c->items;
}

void pq_rows_record_end(struct pq_rows *w)
{
	assert(w->next[w->depth]->kind == PQ_COLUMN_END);
	w->depth--;
	w->ops->end_record(w);
}

bool pq_rows_stopped(struct pq_rows *w)
{
	return w->ops->stopped(w);
}

bool pq_columns_are_flat(const struct pq_column *columns)
{
	for (; columns->kind != PQ_COLUMN_END; columns++)
		if (columns->kind >= PQ_COLUMN_INTS)
			return false;
	return true;
}
