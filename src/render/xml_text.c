#include "render/xml_text.h"

#include "base/banned.h"

static const char *xml_entity(uint32_t rune)
{
	switch (rune) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void put_xml_rune(struct pq_buf *to, struct pq_text text, size_t at,
			 size_t n, uint32_t rune)
{
	const char *name = xml_entity(rune);

	if (name)
		pq_buf_str(to, name);
	else if (!n || pq_rune_steers(rune))
		pq_text_encode(to, pq_text_slice(text, at, at + (n ? n : 1)));
	else if (rune == 0xfffe || rune == 0xffff)
		pq_buf_printf(to, "\\u{%04X}", (unsigned)rune);
	else
		pq_buf_bytes(to, text.bytes + at, n);
}

void pq_xml_text(struct pq_buf *to, struct pq_text text)
{
	for (size_t at = 0; at < text.len;) {
		uint32_t rune = 0;
		size_t n = pq_text_rune(text, at, &rune);

		put_xml_rune(to, text, at, n, rune);
		at += n ? n : 1;
	}
}
