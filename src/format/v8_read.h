/*
 * v8_read.h - the JSON that V8 writes: node --cpu-prof and --heap-prof, and
 * the files that Chrome's developer tools save.
 *
 * cpuprofile:  {"nodes": [{"id", "callFrame", "children": [ids]}], "samples":
 *              [ids], "timeDeltas": [microseconds], "startTime", "endTime"};
 *              nodes may name their parent instead.  samples/count and
 *              cpu/nanoseconds; a sample lasts until the next one, the last
 *              one until the end.  Without samples, the hitCount of the nodes
 *              counts and the time is shared out.  The period is the mean
 *              time between samples, as the file does not name another.
 *              Older files have a tree below "head" whose nodes are call
 *              frames, lines that count from 1, and "timestamps" in place of
 *              "timeDeltas".  Times may have fractions.
 * heapprofile: {"head": {"callFrame", "selfSize", "children": [nodes]}}:
 *              inuse_space/bytes.  There are no counts of objects in it.
 *
 * Wrapper: {"result": {"profile": ...}} or {"profile": ...}, as the inspector
 *          answers.
 * Frames:  one sample for each node that has a value; its stack is the path
 *          to the node, without the "(root)".  Names are as Chrome shows
 *          them: "(anonymous)" for none, "(program)", "(idle)", "(garbage
 *          collector)".  Lines and columns are those where the function
 *          begins, counted from 1.  file:// URLs become file names.
 * Errors:  PQ_EFORMAT.  Paths deeper than 1024 are refused: V8 itself keeps
 *          at most 255.
 */
#ifndef PQ_FORMAT_V8_READ_H
#define PQ_FORMAT_V8_READ_H

#include "format/reader.h"

int pq_cpuprofile_probe(const uint8_t *head, size_t n);
bool pq_cpuprofile_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err);

int pq_heapprofile_probe(const uint8_t *head, size_t n);
bool pq_heapprofile_read(struct pq_stream *s, struct pq_profile *p,
			 struct pq_error *err);

#endif
