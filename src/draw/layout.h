/*
 * layout.h - from dot text to a picture, by graphviz in a process of its own.
 *
 * The library is loaded by the child and nowhere else: no other report pays
 * for it, and whatever it does with a graph that nobody foresaw (crash, loop,
 * eat memory, write to the terminal or to a file) ends there.
 *
 * What it says to the terminal is lost, and an empty picture is a failure.
 *
 * Errors: "graph layout failed: ..." with PQ_ELIMIT, PQ_EIO when there is no
 *         process to be had.
 * Owner:  the picture is appended to the caller's buffer.
 */
#ifndef PQ_DRAW_LAYOUT_H
#define PQ_DRAW_LAYOUT_H

#include "base/buf.h"
#include "base/error.h"

/*
 * `seconds` of the processor are the most it may take, so that a busy machine
 * draws what an idle one draws; a limit of the clock, ten times as long, ends
 * a child that only waits.
 */
bool pq_layout(struct pq_buf *dot, const char *format, unsigned seconds,
	       struct pq_buf *picture, struct pq_error *err);

#endif
