/* XML 1.0 without entities of its own, and what may be in a flame graph. */
#include "strict.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

enum { MOST_ATTRIBUTES = 16 };

/* Elements, and after a colon the attributes of each. */
static const char svg_allows[] =
	"svg:xmlns,width,height,viewBox; title:; style:; script:; "
	"rect:class,x,y,width,height; text:class,id,x,y,data-x,style; "
	"tspan:; "
	"g:id,class,data-top,data-flip,data-d,data-s,data-p,data-sign;";

static const char html_allows[] =
	"html:lang,xmlns; head:; meta:charset,http-equiv,content,name; "
	"title:; style:; body:; header:; h1:id; select:id,aria-label; "
	"input:id,type,placeholder,aria-label; button:id,type; "
	"span:id,role; p:id,role; ul:id,aria-label; "
	"div:id,role,tabindex,aria-label; "
	"noscript:; script:type,id;";

struct xml {
	struct pq_text t;
	size_t at;
	const char *wrong, *allows;
	size_t n_scripts;
	PQ_VEC(struct pq_text) open;
	struct pq_text data; /* of a script with a type */
};

static void fail(struct xml *x, const char *what)
{
	if (!x->wrong)
		x->wrong = what;
}

static char peek(const struct xml *x)
{
	return x->at < x->t.len ? x->t.bytes[x->at] : '\0';
}

static struct pq_text rest(const struct xml *x)
{
	return pq_text_slice(x->t, x->at, x->t.len);
}

static bool eat(struct xml *x, const char *what)
{
	if (x->wrong || !pq_text_starts(rest(x), what))
		return false;
	x->at += strlen(what);
	return true;
}

static void need(struct xml *x, const char *what, const char *else_wrong)
{
	if (!eat(x, what))
		fail(x, else_wrong);
}

static bool blanks(struct xml *x)
{
	size_t from = x->at;

	while (isspace((unsigned char)peek(x)))
		x->at++;
	return x->at > from;
}

/* Names here are of ASCII. */
static struct pq_text name(struct xml *x)
{
	size_t from = x->at;

	while (isalnum((unsigned char)peek(x)) ||
	       (x->at > from && (peek(x) == '-' || peek(x) == ':')))
		x->at++;
	if (x->at == from)
		fail(x, "no name");
	return pq_text_slice(x->t, from, x->at);
}

/* Up to `end`, which is passed over. */
static struct pq_text up_to(struct xml *x, const char *end)
{
	size_t from = x->at, to = pq_text_find(x->t, from, end);

	if (to == x->t.len)
		fail(x, "no end");
	x->at = to == x->t.len ? to : to + strlen(end);
	return pq_text_slice(x->t, from, to);
}

