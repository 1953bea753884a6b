/* Results of check as SARIF 2.1.0: see check_formats.h. */
#include <string.h>

#include "export/check_formats.h"
#include "render/json_writer.h"

#include "base/banned.h"

struct sarif {
	const struct pq_check_report *r;
	struct pq_json_writer w;
	struct pq_buf text;
};

static void put_member(struct sarif *s, const char *name, struct pq_text text)
{
	pq_json_put_name(&s->w, name);
	pq_json_put_text(&s->w, text);
}

static void put_message(struct sarif *s, const char *name)
{
	pq_json_put_name(&s->w, name);
	pq_json_open_object(&s->w);
	put_member(s, "text", pq_buf_view(&s->text));
	pq_json_close_object(&s->w);
}

static void put_rules(struct sarif *s)
{
	pq_json_put_name(&s->w, "rules");
	pq_json_open_list(&s->w);
	for (size_t i = 0; i < s->r->n; i++) {
		const struct pq_budget *budget = s->r->list[i].budget;

		pq_json_break_line(&s->w);
		pq_json_open_object(&s->w);
		put_member(s, "id", budget->name);
		pq_buf_clear(&s->text);
		pq_check_put_budget(&s->text, budget);
		put_message(s, "shortDescription");
		pq_json_close_object(&s->w);
	}
	pq_json_close_list(&s->w);
}

static bool is_plain_in_uri(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       pq_is_digit(c) || strchr("-._~/", c);
}

/* The name of a source as a reference: all else is written %XX. */
static void put_uri(struct sarif *s, struct pq_text file)
{
	pq_buf_clear(&s->text);
	for (size_t i = 0; i < file.len; i++) {
		char c = file.bytes[i];

		if (c && is_plain_in_uri(c))
			pq_buf_char(&s->text, c);
		else
			pq_buf_printf(&s->text, "%%%02X", (unsigned char)c);
	}
	put_member(s, "uri", pq_buf_view(&s->text));
}

static void put_physical_location(struct sarif *s,
				  const struct pq_check_row *row)
{
	/* A row without a source has no physical place. */
	if (!row->file.len)
		return;
	pq_json_put_name(&s->w, "physicalLocation");
	pq_json_open_object(&s->w);
	pq_json_put_name(&s->w, "artifactLocation");
	pq_json_open_object(&s->w);
	put_uri(s, row->file);
	pq_json_close_object(&s->w);
	/* Lines begin at 1: 0 means that none is known. */
	if (row->line > 0) {
		pq_json_put_name(&s->w, "region");
		pq_json_open_object(&s->w);
		pq_json_put_name(&s->w, "startLine");
		pq_json_put_int(&s->w, row->line);
		pq_json_close_object(&s->w);
	}
	pq_json_close_object(&s->w);
}

static void put_row_locations(struct sarif *s, const struct pq_check_row *row)
{
	pq_json_put_name(&s->w, "locations");
	pq_json_open_list(&s->w);
	pq_json_open_object(&s->w);
	put_physical_location(s, row);
	pq_json_put_name(&s->w, "logicalLocations");
	pq_json_open_list(&s->w);
	pq_json_open_object(&s->w);
	put_member(s, "fullyQualifiedName", row->function);
	put_member(s, "kind", PQ_TEXT("function"));
	pq_json_close_object(&s->w);
	pq_json_close_list(&s->w);
	pq_json_close_object(&s->w);
	pq_json_close_list(&s->w);
}

static void begin_result(struct sarif *s, size_t rule, bool failed)
{
	pq_json_break_line(&s->w);
	pq_json_open_object(&s->w);
	put_member(s, "ruleId", s->r->list[rule].budget->name);
	/* The index is one into put_rules: both follow the report's order. */
	pq_json_put_name(&s->w, "ruleIndex");
	pq_json_put_int(&s->w, (int64_t)rule);
	put_member(s, "level", failed ? PQ_TEXT("error") : PQ_TEXT("warning"));
}

/* Fingerprints find the same row again in another run. */
static void put_fingerprint(struct sarif *s, struct pq_text budget,
			    struct pq_text row)
{
	pq_json_put_name(&s->w, "partialFingerprints");
	pq_json_open_object(&s->w);
	pq_buf_clear(&s->text);
	pq_buf_text(&s->text, budget);
	pq_buf_char(&s->text, '/');
	pq_buf_text(&s->text, row);
	put_member(s, "profqBudgetRow/v1", pq_buf_view(&s->text));
	pq_json_close_object(&s->w);
}

static void put_row_result(struct sarif *s, size_t rule,
			   const struct pq_check_row *row)
{
	const struct pq_check_budget *c = &s->r->list[rule];

	begin_result(s, rule, row->verdict == PQ_CHECK_FAIL);
	pq_buf_clear(&s->text);
	pq_check_put_row(&s->text, s->r, c, row);
	put_message(s, "message");
	put_row_locations(s, row);
	put_fingerprint(s, c->budget->name, row->name);
	pq_json_close_object(&s->w);
}

static void put_results(struct sarif *s)
{
	pq_json_put_name(&s->w, "results");
	pq_json_open_list(&s->w);
	for (size_t i = 0; i < s->r->n; i++) {
		const struct pq_check_budget *c = &s->r->list[i];

		for (size_t k = 0; k < c->n_rows; k++)
			put_row_result(s, i, &c->rows[k]);
		/* A budget in doubt has no rows, and one result. */
		if (c->verdict != PQ_CHECK_INCONCLUSIVE || c->n_rows)
			continue;
		begin_result(s, i, false);
		pq_buf_clear(&s->text);
		pq_check_put_doubt(&s->text, c);
		put_message(s, "message");
		pq_json_close_object(&s->w);
	}
	pq_json_close_list(&s->w);
}

static void put_run(struct sarif *s)
{
	pq_json_open_object(&s->w);
	pq_json_put_name(&s->w, "tool");
	pq_json_open_object(&s->w);
	pq_json_put_name(&s->w, "driver");
	pq_json_open_object(&s->w);
	put_member(s, "name", PQ_TEXT("profq"));
	put_member(s, "version", PQ_TEXT(PACKAGE_VERSION));
	put_rules(s);
	pq_json_close_object(&s->w);
	pq_json_close_object(&s->w);
	put_results(s);
	pq_json_close_object(&s->w);
}

void pq_check_sarif(const void *rows, struct pq_out *out)
{
	struct sarif s = { .r = rows };

	pq_json_begin(&s.w, out);
	pq_json_open_object(&s.w);
	put_member(&s, "$schema",
		   PQ_TEXT("https://json.schemastore.org/sarif-2.1.0.json"));
	put_member(&s, "version", PQ_TEXT("2.1.0"));
	pq_json_put_name(&s.w, "runs");
	pq_json_open_list(&s.w);
	put_run(&s);
	pq_json_close_list(&s.w);
	pq_json_close_object(&s.w);
	pq_out_str(out, "\n");
	pq_json_end(&s.w);
	pq_buf_release(&s.text);
}
