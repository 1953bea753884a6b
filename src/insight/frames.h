/*
 * frames.h - the frames of a profile's stacks as reports on heaps name them.
 *
 * Shape:  a frame is a function at a source line, however many locations have
 *         it.  `label' is "FUNC FILE:LINE" with the base name of the file; a
 *         frame without a name is "[OBJECT]" or "<unknown>".
 * Library: a frame is of Go's standard library by the first element of its
 *         import path, and if its name has none.  The first frame of a stack
 *         that is not, seen from the leaf, is its owner; the leaf is when
 *         there is none.
 * Owner:  pq_frames_release; the profile must outlive them.
 */
#ifndef PQ_INSIGHT_FRAMES_H
#define PQ_INSIGHT_FRAMES_H

#include "graph/graph.h"

struct pq_frame {
	struct pq_text function, file, label;
	int64_t line;
	bool library;
};

struct pq_frames {
	struct pq_arena arena;
	struct pq_graph lines;
	PQ_VEC(struct pq_frame) list; /* by node of lines */
	struct pq_frame none;	      /* for a stack without frames */
	uint32_t most_frames;	      /* by location */
};

void pq_frames_init(struct pq_frames *f, const struct pq_profile *p);
void pq_frames_release(struct pq_frames *f);

/* A stack: positions in list, leaf first. */
struct pq_frame_stack {
	const uint32_t *at;
	size_t n;
};

/* The same while it is put together; a vec. */
struct pq_frame_list {
	uint32_t *at;
	size_t n, capacity;
};

/* Makes *to the frames of a sample. */
void pq_frames_put(const struct pq_frames *f, const struct pq_sample *sample,
		   struct pq_frame_list *to);

/* The same of a stack as it stands in a record (profile/samples.h). */
void pq_frames_read(const struct pq_frames *f, const uint8_t *packed,
		    struct pq_frame_list *to);

const struct pq_frame *pq_frames_leaf(const struct pq_frames *f,
				      struct pq_frame_stack s);
const struct pq_frame *pq_frames_owner(const struct pq_frames *f,
				       struct pq_frame_stack s);

/* By function, file, line of each frame, leaf first; a longer one is greater. */
int pq_frames_compare(const struct pq_frames *f, struct pq_frame_stack a,
		      struct pq_frame_stack b);

/*
 * "example.org/rdb" of "example.org/rdb.(*Loader).Next": up to the first dot
 * after the last slash, before any "["; "" when there is none.
 */
struct pq_text pq_import_path(struct pq_text function);

#endif
