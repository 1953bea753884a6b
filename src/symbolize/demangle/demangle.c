#include "symbolize/demangle/demangle.h"

#include <string.h>

#include "symbolize/demangle/itanium.h"
#include "symbolize/demangle/rust.h"

#include "base/banned.h"

enum { MOST_CUTS = 16 };

static bool starts(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

static const struct pq_itanium keeps[] = {
	[PQ_DEMANGLE_DEFAULT] = { false, false },
	[PQ_DEMANGLE_TEMPLATES] = { false, true },
	[PQ_DEMANGLE_FULL] = { true, true },
};

/*
 * With parameters libiberty wants a name that ends where they end, or with
 * suffixes of clones as it knows them.  The reference takes what others there
 * are, which begin with a dot as well.
 */
static bool demangle_cpp(char *name, const struct pq_itanium *keep,
			 struct pq_buf *to)
{
	for (int i = 0; i < MOST_CUTS; i++) {
		char *dot = strrchr(name, '.');

		if (pq_itanium_demangle(name, strlen(name), keep, to))
			return true;
		if (!dot || !keep->parameters)
			return false;
		*dot = '\0';
	}
	return false;
}

/* _GLOBAL__I_name; the modes have no say over parameters here. */
static bool demangle_global(char *name, enum pq_demangle mode,
			    struct pq_buf *to)
{
	struct pq_itanium keep = keeps[mode];
	const char *kind = name + strlen("_GLOBAL_");

	if (!strchr("._$", kind[0]) || !kind[0] ||
	    (kind[1] != 'I' && kind[1] != 'D') || kind[2] != '_')
		return false;
	keep.parameters = true;
	pq_buf_str(to, kind[1] == 'I' ? "global constructors keyed to "
				      : "global destructors keyed to ");
	name += strlen("_GLOBAL__I_");
	if (!starts(name, "_Z") || !demangle_cpp(name, &keep, to))
		pq_buf_str(to, name);
	return true;
}

static bool demangle_mangled(char *name, enum pq_demangle mode,
			     struct pq_buf *to)
{
	if (starts(name, "_GLOBAL_"))
		return demangle_global(name, mode, to);
	if (pq_rust_demangle_v0(name, keeps[mode].template_arguments, to) ||
	    pq_rust_demangle_legacy(name, to))
		return true;
	return starts(name, "_Z") && demangle_cpp(name, &keeps[mode], to);
}

/* As it is, then without the "_" that macOS puts before each symbol. */
static bool demangle_symbol(struct pq_text name, enum pq_demangle mode,
			    struct pq_buf *to)
{
	struct pq_buf copy = { 0 };
	bool good = false;

	if (name.len < 3 || name.len > PQ_DEMANGLE_MOST_BYTES ||
	    name.bytes[0] != '_')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.bytes[i] < ' ')
			return false;
	for (size_t from = 0; from < 2 && !good; from++) {
		pq_buf_clear(&copy); /* cut by the first attempt, maybe */
		pq_buf_text(&copy, pq_text_slice(name, from, name.len));
		pq_buf_cstr(&copy);
		good = demangle_mangled(pq_unchecked_writable(copy.data), mode,
					to);
	}
	pq_buf_release(&copy);
	return good;
}

static bool has(struct pq_text text, const char *needle)
{
	return pq_text_find(text, 0, needle) < text.len;
}

static bool is_mark(char c)
{
	return c == '<' || c == '>' || c == '[' || c == ']' || c == ':';
}

static bool any_mark(const char PQ_RAW *bytes, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any = any || is_mark(bytes[i]);
	return any;
}

/*
 * Whether one of eight bytes has both bits 0x18, one of the bits 0x60 and one
 * of 0x06, as marks have, and little else in names.
 */
static bool eight_suspect(const char PQ_RAW *bytes)
{
	uint64_t v;

	memcpy(&v, pq_unchecked_bytes(bytes), sizeof(v));
	return v >> 3 & v >> 4 & (v >> 5 ^ v >> 6) & (v >> 1 | v >> 2) &
	       0x0101010101010101;
}

/* Whether any of "<>[]:" is in it; all but a few names go no further. */
static bool has_mark(struct pq_text name)
{
	if (name.len < 8)
		return any_mark(name.bytes, name.len);
	for (size_t at = 0; at < name.len; at += 8) {
		/* the last eight may have been seen in part */
		const char PQ_RAW *eight =
			name.bytes + (at < name.len - 8 ? at : name.len - 8);

		if (eight_suspect(eight) && any_mark(eight, 8))
			return true;
	}
	return false;
}

/* C++ text, and neither Go's generics nor Java's initializers. */
static bool looks_like_cpp(struct pq_text name)
{
	return has_mark(name) &&
	       (has(name, "<") || has(name, ">") || has(name, "[") ||
		has(name, "]") || has(name, "::")) &&
	       !has(name, ".<") && !has(name, "]).");
}

/*
 * Appends a name without matched brackets and all inside them.  A closing
 * bracket too many ends that: the rest is kept.
 */
static void without_brackets(struct pq_text name, char opens, char closes,
			     struct pq_buf *to)
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

static void simplify(struct pq_text name, enum pq_demangle mode,
		     struct pq_buf *to)
{
	struct pq_buf short_of = { 0 };

	if (mode == PQ_DEMANGLE_TEMPLATES) {
		without_brackets(name, '(', ')', to);
		return;
	}
	without_brackets(name, '(', ')', &short_of);
	without_brackets(pq_buf_view(&short_of), '<', '>', to);
	pq_buf_release(&short_of);
}

bool pq_demangle_name(struct pq_text name, enum pq_demangle mode,
		      struct pq_buf *to)
{
	size_t len = to->len;
	struct pq_text result;

	if (mode == PQ_DEMANGLE_NONE)
		return false;
	if (!demangle_symbol(name, mode, to)) {
		if (mode == PQ_DEMANGLE_FULL || !looks_like_cpp(name))
			return false;
		simplify(name, mode, to);
	}
	result = pq_text_slice(pq_buf_view(to), len, to->len);
	if (!pq_text_equal(result, name))
		return true;
	to->len = len;
	return false;
}
