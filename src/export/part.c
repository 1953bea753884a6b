#include "export/part.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/map.h"
#include "base/mem.h"
#include "export/table_text.h"
#include "profile/prune.h"

#include "base/banned.h"

/* One pair of a stack and a label set, by their positions in the part. */
struct part_row {
	uint32_t stack, labels;
};

/* All that is needed only while a part is made. */
struct making {
	struct pq_part *part;
	const struct pq_profile *p;
	const struct pq_identity *identity;
	uint32_t *first_frame, *end_frame; /* by location */
	int64_t *func_ids;		   /* by function; see func_known */
	uint8_t *func_known;
	struct pq_map stack_map, label_map, row_map;
	PQ_VEC(struct part_row) rows;
	PQ_VEC(int64_t) values; /* each row's, as many as there are types */
	PQ_VEC(int64_t) ids;	/* the frames' of the sample at hand */
	PQ_VEC(uint32_t) stack; /* and their positions */
	struct pq_buf scratch, name;
};

static int64_t digest_of_scratch(const struct making *m)
{
	return pq_digest_of(pq_buf_view(&m->scratch).bytes, m->scratch.len);
}

/* ---- frames ---- */

/* As the graph's labels of functions (graph/nodes.c). */
static void put_frame_name(const struct pq_profile *p,
			   const struct pq_mapping *m,
			   const struct pq_function *f, struct pq_buf *to)
{
	struct pq_text name = pq_string(p, f ? f->name : 0);
	struct pq_text file = pq_string(p, m ? m->file : 0);

	/* A frame without a name goes by its file, as in reports. */
	if (name.len) {
		pq_table_repair(to, name);
		return;
	}
	if (!file.len) {
		pq_buf_str(to, "<unknown>");
		return;
	}
	pq_buf_char(to, '[');
	pq_table_repair(to, pq_text_basename(file));
	pq_buf_char(to, ']');
}

static int64_t address_in_file(const struct pq_profile *p,
			       const struct pq_location *l)
{
	const struct pq_mapping *m =
		l->mapping == PQ_NONE ? NULL : &p->mappings.at[l->mapping];

	/* An address without a mapping is as the process had it. */
	if (!l->address || !m)
		return (int64_t)l->address;
	return (int64_t)(l->address - m->start + m->offset);
}

struct pq_part_place pq_part_place(const struct pq_part *part,
				   const struct pq_part_frame *frame)
{
	const struct pq_profile *p = part->p;
	const struct pq_location *l = &p->locations.at[frame->location];
	struct pq_part_place place = { 0 };

	if (l->mapping != PQ_NONE)
		place.mapping = &p->mappings.at[l->mapping];
	/* Without a line the address is the frame, as the file has it. */
	if (frame->line == PQ_NONE) {
		place.address = address_in_file(p, l);
		return place;
	}
	place.line = &p->lines.at[frame->line];
	place.function = pq_line_function(p, place.line);
	return place;
}

void pq_part_frame_name(const struct pq_part *part,
			const struct pq_part_frame *frame, struct pq_buf *to)
{
	struct pq_part_place place = pq_part_place(part, frame);

	put_frame_name(part->p, place.mapping, place.function, to);
}

static int64_t digest_of_name(struct making *m,
			      const struct pq_part_place *place)
{
	pq_buf_clear(&m->name);
	put_frame_name(m->p, place->mapping, place->function, &m->name);
	return pq_digest_of(pq_buf_view(&m->name).bytes, m->name.len);
}

/* Of a function with a name it is the same wherever it is called. */
static int64_t func_id_of(struct making *m, const struct pq_part_place *place)
{
	uint32_t at = place->function ? place->line->function : PQ_NONE;

	/* A function without a name is called by its mapping: not kept. */
	if (!place->function || !pq_string(m->p, place->function->name).len)
		return digest_of_name(m, place);
	if (!m->func_known[at]) {
		m->func_known[at] = 1;
		m->func_ids[at] = digest_of_name(m, place);
	}
	return m->func_ids[at];
}

static void put_function(struct making *m, const struct pq_part_place *place)
{
	static const struct pq_function none;
	const struct pq_function *f = place->function ? place->function : &none;
	uint32_t name =
		place->function ? m->part->raw_names[place->line->function] : 0;

	/* Names are those of the file: demangling must not change an id. */
	pq_digest_text(&m->scratch, pq_string(m->p, name));
	pq_digest_text(&m->scratch, pq_string(m->p, f->system_name));
	pq_digest_text(&m->scratch, pq_string(m->p, f->filename));
	pq_digest_int(&m->scratch, f->start_line);
}

