/* From a profile to the description that it could be made from. */
#include <inttypes.h>
#include <string.h>

#include <check.h>

#include "helpers.h"
#include "profile/merge.h"

static void put_string(struct pq_buf *to, const struct pq_profile *p,
		       const char *word, uint32_t id)
{
	if (!pq_string(p, id).len)
		return;
	pq_buf_str(to, word);
	pq_buf_text(to, pq_string(p, id));
	pq_buf_char(to, '\n');
}

static void put_number(struct pq_buf *to, const char *word, int64_t value)
{
	if (value)
		pq_buf_printf(to, "%s%" PRId64 "\n", word, value);
}

static void put_type(struct pq_buf *to, const struct pq_profile *p,
		     struct pq_value_type type)
{
	pq_buf_char(to, ' ');
	pq_buf_text(to, pq_string(p, type.type));
	pq_buf_char(to, '/');
	pq_buf_text(to, pq_string(p, type.unit));
}

static bool is_fake(const struct pq_profile *p, uint32_t position)
{
	const struct pq_mapping *m = &p->mappings.at[position];

	return !m->start && !m->limit && !m->offset &&
	       !pq_string(p, m->file).len && !pq_string(p, m->build_id).len;
}

static void put_mapping(struct pq_buf *to, const struct pq_profile *p,
			uint32_t position)
{
	const struct pq_mapping *m = &p->mappings.at[position];
	struct pq_text file = pq_string(p, m->file);
	struct pq_text build_id = pq_string(p, m->build_id);

	if (is_fake(p, position))
		return;
	pq_buf_printf(to, "map: %" PRIx64 " %" PRIx64 " %" PRIx64 " ", m->start,
		      m->limit, m->offset);
	pq_buf_text(to, file.len ? file : PQ_TEXT("-"));
	pq_buf_char(to, ' ');
	pq_buf_text(to, build_id.len ? build_id : PQ_TEXT("-"));
	pq_buf_char(to, '\n');
}

static void put_header(struct pq_buf *to, const struct pq_profile *p)
{
	pq_buf_str(to, "types:");
	for (size_t i = 0; i < p->sample_types.n; i++)
		put_type(to, p, p->sample_types.at[i]);
	pq_buf_char(to, '\n');
	for (uint32_t i = 0; i < p->mappings.n; i++)
		put_mapping(to, p, i);
	put_number(to, "time: ", p->time_nanos);
	put_number(to, "duration: ", p->duration_nanos);
	if (p->period || pq_string(p, p->period_type.type).len ||
	    pq_string(p, p->period_type.unit).len) {
		pq_buf_printf(to, "period: %" PRId64, p->period);
		put_type(to, p, p->period_type);
		pq_buf_char(to, '\n');
	}
	for (size_t i = 0; i < p->comments.n; i++)
		put_string(to, p, "comment: ", p->comments.at[i]);
	put_string(to, p, "default: ", p->default_sample_type);
	put_string(to, p, "drop: ", p->drop_frames);
	put_string(to, p, "keep: ", p->keep_frames);
	put_string(to, p, "doc: ", p->doc_url);
}

static void put_line(struct pq_buf *to, const struct pq_profile *p,
		     const struct pq_line *line)
{
	const struct pq_function *f = pq_line_function(p, line);

	ck_assert_ptr_nonnull(f);
	pq_buf_text(to, pq_string(p, f->name));
	if (pq_string(p, f->filename).len) {
		pq_buf_char(to, '@');
		pq_buf_text(to, pq_string(p, f->filename));
	}
	if (f->start_line)
		pq_buf_printf(to, "$%" PRId64, f->start_line);
	if (line->line || line->column)
		pq_buf_printf(to, "#%" PRId64, line->line);
	if (line->column)
		pq_buf_printf(to, "#%" PRId64, line->column);
}

