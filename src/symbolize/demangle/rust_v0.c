/*
 * Rust v0 names.  libiberty's reader of them counts up to 2^64 lifetimes of a
 * binder that it does not print, so it cannot be given any name.
 *
 * Source: Rust RFC 2603; the words printed are those of rustc-demangle.
 */
#include "symbolize/demangle/rust.h"

#include <ctype.h>
#include <string.h>

#include "symbolize/demangle/demangle.h"
#include "symbolize/demangle/punycode.h"

#include "base/banned.h"

enum {
	MOST_DEPTH = 256,
	MOST_STEPS = 1 << 18, /* paths and types; back references repeat them */
	MOST_LIFETIMES = 1024,
	MOST_RUNES = 1024, /* of an identifier in punycode */
};

struct v0 {
	const char *at, *begin; /* terminated; begin follows "_R" */
	struct pq_buf *to;
	size_t most; /* length of `to` that is too much */
	unsigned depth, steps, quiet;
	uint64_t lifetimes; /* bound around here */
	bool open;	    /* arguments of a trait wait for associated types */
	bool keep_arguments, bad;
};

struct identifier {
	const char *bytes, *puny;
	size_t len, puny_len;
	uint64_t disambiguator;
};

static void path(struct v0 *v, bool in_value);
static void type(struct v0 *v);
static void constant(struct v0 *v);

static void put_bytes(struct v0 *v, const char *bytes, size_t n)
{
	if (v->quiet || v->bad)
		return;
	if (v->to->len + n > v->most)
		v->bad = true;
	else
		pq_buf_bytes(v->to, bytes, n);
}

static void put(struct v0 *v, const char *words)
{
	put_bytes(v, words, strlen(words));
}

static void put_number(struct v0 *v, uint64_t n)
{
	char digits[21];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	put_bytes(v, digits + at, sizeof(digits) - at);
}

static bool eat(struct v0 *v, char c)
{
	if (v->bad || *v->at != c)
		return false;
	v->at++;
	return true;
}

static char next(struct v0 *v)
{
	if (v->bad || !*v->at) {
		v->bad = true;
		return '\0';
	}
	return *v->at++;
}

/* Going one level down, unless that is too deep; v->depth-- leaves it. */
static bool enter(struct v0 *v)
{
	if (++v->depth > MOST_DEPTH || ++v->steps > MOST_STEPS)
		v->bad = true;
	return !v->bad;
}

static int digit_62(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 36;
	return -1;
}

/* "_" is 0, "0_" is 1, and so on. */
static uint64_t number_62(struct v0 *v)
{
	uint64_t n = 0;

	if (eat(v, '_'))
		return 0;
	while (!v->bad && !eat(v, '_')) {
		int digit = digit_62(next(v));

		if (digit < 0 || n > (UINT64_MAX - 62) / 62) {
			v->bad = true;
			return 0;
		}
		n = n * 62 + (uint64_t)digit;
	}
	return n + 1;
}

/* A number after a tag; 0 when the tag is not there. */
static uint64_t tagged_62(struct v0 *v, char tag)
{
	return eat(v, tag) ? number_62(v) + 1 : 0;
}

static struct identifier identifier(struct v0 *v)
{
	struct identifier id = { .disambiguator = tagged_62(v, 's') };
	bool puny = eat(v, 'u');
	size_t left = v->bad ? 0 : strlen(v->at), n = 0;

	if (!isdigit((unsigned char)*v->at))
		v->bad = true;
	if (!eat(v, '0'))
		while (!v->bad && isdigit((unsigned char)*v->at) && n <= left)
			n = n * 10 + (size_t)(*v->at++ - '0');
	eat(v, '_');
	if (v->bad || n > strlen(v->at)) {
		v->bad = true;
		return id;
	}
	id.bytes = v->at;
	id.len = n;
	v->at += n;
	if (puny) {
		const char *line = memrchr(id.bytes, '_', n);

		id.puny = line ? line + 1 : id.bytes;
		id.len = line ? (size_t)(line - id.bytes) : 0;
		id.puny_len = (size_t)(v->at - id.puny);
		if (!id.puny_len)
			v->bad = true;
	}
	return id;
}

