#include "profile/merge.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/units.h"
#include "profile/compatible.h"

#include "base/banned.h"

/* The key of a sample: stack and labels, as the tail of a packed record. */
struct stack_key {
	const uint8_t *bytes;
	size_t len;
};

/* A location's number in the result as it stands in a key. */
struct packed_number {
	uint8_t bytes[7];
	uint8_t n; /* bytes; 0: the location is not merged yet */
};

/* The result in the making, and the input being merged into it. */
struct merging {
	struct pq_profile *out;
	struct pq_map strings, mappings, functions, locations, samples;
	PQ_VEC(struct stack_key) keys;
	PQ_VEC(int64_t) values; /* n_columns for each key */
	size_t n_columns;
	/* the merged input's values, and where they are added */
	size_t n_types, first_column;
	uint32_t empty_string_id; /* a second "", for string labels; or 0 */
	PQ_VEC(bool) is_comment;  /* by string id of out */
	struct pq_arena arena;	  /* the bytes of the keys */

	/* per input: the id in out + 1, by position; 0: not merged yet */
	const struct pq_profile *in;
	struct pq_arena remap;
	uint32_t *string_of, *mapping_of, *function_of;
	struct packed_number *location_of;
	int64_t *shift_of; /* by mapping: added to addresses */
	/* The sample that is merged when the next one comes (merge_sample). */
	struct {
		struct stack_key key; /* in scratch[!room]; bytes NULL: none */
		uint64_t hash;
		PQ_VEC(int64_t) values;
	} waiting;
	PQ_VEC(uint8_t) scratch[2];
	unsigned room; /* of scratch, for the next key */
};

/* ---- strings ---- */

static bool same_string(const void *ctx, uint32_t index, const void *key)
{
	const struct merging *m = ctx;

	return pq_text_equal(m->out->strings.at[index],
			     *(const struct pq_text *)key);
}

static uint32_t intern_text(struct merging *m, struct pq_text text)
{
	uint64_t hash = pq_hash_bytes(text.bytes, text.len, 1);
	uint32_t fresh = (uint32_t)m->out->strings.n;
	uint32_t id =
		pq_map_intern(&m->strings, hash, same_string, m, &text, fresh);

	if (id == fresh)
		pq_profile_add_string(m->out,
				      pq_arena_text(&m->out->arena, text));
	return id;
}

/*
 * A label may refer to an empty text by an index that is not 0, which makes
 * it a string label all the same: these texts share an id of their own.
 */
static uint32_t merge_label_string(struct merging *m, uint32_t id)
{
	if (!id)
		return 0;
	if (!pq_string(m->in, id).len) {
		if (!m->empty_string_id)
			m->empty_string_id =
				pq_profile_add_string(m->out, PQ_TEXT(""));
		return m->empty_string_id;
	}
	if (!m->string_of[id])
		m->string_of[id] = intern_text(m, pq_string(m->in, id)) + 1;
	return m->string_of[id] - 1;
}

/* Names compare by content: every empty text is id 0. */
static uint32_t merge_string(struct merging *m, uint32_t id)
{
	return pq_string(m->in, id).len ? merge_label_string(m, id) : 0;
}

static struct pq_value_type merge_type(struct merging *m,
				       struct pq_value_type t)
{
	return (struct pq_value_type){ merge_string(m, t.type),
				       merge_string(m, t.unit) };
}

/* ---- mappings ---- */

struct mapping_key {
	uint64_t size, offset;
	uint32_t build_id_or_file;
};

static struct mapping_key mapping_key(const struct pq_mapping *mapping)
{
	uint64_t size = mapping->limit - mapping->start + 0xfff;

	return (struct mapping_key){ size - size % 0x1000, mapping->offset,
				     mapping->build_id ? mapping->build_id
						       : mapping->file };
}

static bool same_mapping(const void *ctx, uint32_t index, const void *key)
{
	const struct merging *m = ctx;
	struct mapping_key a = mapping_key(&m->out->mappings.at[index]);
	const struct mapping_key *b = key;

	return a.size == b->size && a.offset == b->offset &&
	       a.build_id_or_file == b->build_id_or_file;
}

