#include "render/json_text.h"

#include "base/banned.h"

static bool is_plain_json(uint32_t rune)
{
	return rune >= 0x20 && rune != '"' && rune != '\\' &&
	       !pq_rune_steers(rune);
}

static void put_json_rune(struct pq_buf *to, struct pq_text text, size_t at,
			  size_t n, uint32_t rune)
{
	if (!n)
		pq_buf_str(to, "\\ufffd");
	else if (rune == '"' || rune == '\\')
		pq_buf_printf(to, "\\%c", (int)rune);
	else if (is_plain_json(rune))
		pq_buf_bytes(to, text.bytes + at, n);
	else
		pq_buf_printf(to, "\\u%04x", (unsigned)rune);
}

/* How many bytes from `at` on are ASCII that stands for itself. */
static size_t plain_json_run(struct pq_text text, size_t at)
{
	size_t end = at;

	while (end < text.len && text.bytes[end] >= 0x20 &&
	       text.bytes[end] < 0x7f && text.bytes[end] != '"' &&
	       text.bytes[end] != '\\')
		end++;
	return end - at;
}

void pq_json_text(struct pq_buf *to, struct pq_text text)
{
	pq_buf_char(to, '"');
	for (size_t at = 0; at < text.len;) {
		uint32_t rune = 0;
		size_t n = plain_json_run(text, at);

		/* Runs that need no escape are copied in one piece. */
		if (n) {
			pq_buf_bytes(to, text.bytes + at, n);
			at += n;
			continue;
		}
		n = pq_text_rune(text, at, &rune);
		put_json_rune(to, text, at, n, rune);
		at += n ? n : 1;
	}
	pq_buf_char(to, '"');
}
