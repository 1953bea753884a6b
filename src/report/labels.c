#include "report/labels.h"

#include "base/banned.h"

const struct pq_column pq_label_columns[] = {
	{ "key", PQ_COLUMN_TEXT, "key of the label", .heading = "Key",
	  .width = 12 },
	{ "str", PQ_COLUMN_TEXT, "value of a string label, else empty",
	  .heading = "Text", .width = 12 },
	{ "num", PQ_COLUMN_INT, "value of a numeric label, else 0",
	  .heading = "Number", .width = 6 },
	{ "unit", PQ_COLUMN_TEXT, "unit of a numeric label, if it has one",
	  .heading = "Unit", .width = 12 },
	{ .kind = PQ_COLUMN_END },
};

void pq_put_labels(const struct pq_profile *p, struct pq_sample *s,
		   struct pq_rows *w)
{
	pq_labels_sort(p, s->labels, s->n_labels);
	pq_rows_list(w);
	for (size_t i = 0; i < s->n_labels; i++) {
		const struct pq_label *l = &s->labels[i];

		/* A label is a text or a number: one is empty or 0. */
		pq_rows_begin(w);
		pq_rows_text(w, pq_string(p, l->key));
		pq_rows_text(w, pq_string(p, l->str));
		pq_rows_int(w, l->num);
		pq_rows_text(w, pq_string(p, l->unit));
		pq_rows_end(w);
	}
	pq_rows_list_end(w);
}
