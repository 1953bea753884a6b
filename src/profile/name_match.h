/*
 * name_match.h - regular expressions over a profile's texts, each distinct text
 * matched once.
 */
#ifndef PQ_PROFILE_NAME_MATCH_H
#define PQ_PROFILE_NAME_MATCH_H

#include "base/regex.h"
#include "profile/profile.h"

struct pq_names {
	const struct pq_profile *p;
	struct pq_regex *regex; /* NULL: nothing is asked for */
	uint8_t *known;		/* by string id: 0 not yet, 1 no, 2 yes */
	bool simplified;	/* match what pq_simplify_name leaves */
};

/*
 * An empty pattern leaves regex NULL.  Errors begin with `what`, as in
 * "parsing focus regexp: ...".
 */
bool pq_names_init(struct pq_names *n, const struct pq_profile *p,
		   const char *what, struct pq_text pattern,
		   struct pq_error *err);
void pq_names_release(struct pq_names *n);

bool pq_names_match(struct pq_names *n, uint32_t string_id);

/* The function's name or file name matches. */
bool pq_names_match_line(struct pq_names *n, const struct pq_line *line);
/* A line of the location matches, or the file of its mapping. */
bool pq_names_match_location(struct pq_names *n, const struct pq_location *l);
bool pq_names_match_mapping(struct pq_names *n, const struct pq_location *l);

/*
 * A name without one leading dot and without its parameters: cut at the first
 * "(" that opens neither "(anonymous namespace)" nor "operator()".
 */
struct pq_text pq_simplify_name(struct pq_text name);

#endif
