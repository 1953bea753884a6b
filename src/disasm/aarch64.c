#include "disasm/aarch64.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static bool is_one_of(const char *word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, names[i]))
			return true;
	return false;
}

/* Immediates that are patterns of bits. */
static bool takes_mask(const char *mnemonic)
{
	static const char *const names[] = { "and", "ands", "orr", "eor",
					     "tst" };

	return is_one_of(mnemonic, names, sizeof(names) / sizeof(*names));
}

static bool is_branch(const char *mnemonic)
{
	static const char *const names[] = { "b",    "bl",  "cbz",
					     "cbnz", "tbz", "tbnz" };

	return !strncmp(mnemonic, "b.", 2) ||
	       is_one_of(mnemonic, names, sizeof(names) / sizeof(*names));
}

static bool takes_address(const char *mnemonic)
{
	return is_branch(mnemonic) || !strcmp(mnemonic, "adr") ||
	       !strcmp(mnemonic, "adrp");
}

/* ---- moves of a constant, which have three encodings ---- */

struct constant_move {
	size_t register_bytes; /* the operands begin with its name */
	uint64_t value;
	unsigned shift;
};

/* "x0, #1[, lsl #16]", or behind the register also one that is zero. */
static bool scan_move(const char *operands, bool has_zero,
		      struct constant_move *m)
{
	const char *at = strchr(operands, ',');
	char *end;

	if (!at)
		return false;
	m->register_bytes = (size_t)(at - operands);
	if (has_zero && strncmp(at, ", wzr", 5) && strncmp(at, ", xzr", 5))
		return false;
	at += has_zero ? 5 : 0;
	if (strncmp(at, ", #", 3))
		return false;
	m->value = strtoull(at + 3, &end, 0);
	m->shift = 0;
	if (!strncmp(end, ", lsl #", 7))
		m->shift = (unsigned)strtoul(end + 7, &end, 0) & 63;
	return !*end;
}

/* Writes "mov x0, #N" for them; false: the instruction is another one. */
static bool put_constant_move(const char *mnemonic, const char *operands,
			      struct pq_buf *to)
{
	bool is_inverted = !strcmp(mnemonic, "movn");
	bool is_mask = !strcmp(mnemonic, "orr");
	struct constant_move m;
	int64_t value;

	if ((!is_inverted && !is_mask && strcmp(mnemonic, "movz")) ||
	    !scan_move(operands, is_mask, &m))
		return false;
	/* zero that is shifted is no way to say zero */
	if (!m.value && m.shift)
		return false;

	/* the number has the sign that it has in the register */
	value = (int64_t)(m.value << m.shift);
	if (is_inverted)
		value = ~value;
	if (operands[0] == 'w')
		value = (int32_t)(uint32_t)value;
	pq_buf_printf(to, "mov\t%.*s, #%lld", (int)m.register_bytes, operands,
		      (long long)value);
	return true;
}

/* ---- operands ---- */

struct operands_scan {
	const struct pq_aarch64_text *text;
	const char *at;
	struct pq_buf *to;
	uint64_t address; /* the last operand, if it is one */
};

/* A constant of 64 bits, which is written with all of its digits. */
static bool is_wide_constant(const struct pq_aarch64_text *t)
{
	return !strcmp(t->mnemonic, "movi") &&
	       (t->operands[0] == 'd' || strstr(t->operands, ".2d"));
}

/* The number behind the # at s->at; masks stand alone, shifts do not. */
static void put_immediate(struct operands_scan *s)
{
	const struct pq_aarch64_text *t = s->text;
	bool is_own = s->at >= t->operands + 2 && s->at[-1] == ' ' &&
		      s->at[-2] == ',';
	char *end;
	int64_t value = s->at[1] == '-' ? -(int64_t)strtoull(s->at + 2, &end, 0)
					: (int64_t)strtoull(s->at + 1, &end, 0);
	unsigned long long bits = (unsigned long long)value;

	if (*end == '.') {
		pq_buf_printf(s->to, "#%.8f", strtod(s->at + 1, &end));
	} else if (!*end && takes_address(t->mnemonic)) {
		pq_buf_printf(s->to, "0x%llx", bits);
		t->put_symbol(t->ctx, bits, s->to);
		s->address = bits;
	} else if (is_wide_constant(t)) {
		pq_buf_printf(s->to, "#%016llx", bits);
	} else if (is_own && takes_mask(t->mnemonic)) {
		pq_buf_printf(s->to, "#0x%llx", bits);
	} else {
		pq_buf_printf(s->to, "#%lld", (long long)value);
	}
	s->at = end;
}

/* Whether operands from here on are a register of the system. */
static bool begins_system_register(const struct operands_scan *s)
{
	const struct pq_aarch64_text *t = s->text;

	if (!strcmp(t->mnemonic, "msr"))
		return s->at == t->operands;
	return !strcmp(t->mnemonic, "mrs") && s->at > t->operands &&
	       s->at[-1] == ' ';
}

static void put_system_register(struct operands_scan *s)
{
	for (; *s->at && *s->at != ','; s->at++)
		pq_buf_char(s->to, (char)toupper((unsigned char)*s->at));
}

static void put_plain_character(struct operands_scan *s)
{
	char c = *s->at++;

	/* lists of registers have blanks inside their braces */
	if (c == '}')
		pq_buf_char(s->to, ' ');
	pq_buf_char(s->to, c);
	if (c == '{')
		pq_buf_char(s->to, ' ');
}

uint64_t pq_aarch64_put(const struct pq_aarch64_text *t, struct pq_buf *to)
{
	struct operands_scan s = { .text = t, .at = t->operands, .to = to };

	if (put_constant_move(t->mnemonic, t->operands, to))
		return 0;
	/* an element of a vector is moved, whatever it comes from */
	pq_buf_str(to, strcmp(t->mnemonic, "ins") ? t->mnemonic : "mov");
	if (*t->operands)
		pq_buf_char(to, '\t');
	while (*s.at)
		if (*s.at == '#')
			put_immediate(&s);
		else if (begins_system_register(&s))
			put_system_register(&s);
		else
			put_plain_character(&s);
	return is_branch(t->mnemonic) ? s.address : 0;
}
