/*
 * buf.h - byte string builder.
 *
 * Owner:  whoever holds the struct; pq_buf_release frees it.  pq_buf_clear
 *         keeps the memory for the next use.
 * Errors: none (mem.h).  pq_buf_cstr adds a terminator that is not counted.
 */
#ifndef PQ_BASE_BUF_H
#define PQ_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct pq_buf {
	char PQ_RAW *data;
	size_t len, capacity;
};

void pq_buf_release(struct pq_buf *b);
void pq_buf_clear(struct pq_buf *b);
void pq_buf_reserve(struct pq_buf *b, size_t more);
void pq_buf_char(struct pq_buf *b, char c);
void pq_buf_bytes(struct pq_buf *b, const void PQ_RAW *bytes, size_t n);
void pq_buf_str(struct pq_buf *b, const char *string);
void pq_buf_repeat(struct pq_buf *b, char c, size_t n);
void pq_buf_printf(struct pq_buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A number in decimal, padded with spaces on its left; quicker than printf. */
void pq_buf_int(struct pq_buf *b, int64_t value, size_t width);

#define PQ_DIGITS_MOST 20
/*
 * The same where there is room already: writes at most PQ_DIGITS_MOST bytes,
 * and says how many.
 */
size_t pq_put_digits(char PQ_RAW *to, int64_t value);

/* The bytes of a text as they are: for building other texts, not output. */
void pq_buf_text(struct pq_buf *b, struct pq_text text);

/* As UTF-8; what is no code point becomes U+FFFD. */
void pq_buf_rune(struct pq_buf *b, uint32_t rune);

/* The content as a text; valid until the next change. */
struct pq_text pq_buf_view(const struct pq_buf *b);
const char PQ_RAW *pq_buf_cstr(struct pq_buf *b);

#endif
