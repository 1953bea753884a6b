#include "format/json.h"

#include <pthread.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

#define EXACT 9007199254740992.0 /* 2^53 */

static void set_allocator(void)
{
	cJSON_Hooks hooks = { pq_alloc, pq_free };

	cJSON_InitHooks(&hooks);
}

/* By the first who reads, for files are read in threads. */
void pq_json_use_pq_alloc(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, set_allocator);
}

static bool read_whole_stream(struct pq_stream *s, struct pq_error *err)
{
	while (pq_stream_need(s, s->end - s->at + 1, err))
		;
	return err->code == PQ_OK;
}

static char *skip_blanks(char *at, const char *end)
{
	while (at < end &&
	       (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

/* ---- lists of numbers ---- */

/* The same for a number with a fraction or an exponent, which is rounded. */
static char *take_json_fraction(char *at, const char *end, int64_t *value)
{
	char copy[64], *behind;
	size_t n = 0;
	double d;

	/* The text has no end that strtod would stop at. */
	while (at + n < end && n < sizeof(copy) - 1 &&
	       memchr("0123456789+-.eE", at[n], 15)) {
		copy[n] = at[n];
		n++;
	}
	copy[n] = '\0';
	d = strtod(copy, &behind);
	if (!n || behind != copy + n || !(d > -EXACT && d < EXACT))
		return NULL;
	*value = llround(d);
	return at + n;
}

/* Returns the end of a number, or NULL when it is none or not exact. */
static char *take_json_number(char *at, const char *end, int64_t *value)
{
	bool negative = at < end && *at == '-';
	char *first = at + negative, *from = at;

	*value = 0;
	for (at = first; at < end && *at >= '0' && *at <= '9'; at++) {
		*value = *value * 10 + (*at - '0');
		if (*value >= (int64_t)EXACT)
			return NULL;
	}
	if (at > first && at < end && (*at == '.' || (*at | 0x20) == 'e'))
		return take_json_fraction(from, end, value);
	if (negative)
		*value = -*value;
	return at == first ? NULL : at;
}

/* Returns the byte behind the list whose "[" is at `open`, or NULL. */
static char *take_json_list(char *open, const char *end,
			    struct pq_json_list *list)
{
	char *at = skip_blanks(open + 1, end);
	int64_t value;

	while (at < end && *at != ']') {
		at = take_json_number(at, end, &value);
		if (!at)
			return NULL;
		*pq_vec_push(&list->numbers) = value;
		at = skip_blanks(at, end);
		if (at < end && *at == ',') {
			at = skip_blanks(at + 1, end);
			/* A comma before the bracket is no JSON. */
			if (at < end && *at == ']')
				return NULL;
		} else if (at < end && *at != ']') {
			return NULL;
		}
	}
	if (at == end)
		return NULL;
	list->found = true;
	/* cJSON shall see an empty list: the numbers have been taken. */
	memset(open + 1, ' ', (size_t)(at - open) - 1);
	return at + 1;
}

/* ---- one scan of the text before cJSON gets it ---- */

/* Each value takes about 100 bytes in cJSON's tree. */
#define VALUES_MOST 6000000

struct json_scan {
	char *at;
	const char *end;
	struct pq_text key; /* the string that came last in the outer object */
	size_t depth, n_values;
	struct pq_json_list *lists;
};

/* Returns the byte behind the string that begins here, sets its text. */
static char *skip_string(char *at, const char *end, struct pq_text *text)
{
	char *from = ++at;

	while (at < end && *at != '"')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	*text = (struct pq_text){ from, (size_t)(at - from) };
	return at < end ? at + 1 : at;
}

static struct pq_json_list *find_wanted_list(const struct json_scan *l)
{
	for (struct pq_json_list *list = l->lists; list->key; list++)
		if (l->depth == 1 && !list->found &&
		    pq_text_is(l->key, list->key))
			return list;
	return NULL;
}

/* Passes one token; false when a wanted list has more than whole numbers. */
static bool scan_json_token(struct json_scan *l)
{
	struct pq_json_list *list = *l->at == '[' ? find_wanted_list(l) : NULL;
	struct pq_text text;
	char *after;

	/* A wanted list is taken whole, and blanked out for cJSON. */
	if (list) {
		after = take_json_list(l->at, l->end, list);
		if (after)
			l->at = after;
		return after != NULL;
	}
	/* The last string of the outer object may be the key of a list. */
	if (*l->at == '"') {
		l->at = skip_string(l->at, l->end, &text);
		if (l->depth == 1)
			l->key = text;
		return true;
	}
	l->depth += *l->at == '[' || *l->at == '{';
	l->depth -= l->depth && (*l->at == ']' || *l->at == '}');
	/* Each value but the first follows one of these. */
	l->n_values += *l->at == '[' || *l->at == ',' || *l->at == ':';
	l->at++;
	return true;
}

static bool scan_json_text(struct json_scan *l, const char *text,
			   uint64_t offset, struct pq_error *err)
{
	while (l->at < l->end) {
		if (!scan_json_token(l))
			return pq_fail_at(err,
					  offset + (uint64_t)(l->at - text),
					  "this list is not one of numbers, or "
					  "it is cut off");
		if (l->n_values > VALUES_MOST)
			return pq_fail(err, PQ_ELIMIT,
				       "more than %d JSON values besides lists "
				       "of numbers",
				       VALUES_MOST);
	}
	return true;
}

static cJSON *parse_json(char *text, size_t n, uint64_t offset,
			 struct pq_error *err)
{
	const char *end = NULL;
	cJSON *root;
	size_t at;

	pq_json_use_pq_alloc();
	root = cJSON_ParseWithLengthOpts(text, n, &end, false);
	at = end ? (size_t)(end - text) : 0;
	/* Nothing may follow the value but blanks. */
	if (root && skip_blanks(text + at, text + n) == text + n)
		return root;
	pq_fail_at(err, offset + at,
		   root ? "something follows the JSON value"
			: "no JSON value is here, or it is cut off or nested "
			  "too deep");
	cJSON_Delete(root);
	return NULL;
}

/* ---- wrappers ---- */

/* Behind the value that begins here: brackets are counted, strings passed. */
static char *skip_json_value(char *at, const char *end)
{
	struct pq_text ignored;
	size_t depth = 0;

	while (at < end) {
		if (*at == '"') {
			at = skip_string(at, end, &ignored);
		} else {
			depth += *at == '{' || *at == '[';
			if (*at == '}' || *at == ']') {
				if (!depth)
					return at;
				depth--;
			} else if (*at == ',' && !depth) {
				return at;
			}
			at++;
		}
		if (!depth && at < end && (*at == ',' || *at == '}'))
			return at;
	}
	return at;
}

/* The object that is the value of a member of the outer one, or NULL. */
static char *find_json_object(char *at, const char *end, const char *name)
{
	struct pq_text key;

	at = skip_blanks(at, end);
	if (at == end || *at++ != '{')
		return NULL;
	for (;;) {
		at = skip_blanks(at, end);
		if (at == end || *at != '"')
			return NULL;
		at = skip_blanks(skip_string(at, end, &key), end);
		if (at == end || *at++ != ':')
			return NULL;
		at = skip_blanks(at, end);
		if (at < end && *at == '{' && pq_text_is(key, name))
			return at;
		at = skip_json_value(at, end);
		if (at == end || *at++ != ',')
			return NULL;
	}
}

/* The answer of Chrome's inspector has the profile inside. */
static void enter_wrapper(char **text, size_t *n)
{
	static const char *const names[] = { "result", "profile" };

	for (int i = 0; i < 2; i++) {
		const char *end = *text + *n;
		char *inner = find_json_object(*text, end, names[i]);

		if (!inner)
			continue;
		*text = inner;
		*n = (size_t)(skip_json_value(inner, end) - inner);
	}
}

cJSON *pq_json_read(struct pq_stream *s, struct pq_json_list *lists,
		    struct pq_error *err)
{
	struct json_scan l = { .lists = lists };
	uint64_t offset;
	char *text;
	size_t n;

	if (!read_whole_stream(s, err))
		return NULL;
	text = (char *)s->window + s->at;
	n = s->end - s->at;
	enter_wrapper(&text, &n);
	offset = s->base + (uint64_t)((uint8_t *)text - s->window);
	l.at = text;
	l.end = text + n;
	l.key = PQ_TEXT("");
	return scan_json_text(&l, text, offset, err)
		       ? parse_json(text, n, offset, err)
		       : NULL;
}

bool pq_json_is_int(const cJSON *item, int64_t *value)
{
	double d = cJSON_IsNumber(item) ? item->valuedouble : EXACT;

	/* The comparison is false for NaN, too. */
	if (!(d > -EXACT && d < EXACT))
		return false;
	*value = (int64_t)d;
	return (double)*value == d;
}

bool pq_json_int(const cJSON *object, const char *name, int64_t *value)
{
	return pq_json_is_int(cJSON_GetObjectItemCaseSensitive(object, name),
			      value);
}

struct pq_text pq_json_text_of(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(item) && item->valuestring
		       ? pq_text_of(item->valuestring)
		       : PQ_TEXT("");
}
