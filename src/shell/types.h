/*
 * types.h - names of a profile's sample types as lines of a session.
 *
 * For each type T, the line `T' chooses it; `total_T' and `mean_T' choose it
 * and say whether values are divided by the first one of their sample.
 * Source: the reference's shortcuts.
 */
#ifndef PQ_SHELL_TYPES_H
#define PQ_SHELL_TYPES_H

#include "profile/profile.h"

enum pq_shell_mean { PQ_MEAN_AS_IT_IS, PQ_MEAN_OFF, PQ_MEAN_ON };

/* One way to name a type. */
struct pq_shell_type {
	const char *prefix; /* before the type's name: "", "total_", "mean_" */
	enum pq_shell_mean mean;
};

#define PQ_SHELL_TYPES 3
extern const struct pq_shell_type pq_shell_types[PQ_SHELL_TYPES];

/*
 * The shortcut that a word is, and the type that it names.  Where one type's
 * shortcut is another one's name the later type in the profile has it.  NULL:
 * the word is none; p may be NULL, too.
 */
const struct pq_shell_type *pq_shell_type_find(const struct pq_profile *p,
					       struct pq_text word,
					       struct pq_text *type);

/* The name of the i-th sample type. */
struct pq_text pq_shell_type_name(const struct pq_profile *p, size_t i);

#endif
