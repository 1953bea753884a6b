#include "format/v8_nodes.h"

#include <string.h>

#include "base/buf.h"

#include "base/banned.h"

/* V8 keeps 255 frames of a stack; deeper files were made to take long. */
#define DEPTH_MOST 1024

void pq_v8_init(struct pq_v8 *t, struct pq_profile *p, struct pq_error *err)
{
	memset(t, 0, sizeof(*t));
	t->p = p;
	t->err = err;
	pq_intern_init(&t->strings, &p->arena);
	pq_intern(&t->strings, PQ_TEXT(""));
}

void pq_v8_release(struct pq_v8 *t)
{
	pq_intern_release(&t->strings);
	pq_map_release(&t->functions);
	pq_vec_release(&t->nodes);
	pq_vec_release(&t->labels);
	pq_vec_release(&t->label_sets);
}

void pq_v8_sample_type(struct pq_v8 *t, const char *type, const char *unit)
{
	struct pq_value_type *to = pq_vec_push(&t->p->sample_types);

	to->type = pq_intern(&t->strings, pq_text_of(type));
	to->unit = pq_intern(&t->strings, pq_text_of(unit));
	t->p->samples.n_values = (unsigned)t->p->sample_types.n;
}

/* ---- functions ---- */

/* "file:///a%20b.js" is /a b.js; all other URLs are names as they are. */
static uint32_t intern_file_of_url(struct pq_v8 *t, struct pq_text url)
{
	struct pq_buf b = { 0 };
	uint32_t id;

	if (!pq_text_starts(url, "file:///"))
		return pq_intern(&t->strings, url);
	for (size_t i = strlen("file://"); i < url.len; i++) {
		int high = -1, low = -1;

		if (url.bytes[i] == '%' && i + 2 < url.len) {
			high = pq_hex_digit(url.bytes[i + 1]);
			low = pq_hex_digit(url.bytes[i + 2]);
		}
		/* A %00 stays as it is: it must not end the name. */
		if (high < 0 || low < 0 || high + low == 0) {
			pq_buf_char(&b, url.bytes[i]);
			continue;
		}
		pq_buf_char(&b, (char)(high << 4 | low));
		i += 2;
	}
	id = pq_intern(&t->strings, pq_buf_view(&b));
	pq_buf_release(&b);
	return id;
}

struct place {
	struct pq_function f;
	int64_t column;
};

static bool same_v8_function(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_profile *p = ctx;
	const struct pq_function *f = &p->functions.at[index];
	const struct place *k = key;

	return f->name == k->f.name && f->filename == k->f.filename &&
	       f->start_line == k->f.start_line &&
	       p->lines.at[index].column == k->column;
}

/* Function, line and location of a place all get the same number. */
static void add_v8_function(struct pq_profile *p, const struct place *k)
{
	uint32_t at = (uint32_t)p->functions.n;
	struct pq_line line = { k->f.start_line, k->column, at };
	struct pq_location location = { .id = (uint64_t)at + 1,
					.mapping = PQ_NONE,
					.first_line = at,
					.n_lines = 1 };
	struct pq_function *f = pq_vec_push(&p->functions);

	*f = k->f;
	f->id = (uint64_t)at + 1;
	*pq_vec_push(&p->function_order) = at;
	*pq_vec_push(&p->lines) = line;
	*pq_vec_push(&p->locations) = location;
	*pq_vec_push(&p->location_order) = at;
}

/* Lines count from 0 in the file, from 1 here; -1 there is 0: no place. */
static int64_t count_from_one(int64_t number)
{
	return number >= 0 && number < INT64_MAX ? number + 1 : 0;
}

uint32_t pq_v8_function(struct pq_v8 *t, const struct pq_v8_frame *frame)
{
	struct place k = { .column = count_from_one(frame->column) };
	uint32_t fresh = (uint32_t)t->p->functions.n, at;
	uint64_t hash;

	k.f.start_line = count_from_one(frame->line);
	k.f.name = pq_intern(&t->strings, frame->name.len
						  ? frame->name
						  : PQ_TEXT("(anonymous)"));
	k.f.system_name = k.f.name;
	k.f.filename = intern_file_of_url(t, frame->url);
	/* Functions are the same when name, file, line and column are. */
	hash = pq_hash_mix(pq_hash_mix(0, k.f.name), k.f.filename);
	hash = pq_hash_mix(hash, (uint64_t)k.f.start_line);
	hash = pq_hash_mix(hash, (uint64_t)k.column);
	at = pq_map_intern(&t->functions, hash, same_v8_function, t->p, &k,
			   fresh);
	if (at == fresh)
		add_v8_function(t->p, &k);
	return at;
}

