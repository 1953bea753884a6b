#include "format/proto_write.h"

#include <string.h>

#include "profile.pb-c.h"

#include "base/buf.h"
#include "base/cursor.h"
#include "base/intern.h"
#include "base/mem.h"

#include "base/banned.h"

#define BYTES_TAG(field) ((field) << 3 | PQ_WIRE_BYTES)
#define VARINT_TAG(field) ((field) << 3 | PQ_WIRE_VARINT)

/* The state of one writing: where it goes, and strings numbered so far. */
struct writing {
	const struct pq_profile *p;
	const struct pq_byte_sink *sink;
	struct pq_intern strings; /* by content, in order of first use */
	uint32_t *known;	  /* number + 1, by string id */
	struct pq_buf message;	  /* the message being made */
	struct pq_buf part;	  /* a message or a list inside it */
};

static uint32_t number_string(struct writing *w, uint32_t id)
{
	if (!w->known[id])
		w->known[id] = pq_intern(&w->strings, pq_string(w->p, id)) + 1;
	return w->known[id] - 1;
}

/* ---- by hand ---- */

static void pack_varint(struct pq_buf *b, uint64_t value)
{
	uint8_t *data;

	pq_buf_reserve(b, PQ_VARINT_MOST);
	data = (uint8_t *)pq_unchecked_writable(b->data);
	b->len = (size_t)(pq_varint_put(data + b->len, value) - data);
}

static void pack_number(struct pq_buf *b, unsigned field, uint64_t value)
{
	pack_varint(b, VARINT_TAG(field));
	pack_varint(b, value);
}

static void pack_bytes(struct pq_buf *b, unsigned field, struct pq_text bytes)
{
	pack_varint(b, BYTES_TAG(field));
	pack_varint(b, bytes.len);
	pq_buf_text(b, bytes);
}

/* Asks for room once, since lists are nearly all that is written. */
static void pack_list(struct pq_buf *b, const uint64_t *list, size_t n)
{
	uint8_t *data, *end;

	pq_buf_clear(b);
	pq_buf_reserve(b, pq_size_mul(n, PQ_VARINT_MOST));
	data = end = (uint8_t *)pq_unchecked_writable(b->data);
	for (size_t i = 0; i < n; i++)
		end = pq_varint_put(end, list[i]);
	b->len = (size_t)(end - data);
}

/* A list of numbers: up to two elements one by one, more of them packed. */
static void pack_list_field(struct writing *w, unsigned field,
			    const uint64_t *list, size_t n)
{
	if (n <= 2) {
		for (size_t i = 0; i < n; i++)
			pack_number(&w->message, field, list[i]);
		return;
	}
	pack_list(&w->part, list, n);
	pack_bytes(&w->message, field, pq_buf_view(&w->part));
}

static void write_field(struct writing *w, unsigned field, struct pq_text bytes)
{
	uint8_t head[2 * PQ_VARINT_MOST];
	uint8_t *end = pq_varint_put(head, BYTES_TAG(field));

	end = pq_varint_put(end, bytes.len);
	w->sink->write(w->sink->ctx, head, (size_t)(end - head));
	w->sink->write(w->sink->ctx, pq_unchecked_bytes(bytes.bytes),
		       bytes.len);
}

static void pack_label(struct writing *w, const struct pq_label *l)
{
	pq_buf_clear(&w->part);
	if (number_string(w, l->key))
		pack_number(&w->part, 1, number_string(w, l->key));
	if (l->str && number_string(w, l->str))
		pack_number(&w->part, 2, number_string(w, l->str));
	if (!l->str && l->num)
		pack_number(&w->part, 3, (uint64_t)l->num);
	if (!l->str && l->unit && number_string(w, l->unit))
		pack_number(&w->part, 4, number_string(w, l->unit));
	pack_bytes(&w->message, 3, pq_buf_view(&w->part));
}

