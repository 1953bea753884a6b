/*
 * graphviz's language, by its grammar, without ports, HTML strings and
 * concatenation; and what a call graph may be made of.
 */
#include "strict.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

static const char *const attributes[] = {
	"label",  "id",	       "fontsize",     "shape",	   "tooltip",
	"color",  "fillcolor", "weight",       "penwidth", "style",
	"minlen", "ranksep",   "labeltooltip",
};

struct dot {
	struct pq_text t;
	size_t at;
	const char *wrong;
	struct pq_text token; /* without its quotes */
	bool quoted;
	PQ_VEC(struct pq_text) declared;
	PQ_VEC(struct pq_text) used; /* by edges */
	bool legend;		     /* inside of its cluster */
};

static void fail(struct dot *d, const char *what)
{
	if (!d->wrong)
		d->wrong = what;
}

static char peek(const struct dot *d)
{
	return d->at < d->t.len ? d->t.bytes[d->at] : '\0';
}

/* ---- words ---- */

/* Escapes that graphviz gives a meaning of its own are not for names. */
static void quoted(struct dot *d)
{
	size_t from = ++d->at;

	for (; peek(d) != '"'; d->at++) {
		if (d->at >= d->t.len || peek(d) == '\n') {
			fail(d, "a string without an end");
			return;
		}
		if (peek(d) != '\\')
			continue;
		d->at++;
		if (!peek(d) || !strchr("\\\"nlr", peek(d))) {
			fail(d, "an escape that graphviz resolves");
			return;
		}
	}
	d->token = pq_text_slice(d->t, from, d->at++);
	d->quoted = true;
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* The next token; punctuation is one byte, but for ->. */
static void next(struct dot *d)
{
	size_t from;

	while (isspace((unsigned char)peek(d)))
		d->at++;
	from = d->at;
	d->quoted = false;
	if (peek(d) == '"') {
		quoted(d);
		return;
	}
	if (in_word(peek(d)))
		while (in_word(peek(d)))
			d->at++;
	else if (pq_text_starts(pq_text_slice(d->t, d->at, d->t.len), "->"))
		d->at += 2;
	else if (d->at < d->t.len)
		d->at++;
	d->token = pq_text_slice(d->t, from, d->at);
}

static bool is(const struct dot *d, const char *word)
{
	return !d->quoted && pq_text_is(d->token, word);
}

static void need(struct dot *d, const char *word, const char *else_wrong)
{
	if (!is(d, word))
		fail(d, else_wrong);
	next(d);
}

static bool is_id(const struct dot *d)
{
	return d->quoted || (d->token.len && in_word(d->token.bytes[0]));
}

static struct pq_text id(struct dot *d)
{
	struct pq_text token = d->token;

	if (!is_id(d))
		fail(d, "no name is here");
	next(d);
	return token;
}

/* ---- statements ---- */

static bool is_known(struct pq_text attribute)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		if (pq_text_is(attribute, attributes[i]))
			return true;
	return false;
}

/* [a=b c=d]; graphviz lets commas and semicolons stand between. */
static void attribute_list(struct dot *d)
{
	need(d, "[", "no attributes");
	while (!d->wrong && !is(d, "]")) {
		if (!is_known(id(d)))
			fail(d, "an attribute that is not expected");
		need(d, "=", "an attribute without a value");
		id(d);
	}
	next(d);
}

/* N7, N7_0, NN7_0, NN7_0_2: the numbers are not the file's to choose. */
static bool is_node(struct pq_text name)
{
	size_t at = 0, digits;

	while (at < name.len && name.bytes[at] == 'N')
		at++;
	digits = at;
	for (; at < name.len; at++)
		if (!isdigit((unsigned char)name.bytes[at]) &&
		    (name.bytes[at] != '_' || at == digits))
			return false;
	return digits && at > digits;
}

static void node_or_edge(struct dot *d, struct pq_text name, bool was_quoted)
{
	if (d->legend) {
		if (!was_quoted || is_node(name))
			fail(d, "a legend that could be another node");
		attribute_list(d);
		return;
	}
	if (was_quoted || !is_node(name))
		fail(d, "a node that is not expected");
	if (!is(d, "->")) {
		*pq_vec_push(&d->declared) = name;
		attribute_list(d);
		return;
	}
	next(d);
	*pq_vec_push(&d->used) = name;
	*pq_vec_push(&d->used) = d->token;
	if (d->quoted || !is_node(d->token))
		fail(d, "an edge to a node that is not expected");
	next(d);
	attribute_list(d);
}

static void statement(struct dot *d)
{
	bool was_quoted = d->quoted;
	struct pq_text name = id(d);

	if (!was_quoted &&
	    (pq_text_is(name, "node") || pq_text_is(name, "edge") ||
	     pq_text_is(name, "graph"))) {
		attribute_list(d);
		return;
	}
	if (was_quoted || !pq_text_is(name, "subgraph") || d->legend) {
		node_or_edge(d, name, was_quoted);
		return;
	}
	need(d, "cluster_L", "a cluster that is not expected");
	need(d, "{", "no beginning");
	d->legend = true;
	while (!d->wrong && !is(d, "}"))
		statement(d);
	d->legend = false;
	next(d);
}

/* ---- names ---- */

/*
 * As in the reference, N0 stands for callees whose values add up to 0, and
 * no line declares it.
 */
static const char *check_names(struct dot *d)
{
	pq_text_sort(d->declared.at, d->declared.n);
	pq_text_sort(d->used.at, d->used.n);
	for (size_t i = 1; i < d->declared.n; i++)
		if (pq_text_equal(d->declared.at[i - 1], d->declared.at[i]))
			return "a node twice";
	for (size_t i = 0, j = 0; i < d->used.n; i++) {
		while (j < d->declared.n &&
		       pq_text_compare(d->declared.at[j], d->used.at[i]) < 0)
			j++;
		if (pq_text_is(d->used.at[i], "N0"))
			continue;
		if (j == d->declared.n ||
		    !pq_text_equal(d->declared.at[j], d->used.at[i]))
			return "an edge to a node that no line declares";
	}
	return NULL;
}

const char *strict_dot(struct pq_text t, size_t *at)
{
	struct dot d = { .t = t };
	const char *wrong;

	next(&d);
	need(&d, "digraph", "no directed graph");
	id(&d);
	need(&d, "{", "no beginning");
	while (!d.wrong && !is(&d, "}"))
		statement(&d);
	next(&d);
	if (d.at < t.len || d.token.len)
		fail(&d, "something behind the end");
	*at = d.at;
	wrong = d.wrong ? d.wrong : check_names(&d);
	pq_vec_release(&d.declared);
	pq_vec_release(&d.used);
	return wrong;
}
