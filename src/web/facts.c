#include "web/facts.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "command/commands.h"
#include "profile/sample_index.h"
#include "session/view_settings.h"
#include "web/message.h"

#include "base/banned.h"

/* ---- notes ---- */

void pq_facts_notes_init(struct pq_facts_notes *notes)
{
	*notes = (struct pq_facts_notes){ .n = 0 };
	pq_buf_reserve(&notes->packed, PQ_FACTS_NOTE_BYTES);
}

void pq_facts_notes_clear(struct pq_facts_notes *notes)
{
	pq_buf_clear(&notes->packed);
	notes->n = notes->n_left_out = 0;
}

void pq_facts_notes_add(struct pq_facts_notes *notes, struct pq_text line)
{
	size_t length_bytes = 10; /* at most, in front of a text */

	if (notes->n == PQ_FACTS_NOTES ||
	    notes->packed.len + length_bytes + line.len > PQ_FACTS_NOTE_BYTES) {
		notes->n_left_out++;
		return;
	}
	pq_message_put_text(&notes->packed, line);
	notes->n++;
}

/* ---- labels ---- */

struct label_count {
	struct pq_profile *p;
	struct pq_map map;
	PQ_VEC(struct pq_label) seen; /* different ones */
	struct pq_facts_profile *facts;
	uint32_t keys[PQ_FACTS_LABELS];
};

static bool is_same_label(const void *ctx, uint32_t index, const void *key)
{
	const struct label_count *c = ctx;
	const struct pq_label *a = &c->seen.at[index], *b = key;

	return a->key == b->key && a->str == b->str &&
	       (a->str || a->num == b->num);
}

/* The row of a key; NULL when there are too many of them. */
static struct pq_facts_label *label_row(struct label_count *c,
					const struct pq_label *l)
{
	struct pq_facts_profile *f = c->facts;

	for (size_t i = 0; i < f->n_labels; i++)
		if (c->keys[i] == l->key)
			return &f->labels[i];
	if (f->n_labels == PQ_FACTS_LABELS)
		return NULL;
	/* A key is numeric when its first value is. */
	c->keys[f->n_labels] = l->key;
	f->labels[f->n_labels] =
		(struct pq_facts_label){ .key = pq_string(c->p, l->key),
					 .numeric = !l->str };
	return &f->labels[f->n_labels++];
}

static void count_label(struct label_count *c, const struct pq_label *l)
{
	uint64_t hash = pq_hash_mix((uint64_t)l->key << 32 | l->str,
				    l->str ? 0 : (uint64_t)l->num);
	uint32_t fresh = (uint32_t)c->seen.n;
	struct pq_facts_label *row;

	/* A label that was seen before is no new value. */
	if (pq_map_intern(&c->map, hash, is_same_label, c, l, fresh) != fresh)
		return;
	*pq_vec_push(&c->seen) = *l;
	row = label_row(c, l);
	if (row)
		row->values++;
}

static void count_labels(struct pq_profile *p, struct pq_facts_profile *f)
{
	struct label_count c = { .p = p, .facts = f };
	struct pq_walk w;

	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		for (size_t i = 0; i < w.sample.n_labels; i++)
			count_label(&c, &w.sample.labels[i]);
	}
	pq_walk_end(&w);
	pq_map_release(&c.map);
	pq_vec_release(&c.seen);
}

/* ---- sample types ---- */

/* The types of a joined profile repeat: the first n_types are meant. */
static void find_types(struct pq_profile *p, size_t n_types,
		       const struct pq_options *o, struct pq_facts_profile *f)
{
	const struct pq_command *top = pq_command_find(PQ_TEXT("top"));
	size_t all = p->sample_types.n;
	struct pq_view_options settings;
	struct pq_error ignored;
	unsigned index = 0;

	pq_error_clear(&ignored);
	f->n_types = n_types < PQ_FACTS_TYPES ? n_types : PQ_FACTS_TYPES;
	/* The names are looked for among the first types only. */
	p->sample_types.n = f->n_types;
	pq_sample_index(p, o->sample_index, &index, &ignored);
	p->sample_types.n = all;
	/* Totals are those that top prints for each type. */
	for (unsigned i = 0; i < f->n_types; i++) {
		struct pq_view v;

		pq_view_settings(&settings, o, top->report);
		settings.shape.sample_index = i;
		f->types[i].name = pq_string(p, p->sample_types.at[i].type);
		f->types[i].unit = pq_string(p, p->sample_types.at[i].unit);
		if (!pq_view_init(&v, p, &settings, &ignored))
			continue;
		f->types[i].total = v.total;
		pq_view_release(&v);
	}
	if (f->n_types)
		f->default_type = f->types[index < f->n_types ? index : 0].name;
}

/* ---- the message ---- */

static void pack_profile(const struct pq_facts_profile *f, struct pq_buf *to)
{
	/* The order is that of unpack_profile. */
	pq_message_put_int(to, (int64_t)f->kind);
	pq_message_put_text(to, f->file);
	pq_message_put_text(to, f->default_type);
	pq_message_put_int(to, (int64_t)f->n_types);
	for (size_t i = 0; i < f->n_types; i++) {
		pq_message_put_text(to, f->types[i].name);
		pq_message_put_text(to, f->types[i].unit);
		pq_message_put_int(to, f->types[i].total);
	}
	pq_message_put_int(to, (int64_t)f->n_labels);
	for (size_t i = 0; i < f->n_labels; i++) {
		pq_message_put_text(to, f->labels[i].key);
		pq_message_put_int(to, f->labels[i].numeric);
		pq_message_put_int(to, f->labels[i].values);
	}
}

