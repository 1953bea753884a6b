/*
 * speedscope.h - the file format of speedscope.app, in which profilers of
 * many languages hand their profiles on, and which `profq speedscope' writes.
 *
 * Values: samples/count, then one for each unit in use: time/nanoseconds of
 *         the units of time, space/bytes, weight/count of what has none.
 *         That of the active profile is the last, which reports show.
 * Labels: profile, the profile's name, where the file has several; all of
 *         them are read.
 * Frames: a location for each frame; names are taken as they are.
 * evented: from one event to the next, time belongs to the frames that are
 *         open; where none is, to nothing.
 * Errors: PQ_EFORMAT: a list without its end, an index that is in no table, a
 *         weight below 0, a frame that is closed before those it calls.
 * Source: https://www.speedscope.app/file-format-schema.json and the importer
 *         of speedscope.
 */
#ifndef PQ_FORMAT_JSON_SPEEDSCOPE_H
#define PQ_FORMAT_JSON_SPEEDSCOPE_H

#include "format/reader.h"

int pq_speedscope_probe(const uint8_t *head, size_t n);
bool pq_speedscope_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err);

#endif