static void write_samples(struct writing *w)
{
	PQ_VEC(uint64_t) list = { 0 };
	struct pq_walk walk;

	pq_walk_begin(&walk, &w->p->samples);
	while (pq_walk_next(&walk)) {
		struct pq_sample *s = &walk.sample;

		pq_walk_all(&walk);
		/* Labels go out in the order of the reference's outputs. */
		pq_labels_sort(w->p, s->labels, s->n_labels);
		pq_buf_clear(&w->message);
		list.n = 0;
		/* Records have positions, the file has ids. */
		for (size_t i = 0; i < s->n_locations; i++)
			*pq_vec_push(&list) =
				w->p->locations.at[s->locations[i]].id;
		pack_list_field(w, 1, list.at, list.n);
		pack_list_field(w, 2, (const uint64_t *)s->values,
				walk.n_values);
		for (size_t i = 0; i < s->n_labels; i++)
			pack_label(w, &s->labels[i]);
		write_field(w, 2, pq_buf_view(&w->message));
	}
	pq_walk_end(&walk);
	pq_vec_release(&list);
}

/* ---- by protobuf-c ---- */

static void write_message(struct writing *w, unsigned field,
			  const ProtobufCMessage *m)
{
	size_t n = protobuf_c_message_get_packed_size(m);

	pq_buf_clear(&w->message);
	pq_buf_reserve(&w->message, n);
	protobuf_c_message_pack(
		m, (uint8_t *)pq_unchecked_writable(w->message.data));
	w->message.len = n;
	write_field(w, field, pq_buf_view(&w->message));
}

static void write_value_type(struct writing *w, unsigned field,
			     struct pq_value_type t)
{
	Perftools__Profiles__ValueType m =
		PERFTOOLS__PROFILES__VALUE_TYPE__INIT;

	m.type = number_string(w, t.type);
	m.unit = number_string(w, t.unit);
	write_message(w, field, &m.base);
}

static void write_mapping(struct writing *w, const struct pq_mapping *from)
{
	Perftools__Profiles__Mapping m = PERFTOOLS__PROFILES__MAPPING__INIT;

	m.id = from->id;
	m.memory_start = from->start;
	m.memory_limit = from->limit;
	m.file_offset = from->offset;
	m.filename = number_string(w, from->file);
	m.build_id = number_string(w, from->build_id);
	m.has_functions = from->has_functions;
	m.has_filenames = from->has_filenames;
	m.has_line_numbers = from->has_line_numbers;
	m.has_inline_frames = from->has_inline_frames;
	write_message(w, 3, &m.base);
}

struct line_messages {
	PQ_VEC(Perftools__Profiles__Line) lines;
	PQ_VEC(Perftools__Profiles__Line *) pointers;
};

static void write_location(struct writing *w, struct line_messages *l,
			   const struct pq_location *from)
{
	Perftools__Profiles__Location m = PERFTOOLS__PROFILES__LOCATION__INIT;
	const struct pq_line *lines = pq_location_lines(w->p, from);

	/* protobuf-c wants a list of pointers to lines. */
	pq_vec_reserve(&l->lines, from->n_lines);
	pq_vec_reserve(&l->pointers, from->n_lines);
	for (uint32_t i = 0; i < from->n_lines; i++) {
		Perftools__Profiles__Line *line = &l->lines.at[i];
		const struct pq_function *f = pq_line_function(w->p, &lines[i]);

		perftools__profiles__line__init(line);
		line->function_id = f ? f->id : 0;
		line->line = lines[i].line;
		line->column = lines[i].column;
		l->pointers.at[i] = line;
	}
	m.id = from->id;
	if (from->mapping != PQ_NONE)
		m.mapping_id = w->p->mappings.at[from->mapping].id;
	m.address = from->address;
	m.n_line = from->n_lines;
	m.line = l->pointers.at;
	m.is_folded = from->folded;
	write_message(w, 4, &m.base);
}

