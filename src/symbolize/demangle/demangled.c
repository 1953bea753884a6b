/*
 * demangled.c - C++ names that a tool has demangled already, brought to the
 * form that demangling with a mode gives; demangle.h declares it.
 *
 * The text is taken apart from its start: what was written so far is dropped
 * where a blank shows that it was the type of the result.
 */
#include "symbolize/demangle/demangle.h"

#include <ctype.h>
#include <string.h>

#include "base/banned.h"

struct demangled {
	struct pq_text t;
	size_t at;
	bool templates; /* keep template arguments */
	struct pq_buf *to;
	size_t start; /* where the name begins in `to` */
};

static bool comes(const struct demangled *d, const char *literal)
{
	size_t n = strlen(literal);

	return pq_text_is(pq_text_slice(d->t, d->at, d->at + n), literal);
}

static void copy_bytes(struct demangled *d, size_t n)
{
	pq_buf_text(d->to, pq_text_slice(d->t, d->at, d->at + n));
	d->at += n;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

/* The offset behind the bracket that closes the one at `at`; t.len: none. */
static size_t find_close(struct pq_text t, size_t at)
{
	size_t depth = 0;

	for (size_t i = at; i < t.len; i++) {
		char c = t.bytes[i];

		/* "->", ">=" and ">>" of expressions stand in round ones. */
		if (strchr("(<{[", c))
			depth++;
		else if (strchr(")}]", c) ||
			 (c == '>' && i > at && t.bytes[i - 1] != '-'))
			depth--;
		if (!depth)
			return i + 1;
	}
	return t.len;
}

/* ---- operators ---- */

static const char *const operators[] = {
	"()", "[]", "<=>", "<<=", ">>=", "->*", "->", "<<", ">>", "<=",
	">=", "==", "!=",  "&&",  "||",	 "++",	"--", "+=", "-=", "*=",
	"/=", "%=", "^=",  "&=",  "|=",	 "+",	"-",  "*",  "/",  "%",
	"^",  "&",  "|",   "~",	  "!",	 "=",	"<",  ">",  ",",
};

/* "operator" as a word of its own, not as the end of another one. */
static bool is_operator(const struct demangled *d)
{
	static const char keyword[] = "operator";
	size_t behind = d->at + strlen(keyword);

	return comes(d, keyword) && behind < d->t.len &&
	       !is_word(d->t.bytes[behind]) &&
	       (!d->at || !is_word(d->t.bytes[d->at - 1]));
}

/* Copies "operator" and its sign, or the type it converts to. */
static void copy_operator(struct demangled *d)
{
	size_t n = sizeof(operators) / sizeof(operators[0]);

	copy_bytes(d, strlen("operator"));
	for (size_t i = 0; i < n; i++)
		if (comes(d, operators[i])) {
			copy_bytes(d, strlen(operators[i]));
			return;
		}
	/* A type, "new[]" or a literal's suffix ends at the parameters. */
	while (d->at < d->t.len && d->t.bytes[d->at] != '(') {
		if (d->t.bytes[d->at] == '<') {
			size_t end = find_close(d->t, d->at);

			if (d->templates)
				copy_bytes(d, end - d->at);
			d->at = end;
		} else {
			copy_bytes(d, 1);
		}
	}
}

/* ---- brackets ---- */

/* Passes " const", " &" and the like; returns the text of them. */
static struct pq_text take_qualifiers(struct demangled *d)
{
	static const char *const words[] = { " const", " volatile", " &&", " &",
					     " noexcept" };
	size_t from = d->at;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]);)
		if (comes(d, words[i])) {
			d->at += strlen(words[i]);
			i = 0;
		} else {
			i++;
		}
	return pq_text_slice(d->t, from, d->at);
}

/*
 * Parameters: behind those of an enclosing function a name goes on.  False at
 * the end of the name.
 */
