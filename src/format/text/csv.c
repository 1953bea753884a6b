#include "format/text/csv.h"

#include <string.h>

#include "base/banned.h"

void pq_csv_init(struct pq_csv *c, struct pq_stream *s, struct pq_error *err)
{
	memset(c, 0, sizeof(*c));
	c->s = s;
	c->err = err;
}

void pq_csv_release(struct pq_csv *c)
{
	pq_vec_release(&c->fields);
	pq_buf_release(&c->unquoted);
}

bool pq_csv_fail(const struct pq_csv *c, const char *rule)
{
	return pq_fail_at(c->err, c->offset, "CSV, record %llu: %s",
			  (unsigned long long)c->record, rule);
}

/* ---- a record ---- */

/* Where the quotes of a field end that begin at `at`; text.len: nowhere. */
static size_t find_closing_quote(struct pq_text text, size_t at)
{
	size_t end = pq_text_find(text, at + 1, "\"");

	while (end + 1 < text.len && text.bytes[end + 1] == '"')
		end = pq_text_find(text, end + 2, "\"");
	return end;
}

/* The content of quotes; copied where a quote in it is doubled. */
static struct pq_text take_quoted(struct pq_csv *c, struct pq_text content)
{
	size_t begin = c->unquoted.len, quote = pq_text_find(content, 0, "\"");

	if (quote == content.len)
		return content;
	for (size_t at = 0; at < content.len;) {
		quote = pq_text_find(content, at, "\"");
		pq_buf_text(&c->unquoted, pq_text_slice(content, at, quote));
		if (quote < content.len)
			pq_buf_char(&c->unquoted, '"');
		at = quote + 2;
	}
	return (struct pq_text){ c->unquoted.data + begin,
				 c->unquoted.len - begin };
}

/* One field from `at` on; `at` moves to its comma, or to the end. */
static bool split_field(struct pq_csv *c, struct pq_text record, size_t *at)
{
	size_t begin = *at, end;
	struct pq_text field;

	if (begin < record.len && record.bytes[begin] == '"') {
		end = find_closing_quote(record, begin);
		if (end >= record.len)
			return pq_csv_fail(c, "a quote is not closed");
		field = take_quoted(c, pq_text_slice(record, begin + 1, end));
		*at = end + 1;
		if (*at < record.len && record.bytes[*at] != ',')
			return pq_csv_fail(c, "there is something between a "
					      "closing quote and the comma");
	} else {
		*at = pq_text_find(record, begin, ",");
		field = pq_text_slice(record, begin, *at);
		if (pq_text_find(field, 0, "\"") < field.len)
			return pq_csv_fail(c, "there is a quote inside of a "
					      "field that does not begin with "
					      "one");
	}
	*pq_vec_push(&c->fields) = field;
	return true;
}

bool pq_csv_split(struct pq_csv *c, struct pq_text record)
{
	size_t at = 0;

	/* Views into the copy must not move: there is room for all of it. */
	c->fields.n = 0;
	pq_buf_clear(&c->unquoted);
	pq_buf_reserve(&c->unquoted, record.len);
	for (; at <= record.len; at++)
		if (!split_field(c, record, &at))
			return false;
	return true;
}

/* ---- records of a stream ---- */

/* What is known of the record at the stream's position. */
struct record_scan {
	size_t seen; /* bytes that were looked at */
	bool quoted; /* the next byte is inside of quotes */
};

/* Moves over the window; true at the end of the record. */
static bool scan_record(struct pq_csv *c, struct record_scan *r)
{
	const uint8_t *from = c->s->window + c->s->at;
	size_t have = c->s->end - c->s->at;

	while (r->seen < have) {
		const uint8_t *at = from + r->seen;
		size_t left = have - r->seen;
		const uint8_t *end = r->quoted ? NULL : memchr(at, '\n', left);
		const uint8_t *quote =
			memchr(at, '"', end ? (size_t)(end - at) : left);

		if (!quote) {
			r->seen = end ? (size_t)(end - from) : have;
			return end != NULL;
		}
		r->quoted = !r->quoted;
		r->seen = (size_t)(quote + 1 - from);
	}
	return false;
}

/* The bytes of the next record, its end not counted. */
static bool find_record(struct pq_csv *c, size_t *n)
{
	struct record_scan r = { 0 };

	while (!scan_record(c, &r))
		if (!pq_stream_need(c->s, r.seen + 1, c->err)) {
			*n = r.seen;
			return c->err->code == PQ_OK && r.seen;
		}
	*n = r.seen;
	return true;
}

bool pq_csv_next(struct pq_csv *c)
{
	struct pq_text record;
	size_t n;

	do {
		c->offset = pq_stream_offset(c->s);
		c->record++;
		if (c->err->code != PQ_OK || !find_record(c, &n))
			return false;
		record =
			(struct pq_text){ (const char *)c->s->window + c->s->at,
					  n };
		c->s->at += n;
		c->s->at += c->s->at < c->s->end; /* its newline */
		if (n && record.bytes[n - 1] == '\r')
			record.len--;
	} while (!record.len);
	return pq_csv_split(c, record);
}
