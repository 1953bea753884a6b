#include "format/json_head.h"

#include "base/text.h"

#include "base/banned.h"

struct outline {
	struct pq_text text;
	size_t at, depth;
	struct pq_text keys[2]; /* the members under way, outer and inner */
	bool arrays[2];
	bool is_key; /* the next string is one */
};

/* Behind the string that begins here, whose text is between the quotes. */
static struct pq_text take_string(struct outline *o)
{
	size_t from = ++o->at;

	while (o->at < o->text.len && o->text.bytes[o->at] != '"')
		o->at += o->text.bytes[o->at] == '\\' ? 2 : 1;
	if (o->at > o->text.len)
		o->at = o->text.len;
	return pq_text_slice(o->text, from, o->at++);
}

static void open_head_level(struct outline *o, bool array)
{
	if (o->depth < 2) {
		o->keys[o->depth] = array ? PQ_TEXT("[]") : PQ_TEXT("");
		o->arrays[o->depth] = array;
	}
	o->depth++;
	o->is_key = !array;
}

static void close_head_level(struct outline *o)
{
	o->depth -= o->depth > 0;
	o->is_key = false;
}

/* One step; true where a key, or an array in place of one, has come. */
static bool take_step(struct outline *o)
{
	char c = o->text.bytes[o->at];
	bool in_object = o->depth && o->depth <= 2 && !o->arrays[o->depth - 1];
	struct pq_text string;

	if (c == '"') {
		string = take_string(o);
		if (!in_object || !o->is_key)
			return false;
		o->keys[o->depth - 1] = string;
		o->is_key = false;
		return true;
	}
	o->at++;
	if (c == '{' || c == '[') {
		open_head_level(o, c == '[');
		return c == '[' && o->depth <= 2;
	}
	if (c == '}' || c == ']')
		close_head_level(o);
	if (c == ',')
		o->is_key = true;
	return false;
}

/* Whether a key stands anywhere: most are in no head, and need no steps. */
static bool may_have_key(struct pq_text head, const char *key)
{
	return !key || pq_text_is(PQ_TEXT("[]"), key) ||
	       pq_text_find(head, 0, key) < head.len;
}

bool pq_json_head_has(const uint8_t *head, size_t n, const char *outer,
		      const char *inner)
{
	struct outline o = { .text = { (const char *)head, n } };
	size_t depth = inner ? 2 : 1;

	/* the mark of UTF-8 */
	if (n > 3 && head[0] == 0xef)
		o.at = 3;
	while (o.at < n && (head[o.at] == ' ' || head[o.at] == '\n' ||
			    head[o.at] == '\r' || head[o.at] == '\t'))
		o.at++;
	if (o.at == n || (head[o.at] != '{' && head[o.at] != '[') ||
	    !may_have_key(o.text, outer) || !may_have_key(o.text, inner))
		return false;
	while (o.at < n) {
		if (take_step(&o) && o.depth == depth &&
		    pq_text_is(o.keys[0], outer) &&
		    (!inner || pq_text_is(o.keys[1], inner)))
			return true;
		if (!o.depth)
			return false;
	}
	return false;
}