static void put_rune(struct v0 *v, uint32_t c)
{
	char b[4];

	if (c < 0x80) {
		b[0] = (char)c;
		put_bytes(v, b, 1);
	} else if (c < 0x800) {
		b[0] = (char)(0xc0 | c >> 6);
		b[1] = (char)(0x80 | (c & 0x3f));
		put_bytes(v, b, 2);
	} else if (c < 0x10000) {
		b[0] = (char)(0xe0 | c >> 12);
		b[1] = (char)(0x80 | (c >> 6 & 0x3f));
		b[2] = (char)(0x80 | (c & 0x3f));
		put_bytes(v, b, 3);
	} else {
		b[0] = (char)(0xf0 | c >> 18);
		b[1] = (char)(0x80 | (c >> 12 & 0x3f));
		b[2] = (char)(0x80 | (c >> 6 & 0x3f));
		b[3] = (char)(0x80 | (c & 0x3f));
		put_bytes(v, b, 4);
	}
}

static void put_identifier(struct v0 *v, const struct identifier *id)
{
	uint32_t runes[MOST_RUNES];
	size_t n;

	if (v->bad || v->quiet)
		return;
	if (!id->puny) {
		put_bytes(v, id->bytes, id->len);
		return;
	}
	n = pq_punycode_decode((struct pq_text){ id->bytes, id->len },
			       (struct pq_text){ id->puny, id->puny_len },
			       runes, MOST_RUNES);
	if (!n)
		v->bad = true;
	for (size_t i = 0; i < n; i++)
		put_rune(v, runes[i]);
}

/* Reads what stands earlier in the name; "B" was read. */
static void back_reference(struct v0 *v, void (*read)(struct v0 *v))
{
	const char *tag = v->at - 1;
	uint64_t offset = number_62(v);
	const char *after = v->at;

	if (v->bad || offset >= (uint64_t)(tag - v->begin)) {
		v->bad = true;
		return;
	}
	if (v->quiet)
		return;
	v->at = v->begin + offset;
	read(v);
	v->at = after;
}

static void path_of_value(struct v0 *v)
{
	path(v, true);
}

static void path_of_type(struct v0 *v)
{
	path(v, false);
}

static void lifetime(struct v0 *v, uint64_t n)
{
	char letter;

	put(v, "'");
	if (n == 0) {
		put(v, "_");
		return;
	}
	if (n > v->lifetimes) {
		v->bad = true;
		return;
	}
	n = v->lifetimes - n;
	letter = (char)('a' + n % 26);
	if (n < 26) {
		put_bytes(v, &letter, 1);
	} else {
		put(v, "_");
		put_number(v, n);
	}
}

/* for<'a, 'b> */
static void binder(struct v0 *v)
{
	uint64_t n = tagged_62(v, 'G');

	if (n > MOST_LIFETIMES)
		v->bad = true;
	if (v->bad || !n)
		return;
	put(v, "for<");
	for (uint64_t i = 0; i < n; i++) {
		if (i)
			put(v, ", ");
		v->lifetimes++;
		lifetime(v, 1);
	}
	put(v, "> ");
}

static void generic_argument(struct v0 *v)
{
	if (eat(v, 'L'))
		lifetime(v, number_62(v));
	else if (eat(v, 'K'))
		constant(v);
	else
		type(v);
}

/* Things with commas between, up to "E"; how many. */
static unsigned list(struct v0 *v, void (*item)(struct v0 *v))
{
	unsigned n = 0;

	for (; !v->bad && !eat(v, 'E'); n++) {
		if (n)
			put(v, ", ");
		item(v);
	}
	return n;
}

static void generic_arguments(struct v0 *v)
{
	v->quiet += !v->keep_arguments;
	list(v, generic_argument);
	v->quiet -= !v->keep_arguments;
}

static void nested_path(struct v0 *v, bool in_value)
{
	char space = next(v);
	struct identifier id;

	if (!isalpha((unsigned char)space))
		v->bad = true;
	path(v, in_value);
	id = identifier(v);
	if (islower((unsigned char)space)) {
		if (id.len || id.puny)
			put(v, "::");
		put_identifier(v, &id);
		return;
	}
	put(v, "::{");
	if (space == 'C')
		put(v, "closure");
	else if (space == 'S')
		put(v, "shim");
	else
		put_bytes(v, &space, 1);
	if (id.len || id.puny)
		put(v, ":");
	put_identifier(v, &id);
	put(v, "#");
	put_number(v, id.disambiguator);
	put(v, "}");
}