static int64_t frame_id_of(struct making *m, const struct pq_part_place *place,
			   bool inlined)
{
	static const struct pq_mapping none;
	const struct pq_mapping *mapping = place->mapping ? place->mapping
							  : &none;
	const struct pq_line *line = place->line;

	/* The order is part of the format: another one gives other ids. */
	pq_buf_clear(&m->scratch);
	put_function(m, place);
	pq_digest_int(&m->scratch, line ? line->line : 0);
	pq_digest_int(&m->scratch, line ? line->column : 0);
	pq_digest_int(&m->scratch, inlined);
	pq_digest_text(&m->scratch, pq_string(m->p, mapping->file));
	/* A frame that has a line is the same in each build. */
	pq_digest_text(&m->scratch,
		       pq_string(m->p, line ? 0 : mapping->build_id));
	pq_digest_int(&m->scratch, place->address);
	return digest_of_scratch(m);
}

/* The digits of an id as a list has them, to be copied for each frame. */
static uint8_t write_id_digits(int64_t id, char to[static PQ_ID_DIGITS])
{
	to[0] = ',';
	return (uint8_t)(1 + pq_put_digits(to + 1, id));
}

static void add_frame(struct making *m, uint32_t location, uint32_t at)
{
	const struct pq_location *l = &m->p->locations.at[location];
	struct pq_part_frame *frame = pq_vec_push(&m->part->frames);
	struct pq_part_place place;

	memset(frame, 0, sizeof(*frame));
	frame->location = location;
	frame->line = at == PQ_NONE ? PQ_NONE : l->first_line + at;
	/* All lines but the last were inlined into the next one. */
	frame->inlined = at != PQ_NONE && at + 1 < l->n_lines;
	place = pq_part_place(m->part, frame);
	frame->func_id = func_id_of(m, &place);
	frame->id = frame_id_of(m, &place, frame->inlined);
	frame->id_len = write_id_digits(frame->id, frame->id_digits);
	frame->func_len = write_id_digits(frame->func_id, frame->func_digits);
}

static void add_frames(struct making *m)
{
	const struct pq_profile *p = m->p;

	m->first_frame = pq_alloc(pq_size_mul(p->locations.n + 1, 4));
	m->func_ids = pq_alloc(pq_size_mul(p->functions.n + 1, 8));
	m->func_known = pq_alloc_zeroed(p->functions.n + 1);
	pq_vec_reserve(&m->part->frames, p->locations.n);
	for (uint32_t i = 0; i < p->locations.n; i++) {
		uint32_t n = p->locations.at[i].n_lines;

		m->first_frame[i] = (uint32_t)m->part->frames.n;
		/* A location without lines is a frame, too. */
		if (!n)
			add_frame(m, i, PQ_NONE);
		for (uint32_t j = 0; j < n; j++)
			add_frame(m, i, j);
	}
	/* One more entry ends the frames of the last location. */
	m->first_frame[p->locations.n] = (uint32_t)m->part->frames.n;
}

/* Takes frames out of stacks; of a location, lines from the innermost on. */
static void drop_frames_of_stacks(struct making *m)
{
	const struct pq_profile *p = m->p;
	uint32_t *first = m->first_frame;

	m->end_frame = pq_alloc(pq_size_mul(p->locations.n + 1, 4));
	/* first_line moves by the lines cut off: the difference stays. */
	for (size_t i = 0; i < p->locations.n; i++) {
		m->end_frame[i] = first[i + 1];
		first[i] -= p->locations.at[i].first_line;
	}
	pq_drop_frames(m->part->p);
	for (size_t i = 0; i < p->locations.n; i++)
		first[i] += p->locations.at[i].first_line;
}

/* ---- stacks ---- */

static bool is_same_stack(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_part *part = ctx;

	return part->stacks.at[index].id == *(const int64_t *)key;
}

