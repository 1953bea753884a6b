/* Walks any bytes as protobuf fields, the nested ones too. */
#include "fuzz.h"

#include "base/cursor.h"

static void walk(struct pq_cursor c, int depth)
{
	while (pq_cursor_left(&c)) {
		uint64_t key = pq_cursor_varint(&c);

		if ((key & 7) == PQ_WIRE_BYTES && depth < 4)
			walk(pq_cursor_bytes(&c), depth + 1);
		else
			pq_cursor_skip(&c, key & 7);
	}
}

void fuzz_cursor(const uint8_t *data, size_t size)
{
	walk(pq_cursor_over(data, size), 0);
}