static uint32_t merge_mapping(struct merging *m, uint32_t position)
{
	struct pq_profile *out = m->out;
	struct pq_mapping mapping;
	struct mapping_key key;
	uint64_t hash;
	uint32_t fresh = (uint32_t)out->mappings.n, id;

	if (position == PQ_NONE)
		return PQ_NONE;
	if (m->mapping_of[position])
		return m->mapping_of[position] - 1;
	/* The key has string ids of the result. */
	mapping = m->in->mappings.at[position];
	mapping.file = merge_string(m, mapping.file);
	mapping.build_id = merge_string(m, mapping.build_id);
	key = mapping_key(&mapping);
	hash = pq_hash_mix(key.size, key.offset);
	hash = pq_hash_mix(hash, key.build_id_or_file);
	id = pq_map_intern(&m->mappings, hash, same_mapping, m, &key, fresh);
	if (id == fresh) {
		mapping.id = out->mappings.n + 1;
		*pq_vec_push(&out->mappings) = mapping;
	}
	/* Equal mappings may lie elsewhere: addresses move along. */
	m->mapping_of[position] = id + 1;
	m->shift_of[position] =
		(int64_t)(out->mappings.at[id].start - mapping.start);
	return id;
}

/* ---- functions ---- */

static bool same_merged_function(const void *ctx, uint32_t index,
				 const void *key)
{
	const struct merging *m = ctx;
	const struct pq_function *a = &m->out->functions.at[index];
	const struct pq_function *b = key;

	return a->name == b->name && a->filename == b->filename &&
	       a->start_line == b->start_line &&
	       a->system_name == b->system_name;
}

static uint32_t merge_function(struct merging *m, uint32_t position)
{
	struct pq_profile *out = m->out;
	struct pq_function f;
	uint64_t hash;
	uint32_t fresh = (uint32_t)out->functions.n, id;

	if (position == PQ_NONE)
		return PQ_NONE;
	if (m->function_of[position])
		return m->function_of[position] - 1;
	/* Ids of the result first: equal functions then have equal fields. */
	f = m->in->functions.at[position];
	f.name = merge_string(m, f.name);
	f.system_name = merge_string(m, f.system_name);
	f.filename = merge_string(m, f.filename);
	hash = pq_hash_mix(f.name, (uint64_t)f.start_line);
	hash = pq_hash_mix(hash, (uint64_t)f.system_name << 32 | f.filename);
	id = pq_map_intern(&m->functions, hash, same_merged_function, m, &f,
			   fresh);
	/* New functions keep the order in which they were met. */
	if (id == fresh) {
		f.id = out->functions.n + 1;
		*pq_vec_push(&out->functions) = f;
		*pq_vec_push(&out->function_order) = fresh;
	}
	m->function_of[position] = id + 1;
	return id;
}

/* ---- locations ---- */

struct location_key {
	uint64_t address; /* from the start of the mapping */
	uint32_t mapping, n_lines;
	const struct pq_line *lines;
	bool folded;
};

static uint64_t relative_address(const struct pq_profile *p, uint64_t address,
				 uint32_t mapping)
{
	return mapping == PQ_NONE ? address
				  : address - p->mappings.at[mapping].start;
}

/*
 * The reference builds its key so that the column of every line but the last
 * is overwritten, and never compared.
 */
static bool same_lines(const struct pq_line *a, const struct pq_line *b,
		       uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (a[i].function != b[i].function || a[i].line != b[i].line ||
		    (i + 1 == n && a[i].column != b[i].column))
			return false;
	return true;
}

static bool same_location(const void *ctx, uint32_t index, const void *key)
{
	const struct merging *m = ctx;
	const struct pq_location *a = &m->out->locations.at[index];
	const struct location_key *b = key;

	return relative_address(m->out, a->address, a->mapping) == b->address &&
	       a->mapping == b->mapping && a->folded == b->folded &&
	       a->n_lines == b->n_lines &&
	       same_lines(pq_location_lines(m->out, a), b->lines, b->n_lines);
}

static uint64_t hash_location(const struct location_key *key)
{
	uint64_t h = pq_hash_mix(key->address, key->mapping);

	for (uint32_t i = 0; i < key->n_lines; i++)
		h = pq_hash_mix(pq_hash_mix(h, (uint64_t)key->lines[i].line),
				key->lines[i].function);
	if (key->n_lines)
		h = pq_hash_mix(h,
				(uint64_t)key->lines[key->n_lines - 1].column);
	return h;
}

