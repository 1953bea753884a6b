/*
 * flame_text.h - names and colors of the boxes of flame graphs.
 *
 * Names:  at most PQ_FLAME_NAME bytes are shown, so that one name cannot use
 *         up the room of all others; what was cut off ends in an ellipsis.
 * Colors: classes of assets/flame_colors.css.  Packages have one by the hash
 *         of their name, the same in every run and on every machine; what runs
 *         programs (Go's runtime, libc, the kernel) is gray, so that it does
 *         not look like one of the packages that the program is made of;
 *         differences have one of five steps up or down.
 */
#ifndef PQ_DRAW_FLAME_TEXT_H
#define PQ_DRAW_FLAME_TEXT_H

#include "base/buf.h"
#include "base/text.h"
#include "graph/stacks.h"

#define PQ_FLAME_NAME 1000
#define PQ_FLAME_COLORS 17

/* The class of a package, from 0; PQ_FLAME_COLORS - 1 is what runs programs. */
unsigned pq_flame_color(struct pq_text package);

/* A name as it is shown: appended to `to', cut when too long. */
void pq_flame_name(struct pq_buf *to, struct pq_text name);

/* As many whole characters as make up about so many bytes. */
struct pq_text pq_flame_cut(struct pq_text text, size_t bytes);

/* As much of a name as has room, an ellipsis in place of the rest. */
void pq_flame_fit(struct pq_buf *to, struct pq_text name, size_t columns);

/* "main.go:12", where a function begins; nothing where that is not known. */
void pq_flame_place(struct pq_buf *to, const struct pq_stack_frame *frame);

/*
 * Makes a name the next shorter form of itself: first without folders, then
 * without the arguments of templates, then without one part at a time of what
 * stands before the function (a package, a namespace, a type).  Nothing is cut
 * within other brackets, nor the function that a part which a compiler numbered
 * is of.  False when there is no shorter one.  The scripts have the same forms
 * (assets/short_names.js).
 */
bool pq_flame_shorten(struct pq_buf *name);

/* Shorter forms until one fits; false: the last of them does not. */
bool pq_flame_shorten_to(struct pq_buf *name, size_t columns);

#endif
