#include "symbolize/demangle/demangle.h"

#include <string.h>

#include "symbolize/demangle/itanium.h"
#include "symbolize/demangle/rust.h"

#include "base/banned.h"

enum { MOST_SUFFIXES_CUT = 16 };

static bool c_string_starts(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Parameters and template arguments: the two parts a mode may drop. */
static const struct pq_itanium kept_parts[] = {
	[PQ_DEMANGLE_DEFAULT] = { false, false },
	[PQ_DEMANGLE_TEMPLATES] = { false, true },
	[PQ_DEMANGLE_FULL] = { true, true },
};

/*
 * Suffixes are cut off one by one until libiberty accepts the name.  When it
 * reads parameters it refuses text behind them, except the clone suffixes it
 * knows (".part.0"); the reference accepts any suffix that begins with a dot.
 */
static bool demangle_cpp(char *name, const struct pq_itanium *keep,
			 struct pq_buf *to)
{
	for (int i = 0; i < MOST_SUFFIXES_CUT; i++) {
		char *dot = strrchr(name, '.');

		if (pq_itanium_demangle(name, strlen(name), keep, to))
			return true;
		if (!dot || !keep->parameters)
			return false;
		*dot = '\0';
	}
	return false;
}

/* _GLOBAL__I_name: parameters are kept in every mode, as in the reference. */
static bool demangle_global_keyed(char *name, enum pq_demangle mode,
				  struct pq_buf *to)
{
	struct pq_itanium keep = kept_parts[mode];
	const char *kind = name + strlen("_GLOBAL_");

	/* One of "._$", then I (constructors) or D (destructors), then "_". */
	if (!strchr("._$", kind[0]) || !kind[0] ||
	    (kind[1] != 'I' && kind[1] != 'D') || kind[2] != '_')
		return false;

	/* The name behind may be a C name, which stays as it is. */
	keep.parameters = true;
	pq_buf_str(to, kind[1] == 'I' ? "global constructors keyed to "
				      : "global destructors keyed to ");
	name += strlen("_GLOBAL__I_");
	if (!c_string_starts(name, "_Z") || !demangle_cpp(name, &keep, to))
		pq_buf_str(to, name);
	return true;
}

static bool demangle_mangled(char *name, enum pq_demangle mode,
			     struct pq_buf *to)
{
	if (c_string_starts(name, "_GLOBAL_"))
		return demangle_global_keyed(name, mode, to);
	if (pq_rust_demangle_v0(name, kept_parts[mode].template_arguments,
				to) ||
	    pq_rust_demangle_legacy(name, to))
		return true;
	return c_string_starts(name, "_Z") &&
	       demangle_cpp(name, &kept_parts[mode], to);
}

/* Two attempts: the symbol, then without the "_" that macOS prepends. */
static bool demangle_symbol(struct pq_text name, enum pq_demangle mode,
			    struct pq_buf *to)
{
	struct pq_buf copy = { 0 };
	bool good = false;

	if (name.len < 3 || name.len > PQ_DEMANGLE_MOST_BYTES ||
	    name.bytes[0] != '_')
		return false;

	/* Control characters mark hidden arguments in itanium.c. */
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.bytes[i] < ' ')
			return false;
	/* Each attempt takes a fresh copy: cutting suffixes writes into it. */
	for (size_t from = 0; from < 2 && !good; from++) {
		pq_buf_clear(&copy);
		pq_buf_text(&copy, pq_text_slice(name, from, name.len));
		pq_buf_cstr(&copy);
		good = demangle_mangled(pq_unchecked_writable(copy.data), mode,
					to);
	}
	pq_buf_release(&copy);
	return good;
}

static bool contains_text(struct pq_text text, const char *needle)
{
	return pq_text_find(text, 0, needle) < text.len;
}

static bool is_cpp_mark(char c)
{
	return c == '<' || c == '>' || c == '[' || c == ']' || c == ':';
}

static bool any_cpp_mark(const char PQ_RAW *bytes, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any = any || is_cpp_mark(bytes[i]);
	return any;
}

/*
 * True when one of eight bytes has both bits 0x18, exactly one of the bits
 * 0x60 and at least one of 0x06.  All of "<>[]:" have them, and few other
 * bytes that occur in names.
 */
static bool eight_may_hold_mark(const char PQ_RAW *bytes)
{
	uint64_t v;

	memcpy(&v, pq_unchecked_bytes(bytes), sizeof(v));
	return v >> 3 & v >> 4 & (v >> 5 ^ v >> 6) & (v >> 1 | v >> 2) &
	       0x0101010101010101;
}

/* True when any of "<>[]:" occurs.  Fast, since most names have none. */
static bool contains_cpp_mark(struct pq_text name)
{
	if (name.len < 8)
		return any_cpp_mark(name.bytes, name.len);
	for (size_t at = 0; at < name.len; at += 8) {
		/* The last step goes back to the name's last eight bytes. */
		const char PQ_RAW *eight =
			name.bytes + (at < name.len - 8 ? at : name.len - 8);

		if (eight_may_hold_mark(eight) && any_cpp_mark(eight, 8))
			return true;
	}
	return false;
}

/* True for C++ text; ".<" is Java's initializers, "])." Go's generics. */
static bool looks_like_cpp(struct pq_text name)
{
	return contains_cpp_mark(name) &&
	       (contains_text(name, "<") || contains_text(name, ">") ||
		contains_text(name, "[") || contains_text(name, "]") ||
		contains_text(name, "::")) &&
	       !contains_text(name, ".<") && !contains_text(name, "]).");
}

/*
 * Appends a name without matched brackets and all inside them.  An unmatched
 * closing bracket ends the search, and the rest of the name is kept.
 */
static void append_without_brackets(struct pq_text name, char opens,
				    char closes, struct pq_buf *to)
{
	size_t kept = 0, first = 0, depth = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.bytes[i];

		if (c == opens && depth++ == 0) {
			first = i;
		} else if (c == closes) {
			if (depth == 0)
				break;
			if (--depth == 0) {
				pq_buf_bytes(to, name.bytes + kept,
					     first - kept);
				kept = i + 1;
			}
		}
	}
	pq_buf_bytes(to, name.bytes + kept, name.len - kept);
}

static void simplify_cpp_text(struct pq_text name, enum pq_demangle mode,
			      struct pq_buf *to)
{
	struct pq_buf no_parentheses = { 0 };

	if (mode == PQ_DEMANGLE_TEMPLATES) {
		append_without_brackets(name, '(', ')', to);
		return;
	}
	append_without_brackets(name, '(', ')', &no_parentheses);
	append_without_brackets(pq_buf_view(&no_parentheses), '<', '>', to);
	pq_buf_release(&no_parentheses);
}

bool pq_demangle_name(struct pq_text name, enum pq_demangle mode,
		      struct pq_buf *to)
{
	size_t len = to->len;
	struct pq_text result;

	if (mode == PQ_DEMANGLE_NONE)
		return false;
	/* Names that were demangled before still lose their brackets. */
	if (!demangle_symbol(name, mode, to)) {
		if (mode == PQ_DEMANGLE_FULL || !looks_like_cpp(name))
			return false;
		simplify_cpp_text(name, mode, to);
	}

	/* An unchanged name counts as no result. */
	result = pq_text_slice(pq_buf_view(to), len, to->len);
	if (!pq_text_equal(result, name))
		return true;
	to->len = len;
	return false;
}
