#include "symbolize/demangle/punycode.h"

#include <stdbool.h>
#include <string.h>

#include "base/banned.h"

/* Parameters of RFC 3492, section 5, under its names. */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700 };

/* The value of a digit; BASE for a character that is none. */
static unsigned punycode_digit(char c)
{
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a');
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 26;
	return BASE;
}

/* Adds a number of variable length to *i; false when its end is missing. */
static bool read_delta(struct pq_text puny, size_t *at, uint64_t bias,
		       uint64_t *i)
{
	uint64_t weight = 1;

	for (uint64_t k = BASE; *at < puny.len; k += BASE) {
		uint64_t t = k <= bias + TMIN	? TMIN
			     : k >= bias + TMAX ? TMAX
						: k - bias;
		unsigned digit = punycode_digit(puny.bytes[(*at)++]);

		if (digit == BASE || weight > UINT32_MAX)
			return false;
		*i += digit * weight;
		if (digit < t)
			return true;
		weight *= BASE - t;
	}
	return false;
}

/* RFC 3492, section 6.1. */
static uint64_t adapt_bias(uint64_t delta, size_t n, bool first)
{
	uint64_t k = 0;

	delta /= first ? DAMP : 2;
	delta += delta / n;
	for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

size_t pq_punycode_decode(struct pq_text ascii, struct pq_text puny,
			  uint32_t *runes, size_t most)
{
	uint64_t rune = 128, i = 0, bias = 72;
	size_t n = ascii.len, at = 0;

	if (n > most)
		return 0;
	/* RFC 3492, section 6.2: basic code points first, then insertions. */
	for (size_t k = 0; k < n; k++)
		runes[k] = (unsigned char)ascii.bytes[k];
	while (at < puny.len) {
		bool first = at == 0;
		uint64_t before = i;

		if (n == most || !read_delta(puny, &at, bias, &i))
			return 0;
		bias = adapt_bias(i - before, n + 1, first);

		/* The number holds the code point and the position together. */
		rune += i / (n + 1);
		i %= n + 1;
		if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
			return 0;
		memmove(runes + i + 1, runes + i, (n - i) * sizeof(*runes));
		runes[i++] = (uint32_t)rune;
		n++;
	}
	return n;
}
