#include "format/json/pull.h"

#include <string.h>

#include "base/banned.h"

#define DEPTH_MOST 1000
/* A number is no longer than a text that somebody meant as one. */
#define NUMBER_MOST 1000

void pq_pull_init(struct pq_pull *j, struct pq_stream *s, struct pq_error *err)
{
	static const char mark[] = "\xef\xbb\xbf"; /* written by Windows */

	memset(j, 0, sizeof(*j));
	j->s = s;
	j->err = err;
	j->line = 1;
	j->line_start = pq_stream_offset(s);
	if (pq_stream_need(s, 3, err) && !memcmp(s->window + s->at, mark, 3))
		s->at += 3;
}

void pq_pull_release(struct pq_pull *j)
{
	pq_buf_release(&j->text);
}

bool pq_pull_fail(struct pq_pull *j, const char *rule)
{
	return pq_fail(j->err, PQ_EFORMAT, "line %llu, column %llu: %s",
		       (unsigned long long)j->line,
		       (unsigned long long)(pq_stream_offset(j->s) -
					    j->line_start + 1),
		       rule);
}

/* ---- bytes ---- */

/* The next byte, or -1 at the end and after an error. */
static inline int peek_byte(struct pq_pull *j)
{
	struct pq_stream *s = j->s;

	if (s->at < s->end)
		return s->window[s->at];
	return pq_pull_ok(j) && pq_stream_more(s, 1, j->err) ? s->window[s->at]
							     : -1;
}

static int next_byte(struct pq_pull *j)
{
	int c = peek_byte(j);

	j->s->at += c >= 0;
	return c;
}

/* The next byte that is no blank. */
static int skip_space(struct pq_pull *j)
{
	for (;;) {
		int c = peek_byte(j);

		if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
			return c;
		j->s->at++;
		if (c == '\n') {
			j->line++;
			j->line_start = pq_stream_offset(j->s);
		}
	}
}

static bool fail_value(struct pq_pull *j, const char *rule)
{
	return pq_pull_fail(j, peek_byte(j) < 0 ? "the file ends here, in the "
						  "middle of a value: it was "
						  "cut off"
						: rule);
}

/* ---- strings ---- */

static bool scan_hex(struct pq_pull *j, uint32_t *to)
{
	*to = 0;
	for (int i = 0; i < 4; i++) {
		int c = next_byte(j);
		int digit = c < 0 ? -1 : pq_hex_digit((char)c);

		if (digit < 0)
			return fail_value(j, "\\u needs four hexadecimal "
					     "digits");
		*to = *to << 4 | (uint32_t)digit;
	}
	return true;
}

