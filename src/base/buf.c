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

void pq_buf_rune(struct pq_buf *b, uint32_t rune)
{
	char bytes[4];

	pq_buf_bytes(b, bytes, pq_rune_encode(bytes, rune));
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

static size_t count_digits(uint64_t value)
{
	static const uint64_t powers[] = {
		1u,
		10u,
		100u,
		1000u,
		10000u,
		100000u,
		1000000u,
		10000000u,
		100000000u,
		1000000000u,
		10000000000u,
		100000000000u,
		1000000000000u,
		10000000000000u,
		100000000000000u,
		1000000000000000u,
		10000000000000000u,
		100000000000000000u,
		1000000000000000000u,
		10000000000000000000u,
	};
	/* The logarithm of 2 is 1233 / 4096, which is short by one at most. */
	size_t n = (size_t)(64 - __builtin_clzll(value | 1)) * 1233 >> 12;

	return n + (value >= powers[n]) + !value;
}

static void put_eight_digits(char PQ_RAW *to, uint32_t value)
{
	uint32_t upper = value / 10000, lower = value % 10000;

	memcpy(to, digit_pairs + 2 * (upper / 100), 2);
	memcpy(to + 2, digit_pairs + 2 * (upper % 100), 2);
	memcpy(to + 4, digit_pairs + 2 * (lower / 100), 2);
	memcpy(to + 6, digit_pairs + 2 * (lower % 100), 2);
}

size_t pq_put_digits(char PQ_RAW *to, int64_t value)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	size_t sign = value < 0, at = sign + count_digits(rest), n = at;
	uint32_t small;

	if (sign)
		to[0] = '-';
	/* Divisions of 64 bits are dear: each takes eight digits off. */
	for (; rest >= 100000000; rest /= 100000000)
		put_eight_digits(to + (at -= 8), (uint32_t)(rest % 100000000));
	for (small = (uint32_t)rest; small >= 100; small /= 100)
		memcpy(to + (at -= 2), digit_pairs + 2 * (small % 100), 2);
	if (at - sign == 2)
		memcpy(to + sign, digit_pairs + 2 * small, 2);
	else
		to[sign] = (char)('0' + small);
	return n;
}

void pq_buf_int(struct pq_buf *b, int64_t value, size_t width)
{
	size_t n;

	pq_buf_reserve(b, pq_size_add(width, PQ_DIGITS_MOST));
	n = pq_put_digits(b->data + b->len, value);
	if (n < width) {
		memmove(b->data + b->len + (width - n), b->data + b->len, n);
		memset(b->data + b->len, ' ', width - n);
		n = width;
	}
	b->len += n;
}