static void write_locations(struct writing *w)
{
	const struct pq_profile *p = w->p;
	struct line_messages l = { 0 };

	for (size_t i = 0; i < p->location_order.n; i++)
		write_location(w, &l,
			       &p->locations.at[p->location_order.at[i]]);
	pq_vec_release(&l.lines);
	pq_vec_release(&l.pointers);
}

static void write_function(struct writing *w, const struct pq_function *from)
{
	Perftools__Profiles__Function m = PERFTOOLS__PROFILES__FUNCTION__INIT;

	m.id = from->id;
	m.name = number_string(w, from->name);
	m.system_name = number_string(w, from->system_name);
	m.filename = number_string(w, from->filename);
	m.start_line = from->start_line;
	write_message(w, 5, &m.base);
}

/* ---- the header, last ---- */

/* The header's strings, numbered before the string table is written. */
struct header {
	uint32_t drop_frames, keep_frames, default_sample_type, doc_url;
	PQ_VEC(uint64_t) comments;
};

static void number_header(struct writing *w, struct header *h)
{
	const struct pq_profile *p = w->p;

	h->drop_frames = number_string(w, p->drop_frames);
	h->keep_frames = number_string(w, p->keep_frames);
	number_string(w, p->period_type.type);
	number_string(w, p->period_type.unit);
	for (size_t i = 0; i < p->comments.n; i++)
		*pq_vec_push(&h->comments) =
			number_string(w, p->comments.at[i]);
	h->default_sample_type = number_string(w, p->default_sample_type);
	h->doc_url = number_string(w, p->doc_url);
}

static void pack_nonzero(struct pq_buf *b, unsigned field, uint64_t value)
{
	if (value)
		pack_number(b, field, value);
}

static void flush_message(struct writing *w)
{
	w->sink->write(w->sink->ctx, pq_unchecked_bytes(w->message.data),
		       w->message.len);
	pq_buf_clear(&w->message);
}

static void write_header(struct writing *w, const struct header *h)
{
	const struct pq_profile *p = w->p;
	struct pq_buf *b = &w->message;

	pq_buf_clear(b);
	pack_nonzero(b, 7, h->drop_frames);
	pack_nonzero(b, 8, h->keep_frames);
	pack_nonzero(b, 9, (uint64_t)p->time_nanos);
	pack_nonzero(b, 10, (uint64_t)p->duration_nanos);
	/* write_value_type needs the buffer for itself. */
	flush_message(w);
	if (pq_string(p, p->period_type.type).len ||
	    pq_string(p, p->period_type.unit).len)
		write_value_type(w, 11, p->period_type);
	pq_buf_clear(b);
	pack_nonzero(b, 12, (uint64_t)p->period);
	pack_list_field(w, 13, h->comments.at, h->comments.n);
	pack_number(b, 14, h->default_sample_type);
	pack_nonzero(b, 15, h->doc_url);
	flush_message(w);
}

void pq_proto_write(const struct pq_profile *p, const struct pq_byte_sink *sink)
{
	struct writing w = { .p = p, .sink = sink };
	struct header h = { 0 };

	pq_intern_init(&w.strings, NULL);
	w.known = pq_alloc_zeroed(pq_size_mul(p->strings.n, 4));
	for (size_t i = 0; i < p->sample_types.n; i++)
		write_value_type(&w, 1, p->sample_types.at[i]);
	write_samples(&w);
	for (size_t i = 0; i < p->mappings.n; i++)
		write_mapping(&w, &p->mappings.at[i]);
	write_locations(&w);
	for (size_t i = 0; i < p->function_order.n; i++)
		write_function(&w, &p->functions.at[p->function_order.at[i]]);
	/* The header comes last, but its strings belong in the table. */
	number_header(&w, &h);
	for (size_t i = 0; i < w.strings.texts.n; i++)
		write_field(&w, 6, w.strings.texts.at[i]);
	write_header(&w, &h);
	pq_free(w.known);
	pq_vec_release(&h.comments);
	pq_buf_release(&w.message);
	pq_buf_release(&w.part);
	pq_intern_release(&w.strings);
}
