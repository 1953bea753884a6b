/*
 * complete.h - what TAB offers for a line; no terminal is in it.
 *
 * The part of the line from `from' up to the cursor is what was typed of a
 * name, and what a candidate replaces.
 *
 *     at the first word		commands, options with `=', choices, sample
 *					types, and the shell's own words
 *     NAME=				choices, types, functions, labels, files
 *     after a command			functions; files after `>'; old files
 *					after a command that compares
 *     help				commands and options
 *
 * A function is offered where its name contains what was typed, in any case;
 * everything else begins with it.  A name from the profile is written into the
 * line as a regular expression that matches it, of printable bytes only; a list
 * on the terminal shows it encoded (base/text.h).
 *
 * Files are read from the folder that the typed part names; nothing else is
 * opened.
 * Owner: all texts live until pq_completion_release, or are the profile's.
 */
#ifndef PQ_SHELL_COMPLETE_H
#define PQ_SHELL_COMPLETE_H

#include "base/arena.h"
#include "base/vec.h"
#include "shell/names.h"

struct pq_candidate {
	struct pq_text insert; /* into the line: printable, no control bytes */
	struct pq_text shown;  /* as the profile or the folder has it */
};

struct pq_completion {
	struct pq_arena arena;
	size_t from;
	PQ_VEC(struct pq_candidate) list; /* in the order of their texts */
	/*
	 * What may replace the typed part right away: the only candidate, or
	 * what all have in common.  Empty: nothing.
	 */
	struct pq_text common;
};

/* `line' has the cursor at its byte `cursor'; what follows it stays. */
void pq_complete_line(struct pq_completion *c, struct pq_text line,
		      size_t cursor, struct pq_shell_names *names);
void pq_completion_release(struct pq_completion *c);

/*
 * Appends a name as a regular expression that matches it.  A byte that a
 * terminal would obey, or that is no text, becomes a dot.  `word': it
 * stands as a word of a command's, where `-', `>' and digits mean something.
 */
void pq_quote_name(struct pq_buf *to, struct pq_text name, bool word);

#endif
