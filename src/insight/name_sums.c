/* name_sums: a sum for each name. */
#include "insight/name_sums.h"

#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

void pq_name_sums_init(struct pq_name_sums *s)
{
	memset(s, 0, sizeof(*s));
	pq_arena_init(&s->arena);
	pq_intern_init(&s->names, &s->arena);
}

void pq_name_sums_add(struct pq_name_sums *s, struct pq_text name,
		      int64_t value)
{
	uint32_t id = pq_intern(&s->names, name);

	pq_vec_reach(&s->sums, (size_t)id + 1);
	s->sums.at[id] = pq_add(s->sums.at[id], value);
}

struct pq_text pq_name_sums_most(const struct pq_name_sums *s, int64_t *sum)
{
	struct pq_text most = PQ_TEXT("");

	*sum = 0;
	/* Id 0 is the empty text, which is nobody's. */
	for (uint32_t id = 1; id < s->names.texts.n; id++) {
		struct pq_text name = pq_intern_text(&s->names, id);

		/* Ties go by name: the order of samples must not decide. */
		if (s->sums.at[id] < *sum ||
		    (s->sums.at[id] == *sum && pq_text_compare(name, most) < 0))
			continue;
		*sum = s->sums.at[id];
		most = name;
	}
	return most;
}

void pq_name_sums_release(struct pq_name_sums *s)
{
	pq_intern_release(&s->names);
	pq_vec_release(&s->sums);
	pq_arena_release(&s->arena);
}
