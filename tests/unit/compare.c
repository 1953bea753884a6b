/* A profile against what protobuf-c made of the same bytes. */
#include "compare.h"

#include <inttypes.h>
#include <string.h>

#include <check.h>

typedef Perftools__Profiles__Profile Message;

static const char *text_of(const Message *m, int64_t index)
{
	return m->string_table[index];
}

/* protobuf-c's texts end at the first NUL, of which a file may hold some. */
static void expect_text(const struct pq_profile *p, uint32_t id,
			const Message *m, int64_t index)
{
	const char *text = text_of(m, index);
	struct pq_text is = pq_string(p, id);

	if (!pq_text_starts(is, text) ||
	    (is.len > strlen(text) && is.bytes[strlen(text)]))
		ck_abort_msg("string %" PRId64 " is \"%s\"", index, text);
}

static void expect_type(const struct pq_profile *p, struct pq_value_type type,
			const Message *m,
			const Perftools__Profiles__ValueType *from)
{
	expect_text(p, type.type, m, from ? from->type : 0);
	expect_text(p, type.unit, m, from ? from->unit : 0);
}

static void expect_labels(const struct pq_sample *s,
			  const Perftools__Profiles__Sample *from, size_t nth)
{
	size_t n = 0;

	for (size_t i = 0; i < from->n_label; i++) {
		const Perftools__Profiles__Label *b = from->label[i];
		const struct pq_label *a;

		if (!b->str && !b->num && !b->num_unit)
			continue;
		if (n++ == s->n_labels)
			break;
		a = &s->labels[n - 1];
		/* ids are the indexes of the file */
		if (a->key != b->key || a->str != b->str ||
		    (!b->str && (a->num != b->num || a->unit != b->num_unit)))
			ck_abort_msg("sample %zu: label %zu", nth, i);
	}
	if (n != s->n_labels)
		ck_abort_msg("sample %zu: %zu labels, not %zu", nth,
			     s->n_labels, n);
}

static void expect_sample(const struct pq_profile *p, struct pq_walk *w,
			  const Perftools__Profiles__Sample *from, size_t nth)
{
	const struct pq_sample *s = &w->sample;

	pq_walk_all(w);
	if (w->n_values != from->n_value)
		ck_abort_msg("sample %zu: %u values", nth, w->n_values);
	for (size_t i = 0; i < from->n_value; i++)
		if (s->values[i] != from->value[i])
			ck_abort_msg("sample %zu: value %zu", nth, i);
	if (s->n_locations != from->n_location_id)
		ck_abort_msg("sample %zu: %zu locations", nth, s->n_locations);
	for (size_t i = 0; i < s->n_locations; i++)
		if (p->locations.at[s->locations[i]].id != from->location_id[i])
			ck_abort_msg("sample %zu: location %zu", nth, i);
	expect_labels(s, from, nth);
}

void expect_message_samples(const struct pq_profile *p, const Message *m)
{
	struct pq_walk w;
	size_t n = 0;

	ck_assert_uint_eq(p->samples.n, m->n_sample);
	pq_walk_begin(&w, &p->samples);
	for (; pq_walk_next(&w); n++)
		expect_sample(p, &w, m->sample[n], n);
	pq_walk_end(&w);
	ck_assert_uint_eq(n, m->n_sample);
}

static void expect_mappings(const struct pq_profile *p, const Message *m)
{
	/* without any there is the fake one */
	ck_assert_uint_eq(p->mappings.n, m->n_mapping ? m->n_mapping : 1);
	for (size_t i = 0; i < m->n_mapping; i++) {
		const struct pq_mapping *a = &p->mappings.at[i];
		const Perftools__Profiles__Mapping *b = m->mapping[i];

		ck_assert_uint_eq(a->id, b->id);
		ck_assert_uint_eq(a->start, b->memory_start);
		ck_assert_uint_eq(a->limit, b->memory_limit);
		ck_assert_uint_eq(a->offset, b->file_offset);
		ck_assert_int_eq(a->has_functions, b->has_functions != 0);
		ck_assert_int_eq(a->has_filenames, b->has_filenames != 0);
		ck_assert_int_eq(a->has_line_numbers, b->has_line_numbers != 0);
		ck_assert_int_eq(a->has_inline_frames,
				 b->has_inline_frames != 0);
		expect_text(p, a->file, m, b->filename);
		expect_text(p, a->build_id, m, b->build_id);
	}
}

