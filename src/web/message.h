/*
 * message.h - packing and unpacking what the processes of the server send to
 * each other, a message at a time.
 *
 *     put:  pq_message_put_int(&b, id); pq_message_put_text(&b, name); ...
 *     take: m = pq_message_over(bytes, n);
 *           id = pq_message_take_int(&m); name = pq_message_take_text(&m);
 *           if (!pq_message_whole(&m)) it is no message of ours
 *
 * Shape:  integers are eight bytes, the lowest first; a text is its length and
 *         its bytes.  Every field is checked against what is left: a message
 *         that is cut, or whose lengths lie, reads as zeros and empty texts
 *         and is not whole.
 * Owner:  texts that were taken are views of the message.
 */
#ifndef PQ_WEB_MESSAGE_H
#define PQ_WEB_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

/* The most that fits into one datagram, whatever the system's buffers. */
#define PQ_MESSAGE_MOST ((size_t)160 << 10)

struct pq_message {
	const char PQ_RAW *at;
	size_t left;
	bool bad;
};

void pq_message_put_int(struct pq_buf *b, int64_t value);
void pq_message_put_text(struct pq_buf *b, struct pq_text text);

struct pq_message pq_message_over(const void PQ_RAW *bytes, size_t n);
int64_t pq_message_take_int(struct pq_message *m);
struct pq_text pq_message_take_text(struct pq_message *m);

/* A number of things that each take at least one byte of what is left. */
size_t pq_message_take_count(struct pq_message *m);

/* All was there, and nothing is left. */
bool pq_message_whole(const struct pq_message *m);

#endif
