#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

struct unit {
	const char *name;
	const char *aliases[4];
	double factor;
};

struct family {
	const struct unit *units;
	size_t n;
	size_t usual; /* the unit used when nothing else is asked for */
};

static const struct unit memory_units[] = {
	{ "B", { "b", "byte" }, 1 },
	{ "kB", { "kb", "kbyte", "kilobyte" }, 1024.0 },
	{ "MB", { "mb", "mbyte", "megabyte" }, 1048576.0 },
	{ "GB", { "gb", "gbyte", "gigabyte" }, 1073741824.0 },
	{ "TB", { "tb", "tbyte", "terabyte" }, 1099511627776.0 },
	{ "PB", { "pb", "pbyte", "petabyte" }, 1125899906842624.0 },
};

static const struct unit time_units[] = {
	{ "ns", { "ns", "nanosecond" }, 1 },
	{ "us", { "us", "microsecond" }, 1e3 },
	{ "ms", { "ms", "millisecond" }, 1e6 },
	{ "s", { "s", "sec", "second" }, 1e9 },
	{ "hrs", { "hour", "hr" }, 3600e9 },
};

static const struct unit gcu_units[] = {
	{ "n*GCU", { "nanogcu" }, 1e-9 },  { "u*GCU", { "microgcu" }, 1e-6 },
	{ "m*GCU", { "milligcu" }, 1e-3 }, { "GCU", { "gcu" }, 1 },
	{ "k*GCU", { "kilogcu" }, 1e3 },   { "M*GCU", { "megagcu" }, 1e6 },
	{ "G*GCU", { "gigagcu" }, 1e9 },   { "T*GCU", { "teragcu" }, 1e12 },
	{ "P*GCU", { "petagcu" }, 1e15 },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct family families[] = {
	{ memory_units, COUNT(memory_units), 0 },
	{ time_units, COUNT(time_units), 3 },
	{ gcu_units, COUNT(gcu_units), 3 },
};
enum { FAMILY_TIME = 1, FAMILIES = 3 };

/*
 * Lower-cases a unit into key; false when it is longer than any alias.  The
 * two letters outside ASCII whose lower case is inside it are kept in mind.
 */
static bool lower_unit(struct pq_text unit, char key[static 32])
{
	size_t n = 0;

	for (size_t at = 0; at < unit.len;) {
		uint32_t rune = (unsigned char)unit.bytes[at];
		size_t bytes = 1;

		if (rune >= 0x80)
			bytes = pq_text_rune(unit, at, &rune);
		/* No alias is as long, or has anything but letters. */
		if (!bytes || !rune || n >= 30)
			return false;
		if (rune == 0x212a) /* Kelvin sign */
			rune = 'k';
		if (rune == 0x130) /* capital i with dot */
			rune = 'i';
		if (rune >= 0x80)
			return false;
		if (rune >= 'A' && rune <= 'Z')
			rune += 'a' - 'A';
		key[n++] = (char)rune;
		at += bytes;
	}
	/* A plural loses its s; units of two letters keep it. */
	if (n > 2 && key[n - 1] == 's')
		n--;
	key[n] = '\0';
	return true;
}

static const struct unit *find_unit(const struct family *f, const char *key)
{
	for (size_t i = 0; i < f->n; i++)
		for (size_t a = 0; a < COUNT(f->units[i].aliases); a++)
			if (f->units[i].aliases[a] &&
			    f->units[i].aliases[a][0] == key[0] &&
			    !strcmp(f->units[i].aliases[a], key))
				return &f->units[i];
	return NULL;
}

static bool is_automatic(struct pq_text to)
{
	return pq_text_is(to, "minimum") || pq_text_is(to, "auto");
}

/* The unit of the family to show v base units in. */
static const struct unit *choose_unit(const struct family *f, double v,
				      struct pq_text to)
{
	const struct unit *best = NULL;
	char key[32];

	/* Automatic: the largest unit of which there is at least one. */
	if (is_automatic(to)) {
		for (size_t i = 0; i < f->n; i++)
			if (v / f->units[i].factor >= 1.0)
				best = &f->units[i];
	} else if (lower_unit(to, key)) {
		best = find_unit(f, key);
	}
	return best ? best : &f->units[f->usual];
}

static struct pq_scaled scale_unknown(int64_t value, struct pq_text to)
{
	static const char *const silent[] = { "count", "sample", "unit",
					      "minimum", "auto" };
	struct pq_scaled result = { (double)value, to };

	for (size_t i = 0; i < COUNT(silent); i++)
		if (pq_text_is(to, silent[i]))
			result.unit = PQ_TEXT("");
	return result;
}

/* The pair of units asked for last: a report asks for one pair only. */
struct known_pair {
	char PQ_RAW from[32], to[32];
	size_t from_len, to_len;
	const struct unit *from_unit, *to_unit; /* NULL: nothing is known */
};

static _Thread_local struct known_pair last_pair;

static void keep_pair(struct pq_text from, struct pq_text to,
		      const struct unit *from_unit, const struct unit *to_unit)
{
	if (!to.len || from.len > sizeof(last_pair.from) ||
	    to.len > sizeof(last_pair.to))
		return;
	memcpy(last_pair.from, from.bytes, from.len);
	memcpy(last_pair.to, to.bytes, to.len);
	last_pair.from_len = from.len;
	last_pair.to_len = to.len;
	last_pair.from_unit = from_unit;
	last_pair.to_unit = to_unit;
}

static bool is_known(struct pq_text from, struct pq_text to)
{
	return last_pair.from_unit && from.len == last_pair.from_len &&
	       to.len == last_pair.to_len &&
	       !memcmp(from.bytes, last_pair.from, from.len) &&
	       !memcmp(to.bytes, last_pair.to, to.len);
}

static struct pq_scaled in_unit(double v, const struct unit *u)
{
	return (struct pq_scaled){ v / u->factor, pq_text_of(u->name) };
}

struct pq_scaled pq_unit_scale(int64_t value, struct pq_text from,
			       struct pq_text to)
{
	char key[32];

	/* Units are chosen by size: the sign is put back. */
	if (value < 0 && pq_abs(value) > 0) {
		struct pq_scaled s = pq_unit_scale(pq_abs(value), from, to);

		s.value = -s.value;
		return s;
	}
	/* The last pair is kept: a report repeats its units. */
	if (is_known(from, to))
		return in_unit((double)value * last_pair.from_unit->factor,
			       last_pair.to_unit);
	if (!lower_unit(from, key))
		return scale_unknown(value, to);
	for (size_t i = 0; i < FAMILIES; i++) {
		const struct unit *u = find_unit(&families[i], key), *shown;
		double v;

		if (!u)
			continue;
		v = (double)value * u->factor;
		shown = choose_unit(&families[i], v, to);
		if (!is_automatic(to)) /* which would depend on the value */
			keep_pair(from, to, u, shown);
		return in_unit(v, shown);
	}
	return scale_unknown(value, to);
}

/*
 * "%.2f", several times as fast: the usual numbers have their hundredths far
 * enough from a tie that rounding needs no long arithmetic.  All others are
 * left to printf, which rounds exactly.
 */
static void put_hundredths(struct pq_buf *b, double value)
{
	double size = fabs(value), hundredths = size * 100, whole, rest;
	char digits[24];
	uint64_t n;
	size_t at = sizeof(digits);

	/* Larger numbers, and no numbers, are left to printf. */
	if (!(hundredths < 1e12)) {
		pq_buf_printf(b, "%.2f", value);
		return;
	}
	whole = floor(hundredths);
	rest = hundredths - whole;
	/* the product is off by less than 1e-3 here */
	if (rest > 0.499 && rest < 0.501) {
		pq_buf_printf(b, "%.2f", value);
		return;
	}
	n = (uint64_t)whole + (rest > 0.5);
	digits[--at] = (char)('0' + n % 10);
	digits[--at] = (char)('0' + n / 10 % 10);
	digits[--at] = '.';
	n /= 100;
	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	if (signbit(value))
		digits[--at] = '-';
	pq_buf_bytes(b, digits + at, sizeof(digits) - at);
}

void pq_unit_label(struct pq_buf *b, int64_t value, struct pq_text from,
		   struct pq_text to)
{
	struct pq_scaled s = pq_unit_scale(value, from, to);
	size_t start = b->len;
	struct pq_text number;

	put_hundredths(b, s.value);
	/* Whole numbers have no fraction, and 0 has no unit either. */
	if (b->len - start > 3 && !memcmp(b->data + b->len - 3, ".00", 3))
		b->len -= 3;
	number = pq_text_slice(pq_buf_view(b), start, b->len);
	if (pq_text_is(number, "0") || pq_text_is(number, "-0")) {
		b->len = start;
		pq_buf_char(b, '0');
		return;
	}
	pq_buf_text(b, s.unit);
}

bool pq_unit_is_time(struct pq_text unit)
{
	char key[32];

	return lower_unit(unit, key) &&
	       find_unit(&families[FAMILY_TIME], key) != NULL;
}

double pq_unit_ratio(struct pq_text from, struct pq_text to, bool *known)
{
	char from_key[32], to_key[32];

	*known = true;
	/* Equal units need not be known. */
	if (pq_text_equal(from, to))
		return 1;
	if (!lower_unit(from, from_key) || !lower_unit(to, to_key)) {
		*known = false;
		return 1;
	}
	for (size_t i = 0; i < FAMILIES; i++) {
		const struct unit *a = find_unit(&families[i], from_key);
		const struct unit *b = find_unit(&families[i], to_key);

		if (a && b)
			return a->factor / b->factor;
	}
	*known = false;
	return 1;
}

int64_t pq_trunc(double value)
{
	if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0))
		return INT64_MIN;
	return (int64_t)value;
}

