/*
 * perf_line.h - the lines of `perf script' taken apart (perf_script.h).
 *
 * Owner: texts are views into the line.
 */
#ifndef PQ_FORMAT_PERF_LINE_H
#define PQ_FORMAT_PERF_LINE_H

#include "base/text.h"

struct pq_perf_header {
	struct pq_text comm, event;
	struct pq_text rest; /* all that is behind the event */
	int64_t pid, tid;    /* pid is -1 where there is one number only */
	int64_t nanos;	     /* -1: no time */
	int64_t period;	     /* 1 where there is none */
	bool record;	     /* PERF_RECORD_...: no sample */
	bool names_event;    /* else it is called "events" */
};

struct pq_perf_frame {
	uint64_t address;
	struct pq_text symbol; /* without offset; "" is unknown */
	struct pq_text dso;    /* "" is unknown */
	bool inlined;	       /* into the frame that follows */
};

bool pq_perf_header(struct pq_text line, struct pq_perf_header *to);
bool pq_perf_frame(struct pq_text line, struct pq_perf_frame *to);

/*
 * Matches "FILE:LINE", on a line of its own, and "DSO[ADDRESS]", which perf
 * writes where it knows no place: file "??", line 0.
 */
bool pq_perf_place(struct pq_text line, struct pq_text *file, int64_t *number);

#endif
