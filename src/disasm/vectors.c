#include "disasm/vectors.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { MOST_OPERANDS = 4, MOST_ELEMENTS = 64, LANE_BITS = 128 };

/* An element that is cleared; others count over both sources. */
#define ZERO (-1)

/* A register's name, or memory, which has none. */
struct vector_operand {
	const char *name;
	size_t n;
};

struct vector_code {
	struct vector_operand at[MOST_OPERANDS]; /* the target first */
	int n;
	unsigned immediate;
	bool has_immediate, has_memory;
};

struct shuffle {
	int n, in_lane; /* elements of the result, and of a lane of it */
	int elements[MOST_ELEMENTS];
	unsigned immediate;
	bool has_memory;
};

/* ---- operands ---- */

/* Where an operand ends: at a comma that is in no brackets. */
static size_t operand_length(const char *text)
{
	size_t n = 0, depth = 0;

	for (; text[n] && (depth || text[n] != ','); n++)
		if (strchr("([", text[n]))
			depth++;
		else if (depth && strchr(")]", text[n]))
			depth--;
	return n;
}

/* Immediates have a "$" or, in Intel's syntax, are bare numbers. */
static bool take_immediate(struct vector_code *c, const char *text, size_t n)
{
	size_t digits = *text == '$';

	if (digits == n || !isdigit((unsigned char)text[digits]) ||
	    memchr(text, '(', n))
		return false;
	c->immediate = (unsigned)strtoul(text + digits, NULL, 0);
	c->has_immediate = true;
	return true;
}

static void take_operand(struct vector_code *c, const char *text, size_t n)
{
	bool is_memory = memchr(text, '(', n) || memchr(text, '[', n);

	if (take_immediate(c, text, n))
		return;
	if (*text == '%') {
		text++;
		n--;
	}
	c->at[c->n++] = is_memory ? (struct vector_operand){ NULL, 0 }
				  : (struct vector_operand){ text, n };
	c->has_memory = c->has_memory || is_memory;
}

/* AT&T's syntax has the target last. */
static void reverse_operands(struct vector_code *c)
{
	for (int i = 0; i < c->n / 2; i++) {
		struct vector_operand one = c->at[i];

		c->at[i] = c->at[c->n - 1 - i];
		c->at[c->n - 1 - i] = one;
	}
}

/* False for what has too many operands, or a mask. */
static bool read_vector_code(struct vector_code *c, const char *operands,
			     bool is_intel)
{
	while (*operands) {
		size_t n = operand_length(operands);

		if (c->n == MOST_OPERANDS || memchr(operands, '{', n))
			return false;
		take_operand(c, operands, n);
		operands += n + (operands[n] == ',');
		operands += strspn(operands, " ");
	}
	if (!is_intel)
		reverse_operands(c);
	/* A shift's one register is its source, too. */
	if (c->n == 1)
		c->at[c->n++] = c->at[0];
	return c->n >= 2 && c->at[0].n;
}

static int bits_of_register(const struct vector_operand *o)
{
	static const struct {
		const char *prefix;
		int bits;
	} kinds[] = {
		{ "xmm", 128 }, { "ymm", 256 }, { "zmm", 512 }, { "mm", 64 }
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strncmp(o->name, kinds[i].prefix, strlen(kinds[i].prefix)))
			return kinds[i].bits;
	return 0;
}

static bool are_vectors(const struct vector_code *c)
{
	for (int i = 0; i < c->n; i++)
		if (c->at[i].n && !bits_of_register(&c->at[i]))
			return false;
	return true;
}

/* ---- which element comes from where ---- */

typedef void fill_elements(struct shuffle *s);

/* The first element of the lane that an element is in. */
static int lane_of(const struct shuffle *s, int i)
{
	return i - i % s->in_lane;
}

static void interleave(struct shuffle *s, int from)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = lane_of(s, i) + from + i % s->in_lane / 2 +
				 (i % 2 ? s->n : 0);
}

static void interleave_low(struct shuffle *s)
{
	interleave(s, 0);
}

static void interleave_high(struct shuffle *s)
{
	interleave(s, s->in_lane / 2);
}

/* The immediate's next field, which chooses among so many elements. */
static int next_choice(unsigned *immediate, int among)
{
	unsigned bits = among == 2 ? 1 : 2;
	int choice = (int)(*immediate & ((1u << bits) - 1));

	*immediate >>= bits;
	return choice;
}

