#include "base/json.h"

#include "base/mem.h"

#include "base/banned.h"

#define EXACT 9007199254740992.0 /* 2^53 */

void pq_json_use_pq_alloc(void)
{
	cJSON_Hooks hooks = { pq_alloc, pq_free };

	cJSON_InitHooks(&hooks);
}

static bool read_all(struct pq_stream *s, struct pq_error *err)
{
	while (pq_stream_need(s, s->end - s->at + 1, err))
		;
	return err->code == PQ_OK;
}

static bool is_blank(const char *at, const char *end)
{
	while (at < end &&
	       (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at == end;
}

cJSON *pq_json_read(struct pq_stream *s, struct pq_error *err)
{
	const char *text, *end = NULL;
	size_t n;
	cJSON *root;

	if (!read_all(s, err))
		return NULL;
	text = (const char *)s->window + s->at;
	n = s->end - s->at;
	pq_json_use_pq_alloc();
	root = cJSON_ParseWithLengthOpts(text, n, &end, false);
	if (root && is_blank(end, text + n))
		return root;
	pq_fail_at(err,
		   pq_stream_offset(s) + (end ? (uint64_t)(end - text) : 0),
		   root ? "something follows the JSON value"
			: "no JSON value is here, or it is cut off or nested "
			  "too deep");
	cJSON_Delete(root);
	return NULL;
}

bool pq_json_is_int(const cJSON *item, int64_t *value)
{
	double d = cJSON_IsNumber(item) ? item->valuedouble : EXACT;

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
