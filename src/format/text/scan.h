/*
 * scan.h - small pieces of a line: literals, digits, numbers that fit.
 *
 * A scan stands somewhere in a text.  Each function takes what it knows and
 * moves behind it, or leaves the scan where it was and says so; callers that
 * try two readings copy the struct.
 *
 * Source: the regular expressions and number rules of the reference's text
 *         parsers.  White space is that of \s; a blank line is one of white
 *         space only or one that starts with #.
 */
#ifndef PQ_FORMAT_TEXT_SCAN_H
#define PQ_FORMAT_TEXT_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct pq_scan {
	const char PQ_RAW *at, *end;
};

static inline struct pq_scan pq_scan_over(struct pq_text text)
{
	/* an empty text may have no bytes to add to */
	return (struct pq_scan){ text.bytes, text.len ? text.bytes + text.len
						      : text.bytes };
}

static inline bool pq_is_hex(char c)
{
	return pq_is_digit(c) || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

/* A text of hexadecimal digits alone, and of one at least. */
static inline bool pq_is_all_hex(struct pq_text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!pq_is_hex(t.bytes[i]))
			return false;
	return t.len > 0;
}

static inline bool pq_is_lower_hex(char c)
{
	return pq_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* True for the characters that a list of addresses may hold. */
static inline bool pq_is_of_addresses(char c)
{
	return c == ' ' || c == 'x' || pq_is_lower_hex(c);
}

bool pq_scan_literal(struct pq_scan *s, const char *literal);

/* Passes blanks, not tabs; returns how many there were. */
size_t pq_scan_blanks(struct pq_scan *s);
/* Passes any white space; returns how much there was. */
size_t pq_scan_spaces(struct pq_scan *s);

/*
 * Takes the longest run of characters that pass the test; it may be empty.  The
 * function is inline so that the test becomes part of the loop.
 */
static inline struct pq_text pq_scan_run(struct pq_scan *s, bool (*is)(char c))
{
	const char PQ_RAW *from = s->at;

	while (s->at < s->end && is(*s->at))
		s->at++;
	return (struct pq_text){ from, (size_t)(s->at - from) };
}

/* The text behind the scan. */
struct pq_text pq_scan_rest(const struct pq_scan *s);

enum pq_hex { PQ_HEX_NONE, PQ_HEX_FOUND, PQ_HEX_TOO_LARGE };

/* Moves behind the next 0x and lower-case digits, wherever it is. */
enum pq_hex pq_scan_address(struct pq_scan *s, uint64_t *address);

/* Numbers of whole texts; false when they are none or do not fit. */
bool pq_number_decimal(struct pq_text text, int64_t *value);
bool pq_number_hex(struct pq_text text, uint64_t *value); /* without 0x */
/* A literal of Go: 0x, 0o, 0b or a leading 0 choose the base. */
bool pq_number_literal(struct pq_text text, int64_t *value);

/*
 * Takes ":DIGITS", a line or column of a place, off the end of *t; false, and
 * *t is left, where there is none or one beyond 64 bits.
 */
bool pq_cut_number_off(struct pq_text *t, int64_t *to);

struct pq_text pq_text_trim(struct pq_text text);
bool pq_line_is_blank(struct pq_text line);

/* The line begins a text profile of Go, gperftools or jemalloc. */
bool pq_line_begins_profile(struct pq_text line);

/* The line introduces the list of mappings. */
bool pq_line_is_sentinel(struct pq_text line);

#endif
