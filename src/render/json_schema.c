#include "format/json.h"
#include "base/mem.h"
#include "render/json.h"
#include "render/json_rows.h"

#include "base/banned.h"

/* The schema of a report, from its columns. */

static cJSON *typed(const char *type, const char *help)
{
	cJSON *s = cJSON_CreateObject();

	cJSON_AddStringToObject(s, "type", type);
	if (help)
		cJSON_AddStringToObject(s, "description", help);
	return s;
}

static cJSON *array_of(cJSON *items, const char *help)
{
	cJSON *s = typed("array", help);

	cJSON_AddItemToObject(s, "items", items);
	return s;
}

/* All properties of an object are always there, and no others. */
static cJSON *closed_object(cJSON *properties, const char *help)
{
	cJSON *s = typed("object", help), *required = cJSON_CreateArray();
	const cJSON *property;

	cJSON_ArrayForEach(property, properties) cJSON_AddItemToArray(
		required, cJSON_CreateString(property->string));
	cJSON_AddItemToObject(s, "properties", properties);
	cJSON_AddItemToObject(s, "required", required);
	cJSON_AddBoolToObject(s, "additionalProperties", false);
	return s;
}

static cJSON *nullable_number(const char *help)
{
	cJSON *s = cJSON_CreateObject();
	cJSON *types = cJSON_AddArrayToObject(s, "type");

	cJSON_AddItemToArray(types, cJSON_CreateString("number"));
	cJSON_AddItemToArray(types, cJSON_CreateString("null"));
	cJSON_AddStringToObject(s, "description", help);
	return s;
}

/*
 * The unit of a value, or where it stands: a JSON pointer from the top, or
 * one relative to the value, to its neighbour in the row.
 */
static void add_unit(cJSON *schema, const struct pq_column *c)
{
	struct pq_buf pointer = { 0 };

	if (c->unit)
		pq_buf_str(&pointer, c->unit);
	else if (c->unit_in)
		pq_buf_printf(&pointer, "1/%s", c->unit_in);
	else
		pq_buf_str(&pointer, "/units/value");
	cJSON_AddStringToObject(schema, "x-unit",
				pq_unchecked_bytes(pq_buf_cstr(&pointer)));
	pq_buf_release(&pointer);
}

/*
 * Rows are built level by level, not by recursion; what a level is, a table
 * of columns says, and lists stand at most PQ_ROWS_DEPTH deep.
 */
static cJSON *row_schema(const struct pq_column *c, unsigned depth)
{
	cJSON *properties = cJSON_CreateObject(), *p;

	for (; c->kind != PQ_COLUMN_END; c++) {
		switch (c->kind) {
		case PQ_COLUMN_INT:
		case PQ_COLUMN_VALUE:
			p = typed("integer", c->help);
			break;
		case PQ_COLUMN_REAL:
		case PQ_COLUMN_REAL_VALUE:
			p = nullable_number(c->help);
			break;
		case PQ_COLUMN_BOOL:
			p = typed("boolean", c->help);
			break;
		case PQ_COLUMN_INTS:
		case PQ_COLUMN_VALUES:
			p = array_of(typed("integer", NULL), c->help);
			break;
		case PQ_COLUMN_TEXTS:
			p = array_of(typed("string", NULL), c->help);
			break;
		case PQ_COLUMN_LIST:
			/* Depth ends a table that names itself. */
			p = array_of(depth ? row_schema(c->items, depth - 1)
					   : cJSON_CreateObject(),
				     c->help);
			break;
		case PQ_COLUMN_RECORD:
			p = depth ? row_schema(c->items, depth - 1)
				  : cJSON_CreateObject();
			cJSON_AddStringToObject(p, "description", c->help);
			break;
		default:
			p = typed("string", c->help);
		}
		/* Only values have a unit that the profile decides. */
		if (pq_column_is_value(c))
			add_unit(p, c);
		cJSON_AddItemToObject(properties, c->name, p);
	}
	return closed_object(properties, NULL);
}

