/*
 * suggest.h - the nearest of several names to one that was mistyped.
 *
 *     pq_suggest_begin(&s, typed);
 *     for each name: pq_suggest_offer(&s, name);
 *     return pq_suggest_fail(&s, err, "no command \"%s\"", typed);
 *
 * Distance is that of insertions, deletions, substitutions and swaps of
 * neighbours; a name counts when at most a third of it is wrong, or when one
 * of the two begins with the other.  Ties go to the name offered first.
 * Time: names that cannot be nearer are seen to be so by their letters; when
 *       half a second of comparing is used up, later names are not looked at.
 */
#ifndef PQ_BASE_SUGGEST_H
#define PQ_BASE_SUGGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

struct pq_suggest {
	struct pq_text typed, best;
	unsigned distance;
	bool found;
	const char *before; /* printed before the name, as "-"; may be NULL */
	uint64_t letters;   /* bytes in `typed`, as bits by their value */
	uint64_t work;	    /* steps taken so far */
};

void pq_suggest_begin(struct pq_suggest *s, struct pq_text typed);
void pq_suggest_offer(struct pq_suggest *s, struct pq_text name);

/*
 * Appends ` (did you mean "X"?)` with the nearest name, encoded; nothing when
 * no name was near.
 */
void pq_suggest_append(const struct pq_suggest *s, struct pq_buf *to);

/*
 * Fails with PQ_EUSAGE, and with pq_suggest_append's words at the end of the
 * message.  The text before them is cut at 1023 bytes.
 */
bool pq_suggest_fail(const struct pq_suggest *s, struct pq_error *err,
		     const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
