/*
 * json_writer.h - JSON, token by token, straight to an output.
 *
 *     struct pq_json_writer w;
 *     pq_json_begin(&w, out);
 *     pq_json_open_object(&w);
 *     pq_json_put_name(&w, "total");
 *     pq_json_put_int(&w, 7);
 *     pq_json_put_name(&w, "rows");
 *     pq_json_open_list(&w);
 *     pq_json_break_line(&w);       the next token begins a line
 *     pq_json_put_text(&w, name);
 *     pq_json_close_list(&w);
 *     pq_json_close_object(&w);
 *     pq_json_end(&w);
 *
 * The writer puts commas, colons, quotes and brackets; nothing is held back,
 * so that output of any length needs no memory.
 *
 * Numbers: integers are exact, beyond 2^53 too; reals have 17 digits, estimates
 *          9, or 12 from a million on, which are the same on every machine
 *          (functions of libm differ in the last ones); one that is not finite
 *          is null.
 * Texts:   encoded (json_text.h); with `in_page` so, besides, that no parser
 *          of HTML or XML sees an end of the script they stand in.
 * Errors:  a name that is missing or too many, a bracket that does not fit and
 *          nesting deeper than PQ_JSON_DEPTH are bugs and end in an assertion.
 * Owner:   the caller holds the struct; pq_json_end frees what is in it and
 *          leaves the output open.
 */
#ifndef PQ_RENDER_JSON_WRITER_H
#define PQ_RENDER_JSON_WRITER_H

#include "base/out.h"

#define PQ_JSON_DEPTH 16

struct pq_json_level {
	bool is_object;
	bool any; /* has a value or a name already */
};

struct pq_json_writer {
	struct pq_out *out;
	bool spaced;  /* a blank after each comma and colon */
	bool in_page; /* texts are safe within <script> */
	struct pq_buf scratch;
	struct pq_json_level levels[PQ_JSON_DEPTH];
	unsigned depth;
	bool named;    /* a name waits for its value */
	bool new_line; /* the next token begins a line */
};

/* Compact and for files; set `spaced` and `in_page` after it, or between. */
void pq_json_begin(struct pq_json_writer *w, struct pq_out *out);
void pq_json_end(struct pq_json_writer *w);

void pq_json_open_object(struct pq_json_writer *w);
void pq_json_close_object(struct pq_json_writer *w);
void pq_json_open_list(struct pq_json_writer *w);
void pq_json_close_list(struct pq_json_writer *w);

/* The name of the member that follows; a word of this program. */
void pq_json_put_name(struct pq_json_writer *w, const char *name);

void pq_json_put_text(struct pq_json_writer *w, struct pq_text value);
void pq_json_put_int(struct pq_json_writer *w, int64_t value);
void pq_json_put_real(struct pq_json_writer *w, double value);
void pq_json_put_estimate(struct pq_json_writer *w, double value);
void pq_json_put_bool(struct pq_json_writer *w, bool value);

/* The next name, value or closing bracket begins a line. */
void pq_json_break_line(struct pq_json_writer *w);

/* Whether the container under way has a value already. */
bool pq_json_any(const struct pq_json_writer *w);

#endif