static void reference(struct xml *x)
{
	static const char *const known[] = { "&amp;",  "&lt;",	 "&gt;",
					     "&quot;", "&apos;", "&#39;" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (eat(x, known[i]))
			return;
	fail(x, "an unknown entity");
}

/* One character of content or of a value. */
static void character(struct xml *x)
{
	if (peek(x) == '&') {
		reference(x);
		return;
	}
	if (eat(x, "\xef\xbf\xbe") || eat(x, "\xef\xbf\xbf"))
		fail(x, "a noncharacter");
	if (pq_text_starts(rest(x), "]]>"))
		fail(x, "the end of a CDATA section that has not begun");
	x->at++;
}

/* What stands between a word and its terminator in the list. */
static bool in_list(struct pq_text list, struct pq_text word,
		    const char *behind, struct pq_text *part)
{
	for (size_t at = 0; at < list.len;) {
		struct pq_text rest_of = pq_text_slice(list, at, list.len);
		size_t end = pq_text_find(rest_of, 0, behind);

		if (pq_text_equal(pq_text_slice(rest_of, 0, end), word)) {
			size_t from = at + end + (end < rest_of.len);

			*part = pq_text_slice(list, from,
					      pq_text_find(list, from, ";"));
			return true;
		}
		at += pq_text_find(rest_of, 0, *behind == ':' ? "; " : ",");
		at += *behind == ':' ? 2 : 1;
	}
	return false;
}

static void attribute(struct xml *x, struct pq_text allowed,
		      struct pq_text *seen, size_t n)
{
	struct pq_text part;
	char quote;

	seen[n] = name(x);
	for (size_t i = 0; i < n; i++)
		if (pq_text_equal(seen[i], seen[n]))
			fail(x, "an attribute twice");
	if (!in_list(allowed, seen[n], ",", &part))
		fail(x, "an attribute that is not expected");
	need(x, "=", "an attribute without a value");
	quote = peek(x);
	if (quote != '"' && quote != '\'')
		fail(x, "a value without quotes");
	for (x->at++; !x->wrong && peek(x) != quote;) {
		if (x->at >= x->t.len || peek(x) == '<')
			fail(x, "a value without an end");
		character(x);
	}
	x->at++;
}

static void attributes(struct xml *x, struct pq_text element)
{
	struct pq_text seen[MOST_ATTRIBUTES], allowed = PQ_TEXT("");
	size_t n = 0;

	if (!in_list(pq_text_of(x->allows), element, ":", &allowed))
		fail(x, "an element that is not expected");
	while (blanks(x) && peek(x) != '/' && peek(x) != '>' && !x->wrong) {
		if (n == MOST_ATTRIBUTES)
			fail(x, "too many attributes");
		else
			attribute(x, allowed, seen, n++);
	}
}

static void start_tag(struct xml *x)
{
	struct pq_text element = name(x);
	size_t from = x->at;

	attributes(x, element);
	if (pq_text_is(element, "script"))
		x->n_scripts++;
	if (eat(x, "/>"))
		return;
	need(x, ">", "a tag without an end");
	*pq_vec_push(&x->open) = element;
	if (pq_text_is(element, "script") && x->at > from + 1)
		x->data = pq_text_slice(x->t, x->at,
					pq_text_find(x->t, x->at, "<"));
}

static void end_tag(struct xml *x)
{
	struct pq_text element = name(x);

	blanks(x);
	need(x, ">", "a tag without an end");
	if (!x->open.n || !pq_text_equal(x->open.at[x->open.n - 1], element))
		fail(x, "an end that does not fit");
	else
		x->open.n--;
}

/* A browser's script ends at this, whatever XML says. */
static void cdata(struct xml *x)
{
	struct pq_text inside = up_to(x, "]]>");

	if (pq_text_find(inside, 0, "</script") < inside.len ||
	    pq_text_find(inside, 0, "<!--") < inside.len)
		fail(x, "a script that ends too early");
}

static void content(struct xml *x)
{
	while (!x->wrong && x->open.n) {
		if (x->at >= x->t.len)
			fail(x, "an element without an end");
		else if (eat(x, "</"))
			end_tag(x);
		else if (eat(x, "<![CDATA["))
			cdata(x);
		else if (eat(x, "<"))
			start_tag(x);
		else
			character(x);
	}
}

static const char *whole(struct xml *x, size_t *at)
{
	need(x, "<", "no element");
	start_tag(x);
	content(x);
	blanks(x);
	if (x->at < x->t.len)
		fail(x, "something behind the last element");
	*at = x->at;
	pq_vec_release(&x->open);
	return x->wrong;
}

const char *strict_svg(struct pq_text t, size_t *at)
{
	struct xml x = { .t = t, .allows = svg_allows };
	const char *wrong;

	need(&x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
	     "no declaration");
	wrong = whole(&x, at);
	return wrong ? wrong : x.n_scripts == 1 ? NULL : "more than one script";
}

const char *strict_html(struct pq_text t, size_t *at)
{
	struct xml x = { .t = t, .allows = html_allows };
	const char *wrong;

	need(&x, "<!DOCTYPE html>\n", "no document type");
	wrong = whole(&x, at);
	if (wrong)
		return wrong;
	if (x.n_scripts != 2)
		return "not two scripts";
	return strict_json(x.data, at);
}