/* Each lane by the whole immediate, but for two elements: a bit for each. */
static void choose_in_lanes(struct shuffle *s)
{
	unsigned immediate = s->immediate;

	for (int i = 0; i < s->n; i++) {
		if (s->in_lane > 2 && !(i % s->in_lane))
			immediate = s->immediate;
		s->elements[i] =
			lane_of(s, i) + next_choice(&immediate, s->in_lane);
	}
}

/* The half of a lane that comes from the second source is its upper one. */
static void choose_from_both(struct shuffle *s)
{
	choose_in_lanes(s);
	for (int i = 0; i < s->n; i++)
		if (i % s->in_lane >= s->in_lane / 2)
			s->elements[i] += s->n;
}

/* Four of a lane's eight words are chosen, those from `first' on. */
static void choose_words(struct shuffle *s, int first)
{
	for (int i = 0; i < s->n; i++) {
		int in_four = i % s->in_lane - first;
		bool is_chosen = in_four >= 0 && in_four < 4;

		s->elements[i] =
			!is_chosen ? i
				   : lane_of(s, i) + first +
					     (int)(s->immediate >> 2 * in_four &
						   3);
	}
}

static void choose_low_words(struct shuffle *s)
{
	choose_words(s, 0);
}

static void choose_high_words(struct shuffle *s)
{
	choose_words(s, 4);
}

/* vpermq: by the immediate over all lanes. */
static void choose_in_all(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] =
			i - i % 4 + (int)(s->immediate >> 2 * (i % 4) & 3);
}

static void shift_right(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = i % s->in_lane + (int)s->immediate < s->in_lane
					 ? i + (int)s->immediate
					 : ZERO;
}

static void shift_left(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = i % s->in_lane >= (int)s->immediate
					 ? i - (int)s->immediate
					 : ZERO;
}

/* The second source's bytes come first: it is the lower half. */
static void align_right(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++) {
		int from = i % s->in_lane + (int)s->immediate;

		if (from < s->in_lane)
			s->elements[i] = s->n + lane_of(s, i) + from;
		else if (from < 2 * s->in_lane)
			s->elements[i] = lane_of(s, i) + from - s->in_lane;
		else
			s->elements[i] = ZERO;
	}
}

static void blend(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = s->immediate >> i % 8 & 1 ? s->n + i : i;
}

static void double_even(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = i - i % 2;
}

static void double_odd(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = i | 1;
}

static void take_low_halves(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = i < s->n / 2 ? i : s->n + i - s->n / 2;
}

static void take_high_halves(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = (i < s->n / 2 ? s->n + s->n / 2 : 0) + i;
}

/* The lower half of the second source becomes the result's lower one. */
static void take_low_of_second(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = (i < s->n / 2 ? s->n : 0) + i;
}

static void take_first_of_second(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = i ? i : s->n;
}

/* Halves of 128 bits, by two bits each or cleared. */
static void choose_halves(struct shuffle *s)
{
	int half = s->n / 2;

	for (int i = 0; i < s->n; i++) {
		unsigned field = s->immediate >> (i < half ? 0 : 4) & 15;

		s->elements[i] = field & 8 ? ZERO
					   : (int)(field & 3) * half + i % half;
	}
}

static void take_first_alone(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = i ? ZERO : 0;
}

/* A pair of the source in each lane. */
static void repeat_pair(struct shuffle *s)
{
	for (int i = 0; i < s->n; i++)
		s->elements[i] = i % 2;
}

/* insertps: which element to where, and which are cleared. */
static void insert_one(struct shuffle *s)
{
	int to = (int)(s->immediate >> 4 & 3);
	int from = s->has_memory ? 0 : (int)(s->immediate >> 6 & 3);

	for (int i = 0; i < s->n; i++)
		s->elements[i] = s->immediate >> i & 1 ? ZERO
				 : i == to	       ? s->n + from
						       : i;
}

/* ---- the table ---- */

/* Operands of an instruction that a row is about. */
enum operand_rule { ANY, REGISTERS, MEMORY };