static void gather_frames(struct making *m, const struct pq_sample *sample)
{
	const struct pq_part_frame *frames = m->part->frames.at;
	size_t n = 0;

	/* Leaves come first, and inlined frames before their callers. */
	for (size_t i = 0; i < sample->n_locations; i++) {
		uint32_t l = sample->locations[i], end = m->end_frame[l];
		uint32_t f = m->first_frame[l];

		pq_vec_reserve(&m->stack, n + (end - f));
		pq_vec_reserve(&m->ids, n + (end - f));
		for (; f < end; f++, n++) {
			m->stack.at[n] = f;
			m->ids.at[n] = frames[f].id;
		}
	}
	m->ids.n = m->stack.n = n;
}

static int64_t stack_id_of(struct making *m)
{
	size_t n = m->ids.n * sizeof(*m->ids.at);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	for (size_t i = 0; i < m->ids.n; i++)
		m->ids.at[i] =
			(int64_t)__builtin_bswap64((uint64_t)m->ids.at[i]);
#endif
	return n ? pq_digest_of(m->ids.at, n) : pq_digest_of("", 0);
}

static uint32_t intern_stack(struct making *m, const struct pq_sample *sample)
{
	struct pq_part *part = m->part;
	uint32_t fresh = (uint32_t)part->stacks.n, at;
	int64_t id;

	gather_frames(m, sample);
	id = stack_id_of(m);
	at = pq_map_intern(&m->stack_map, pq_hash_mix((uint64_t)id, 0),
			   is_same_stack, part, &id, fresh);
	/* A stack with this id has these frames: it is there already. */
	if (at != fresh)
		return at;
	*pq_vec_push(&part->stacks) = (struct pq_part_stack){
		.id = id, .first = part->stack_frames.n, .n = m->stack.n
	};
	pq_vec_reserve(&part->stack_frames, part->stack_frames.n + m->stack.n);
	if (m->stack.n)
		memcpy(part->stack_frames.at + part->stack_frames.n,
		       m->stack.at, m->stack.n * sizeof(*m->stack.at));
	part->stack_frames.n += m->stack.n;
	return at;
}

/* ---- labels ---- */

static int compare_label_rows(const void *x, const void *y)
{
	const struct pq_label_row *a = x, *b = y;
	int order = pq_text_compare(a->key, b->key);

	if (!order)
		order = (a->is_num > b->is_num) - (a->is_num < b->is_num);
	if (!order)
		order = pq_text_compare(a->str, b->str);
	if (!order)
		order = (a->num > b->num) - (a->num < b->num);
	return order ? order : pq_text_compare(a->unit, b->unit);
}

/* Sorts the rows from `first` on; each stays once. */
static void sort_label_rows(struct pq_part *part, size_t first)
{
	struct pq_label_row *rows;
	size_t n = part->label_rows.n - first, kept = 1;

	if (n < 2)
		return;
	rows = part->label_rows.at + first;
	qsort(rows, n, sizeof(*rows), compare_label_rows);
	for (size_t i = 1; i < n; i++)
		if (compare_label_rows(&rows[kept - 1], &rows[i]))
			rows[kept++] = rows[i];
	part->label_rows.n = first + kept;
}

static int64_t digest_of_labels(struct making *m, size_t first)
{
	struct pq_part *part = m->part;

	pq_buf_clear(&m->scratch);
	for (size_t i = first; i < part->label_rows.n; i++) {
		const struct pq_label_row *row = &part->label_rows.at[i];

		pq_digest_text(&m->scratch, row->key);
		pq_digest_int(&m->scratch, row->is_num);
		pq_digest_text(&m->scratch, row->str);
		pq_digest_int(&m->scratch, row->num);
		pq_digest_text(&m->scratch, row->unit);
	}
	/* No labels at all are the set 0, which has no rows. */
	return part->label_rows.n == first ? 0 : digest_of_scratch(m);
}

static bool is_same_label_set(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_part *part = ctx;

	return part->label_sets.at[index].id == *(const int64_t *)key;
}

/* The set of the rows from `first` on, which go where it is known. */
static uint32_t intern_label_set(struct making *m, size_t first)
{
	struct pq_part *part = m->part;
	uint32_t fresh = (uint32_t)part->label_sets.n, at;
	int64_t id;

	/* Sorted: the order of labels in a file is no part of their set. */
	sort_label_rows(part, first);
	id = digest_of_labels(m, first);
	at = pq_map_intern(&m->label_map, pq_hash_mix((uint64_t)id, 0),
			   is_same_label_set, part, &id, fresh);
	if (at == fresh)
		*pq_vec_push(&part->label_sets) = (struct pq_label_set){
			.id = id,
			.first = first,
			.n = part->label_rows.n - first,
		};
	else
		part->label_rows.n = first;
	return at;
}

