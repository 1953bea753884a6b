#include "insight/cells.h"

#include <math.h>
#include <string.h>

#include "base/notes.h"
#include "base/units.h"

#include "base/banned.h"

void pq_put_bytes(struct pq_buf *b, const struct pq_view *v, double bytes)
{
	int64_t value = pq_view_divided(v, pq_trunc(nearbyint(bytes)));
	struct pq_text unit = v->o.unit;

	if (isnan(bytes)) {
		pq_buf_str(b, "-");
		return;
	}
	if (!value) {
		pq_buf_str(b, "0B");
		return;
	}
	/* Small and huge values share a table: each cell has a unit. */
	if (pq_text_is(unit, "minimum"))
		unit = PQ_TEXT("auto");
	pq_unit_label(b, value, PQ_TEXT("bytes"), unit);
}

void pq_put_seconds(struct pq_buf *b, double seconds)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {
		{ "d", 86400 }, { "h", 3600 },	{ "m", 60 },
		{ "s", 1 },	{ "ms", 1e-3 }, { "us", 1e-6 },
	};

	if (isnan(seconds)) {
		pq_buf_str(b, "-");
		return;
	}
	/* The largest unit of which there is a whole one is taken. */
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (seconds >= units[i].seconds) {
			pq_buf_printf(b, "%.3g%s", seconds / units[i].seconds,
				      units[i].name);
			return;
		}
	pq_buf_str(b, "0s");
}

void pq_put_percent(struct pq_buf *b, double part, double whole)
{
	if (whole == 0)
		pq_buf_str(b, "-");
	else
		pq_buf_printf(b, "%.1f%%", 100 * part / whole);
}

void pq_take_note(struct pq_notes *to, struct pq_buf *b)
{
	pq_notes_add(to, pq_buf_view(b));
	pq_buf_clear(b);
}

/* ---- tables ---- */

void pq_table_init(struct pq_table *t, const char *const *titles, size_t n)
{
	memset(t, 0, sizeof(*t));
	t->titles = titles;
	t->n_columns = n;
	for (size_t i = 0; i < n; i++)
		pq_buf_str(pq_table_cell(t), titles[i]);
}

struct pq_buf *pq_table_cell(struct pq_table *t)
{
	*pq_vec_push(&t->starts) = t->text.len;
	return &t->text;
}

static struct pq_text cell_text(const struct pq_table *t, size_t i)
{
	size_t end = i + 1 < t->starts.n ? t->starts.at[i + 1] : t->text.len;

	return pq_text_slice(pq_buf_view(&t->text), t->starts.at[i], end);
}

static int column_width(const struct pq_table *t, size_t column)
{
	size_t most = 0;

	for (size_t i = column; i < t->starts.n; i += t->n_columns) {
		size_t width = pq_text_width(cell_text(t, i));

		most = width > most ? width : most;
	}
	return (int)most;
}

void pq_table_print(struct pq_table *t, struct pq_out *out)
{
	size_t last = t->n_columns - 1;
	PQ_VEC(int) widths = { 0 };

	/* Titles are the first row, and widen their columns like others. */
	for (size_t c = 0; c < last; c++)
		*pq_vec_push(&widths) = column_width(t, c);
	for (size_t i = 0; i < t->starts.n; i++) {
		size_t c = i % t->n_columns;
		struct pq_text text = cell_text(t, i);

		/* The last column is a name: on the left, and never padded. */
		if (c == last) {
			pq_out_str(out, text.len ? "  " : "");
			pq_out_text(out, text);
			pq_out_str(out, "\n");
			continue;
		}
		pq_out_str(out, c ? "  " : "");
		pq_out_pad(out, text, widths.at[c]);
	}
	pq_vec_release(&widths);
	pq_vec_release(&t->starts);
	pq_buf_release(&t->text);
}