static const struct shuffle_row {
	const char *name; /* without the "v" of AVX */
	fill_elements *fill;
	int bits;      /* an element's */
	bool has_both; /* sources; else the last operand only */
	enum operand_rule rule;
} shuffle_rows[] = {
	{ "punpcklbw", interleave_low, 8, true, ANY },
	{ "punpcklwd", interleave_low, 16, true, ANY },
	{ "punpckldq", interleave_low, 32, true, ANY },
	{ "punpcklqdq", interleave_low, 64, true, ANY },
	{ "punpckhbw", interleave_high, 8, true, ANY },
	{ "punpckhwd", interleave_high, 16, true, ANY },
	{ "punpckhdq", interleave_high, 32, true, ANY },
	{ "punpckhqdq", interleave_high, 64, true, ANY },
	{ "unpcklps", interleave_low, 32, true, ANY },
	{ "unpcklpd", interleave_low, 64, true, ANY },
	{ "unpckhps", interleave_high, 32, true, ANY },
	{ "unpckhpd", interleave_high, 64, true, ANY },
	{ "pshufd", choose_in_lanes, 32, false, ANY },
	{ "pshufw", choose_in_lanes, 16, false, ANY },
	{ "pshuflw", choose_low_words, 16, false, ANY },
	{ "pshufhw", choose_high_words, 16, false, ANY },
	{ "permilps", choose_in_lanes, 32, false, ANY },
	{ "permilpd", choose_in_lanes, 64, false, ANY },
	{ "permq", choose_in_all, 64, false, ANY },
	{ "permpd", choose_in_all, 64, false, ANY },
	{ "shufps", choose_from_both, 32, true, ANY },
	{ "shufpd", choose_from_both, 64, true, ANY },
	{ "psrldq", shift_right, 8, false, ANY },
	{ "pslldq", shift_left, 8, false, ANY },
	{ "palignr", align_right, 8, true, ANY },
	{ "blendps", blend, 32, true, ANY },
	{ "blendpd", blend, 64, true, ANY },
	{ "pblendw", blend, 16, true, ANY },
	{ "pblendd", blend, 32, true, ANY },
	{ "movddup", double_even, 64, false, ANY },
	{ "movsldup", double_even, 32, false, ANY },
	{ "movshdup", double_odd, 32, false, ANY },
	{ "movlhps", take_low_halves, 64, true, REGISTERS },
	{ "movhlps", take_high_halves, 64, true, REGISTERS },
	{ "movhps", take_low_halves, 32, true, MEMORY },
	{ "movhpd", take_low_halves, 64, true, MEMORY },
	{ "movlps", take_low_of_second, 32, true, MEMORY },
	{ "movlpd", take_low_of_second, 64, true, MEMORY },
	{ "movss", take_first_of_second, 32, true, REGISTERS },
	{ "movsd", take_first_of_second, 64, true, REGISTERS },
	{ "insertps", insert_one, 32, true, ANY },
	{ "broadcastf128", repeat_pair, 64, false, MEMORY },
	{ "movq", take_first_alone, 64, false, REGISTERS },
	{ "perm2f128", choose_halves, 64, true, ANY },
	{ "perm2i128", choose_halves, 64, true, ANY },
};

static const struct shuffle_row *find_shuffle(const char *mnemonic,
					      const struct vector_code *c)
{
	const char *name = mnemonic + (*mnemonic == 'v');

	for (size_t i = 0; i < sizeof(shuffle_rows) / sizeof(*shuffle_rows);
	     i++) {
		const struct shuffle_row *r = &shuffle_rows[i];

		if (!strcmp(name, r->name) &&
		    (r->rule == ANY || c->has_memory == (r->rule == MEMORY)))
			return r;
	}
	return NULL;
}

/* ---- text ---- */

static void put_operand_name(struct pq_buf *to, const struct vector_operand *o)
{
	if (o->n)
		pq_buf_printf(to, "%.*s", (int)o->n, o->name);
	else
		pq_buf_str(to, "mem");
}

static bool is_same_register(const struct vector_operand *a,
			     const struct vector_operand *b)
{
	return a->n && a->n == b->n && !memcmp(a->name, b->name, a->n);
}

/* Neighbors from one source share its brackets. */
static void put_elements(struct pq_buf *to, const struct shuffle *s,
			 const struct vector_operand *first,
			 const struct vector_operand *second)
{
	int last = ZERO;

	for (int i = 0; i < s->n; i++) {
		int from = s->elements[i];
		int source = from == ZERO ? ZERO : from / s->n;

		/* One register as both sources is one source. */
		if (source == 1 && is_same_register(first, second))
			source = 0;
		if (i && last != ZERO && source != last)
			pq_buf_char(to, ']');
		if (i)
			pq_buf_char(to, ',');
		if (source == ZERO) {
			pq_buf_str(to, "zero");
		} else {
			if (!i || source != last) {
				put_operand_name(to, source ? second : first);
				pq_buf_char(to, '[');
			}
			pq_buf_printf(to, "%d", from % s->n);
		}
		last = source;
	}
	if (last != ZERO)
		pq_buf_char(to, ']');
}

