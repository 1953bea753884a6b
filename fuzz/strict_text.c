/* UTF-8, tables and folded stacks. */
#include "strict.h"

#include <stdint.h>
#include <string.h>

/* The length of the sequence at `at`, by Unicode's table 3-7; 0: none. */
static size_t sequence(struct pq_text t, size_t at, uint32_t *rune)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)t.bytes[at];
	size_t n = c < 0x80   ? 1
		   : c < 0xc0 ? 0
		   : c < 0xe0 ? 2
		   : c < 0xf0 ? 3
		   : c < 0xf8 ? 4
			      : 0;

	if (!n || n > t.len - at)
		return 0;
	*rune = n == 1 ? c : c & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		c = (unsigned char)t.bytes[at + i];
		if ((c & 0xc0) != 0x80)
			return 0;
		*rune = *rune << 6 | (c & 0x3f);
	}
	if (*rune < least[n] || *rune > 0x10ffff ||
	    (*rune >= 0xd800 && *rune < 0xe000))
		return 0;
	return n;
}

static bool steers(uint32_t c)
{
	if (c < ' ')
		return c != '\n' && c != '\t';
	return (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0x200e || c == 0x200f || c == 0x61c;
}

const char *strict_text(struct pq_text t, size_t *at)
{
	for (*at = 0; *at < t.len;) {
		uint32_t rune = 0;
		size_t n = sequence(t, *at, &rune);

		if (!n)
			return "not UTF-8";
		if (steers(rune))
			return "a character that steers";
		*at += n;
	}
	return t.len && t.bytes[t.len - 1] != '\n' ? "no end of line" : NULL;
}

/* ---- tables ---- */

static size_t csv_cell(struct pq_text t, size_t at, const char **wrong)
{
	if (t.bytes[at] != '"') {
		while (at < t.len && t.bytes[at] != ',' && t.bytes[at] != '\n')
			if (t.bytes[at++] == '"')
				*wrong = "a quote in a plain cell";
		return at;
	}
	for (at++; at < t.len; at++) {
		if (t.bytes[at] != '"')
			continue;
		if (at + 1 == t.len || t.bytes[at + 1] != '"')
			return at + 1;
		at++;
	}
	*wrong = "a quote without an end";
	return at;
}

static size_t tsv_cell(struct pq_text t, size_t at, const char **wrong)
{
	(void)wrong;
	while (at < t.len && t.bytes[at] != '\t' && t.bytes[at] != '\n')
		at++;
	return at;
}

/* Up to the next bar that no backslash stands before. */
static size_t markdown_cell(struct pq_text t, size_t at, const char **wrong)
{
	for (; at < t.len && t.bytes[at] != '|' && t.bytes[at] != '\n'; at++) {
		if (t.bytes[at] == '<' || t.bytes[at] == '>')
			*wrong = "markup";
		if (t.bytes[at] == '\\' && at + 1 < t.len)
			at++;
	}
	return at;
}

static const char *table(struct pq_text t, char separator, size_t *at,
			 size_t (*cell)(struct pq_text t, size_t at,
					const char **wrong))
{
	size_t columns = 0, n = 0;
	const char *wrong = NULL;

	for (*at = 0; *at < t.len; ++*at) {
		*at = cell(t, *at, &wrong);
		n++;
		if (wrong)
			return wrong;
		if (*at == t.len)
			return "a row without an end";
		if (t.bytes[*at] == separator)
			continue;
		if (t.bytes[*at] != '\n')
			return "something behind a quoted cell";
		if (columns && n != columns)
			return "rows of different lengths";
		columns = n;
		n = 0;
	}
	return columns ? NULL : "no table";
}

const char *strict_csv(struct pq_text t, size_t *at)
{
	return table(t, ',', at, csv_cell);
}

const char *strict_tsv(struct pq_text t, size_t *at)
{
	return table(t, '\t', at, tsv_cell);
}

const char *strict_markdown(struct pq_text t, size_t *at)
{
	return table(t, '|', at, markdown_cell);
}

/* ---- folded ---- */

static bool is_number(struct pq_text t)
{
	size_t i = t.len && t.bytes[0] == '-';

	if (i == t.len || t.len > 20)
		return false;
	for (; i < t.len; i++)
		if (t.bytes[i] < '0' || t.bytes[i] > '9')
			return false;
	return true;
}

const char *strict_folded(struct pq_text t, size_t *at)
{
	for (*at = 0; *at < t.len;) {
		size_t end = pq_text_find(t, *at, "\n"), space = end;

		while (space > *at && t.bytes[space] != ' ')
			space--;
		if (space == *at)
			return "a line without a stack";
		if (!is_number(pq_text_slice(t, space + 1, end)))
			return "a line without a value";
		*at = end + 1;
	}
	return NULL;
}