/* <T>, <T as Trait>; the path of the impl itself is not shown. */
static void implementation(struct v0 *v, char tag)
{
	if (tag != 'Y') {
		tagged_62(v, 's');
		v->quiet++;
		path(v, false);
		v->quiet--;
	}
	put(v, "<");
	type(v);
	if (tag != 'M') {
		put(v, " as ");
		path(v, false);
	}
	put(v, ">");
}

static void path(struct v0 *v, bool in_value)
{
	struct identifier id;
	char tag = next(v);

	if (!enter(v))
		return;
	switch (tag) {
	case 'C':
		id = identifier(v);
		put_identifier(v, &id);
		break;
	case 'N':
		nested_path(v, in_value);
		break;
	case 'M':
	case 'X':
	case 'Y':
		implementation(v, tag);
		break;
	case 'I':
		path(v, in_value);
		put(v, in_value ? "::<" : "<");
		generic_arguments(v);
		put(v, ">");
		break;
	case 'B':
		back_reference(v, in_value ? path_of_value : path_of_type);
		break;
	default:
		v->bad = true;
	}
	v->depth--;
}

static const char *const basic_types[26] = {
	['a' - 'a'] = "i8",   ['b' - 'a'] = "bool",  ['c' - 'a'] = "char",
	['d' - 'a'] = "f64",  ['e' - 'a'] = "str",   ['f' - 'a'] = "f32",
	['h' - 'a'] = "u8",   ['i' - 'a'] = "isize", ['j' - 'a'] = "usize",
	['l' - 'a'] = "i32",  ['m' - 'a'] = "u32",   ['n' - 'a'] = "i128",
	['o' - 'a'] = "u128", ['p' - 'a'] = "_",     ['s' - 'a'] = "i16",
	['t' - 'a'] = "u16",  ['u' - 'a'] = "()",    ['v' - 'a'] = "...",
	['x' - 'a'] = "i64",  ['y' - 'a'] = "u64",   ['z' - 'a'] = "!",
};

static void function_type(struct v0 *v)
{
	struct identifier abi;

	binder(v);
	if (eat(v, 'U'))
		put(v, "unsafe ");
	if (eat(v, 'K')) {
		put(v, "extern \"");
		if (eat(v, 'C')) {
			put(v, "C");
		} else {
			abi = identifier(v);
			for (size_t i = 0; i < abi.len; i++)
				put_bytes(v,
					  abi.bytes[i] == '_' ? "-"
							      : &abi.bytes[i],
					  1);
		}
		put(v, "\" ");
	}
	put(v, "fn(");
	list(v, type);
	put(v, ")");
	if (!eat(v, 'u')) {
		put(v, " -> ");
		type(v);
	}
}

/* A path whose arguments may go on with those of associated types. */
static void open_path(struct v0 *v)
{
	if (!enter(v))
		return;
	if (eat(v, 'B')) {
		back_reference(v, open_path);
	} else if (eat(v, 'I')) {
		path(v, false);
		put(v, "<");
		generic_arguments(v);
		v->open = true;
	} else {
		path(v, false);
		v->open = false; /* not what a nested type left */
	}
	v->depth--;
}

static void dyn_trait(struct v0 *v)
{
	struct identifier id;
	bool open;

	v->open = false;
	open_path(v);
	open = v->open;
	while (eat(v, 'p')) {
		put(v, open ? ", " : "<");
		open = true;
		id = identifier(v);
		put_identifier(v, &id);
		put(v, " = ");
		type(v);
	}
	if (open)
		put(v, ">");
}

static void dyn_type(struct v0 *v)
{
	uint64_t outer = v->lifetimes, n;

	put(v, "dyn ");
	binder(v);
	for (bool first = true; !v->bad && !eat(v, 'E'); first = false) {
		if (!first)
			put(v, " + ");
		dyn_trait(v);
	}
	v->lifetimes = outer;
	if (!eat(v, 'L'))
		v->bad = true;
	n = number_62(v);
	if (n) {
		put(v, " + ");
		lifetime(v, n);
	}
}

static void reference_type(struct v0 *v, char tag)
{
	uint64_t n = 0;

	put(v, "&");
	if (eat(v, 'L'))
		n = number_62(v);
	if (n) {
		lifetime(v, n);
		put(v, " ");
	}
	if (tag == 'Q')
		put(v, "mut ");
	type(v);
}

