#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

void pq_buf_release(struct pq_buf *b)
{
	pq_free(pq_unchecked_writable(b->data));
	memset(b, 0, sizeof(*b));
}

void pq_buf_clear(struct pq_buf *b)
{
	b->len = 0;
}

void pq_buf_reserve(struct pq_buf *b, size_t more)
{
	size_t need = pq_size_add(b->len, more);

	if (need <= b->capacity)
		return;
	if (need < b->capacity * 2)
		need = b->capacity * 2;
	if (need < 64)
		need = 64;
	b->data = pq_realloc(pq_unchecked_writable(b->data), need);
	b->capacity = need;
}

void pq_buf_char(struct pq_buf *b, char c)
{
	if (b->len == b->capacity)
		pq_buf_reserve(b, 1);
	b->data[b->len++] = c;
}

void pq_buf_bytes(struct pq_buf *b, const void PQ_RAW *bytes, size_t n)
{
	if (!n)
		return;
	pq_buf_reserve(b, n);
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
}

void pq_buf_str(struct pq_buf *b, const char *string)
{
	pq_buf_bytes(b, string, strlen(string));
}

void pq_buf_repeat(struct pq_buf *b, char c, size_t n)
{
	pq_buf_reserve(b, n);
	if (n)
		memset(b->data + b->len, c, n);
	b->len += n;
}

void pq_buf_printf(struct pq_buf *b, const char *format, ...)
{
	va_list args;
	int n;

	pq_buf_reserve(b, 128);
	va_start(args, format);
	n = vsnprintf(b->data + b->len, b->capacity - b->len, format, args);
	va_end(args);
	if (n < 0)
		return;
	/* Too long for the guess: its length is known now. */
	if ((size_t)n >= b->capacity - b->len) {
		pq_buf_reserve(b, (size_t)n + 1);
		va_start(args, format);
		vsnprintf(b->data + b->len, (size_t)n + 1, format, args);
		va_end(args);
	}
	b->len += (size_t)n;
}

void pq_buf_text(struct pq_buf *b, struct pq_text text)
{
	pq_buf_bytes(b, text.bytes, text.len);
}

struct pq_text pq_buf_view(const struct pq_buf *b)
{
	/* nothing was ever put in: offsets into it must be defined, too */
	return (struct pq_text){ b->data ? b->data : "", b->len };
}

const char PQ_RAW *pq_buf_cstr(struct pq_buf *b)
{
	pq_buf_reserve(b, 1);
	b->data[b->len] = '\0';
	return b->data;
}

/* The digits of a number below 100. */
static const char digit_pairs[] = "00010203040506070809"
				  "10111213141516171819"
				  "20212223242526272829"
				  "30313233343536373839"
				  "40414243444546474849"
				  "50515253545556575859"
				  "60616263646566676869"
				  "70717273747576777879"
				  "80818283848586878889"
				  "90919293949596979899";

void pq_buf_int(struct pq_buf *b, int64_t value, size_t width)
{
	char digits[20], *end = digits + sizeof(digits), *p = end;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	size_t n;

	/* Two digits at a time: dividing is what takes the time. */
	for (; rest >= 100; rest /= 100) {
		p -= 2;
		memcpy(p, digit_pairs + 2 * (rest % 100), 2);
	}
	if (rest >= 10) {
		p -= 2;
		memcpy(p, digit_pairs + 2 * rest, 2);
	} else {
		*--p = (char)('0' + rest);
	}
	if (value < 0)
		*--p = '-';
	n = (size_t)(end - p);
	if (n < width)
		pq_buf_repeat(b, ' ', width - n);
	pq_buf_bytes(b, p, n);
}
