/*
 * rust_v0.c - Rust's v0 names (_R...); symbolize/demangle/rust.h declares
 * pq_rust_demangle_v0.
 *
 * libiberty has a reader of v0 names, too.  Given a hostile name it counts up
 * to 2^64 lifetimes of a binder, so it is not used.
 *
 * Shape:  one parser that prints while it reads.  A function reads one
 *         production of the grammar and prints it; `bad` is sticky.
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
	MOST_RUNES = 1024, /* code points of one identifier in punycode */
};

struct v0 {
	const char *at, *begin; /* NUL-terminated; begin follows "_R" */
	struct pq_buf *to;
	size_t most; /* greatest length of `to` */
	unsigned depth, steps;
	unsigned quiet;	    /* above 0, nothing is printed */
	uint64_t lifetimes; /* bound by the binders around `at` */
	bool open;	    /* "Trait<..." is printed, its ">" is not yet */
	bool keep_arguments, bad;
};

struct identifier {
	const char *bytes, *puny; /* puny: NULL without punycode */
	size_t len, puny_len;
	uint64_t disambiguator;
};

static void print_path(struct v0 *v, bool in_value);
static void print_type(struct v0 *v);
static void print_constant(struct v0 *v);

/* Prints unless printing is off, or the output is too long already. */
static void print_bytes(struct v0 *v, const char *bytes, size_t n)
{
	if (v->quiet || v->bad)
		return;
	if (v->to->len + n > v->most)
		v->bad = true;
	else
		pq_buf_bytes(v->to, bytes, n);
}

static void print_words(struct v0 *v, const char *words)
{
	print_bytes(v, words, strlen(words));
}

static void print_decimal(struct v0 *v, uint64_t n)
{
	char digits[21];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	print_bytes(v, digits + at, sizeof(digits) - at);
}

/* Reads c when it comes next. */
static bool accept_char(struct v0 *v, char c)
{
	if (v->bad || *v->at != c)
		return false;
	v->at++;
	return true;
}

static char next_char(struct v0 *v)
{
	if (v->bad || !*v->at) {
		v->bad = true;
		return '\0';
	}
	return *v->at++;
}

/* Enters one level of nesting; v->depth-- leaves it.  False: too deep. */
static bool enter_level(struct v0 *v)
{
	if (++v->depth > MOST_DEPTH || ++v->steps > MOST_STEPS)
		v->bad = true;
	return !v->bad;
}

static int value_of_digit_62(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 36;
	return -1;
}

/* Base-62 numbers end with "_": "_" is 0, "0_" is 1, "1_" is 2. */
static uint64_t read_number_62(struct v0 *v)
{
	uint64_t n = 0;

	if (accept_char(v, '_'))
		return 0;
	while (!v->bad && !accept_char(v, '_')) {
		int digit = value_of_digit_62(next_char(v));

		if (digit < 0 || n > (UINT64_MAX - 62) / 62) {
			v->bad = true;
			return 0;
		}
		n = n * 62 + (uint64_t)digit;
	}
	return n + 1;
}

/* A number behind a tag, plus one; 0 when the tag is not there. */
static uint64_t read_tagged_62(struct v0 *v, char tag)
{
	return accept_char(v, tag) ? read_number_62(v) + 1 : 0;
}

static struct identifier read_identifier(struct v0 *v)
{
	struct identifier id = { .disambiguator = read_tagged_62(v, 's') };
	bool puny = accept_char(v, 'u');
	size_t left = v->bad ? 0 : strlen(v->at), n = 0;

	/* The length in bytes; a leading "0" is the whole length. */
	if (!isdigit((unsigned char)*v->at))
		v->bad = true;
	if (!accept_char(v, '0'))
		while (!v->bad && isdigit((unsigned char)*v->at) && n <= left)
			n = n * 10 + (size_t)(*v->at++ - '0');

	/* An "_" separates the length from bytes that begin with a digit. */
	accept_char(v, '_');
	if (v->bad || n > strlen(v->at)) {
		v->bad = true;
		return id;
	}
	id.bytes = v->at;
	id.len = n;
	v->at += n;

