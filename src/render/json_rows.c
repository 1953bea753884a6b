#include "render/json_rows.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format/json.h"
#include "render/json_text.h"

#include "base/banned.h"

static struct pq_json_rows *json_of(struct pq_rows *w)
{
	return (struct pq_json_rows *)w;
}

/* Adds to the container under way: by name to a row, or to a list. */
static void add(struct pq_json_rows *j, const char *name, cJSON *item)
{
	cJSON *parent = j->levels[j->depth - 1];

	if (name)
		cJSON_AddItemToObjectCS(parent, name, item);
	else
		cJSON_AddItemToArray(parent, item);
}

static void descend(struct pq_json_rows *j, cJSON *item)
{
	assert(j->depth < 2 * PQ_ROWS_DEPTH);
	j->levels[j->depth++] = item;
}

static void begin_row(struct pq_rows *w)
{
	struct pq_json_rows *j = json_of(w);
	cJSON *row = cJSON_CreateObject();

	if (j->depth)
		add(j, NULL, row);
	descend(j, row);
}

static void print_row(struct pq_json_rows *j, cJSON *row)
{
	char *text = cJSON_PrintUnformatted(row);

	pq_out_str(j->out, j->any ? ",\n" : "\n");
	pq_out_str(j->out, text);
	j->any = true;
	cJSON_free(text);
	cJSON_Delete(row);
}

static void end_row(struct pq_rows *w)
{
	struct pq_json_rows *j = json_of(w);

	if (!--j->depth)
		print_row(j, j->levels[0]);
}

static void integer(struct pq_rows *w, const char *name, int64_t value)
{
	char text[24];

	/* raw: cJSON's own numbers are doubles */
	snprintf(text, sizeof(text), "%lld", (long long)value);
	add(json_of(w), name, cJSON_CreateRaw(text));
}

static void real(struct pq_rows *w, const char *name, double value)
{
	char text[40];

	if (!isfinite(value)) {
		add(json_of(w), name, cJSON_CreateNull());
		return;
	}
	snprintf(text, sizeof(text), "%.17g", value);
	add(json_of(w), name, cJSON_CreateRaw(text));
}

static void text(struct pq_rows *w, const char *name, struct pq_text value)
{
	struct pq_json_rows *j = json_of(w);

	/* raw: cJSON's own strings end at a NUL and may be invalid UTF-8 */
	pq_buf_clear(&j->scratch);
	pq_json_text(&j->scratch, value);
	add(j, name,
	    cJSON_CreateRaw(pq_unchecked_bytes(pq_buf_cstr(&j->scratch))));
}

static void boolean(struct pq_rows *w, const char *name, bool value)
{
	add(json_of(w), name, cJSON_CreateBool(value));
}

static void begin_list(struct pq_rows *w, const char *name)
{
	struct pq_json_rows *j = json_of(w);
	cJSON *list = cJSON_CreateArray();

	add(j, name, list);
	descend(j, list);
}

static void end_list(struct pq_rows *w)
{
	json_of(w)->depth--;
}

static bool stopped(struct pq_rows *w)
{
	return pq_out_stopped(json_of(w)->out);
}

static const struct pq_rows_ops ops = {
	.begin_row = begin_row,
	.end_row = end_row,
	.integer = integer,
	.real = real,
	.text = text,
	.boolean = boolean,
	.begin_list = begin_list,
	.end_list = end_list,
	.stopped = stopped,
};

void pq_json_rows_init(struct pq_json_rows *j, struct pq_out *out,
		       const struct pq_column *columns)
{
	memset(j, 0, sizeof(*j));
	pq_json_use_pq_alloc();
	j->out = out;
	pq_rows_init(&j->rows, &ops, columns);
}

void pq_json_rows_release(struct pq_json_rows *j)
{
	pq_buf_release(&j->scratch);
}
