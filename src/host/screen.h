/*
 * screen.h - a report on a terminal: what the terminal cannot show is written
 * in another way, which no pipe and no file sees.
 *
 * Signs:  where the locale ($LC_ALL, $LC_CTYPE, $LANG) is not UTF-8, the plus
 *         and minus of an error is "+-" and micro is "u", as the C library and
 *         compilers have it.  A cell that is padded keeps its width.
 * Names:  a name at the end of a row that is wider than the screen is cut in the
 *         middle, as its beginning and its end say most; without that the row
 *         would go on in the next line.  A pager shows rows whole, or cut at
 *         the edge.
 */
#ifndef PQ_HOST_SCREEN_H
#define PQ_HOST_SCREEN_H

#include <stdbool.h>

#include "base/out.h"

struct pq_screen {
	unsigned columns; /* 0: rows may be of any width */
	bool ascii;
};

/* Whether the environment names a locale without UTF-8. */
bool pq_locale_is_ascii(void);

/* Appends the lines as this screen can show them. */
void pq_screen_spell(const struct pq_screen *s, struct pq_text lines,
		     struct pq_buf *to);

/*
 * From now on the output, if it is a terminal, is written so; rows are cut where
 * names stand last in them.
 */
void pq_screen_offer(struct pq_out *out, bool names_last);

/* A pager will have it: rows are whole again. */
void pq_screen_scrolls(struct pq_out *out);

#endif