	/* Punycode has its ASCII part before the last "_". */
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

static void print_code_point(struct v0 *v, uint32_t c)
{
	char b[4];

	if (c < 0x80) {
		b[0] = (char)c;
		print_bytes(v, b, 1);
	} else if (c < 0x800) {
		b[0] = (char)(0xc0 | c >> 6);
		b[1] = (char)(0x80 | (c & 0x3f));
		print_bytes(v, b, 2);
	} else if (c < 0x10000) {
		b[0] = (char)(0xe0 | c >> 12);
		b[1] = (char)(0x80 | (c >> 6 & 0x3f));
		b[2] = (char)(0x80 | (c & 0x3f));
		print_bytes(v, b, 3);
	} else {
		b[0] = (char)(0xf0 | c >> 18);
		b[1] = (char)(0x80 | (c >> 12 & 0x3f));
		b[2] = (char)(0x80 | (c >> 6 & 0x3f));
		b[3] = (char)(0x80 | (c & 0x3f));
		print_bytes(v, b, 4);
	}
}

static void print_identifier(struct v0 *v, const struct identifier *id)
{
	uint32_t runes[MOST_RUNES];
	size_t n;

	if (v->bad || v->quiet)
		return;
	if (!id->puny) {
		print_bytes(v, id->bytes, id->len);
		return;
	}
	n = pq_punycode_decode((struct pq_text){ id->bytes, id->len },
			       (struct pq_text){ id->puny, id->puny_len },
			       runes, MOST_RUNES);
	if (!n)
		v->bad = true;
	for (size_t i = 0; i < n; i++)
		print_code_point(v, runes[i]);
}

/* Prints again an earlier part of the name; the tag "B" was read. */
static void print_back_reference(struct v0 *v, void (*read)(struct v0 *v))
{
	const char *tag = v->at - 1;
	uint64_t offset = read_number_62(v);
	const char *after = v->at;

	if (v->bad || offset >= (uint64_t)(tag - v->begin)) {
		v->bad = true;
		return;
	}
	if (v->quiet)
		return;

	/* Each target is earlier than its tag, so this ends. */
	v->at = v->begin + offset;
	read(v);
	v->at = after;
}

static void print_value_path(struct v0 *v)
{
	print_path(v, true);
}

static void print_type_path(struct v0 *v)
{
	print_path(v, false);
}

static void print_lifetime(struct v0 *v, uint64_t n)
{
	char letter;

	print_words(v, "'");
	if (n == 0) {
		print_words(v, "_");
		return;
	}
	if (n > v->lifetimes) {
		v->bad = true;
		return;
	}

	/* Lifetimes are named from the outermost: 'a to 'z, then '_26. */
	n = v->lifetimes - n;
	letter = (char)('a' + n % 26);
	if (n < 26) {
		print_bytes(v, &letter, 1);
	} else {
		print_words(v, "_");
		print_decimal(v, n);
	}
}

/* Prints "for<'a, 'b> " and counts its lifetimes in v->lifetimes. */
static void print_binder(struct v0 *v)
{
	uint64_t n = read_tagged_62(v, 'G');

	if (n > MOST_LIFETIMES)
		v->bad = true;
	if (v->bad || !n)
		return;
	print_words(v, "for<");
	for (uint64_t i = 0; i < n; i++) {
		if (i)
			print_words(v, ", ");
		v->lifetimes++;
		print_lifetime(v, 1);
	}
	print_words(v, "> ");
}

static void print_generic_argument(struct v0 *v)
{
	if (accept_char(v, 'L'))
		print_lifetime(v, read_number_62(v));
	else if (accept_char(v, 'K'))
		print_constant(v);
	else
		print_type(v);
}

/* Prints items with commas between, up to "E"; returns their number. */
static unsigned print_list(struct v0 *v, void (*item)(struct v0 *v))
{
	unsigned n = 0;

	for (; !v->bad && !accept_char(v, 'E'); n++) {
		if (n)
			print_words(v, ", ");
		item(v);
	}
	return n;
}

static void print_generic_arguments(struct v0 *v)
{
	v->quiet += !v->keep_arguments;
	print_list(v, print_generic_argument);
	v->quiet -= !v->keep_arguments;
}

static void print_nested_path(struct v0 *v, bool in_value)
{
	char space = next_char(v);
	struct identifier id;

	if (!isalpha((unsigned char)space))
		v->bad = true;
	print_path(v, in_value);
	id = read_identifier(v);

	/* Lower case tags are internal namespaces, which are not shown. */
	if (islower((unsigned char)space)) {
		if (id.len || id.puny)
			print_words(v, "::");
		print_identifier(v, &id);
		return;
	}

	/* Upper case tags are special: closures, shims, and unnamed others. */
	print_words(v, "::{");
	if (space == 'C')
		print_words(v, "closure");
	else if (space == 'S')
		print_words(v, "shim");
	else
		print_bytes(v, &space, 1);
	if (id.len || id.puny)
		print_words(v, ":");
	print_identifier(v, &id);
	print_words(v, "#");
	print_decimal(v, id.disambiguator);
	print_words(v, "}");
}

/* Prints "<T>" or "<T as Trait>"; the path of the impl itself is hidden. */
static void print_implementation(struct v0 *v, char tag)
{
	if (tag != 'Y') {
		read_tagged_62(v, 's');
		v->quiet++;
		print_path(v, false);
		v->quiet--;
	}
	print_words(v, "<");
	print_type(v);
	if (tag != 'M') {
		print_words(v, " as ");
		print_path(v, false);
	}
	print_words(v, ">");
}

static void print_path(struct v0 *v, bool in_value)
{
	struct identifier id;
	char tag = next_char(v);

	/* Paths hold paths: a name must not use up the stack. */
	if (!enter_level(v))
		return;
	switch (tag) {
	case 'C':
		id = read_identifier(v);
		print_identifier(v, &id);
		break;
	case 'N':
		print_nested_path(v, in_value);
		break;
	case 'M':
	case 'X':
	case 'Y':
		print_implementation(v, tag);
		break;
	case 'I':
		print_path(v, in_value);
		print_words(v, in_value ? "::<" : "<");
		print_generic_arguments(v);
		print_words(v, ">");
		break;
	case 'B':
		print_back_reference(v, in_value ? print_value_path
						 : print_type_path);
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

static void print_function_type(struct v0 *v)
{
	struct identifier abi;

	print_binder(v);
	if (accept_char(v, 'U'))
		print_words(v, "unsafe ");
	if (accept_char(v, 'K')) {
		print_words(v, "extern \"");
		if (accept_char(v, 'C')) {
			print_words(v, "C");
		} else {
			/* ABI names have "_" in place of "-". */
			abi = read_identifier(v);
			for (size_t i = 0; i < abi.len; i++)
				print_bytes(v,
					    abi.bytes[i] == '_' ? "-"
								: &abi.bytes[i],
					    1);
		}
		print_words(v, "\" ");
	}
	print_words(v, "fn(");
	print_list(v, print_type);
	print_words(v, ")");
	if (!accept_char(v, 'u')) {
		print_words(v, " -> ");
		print_type(v);
	}
}

/* Prints a trait's path; its "<" stays open for associated types. */
static void print_open_path(struct v0 *v)
{
	if (!enter_level(v))
		return;
	if (accept_char(v, 'B')) {
		print_back_reference(v, print_open_path);
	} else if (accept_char(v, 'I')) {
		print_path(v, false);
		print_words(v, "<");
		print_generic_arguments(v);
		v->open = true;
	} else {
		print_path(v, false);
		v->open = false; /* a nested type may have set it */
	}
	v->depth--;
}

static void print_dyn_trait(struct v0 *v)
{
	struct identifier id;
	bool open;

	/* Associated types follow generic arguments in one "<...>". */
	v->open = false;
	print_open_path(v);
	open = v->open;
	while (accept_char(v, 'p')) {
		print_words(v, open ? ", " : "<");
		open = true;
		id = read_identifier(v);
		print_identifier(v, &id);
		print_words(v, " = ");
		print_type(v);
	}
	if (open)
		print_words(v, ">");
}

static void print_dyn_type(struct v0 *v)
{
	uint64_t outer = v->lifetimes, n;

	print_words(v, "dyn ");
	print_binder(v);
	for (bool first = true; !v->bad && !accept_char(v, 'E');
	     first = false) {
		if (!first)
			print_words(v, " + ");
		print_dyn_trait(v);
	}

	/* The binder ends here; the object's own lifetime is outside of it. */
	v->lifetimes = outer;
	if (!accept_char(v, 'L'))
		v->bad = true;
	n = read_number_62(v);
	if (n) {
		print_words(v, " + ");
		print_lifetime(v, n);
	}
}

static void print_reference_type(struct v0 *v, char tag)
{
	uint64_t n = 0;

	print_words(v, "&");
	if (accept_char(v, 'L'))
		n = read_number_62(v);
	if (n) {
		print_lifetime(v, n);
		print_words(v, " ");
	}
	if (tag == 'Q')
		print_words(v, "mut ");
	print_type(v);
}

static void print_type(struct v0 *v)
{
	char tag = next_char(v);
	uint64_t outer = v->lifetimes;

	if (!enter_level(v))
		return;

	/* Basic types are one lower case letter. */
	if (tag >= 'a' && tag <= 'z') {
		const char *basic = basic_types[tag - 'a'];

		if (basic)
			print_words(v, basic);
		else
			v->bad = true;
		v->depth--;
		return;
	}
	switch (tag) {
	case 'R':
	case 'Q':
		print_reference_type(v, tag);
		break;
	case 'P':
	case 'O':
		print_words(v, tag == 'P' ? "*const " : "*mut ");
		print_type(v);
		break;
	case 'A':
	case 'S':
		print_words(v, "[");
		print_type(v);
		if (tag == 'A') {
			print_words(v, "; ");
			print_constant(v);
		}
		print_words(v, "]");
		break;
	case 'T':
		print_words(v, "(");
		print_words(v, print_list(v, print_type) == 1 ? ",)" : ")");
		break;
	case 'F':
		print_function_type(v);
		v->lifetimes = outer;
		break;
	case 'D':
		print_dyn_type(v);
		break;
	case 'B':
		print_back_reference(v, print_type);
		break;
	default:
		/* A named type is a path, which begins with this tag. */
		v->at -= !v->bad;
		print_path(v, false);
	}
	v->depth--;
}

/* Reads hexadecimal digits up to "_"; false when 64 bits cannot hold them. */
static bool read_hexadecimal(struct v0 *v, uint64_t *value, const char **digits,
			     size_t *n)
{
	*value = 0;
	*digits = v->at;
	*n = 0;
	for (; !v->bad && !accept_char(v, '_'); ++*n) {
		int digit = value_of_digit_62(next_char(v));

		if (digit < 0 || digit > 15)
			v->bad = true;
		*value = *value << 4 | (uint64_t)(digit & 15);
	}
	return *n <= 16;
}

static void print_char_constant(struct v0 *v, uint64_t c)
{
	char hex[16] = "";

	print_words(v, "'");
	if (c == '\'' || c == '\\') {
		print_words(v, "\\");
		print_code_point(v, (uint32_t)c);
	} else if (c >= ' ' && c < 0x7f) {
		print_code_point(v, (uint32_t)c);
	} else if (c == '\t' || c == '\r' || c == '\n') {
		print_words(v, c == '\t' ? "\\t" : c == '\r' ? "\\r" : "\\n");
	} else {
		/* Digits from the last one; the first one printed ends it. */
		for (size_t i = sizeof(hex) - 1; i-- > 0; c >>= 4) {
			hex[i] = "0123456789abcdef"[c & 15];
			if (c < 16) {
				print_words(v, "\\u{");
				print_words(v, hex + i);
				print_words(v, "}");
				break;
			}
		}
	}
	print_words(v, "'");
}

static void print_constant(struct v0 *v)
{
	const char *digits;
	uint64_t value;
	size_t n;
	char tag = next_char(v);
	bool small;

	if (!enter_level(v))
		return;
	if (tag == 'B') {
		print_back_reference(v, print_constant);
	} else if (tag == 'p') {
		print_words(v, "_");
	} else if (!tag || !strchr("htmyojaslxnibc", tag)) {
		v->bad = true;
	} else {
		if (strchr("aslxni", tag) && accept_char(v, 'n'))
			print_words(v, "-");
		small = read_hexadecimal(v, &value, &digits, &n);
		if (tag == 'b' && small && value < 2) {
			print_words(v, value ? "true" : "false");
		} else if (tag == 'c' && small && value <= 0x10ffff) {
			print_char_constant(v, value);
		} else if (strchr("bc", tag)) {
			v->bad = true;
		} else if (small) {
			print_decimal(v, value);
		} else {
			/* Too large for 64 bits: the digits, as they stand. */
			print_words(v, "0x");
			print_bytes(v, digits, n);
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
	print_path(&v, true);
	/* The instantiating crate may follow; it is not shown. */
	if (isupper((unsigned char)*v.at)) {
		v.quiet++;
		print_path(&v, false);
		v.quiet--;
	}

	/* A suffix such as ".llvm.1234" is dropped. */
	if (!v.bad && (!*v.at || *v.at == '.'))
		return true;
	to->len = len;
	return false;
}