static int64_t number_of(const cJSON *frame, const char *name)
{
	int64_t value;

	return pq_json_int(frame, name, &value) && value >= 0 ? value : -1;
}

const cJSON *pq_v8_call_frame(const cJSON *node)
{
	const cJSON *frame =
		cJSON_GetObjectItemCaseSensitive(node, "callFrame");

	return frame							? frame
	       : cJSON_GetObjectItemCaseSensitive(node, "functionName") ? node
									: NULL;
}

bool pq_v8_node(struct pq_v8 *t, const cJSON *call_frame, int64_t first)
{
	struct pq_v8_node node = { .parent = PQ_NONE };
	struct pq_v8_frame frame;

	if (!cJSON_IsObject(call_frame))
		return pq_fail(t->err, PQ_EFORMAT,
			       "node %zu has no \"callFrame\"", t->nodes.n);
	frame = (struct pq_v8_frame){
		.name = pq_json_text_of(call_frame, "functionName"),
		.url = pq_json_text_of(call_frame, "url"),
		.line = number_of(call_frame, "lineNumber") - first,
		.column = number_of(call_frame, "columnNumber"),
	};
	node.function = pq_v8_function(t, &frame);
	*pq_vec_push(&t->nodes) = node;
	return true;
}

/* ---- the profile ---- */

/*
 * Depths from the roots down: each walk up ends at a node that has its depth,
 * so that all of them together take one step a node; one that does not end
 * by then goes in a circle.
 */
static bool find_depth(struct pq_v8 *t, uint32_t from)
{
	struct pq_v8_node *nodes = t->nodes.at;
	uint32_t steps = 0, at = from, depth;

	while (!nodes[at].depth && nodes[at].parent != PQ_NONE &&
	       steps <= DEPTH_MOST) {
		at = nodes[at].parent;
		steps++;
	}
	/* The walk ended at a root, at a known depth, or is too long. */
	if (!nodes[at].depth && nodes[at].parent == PQ_NONE)
		nodes[at].depth = 1;
	depth = nodes[at].depth + steps;
	if (!nodes[at].depth || depth > DEPTH_MOST)
		return pq_fail(t->err, PQ_EFORMAT,
			       "node %lu is deeper than %d calls, or calls "
			       "itself",
			       (unsigned long)from, DEPTH_MOST);
	/* All nodes of the walk get their depths. */
	for (at = from; !nodes[at].depth; at = nodes[at].parent)
		nodes[at].depth = depth--;
	return true;
}

static bool is_v8_root(const struct pq_v8 *t, const struct pq_v8_node *node)
{
	uint32_t name = t->p->functions.at[node->function].name;

	struct pq_text text = pq_intern_text(&t->strings, name);

	/* Hermes has a spelling of its own. */
	return node->parent == PQ_NONE &&
	       (pq_text_is(text, "(root)") || pq_text_is(text, "[root]"));
}

static void add_node_sample(struct pq_v8 *t, const struct pq_v8_node *leaf)
{
	uint32_t stack[DEPTH_MOST];
	int64_t values[2] = { leaf->values[0], leaf->values[1] };
	struct pq_sample sample = { .values = values, .locations = stack };
	const struct pq_v8_node *node = leaf;

	stack[sample.n_locations++] = node->function;
	while (node->parent != PQ_NONE) {
		node = &t->nodes.at[node->parent];
		if (!is_v8_root(t, node))
			stack[sample.n_locations++] = node->function;
	}
	if (leaf->labels) {
		const struct pq_v8_labels *set =
			&t->label_sets.at[leaf->labels - 1];

		/* sets may all be empty, and then there is no list */
		sample.labels = set->n ? t->labels.at + set->first : NULL;
		sample.n_labels = set->n;
	}
	pq_samples_add(&t->p->samples, &sample);
}

bool pq_v8_finish(struct pq_v8 *t)
{
	for (uint32_t i = 0; i < t->nodes.n; i++) {
		const struct pq_v8_node *node = &t->nodes.at[i];

		if (!find_depth(t, i))
			return false;
		/* Nodes without values are on stacks of others. */
		if (node->values[0] || node->values[1])
			add_node_sample(t, node);
	}
	/* The interned strings become the string table. */
	for (size_t i = 0; i < t->strings.texts.n; i++)
		pq_profile_add_string(t->p, t->strings.texts.at[i]);
	return true;
}
