/*
 * out.h - where a report goes: a file descriptor, or memory.
 *
 * Text that came from a file enters through pq_out_text only, which encodes
 * it for terminals (text.h); pq_out_str and pq_out_printf are for what this
 * program wrote itself; pq_out_raw is for binary formats and for emitters
 * that have done their own encoding.
 *
 * Errors: a failed write is kept and all later output is thrown away;
 *         pq_out_close reports it once.  A closed pipe is kept apart: it is
 *         not an error of the program.
 * Owner:  the caller holds the struct; pq_out_close releases it.
 */
#ifndef PQ_BASE_OUT_H
#define PQ_BASE_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

enum pq_style { PQ_STYLE_NONE, PQ_STYLE_BOLD, PQ_STYLE_DIM, PQ_STYLE_RED };

struct pq_out {
	struct pq_buf buf;
	int fd; /* -1: memory, everything stays in buf */
	int failed_errno;
	bool color;  /* styles are printed */
	bool styled; /* one has begun */
	/*
	 * Called once, before the first byte is written; may change fd.  buf
	 * holds what is about to be written, all of it when `last`.
	 */
	void (*before_write)(struct pq_out *out, bool last);
	/*
	 * Appends complete lines as their reader can see them; NULL: as they
	 * are.  A line that fills the whole buffer comes in pieces.
	 */
	void (*spell)(struct pq_text lines, struct pq_buf *to);
};

void pq_out_open_fd(struct pq_out *out, int fd);
void pq_out_open_memory(struct pq_out *out);

void pq_out_text(struct pq_out *out, struct pq_text text);
void pq_out_str(struct pq_out *out, const char *string);
void pq_out_raw(struct pq_out *out, const void *bytes, size_t n);
void pq_out_printf(struct pq_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* As pq_buf_int. */
void pq_out_int(struct pq_out *out, int64_t value, size_t width);

/* Starts a style, or ends it (NONE); nothing without color. */
void pq_out_style(struct pq_out *out, enum pq_style style);

/* A text right-aligned to `width` code points; left-aligned if negative. */
void pq_out_pad(struct pq_out *out, struct pq_text text, int width);

/* True when there is no use in writing more. */
bool pq_out_stopped(const struct pq_out *out);

bool pq_out_flush(struct pq_out *out, const char *name, struct pq_error *err);

/* Flushes and releases; does not close the descriptor. */
bool pq_out_close(struct pq_out *out, const char *name, struct pq_error *err);

#endif
