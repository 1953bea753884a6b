#include "base/error.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* Two of the longest paths and what there is to say about them. */
enum { LONGEST = 3 * PATH_MAX };

static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Takes the middle out, for names stand there, and the reason at the end. */
static void shorten(char PQ_RAW *to, size_t room, const char *from, size_t n)
{
	static const char gap[] = "...";
	size_t head = (room - sizeof(gap)) / 2;
	size_t tail = room - sizeof(gap) - head;
	const char *rest = from + n - tail;

	/* between two characters */
	while (head && continues(from[head]))
		head--;
	while (continues(*rest))
		rest++;
	memcpy(to, from, head);
	memcpy(to + head, gap, sizeof(gap) - 1);
	memcpy(to + head + sizeof(gap) - 1, rest,
	       (size_t)(from + n - rest) + 1);
}

__attribute__((format(printf, 3, 0))) static void
fill(struct pq_error *err, enum pq_code code, const char *format, va_list args)
{
	char whole[LONGEST];
	int n = vsnprintf(whole, sizeof(whole), format, args);
	size_t end = n < 0 ? 0 : n < LONGEST ? (size_t)n : LONGEST - 1;

	err->code = code;
	if (end < sizeof(err->msg))
		memcpy(err->msg, whole, end + 1);
	else
		shorten(err->msg, sizeof(err->msg), whole, end);
}

bool pq_fail(struct pq_error *err, enum pq_code code, const char *format, ...)
{
	va_list args;

	if (err->code != PQ_OK)
		return false;
	va_start(args, format);
	fill(err, code, format, args);
	va_end(args);
	return false;
}

bool pq_fail_at(struct pq_error *err, uint64_t offset, const char *format, ...)
{
	va_list args;

	if (err->code != PQ_OK)
		return false;
	err->has_offset = true;
	err->offset = offset;
	va_start(args, format);
	fill(err, PQ_EFORMAT, format, args);
	va_end(args);
	return false;
}

bool pq_fail_named(struct pq_error *err, enum pq_code code, const char *format,
		   ...)
{
	va_list args;

	if (err->code != PQ_OK)
		return false;
	err->names_file = true;
	va_start(args, format);
	fill(err, code, format, args);
	va_end(args);
	return false;
}

void pq_error_clear(struct pq_error *err)
{
	memset(err, 0, sizeof(*err));
}