static void pack_one(struct pq_profile *p, size_t n_types,
		     const struct pq_options *o, struct pq_buf *message)
{
	struct pq_facts_profile *f = pq_alloc_zeroed(sizeof(*f));

	f->kind = pq_kind_find(p, n_types);
	/* The title of a page names the main binary. */
	f->file = PQ_TEXT("unknown");
	if (p->mappings.n && pq_string(p, p->mappings.at[0].file).len)
		f->file =
			pq_text_basename(pq_string(p, p->mappings.at[0].file));
	find_types(p, n_types, o, f);
	count_labels(p, f);
	pack_profile(f, message);
	pq_free(f);
}

/* Files in the order of the session, which for a series is that of time. */
static struct pq_text name_of_file(const struct pq_session *s, size_t i)
{
	return pq_text_of(s->joined.p ? s->joined.files[i].name
				      : s->inputs->sources.at[i].name);
}

static void pack_names(const struct pq_session *s, struct pq_buf *message)
{
	size_t n = s->joined.p ? s->joined.n_files : s->inputs->sources.n;

	n = n < PQ_FACTS_NAMES ? n : PQ_FACTS_NAMES;
	pq_message_put_int(message, (int64_t)n);
	for (size_t i = 0; i < n; i++)
		pq_message_put_text(message,
				    pq_text_basename(name_of_file(s, i)));
}

static void pack_notes(const struct pq_facts_notes *notes,
		       struct pq_buf *message)
{
	pq_message_put_int(message, (int64_t)notes->n_left_out);
	pq_message_put_int(message, (int64_t)notes->n);
	pq_buf_text(message, pq_buf_view(&notes->packed));
}

void pq_web_facts_find(struct pq_session *s, const struct pq_options *o,
		       const struct pq_facts_notes *notes,
		       struct pq_buf *message)
{
	size_t n = s->inputs->takes == PQ_TAKES_KINDS ? s->loaded.n : 0;

	n = n < PQ_FACTS_PROFILES ? n : PQ_FACTS_PROFILES;
	pq_message_put_int(message, (int64_t)s->inputs->takes);
	pack_names(s, message);
	pack_notes(notes, message);
	pq_message_put_int(message, n ? (int64_t)n : 1);
	/* Profiles of kinds have types of their own each. */
	for (size_t i = 0; i < n; i++)
		pack_one(s->loaded.at[i], s->loaded.at[i]->sample_types.n, o,
			 message);
	if (!n)
		pack_one(s->profile,
			 s->joined.p ? s->joined.n_types
				     : s->profile->sample_types.n,
			 o, message);
}

/* ---- unpacking ---- */

static void unpack_types(struct pq_facts_profile *f, struct pq_message *m)
{
	for (size_t i = 0; i < f->n_types; i++) {
		f->types[i].name = pq_message_take_text(m);
		f->types[i].unit = pq_message_take_text(m);
		f->types[i].total = pq_message_take_int(m);
	}
}

static void unpack_labels(struct pq_facts_profile *f, struct pq_message *m)
{
	for (size_t i = 0; i < f->n_labels; i++) {
		f->labels[i].key = pq_message_take_text(m);
		f->labels[i].numeric = pq_message_take_int(m) != 0;
		f->labels[i].values = pq_message_take_int(m);
	}
}

/* Counts are checked before anything is stored by them. */
static bool unpack_profile(struct pq_facts_profile *f, struct pq_message *m)
{
	int64_t kind = pq_message_take_int(m);

	f->file = pq_message_take_text(m);
	f->default_type = pq_message_take_text(m);
	f->n_types = pq_message_take_count(m);
	if (kind < PQ_KIND_OTHER || kind > PQ_KIND_CONTENTION ||
	    f->n_types > PQ_FACTS_TYPES)
		return false;
	f->kind = (enum pq_kind)kind;
	unpack_types(f, m);
	f->n_labels = pq_message_take_count(m);
	if (f->n_labels > PQ_FACTS_LABELS)
		return false;
	unpack_labels(f, m);
	return true;
}

static bool unpack_notes(struct pq_web_facts *f, struct pq_message *m)
{
	int64_t left_out = pq_message_take_int(m);

	f->n_notes = pq_message_take_count(m);
	if (left_out < 0 || f->n_notes > PQ_FACTS_NOTES)
		return false;
	f->n_notes_left_out = (size_t)left_out;
	for (size_t i = 0; i < f->n_notes; i++)
		f->notes[i] = pq_message_take_text(m);
	return true;
}

bool pq_web_facts_unpack(struct pq_web_facts *f, struct pq_text message)
{
	struct pq_message m = pq_message_over(message.bytes, message.len);
	int64_t takes;

	memset(f, 0, sizeof(*f));
	takes = pq_message_take_int(&m);
	f->n_names = pq_message_take_count(&m);
	if (takes < PQ_TAKES_ONE || takes > PQ_TAKES_KINDS ||
	    f->n_names > PQ_FACTS_NAMES)
		return false;
	f->takes = (enum pq_takes)takes;
	for (size_t i = 0; i < f->n_names; i++)
		f->names[i] = pq_message_take_text(&m);
	if (!unpack_notes(f, &m))
		return false;
	/* Counts are checked before anything is stored by them. */
	f->n = pq_message_take_count(&m);
	if (!f->n || f->n > PQ_FACTS_PROFILES)
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (!unpack_profile(&f->of[i], &m))
			return false;
	/* A message that has more, or less, is of something else. */
	return pq_message_whole(&m);
}