static uint32_t intern_labels(struct making *m, const struct pq_sample *sample)
{
	struct pq_part *part = m->part;
	size_t first = part->label_rows.n;

	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *l = &sample->labels[i];
		struct pq_text key = pq_string(m->p, l->key);

		if (!pq_identity_keeps_label(m->identity, key))
			continue;
		/* A text has no number beside it, whatever the file says. */
		*pq_vec_push(&part->label_rows) = (struct pq_label_row){
			.key = key,
			.str = pq_string(m->p, l->str),
			.unit = pq_string(m->p, l->str ? 0 : l->unit),
			.num = l->str ? 0 : l->num,
			.is_num = !l->str,
		};
	}
	return intern_label_set(m, first);
}

static void add_profile_labels(struct making *m)
{
	const struct pq_identity *identity = m->identity;
	size_t first = m->part->label_rows.n;
	uint32_t at;

	for (size_t i = 0; i < identity->settings.n; i++)
		*pq_vec_push(&m->part->label_rows) = (struct pq_label_row){
			.key = identity->settings.at[i].key,
			.str = identity->settings.at[i].value,
			.unit = PQ_TEXT(""),
		};
	/* Settings are a set of labels like those of samples. */
	at = intern_label_set(m, first);
	m->part->label_set = m->part->label_sets.at[at].id;
}

/* ---- samples ---- */

static bool is_same_row(const void *ctx, uint32_t index, const void *key)
{
	const struct making *m = ctx;
	const struct part_row *a = &m->rows.at[index], *b = key;

	return a->stack == b->stack && a->labels == b->labels;
}

static void add_sample(struct making *m, const struct pq_sample *sample)
{
	struct part_row row = { intern_stack(m, sample),
				intern_labels(m, sample) };
	uint32_t fresh = (uint32_t)m->rows.n;
	uint32_t at = pq_map_intern(&m->row_map,
				    pq_hash_mix(row.stack, row.labels),
				    is_same_row, m, &row, fresh);
	size_t n = m->p->sample_types.n;

	if (at == fresh) {
		*pq_vec_push(&m->rows) = row;
		pq_vec_reach(&m->values, m->rows.n * n);
	}
	/* In 64 bits, as sums of reports. */
	for (size_t i = 0; i < n; i++)
		m->values.at[at * n + i] =
			(int64_t)((uint64_t)m->values.at[at * n + i] +
				  (uint64_t)sample->values[i]);
}

static void add_samples(struct making *m)
{
	struct pq_walk w;

	pq_walk_begin(&w, &m->p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		add_sample(m, &w.sample);
	}
	pq_walk_end(&w);
}

/* Prefixes that all rows of one sample type share. */
static void put_row_prefix(const struct making *m, size_t type,
			   struct pq_buf *to)
{
	const struct pq_value_type *t = &m->p->sample_types.at[type];

	pq_table_text(to, m->identity->service);
	pq_buf_char(to, ',');
	pq_table_text(to, pq_string(m->p, t->type));
	pq_buf_char(to, ',');
	pq_table_text(to, pq_string(m->p, t->unit));
	pq_buf_char(to, ',');
	pq_buf_int(to, m->part->taken_at_ns, 0);
	pq_buf_char(to, ',');
	pq_buf_int(to, m->part->profile_id, 0);
	pq_buf_char(to, ',');
}

/* "STACK,LABELS,", which a row of each type has. */
static void put_row_ids(struct making *m, const struct part_row *row)
{
	pq_buf_clear(&m->scratch);
	pq_buf_int(&m->scratch, m->part->stacks.at[row->stack].id, 0);
	pq_buf_char(&m->scratch, ',');
	pq_buf_int(&m->scratch, m->part->label_sets.at[row->labels].id, 0);
	pq_buf_char(&m->scratch, ',');
}

