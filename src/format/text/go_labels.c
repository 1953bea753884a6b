#include "format/text/go_labels.h"

#include "base/buf.h"
#include "format/text/scan.h"

#include "base/banned.h"

static uint32_t read_hex(struct pq_text digits)
{
	uint64_t value;

	return pq_number_hex(digits, &value) ? (uint32_t)value : UINT32_MAX;
}

/* Takes `n` digits; UINT32_MAX when they are none. */
static uint32_t take_hex_digits(struct pq_scan *s, size_t n)
{
	struct pq_text rest = pq_scan_rest(s);
	uint32_t value = rest.len < n ? UINT32_MAX
				      : read_hex(pq_text_slice(rest, 0, n));

	if (value != UINT32_MAX)
		s->at += n;
	return value;
}

static bool is_low_surrogate(uint32_t c)
{
	return c >= 0xdc00 && c <= 0xdfff;
}

/* The code point of \uXXXX; JSON writes those above U+FFFF as two. */
static uint32_t take_escaped_rune(struct pq_scan *s, size_t n)
{
	uint32_t c = take_hex_digits(s, n), low;
	struct pq_scan next = *s;

	if (n == 8 || c < 0xd800 || c > 0xdbff ||
	    !pq_scan_literal(&next, "\\u"))
		return c;
	low = take_hex_digits(&next, 4);
	if (!is_low_surrogate(low))
		return c;
	*s = next;
	return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

/* Takes the escape behind a backslash. */
static void take_label_escape(struct pq_scan *s, struct pq_buf *to)
{
	static const char letters[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
	char c;

	if (s->at == s->end)
		return;
	c = *s->at++;
	if (c == 'u' || c == 'U')
		pq_buf_rune(to, take_escaped_rune(s, c == 'u' ? 4 : 8));
	else if (c == 'x')
		pq_buf_char(to, (char)take_hex_digits(s, 2));
	else {
		for (size_t i = 0; letters[i]; i++)
			if (c == letters[i])
				c = bytes[i];
		pq_buf_char(to, c);
	}
}

static bool is_bare_byte(char c)
{
	return c != ':' && c != ',' && c != '}' && c != '"';
}

/* Takes a string, in quotes or bare; false where there is none. */
static bool take_label_text(struct pq_scan *s, struct pq_buf *to)
{
	pq_buf_clear(to);
	pq_scan_blanks(s);
	if (!pq_scan_literal(s, "\"")) {
		pq_buf_text(to, pq_text_trim(pq_scan_run(s, is_bare_byte)));
		return to->len > 0;
	}
	while (s->at < s->end && *s->at != '"') {
		char c = *s->at++;

		if (c == '\\')
			take_label_escape(s, to);
		else
			pq_buf_char(to, c);
	}
	return pq_scan_literal(s, "\"");
}

static bool take_label(struct pq_legacy *b, struct pq_scan *s,
		       struct pq_buf *text)
{
	struct pq_label label = { .num = 0 };

	if (!take_label_text(s, text))
		return false;
	label.key = pq_legacy_string(b, pq_buf_view(text));
	pq_scan_blanks(s);
	if (!pq_scan_literal(s, ":") || !take_label_text(s, text))
		return false;
	label.str = pq_legacy_string(b, pq_buf_view(text));
	*pq_vec_push(&b->labels) = label;
	pq_scan_blanks(s);
	return pq_scan_literal(s, ",");
}

bool pq_go_labels(struct pq_legacy *b, struct pq_text list)
{
	struct pq_scan s = pq_scan_over(list);
	struct pq_buf text = { 0 };

	if (pq_scan_literal(&s, "{"))
		while (take_label(b, &s, &text))
			;
	pq_buf_release(&text);
	return b->labels.n > 0;
}
