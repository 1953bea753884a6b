/*
 * text.h - text that came from outside, and the ways it may leave.
 *
 * A struct pq_text is a view of bytes that nobody has checked: any byte may
 * be in it, it has no terminator, and it cannot be passed to printf.  It
 * reaches an output through one of the encoders only; the one for terminals
 * and plain text files is here, those for dot, svg, html and json live with
 * their outputs.  That nothing else takes its bytes out is proved (raw.h).
 *
 * Owner:    whatever the bytes belong to (a profile's string table, an arena).
 * Encoding: valid UTF-8 is kept.  Control characters (C0, DEL, C1), line and
 *           paragraph separators, bidirectional controls and bytes that are
 *           not UTF-8 become \n, \r, \xNN or \u{NNNN}, so that a name can
 *           neither start a line nor steer a terminal.  A tab is kept, as the
 *           reference's own reports have it.
 */
#ifndef PQ_BASE_TEXT_H
#define PQ_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/raw.h"

struct pq_buf;

struct pq_text {
	const char PQ_RAW *bytes;
	size_t len;
};

/* A text from a literal or another string that this program wrote. */
struct pq_text pq_text_of(const char PQ_RAW *string);
#define PQ_TEXT(literal) ((struct pq_text){ "" literal, sizeof(literal) - 1 })

bool pq_text_equal(struct pq_text a, struct pq_text b);
/* Inline, because the length of a literal is known and mostly differs. */
static inline bool pq_text_is(struct pq_text a, const char *string)
{
	size_t n = strlen(string);

	return a.len == n && (!n || !memcmp(a.bytes, string, n));
}

int pq_text_compare(struct pq_text a, struct pq_text b); /* bytewise */
void pq_text_sort(struct pq_text *texts, size_t n);	 /* bytewise */
bool pq_text_starts(struct pq_text a, const char *prefix);

/* Offset of the first occurrence at or after `from`, or a.len when none. */
size_t pq_text_find(struct pq_text a, size_t from, const char *needle);
struct pq_text pq_text_slice(struct pq_text a, size_t from, size_t to);

/*
 * Offset of the "(" whose ")" is the last byte, or a.len when none: parentheses
 * nest, as names of files and types have some of their own.
 */
size_t pq_text_last_pair(struct pq_text a);

/* The part behind the last slash. */
struct pq_text pq_text_basename(struct pq_text path);

/* Code points; an invalid byte counts as one, as in Go. */
size_t pq_text_width(struct pq_text a);

static inline bool pq_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool pq_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit of either case; -1 for another byte. */
static inline int pq_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Decodes the code point at text[at]; returns its length in bytes and sets
 * *rune, or returns 0 for a byte that begins no valid sequence.
 */
size_t pq_text_rune(struct pq_text text, size_t at, uint32_t *rune);

/* Whether all of it is UTF-8. */
bool pq_text_is_utf8(struct pq_text text);

/*
 * Writes the UTF-8 of a code point, 4 bytes at most; returns its length.  What is none becomes
 * U+FFFD.
 */
size_t pq_rune_encode(char *to, uint32_t rune);

/* Whether a code point would steer the reader's terminal or editor. */
bool pq_rune_steers(uint32_t rune);

/* Appends the terminal encoding of a text. */
void pq_text_encode(struct pq_buf *to, struct pq_text text);

/*
 * The same into an array, without allocating: as much as fits whole into
 * `room` bytes; returns the length, and writes no terminator.
 */
size_t pq_text_encode_into(char *to, size_t room, struct pq_text text);

#endif
