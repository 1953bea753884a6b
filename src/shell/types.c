#include "shell/types.h"

#include <string.h>

#include "base/banned.h"

const struct pq_shell_type pq_shell_types[PQ_SHELL_TYPES] = {
	{ "", PQ_MEAN_AS_IT_IS },
	{ "total_", PQ_MEAN_OFF },
	{ "mean_", PQ_MEAN_ON },
};

struct pq_text pq_shell_type_name(const struct pq_profile *p, size_t i)
{
	return pq_string(p, p->sample_types.at[i].type);
}

static bool is_shortcut_of(struct pq_text word, const char *prefix,
			   struct pq_text type)
{
	size_t n = strlen(prefix);

	return pq_text_starts(word, prefix) &&
	       pq_text_equal(pq_text_slice(word, n, word.len), type);
}

const struct pq_shell_type *pq_shell_type_find(const struct pq_profile *p,
					       struct pq_text word,
					       struct pq_text *type)
{
	const struct pq_shell_type *found = NULL;

	for (size_t i = 0; p && i < p->sample_types.n; i++) {
		struct pq_text name = pq_shell_type_name(p, i);

		for (size_t k = 0; k < PQ_SHELL_TYPES; k++) {
			if (!is_shortcut_of(word, pq_shell_types[k].prefix,
					    name))
				continue;
			/* The last one that fits wins, as in the reference. */
			found = &pq_shell_types[k];
			*type = name;
		}
	}
	return found;
}
