#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#include "base/banned.h"

struct pq_text pq_text_of(const char PQ_RAW *string)
{
	return (struct pq_text){ string, strlen(pq_unchecked_bytes(string)) };
}

bool pq_text_equal(struct pq_text a, struct pq_text b)
{
	return a.len == b.len && (!a.len || !memcmp(a.bytes, b.bytes, a.len));
}

int pq_text_compare(struct pq_text a, struct pq_text b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.bytes, b.bytes, n) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static int by_bytes(const void *a, const void *b)
{
	return pq_text_compare(*(const struct pq_text *)a,
			       *(const struct pq_text *)b);
}

void pq_text_sort(struct pq_text *texts, size_t n)
{
	if (n)
		qsort(texts, n, sizeof(*texts), by_bytes);
}

bool pq_text_starts(struct pq_text a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.len >= n && (!n || !memcmp(a.bytes, prefix, n));
}

size_t pq_rune_encode(char *to, uint32_t rune)
{
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n;

	if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
		rune = 0xfffd;
	n = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
	/* The last byte has the last six bits. */
	for (size_t i = n; i-- > 1; rune >>= 6)
		to[i] = (char)(0x80 | (rune & 0x3f));
	to[0] = (char)(first[n] | rune);
	return n;
}

size_t pq_text_find(struct pq_text a, size_t from, const char *needle)
{
	size_t n = strlen(needle);
	const char PQ_RAW *hit;

	if (from > a.len || n > a.len - from)
		return a.len;
	if (!n)
		return from;
	hit = memmem(a.bytes + from, a.len - from, needle, n);
	return hit ? (size_t)(hit - a.bytes) : a.len;
}

size_t pq_text_last_pair(struct pq_text a)
{
	size_t depth = 0;

	if (!a.len || a.bytes[a.len - 1] != ')')
		return a.len;
	for (size_t i = a.len; i--;) {
		depth += a.bytes[i] == ')';
		if (a.bytes[i] == '(' && !--depth)
			return i;
	}
	return a.len;
}

struct pq_text pq_text_slice(struct pq_text a, size_t from, size_t to)
{
	if (to > a.len)
		to = a.len;
	if (from > to)
		from = to;
	return (struct pq_text){ a.len ? a.bytes + from : a.bytes, to - from };
}

struct pq_text pq_text_basename(struct pq_text path)
{
	size_t end = path.len, start;

	/* as Go's filepath.Base: trailing slashes do not count */
	while (end > 1 && path.bytes[end - 1] == '/')
		end--;
	start = end;
	while (start && path.bytes[start - 1] != '/')
		start--;
	if (start == end && end)
		start--;
	return pq_text_slice(path, start, end);
}

size_t pq_text_rune(struct pq_text text, size_t at, uint32_t *rune)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char PQ_RAW *p =
		(const unsigned char PQ_RAW *)text.bytes + at;
	size_t n;

	if (p[0] < 0x80) {
		*rune = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	/* Bytes C0, C1 and from F5 on begin no code point. */
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > text.len - at)
		return 0;
	*rune = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*rune = *rune << 6 | (p[i] & 0x3fu);
	}
	/* Overlong forms, halves of UTF-16 and values beyond are refused. */
	if (*rune < least[n] || *rune > 0x10ffff ||
	    (*rune >= 0xd800 && *rune <= 0xdfff))
		return 0;
	return n;
}

bool pq_text_is_utf8(struct pq_text text)
{
	uint32_t rune;

	/* Most texts are ASCII, which needs no decoding. */
	for (size_t at = 0, n; at < text.len; at += n) {
		n = (unsigned char)text.bytes[at] < 0x80
			    ? 1
			    : pq_text_rune(text, at, &rune);
		if (!n)
			return false;
	}
	return true;
}

size_t pq_text_width(struct pq_text a)
{
	size_t width = 0;

	for (size_t at = 0; at < a.len; width++) {
		uint32_t rune;
		size_t n = 1;

		/* A byte that is no UTF-8 counts as one column. */
		if ((unsigned char)a.bytes[at] >= 0x80)
			n = pq_text_rune(a, at, &rune);
		at += n ? n : 1;
	}
	return width;
}

bool pq_rune_steers(uint32_t rune)
{
	return (rune < 0x20 && rune != '\t') || (rune >= 0x7f && rune < 0xa0) ||
	       (rune >= 0x2028 && rune <= 0x202e) ||
	       (rune >= 0x2066 && rune <= 0x2069) || rune == 0x061c ||
	       rune == 0x200e || rune == 0x200f || rune == 0xfeff;
}

/* Longest encoding of one code point: \u{10ffff} */
#define ENCODED_MOST 12

static size_t escape(char *to, uint32_t rune)
{
	if (rune == '\n' || rune == '\r') {
		to[0] = '\\';
		to[1] = rune == '\n' ? 'n' : 'r';
		return 2;
	}
	if (rune < 0x100)
		return (size_t)snprintf(to, ENCODED_MOST, "\\x%02x",
					(unsigned)rune);
	return (size_t)snprintf(to, ENCODED_MOST, "\\u{%x}", (unsigned)rune);
}

/* Encodes the code point at *at and moves behind it. */
static size_t encode_rune(char to[static ENCODED_MOST], struct pq_text text,
			  size_t *at)
{
	uint32_t rune = 0;
	size_t n = pq_text_rune(text, *at, &rune);
	size_t start = *at;

	*at += n ? n : 1;
	if (!n)
		return escape(to, (unsigned char)text.bytes[start]);
	if (pq_rune_steers(rune))
		return escape(to, rune);
	memcpy(to, pq_unchecked_bytes(text.bytes) + start, n);
	return n;
}

/*
 * Whether eight bytes are all printing ASCII.  Borrows and carries come only
 * out of bytes that are not.
 */
static bool eight_plain(const char PQ_RAW *bytes)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t v;

	memcpy(&v, pq_unchecked_bytes(bytes), sizeof(v));
	return !((v | (v - 0x20 * ones) | (v + ones)) & 0x80 * ones);
}

/* Bytes from `at` on that need no look. */
static size_t plain_run(struct pq_text text, size_t at)
{
	size_t end = at;

	while (text.len - end >= 8 && eight_plain(text.bytes + end))
		end += 8;
	while (end < text.len && (unsigned char)text.bytes[end] >= 0x20 &&
	       (unsigned char)text.bytes[end] < 0x7f)
		end++;
	return end - at;
}

void pq_text_encode(struct pq_buf *to, struct pq_text text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t plain = plain_run(text, at);
		char rune[ENCODED_MOST];

		pq_buf_bytes(to, text.bytes + at, plain);
		at += plain;
		if (at < text.len)
			pq_buf_bytes(to, rune, encode_rune(rune, text, &at));
	}
}

size_t pq_text_encode_into(char *to, size_t room, struct pq_text text)
{
	size_t used = 0;

	for (size_t at = 0; at < text.len;) {
		char rune[ENCODED_MOST];
		size_t n = encode_rune(rune, text, &at);

		/* A code point is written whole or not at all. */
		if (n > room - used)
			break;
		memcpy(to + used, rune, n);
		used += n;
	}
	return used;
}
