/*
 * pages.h - the texts of doc/, compiled in: what is said of a command or of a
 * topic besides its row in a table.
 *
 * Source: doc/commands/NAME.txt and doc/topics/NAME.txt.  A line @PART begins a
 *         part; parts stand in the order of the struct, and each is optional.
 *         The text is that of `profq help NAME' and of the manual's page
 *         profq-NAME(1), at most 80 columns wide; tests/examples.sh runs every
 *         example in it.  Parts begin without and end with a newline.
 *
 * A line that begins with blanks, and one in a paragraph of such lines, is
 * shown as it stands; other lines are prose.
 */
#ifndef PQ_COMMAND_PAGES_H
#define PQ_COMMAND_PAGES_H

#include "base/out.h"

struct pq_page {
	const char *name;
	const char *title;    /* of topics only */
	const char *examples; /* "$ profq ..." and what it prints */
	const char *reading;  /* what stands in the first example's output */
	const char *notes;
	const char *more;    /* notes for who reads the manual */
	const char *options; /* names of options, by use, parted by blanks */
	const char *see;     /* names of commands, parted by blanks */
};

/* Sorted by title first, so that commands come before topics; the last row
 * has no name. */
extern const struct pq_page pq_page_table[];

/* The page of a command, or of a topic; NULL when there is none. */
const struct pq_page *pq_page_find(const char *name);

/* Examples, reading and notes, with an empty line before each. */
void pq_page_print(const struct pq_page *page, struct pq_out *out);

/*
 * Takes the next word off a list as of `options'; false at its end.  The word
 * is cut at the size given, which no name of a table needs.
 */
bool pq_page_word(const char **list, char *word, size_t size);

#endif