/*
 * "%5.2g" of a ratio below 1, by hand where it is far enough from a tie and
 * from the next power of ten.
 */
static void put_small(struct pq_buf *b, double ratio)
{
	double scale = ratio >= 0.1 ? 100 : 1000, digits = ratio * scale;
	double whole = floor(digits), rest = digits - whole;
	unsigned n = (unsigned)whole + (rest > 0.5);
	char text[] = "    0.000";
	size_t end = ratio >= 0.1 ? 8 : 9;

	if (ratio < 0.01 || n < 10 || n > 98 ||
	    (rest > 0.499 && rest < 0.501)) {
		pq_buf_printf(b, "%5.2g", ratio);
		return;
	}
	text[end - 1] = (char)('0' + n % 10);
	text[end - 2] = (char)('0' + n / 10);
	/* A last zero is dropped, as by %g. */
	if (n % 10 == 0)
		end--;
	pq_buf_bytes(b, text + end - 5, 5);
}

void pq_percentage(struct pq_buf *b, int64_t value, int64_t total)
{
	double ratio = 0;

	/* Nothing of nothing is 0, and no division. */
	if (total)
		ratio = fabs((double)value / (double)total) * 100;
	if (ratio >= 99.95 && ratio <= 100.05) {
		pq_buf_str(b, "  100%");
	} else if (ratio >= 1.0) {
		/* as "%5.2f": 10 and more take five characters anyway */
		if (ratio < 9.99)
			pq_buf_char(b, ' ');
		if (ratio >= 9.99 && ratio < 10)
			pq_buf_printf(b, "%5.2f", ratio);
		else
			put_hundredths(b, ratio);
		pq_buf_char(b, '%');
	} else if (!ratio) {
		pq_buf_str(b, "    0%");
	} else {
		put_small(b, ratio);
		pq_buf_char(b, '%');
	}
}

