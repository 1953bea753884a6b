#include "web/message.h"

#include <string.h>

#include "base/banned.h"

enum { INT_BYTES = 8 };

void pq_message_put_int(struct pq_buf *b, int64_t value)
{
	for (unsigned i = 0; i < INT_BYTES; i++)
		pq_buf_char(b, (char)((uint64_t)value >> (8 * i) & 0xff));
}

void pq_message_put_text(struct pq_buf *b, struct pq_text text)
{
	pq_message_put_int(b, (int64_t)text.len);
	pq_buf_text(b, text);
}

struct pq_message pq_message_over(const void PQ_RAW *bytes, size_t n)
{
	return (struct pq_message){ .at = bytes, .left = n };
}

static void spoil_message(struct pq_message *m)
{
	m->bad = true;
	m->left = 0;
}

int64_t pq_message_take_int(struct pq_message *m)
{
	uint64_t value = 0;

	if (m->left < INT_BYTES) {
		spoil_message(m);
		return 0;
	}
	/* The lowest byte comes first. */
	for (unsigned i = 0; i < INT_BYTES; i++)
		value |= (uint64_t)(unsigned char)m->at[i] << (8 * i);
	m->at += INT_BYTES;
	m->left -= INT_BYTES;
	return (int64_t)value;
}

struct pq_text pq_message_take_text(struct pq_message *m)
{
	uint64_t n = (uint64_t)pq_message_take_int(m);
	struct pq_text text = { "", 0 };

	if (n > m->left) {
		spoil_message(m);
		return text;
	}
	text = (struct pq_text){ m->at, (size_t)n };
	m->at += n;
	m->left -= (size_t)n;
	return text;
}

size_t pq_message_take_count(struct pq_message *m)
{
	uint64_t n = (uint64_t)pq_message_take_int(m);

	if (n > m->left) {
		spoil_message(m);
		return 0;
	}
	return (size_t)n;
}

bool pq_message_whole(const struct pq_message *m)
{
	return !m->bad && !m->left;
}
