#include "session/merge_kinds.h"

#include "base/banned.h"

void pq_merge_kinds_init(struct pq_merge_kinds *k)
{
	*k = (struct pq_merge_kinds){ 0 };
	pq_arena_init(&k->arena);
	pq_intern_init(&k->texts, &k->arena);
}

void pq_merge_kinds_release(struct pq_merge_kinds *k)
{
	pq_intern_release(&k->texts);
	pq_vec_release(&k->files);
	pq_arena_release(&k->arena);
}

static void put_value_type(struct pq_buf *b, const struct pq_profile *p,
			   struct pq_value_type t)
{
	pq_buf_text(b, pq_string(p, t.type));
	pq_buf_char(b, '/');
	pq_buf_text(b, pq_string(p, t.unit));
}

static void put_kind(struct pq_buf *b, const struct pq_profile *p)
{
	for (size_t i = 0; i < p->sample_types.n; i++) {
		pq_buf_str(b, i ? " " : "");
		put_value_type(b, p, p->sample_types.at[i]);
	}
	if (!p->sample_types.n)
		pq_buf_str(b, "no sample types");
	if (p->period_type.type || p->period_type.unit) {
		pq_buf_str(b, ", sampled by ");
		put_value_type(b, p, p->period_type);
	}
}

void pq_merge_kinds_add(struct pq_merge_kinds *k, const char *name,
			const struct pq_profile *p)
{
	struct pq_buf b = { 0 };
	uint32_t id;

	put_kind(&b, p);
	id = pq_intern(&k->texts, pq_buf_view(&b));
	pq_buf_release(&b);
	k->n_first += id == 1;
	k->n_others += id > 1;
	if (!k->files.n || (id > 1 && k->n_others <= PQ_MERGE_KINDS_TOLD))
		*pq_vec_push(&k->files) = (struct pq_merge_file){ name, id };
}

static void tell_file(const struct pq_merge_kinds *k, size_t i, size_t more,
		      struct pq_log *log)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, k->files.at[i].name);
	if (more)
		pq_buf_printf(&b, " and %zu more", more);
	pq_buf_str(&b, ": ");
	pq_buf_text(&b, pq_intern_text(&k->texts, k->files.at[i].kind));
	pq_log_text(log, pq_buf_view(&b));
	pq_buf_release(&b);
}

void pq_merge_kinds_tell(const struct pq_merge_kinds *k, struct pq_log *log)
{
	if (!k->n_others)
		return;
	for (size_t i = 0; i < k->files.n; i++)
		tell_file(k, i, i ? 0 : k->n_first - 1, log);
	if (k->n_others > PQ_MERGE_KINDS_TOLD)
		pq_log_say(log, "... and %zu more that are not as the first",
			   k->n_others - PQ_MERGE_KINDS_TOLD);
}
