/* findings: what the rules of triage found, as they found it. */
#include "insight/findings.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

static struct pq_text take_triage_text(struct pq_triage *t, struct pq_buf *b)
{
	struct pq_text text = pq_arena_text(t->arena, pq_buf_view(b));

	pq_buf_clear(b);
	return text;
}

struct pq_finding *pq_triage_find(struct pq_triage *t, const char *rule,
				  struct pq_buf *text, struct pq_text site,
				  double share, struct pq_buf *command)
{
	struct pq_finding *f = pq_vec_push(&t->findings);

	f->rule = rule;
	f->text = take_triage_text(t, text);
	f->site = pq_arena_text(t->arena, site);
	f->share = share;
	f->command = take_triage_text(t, command);
	pq_notes_init(&f->evidence, t->arena);
	return f;
}

void pq_triage_add_evidence(struct pq_finding *f, struct pq_buf *line)
{
	pq_notes_add(&f->evidence, pq_buf_view(line));
	pq_buf_clear(line);
}

void pq_triage_be_quiet(struct pq_triage *t, const char *rule,
			struct pq_buf *why)
{
	struct pq_quiet_rule *q = pq_vec_push(&t->quiet);

	q->rule = rule;
	q->why = take_triage_text(t, why);
}

void pq_triage_join_one(struct pq_joined *j, struct pq_joined_file *storage,
			const struct pq_triage_file *file)
{
	struct pq_profile *p = file->profile;

	memset(j, 0, sizeof(*j));
	memset(storage, 0, sizeof(*storage));
	storage->name = file->path;
	storage->time_nanos = p->time_nanos;
	storage->duration_nanos = p->duration_nanos;
	storage->period = p->period;
	j->p = p;
	j->n_types = p->sample_types.n;
	j->files = storage;
	j->n_files = j->n_old = 1;
}
