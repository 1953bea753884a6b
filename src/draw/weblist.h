/*
 * weblist.h - weblist's page of html: sources with their instructions.
 *
 * The page needs no script and asks nobody for anything, which its policy
 * says: instructions are behind a checkbox for each line, and one for all.
 * It is well-formed as XML, too, and follows the reader's wish for dark.
 * Links: a jump or a call leads to the line that has its target, if the page
 *        has it; the line's instructions are then open.
 * Markup: classes are the reference's (line, livesrc, deadsrc, nop, asm,
 *        inlinesrc, unimportant), so that what reads its page reads ours.
 */
#ifndef PQ_DRAW_WEBLIST_H
#define PQ_DRAW_WEBLIST_H

#include "report/weblist.h"

/* Prints rows of pq_weblist_build. */
void pq_weblist_html(const void *rows, struct pq_out *out);

#endif
