/* Decimal numbers as integers, exactly; format/json/pull.h declares it. */
#include "format/json/pull.h"

#include "base/banned.h"

/* Beyond it a number is 0 or too large, whatever digits it has. */
#define EXPONENT_MOST 100000

/* A number taken apart: its digits, and where its point would be. */
struct decimal {
	struct pq_text digits; /* a point may be among them */
	bool negative;
	long point; /* digits before it, below 0 where zeros are behind it */
};

static long take_exponent(struct pq_text t, size_t at)
{
	long value = 0;
	bool negative = at < t.len && t.bytes[at] == '-';

	at += at < t.len && (t.bytes[at] == '-' || t.bytes[at] == '+');
	for (; at < t.len && value < EXPONENT_MOST; at++)
		value = value * 10 + (t.bytes[at] - '0');
	return negative ? -value : value;
}

static struct decimal take_apart(struct pq_text t)
{
	struct decimal d = { .negative = t.len && t.bytes[0] == '-' };
	size_t from = d.negative, end = from, point;

	while (end < t.len && (t.bytes[end] | 0x20) != 'e')
		end++;
	d.digits = pq_text_slice(t, from, end);
	point = pq_text_find(d.digits, 0, ".");
	d.point = (long)point;
	if (end < t.len)
		d.point += take_exponent(t, end + 1);
	return d;
}

/* The digit that stands at a place before (or behind) the point. */
static int digit_at(const struct decimal *d, size_t dot, size_t at)
{
	at += at >= dot;
	return at < d->digits.len ? d->digits.bytes[at] - '0' : 0;
}

static size_t count_digits(const struct decimal *d, size_t dot)
{
	return d->digits.len - (dot < d->digits.len);
}

/* Half up: below 0 that is towards 0. */
static bool round_up(const struct decimal *d, size_t dot, long from,
		     bool *exact)
{
	size_t n = count_digits(d, dot);
	int first = 0;
	bool more = false;

	for (size_t i = from < 0 ? 0 : (size_t)from; i < n; i++) {
		int digit = digit_at(d, dot, i);

		if ((long)i == from)
			first = digit;
		else
			more = more || digit;
	}
	*exact = !first && !more;
	return d->negative ? first > 5 || (first == 5 && more) : first >= 5;
}

bool pq_decimal(struct pq_text number, int shift, int64_t *to, bool *exact)
{
	struct decimal d = take_apart(number);
	size_t dot = pq_text_find(d.digits, 0, ".");
	size_t n = count_digits(&d, dot);
	long whole = d.point + shift;
	uint64_t value = 0, most = (uint64_t)INT64_MAX + d.negative;

	for (long i = 0; i < whole; i++) {
		uint64_t digit = (uint64_t)digit_at(&d, dot, (size_t)i);

		/* zeros that are not written are not many, but for a 0 */
		if ((size_t)i >= n && !value)
			break;
		if (value > (most - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	/* Rounding adds 1 at most: nothing wraps before it is checked. */
	value += round_up(&d, dot, whole, exact);
	if (value > most)
		return false;
	*to = d.negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

bool pq_is_whole_number(struct pq_text text)
{
	size_t at = text.len && text.bytes[0] == '-', first = at;

	while (at < text.len && pq_is_digit(text.bytes[at]))
		at++;
	return at == text.len && at > first;
}
