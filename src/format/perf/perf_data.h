/*
 * perf_data.h - perf.data, the file that `perf record' writes, and what it
 * writes to a pipe (-o -).
 *
 * Values: samples/count and, for each event, its name with the periods added
 *         up, nanoseconds of a clock, else counts.  Samples of one stack and
 *         thread are one.
 * Labels: comm, and the numbers pid and tid, as in the text of perf script.
 * Frames: addresses in their mappings, without names.  A return address of
 *         user code is moved back by one, onto its call; kernel addresses
 *         stay as they are, because those of interrupts are exact.
 * Order:  the kernel writes a buffer for each CPU, and perf one after the
 *         other.  All records are put in order of time before they count, so
 *         that a sample meets the mappings and names of its moment.
 * Memory: what stacks there are, and 56 bytes a sample; never the file.
 * Limits: 4,096 events, a million ids, 4 million mappings; records that were
 *         compressed inflate to 64 times their size and 256 MB at most.
 * Errors: PQ_EFORMAT with the offset of the record.  A file that was cut off,
 *         or whose recorder was killed, is read as far as it goes; what is
 *         left out is a note of the profile.
 * Source: tools/perf/Documentation/perf.data-file-format.txt and
 *         include/uapi/linux/perf_event.h of Linux; where these leave it
 *         open, what perf script prints.
 */
#ifndef PQ_FORMAT_PERF_PERF_DATA_H
#define PQ_FORMAT_PERF_PERF_DATA_H

#include "format/reader.h"

int pq_perf_data_probe(const uint8_t *head, size_t n);
bool pq_perf_data_read(struct pq_stream *s, struct pq_profile *p,
		       struct pq_error *err);

#endif
