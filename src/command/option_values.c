#include "command/option_values.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

#include "base/banned.h"

enum pq_value_result pq_value_bool(const char *text, bool *value)
{
	static const char *const words[] = { "0",     "f",     "F",    "false",
					     "FALSE", "False", "1",    "t",
					     "T",     "true",  "TRUE", "True" };

	/* Go's words for flags; those of the second half are true. */
	for (unsigned i = 0; i < 12; i++) {
		if (!strcmp(text, words[i])) {
			*value = i >= 6;
			return PQ_VALUE_OK;
		}
	}
	return PQ_VALUE_SYNTAX;
}

enum pq_value_result pq_value_yes_no(const char *text, bool *value)
{
	static const char *const words[] = { "false", "f",    "no", "n",
					     "0",     "true", "t",  "yes",
					     "y",     "1",    "" };

	/* Words of the reference's prompt; none at all is true, too. */
	for (unsigned i = 0; i < 11; i++) {
		if (!strcasecmp(text, words[i])) {
			*value = i >= 5;
			return PQ_VALUE_OK;
		}
	}
	return PQ_VALUE_SYNTAX;
}

/* 0x 0o 0b; a plain leading 0 is octal and leaves no prefix to skip. */
static unsigned base_of(const char **at)
{
	static const struct {
		char letter;
		unsigned base;
	} prefixes[] = { { 'x', 16 }, { 'o', 8 }, { 'b', 2 } };
	const char *p = *at;

	/* A lone 0 is decimal: no digit stands behind it. */
	if (p[0] != '0' || p[1] == '\0')
		return 10;
	for (unsigned i = 0; i < 3; i++) {
		if ((p[1] | 0x20) == prefixes[i].letter) {
			*at += 2;
			return prefixes[i].base;
		}
	}
	return 8;
}

/* A digit of any base; beyond all of them for another byte. */
static unsigned digit_of(char c)
{
	return (unsigned)pq_hex_digit(c);
}

/* Digits with single underscores between them, or after a prefix. */
static enum pq_value_result magnitude(const char *p, unsigned base,
				      bool after_prefix, uint64_t *value)
{
	bool may_separate = after_prefix, digits = false, wide = false;

	*value = 0;
	for (; *p; p++) {
		unsigned digit = digit_of(*p);

		if (*p == '_' && may_separate) {
			may_separate = false;
			continue;
		}
		if (digit >= base)
			return PQ_VALUE_SYNTAX;
		/* All is read: a wrong digit counts before the range does. */
		wide = wide || __builtin_mul_overflow(*value, base, value) ||
		       __builtin_add_overflow(*value, digit, value);
		may_separate = digits = true;
	}
	if (!digits || !may_separate) /* nothing, or a trailing underscore */
		return PQ_VALUE_SYNTAX;
	return wide ? PQ_VALUE_RANGE : PQ_VALUE_OK;
}

enum pq_value_result pq_value_int(const char *text, int64_t *value)
{
	bool negative = *text == '-';
	const char *p = text + (*text == '-' || *text == '+');
	const char *digits = p;
	unsigned base = base_of(&digits);
	uint64_t n, most = (uint64_t)INT64_MAX + negative;
	enum pq_value_result result;

	result = magnitude(digits, base, digits != p, &n);
	if (result != PQ_VALUE_OK)
		return result;
	/* The least number is one further from 0 than the largest. */
	if (n > most)
		return PQ_VALUE_RANGE;
	*value = (int64_t)(negative ? 0 - n : n);
	return PQ_VALUE_OK;
}

enum pq_value_result pq_value_decimal(const char *text, int64_t *value)
{
	const char *digits = text + (*text == '-' || *text == '+');

	/* strtoll would pass over blanks: the digits are looked at first. */
	if (!*digits || digits[strspn(digits, "0123456789")])
		return PQ_VALUE_SYNTAX;
	errno = 0;
	*value = strtoll(text, NULL, 10);
	return errno ? PQ_VALUE_RANGE : PQ_VALUE_OK;
}

