/*
 * csv.h - an input of comma-separated values, record by record (RFC 4180).
 *
 *     pq_csv_init(&c, stream, err);
 *     while (pq_csv_next(&c)) { use c.fields.at[0 .. c.fields.n) }
 *     if (err->code != PQ_OK) ...
 *     pq_csv_release(&c);
 *
 * Shape:  records end at \n or \r\n, fields at a comma; one in quotes may have
 *         all three, and "" in it is a quote.  An empty line is no record.
 * Owner:  fields are views that are valid until the next call.
 * Errors: those of the stream; PQ_EFORMAT for a quote that is not closed, or
 *         that stands inside of a field without quotes.
 */
#ifndef PQ_FORMAT_TEXT_CSV_H
#define PQ_FORMAT_TEXT_CSV_H

#include "base/buf.h"
#include "base/vec.h"
#include "gzip/stream.h"

struct pq_csv {
	struct pq_stream *s;
	struct pq_error *err;
	PQ_VEC(struct pq_text) fields;
	struct pq_buf unquoted;
	uint64_t offset; /* where the record begins in the input */
	uint64_t record; /* its number, from 1 */
};

void pq_csv_init(struct pq_csv *c, struct pq_stream *s, struct pq_error *err);
void pq_csv_release(struct pq_csv *c);

bool pq_csv_next(struct pq_csv *c);

/* Takes one record apart, without its end; false for misplaced quotes. */
bool pq_csv_split(struct pq_csv *c, struct pq_text record);

/* Fills the error with the offset of the record at hand; returns false. */
bool pq_csv_fail(const struct pq_csv *c, const char *rule);

#endif
