/*
 * chrome.h - traces of Chrome's DevTools and of others in its format, as far
 * as they have CPU profiles of JavaScript.
 *
 * Values: samples/count and cpu/nanoseconds, as of V8's own CPU profiles: a
 *         sample lasts until the next one, the last one until the end that
 *         the profile tells.
 * Labels: thread, its name; pid and tid: of the thread that was profiled, not
 *         of those that wrote the chunks.
 * Order:  chunks of a profile count in the order of their times, wherever they
 *         stand.  An array that is not closed is as good as one that is, and so
 *         is one with a comma at its end, which the format allows.
 * Cut:    whole events before the end of a file that was cut off are read, with
 *         a note.
 * Hermes: samples beside the events are read as well (chrome_samples.h).
 * Losses: a trace may lack the beginning of a profile, or the data of a chunk
 *         (its buffer was full).  What such a profile names and is not there
 *         is left out, with a note; in others it is an error.
 * Memory: nodes and samples; all other events are passed over.
 * Errors: PQ_EFORMAT; a trace without a CPU profile has spans only, and is
 *         one.
 * Source: the trace event format, and what DevTools makes of the events
 *         Profile, ProfileChunk and CpuProfile.
 */
#ifndef PQ_FORMAT_JSON_CHROME_H
#define PQ_FORMAT_JSON_CHROME_H

#include "format/reader.h"

int pq_chrome_probe(const uint8_t *head, size_t n);
bool pq_chrome_read(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err);

#endif