static void merge_location(struct merging *m, uint32_t position)
{
	struct pq_profile *out = m->out;
	struct pq_location l = m->in->locations.at[position];
	const struct pq_line *lines =
		pq_location_lines(m->in, &m->in->locations.at[position]);
	uint32_t fresh = (uint32_t)out->locations.n, id, in_mapping = l.mapping;
	size_t first = out->lines.n;
	struct location_key key;

	/* Mapping, address and lines are translated to the result. */
	l.mapping = merge_mapping(m, l.mapping);
	if (in_mapping != PQ_NONE)
		l.address += (uint64_t)m->shift_of[in_mapping];
	for (uint32_t i = 0; i < l.n_lines; i++) {
		struct pq_line line = lines[i];

		line.function = merge_function(m, line.function);
		*pq_vec_push(&out->lines) = line;
	}
	/* The key points at the lines just appended to the result. */
	key.address = relative_address(out, l.address, l.mapping);
	key.mapping = l.mapping;
	key.folded = l.folded;
	key.n_lines = l.n_lines;
	l.first_line = (uint32_t)first;
	key.lines = pq_location_lines(out, &l);
	id = pq_map_intern(&m->locations, hash_location(&key), same_location, m,
			   &key, fresh);
	if (id == fresh) {
		l.id = out->locations.n + 1;
		*pq_vec_push(&out->locations) = l;
		*pq_vec_push(&out->location_order) = fresh;
	} else {
		out->lines.n = first; /* the result has this location already */
	}
	m->location_of[position].n =
		(uint8_t)(pq_varint_put(m->location_of[position].bytes, id) -
			  m->location_of[position].bytes);
}

/*
 * Writes the merged number of a location, as a whole struct: there is room
 * for it, and what is too much is written over.
 */
static inline uint8_t *put_merged_location(struct merging *m, uint8_t *to,
					   uint32_t position)
{
	const struct packed_number *number = &m->location_of[position];

	if (!number->n)
		merge_location(m, position);
	memcpy(to, number, sizeof(*number));
	return to + number->n;
}

/* ---- samples ---- */