static void put_frame(struct pq_buf *to, const struct pq_profile *p,
		      const struct pq_location *l)
{
	const struct pq_line *lines = pq_location_lines(p, l);
	bool mapped = l->mapping != PQ_NONE && !is_fake(p, l->mapping);

	if (l->address || mapped || !l->n_lines) {
		pq_buf_printf(to, "%" PRIx64, l->address);
		if (mapped)
			pq_buf_printf(to, "^%u", l->mapping + 1);
		pq_buf_char(to, '!');
	}
	for (uint32_t i = l->n_lines; i--;) {
		put_line(to, p, &lines[i]);
		if (i)
			pq_buf_char(to, '>');
	}
}

static void put_label(struct pq_buf *to, const struct pq_profile *p,
		      const struct pq_label *label)
{
	pq_buf_char(to, ' ');
	pq_buf_text(to, pq_string(p, label->key));
	if (label->str) {
		pq_buf_char(to, '=');
		pq_buf_text(to, pq_string(p, label->str));
		return;
	}
	pq_buf_printf(to, ":%" PRId64, label->num);
	if (label->unit) {
		pq_buf_char(to, '/');
		pq_buf_text(to, pq_string(p, label->unit));
	}
}

static void put_sample(struct pq_buf *to, const struct pq_profile *p,
		       const struct pq_sample *sample, unsigned n_values)
{
	if (!sample->n_locations)
		pq_buf_char(to, '-');
	for (size_t i = sample->n_locations; i--;) {
		put_frame(to, p, &p->locations.at[sample->locations[i]]);
		if (i)
			pq_buf_char(to, ';');
	}
	for (unsigned i = 0; i < n_values; i++)
		pq_buf_printf(to, " %" PRId64, sample->values[i]);
	for (size_t i = 0; i < sample->n_labels; i++)
		put_label(to, p, &sample->labels[i]);
	pq_buf_char(to, '\n');
}

void dump_profile(struct pq_buf *to, const struct pq_profile *p)
{
	struct pq_walk w;
	size_t n = 0;

	put_header(to, p);
	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		put_sample(to, p, &w.sample, w.n_values);
		n++;
	}
	pq_walk_end(&w);
	ck_assert_uint_eq(n, p->samples.n);
}

void expect_profile(const struct pq_profile *p, const char *expected, int row)
{
	struct pq_buf text = { 0 };

	dump_profile(&text, p);
	ck_assert_msg(!strcmp(pq_buf_cstr(&text), expected),
		      "row %d: is\n%s\nand not\n%s", row, pq_buf_cstr(&text),
		      expected);
	pq_buf_release(&text);
}

void expect_combined(const struct combination *c, int row)
{
	struct pq_profile *list[3], *out;
	struct pq_error err;
	size_t n = 0;

	for (; n < 3 && c->in[n]; n++)
		list[n] = profile_of(c->in[n]);
	pq_error_clear(&err);
	out = pq_combine(list, n, &err);
	if (out)
		expect_profile(out, c->out, row);
	else
		ck_assert_msg(!strcmp(err.msg, c->out), "row %d: %s", row,
			      err.msg);
	if (out != list[0])
		pq_profile_free(out);
	while (n)
		pq_profile_free(list[--n]);
	expect_merged(c, 3, row);
}

void expect_merged(const struct combination *c, size_t chunk, int row)
{
	struct pq_merger *m = pq_merger_new();
	bool fits = true;
	size_t n = 0;

	for (; fits && n < 3 && c->in[n]; n++) {
		struct pq_profile *p = profile_of(c->in[n]);

		fits = pq_merger_add(m, p);
		pq_profile_free(p);
		if ((n + 1) % chunk == 0)
			pq_merger_end_chunk(m);
	}
	if (fits && n > 1) {
		struct pq_profile *out;

		pq_merger_end_chunk(m);
		out = pq_merger_finish(m);
		expect_profile(out, c->out, row);
		pq_profile_free(out);
	} else {
		pq_merger_free(m);
	}
}

static void keep_line(void *ctx, struct pq_text message)
{
	pq_buf_text(ctx, message);
	pq_buf_char(ctx, '\n');
}

void said_init(struct said *s)
{
	memset(s, 0, sizeof(*s));
	s->log.line = keep_line;
	s->log.ctx = &s->text;
}

void said_release(struct said *s)
{
	pq_buf_release(&s->text);
}
