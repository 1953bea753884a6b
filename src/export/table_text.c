#include "export/table_text.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

static bool is_between(unsigned char c, unsigned char least, unsigned char most)
{
	return c >= least && c <= most;
}

/* Whether a byte may be the second one of a sequence. */
static bool is_second(unsigned char first, unsigned char c)
{
	switch (first) {
	case 0xe0:
		return is_between(c, 0xa0, 0xbf);
	case 0xed:
		return is_between(c, 0x80, 0x9f);
	case 0xf0:
		return is_between(c, 0x90, 0xbf);
	case 0xf4:
		return is_between(c, 0x80, 0x8f);
	default:
		return is_between(c, 0x80, 0xbf);
	}
}

/* Bytes of the longest beginning of a sequence, at least one. */
static size_t bad_part(struct pq_text text, size_t at)
{
	unsigned char first = (unsigned char)text.bytes[at];
	size_t whole = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2, n = 1;

	/* A byte out of this range begins no sequence. */
	if (!is_between(first, 0xc2, 0xf4))
		return 1;
	while (n < whole && at + n < text.len) {
		unsigned char c = (unsigned char)text.bytes[at + n];

		if (n == 1 ? !is_second(first, c) : !is_between(c, 0x80, 0xbf))
			break;
		n++;
	}
	return n;
}

/* Whether any byte of a word is `c'. */
static bool word_has(uint64_t word, unsigned char c)
{
	uint64_t zeros = word ^ (UINT64_C(0x0101010101010101) * c);

	return (zeros - UINT64_C(0x0101010101010101)) & ~zeros &
	       UINT64_C(0x8080808080808080);
}

/* The end of plain bytes from `at' on, as far as whole words go. */
static size_t skip_plain_words(struct pq_text text, size_t at, bool quoted)
{
	uint64_t word;

	for (; text.len - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, pq_unchecked_bytes(text.bytes + at),
		       sizeof(word));
		if (word & UINT64_C(0x8080808080808080) || word_has(word, 0) ||
		    (quoted && word_has(word, '"')))
			break;
	}
	return at;
}

/* Bytes from `at` on that stay as they are, up to a quote if that matters. */
static size_t good_run(struct pq_text text, size_t at, bool quoted)
{
	size_t end = skip_plain_words(text, at, quoted);

	while (end < text.len) {
		unsigned char c = (unsigned char)text.bytes[end];
		uint32_t rune;
		size_t n = c < 0x80 ? c != 0 : pq_text_rune(text, end, &rune);

		if (!n || (quoted && c == '"'))
			break;
		end += n;
	}
	return end - at;
}

static void put_repaired(struct pq_buf *to, struct pq_text text, bool quoted)
{
	for (size_t at = 0; at < text.len;) {
		size_t n = good_run(text, at, quoted);

		pq_buf_bytes(to, text.bytes + at, n);
		at += n;
		if (at == text.len)
			break;
		if (text.bytes[at] == '"') {
			pq_buf_str(to, "\"\"");
			at++;
		} else {
			/* One U+FFFD for each bad part, as Unicode advises. */
			pq_buf_str(to, "\xef\xbf\xbd");
			at += bad_part(text, at);
		}
	}
}

void pq_table_repair(struct pq_buf *to, struct pq_text text)
{
	put_repaired(to, text, false);
}

void pq_table_text(struct pq_buf *to, struct pq_text text)
{
	pq_buf_char(to, '"');
	put_repaired(to, text, true);
	pq_buf_char(to, '"');
}

/* The caller has reserved the room. */
static void put_little_endian(struct pq_buf *to, uint64_t value, size_t n)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	memcpy(to->data + to->len, &value, n);
	to->len += n;
}

void pq_digest_text(struct pq_buf *to, struct pq_text text)
{
	/* The length comes first: two texts cannot run together. */
	pq_buf_reserve(to, pq_size_add(text.len, 4));
	put_little_endian(to, (uint32_t)text.len, 4);
	pq_buf_text(to, text);
}

void pq_digest_int(struct pq_buf *to, int64_t value)
{
	pq_buf_reserve(to, 8);
	put_little_endian(to, (uint64_t)value, 8);
}