static void put_shuffle(const struct vector_code *c,
			const struct shuffle_row *r, struct pq_buf *to)
{
	int bits = bits_of_register(&c->at[0]);
	const struct vector_operand *last = &c->at[c->n - 1];
	struct shuffle s = { .n = bits / r->bits,
			     .immediate = c->immediate,
			     .has_memory = c->has_memory };

	/* Both sources of an instruction of SSE are its two operands. */
	s.in_lane = (bits < LANE_BITS ? bits : LANE_BITS) / r->bits;
	if (s.n < 2 || (bits < LANE_BITS && r->fill == align_right))
		return;
	r->fill(&s);
	put_operand_name(to, &c->at[0]);
	pq_buf_str(to, " = ");
	put_elements(to, &s, r->has_both ? &c->at[c->n - 2] : last, last);
}

/* ---- elements that become wider ---- */

/* pmovzxBW and the like: each element is followed by zeros. */
static bool put_extension(const char *mnemonic, const struct vector_code *c,
			  struct pq_buf *to)
{
	static const struct {
		const char *sizes;
		int bits, times;
	} rows[] = { { "bw", 8, 2 },  { "bd", 8, 4 },  { "bq", 8, 8 },
		     { "wd", 16, 2 }, { "wq", 16, 4 }, { "dq", 32, 2 } };
	const char *name = mnemonic + (*mnemonic == 'v');
	int bits = bits_of_register(&c->at[0]);

	if (strncmp(name, "pmovzx", 6))
		return false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(name + 6, rows[i].sizes))
			continue;
		put_operand_name(to, &c->at[0]);
		pq_buf_str(to, " = ");
		for (int k = 0; k < bits / rows[i].bits; k++) {
			if (k)
				pq_buf_char(to, ',');
			if (k % rows[i].times) {
				pq_buf_str(to, "zero");
				continue;
			}
			put_operand_name(to, &c->at[1]);
			pq_buf_printf(to, "[%d]", k / rows[i].times);
		}
		return true;
	}
	return false;
}

/* ---- products ---- */

/* vfmadd213sd: what is added, and the order of the operands. */
static bool put_product(const char *mnemonic, const struct vector_code *c,
			struct pq_buf *to)
{
	static const struct {
		const char *name, *before, *sign;
	} rows[] = {
		{ "vfmaddsub", "", "+/-" }, { "vfmsubadd", "", "-/+" },
		{ "vfnmadd", "-", "+" },    { "vfnmsub", "-", "-" },
		{ "vfmadd", "", "+" },	    { "vfmsub", "", "-" },
	};
	static const struct {
		const char *digits;
		int factor, by, added;
	} orders[] = { { "132", 0, 2, 1 },
		       { "213", 1, 0, 2 },
		       { "231", 1, 2, 0 } };
	const char *digits = mnemonic + strcspn(mnemonic, "123");
	size_t row = 0, order = 0;

	while (row < 6 &&
	       (strncmp(mnemonic, rows[row].name, strlen(rows[row].name)) ||
		digits != mnemonic + strlen(rows[row].name)))
		row++;
	while (order < 3 && strncmp(digits, orders[order].digits, 3))
		order++;
	if (row == 6 || order == 3 || c->n != 3)
		return false;
	put_operand_name(to, &c->at[0]);
	pq_buf_printf(to, " = %s(", rows[row].before);
	put_operand_name(to, &c->at[orders[order].factor]);
	pq_buf_str(to, " * ");
	put_operand_name(to, &c->at[orders[order].by]);
	pq_buf_printf(to, ") %s ", rows[row].sign);
	put_operand_name(to, &c->at[orders[order].added]);
	return true;
}

void pq_vector_remark(const char *mnemonic, const char *operands, bool is_intel,
		      struct pq_buf *to)
{
	struct vector_code c = { .n = 0 };
	const struct shuffle_row *r;

	if (!strstr(operands, "mm") ||
	    !read_vector_code(&c, operands, is_intel) || !are_vectors(&c) ||
	    put_product(mnemonic, &c, to) || put_extension(mnemonic, &c, to))
		return;
	r = find_shuffle(mnemonic, &c);
	if (r)
		put_shuffle(&c, r, to);
}
