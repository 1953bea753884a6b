#include "format/text/scan.h"

#include <string.h>

#include "base/banned.h"

bool pq_scan_literal(struct pq_scan *s, const char *literal)
{
	size_t n = strlen(literal);

	if ((size_t)(s->end - s->at) < n || memcmp(s->at, literal, n) != 0)
		return false;
	s->at += n;
	return true;
}

size_t pq_scan_blanks(struct pq_scan *s)
{
	const char PQ_RAW *from = s->at;

	while (s->at < s->end && *s->at == ' ')
		s->at++;
	return (size_t)(s->at - from);
}

size_t pq_scan_spaces(struct pq_scan *s)
{
	const char PQ_RAW *from = s->at;

	while (s->at < s->end && pq_is_space(*s->at))
		s->at++;
	return (size_t)(s->at - from);
}

struct pq_text pq_scan_rest(const struct pq_scan *s)
{
	return (struct pq_text){ s->at, (size_t)(s->end - s->at) };
}

/* The value of a digit, or 16. */
static unsigned digit_value(char c)
{
	if (pq_is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

/* Takes the digits at *s; false when the number passes 64 bits. */
static bool take_lower_hex(struct pq_scan *s, uint64_t *value)
{
	bool fits = true;

	*value = 0;
	for (; s->at < s->end; s->at++) {
		char c = *s->at;

		if (!pq_is_lower_hex(c))
			break;
		fits = fits && !(*value >> 60);
		*value = *value << 4 | digit_value(c);
	}
	return fits;
}

enum pq_hex pq_scan_address(struct pq_scan *s, uint64_t *address)
{
	while (s->end - s->at >= 3) {
		const char PQ_RAW *x =
			memchr(s->at, 'x', (size_t)(s->end - s->at));
		const char PQ_RAW *digits;
		bool fits;

		if (!x)
			break;
		/* An x without a 0 before it is passed over. */
		if (x == s->at || x[-1] != '0') {
			s->at = x + 1;
			continue;
		}
		s->at = digits = x + 1;
		fits = take_lower_hex(s, address);
		if (s->at > digits)
			return fits ? PQ_HEX_FOUND : PQ_HEX_TOO_LARGE;
	}
	s->at = s->end;
	return PQ_HEX_NONE;
}

/* Reads an unsigned number, all of it digits of one base. */
static bool number_in_base(struct pq_text text, unsigned base, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = digit_value(text.bytes[i]);

		if (digit >= base ||
		    __builtin_mul_overflow(*value, (uint64_t)base, value) ||
		    __builtin_add_overflow(*value, (uint64_t)digit, value))
			return false;
	}
	return text.len > 0;
}

static struct pq_text take_sign(struct pq_text text, bool *negative)
{
	*negative = text.len && text.bytes[0] == '-';
	if (text.len && (text.bytes[0] == '-' || text.bytes[0] == '+'))
		return pq_text_slice(text, 1, text.len);
	return text;
}

static bool apply_sign(uint64_t magnitude, bool negative, int64_t *value)
{
	/* The smallest number has a magnitude that no positive one has. */
	if (magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	*value = (int64_t)(negative ? 0 - magnitude : magnitude);
	return true;
}

bool pq_number_decimal(struct pq_text text, int64_t *value)
{
	uint64_t magnitude;
	bool negative;

	return number_in_base(take_sign(text, &negative), 10, &magnitude) &&
	       apply_sign(magnitude, negative, value);
}

bool pq_cut_number_off(struct pq_text *t, int64_t *to)
{
	size_t at = t->len;

	while (at && pq_is_digit(t->bytes[at - 1]))
		at--;
	if (!at || at == t->len || t->bytes[at - 1] != ':' ||
	    !pq_number_decimal(pq_text_slice(*t, at, t->len), to))
		return false;
	*t = pq_text_slice(*t, 0, at - 1);
	return true;
}

bool pq_number_hex(struct pq_text text, uint64_t *value)
{
	return number_in_base(text, 16, value);
}

/* Takes the prefix that names the base. */
static unsigned take_base_prefix(struct pq_text *text)
{
	int second = text->len > 2 ? text->bytes[1] | 0x20 : 0;
	unsigned base = second == 'x'	? 16
			: second == 'o' ? 8
			: second == 'b' ? 2
					: 0;

	if (!text->len || text->bytes[0] != '0')
		return 10;
	/* A leading 0 alone means octal, as in Go. */
	if (base)
		*text = pq_text_slice(*text, 2, text->len);
	else if (text->len > 1)
		*text = pq_text_slice(*text, 1, text->len);
	return base ? base : 8;
}

/*
 * Digits with single underscores between them; one more may follow a prefix.
 * Returns false for underscores elsewhere, or for more digits than any number
 * of 64 bits needs.
 */
static bool strip_underscores(struct pq_text from, bool prefixed,
			      char to[static 80], struct pq_text *digits)
{
	bool may = prefixed;
	size_t n = 0;

	for (size_t i = 0; i < from.len; i++) {
		if (from.bytes[i] == '_') {
			if (!may)
				return false;
			may = false;
			continue;
		}
		may = true;
		if (n == 1 && to[0] == '0')
			n = 0; /* leading zeros do not count */
		if (n == 80)
			return false;
		to[n++] = from.bytes[i];
	}
	*digits = (struct pq_text){ to, n };
	return !from.len || from.bytes[from.len - 1] != '_';
}

bool pq_number_literal(struct pq_text text, int64_t *value)
{
	struct pq_text digits;
	uint64_t magnitude;
	char plain[80];
	bool negative;
	unsigned base;
	size_t len;

	text = take_sign(text, &negative);
	len = text.len;
	base = take_base_prefix(&text);
	return strip_underscores(text, text.len < len, plain, &digits) &&
	       number_in_base(digits, base, &magnitude) &&
	       apply_sign(magnitude, negative, value);
}

struct pq_text pq_text_trim(struct pq_text text)
{
	while (text.len && pq_is_space(text.bytes[text.len - 1]))
		text.len--;
	while (text.len && pq_is_space(text.bytes[0])) {
		text.bytes++;
		text.len--;
	}
	return text;
}

bool pq_line_is_blank(struct pq_text line)
{
	line = pq_text_trim(line);
	return !line.len || line.bytes[0] == '#';
}

bool pq_line_begins_profile(struct pq_text line)
{
	static const char *const starts[] = {
		"heap profile:",   "heap_v2/",	      "--- threadz ",
		"--- contentionz", "--- contention:", "--- mutex:",
		"--- heapz "
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (pq_text_starts(line, starts[i]))
			return true;
	return pq_text_find(line, 0, " profile: total ") < line.len;
}

bool pq_line_is_sentinel(struct pq_text line)
{
	/* Stacks are hexadecimal: a search for M rules nearly all lines out. */
	if (!line.len || !memchr(line.bytes, 'M', line.len))
		return false;
	return pq_text_find(line, 0, "--- Memory map: ---") < line.len ||
	       pq_text_find(line, 0, "MAPPED_LIBRARIES:") < line.len;
}