static cJSON *profile_schema(void)
{
	static const struct {
		const char *name, *type, *help;
	} members[] = {
		{ "file", "string", "file of the first mapping" },
		{ "build_id", "string", "build id of the first mapping" },
		{ "sample_type", "string", "sample type of the values" },
		{ "mean", "boolean", "whether values are means (-mean)" },
		{ "time_nanos", "integer",
		  "nanoseconds since 1970; 0: unknown" },
		{ "duration_nanos", "integer", "nanoseconds; 0: unknown" },
		{ "period_type", "string", "what the period counts" },
		{ "period_unit", "string", "unit of the period" },
		{ "period", "integer", "distance of two samples" },
		{ "doc_url", "string", "documentation of the profile" },
	};
	cJSON *p = cJSON_CreateObject();

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		cJSON_AddItemToObject(p, members[i].name,
				      typed(members[i].type, members[i].help));
	/* The only list among them has a type of its own. */
	cJSON_AddItemToObject(p, "comments",
			      array_of(typed("string", NULL),
				       "comments in the profile"));
	return closed_object(p, "what the values are of");
}

static cJSON *dropped_schema(void)
{
	cJSON *p = cJSON_CreateObject();

	cJSON_AddItemToObject(p, "nodes",
			      typed("integer", "nodes below the cutoff"));
	cJSON_AddItemToObject(p, "node_cutoff",
			      typed("integer", "cum that a node must reach"));
	cJSON_AddItemToObject(p, "edges",
			      typed("integer", "edges below the cutoff"));
	cJSON_AddItemToObject(p, "not_shown",
			      typed("integer", "nodes beyond -nodecount"));
	return closed_object(p, "what -nodefraction, -edgefraction and "
				"-nodecount left out");
}

static cJSON *filters_schema(void)
{
	cJSON *s = typed("object", "filters that are set, by option");

	cJSON_AddItemToObject(s, "additionalProperties", typed("string", NULL));
	return s;
}

static cJSON *units_schema(void)
{
	cJSON *p = cJSON_CreateObject();

	cJSON_AddItemToObject(p, "value",
			      typed("string", "unit of total and of all "
					      "values in rows"));
	return closed_object(p, NULL);
}

/* The members of the envelope that are the report's own. */
static void add_head(cJSON *properties, const struct pq_report *report)
{
	cJSON *head, *own, *next;

	cJSON_AddItemToObject(properties, "total",
			      typed("integer", "sum that shares are of"));
	if (!report->head.columns)
		return;
	head = row_schema(report->head.columns, PQ_ROWS_DEPTH);
	own = cJSON_GetObjectItem(head, "properties");
	/* A member of the report's own replaces the common one. */
	for (cJSON *p = own->child; p; p = next) {
		next = p->next;
		cJSON_DeleteItemFromObject(properties, p->string);
		cJSON_AddItemToObject(properties, p->string,
				      cJSON_Duplicate(p, true));
	}
	cJSON_Delete(head);
}

void pq_json_schema(const char *name, const struct pq_report *report,
		    struct pq_out *out)
{
	cJSON *p, *schema;
	char *text;

	pq_json_use_pq_alloc();
	/* Members in the order in which they are printed. */
	p = cJSON_CreateObject();
	cJSON_AddItemToObject(p, "report", typed("string", NULL));
	cJSON_AddStringToObject(cJSON_GetObjectItem(p, "report"), "const",
				name);
	cJSON_AddItemToObject(p, "profile", profile_schema());
	cJSON_AddItemToObject(p, "units", units_schema());
	cJSON_AddItemToObject(p, "filters", filters_schema());
	add_head(p, report);
	/* A member for each table of the report. */
	for (size_t i = 0; i < PQ_REPORT_SECTIONS; i++) {
		const struct pq_section *s = &report->sections[i];

		if (s->put)
			cJSON_AddItemToObject(
				p, s->name,
				array_of(row_schema(s->columns, PQ_ROWS_DEPTH),
					 s->help));
	}
	cJSON_AddItemToObject(p, "dropped", dropped_schema());
	cJSON_AddItemToObject(p, "warnings",
			      array_of(typed("string", NULL),
				       "notes that also went to stderr"));
	/* The dialect goes to the object itself. */
	schema = closed_object(p, NULL);
	cJSON_AddStringToObject(schema, "$schema",
				"https://json-schema.org/draft/2020-12/schema");
	text = cJSON_Print(schema);
	pq_out_str(out, text);
	pq_out_str(out, "\n");
	cJSON_free(text);
	cJSON_Delete(schema);
}
