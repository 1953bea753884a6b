/*
 * firefox.h - profiles of the Firefox profiler: what samply and the web page
 * save (processed), and what Firefox and perf's gecko script write (raw).
 *
 * Values: samples/count, cpu/nanoseconds where threads have CPU times, and
 *         last, the default, time/nanoseconds: weights times the interval.
 *         Of a profile of memory space/bytes is in its place.
 * Labels: thread and process by name; pid and tid, numbers where they are.
 * Frames: frames that were inlined are one location, the deepest first.  A
 *         frame that was not symbolized is an address of its library; that is
 *         relative to the library's first segment, and inside the call; only
 *         before version 38 it is behind it, and taken as it is.
 * Tables: each, the list of libraries too, is looked for in the thread and,
 *         where it is not there, in what threads share, so that all versions
 *         since 24 are read as one; older ones as far as they are the same.
 *         Whether a table is raw its own members tell: they, and all others,
 *         come in any order.
 * Memory: a few bytes for each number of a column, and no tree.
 * Errors: PQ_EFORMAT with the path of what is wrong, as in
 *         "threads[2].stackTable.prefix[17]".
 * Source: docs-developer/ of firefox-devtools/profiler.
 */
#ifndef PQ_FORMAT_JSON_FIREFOX_H
#define PQ_FORMAT_JSON_FIREFOX_H

#include "format/reader.h"

int pq_firefox_probe(const uint8_t *head, size_t n);
bool pq_firefox_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err);

#endif