static bool take_parameters(struct demangled *d)
{
	struct pq_text qualifiers;

	d->at = find_close(d->t, d->at);
	qualifiers = take_qualifiers(d);
	if (!comes(d, "::"))
		return false;
	pq_buf_str(d->to, "()");
	pq_buf_text(d->to, qualifiers);
	return true;
}

/* Words that stand in front of a name and belong to it. */
static bool ends_in_remark(struct pq_text so_far)
{
	static const char *const remarks[] = { " for",	    " to",
					       "-virtual",  "virtual",
					       "covariant", "return",
					       " thunk" };

	for (size_t i = 0; i < sizeof(remarks) / sizeof(remarks[0]); i++) {
		size_t n = strlen(remarks[i]);

		if (so_far.len >= n &&
		    pq_text_is(pq_text_slice(so_far, so_far.len - n,
					     so_far.len),
			       remarks[i]))
			return true;
	}
	return false;
}

/* A blank: what stands before it was a type, unless it was a remark. */
static void take_blank(struct demangled *d)
{
	struct pq_text so_far = pq_buf_view(d->to);

	so_far = pq_text_slice(so_far, d->start, so_far.len);
	d->at++;
	if (d->at == d->t.len)
		return;
	/* "operator<< <char>" has a blank before its arguments. */
	if (ends_in_remark(so_far) ||
	    (d->t.bytes[d->at] == '<' && d->templates))
		pq_buf_char(d->to, ' ');
	else if (d->t.bytes[d->at] != '<')
		d->to->len = d->start;
}

/* Takes the next piece; false at the end of the name. */
static bool take_piece(struct demangled *d)
{
	char c = d->t.bytes[d->at];
	size_t end;

	/* Operators come first: their signs look like brackets. */
	if (is_operator(d)) {
		copy_operator(d);
	} else if (comes(d, "(anonymous namespace)")) {
		copy_bytes(d, strlen("(anonymous namespace)"));
	} else if (c == '{' || c == '[') {
		copy_bytes(d, find_close(d->t, d->at) - d->at);
	} else if (c == '<') {
		end = find_close(d->t, d->at);
		if (d->templates)
			copy_bytes(d, end - d->at);
		d->at = end;
	} else if (c == '(') {
		return take_parameters(d);
	} else if (comes(d, " [clone")) {
		return false;
	} else if (c == ' ') {
		take_blank(d);
	} else {
		copy_bytes(d, 1);
	}
	return true;
}

/*
 * True for what a C++ demangler may have written.  "main.(*T).f" and
 * "main.F[...]" are Go's; a name that begins with "<" is Rust's.
 */
static bool is_cpp_text(struct pq_text t)
{
	size_t open = pq_text_find(t, 0, "(");

	if (!t.len || t.bytes[0] == '<' || pq_text_find(t, 0, ".(") < t.len ||
	    pq_text_find(t, 0, "{{") < t.len ||
	    (pq_text_find(t, 0, "/") < t.len &&
	     pq_text_find(t, 0, "operator/") == t.len))
		return false;
	return pq_text_find(t, 0, "::") < t.len ||
	       (open && open < t.len && is_word(t.bytes[open - 1])) ||
	       (open && open < t.len && t.bytes[open - 1] == '>');
}

bool pq_demangled_name(struct pq_text name, enum pq_demangle mode,
		       struct pq_buf *to)
{
	struct demangled d = { .t = name,
			       .templates = mode != PQ_DEMANGLE_DEFAULT,
			       .to = to,
			       .start = to->len };

	if (mode == PQ_DEMANGLE_FULL || mode == PQ_DEMANGLE_NONE ||
	    !is_cpp_text(name))
		return false;
	while (d.at < name.len && take_piece(&d))
		;
	/* A name that came to nothing stays as it is. */
	if (to->len > d.start &&
	    !pq_text_equal(pq_text_slice(pq_buf_view(to), d.start, to->len),
			   name))
		return true;
	to->len = d.start;
	return false;
}
