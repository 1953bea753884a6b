#include "export/moment.h"

#include "base/banned.h"

static const int64_t ns_of_second = 1000000000;

struct moment_scan {
	struct pq_text text;
	size_t at;
	bool ok;
};

static bool is_digit_at(const struct moment_scan *s)
{
	return s->at < s->text.len && s->text.bytes[s->at] >= '0' &&
	       s->text.bytes[s->at] <= '9';
}

/* Exactly `n` digits, and a number from `least` to `most`. */
static int64_t scan_number(struct moment_scan *s, unsigned n, int64_t least,
			   int64_t most)
{
	int64_t value = 0;

	while (n-- && s->ok) {
		s->ok = is_digit_at(s);
		if (s->ok)
			value = value * 10 + (s->text.bytes[s->at++] - '0');
	}
	s->ok = s->ok && value >= least && value <= most;
	return value;
}

/* One of two characters. */
static bool scan_char(struct moment_scan *s, char a, char b)
{
	bool is = s->at < s->text.len &&
		  (s->text.bytes[s->at] == a || s->text.bytes[s->at] == b);

	s->at += is;
	return is;
}

static void expect_char(struct moment_scan *s, char a, char b)
{
	s->ok = s->ok && scan_char(s, a, b);
}

static int64_t scan_fraction(struct moment_scan *s)
{
	int64_t ns = 0, unit = ns_of_second;

	if (!s->ok || !scan_char(s, '.', '.'))
		return 0;
	s->ok = is_digit_at(s);
	/* Digits beyond the ninth stay: the date is refused for them. */
	while (is_digit_at(s) && unit > 1) {
		unit /= 10;
		ns += unit * (s->text.bytes[s->at++] - '0');
	}
	return ns;
}

/* Seconds east of UTC. */
static int64_t scan_zone(struct moment_scan *s)
{
	int64_t sign, seconds;

	if (!s->ok || scan_char(s, 'Z', 'z'))
		return 0;
	sign = scan_char(s, '-', '-') ? -1 : 1;
	if (sign > 0)
		expect_char(s, '+', '+');
	seconds = 3600 * scan_number(s, 2, 0, 23);
	expect_char(s, ':', ':');
	return sign * (seconds + 60 * scan_number(s, 2, 0, 59));
}

static int64_t days_of_month(int64_t year, int64_t month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30,
				       31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970 of a date from the year 0 on. */
static int64_t days_of_date(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month > 2 ? year : year - 1; /* years begin in March */
	int64_t m = month > 2 ? month - 3 : month + 9;

	return 365 * y + (y + 400) / 4 - (y + 400) / 100 + (y + 400) / 400 -
	       97 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool parse_date(struct pq_text text, int64_t *ns)
{
	struct moment_scan s = { text, 0, true };
	int64_t year = scan_number(&s, 4, 0, 9999), month, day, seconds, rest;

	expect_char(&s, '-', '-');
	month = scan_number(&s, 2, 1, 12);
	expect_char(&s, '-', '-');
	/* The month must be one before its days are looked up. */
	day = s.ok ? scan_number(&s, 2, 1, days_of_month(year, month)) : 1;
	expect_char(&s, 'T', 't');
	seconds = 3600 * scan_number(&s, 2, 0, 23);
	expect_char(&s, ':', ':');
	seconds += 60 * scan_number(&s, 2, 0, 59);
	expect_char(&s, ':', ':');
	/* A leap second is the first of the next minute. */
	seconds += scan_number(&s, 2, 0, 60);
	rest = scan_fraction(&s);
	seconds -= scan_zone(&s);
	/* A text that goes on behind its zone is no date. */
	if (!s.ok || s.at != text.len)
		return false;
	seconds += 86400 * days_of_date(year, month, day);
	return !__builtin_mul_overflow(seconds, ns_of_second, ns) &&
	       !__builtin_add_overflow(*ns, rest, ns);
}

static bool parse_nanoseconds(struct pq_text text, int64_t *ns)
{
	bool negative = text.len && text.bytes[0] == '-';

	*ns = 0;
	for (size_t i = negative; i < text.len; i++) {
		int64_t digit = text.bytes[i] - '0';

		/* Negative numbers count down: the least one fits, too. */
		if (digit < 0 || digit > 9 ||
		    __builtin_mul_overflow(*ns, 10, ns) ||
		    __builtin_add_overflow(*ns, negative ? -digit : digit, ns))
			return false;
	}
	return text.len > negative;
}

bool pq_moment_parse(struct pq_text text, int64_t *ns)
{
	return parse_nanoseconds(text, ns) || parse_date(text, ns);
}
