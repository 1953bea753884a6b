/*
 * perf_script.h - the text that `perf script' prints.
 *
 *     work 26498/26499 [001]  7339.549984:    2000000 cpu-clock:u:
 *     	            11dd mix (inlined)
 *     	            11dd hash+0x2d (/tmp/work)
 *     	           2724a [unknown] (/usr/lib/libc.so.6)
 *
 * Header: the command (with blanks in it or not), process and thread or the
 *         thread alone, the processor, the time, the period and the event;
 *         all but command, thread and event may be missing.  Without stacks
 *         the one frame stands on the header's own line, as arguments of a
 *         tracepoint do.  Lines of PERF_RECORD_ and of # count for nothing; others
 *         (warnings, errors of decoding) are passed over, with a note.
 * Values: samples/count and, for each event, its name with the period added
 *         up (1 where there is none): nanoseconds of a clock, else counts.
 * Labels: comm, and the numbers pid and tid.
 * Frames: a location for each address of a file (dso) and what is inlined
 *         there; one mapping for each file, the first that is no kernel's in
 *         front.  A line FILE:LINE after a frame (-F +srcline) is its place.
 * Errors: PQ_EFORMAT with the offset of the line.
 */
#ifndef PQ_FORMAT_PERF_SCRIPT_H
#define PQ_FORMAT_PERF_SCRIPT_H

#include "format/reader.h"

int pq_perf_script_probe(const uint8_t *head, size_t n);
bool pq_perf_script_read(struct pq_stream *s, struct pq_profile *p,
			 struct pq_error *err);

#endif