static void type(struct v0 *v)
{
	char tag = next(v);
	uint64_t outer = v->lifetimes;

	if (!enter(v))
		return;
	if (tag >= 'a' && tag <= 'z') {
		const char *basic = basic_types[tag - 'a'];

		if (basic)
			put(v, basic);
		else
			v->bad = true;
		v->depth--;
		return;
	}
	switch (tag) {
	case 'R':
	case 'Q':
		reference_type(v, tag);
		break;
	case 'P':
	case 'O':
		put(v, tag == 'P' ? "*const " : "*mut ");
		type(v);
		break;
	case 'A':
	case 'S':
		put(v, "[");
		type(v);
		if (tag == 'A') {
			put(v, "; ");
			constant(v);
		}
		put(v, "]");
		break;
	case 'T':
		put(v, "(");
		put(v, list(v, type) == 1 ? ",)" : ")");
		break;
	case 'F':
		function_type(v);
		v->lifetimes = outer;
		break;
	case 'D':
		dyn_type(v);
		break;
	case 'B':
		back_reference(v, type);
		break;
	default:
		v->at -= !v->bad;
		path(v, false);
	}
	v->depth--;
}

/* The hexadecimal digits up to "_"; false when they are above 64 bits. */
static bool hexadecimal(struct v0 *v, uint64_t *value, const char **digits,
			size_t *n)
{
	*value = 0;
	*digits = v->at;
	*n = 0;
	for (; !v->bad && !eat(v, '_'); ++*n) {
		int digit = digit_62(next(v));

		if (digit < 0 || digit > 15)
			v->bad = true;
		*value = *value << 4 | (uint64_t)(digit & 15);
	}
	return *n <= 16;
}

static void constant_char(struct v0 *v, uint64_t c)
{
	char hex[16] = "";

	put(v, "'");
	if (c == '\'' || c == '\\') {
		put(v, "\\");
		put_rune(v, (uint32_t)c);
	} else if (c >= ' ' && c < 0x7f) {
		put_rune(v, (uint32_t)c);
	} else if (c == '\t' || c == '\r' || c == '\n') {
		put(v, c == '\t' ? "\\t" : c == '\r' ? "\\r" : "\\n");
	} else {
		for (size_t i = sizeof(hex) - 1; i-- > 0; c >>= 4) {
			hex[i] = "0123456789abcdef"[c & 15];
			if (c < 16) {
				put(v, "\\u{");
				put(v, hex + i);
				put(v, "}");
				break;
			}
		}
	}
	put(v, "'");
}

static void constant(struct v0 *v)
{
	const char *digits;
	uint64_t value;
	size_t n;
	char tag = next(v);
	bool small;

	if (!enter(v))
		return;
	if (tag == 'B') {
		back_reference(v, constant);
	} else if (tag == 'p') {
		put(v, "_");
	} else if (!tag || !strchr("htmyojaslxnibc", tag)) {
		v->bad = true;
	} else {
		if (strchr("aslxni", tag) && eat(v, 'n'))
			put(v, "-");
		small = hexadecimal(v, &value, &digits, &n);
		if (tag == 'b' && small && value < 2) {
			put(v, value ? "true" : "false");
		} else if (tag == 'c' && small && value <= 0x10ffff) {
			constant_char(v, value);
		} else if (strchr("bc", tag)) {
			v->bad = true;
		} else if (small) {
			put_number(v, value);
		} else {
			put(v, "0x");
			put_bytes(v, digits, n);
		}
	}
	v->depth--;
}

bool pq_rust_demangle_v0(const char *name, bool template_arguments,
			 struct pq_buf *to)
{
	size_t len = to->len;
	struct v0 v = {
		.to = to,
		.most = len + PQ_DEMANGLE_MOST_OUTPUT,
		.keep_arguments = template_arguments,
	};

	if (strncmp(name, "_R", 2) != 0 || !isupper((unsigned char)name[2]))
		return false;
	v.at = v.begin = name + 2;
	path(&v, true);
	if (isupper((unsigned char)*v.at)) { /* the crate it was made in */
		v.quiet++;
		path(&v, false);
		v.quiet--;
	}
	if (!v.bad && (!*v.at || *v.at == '.')) /* ".llvm.1234" */
		return true;
	to->len = len;
	return false;
}
