#include "compare/change_text.h"

#include <math.h>

#include "base/units.h"

#include "base/banned.h"

/* ---- numbers ---- */

void pq_change_signed(const struct pq_view *v, struct pq_buf *b, int64_t value)
{
	pq_buf_str(b, value > 0 ? "+" : "");
	pq_view_value(v, b, value);
}

void pq_change_sides(const struct pq_view *v, struct pq_buf *b,
		     const struct pq_change *c)
{
	pq_view_value(v, b, c->base);
	pq_buf_str(b, " -> ");
	pq_view_value(v, b, c->new);
}

void pq_change_ratio_text(struct pq_buf *b, const struct pq_change *c)
{
	double ratio = pq_change_ratio(c);

	if (!c->base && !c->new)
		pq_buf_str(b, "-");
	else if (!c->base)
		pq_buf_str(b, "new");
	else if (!c->new)
		pq_buf_str(b, "gone");
	else
		pq_buf_printf(b, fabs(ratio) < 10 ? "x%.2f" : "x%.1f", ratio);
}

void pq_change_percent(struct pq_buf *b, int64_t value, int64_t total)
{
	double share = total ? (double)value / (double)total * 100 : NAN;

	if (!value || fabs(share) < 0.005)
		pq_buf_str(b, "0%");
	else if (!isfinite(share))
		pq_buf_str(b, "-");
	else
		pq_buf_printf(b, fabs(share) < 10 ? "%+.2f%%" : "%+.1f%%",
			      share);
}

void pq_change_margin(const struct pq_view *v, const struct pq_facts *facts,
		      struct pq_buf *b, const struct pq_change *c)
{
	if (c->n_summed || c->verdict == PQ_NOT_JUDGED) {
		pq_buf_str(b, "-");
		return;
	}
	if (!isfinite(c->margin)) {
		pq_buf_str(b, "?");
		return;
	}
	/* The second one is "±". */
	pq_buf_str(b, facts->guessed_sizes ? "~" : "\302\261");
	pq_view_value(v, b, pq_trunc(round(c->margin)));
}

/* ---- lines ---- */

/* Adds the buffer's content as a line and releases the buffer. */
static void move_to_notes(struct pq_notes *l, struct pq_buf *b)
{
	pq_notes_add(l, pq_buf_view(b));
	pq_buf_release(b);
}

static void note_side(struct pq_notes *l, const struct pq_joined *j,
		      const char *title, const size_t *files, size_t n)
{
	const struct pq_joined_file *first = &j->files[files[0]];
	struct pq_buf b = { 0 };

	pq_buf_str(&b, title);
	for (size_t i = 0; i < n; i++) {
		pq_buf_str(&b, i ? ", " : "");
		pq_buf_str(&b, j->files[files[i]].name);
	}

	/* The time of several files would be the time of one of them. */
	if (n == 1 && first->time_nanos) {
		pq_buf_str(&b, ", ");
		pq_time_header(&b, first->time_nanos);
	}
	move_to_notes(l, &b);
}

void pq_change_legend(struct pq_notes *l, const struct pq_view *v,
		      const struct pq_joined *j, const struct pq_facts *facts)
{
	struct pq_buf b = { 0 };

	note_side(l, j, "Old: ", facts->old_files, facts->n_old);
	note_side(l, j, "New: ", facts->new_files, facts->n_new);
	pq_buf_str(&b, "Type: ");
	pq_buf_text(&b, v->type);
	move_to_notes(l, &b);
}

void pq_change_total(struct pq_notes *l, const struct pq_view *v,
		     const struct pq_comparison *c, int64_t of)
{
	const struct pq_change *total = &c->total;
	bool groups = c->facts->n_old > 1 || c->facts->n_new > 1;
	struct pq_buf b = { 0 };

	/* Sides of several files are means: sums would depend on how many. */
	pq_buf_str(&b, groups ? "Mean total: " : "Total: ");
	pq_change_sides(v, &b, total);
	pq_buf_str(&b, ", ");
	pq_change_signed(v, &b, total->delta);
	pq_buf_str(&b, " (");
	pq_change_percent(&b, total->delta, of);
	pq_buf_str(&b, ", ");
	pq_change_ratio_text(&b, total);
	pq_buf_str(&b, ")");

	/* Margin and verdict, as far as there are any. */
	if (isfinite(total->margin)) {
		pq_buf_str(&b, ", ");
		pq_change_margin(v, c->facts, &b, total);
	}
	if (total->verdict != PQ_NOT_JUDGED && total->verdict != PQ_FEW)
		pq_buf_printf(&b, ", %s", pq_verdict_name(total->verdict));
	move_to_notes(l, &b);
}

/* Percentages are of the whole; filtered values would not show it. */
void pq_change_whole(struct pq_notes *l, const struct pq_view *v,
		     const struct pq_facts *facts)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "Before filters: ");
	pq_view_value(v, &b, facts->total[0]);
	pq_buf_str(&b, " -> ");
	pq_view_value(v, &b, facts->total[1]);
	move_to_notes(l, &b);
}