static uint32_t mapping_position(const Message *m, uint64_t id)
{
	if (!m->n_mapping)
		return 0;
	for (size_t i = m->n_mapping; i--;)
		if (id && m->mapping[i]->id == id)
			return (uint32_t)i;
	return PQ_NONE;
}

static void expect_location(const struct pq_profile *p, const Message *m,
			    size_t nth)
{
	const struct pq_location *a =
		&p->locations.at[p->location_order.at[nth]];
	const Perftools__Profiles__Location *b = m->location[nth];
	const struct pq_line *lines = pq_location_lines(p, a);

	if (a->id != b->id || a->address != b->address ||
	    a->folded != (b->is_folded != 0) || a->n_lines != b->n_line ||
	    a->mapping != mapping_position(m, b->mapping_id))
		ck_abort_msg("location %zu", nth);
	for (uint32_t i = 0; i < a->n_lines; i++) {
		const Perftools__Profiles__Line *line = b->line[i];

		if (lines[i].line != line->line ||
		    lines[i].column != line->column ||
		    p->functions.at[lines[i].function].id != line->function_id)
			ck_abort_msg("location %zu: line %u", nth, i);
	}
}

static void expect_function(const struct pq_profile *p, const Message *m,
			    size_t nth)
{
	const struct pq_function *a =
		&p->functions.at[p->function_order.at[nth]];
	const Perftools__Profiles__Function *b = m->function[nth];

	if (a->id != b->id || a->start_line != b->start_line)
		ck_abort_msg("function %zu", nth);
	expect_text(p, a->name, m, b->name);
	expect_text(p, a->system_name, m, b->system_name);
	expect_text(p, a->filename, m, b->filename);
}

void expect_message(const struct pq_profile *p, const Message *m)
{
	ck_assert_uint_eq(p->strings.n, m->n_string_table);
	ck_assert_uint_eq(p->sample_types.n, m->n_sample_type);
	for (size_t i = 0; i < m->n_sample_type; i++)
		expect_type(p, p->sample_types.at[i], m, m->sample_type[i]);
	expect_message_samples(p, m);
	expect_mappings(p, m);
	ck_assert_uint_eq(p->locations.n, m->n_location);
	ck_assert_uint_eq(p->location_order.n, m->n_location);
	for (size_t i = 0; i < m->n_location; i++)
		expect_location(p, m, i);
	ck_assert_uint_eq(p->functions.n, m->n_function);
	ck_assert_uint_eq(p->function_order.n, m->n_function);
	for (size_t i = 0; i < m->n_function; i++)
		expect_function(p, m, i);
	ck_assert_int_eq(p->time_nanos, m->time_nanos);
	ck_assert_int_eq(p->duration_nanos, m->duration_nanos);
	ck_assert_int_eq(p->period, m->period);
	expect_type(p, p->period_type, m, m->period_type);
	expect_text(p, p->drop_frames, m, m->drop_frames);
	expect_text(p, p->keep_frames, m, m->keep_frames);
	expect_text(p, p->default_sample_type, m, m->default_sample_type);
	expect_text(p, p->doc_url, m, m->doc_url);
	ck_assert_uint_eq(p->comments.n, m->n_comment);
	for (size_t i = 0; i < m->n_comment; i++)
		expect_text(p, p->comments.at[i], m, m->comment[i]);
}
