/*
 * label_frames.c - tagroot and tagleaf: the values of labels as frames.
 * pq_add_label_frames is declared in filter.h.
 */
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/units.h"
#include "profile/filter.h"

#include "base/banned.h"

struct frames {
	struct pq_profile *p;
	struct pq_text output_unit;
	PQ_VEC(struct pq_text) root_keys, leaf_keys;
	bool root_matched, leaf_matched;

	/* frames made so far: locations from first_made on, by name and key */
	struct pq_map made;
	size_t first_made;
	uint64_t next_location_id, next_function_id;

	PQ_VEC(uint32_t) stack;
	struct pq_buf name;
};

struct frame_key {
	struct pq_text name, filename;
};

static struct frame_key key_of_frame(const struct pq_profile *p, size_t at)
{
	const struct pq_line *line = pq_location_lines(p, &p->locations.at[at]);
	/* Frames of labels are made below, always with a function. */
	const struct pq_function *f = &p->functions.at[line->function];

	return (struct frame_key){ pq_string(p, f->name),
				   pq_string(p, f->filename) };
}

static bool same_made_frame(const void *ctx, uint32_t index, const void *key)
{
	const struct frames *f = ctx;
	struct frame_key a = key_of_frame(f->p, f->first_made + index);
	const struct frame_key *b = key;

	return pq_text_equal(a.name, b->name) &&
	       pq_text_equal(a.filename, b->filename);
}

static uint32_t intern_frame(struct frames *f, struct pq_text filename)
{
	struct pq_profile *p = f->p;
	struct frame_key key = { pq_buf_view(&f->name), filename };
	uint64_t hash = pq_hash_bytes(key.name.bytes, key.name.len, 3);
	uint32_t fresh = (uint32_t)(p->locations.n - f->first_made), id;
	struct pq_location l = { .mapping = PQ_NONE, .n_lines = 1 };
	struct pq_function function = { 0 };
	struct pq_line line = { 0 };

	hash = pq_hash_mix(hash,
			   pq_hash_bytes(filename.bytes, filename.len, 4));
	/* Another sample may have made the frame of this name and key. */
	id = pq_map_intern(&f->made, hash, same_made_frame, f, &key, fresh);
	if (id != fresh)
		return (uint32_t)(f->first_made + id);
	/* A new frame is a function, a line and a location of its own. */
	function.id = f->next_function_id++;
	function.name = pq_profile_copy_string(p, key.name);
	function.filename = pq_profile_copy_string(p, filename);
	line.function = (uint32_t)p->functions.n;
	*pq_vec_push(&p->functions) = function;
	*pq_vec_push(&p->function_order) = line.function;
	l.id = f->next_location_id++;
	l.first_line = (uint32_t)p->lines.n;
	*pq_vec_push(&p->lines) = line;
	*pq_vec_push(&p->location_order) = (uint32_t)p->locations.n;
	*pq_vec_push(&p->locations) = l;
	return (uint32_t)(p->locations.n - 1);
}

static void separate_value(struct frames *f, bool *first)
{
	if (!*first)
		pq_buf_char(&f->name, ',');
	*first = false;
}

/* True when a key's numbers are shown in a unit. */
static bool key_has_units(const struct frames *f,
			  const struct pq_sample *sample, struct pq_text key)
{
	for (size_t i = 0; i < sample->n_labels; i++)
		if (!sample->labels[i].str && sample->labels[i].unit &&
		    pq_text_equal(pq_string(f->p, sample->labels[i].key), key))
			return true;
	return false;
}

/* Puts the values of a key into f->name; false when the sample has none. */
static bool join_label_values(struct frames *f, const struct pq_sample *sample,
			      struct pq_text key)
{
	bool first = true, with_unit = key_has_units(f, sample, key);
	struct pq_text none = PQ_TEXT("");

	pq_buf_clear(&f->name);
	/* String values come first, then numbers, as in the reference. */
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *l = &sample->labels[i];