void pq_percentage_trimmed(struct pq_buf *b, int64_t value, int64_t total)
{
	size_t start = b->len, blanks = 0;

	pq_percentage(b, value, total);
	while (b->data[start + blanks] == ' ')
		blanks++;
	memmove(b->data + start, b->data + start + blanks,
		b->len - start - blanks);
	b->len -= blanks;
}

/* Seconds rounded down, so that times before 1970 come out right. */
static struct tm local_time(int64_t nanos, int64_t *fraction)
{
	int64_t seconds = nanos / 1000000000;
	time_t t;
	struct tm tm;

	*fraction = nanos % 1000000000;
	/* C divides towards zero: times before 1970 leave a negative rest. */
	if (*fraction < 0) {
		*fraction += 1000000000;
		seconds--;
	}
	t = (time_t)seconds;
	memset(&tm, 0, sizeof(tm));
	localtime_r(&t, &tm);
	return tm;
}

void pq_time_header(struct pq_buf *b, int64_t nanos)
{
	int64_t fraction;
	struct tm tm = local_time(nanos, &fraction);
	char text[96];

	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z", &tm);
	pq_buf_str(b, text);
}

void pq_time_raw(struct pq_buf *b, int64_t nanos)
{
	int64_t fraction;
	struct tm tm = local_time(nanos, &fraction);
	char text[96];

	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	pq_buf_str(b, text);
	/* Go leaves out the zeros at the end. */
	if (fraction) {
		pq_buf_printf(b, ".%09lld", (long long)fraction);
		while (b->data[b->len - 1] == '0')
			b->len--;
	}
	strftime(text, sizeof(text), " %z %Z", &tm);
	pq_buf_str(b, text);
}

/* n / 10^digits with the fraction's trailing zeros cut. */
static void decimal(struct pq_buf *b, uint64_t n, unsigned digits)
{
	uint64_t power = 1;

	for (unsigned i = 0; i < digits; i++)
		power *= 10;
	pq_buf_printf(b, "%llu", (unsigned long long)(n / power));
	if (n % power == 0)
		return;
	pq_buf_printf(b, ".%0*llu", (int)digits,
		      (unsigned long long)(n % power));
	while (b->data[b->len - 1] == '0')
		b->len--;
}

void pq_duration_go(struct pq_buf *b, int64_t nanos)
{
	uint64_t n = nanos < 0 ? 0 - (uint64_t)nanos : (uint64_t)nanos;
	uint64_t minutes;

	if (!n) {
		pq_buf_str(b, "0s");
		return;
	}
	if (nanos < 0)
		pq_buf_char(b, '-');
	/* Below a second, one unit with a fraction. */
	if (n < 1000) {
		decimal(b, n, 0);
		pq_buf_str(b, "ns");
		return;
	}
	if (n < 1000000000) {
		decimal(b, n, n < 1000000 ? 3 : 6);
		pq_buf_str(b, n < 1000000 ? "\xc2\xb5s" : "ms");
		return;
	}
	/* From a second on, hours, minutes and seconds. */
	minutes = n / 60000000000u;
	if (minutes >= 60)
		pq_buf_printf(b, "%lluh", (unsigned long long)(minutes / 60));
	if (minutes)
		pq_buf_printf(b, "%llum", (unsigned long long)(minutes % 60));
	decimal(b, n % 60000000000u, 9);
	pq_buf_char(b, 's');
}
