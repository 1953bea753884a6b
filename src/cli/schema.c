#include "cli/schema.h"

#include "base/out.h"
#include "base/suggest.h"
#include "render/json.h"
#include "report/report.h"

#include "base/banned.h"

static bool has_data(const struct pq_command *c)
{
	return c->report && c->report->sections[0].put;
}

static bool no_schema(struct pq_text name, struct pq_error *err)
{
	struct pq_suggest nearest;
	struct pq_buf b = { 0 };

	pq_suggest_begin(&nearest, name);
	pq_buf_str(&b, "schema: no report \"");
	pq_text_encode(&b, name);
	pq_buf_str(&b, "\" prints JSON; those that do:");
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++) {
		struct pq_text other = pq_text_of(pq_command_table[i].name);

		if (!has_data(&pq_command_table[i]))
			continue;
		pq_suggest_offer(&nearest, other);
		pq_buf_char(&b, ' ');
		pq_buf_text(&b, other);
	}
	pq_suggest_append(&nearest, &b);
	pq_fail(err, PQ_EUSAGE, "%s", pq_buf_cstr(&b));
	pq_buf_release(&b);
	return false;
}

static bool run_schema(const char *const *words, size_t n,
		       const struct pq_tool_env *env, struct pq_error *err)
{
	const struct pq_command *c;
	struct pq_text name;

	if (n != 1)
		return pq_fail(err, PQ_EUSAGE,
			       "schema: name one report, as in \"profq schema "
			       "top\"");
	name = pq_text_of(words[0]);
	c = pq_command_find(name);
	if (!c || !has_data(c))
		return no_schema(name, err);
	pq_json_schema(c->name, c->report, env->out);
	return true;
}

const struct pq_tool pq_tool_schema = { run_schema };