		if (!l->str || !pq_text_equal(pq_string(f->p, l->key), key))
			continue;
		separate_value(f, &first);
		pq_buf_text(&f->name, pq_string(f->p, l->str));
	}
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *l = &sample->labels[i];

		if (l->str || !pq_text_equal(pq_string(f->p, l->key), key))
			continue;
		separate_value(f, &first);
		if (with_unit)
			pq_unit_label(&f->name, l->num,
				      pq_string(f->p, l->unit), f->output_unit);
		else
			pq_unit_label(&f->name, l->num, none, none);
	}
	return !first;
}

static bool add_label_frames(void *ctx, struct pq_sample *sample)
{
	struct frames *f = ctx;
	size_t roots = f->root_keys.n, leaves = f->leaf_keys.n;
	size_t n = pq_size_add(sample->n_locations, roots + leaves);

	/* The stack becomes leaf frames, the old stack, root frames. */
	pq_vec_reserve(&f->stack, n);
	if (sample->n_locations)
		memcpy(f->stack.at + leaves, sample->locations,
		       sample->n_locations * sizeof(uint32_t));
	/* Ids count from the last key to the first, root first. */
	for (size_t i = roots; i--;) {
		struct pq_text key = f->root_keys.at[i];

		f->root_matched |= join_label_values(f, sample, key);
		f->stack.at[leaves + sample->n_locations + (roots - 1 - i)] =
			intern_frame(f, key);
	}
	/* The first key is nearest to the old stack. */
	for (size_t i = leaves; i--;) {
		struct pq_text key = f->leaf_keys.at[i];

		f->leaf_matched |= join_label_values(f, sample, key);
		f->stack.at[leaves - 1 - i] = intern_frame(f, key);
	}
	sample->locations = f->stack.at;
	sample->n_locations = n;
	return true;
}

static void find_free_ids(struct frames *f)
{
	for (size_t i = 0; i < f->p->locations.n; i++)
		if (f->p->locations.at[i].id >= f->next_location_id)
			f->next_location_id = f->p->locations.at[i].id + 1;
	for (size_t i = 0; i < f->p->functions.n; i++)
		if (f->p->functions.at[i].id >= f->next_function_id)
			f->next_function_id = f->p->functions.at[i].id + 1;
}

static void split_keys(struct pq_text text, struct pq_text **at, size_t *n)
{
	PQ_VEC(struct pq_text) keys = { 0 };
	size_t start = 0;

	while (text.len && start <= text.len) {
		size_t end = pq_text_find(text, start, ",");

		if (end > start)
			*pq_vec_push(&keys) = pq_text_slice(text, start, end);
		start = end + 1;
	}
	*at = keys.at;
	*n = keys.n;
}

static void free_label_frames(void *frames)
{
	struct frames *f = frames;

	pq_vec_release(&f->root_keys);
	pq_vec_release(&f->leaf_keys);
	pq_vec_release(&f->stack);
	pq_buf_release(&f->name);
	pq_map_release(&f->made);
	pq_free(f);
}

void pq_add_label_frames(struct pq_profile *p, struct pq_text tagroot,
			 struct pq_text tagleaf, struct pq_text output_unit,
			 struct pq_log *log)
{
	struct frames *f = pq_alloc_zeroed(sizeof(*f));
	bool kept = false;

	f->p = p;
	f->output_unit = output_unit;
	split_keys(tagroot, &f->root_keys.at, &f->root_keys.n);
	split_keys(tagleaf, &f->leaf_keys.at, &f->leaf_keys.n);
	/* Locations from here on are made by this function. */
	f->first_made = p->locations.n;
	f->next_location_id = f->next_function_id = 1;
	find_free_ids(f);
	/* Samples that are read again make the same frames in each walk. */
	if (f->root_keys.n || f->leaf_keys.n)
		kept = pq_samples_edit(&p->samples, p->samples.n_values,
				       add_label_frames, f, free_label_frames);
	if (tagroot.len && !f->root_matched)
		pq_log_say(log, "TagRoot expression matched no samples");
	if (tagleaf.len && !f->leaf_matched)
		pq_log_say(log, "TagLeaf expression matched no samples");
	if (!kept)
		free_label_frames(f);
}
