#include "strict.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

enum { MOST_DEPTH = 256 };

struct json {
	struct pq_text t;
	size_t at;
	const char *wrong;
	unsigned depth;
	void (*number)(struct json *j); /* called before each number */
	size_t n_frames;
};

static char peek(const struct json *j)
{
	return j->at < j->t.len ? j->t.bytes[j->at] : '\0';
}

static void fail(struct json *j, const char *what)
{
	if (!j->wrong)
		j->wrong = what;
}

static void blanks(struct json *j)
{
	while (j->at < j->t.len && strchr(" \t\r\n", j->t.bytes[j->at]) &&
	       j->t.bytes[j->at])
		j->at++;
}

static bool eat(struct json *j, char c)
{
	if (j->wrong || peek(j) != c || j->at == j->t.len)
		return false;
	j->at++;
	return true;
}

static void word(struct json *j, const char *w)
{
	struct pq_text rest = pq_text_slice(j->t, j->at, j->t.len);

	if (!pq_text_starts(rest, w))
		fail(j, "no value");
	else
		j->at += strlen(w);
}

static bool digits(struct json *j)
{
	size_t from = j->at;

	while (peek(j) >= '0' && peek(j) <= '9')
		j->at++;
	return j->at > from;
}

static void number(struct json *j)
{
	bool good;

	if (j->number)
		j->number(j);
	eat(j, '-');
	good = eat(j, '0') || digits(j);
	if (eat(j, '.'))
		good = digits(j) && good;
	if (peek(j) == 'e' || peek(j) == 'E') {
		j->at++;
		if (peek(j) == '+' || peek(j) == '-')
			j->at++;
		good = digits(j) && good;
	}
	if (!good)
		fail(j, "not a number");
}

static unsigned hex4(struct json *j)
{
	unsigned value = 0;

	for (int i = 0; i < 4; i++, j->at++) {
		static const char all[] = "0123456789abcdef";
		char c = peek(j);
		const char *found = c ? strchr(all, c | 0x20) : NULL;

		if (!found) {
			fail(j, "no four hexadecimal digits");
			return 0;
		}
		value = value << 4 | (unsigned)(found - all);
	}
	return value;
}

static void escape(struct json *j)
{
	char c = peek(j);
	unsigned rune;

	j->at++;
	if (c != 'u') {
		if (!c || !strchr("\"\\/bfnrt", c))
			fail(j, "no such escape");
		return;
	}
	rune = hex4(j);
	if (rune >= 0xdc00 && rune < 0xe000)
		fail(j, "half of a pair");
	if (rune < 0xd800 || rune >= 0xdc00)
		return;
	if (!eat(j, '\\') || !eat(j, 'u')) {
		fail(j, "half of a pair");
		return;
	}
	rune = hex4(j);
	if (rune < 0xdc00 || rune >= 0xe000)
		fail(j, "half of a pair");
}

static void string(struct json *j)
{
	if (!eat(j, '"'))
		fail(j, "no string");
	while (!j->wrong && !eat(j, '"')) {
		if (j->at >= j->t.len)
			fail(j, "a string without an end");
		else if ((unsigned char)peek(j) < ' ')
			fail(j, "a control character in a string");
		else if (j->t.bytes[j->at++] == '\\')
			escape(j);
	}
}

static void value(struct json *j);

static void members(struct json *j, char closes, bool named)
{
	j->at++;
	if (++j->depth > MOST_DEPTH)
		fail(j, "nested too deep");
	blanks(j);
	while (!j->wrong && !eat(j, closes)) {
		if (named) {
			blanks(j);
			string(j);
			blanks(j);
			if (!eat(j, ':'))
				fail(j, "no colon");
		}
		value(j);
		if (!eat(j, ',') && peek(j) != closes)
			fail(j, "neither a comma nor an end");
		else if (j->t.bytes[j->at - 1] == ',' &&
			 (blanks(j), peek(j) == closes))
			fail(j, "a comma before the end");
	}
	j->depth--;
}

static void value(struct json *j)
{
	blanks(j);
	switch (j->wrong ? '\0' : peek(j)) {
	case '{':
		members(j, '}', true);
		break;
	case '[':
		members(j, ']', false);
		break;
	case '"':
		string(j);
		break;
	case 't':
		word(j, "true");
		break;
	case 'f':
		word(j, "false");
		break;
	case 'n':
		word(j, "null");
		break;
	default:
		number(j);
	}
	blanks(j);
}

static const char *whole(struct json *j, size_t *at)
{
	value(j);
	if (j->at < j->t.len)
		fail(j, "something behind the value");
	*at = j->at;
	return j->wrong;
}

const char *strict_json(struct pq_text t, size_t *at)
{
	struct json j = { .t = t };

	return whole(&j, at);
}

/* ---- speedscope ---- */

/* From behind the key; how many values the list there has. */
static size_t count(struct json *j, const char *key)
{
	size_t n = 0;

	j->at = pq_text_find(j->t, j->at, key) + strlen(key);
	if (j->at >= j->t.len) {
		fail(j, "a key is missing");
		return 0;
	}
	while (!j->wrong && !eat(j, ']')) {
		value(j);
		eat(j, ',');
		n++;
	}
	return n;
}

static void in_range(struct json *j)
{
	char *end;

	/* the text ends in a NUL */
	if (strtoull(j->t.bytes + j->at, &end, 10) >= j->n_frames)
		fail(j, "a frame that is not there");
}

/* The layout is the writer's own: a key is looked for where it must stand. */
const char *strict_speedscope(struct pq_text t, size_t *at)
{
	static const char next[] = "{\"type\":\"sampled\"";
	struct json j = { .t = t };
	const char *wrong = strict_json(t, at);

	if (wrong)
		return wrong;
	j.n_frames = count(&j, "\"frames\":[");
	while (!j.wrong && pq_text_find(t, j.at, next) < t.len) {
		size_t samples, weights;

		j.number = in_range;
		samples = count(&j, "\"samples\":[");
		j.number = NULL;
		weights = count(&j, "\"weights\":[");
		if (samples != weights)
			fail(&j, "not one weight a sample");
	}
	*at = j.at;
	return j.wrong;
}
