/*
 * table_text.h - fields of the tables' CSV files, and the bytes that ids are
 * digests of.
 *
 * CSV:    RFC 4180, UTF-8, LF.  Each text stands in quotes, for a bare nothing
 *         would arrive as NULL in some engines; numbers are bare.
 * Repair: each maximal part of a sequence that is not UTF-8 becomes U+FFFD, as
 *         Unicode recommends (3.9, U+FFFD substitution), and so does a NUL,
 *         which PostgreSQL does not store.  Everything else stays as it is.
 */
#ifndef PQ_EXPORT_TABLE_TEXT_H
#define PQ_EXPORT_TABLE_TEXT_H

#include "base/buf.h"

/* The text as the tables have it, without quotes. */
void pq_table_repair(struct pq_buf *to, struct pq_text text);

/* A field of text in its quotes. */
void pq_table_text(struct pq_buf *to, struct pq_text text);

/* For digests: the length in 4 bytes, little endian, then the bytes. */
void pq_digest_text(struct pq_buf *to, struct pq_text text);
/* 8 bytes, little endian. */
void pq_digest_int(struct pq_buf *to, int64_t value);

#endif
