#include "render/json_rows.h"

#include <string.h>

#include "base/banned.h"

static struct pq_json_writer *json_of(struct pq_rows *w)
{
	return ((struct pq_json_rows *)w)->to;
}

static bool is_bare(const struct pq_rows *w)
{
	return !w->depth && ((const struct pq_json_rows *)w)->bare;
}

/* The row under way is one of the page that was asked for. */
static bool is_on_page(const struct pq_rows *w)
{
	const struct pq_json_rows *j = (const struct pq_json_rows *)w;

	return j->n >= j->first && (!j->most || j->n - j->first < j->most);
}

static void name_value(struct pq_rows *w, const char *name)
{
	if (name && is_bare(w))
		pq_json_break_line(json_of(w));
	if (name)
		pq_json_put_name(json_of(w), name);
}

static void begin_json_row(struct pq_rows *w)
{
	if (is_bare(w) || !is_on_page(w))
		return;
	if (!w->depth)
		pq_json_break_line(json_of(w));
	pq_json_open_object(json_of(w));
}

static void end_json_row(struct pq_rows *w)
{
	struct pq_json_rows *j = (struct pq_json_rows *)w;

	if (is_bare(w))
		return;
	if (is_on_page(w))
		pq_json_close_object(json_of(w));
	/* Rows off the page count, too: their number is told. */
	if (!w->depth)
		j->n++;
}

static void put_json_int(struct pq_rows *w, const char *name, int64_t value)
{
	if (!is_on_page(w))
		return;
	name_value(w, name);
	pq_json_put_int(json_of(w), value);
}

static void put_json_real(struct pq_rows *w, const char *name, double value)
{
	if (!is_on_page(w))
		return;
	name_value(w, name);
	pq_json_put_estimate(json_of(w), value);
}

static void put_json_text(struct pq_rows *w, const char *name,
			  struct pq_text value)
{
	if (!is_on_page(w))
		return;
	name_value(w, name);
	pq_json_put_text(json_of(w), value);
}

static void put_json_bool(struct pq_rows *w, const char *name, bool value)
{
	if (!is_on_page(w))
		return;
	name_value(w, name);
	pq_json_put_bool(json_of(w), value);
}

static void begin_json_list(struct pq_rows *w, const char *name)
{
	if (!is_on_page(w))
		return;
	name_value(w, name);
	pq_json_open_list(json_of(w));
}

static void end_json_list(struct pq_rows *w)
{
	if (is_on_page(w))
		pq_json_close_list(json_of(w));
}

static void begin_json_record(struct pq_rows *w, const char *name)
{
	if (!is_on_page(w))
		return;
	name_value(w, name);
	pq_json_open_object(json_of(w));
}

static void end_json_record(struct pq_rows *w)
{
	if (is_on_page(w))
		pq_json_close_object(json_of(w));
}

static bool json_stopped(struct pq_rows *w)
{
	return pq_out_stopped(json_of(w)->out);
}

static const struct pq_rows_ops ops = {
	.begin_row = begin_json_row,
	.end_row = end_json_row,
	.integer = put_json_int,
	.value = put_json_int,
	.real = put_json_real,
	.text = put_json_text,
	.boolean = put_json_bool,
	.begin_list = begin_json_list,
	.end_list = end_json_list,
	.begin_record = begin_json_record,
	.end_record = end_json_record,
	.stopped = json_stopped,
};

void pq_json_rows_init(struct pq_json_rows *j, struct pq_json_writer *to,
		       const struct pq_column *columns)
{
	memset(j, 0, sizeof(*j));
	j->to = to;
	pq_rows_init(&j->rows, &ops, columns);
}