static bool same_stack(const void *ctx, uint32_t index, const void *key)
{
	const struct merging *m = ctx;
	const struct stack_key *a = &m->keys.at[index], *b = key;

	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* Room for a key, and for the rest of its last location's struct. */
static size_t key_bytes_most(const struct pq_sample *sample)
{
	size_t most = pq_size_add(PQ_VARINT_MOST + sizeof(struct packed_number),
				  pq_size_mul(sample->n_locations, 5));

	return pq_size_add(most, pq_size_mul(sample->n_labels, PQ_LABEL_MOST));
}

static struct stack_key encode_key(struct merging *m, struct pq_sample *sample)
{
	uint8_t *to, *p;

	pq_vec_reserve(&m->scratch[m->room], key_bytes_most(sample));
	to = m->scratch[m->room].at;
	/* What pq_sample_encode_tail writes, translated to the result. */
	p = pq_varint_put(to, sample->n_locations);
	for (size_t i = 0; i < sample->n_locations; i++)
		p = put_merged_location(m, p, sample->locations[i]);
	pq_labels_sort(m->in, sample->labels, sample->n_labels);
	for (size_t i = 0; i < sample->n_labels; i++) {
		struct pq_label label = sample->labels[i];

		label.key = merge_label_string(m, label.key);
		label.str = merge_label_string(m, label.str);
		label.unit = merge_label_string(m, label.unit);
		p = pq_label_put(p, &label);
	}
	return (struct stack_key){ to, (size_t)(p - to) };
}

/* Adds the values of the sample that waits, if one does, to its stack. */
static void merge_waiting_sample(struct merging *m)
{
	struct stack_key key = m->waiting.key;
	uint32_t fresh = (uint32_t)m->keys.n, id;
	int64_t *to;

	if (!key.bytes)
		return;
	id = pq_map_intern(&m->samples, m->waiting.hash, same_stack, m, &key,
			   fresh);
	/* A new stack keeps its own copy of the key, and begins with zeros. */
	if (id == fresh) {
		key.bytes = pq_arena_copy(&m->arena, key.bytes, key.len);
		*pq_vec_push(&m->keys) = key;
		pq_vec_reach(&m->values, pq_size_mul(m->keys.n, m->n_columns));
	}
	to = m->values.at + (size_t)id * m->n_columns + m->first_column;
	for (size_t i = 0; i < m->n_types; i++)
		to[i] = pq_add(to[i], m->waiting.values.at[i]);
	m->waiting.key.bytes = NULL;
}

/*
 * A sample is merged when the next one comes: until then its place in the map
 * is fetched, which is most of the time that merging large files takes.
 */
static void merge_sample(struct merging *m, struct pq_sample *sample)
{
	struct stack_key key = encode_key(m, sample);
	uint64_t hash = pq_hash_bytes(key.bytes, key.len, 2);

	pq_map_prefetch(&m->samples, hash);
	merge_waiting_sample(m);
	m->waiting.key = key;
	m->waiting.hash = hash;
	pq_vec_reach(&m->waiting.values, m->n_types);
	memcpy(m->waiting.values.at, sample->values,
	       m->n_types * sizeof(*sample->values));
	/* The other room is that of the next sample. */
	m->room = !m->room;
}

static bool all_zero(const int64_t *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (values[i])
			return false;
	return true;
}

static void merge_samples(struct merging *m, const struct pq_profile *in)
{
	struct pq_walk w;

	m->in = in;
	/* The tables of the input before are of no use any more. */
	pq_arena_reset(&m->remap);
	m->string_of = pq_arena_zeroed(&m->remap, in->strings.n * 4);
	m->mapping_of = pq_arena_zeroed(&m->remap, in->mappings.n * 4);
	m->shift_of = pq_arena_zeroed(&m->remap, in->mappings.n * 8);
	m->function_of = pq_arena_zeroed(&m->remap, in->functions.n * 4);
	m->location_of = pq_arena_zeroed(
		&m->remap, in->locations.n * sizeof(*m->location_of));
	/* The main binary stays the first mapping. */
	if (!m->out->mappings.n && in->mappings.n)
		merge_mapping(m, 0);
	pq_walk_begin(&w, &in->samples);
	while (pq_walk_next(&w)) {
		pq_walk_values(&w);
		/* Samples of zeros disappear, with the ids only they use. */
		if (all_zero(w.sample.values, m->n_types))
			continue;
		pq_walk_stack(&w);
		pq_walk_labels(&w);
		merge_sample(m, &w.sample);
	}
	merge_waiting_sample(m);
	pq_walk_end(&w);
}

/* ---- header ---- */

static void merge_comment(struct merging *m, uint32_t id)
{
	struct pq_profile *out = m->out;
	uint32_t mapped = merge_string(m, id);

	while (m->is_comment.n <= mapped)
		*pq_vec_push(&m->is_comment) = false;
	if (m->is_comment.at[mapped])
		return;
	m->is_comment.at[mapped] = true;
	*pq_vec_push(&out->comments) = mapped;
}

/* The first of the times, the longest of the periods; 0 is none. */
static void merge_times(int64_t *to_time, int64_t *to_period, int64_t time,
			int64_t period)
{
	if (!*to_time || time < *to_time)
		*to_time = time;
	if (!*to_period || *to_period < period)
		*to_period = period;
}

static void merge_header(struct merging *m, const struct pq_profile *in,
			 bool first)
{
	struct pq_profile *out = m->out;

	m->in = in;
	pq_arena_reset(&m->remap);
	m->string_of = pq_arena_zeroed(&m->remap, in->strings.n * 4);
	/* Types are equal in all inputs; frame rules are those of the first. */
	if (first) {
		for (size_t i = 0; i < in->sample_types.n; i++) {
			struct pq_value_type t =
				merge_type(m, in->sample_types.at[i]);

			*pq_vec_push(&out->sample_types) = t;
		}
		out->period_type = merge_type(m, in->period_type);
		out->drop_frames = merge_string(m, in->drop_frames);
		out->keep_frames = merge_string(m, in->keep_frames);
	}
	merge_times(&out->time_nanos, &out->period, in->time_nanos, in->period);
	out->duration_nanos = pq_add(out->duration_nanos, in->duration_nanos);
	for (size_t i = 0; i < in->comments.n; i++)
		merge_comment(m, in->comments.at[i]);
	/* The first input that names a default or a page decides. */
	if (!out->default_sample_type)
		out->default_sample_type =
			merge_string(m, in->default_sample_type);
	if (!out->doc_url)
		out->doc_url = merge_string(m, in->doc_url);
}

/* ---- the whole ---- */

static void release_maps(struct merging *m)
{
	pq_map_release(&m->strings);
	pq_map_release(&m->mappings);
	pq_map_release(&m->functions);
	pq_map_release(&m->locations);
	pq_map_release(&m->samples);
}

static void release_merging(struct merging *m)
{
	release_maps(m);
	pq_vec_release(&m->keys);
	pq_vec_release(&m->values);
	pq_vec_release(&m->scratch[0]);
	pq_vec_release(&m->scratch[1]);
	pq_vec_release(&m->waiting.values);
	pq_vec_release(&m->is_comment);
	pq_arena_release(&m->arena);
	pq_arena_release(&m->remap);
}

/* Writes the samples out; false when some of them cancelled to nothing. */
static bool finish_samples(struct merging *m)
{
	struct pq_samples *samples = &m->out->samples;
	bool none_zero = true;

	release_maps(m); /* makes room: samples are held twice below */
	samples->n_values = (unsigned)m->n_columns;
	/* Samples of zeros are written too: the caller merges once more. */
	for (size_t i = 0; i < m->keys.n; i++) {
		const int64_t *values = m->values.at + i * m->n_columns;

		none_zero = none_zero && !all_zero(values, m->n_columns);
		pq_samples_add_tail(samples, values, m->keys.at[i].bytes,
				    m->keys.at[i].len);
	}
	return none_zero;
}

static void begin_merging(struct merging *m, size_t n_types, size_t n_files)
{
	memset(m, 0, sizeof(*m));
	pq_arena_init(&m->arena);
	pq_arena_init(&m->remap);
	m->out = pq_profile_new();
	m->n_types = n_types;
	m->n_columns = pq_size_mul(n_types, n_files);
	intern_text(m, PQ_TEXT("")); /* id 0 */
}

/* There will be about as many as in the largest file, or more. */
static size_t most_samples(struct pq_profile *const *list, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		most = list[i]->samples.n > most ? list[i]->samples.n : most;
	return most;
}

/* Values of files stand apart or are added up; see merge.h. */
struct merge_way {
	bool apart, takes_samples;
};

/*
 * Adds the files up, or, apart, gives each of them columns of its own; the sum
 * has then more values than types.
 */
static struct pq_profile *merge_once(struct pq_profile *const *list, size_t n,
				     size_t n_types, struct merge_way way,
				     bool *again)
{
	struct merging m;

	begin_merging(&m, n_types, way.apart ? n : 1);
	pq_map_reserve(&m.samples, most_samples(list, n));
	pq_vec_reserve(&m.keys, most_samples(list, n));
	for (size_t i = 0; i < n; i++)
		merge_header(&m, list[i], i == 0);
	for (size_t i = 0; i < n; i++) {
		m.first_column = way.apart ? i * m.n_types : 0;
		merge_samples(&m, list[i]);
		if (way.takes_samples)
			pq_samples_release(&list[i]->samples);
	}
	*again = !finish_samples(&m);
	release_merging(&m);
	return m.out;
}

/* The sum has a format only when all files have the same one. */
static void merge_format(struct pq_profile *out, const struct pq_profile *p,
			 bool first)
{
	bool same = first || out->format == p->format;

	out->format = same ? p->format : NULL;
	out->gzipped = same && p->gzipped && (first || out->gzipped);
	out->keeps_recorded_paths = same && p->keeps_recorded_paths &&
				    (first || out->keeps_recorded_paths);
	out->has_zero_labels |= p->has_zero_labels;
}

static struct pq_profile *merge_files(struct pq_profile *const *list, size_t n,
				      struct merge_way way,
				      struct pq_error *err)
{
	size_t n_types = list[0]->sample_types.n;
	struct pq_profile *out;
	bool again;

	for (size_t i = 1; i < n; i++)
		if (!pq_compatible(list[0], list[i], err))
			return NULL;
	out = merge_once(list, n, n_types, way, &again);
	/* Samples that cancelled out may leave locations nobody uses. */
	if (again) {
		struct pq_profile *compact =
			merge_once(&out, 1, way.apart ? n * n_types : n_types,
				   (struct merge_way){ 0 }, &again);

		pq_profile_free(out);
		out = compact;
	}
	for (size_t i = 0; i < n; i++)
		merge_format(out, list[i], i == 0);
	return out;
}

struct pq_profile *pq_merge(struct pq_profile *const *list, size_t n,
			    struct pq_error *err)
{
	return merge_files(list, n, (struct merge_way){ 0 }, err);
}

struct pq_profile *pq_merge_apart(struct pq_profile *const *list, size_t n,
				  bool takes_samples, struct pq_error *err)
{
	return merge_files(list, n, (struct merge_way){ true, takes_samples },
			   err);
}

/* ---- one after another ---- */

struct pq_merger {
	struct merging m;
	bool begun;
	bool in_chunk; /* something was added since the last one's end */
	/*
	 * The times of the chunks before; those of this chunk are in m.out.
	 * Chunks are kept apart because 0 stands for none: one row of all
	 * files would give other times.
	 */
	int64_t time_nanos, period;
};

struct pq_merger *pq_merger_new(void)
{
	return pq_alloc_zeroed(sizeof(struct pq_merger));
}

void pq_merger_free(struct pq_merger *m)
{
	if (m->begun) {
		release_merging(&m->m);
		pq_profile_free(m->m.out);
	}
	pq_free(m);
}

/* False for a type that stands twice, which pq_combine would not keep. */
static bool has_distinct_types(const struct pq_profile *p)
{
	for (size_t i = 0; i < p->sample_types.n; i++)
		for (size_t j = 0; j < i; j++)
			if (pq_text_equal(
				    pq_string(p, p->sample_types.at[i].type),
				    pq_string(p, p->sample_types.at[j].type)))
				return false;
	return p->sample_types.n > 0;
}

static bool fits_merger(const struct pq_merger *m, const struct pq_profile *p)
{
	struct pq_error ignored;

	pq_error_clear(&ignored);
	return m->begun ? pq_compatible(m->m.out, p, &ignored)
			: has_distinct_types(p);
}

static void add_to_merger(struct pq_merger *m, const struct pq_profile *p)
{
	bool first = !m->begun;

	if (first) {
		begin_merging(&m->m, p->sample_types.n, 1);
		pq_map_reserve(&m->m.samples, p->samples.n);
	}
	m->begun = true;
	merge_format(m->m.out, p, first);
	merge_header(&m->m, p, first);
	merge_samples(&m->m, p);
}

bool pq_merger_add(struct pq_merger *m, const struct pq_profile *p)
{
	if (!fits_merger(m, p))
		return false;
	add_to_merger(m, p);
	m->in_chunk = true;
	return true;
}

/* Ends the merging and begins it again with the result as first input. */
static void merge_anew(struct pq_merger *m)
{
	struct pq_profile *so_far = m->m.out;

	finish_samples(&m->m);
	release_merging(&m->m);
	m->begun = false;
	add_to_merger(m, so_far);
	pq_profile_free(so_far);
}

static bool any_zero(const struct merging *m)
{
	for (size_t i = 0; i < m->keys.n; i++)
		if (all_zero(m->values.at + i * m->n_columns, m->n_columns))
			return true;
	return false;
}

void pq_merger_end_chunk(struct pq_merger *m)
{
	struct pq_profile *out = m->m.out;

	if (!m->in_chunk)
		return;
	m->in_chunk = false;
	/* The next chunk begins without times of its own. */
	merge_times(&m->time_nanos, &m->period, out->time_nanos, out->period);
	if (any_zero(&m->m))
		merge_anew(m);
	m->m.out->time_nanos = m->m.out->period = 0;
}

struct pq_profile *pq_merger_finish(struct pq_merger *m)
{
	struct pq_profile *out;

	finish_samples(&m->m);
	release_merging(&m->m);
	out = m->m.out;
	out->time_nanos = m->time_nanos;
	out->period = m->period;
	pq_free(m);
	return out;
}

struct pq_profile *pq_combine(struct pq_profile **list, size_t n,
			      struct pq_error *err)
{
	if (!pq_common_types(list, n, err))
		return NULL;
	if (n == 1)
		return list[0];
	if (!pq_common_units(list, n, err))
		return NULL;
	return pq_merge(list, n, err);
}