/* Types of one stack stand together, which is worth half of a column store. */
static void write_row(struct making *m, const struct pq_buf *prefixes, size_t i)
{
	struct pq_buf *to = &m->part->samples;
	size_t n = m->p->sample_types.n;

	put_row_ids(m, &m->rows.at[i]);
	for (size_t k = 0; k < n; k++) {
		int64_t value = m->values.at[i * n + k];

		/* A value of 0 has no row: sums are the same without. */
		if (!value)
			continue;
		pq_buf_text(to, pq_buf_view(&prefixes[k]));
		pq_buf_text(to, pq_buf_view(&m->scratch));
		pq_buf_int(to, value, 0);
		pq_buf_char(to, '\n');
	}
}

static void write_rows(struct making *m)
{
	size_t n = m->p->sample_types.n;
	struct pq_buf *prefixes =
		pq_alloc_zeroed(pq_size_mul(n + 1, sizeof(*prefixes)));

	/* Prefixes are encoded once for all rows. */
	for (size_t k = 0; k < n; k++)
		put_row_prefix(m, k, &prefixes[k]);
	for (size_t i = 0; i < m->rows.n; i++)
		write_row(m, prefixes, i);
	for (size_t k = 0; k < n; k++)
		pq_buf_release(&prefixes[k]);
	pq_free(prefixes);
}

/* ---- the profile ---- */

static bool check_type_names(const struct pq_profile *p, struct pq_error *err)
{
	for (size_t i = 0; i < p->sample_types.n; i++)
		for (size_t k = 0; k < i; k++) {
			struct pq_text a =
				pq_string(p, p->sample_types.at[i].type);

			if (pq_text_equal(
				    a,
				    pq_string(p, p->sample_types.at[k].type)))
				return pq_fail(err, PQ_EFORMAT,
					       "two sample types are called "
					       "\"%.*s\": the tables could not "
					       "tell them apart",
					       (int)a.len, a.bytes);
		}
	return true;
}

static int64_t profile_id_of(struct making *m)
{
	const struct pq_identity *identity = m->identity;

	/* The content and the settings tell a profile, and not its name. */
	pq_buf_clear(&m->scratch);
	pq_digest_int(&m->scratch, m->p->digest);
	pq_digest_int(&m->scratch, m->part->taken_at_ns);
	pq_digest_text(&m->scratch, identity->service);
	pq_digest_text(&m->scratch, identity->instance);
	for (size_t i = 0; i < identity->settings.n; i++) {
		pq_digest_text(&m->scratch, identity->settings.at[i].key);
		pq_digest_text(&m->scratch, identity->settings.at[i].value);
	}
	return digest_of_scratch(m);
}

static void release_making(struct making *m)
{
	pq_free(m->first_frame);
	pq_free(m->end_frame);
	pq_free(m->func_ids);
	pq_free(m->func_known);
	pq_map_release(&m->stack_map);
	pq_map_release(&m->label_map);
	pq_map_release(&m->row_map);
	pq_vec_release(&m->rows);
	pq_vec_release(&m->values);
	pq_vec_release(&m->ids);
	pq_vec_release(&m->stack);
	pq_buf_release(&m->scratch);
	pq_buf_release(&m->name);
}

struct pq_part *pq_part_new(struct pq_profile *p, uint32_t *raw_names,
			    const struct pq_identity *identity,
			    struct pq_error *err)
{
	struct making m = { .p = p, .identity = identity };

	/* The names were handed over: an error frees them as well. */
	if (!check_type_names(p, err)) {
		pq_free(raw_names);
		return NULL;
	}
	m.part = pq_alloc_zeroed(sizeof(*m.part));
	m.part->p = p;
	m.part->raw_names = raw_names;
	m.part->taken_at_ns = identity->has_time ? identity->taken_at_ns
						 : p->time_nanos;
	m.part->profile_id = profile_id_of(&m);
	add_profile_labels(&m);
	/* Frames get their ids before stacks lose any of them. */
	add_frames(&m);
	drop_frames_of_stacks(&m);
	add_samples(&m);
	write_rows(&m);
	release_making(&m);
	return m.part;
}

void pq_part_free(struct pq_part *part)
{
	if (!part)
		return;
	pq_free(part->raw_names);
	pq_vec_release(&part->frames);
	pq_vec_release(&part->stack_frames);
	pq_vec_release(&part->stacks);
	pq_vec_release(&part->label_rows);
	pq_vec_release(&part->label_sets);
	pq_buf_release(&part->samples);
	pq_free(part);
}