static bool is_high(uint32_t unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low(uint32_t unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* Takes the digits after "\u"; a half without its other becomes U+FFFD. */
static bool take_unicode(struct pq_pull *j)
{
	uint32_t unit, low;

	if (!scan_hex(j, &unit))
		return false;
	while (is_high(unit) && peek_byte(j) == '\\') {
		/*
		 * Looked at together: once the backslash is taken, more of the
		 * file may take its place in the window.
		 */
		if (!pq_stream_need(j->s, 2, j->err) ||
		    j->s->window[j->s->at + 1] != 'u') {
			/* another escape: the caller takes it */
			break;
		}
		j->s->at += 2;
		if (!scan_hex(j, &low))
			return false;
		if (is_low(low)) {
			pq_buf_rune(&j->text, 0x10000 +
						      ((unit - 0xd800) << 10) +
						      (low - 0xdc00));
			return true;
		}
		/* A lone high half; `low' may be the high half of a pair. */
		pq_buf_rune(&j->text, unit);
		unit = low;
	}
	pq_buf_rune(&j->text, unit);
	return true;
}

static bool scan_escape(struct pq_pull *j)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	int c = next_byte(j);
	const char *at = c > 0 ? strchr(from, c) : NULL;

	if (c == 'u')
		return take_unicode(j);
	if (!at)
		return fail_value(j, "a backslash in a string has no meaning "
				     "here");
	pq_buf_char(&j->text, to[at - from]);
	return true;
}

/* Bytes up to the next that ends the string or must be looked at. */
static void take_plain(struct pq_pull *j)
{
	const struct pq_stream *s = j->s;
	size_t at = s->at;

	while (at < s->end && s->window[at] != '"' && s->window[at] != '\\' &&
	       s->window[at] >= 0x20)
		at++;
	pq_buf_bytes(&j->text, (const char *)s->window + s->at, at - s->at);
	j->s->at = at;
}

/* The string whose first quote comes next, into j->text. */
static bool scan_string(struct pq_pull *j)
{
	pq_buf_clear(&j->text);
	/* The first quote was seen by whoever called. */
	j->s->at++;
	for (;;) {
		int c = peek_byte(j);

		if (c < 0x20)
			return fail_value(j, "a control character is in a "
					     "string");
		if (c == '"')
			break;
		if (c != '\\')
			take_plain(j);
		else if (j->s->at++, !scan_escape(j))
			return false;
	}
	/* Only the whole is checked: pieces may split a rune. */
	if (!pq_text_is_utf8(pq_buf_view(&j->text)))
		return pq_pull_fail(j, "a string is not UTF-8");
	j->s->at++;
	return true;
}

/* ---- numbers and words ---- */

static bool take_digits(struct pq_pull *j)
{
	int c = peek_byte(j);
	bool any = false;

	for (; c >= '0' && c <= '9'; c = peek_byte(j), any = true) {
		if (j->text.len < NUMBER_MOST)
			pq_buf_char(&j->text, (char)c);
		else
			return pq_pull_fail(j, "a number has more than 1000 "
					       "digits");
		j->s->at++;
	}
	return any || fail_value(j, "no digit is here, where a number needs "
				    "one");
}

static bool scan_sign(struct pq_pull *j, const char *signs)
{
	int c = peek_byte(j);

	if (c <= 0 || !strchr(signs, c))
		return false;
	pq_buf_char(&j->text, (char)c);
	j->s->at++;
	return true;
}

/* The number that begins here, into j->text. */
static bool scan_number(struct pq_pull *j)
{
	pq_buf_clear(&j->text);
	scan_sign(j, "-");
	/* JSON has no leading zeros. */
	if (scan_sign(j, "0")) {
		if (peek_byte(j) >= '0' && peek_byte(j) <= '9')
			return pq_pull_fail(j, "a number begins with a 0 that "
					       "should not be there");
	} else if (!take_digits(j)) {
		return false;
	}
	if (scan_sign(j, ".") && !take_digits(j))
		return false;
	if (scan_sign(j, "eE")) {
		scan_sign(j, "+-");
		return take_digits(j);
	}
	return pq_pull_ok(j);
}

static bool scan_word(struct pq_pull *j, const char *word)
{
	for (; *word; word++, j->s->at++)
		if (peek_byte(j) != *word)
			return fail_value(j, "no JSON value is here");
	return true;
}

/* ---- values ---- */

enum pq_pull_kind pq_pull_kind(struct pq_pull *j)
{
	int c = pq_pull_ok(j) ? skip_space(j) : -1;

	switch (c) {
	case 'n':
		return PQ_PULL_NULL;
	case 't':
	case 'f':
		return PQ_PULL_BOOL;
	case '"':
		return PQ_PULL_STRING;
	case '[':
		return PQ_PULL_ARRAY;
	case '{':
		return PQ_PULL_OBJECT;
	default:
		return c == '-' || (c >= '0' && c <= '9') ? PQ_PULL_NUMBER
							  : PQ_PULL_NOTHING;
	}
}

static bool expect_kind(struct pq_pull *j, enum pq_pull_kind kind,
			const char *rule)
{
	return pq_pull_kind(j) == kind || fail_value(j, rule);
}

bool pq_pull_object(struct pq_pull *j)
{
	if (!expect_kind(j, PQ_PULL_OBJECT, "an object should be here"))
		return false;
	j->s->at++;
	j->first = true;
	return true;
}

bool pq_pull_array(struct pq_pull *j)
{
	if (!expect_kind(j, PQ_PULL_ARRAY, "a list should be here"))
		return false;
	j->s->at++;
	j->first = true;
	return true;
}

/* Takes the comma before what follows, or the end of an array or object. */
static bool take_comma(struct pq_pull *j, char end)
{
	bool first = j->first;
	int c;

	j->first = false;
	if (!pq_pull_ok(j))
		return false;
	c = skip_space(j);
	if (c == end) {
		j->s->at++;
		return false;
	}
	/* Only from the second element on there is a comma. */
	if (first)
		return true;
	if (c != ',')
		return fail_value(j, "a comma or the end of a list or an "
				     "object should be here");
	j->s->at++;
	return true;
}

bool pq_pull_key(struct pq_pull *j, struct pq_text *key)
{
	if (!take_comma(j, '}') || !pq_pull_string(j, key))
		return false;
	if (skip_space(j) != ':')
		return fail_value(j, "a colon should be here");
	j->s->at++;
	return true;
}

bool pq_pull_element(struct pq_pull *j)
{
	return take_comma(j, ']');
}

bool pq_pull_late_end(struct pq_pull *j)
{
	bool ends = pq_pull_ok(j) && skip_space(j) == ']';

	j->s->at += ends;
	return ends;
}

bool pq_pull_forgive_end(struct pq_pull *j)
{
	const struct pq_stream *s = j->s;

	/* Gzip that is cut off has failed itself, and has no end. */
	if (j->err->code != PQ_EFORMAT || !s->eof || s->at < s->end)
		return false;
	pq_error_clear(j->err);
	return true;
}

bool pq_pull_string(struct pq_pull *j, struct pq_text *to)
{
	if (!expect_kind(j, PQ_PULL_STRING, "a string should be here") ||
	    !scan_string(j))
		return false;
	*to = pq_buf_view(&j->text);
	return true;
}

bool pq_pull_number(struct pq_pull *j, struct pq_text *to)
{
	if (!expect_kind(j, PQ_PULL_NUMBER, "a number should be here") ||
	    !scan_number(j))
		return false;
	*to = pq_buf_view(&j->text);
	return true;
}

bool pq_pull_int(struct pq_pull *j, int64_t *to)
{
	struct pq_text number;
	bool exact;

	if (!pq_pull_number(j, &number))
		return false;
	/* 1e3 and 2.0 are whole numbers, too. */
	return (pq_decimal(number, 0, to, &exact) && exact) ||
	       pq_pull_fail(j, "a whole number below 2^63 should be here");
}

bool pq_pull_rounded(struct pq_pull *j, int shift, int64_t *to,
		     const char *too_large)
{
	struct pq_text number;
	bool exact;

	return pq_pull_number(j, &number) &&
	       (pq_decimal(number, shift, to, &exact) ||
		pq_pull_fail(j, too_large));
}

bool pq_pull_bool(struct pq_pull *j, bool *to)
{
	if (!expect_kind(j, PQ_PULL_BOOL, "true or false should be here"))
		return false;
	*to = peek_byte(j) == 't';
	return scan_word(j, *to ? "true" : "false");
}

bool pq_pull_null(struct pq_pull *j)
{
	return pq_pull_kind(j) == PQ_PULL_NULL && scan_word(j, "null");
}

/* ---- skipping ---- */

static bool skip_scalar(struct pq_pull *j)
{
	switch (pq_pull_kind(j)) {
	case PQ_PULL_STRING:
		return scan_string(j);
	case PQ_PULL_NUMBER:
		return scan_number(j);
	case PQ_PULL_NULL:
		return scan_word(j, "null");
	case PQ_PULL_BOOL:
		return scan_word(j, peek_byte(j) == 't' ? "true" : "false");
	default:
		return fail_value(j, "no JSON value is here");
	}
}

/*
 * Whether the array or object at hand, which ends with `end`, has another
 * value, up to which this goes.
 */
static bool skip_to_value(struct pq_pull *j, char end)
{
	struct pq_text key;

	return end == '}' ? pq_pull_key(j, &key) : pq_pull_element(j);
}

bool pq_pull_skip(struct pq_pull *j)
{
	char ends[DEPTH_MOST];
	size_t depth = 0;

	do {
		enum pq_pull_kind kind = pq_pull_kind(j);

		/* No recursion: the input decides how deep it goes. */
		if (kind == PQ_PULL_ARRAY || kind == PQ_PULL_OBJECT) {
			if (depth == DEPTH_MOST)
				return pq_pull_fail(j, "values are nested more "
						       "than 1000 deep");
			ends[depth++] = kind == PQ_PULL_ARRAY ? ']' : '}';
			j->first = true;
			j->s->at++;
		} else if (!skip_scalar(j)) {
			return false;
		}
		/* An end may be the end of several levels. */
		while (depth && !skip_to_value(j, ends[depth - 1])) {
			if (!pq_pull_ok(j))
				return false;
			depth--;
		}
	} while (depth);
	return true;
}

bool pq_pull_more(struct pq_pull *j)
{
	return pq_pull_ok(j) && skip_space(j) >= 0;
}

bool pq_pull_end(struct pq_pull *j)
{
	if (pq_pull_more(j))
		return pq_pull_fail(j, "something follows the JSON value");
	return pq_pull_ok(j);
}