/* inf, +Infinity, nan: in any case; a nan has no sign. */
static bool special_float(const char *text, double *value)
{
	bool sign = *text == '-' || *text == '+';
	const char *word = text + sign;

	if (!strcasecmp(word, "inf") || !strcasecmp(word, "infinity"))
		*value = *text == '-' ? -INFINITY : INFINITY;
	else if (!strcasecmp(text, "nan"))
		*value = NAN;
	else
		return false;
	return true;
}

static const char *skip_digits(const char *p, bool hex)
{
	while (hex ? isxdigit((unsigned char)*p) : isdigit((unsigned char)*p))
		p++;
	return p;
}

/* Go accepts fewer spellings than strtod does. */
static bool float_syntax(const char *p)
{
	const char *start;
	bool hex, exponent;
	size_t digits;

	/* A sign, 0x or nothing, and digits with one point in them. */
	p += *p == '-' || *p == '+';
	hex = p[0] == '0' && (p[1] | 0x20) == 'x';
	p += hex ? 2 : 0;
	start = p;
	p = skip_digits(p, hex);
	digits = (size_t)(p - start);
	if (*p == '.') {
		start = ++p;
		p = skip_digits(p, hex);
		digits += (size_t)(p - start);
	}
	/* Hexadecimal digits need an exponent, as in Go. */
	exponent = (*p | 0x20) == (hex ? 'p' : 'e');
	if (exponent) {
		p++;
		p += *p == '-' || *p == '+';
		start = p;
		p = skip_digits(p, false);
		if (p == start)
			return false;
	}
	return digits && !*p && (exponent || !hex);
}

static bool is_digit_of(char c, bool hex)
{
	return hex ? isxdigit((unsigned char)c) : isdigit((unsigned char)c);
}

/* Takes out underscores, each of which stands between two digits. */
static bool without_underscores(const char *text, struct pq_buf *plain)
{
	const char *p = text + (*text == '-' || *text == '+');
	bool hex = p[0] == '0' && (p[1] | 0x20) == 'x';

	for (p = text; *p; p++) {
		if (*p != '_') {
			pq_buf_char(plain, *p);
			continue;
		}
		/* the x of the prefix counts as a digit, here as in Go */
		if (p == text || !is_digit_of(p[1], hex) ||
		    (!is_digit_of(p[-1], hex) && (p[-1] | 0x20) != 'x'))
			return false;
	}
	return true;
}

static enum pq_value_result plain_float(const char *text, double *value)
{
	locale_t c_locale;

	if (!float_syntax(text))
		return PQ_VALUE_SYNTAX;
	/* The user's locale may have a comma for the point. */
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	*value = strtod_l(text, NULL, c_locale);
	freelocale(c_locale);
	return isinf(*value) ? PQ_VALUE_RANGE : PQ_VALUE_OK;
}

enum pq_value_result pq_value_float(const char *text, double *value)
{
	struct pq_buf plain = { 0 };
	enum pq_value_result result = PQ_VALUE_SYNTAX;

	/* Words come first: there are no digits in them to be checked. */
	if (special_float(text, value))
		return PQ_VALUE_OK;
	if (without_underscores(text, &plain))
		result = plain_float(pq_unchecked_bytes(pq_buf_cstr(&plain)),
				     value);
	pq_buf_release(&plain);
	return result;
}

enum pq_value_result pq_value_size(const char *text, int64_t *value)
{
	static const char units[] = "kmgt";
	const char *p = text, *unit = NULL;
	unsigned shift = 0;

	*value = 0;
	/* A sign is no digit here: a negative size is refused. */
	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, *p - '0', value))
			return PQ_VALUE_RANGE;
	if (p == text)
		return PQ_VALUE_SYNTAX;
	/* A letter, then B or iB or nothing; units are powers of 1024. */
	if (*p)
		unit = strchr(units, *p | 0x20);
	if (unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		p++;
	}
	if (*p && strcasecmp(p, "b") != 0 &&
	    (!unit || strcasecmp(p, "ib") != 0))
		return PQ_VALUE_SYNTAX;
	/* A size too large is refused: shifted, it would come out small. */
	if (*value > INT64_MAX >> shift)
		return PQ_VALUE_RANGE;
	*value = (int64_t)((uint64_t)*value << shift);
	return PQ_VALUE_OK;
}
