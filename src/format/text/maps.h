/*
 * maps.h - the list of mappings at the end of a legacy profile.
 *
 * Shape:  one mapping a line, as /proc/self/maps has them,
 *
 *             00400000-00fcb000 r-xp 00001000 08:01 1234 /bin/server
 *
 *         or in brief, "START END[:] [PERM] [FILE] [(@OFFSET)] [BUILDID]".
 *         A line NAME=VALUE defines $NAME for the lines after it (the first
 *         20 do, more than any writer makes); a prefix of glog is passed
 *         over; other lines are ignored, and mappings that cannot be executed
 *         are left out.
 * Result: appended to the profile's mappings; ids are given later.
 * Errors: those of the lines; PQ_EFORMAT when definitions make a line too
 *         long.
 * Source: the reference's ParseMemoryMap; in the brief form a file name may
 *         stand before "(@OFFSET)" only with white space between.
 */
#ifndef PQ_FORMAT_TEXT_MAPS_H
#define PQ_FORMAT_TEXT_MAPS_H

#include "format/text/builder.h"

/* Reads to the end of the input. */
bool pq_maps_read(struct pq_legacy *b, struct pq_lines *l);

#endif
