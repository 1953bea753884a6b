/*
 * chrome_samples.h - samples beside the events of a Chrome trace: the members
 * "samples" and "stackFrames", in which Hermes writes CPU profiles of React
 * Native.
 *
 * Values: as of traces with chunks (chrome.h); the last sample of a thread has
 *         no length, because nothing tells its end.
 * Frames: known by id, each with its parent.  The function is told by a name
 *         of its own, as NAME(FILE:LINE:COLUMN), and by where it begins.
 * Losses: samples whose frame is not there are left out and counted.
 * Owner:  pq_trace_samples_init / pq_trace_samples_release; what reads and the
 *         tree are borrowed.
 * Source: the trace event format, "Global samples"; Hermes' serializer.
 */
#ifndef PQ_FORMAT_JSON_CHROME_SAMPLES_H
#define PQ_FORMAT_JSON_CHROME_SAMPLES_H

#include "format/json/pull.h"
#include "format/v8_nodes.h"

struct pq_trace_frame {
	uint32_t id, parent; /* numbers of texts; a parent of 0: none */
	uint32_t function;
};

struct pq_trace_sample {
	int64_t pid, tid; /* below 0: not told */
	int64_t time;	  /* thousandths of a microsecond */
	uint32_t frame;	  /* the id */
	size_t number;	  /* in the file */
};

struct pq_trace_samples {
	struct pq_pull *j;
	struct pq_v8 *t;
	struct pq_arena texts; /* no strings of the profile */
	struct pq_intern ids;
	PQ_VEC(struct pq_trace_frame) frames;
	PQ_VEC(struct pq_trace_sample) samples;
	unsigned long long n_left_out;
};

void pq_trace_samples_init(struct pq_trace_samples *s, struct pq_pull *j,
			   struct pq_v8 *t);
void pq_trace_samples_release(struct pq_trace_samples *s);

/* The values of the two members, in any order. */
bool pq_trace_samples_take(struct pq_trace_samples *s);
bool pq_trace_samples_take_frames(struct pq_trace_samples *s);

/* A set of labels for the samples of a thread (v8_nodes.h). */
typedef uint32_t pq_trace_labels(void *ctx, int64_t pid, int64_t tid);

/* Nodes of the tree for all samples, when all of the file was read. */
bool pq_trace_samples_add(struct pq_trace_samples *s, pq_trace_labels *labels,
			  void *ctx);

#endif
