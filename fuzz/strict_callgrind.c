/*
 * callgrind: positions "instr line", one event; names stand for themselves
 * once and are numbers later.
 */
#include "strict.h"

#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

struct callgrind {
	struct pq_text line;
	size_t at;
	uint64_t n[3]; /* names so far: of objects, files, functions */
};

static bool eat(struct callgrind *c, const char *what)
{
	struct pq_text rest = pq_text_slice(c->line, c->at, c->line.len);

	if (!pq_text_starts(rest, what))
		return false;
	c->at += strlen(what);
	return true;
}

static bool digits(struct callgrind *c, const char *of, uint64_t base,
		   uint64_t *value)
{
	size_t from = c->at;

	for (*value = 0; c->at < c->line.len; c->at++) {
		char byte = c->line.bytes[c->at];
		const char *found = byte ? strchr(of, byte) : NULL;

		if (!found)
			break;
		*value = *value * base + (uint64_t)(found - of);
	}
	return c->at > from;
}

static bool number(struct callgrind *c)
{
	uint64_t value;

	eat(c, "-");
	return digits(c, "0123456789", 10, &value);
}

/* 0x12, +3, -4 or * */
static bool address(struct callgrind *c)
{
	uint64_t value;

	if (eat(c, "*"))
		return true;
	if (eat(c, "0x"))
		return digits(c, "0123456789abcdef", 16, &value);
	return eat(c, "+") ? digits(c, "0123456789", 10, &value) : number(c);
}

/* Nothing, "(1) name" once, "(1)" later. */
static const char *name(struct callgrind *c, uint64_t *n)
{
	uint64_t id;

	if (c->at == c->line.len)
		return NULL;
	if (!eat(c, "(") || !digits(c, "0123456789", 10, &id) || !eat(c, ")"))
		return "a name without its number";
	if (c->at == c->line.len)
		return id && id <= *n ? NULL : "a number without a name";
	if (!eat(c, " ") || id != ++*n)
		return "a name with the wrong number";
	return NULL;
}

static bool costs(struct callgrind *c)
{
	if (!address(c) || !eat(c, " ") || (!eat(c, "*") && !number(c)))
		return false;
	return eat(c, " ") && number(c) && c->at == c->line.len;
}

static const char *call(struct callgrind *c)
{
	return eat(c, "calls=0 ") && address(c) && eat(c, " ") && number(c) &&
			       c->at == c->line.len
		       ? NULL
		       : "no call";
}

static const char *one_line(struct callgrind *c)
{
	static const struct {
		const char *key;
		unsigned table;
	} names[] = { { "ob=", 0 },
		      { "fl=", 1 },
		      { "fn=", 2 },
		      { "cfl=", 1 },
		      { "cfn=", 2 } };

	c->at = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (eat(c, names[i].key))
			return name(c, &c->n[names[i].table]);
	if (!c->line.len)
		return NULL;
	if (pq_text_starts(c->line, "calls="))
		return call(c);
	return costs(c) ? NULL : "a line that is no cost";
}

const char *strict_callgrind(struct pq_text t, size_t *at)
{
	static const char first[] = "positions: instr line\nevents: ";
	struct callgrind c = { .at = 0 };

	if (!pq_text_starts(t, first))
		return "no head";
	for (*at = pq_text_find(t, strlen(first), "\n") + 1; *at < t.len;) {
		size_t end = pq_text_find(t, *at, "\n");
		const char *wrong;

		c.line = pq_text_slice(t, *at, end);
		wrong = one_line(&c);
		if (wrong)
			return wrong;
		*at = end + 1;
	}
	return NULL;
}
