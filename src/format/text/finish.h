/*
 * finish.h - the steps after the last sample of a text format: the list of
 * mappings, numbers for locations and functions, frames that are dropped.
 *
 * Errors: those of the lines that are read to the end of the input.
 */
#ifndef PQ_FORMAT_TEXT_FINISH_H
#define PQ_FORMAT_TEXT_FINISH_H

#include "format/text/builder.h"

/*
 * Takes all steps: skips to the list of mappings unless the line at hand
 * introduces it, reads it, numbers locations and functions, and gives every
 * location its mapping.
 */
bool pq_legacy_finish(struct pq_legacy *b, struct pq_lines *l);

/* The single steps, for formats with a section of their own. */
bool pq_legacy_finish_maps(struct pq_legacy *b, struct pq_lines *l);
void pq_legacy_number(struct pq_legacy *b);
void pq_legacy_close(struct pq_legacy *b);

/* Drops the second frame of stacks whose leaf is in them twice. */
void pq_legacy_drop_double_leaves(struct pq_legacy *b);

/* Sets drop_frames and keep_frames by the names of the sample types. */
void pq_legacy_frames(struct pq_legacy *b);

#endif
