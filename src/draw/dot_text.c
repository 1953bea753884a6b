#include "draw/dot_text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

static void quote(struct pq_buf *to, struct pq_text text, const char *ampersand)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.bytes[i];

		if (c == '"' || c == '\\')
			pq_buf_char(to, '\\');
		if (c == '&')
			pq_buf_str(to, ampersand);
		else
			pq_buf_char(to, c);
	}
}

const char *pq_dot_ampersand(enum pq_dot_use use)
{
	return use == PQ_DOT_FOR_LAYOUT ? "&amp;" : "&";
}

void pq_dot_escape(struct pq_buf *to, struct pq_text text,
		   const char *ampersand)
{
	struct pq_buf safe = { 0 };

	pq_text_encode(&safe, text);
	quote(to, pq_buf_view(&safe), ampersand);
	pq_buf_release(&safe);
}

/* ---- short names ---- */

static bool is_word_character(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Places in a text; 0 stands for "does not match". */
struct scan {
	struct pq_text t;
	size_t at;
};

static char peek(const struct scan *s, size_t at)
{
	return (char)(at < s->t.len ? s->t.bytes[at] : 0);
}

static size_t word_end(const struct scan *s, size_t at, const char *more)
{
	while (at < s->t.len &&
	       (is_word_character(s->t.bytes[at]) ||
		strchr(more, s->t.bytes[at])) &&
	       s->t.bytes[at])
		at++;
	return at;
}

/* github.com/a/b/v2.F: the version says nothing to a reader. */
static bool find_version(struct pq_text name, size_t *from, size_t *to)
{
	struct scan s = { name, 0 };

	/* The reference's pattern does not reach over lines. */
	if (pq_text_find(name, 0, "\n") < name.len)
		return false;
	for (size_t i = pq_text_find(name, 0, "/v"); i < name.len;
	     i = pq_text_find(name, i + 1, "/v")) {
		size_t end = i + 2;

		while (isdigit((unsigned char)peek(&s, end)))
			end++;
		/* v0 and v1 are no versions in a module's path. */
		if (end == i + 2 || name.bytes[i + 2] == '0' ||
		    (end == i + 3 && name.bytes[i + 2] == '1'))
			continue;
		if (peek(&s, end) == '.' || peek(&s, end) == '/') {
			*from = i;
			*to = end;
			return true;
		}
	}
	return false;
}

/* The end of the line that `at' is in: what ".*" takes. */
static size_t line_end(struct pq_text t, size_t at)
{
	return pq_text_find(t, at, "\n");
}

/* path/elements/package.Function */
static bool short_go(struct pq_text t, struct pq_text *result)
{
	struct scan s = { t, 0 };
	size_t start = 0, end;

	while ((end = word_end(&s, s.at, "-.")) > s.at && peek(&s, end) == '/')
		s.at = end + 1;
	/* fewer elements when what follows all of them does not fit */
	for (start = s.at; start; start--) {
		size_t dot;

		if (t.bytes[start - 1] != '/')
			continue;
		dot = pq_text_find(t, start, ".");
		if (dot > start && dot + 1 < t.len &&
		    t.bytes[dot + 1] != '\n') {
			*result = pq_text_slice(t, start, line_end(t, dot + 1));
			return true;
		}
	}
	return false;
}

/* package.package.Class.method(arguments) */
static bool short_java(struct pq_text t, struct pq_text *result)
{
	struct scan s = { t, 0 };
	size_t end;

	/* Packages: words in lower case, each with a dot behind it. */
	while (islower((unsigned char)peek(&s, s.at))) {
		end = word_end(&s, s.at, "");
		if (peek(&s, end) != '.')
			return false;
		s.at = end + 1;
	}
	/* The class, which may have inner ones behind a dollar sign. */
	if (!isupper((unsigned char)peek(&s, s.at)))
		return false;
	end = word_end(&s, s.at, "$");
	if (peek(&s, end) != '.')
		return false;
	end++;
	/* The method, and nothing behind it but parameters. */
	if (pq_text_starts(pq_text_slice(t, end, t.len), "<init>"))
		end += 6;
	else if (islower((unsigned char)peek(&s, end)))
		end = word_end(&s, end, "$");
	else
		return false;
	if (end < t.len && t.bytes[end] != '(')
		return false;
	*result = pq_text_slice(t, s.at, end);
	return true;
}

static size_t identifier_end(const struct scan *s, size_t at)
{
	if (isdigit((unsigned char)peek(s, at)))
		return at;
	return word_end(s, at, "");
}

static bool is_scope(const struct scan *s, size_t at)
{
	return peek(s, at) == ':' && peek(s, at + 1) == ':';
}

/* Class::method at `at', with template arguments; the end, or 0. */
static size_t member_end(const struct scan *s, size_t at)
{
	size_t end, last;

	while (peek(s, at) == '_')
		at++;
	/* A class is told from a namespace by its capital. */
	if (!isupper((unsigned char)peek(s, at)))
		return 0;
	at = word_end(s, at, "");
	if (!is_scope(s, at))
		return 0;
	at += 2;
	if (peek(s, at) == '~')
		at++;
	end = identifier_end(s, at);
	if (end == at)
		return 0;
	last = line_end(s->t, end);
	/* Template arguments reach to the last bracket of the line. */
	if (peek(s, end) == '<')
		while (last > end && s->t.bytes[last - 1] != '>')
			last--;
	return peek(s, end) == '<' && last > end ? last : end;
}

/* namespace::namespace::Class::method<arguments>(arguments) */
static bool short_cpp(struct pq_text t, struct pq_text *result)
{
	struct scan s = { t, 0 };
	size_t end;

	while ((end = identifier_end(&s, s.at)) > s.at && is_scope(&s, end))
		s.at = end + 2;
	/* Namespaces are matched greedily: the last class that fits wins. */
	for (size_t start = s.at; start > 2; start--) {
		if (!is_scope(&s, start - 2))
			continue;
		end = member_end(&s, start);
		if (end) {
			*result = pq_text_slice(t, start, end);
			return true;
		}
	}
	return false;
}

struct pq_text pq_dot_shorten(struct pq_buf *scratch, struct pq_text name)
{
	static const char anonymous[] = "(anonymous namespace)::";
	size_t from, to;

	/* The reference drops this prefix before it looks further. */
	if (pq_text_starts(name, anonymous))
		name = pq_text_slice(name, sizeof(anonymous) - 1, name.len);
	pq_buf_clear(scratch);
	if (find_version(name, &from, &to)) {
		pq_buf_text(scratch, pq_text_slice(name, 0, from));
		pq_buf_text(scratch, pq_text_slice(name, to, name.len));
		name = pq_buf_view(scratch);
	}
	/* The reference's order of rules: Go, Java, C++. */
	if (!short_go(name, &name) && !short_java(name, &name))
		short_cpp(name, &name);
	return name;
}

/* ---- brackets ---- */

/* Bytes of a name that are shown of what a pair of brackets holds. */
#define MOST_IN_BRACKETS 40

static const char operator_word[] = "operator";

/* operator<=>, operator[], -> and the like open and close nothing. */
static bool is_operator(struct pq_text name, size_t at)
{
	size_t n = sizeof(operator_word) - 1;

	if (name.bytes[at] == '>' && at && name.bytes[at - 1] == '-')
		return true;
	for (int i = 0; i < 2 && at && name.bytes[at - 1] &&
			strchr("<>=[", name.bytes[at - 1]);
	     i++)
		at--;
	return at >= n &&
	       pq_text_starts(pq_text_slice(name, at - n, at), operator_word);
}

/* How deep in brackets the byte behind `at' is, when `at' is at `depth'. */
static size_t depth_behind(struct pq_text name, size_t at, size_t depth)
{
	char c = name.bytes[at];

	if (!c || !strchr("[]<>", c) || is_operator(name, at))
		return depth;
	if (c == '[' || c == '<')
		return depth + 1;
	return depth - (depth > 0);
}

/* The start of what at most fits, at the start of a character. */
static size_t cut_place(struct pq_text inside)
{
	size_t at = MOST_IN_BRACKETS;

	while (at && (inside.bytes[at] & 0xc0) == 0x80)
		at--;
	return at;
}

/* Types within types can be as long as a page; the name is what is read. */
static void put_brackets_cut(struct pq_buf *to, struct pq_text name)
{
	size_t depth = 0, from = 0, opened = 0;

	for (size_t i = 0; i < name.len; i++) {
		size_t behind = depth_behind(name, i, depth);
		struct pq_text inside;

		if (!depth && behind)
			opened = i + 1;
		if (depth == 1 && !behind && i - opened > MOST_IN_BRACKETS) {
			inside = pq_text_slice(name, opened, i);
			pq_buf_text(to,
				    pq_text_slice(name, from,
						  opened + cut_place(inside)));
			pq_buf_str(to, "\u2026");
			from = i;
		}
		depth = behind;
	}
	pq_buf_text(to, pq_text_slice(name, from, name.len));
}

/* ---- names of nodes ---- */

/* Breaks a name that is escaped already at every scope, but in brackets. */
static void put_broken(struct pq_buf *to, struct pq_text name,
		       enum pq_dot_use use)
{
	static const char dots[] = "[...]";
	size_t depth = 0;

	for (size_t i = 0; i < name.len; i++) {
		struct pq_text rest = pq_text_slice(name, i, name.len);

		/* The reference breaks everywhere. */
		if (use == PQ_DOT_FOR_LAYOUT)
			depth = depth_behind(name, i, depth);
		if (depth) {
			pq_buf_char(to, rest.bytes[0]);
		} else if (pq_text_starts(rest, dots)) {
			pq_buf_str(to, "[\u2026]");
			i += sizeof(dots) - 2;
		} else if (pq_text_starts(rest, "::")) {
			pq_buf_str(to, "\\n");
			i++;
		} else if (rest.bytes[0] == '.') {
			pq_buf_str(to, "\\n");
		} else {
			pq_buf_char(to, rest.bytes[0]);
		}
	}
}

static bool put_function(struct pq_buf *to, struct pq_text name,
			 enum pq_dot_use use)
{
	struct pq_buf scratch = { 0 }, cut = { 0 }, escaped = { 0 };
	bool any;

	name = pq_dot_shorten(&scratch, name);
	any = name.len > 0;
	if (use == PQ_DOT_FOR_LAYOUT) {
		put_brackets_cut(&cut, name);
		name = pq_buf_view(&cut);
	}
	if (any) {
		pq_dot_escape(&escaped, name, pq_dot_ampersand(use));
		put_broken(to, pq_buf_view(&escaped), use);
		pq_buf_str(to, "\\n");
	}
	pq_buf_release(&scratch);
	pq_buf_release(&cut);
	pq_buf_release(&escaped);
	return any;
}

void pq_dot_node_name(struct pq_buf *to, const struct pq_graph *g,
		      const struct pq_node *n, enum pq_dot_use use)
{
	const char *ampersand = pq_dot_ampersand(use);
	struct pq_text file = pq_intern_text(&g->texts, n->file);
	struct pq_text object = pq_intern_text(&g->texts, n->objfile);
	bool named;

	file = pq_text_basename(file);
	/* Lines stand in the reference's order: address, name, place. */
	if (n->address)
		pq_buf_printf(to, "%016llx\\n", (unsigned long long)n->address);
	named = put_function(to, pq_intern_text(&g->texts, n->name), use);
	if (!n->line && !file.len && named)
		return;
	/* A line of its own for the source, or the binary without one. */
	if (n->line || file.len) {
		pq_dot_escape(to, file, ampersand);
		if (n->line)
			pq_buf_printf(to, ":%lld", (long long)n->line);
		if (n->line && n->column)
			pq_buf_printf(to, ":%lld", (long long)n->column);
	} else if (object.len) {
		pq_buf_char(to, '[');
		pq_dot_escape(to, pq_text_basename(object), ampersand);
		pq_buf_char(to, ']');
	} else {
		pq_buf_str(to, "<unknown>");
	}
	pq_buf_str(to, "\\n");
}

/* ---- colors ---- */

/* A part of a color from 0 to 255; NaN, of a total of 0, is 0. */
static unsigned channel(double part)
{
	return part > 0 ? (unsigned)(part * 255.0) : 0;
}

/* How strong the color of a share is, from 0 to 1: the reference's curve. */
static double strength_of(double share)
{
	double most = fmin(fabs(share), 1);

	/* A share of a total of 0 is NaN. */
	if (!(fabs(share) > 0))
		return 0;
	/* Small shares fade to gray; the power lifts those between. */
	return fmin(most / 0.2, 1) * pow(most, 1.0 - 0.7);
}

struct pq_dot_class pq_dot_class(double score, enum pq_palette palette)
{
	bool is_safe = palette == PQ_PALETTE_COLORBLIND;
	int step = (int)ceil(4 * strength_of(score));
	struct pq_dot_class class = { "" };

	if (step > 0)
		snprintf(class.text, sizeof(class.text), "%s%c",
			 score > 0 ? is_safe ? "orange" : "red"
			 : is_safe ? "blue"
				   : "green",
			 '0' + step);
	return class;
}

struct pq_dot_color pq_dot_color(double score, bool background,
				 enum pq_palette palette)
{
	double saturation = background ? 0.1 : 1.0;
	double value = background ? 0.93 : 0.7, full, part, none;
	/* how far the middle channel goes down: orange, not red */
	double depth = palette == PQ_PALETTE_COLORBLIND ? 0.6 : 1.0;
	struct pq_dot_color color;
	bool loss;

	/* A node of a comparison can be larger than the total. */
	if (score > 1)
		score = 1;
	if (score < -1)
		score = -1;
	loss = score < 0;
	score = fabs(score);
	/* Small shares fade to gray; the power lifts those between. */
	if (score < 0.2)
		saturation *= score / 0.2;
	if (score > 0)
		score = pow(score, 1.0 - 0.7);
	full = value;
	part = value * (1.0 - depth * saturation * score);
	none = value * (1.0 - saturation);
	/* The channel that is full tells more from less. */
	if (!loss)
		snprintf(color.text, sizeof(color.text), "#%02x%02x%02x",
			 channel(full), channel(part), channel(none));
	else if (palette == PQ_PALETTE_COLORBLIND)
		snprintf(color.text, sizeof(color.text), "#%02x%02x%02x",
			 channel(none), channel(part), channel(full));
	else
		snprintf(color.text, sizeof(color.text), "#%02x%02x%02x",
			 channel(part), channel(full), channel(none));
	return color;
}
