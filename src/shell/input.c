#include "shell/input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#include "base/banned.h"

#define PIECE_BYTES 65536

void pq_typed_init(struct pq_typed *l)
{
	memset(l, 0, sizeof(*l));
	l->piece = pq_alloc(PIECE_BYTES);
}

void pq_typed_release(struct pq_typed *l)
{
	pq_free(l->piece);
}

/* False at the end of input, and when a signal came (errno is EINTR then). */
static bool refill_input(struct pq_typed *l)
{
	ssize_t n = read(STDIN_FILENO, l->piece, PIECE_BYTES);

	l->at = 0;
	l->n = n > 0 ? (size_t)n : 0;
	/* An end of input must not look like a signal left in errno. */
	if (!n)
		errno = 0;
	return n > 0;
}

enum pq_read pq_typed_next(struct pq_typed *l, struct pq_buf *line)
{
	enum pq_read result = PQ_READ_LINE;
	bool any = false;

	pq_buf_clear(line);
	for (;;) {
		const char *from, *end;
		size_t n;

		/* A line may come in pieces, and a piece may hold many. */
		if (l->at == l->n && !refill_input(l)) {
			if (errno == EINTR)
				return PQ_READ_SIGNAL;
			return any ? result : PQ_READ_END;
		}
		any = true;
		from = l->piece + l->at;
		end = memchr(from, '\n', l->n - l->at);
		n = end ? (size_t)(end - from) : l->n - l->at;
		/* A line that is refused is still read to its end. */
		if (line->len + n > PQ_LINE_BYTES)
			result = PQ_READ_TOO_LONG;
		else if (memchr(from, '\0', n))
			result = PQ_READ_NUL;
		if (result == PQ_READ_LINE)
			pq_buf_bytes(line, from, n);
		l->at += n + (end != NULL);
		if (end)
			return result;
	}
}
