#include "profile/samples.h"

#include <string.h>

#include "base/mem.h"
#include "base/sanitized.h"
#include "base/units.h"

#include "base/banned.h"

/* Chunks double up to the full size, so that few samples cost little. */
#define FIRST_BYTES ((size_t)(PQ_FUZZED ? 64 : 16 << 10))
#define CHUNK_BYTES ((size_t)(PQ_FUZZED ? 4 << 10 : 1 << 20))

struct pq_chunk {
	struct pq_chunk *next;
	size_t used, capacity;
	/* Stores that hold it and all after it; counted in the first only. */
	unsigned users;
	uint8_t bytes[];
};

/* An edit of samples that are made again; clones share earlier steps. */
struct pq_sample_step {
	struct pq_sample_step *before;
	unsigned users; /* later steps, and stores that end with it */
	unsigned n_values;
	pq_sample_edit *edit;
	void *ctx;
	void (*release)(void *ctx);
};

/*
 * The records that a clone has a share in.  An unwinding frees the clone but not what it
 * shares with a store that is older than the guard: the counts must go down.
 */
struct pq_sample_share {
	struct pq_chunk *chunks; /* NULL: none, or no longer */
	struct pq_sample_source *source;
	struct pq_sample_step *steps; /* the newest one when it was cloned */
	struct pq_cleanup cleanup;
};

static void drop_chunks(struct pq_chunk *first)
{
	if (!first || --first->users)
		return;
	while (first) {
		struct pq_chunk *next = first->next;

		pq_free(first);
		first = next;
	}
}

static void forget_chunks(struct pq_samples *s)
{
	s->first = s->last = NULL;
	if (s->share)
		s->share->chunks = NULL;
}

static void free_chunks(struct pq_samples *s)
{
	drop_chunks(s->first);
	forget_chunks(s);
	s->held_bytes = 0;
}

static void drop_edit_steps(struct pq_sample_step *step)
{
	while (step && !--step->users) {
		struct pq_sample_step *before = step->before;

		if (step->release)
			step->release(step->ctx);
		pq_free(step);
		step = before;
	}
}

static void drop_source(struct pq_sample_source *source)
{
	if (source && !--source->stores)
		source->release(source);
}

static void drop_unwound_share(void *arg)
{
	struct pq_sample_share *share = arg;

	drop_chunks(share->chunks);
	drop_edit_steps(share->steps);
	drop_source(share->source);
}

void pq_samples_release(struct pq_samples *s)
{
	free_chunks(s);
	drop_edit_steps(s->steps);
	drop_source(s->source);
	if (s->share)
		pq_cleanup_remove(&s->share->cleanup);
	pq_free(s->share);
	pq_free(s->totals);
	pq_free(s->noted);
	memset(s, 0, sizeof(*s));
}

static int64_t *copy_totals(const int64_t *totals, unsigned n_values)
{
	int64_t *copy;

	if (!totals)
		return NULL;
	copy = pq_alloc(pq_size_mul((size_t)n_values + 1, sizeof(*copy)));
	memcpy(copy, totals, n_values * sizeof(*copy));
	return copy;
}

/* The counts go up after the last allocation: nothing has to go back then. */
static void take_share(struct pq_samples *to)
{
	struct pq_sample_share *share = pq_alloc(sizeof(*share));

	share->chunks = to->first;
	share->source = to->source;
	share->steps = to->steps;
	if (to->first) {
		to->first->users++;
		to->last->capacity = to->last->used; /* see add_chunk */
	}
	if (to->source)
		to->source->stores++;
	if (to->steps)
		to->steps->users++;
	to->share = share;
	pq_cleanup_add(&share->cleanup, drop_unwound_share, share);
}

void pq_samples_clone(struct pq_samples *to, const struct pq_samples *from)
{
	struct pq_samples copy = { .first = from->first,
				   .last = from->last,
				   .n = from->n,
				   .n_values = from->n_values,
				   .held_bytes = from->held_bytes,
				   .source = from->source,
				   .steps = from->steps };

	copy.totals = copy_totals(from->totals, from->n_values);
	copy.noted = copy_totals(from->noted, from->n_values);
	take_share(&copy);
	*to = copy;
}

/* Replaces chunks that another store reads, too, by copies. */
static void own_chunks(struct pq_samples *s)
{
	struct pq_chunk *first = NULL, **end = &first, *last = NULL;

	for (const struct pq_chunk *c = s->first; c; c = c->next) {
		last = pq_alloc(sizeof(*c) + c->used);
		memcpy(last, c, sizeof(*c) + c->used);
		last->users = 1;
		last->next = NULL;
		*end = last;
		end = &last->next;
	}
	drop_chunks(s->first);
	forget_chunks(s);
	s->first = first;
	s->last = last;
}

static void add_chunk(struct pq_samples *s, size_t bytes)
{
	struct pq_chunk *c = s->last;
	size_t size = CHUNK_BYTES;

	pq_free(s->noted);
	s->noted = NULL;
	/* Sharing takes the room of the last chunk, so that it is seen here. */
	if (c && s->first->users > 1) {
		own_chunks(s);
		c = s->last;
	}
	/* The next chunk is twice as large, up to the full size. */
	if (!c)
		size = FIRST_BYTES;
	else if (c->capacity < CHUNK_BYTES / 2)
		size = c->capacity < FIRST_BYTES ? FIRST_BYTES
						 : c->capacity * 2;
	if (size < bytes)
		size = bytes;
	/* A record never spans two chunks. */
	c = pq_alloc(pq_size_add(sizeof(*c), size));
	c->next = NULL;
	c->used = 0;
	c->capacity = size;
	c->users = 1;
	if (s->last)
		s->last->next = c;
	else
		s->first = c;
	s->last = c;
}

/* Room behind the last record; nearly always in the last chunk. */
static inline uint8_t *reserve_record(struct pq_samples *s, size_t bytes)
{
	if (!s->last || bytes > s->last->capacity - s->last->used)
		add_chunk(s, bytes);
	return s->last->bytes + s->last->used;
}

uint8_t *pq_label_put(uint8_t *p, const struct pq_label *label)
{
	bool numeric = !label->str;

	p = pq_varint_put(p, (uint64_t)label->key << 1 | numeric);
	if (!numeric)
		return pq_varint_put(p, label->str);
	p = pq_varint_put(p, pq_zigzag(label->num));
	return pq_varint_put(p, label->unit);
}

uint8_t *pq_sample_encode_tail(uint8_t *p, const struct pq_sample *sample)
{
	p = pq_varint_put(p, sample->n_locations);
	for (size_t i = 0; i < sample->n_locations; i++)
		p = pq_varint_put(p, sample->locations[i]);
	for (size_t i = 0; i < sample->n_labels; i++)
		p = pq_label_put(p, &sample->labels[i]);
	return p;
}

static uint8_t *pack_values(uint8_t *p, const int64_t *values, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		p = pq_varint_put(p, pq_zigzag(values[i]));
	return p;
}

/* Bytes at most of a length, the values and a tail of tail_bytes. */
static size_t record_bytes_most(unsigned n_values, size_t tail_bytes)
{
	return pq_size_add(pq_size_mul((size_t)n_values + 1, PQ_VARINT_MOST),
			   tail_bytes);
}

/* Room that pq_sample_encode_tail needs. */
static size_t tail_bytes_most(const struct pq_sample *sample)
{
	/* 5 bytes hold any varint of 32 bits. */
	size_t most = pq_size_add(PQ_VARINT_MOST,
				  pq_size_mul(sample->n_locations, 5));

	return pq_size_add(most, pq_size_mul(sample->n_labels, PQ_LABEL_MOST));
}

/*
 * A record is written with one byte set aside for its length, which is moved
 * along in the rare case that it needs more.
 */
static uint8_t *begin_record(struct pq_samples *s, const int64_t *values,
			     size_t tail_bytes)
{
	uint8_t *p =
		reserve_record(s, record_bytes_most(s->n_values, tail_bytes)) +
		1;

	return pack_values(p, values, s->n_values);
}

static void end_record(struct pq_samples *s, const uint8_t *end)
{
	uint8_t *record = s->last->bytes + s->last->used;
	size_t length = (size_t)(end - (record + 1));
	uint8_t head[PQ_VARINT_MOST];
	size_t head_bytes = (size_t)(pq_varint_put(head, length) - head);

	/* The record moves along when its length needs more than one byte. */
	if (head_bytes > 1)
		memmove(record + head_bytes, record + 1, length);
	memcpy(record, head, head_bytes);
	s->last->used += head_bytes + length;
	s->held_bytes += head_bytes + length;
	s->n++;
}

void pq_samples_add(struct pq_samples *s, const struct pq_sample *sample)
{
	uint8_t *p = begin_record(s, sample->values, tail_bytes_most(sample));

	end_record(s, pq_sample_encode_tail(p, sample));
}

void pq_samples_add_tail(struct pq_samples *s, const int64_t *values,
			 const uint8_t *tail, size_t tail_bytes)
{
	uint8_t *p = begin_record(s, values, tail_bytes);

	memcpy(p, tail, tail_bytes);
	end_record(s, p + tail_bytes);
}

static uint8_t *append_bytes(uint8_t *to, const uint8_t *from, size_t n)
{
	if (n)
		memcpy(to, from, n);
	return to + n;
}

/* The highest bits of the 8 bytes at p that end a varint, the first lowest. */
static inline uint64_t varint_ends(const uint8_t *p)
{
	/* Spelt out, compilers make one load of it. */
	uint64_t bytes = (uint64_t)p[0] | (uint64_t)p[1] << 8 |
			 (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
			 (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 |
			 (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;

	return ~bytes & 0x8080808080808080;
}

/*
 * Returns the byte after n varints of a record, which goes on to `end`.  Their
 * lengths vary without a rule: ends are counted in eight bytes at a time, as a
 * loop over each of them is foretold wrongly at each.
 */
static inline const uint8_t *skip_varints(const uint8_t *p, const uint8_t *end,
					  unsigned n)
{
	while (n && end - p >= 8) {
		uint64_t ends = varint_ends(p);

		for (; n > 1 && ends; n--)
			ends &= ends - 1;
		if (ends)
			return p + __builtin_ctzll(ends) / 8 + 1;
		p += 8;
	}
	while (n--)
		while (*p++ >= 0x80)
			continue;
	return p;
}

/* Adds a sample's values to the totals. */
static void add_to_totals(struct pq_samples *s, const uint8_t *values)
{
	for (unsigned i = 0; i < s->n_values; i++) {
		uint64_t value;

		values = pq_varint_take(values, &value);
		s->totals[i] = pq_add(s->totals[i], pq_abs(pq_unzigzag(value)));
	}
}

/* A packed sample as it stands in a record, behind the length. */
static inline uint8_t *append_packed(uint8_t *p, const struct pq_packed *from)
{
	p = append_bytes(p, from->values, from->values_bytes);
	p = pq_varint_put(p, from->n_locations);
	p = append_bytes(p, from->locations, from->locations_bytes);
	return append_bytes(p, from->labels, from->labels_bytes);
}

static void hold_packed(struct pq_samples *s, const struct pq_packed *from)
{
	uint8_t n[PQ_VARINT_MOST];
	size_t n_bytes = (size_t)(pq_varint_put(n, from->n_locations) - n);
	size_t length = pq_size_add(n_bytes + from->values_bytes,
				    pq_size_add(from->locations_bytes,
						from->labels_bytes));
	uint8_t *record =
		reserve_record(s, pq_size_add(PQ_VARINT_MOST, length));
	uint8_t *p = append_packed(pq_varint_put(record, length), from);

	s->last->used += (size_t)(p - record);
	s->held_bytes += (size_t)(p - record);
}

void pq_samples_add_packed(struct pq_samples *s, const struct pq_packed *from)
{
	if (s->totals)
		add_to_totals(s, from->values);
	else
		hold_packed(s, from);
	s->n++;
}

void pq_samples_stop_holding(struct pq_samples *s)
{
	int64_t *totals =
		pq_alloc(pq_size_mul((size_t)s->n_values + 1, sizeof(*totals)));

	for (unsigned i = 0; i < s->n_values; i++)
		totals[i] = pq_samples_total(s, i);
	s->totals = totals;
	free_chunks(s);
}

/* A record taken apart without decoding it. */
static struct pq_packed split_record(const struct pq_walk *w)
{
	struct pq_packed packed = { .values = w->at.at };
	const uint8_t *p = skip_varints(w->at.at, w->at.end, w->n_values);
	uint64_t n;

	packed.values_bytes = (size_t)(p - packed.values);
	packed.locations = pq_varint_take(p, &n);
	packed.n_locations = (size_t)n;
	packed.labels = packed.locations;
	/* The stack is passed over by number, the labels are the rest. */
	for (; n; n--)
		packed.labels = skip_varints(packed.labels, w->at.end, 1);
	packed.locations_bytes = (size_t)(packed.labels - packed.locations);
	packed.labels_bytes = (size_t)(w->at.end - packed.labels);
	return packed;
}

bool pq_samples_observe(const struct pq_samples *s, const struct pq_profile *p,
			struct pq_sample_observer *observer)
{
	bool wanted = true;
	struct pq_walk w;

	pq_walk_begin(&w, s);
	while (wanted && pq_walk_next(&w)) {
		struct pq_packed packed = split_record(&w);

		wanted = observer->see(observer, p, &packed);
	}
	pq_walk_end(&w);
	return wanted;
}

void pq_samples_set_source(struct pq_samples *s,
			   struct pq_sample_source *source)
{
	source->n_values = s->n_values;
	source->stores = 1;
	s->source = source;
}

/* Lists the edits of a store; returns the most values a step has. */
static unsigned list_edit_steps(struct pq_walk *w, const struct pq_samples *s)
{
	unsigned most = s->n_values;
	size_t n = 0;

	if (s->source->n_values > most)
		most = s->source->n_values;
	for (struct pq_sample_step *p = s->steps; p; p = p->before)
		n++;
	pq_vec_reserve(&w->steps, n);
	w->steps.n = n;
	/* The list is linked from the newest: it is filled from its end. */
	for (struct pq_sample_step *p = s->steps; p; p = p->before) {
		w->steps.at[--n] = p;
		if (p->n_values > most)
			most = p->n_values;
	}
	return most;
}

void pq_walk_begin(struct pq_walk *w, const struct pq_samples *s)
{
	unsigned most = s->n_values;

	memset(w, 0, sizeof(*w));
	w->chunk = s->first;
	w->n_values = s->n_values;
	w->next = w->chunk ? w->chunk->bytes : NULL;
	/* Steps may have more values than the store has in the end. */
	if (s->source)
		most = list_edit_steps(w, s);
	w->sample.values = pq_alloc_zeroed(
		pq_size_mul((size_t)most + 1, sizeof(*w->sample.values)));
	if (s->source) {
		w->source = s->source;
		w->source->begin(w->source);
	}
}

void pq_walk_end(struct pq_walk *w)
{
	if (w->source)
		w->source->end(w->source);
	pq_vec_release(&w->record);
	pq_vec_release(&w->steps);
	pq_free(w->sample.values);
	pq_free(w->sample.locations);
	pq_free(w->sample.labels);
	memset(w, 0, sizeof(*w));
}

static void begin_walk_record(struct pq_walk *w)
{
	uint64_t length;
	const uint8_t *p = pq_varint_take(w->next, &length);

	w->at = (struct pq_cursor){ p, p + length, false };
	w->next = p + length;
}

/* Writes a sample that was made again as it would stand in a store. */
static void write_reread_record(struct pq_walk *w, const struct pq_packed *from)
{
	size_t length = pq_size_add(PQ_VARINT_MOST + from->values_bytes,
				    pq_size_add(from->locations_bytes,
						from->labels_bytes));

	pq_vec_reserve(&w->record, length);
	w->at.end = append_packed(w->record.at, from);
	w->at.at = w->record.at;
	w->at.bad = false;
}

/* Replaces the record by its edited form; false when an edit drops it. */
static bool run_edit_steps(struct pq_walk *w)
{
	unsigned n_values = w->n_values;
	struct pq_sample sample;
	uint8_t *p;

	/* The record at hand has the columns of the source. */
	w->n_values = w->source->n_values;
	pq_walk_all(w);
	w->n_values = n_values;
	sample = w->sample;
	for (size_t i = 0; i < w->steps.n; i++)
		if (!w->steps.at[i]->edit(w->steps.at[i]->ctx, &sample))
			return false;
	/* The edited sample takes the place of its record. */
	pq_vec_reserve(&w->record,
		       record_bytes_most(n_values, tail_bytes_most(&sample)));
	p = pack_values(w->record.at, sample.values, n_values);
	p = pq_sample_encode_tail(p, &sample);
	w->at = (struct pq_cursor){ w->record.at, p, false };
	return true;
}

static bool reread_next(struct pq_walk *w)
{
	struct pq_packed packed;

	while (w->source->next(w->source, &packed)) {
		write_reread_record(w, &packed);
		if (!w->steps.n || run_edit_steps(w))
			return true;
	}
	return false;
}

bool pq_walk_next(struct pq_walk *w)
{
	if (w->source)
		return reread_next(w);
	/* Empty chunks are passed over. */
	while (w->chunk) {
		const uint8_t *end = w->chunk->bytes + w->chunk->used;

		if (w->next < end) {
			begin_walk_record(w);
			return true;
		}
		w->chunk = w->chunk->next;
		w->next = w->chunk ? w->chunk->bytes : NULL;
	}
	return false;
}

void pq_walk_values(struct pq_walk *w)
{
	for (unsigned i = 0; i < w->n_values; i++)
		w->sample.values[i] = pq_unzigzag(pq_cursor_varint(&w->at));
}

int64_t pq_walk_value(struct pq_walk *w, unsigned index)
{
	const uint8_t *p = skip_varints(w->at.at, w->at.end, index);
	uint64_t value;

	p = pq_varint_take(p, &value);
	w->at.at = skip_varints(p, w->at.end, w->n_values - index - 1);
	return pq_unzigzag(value);
}

void pq_walk_pass_values(struct pq_walk *w)
{
	w->at.at = skip_varints(w->at.at, w->at.end, w->n_values);
}

/* A location number of four bytes and more. */
static const uint8_t *take_long_number(const uint8_t *p, uint32_t *number)
{
	uint32_t v = 0;
	unsigned shift = 0;

	do
		v |= (uint32_t)(*p & 0x7f) << shift;
	while (shift += 7, *p++ >= 0x80);
	*number = v;
	return p;
}

void pq_walk_stack(struct pq_walk *w)
{
	size_t n = pq_cursor_varint(&w->at);
	const uint8_t *p = w->at.at;
	uint32_t *to;

	if (n > w->location_capacity) {
		w->sample.locations = pq_vec_grow(w->sample.locations,
						  &w->location_capacity, n,
						  sizeof(uint32_t));
	}
	to = w->sample.locations;
	/* This program wrote the record: no bounds need checking. */
	for (size_t i = 0; i < n; i++) {
		uint32_t v = p[0];

		if (v < 0x80) {
			p += 1;
		} else if (p[1] < 0x80) {
			v = (v & 0x7f) | (uint32_t)p[1] << 7;
			p += 2;
		} else if (p[2] < 0x80) {
			v = (v & 0x7f) | (uint32_t)(p[1] & 0x7f) << 7 |
			    (uint32_t)p[2] << 14;
			p += 3;
		} else {
			p = take_long_number(p, &v);
		}
		to[i] = v;
	}
	w->at.at = p;
	w->sample.n_locations = n;
}

void pq_walk_labels(struct pq_walk *w)
{
	size_t n = 0;

	while (w->at.at < w->at.end) {
		uint64_t key = pq_cursor_varint(&w->at);
		struct pq_label label = { (uint32_t)(key >> 1), 0, 0, 0 };

		/* The lowest bit of the key is set for numbers. */
		if (key & 1) {
			label.num = pq_unzigzag(pq_cursor_varint(&w->at));
			label.unit = (uint32_t)pq_cursor_varint(&w->at);
		} else {
			label.str = (uint32_t)pq_cursor_varint(&w->at);
		}
		if (n == w->label_capacity) {
			w->sample.labels = pq_vec_grow(w->sample.labels,
						       &w->label_capacity,
						       n + 1, sizeof(label));
		}
		w->sample.labels[n++] = label;
	}
	w->sample.n_labels = n;
}

/*
 * The totals that need no walk, n_values of them: without a sample, nobody
 * knows yet how many values each has.  NULL: there are none.
 */
static const int64_t *known_totals(const struct pq_samples *s)
{
	return s->totals ? s->totals : s->noted;
}

int64_t pq_samples_total(const struct pq_samples *s, unsigned index)
{
	const int64_t *known = known_totals(s);
	int64_t total = 0;

	if (known)
		return index < s->n_values ? known[index] : 0;
	for (const struct pq_chunk *c = s->first; c; c = c->next) {
		const uint8_t *p = c->bytes, *end = p + c->used;

		/* Only the one value of each record is decoded. */
		while (p < end) {
			uint64_t length, value;

			p = pq_varint_take(p, &length);
			pq_varint_take(skip_varints(p, p + length, index),
				       &value);
			total = pq_add(total, pq_abs(pq_unzigzag(value)));
			p += length;
		}
	}
	return total;
}

void pq_samples_totals(const struct pq_samples *s, unsigned n, int64_t *totals)
{
	const int64_t *known = known_totals(s);

	memset(totals, 0, n * sizeof(*totals));
	if (known) {
		memcpy(totals, known,
		       (n < s->n_values ? n : s->n_values) * sizeof(*totals));
		return;
	}
	for (const struct pq_chunk *c = s->first; c; c = c->next) {
		const uint8_t *p = c->bytes, *end = p + c->used;

		while (p < end) {
			const uint8_t *values;
			uint64_t length, value;

			values = p = pq_varint_take(p, &length);
			for (unsigned i = 0; i < n; i++) {
				values = pq_varint_take(values, &value);
				totals[i] = pq_add(totals[i],
						   pq_abs(pq_unzigzag(value)));
			}
			p += length;
		}
	}
}

void pq_samples_note_totals(struct pq_samples *s)
{
	int64_t *totals;

	if (known_totals(s))
		return;
	totals =
		pq_alloc(pq_size_mul((size_t)s->n_values + 1, sizeof(*totals)));
	pq_samples_totals(s, s->n_values, totals);
	s->noted = totals;
	/* Without room, the next sample is seen by add_chunk. */
	if (s->last)
		s->last->capacity = s->last->used;
}

void pq_walk_all(struct pq_walk *w)
{
	pq_walk_values(w);
	pq_walk_stack(w);
	pq_walk_labels(w);
}

/* Returns what is the first one then. */
static struct pq_chunk *free_first_chunk(struct pq_samples *s)
{
	struct pq_chunk *next = s->first->next;

	pq_free(s->first);
	if (next)
		next->users = 1;
	s->first = next;
	if (s->share)
		s->share->chunks = next;
	return next;
}

/* Adds what an edit makes of the sample at hand. */
static void add_edited(struct pq_samples *to, struct pq_walk *w,
		       pq_sample_edit *edit, void *ctx)
{
	struct pq_sample sample;

	pq_walk_all(w);
	sample = w->sample;
	if (edit(ctx, &sample))
		pq_samples_add(to, &sample);
}

/* The same for values alone: the stack is copied as it stands there. */
static void add_revalued(struct pq_samples *to, struct pq_walk *w,
			 pq_sample_edit *edit, void *ctx)
{
	struct pq_sample sample;
	const uint8_t *stack, *end;
	uint64_t n;

	pq_walk_values(w);
	sample = w->sample;
	if (!edit(ctx, &sample))
		return;
	stack = w->at.at;
	for (end = pq_varint_take(stack, &n); n; n--)
		end = skip_varints(end, w->at.end, 1);
	pq_samples_add_tail(to, sample.values, stack, (size_t)(end - stack));
}

typedef void add_sample_fn(struct pq_samples *to, struct pq_walk *w,
			   pq_sample_edit *edit, void *ctx);

static void rewrite_samples(struct pq_samples *s, unsigned n_values,
			    add_sample_fn *add, pq_sample_edit *edit, void *ctx)
{
	struct pq_samples fresh = { .n_values = n_values };
	bool is_shared = s->first && s->first->users > 1;
	struct pq_chunk *done = s->first;
	struct pq_walk w;

	pq_walk_begin(&w, s);
	/* An edit may write more values in place than a record had. */
	if (n_values > s->n_values)
		w.sample.values =
			pq_realloc(w.sample.values,
				   pq_size_mul(n_values, sizeof(int64_t)));
	while (pq_walk_next(&w)) {
		/* Chunks that the walk has left are freed at once. */
		while (!is_shared && done != w.chunk)
			done = free_first_chunk(s);
		add(&fresh, &w, edit, ctx);
	}
	pq_walk_end(&w);
	pq_samples_release(s);
	*s = fresh;
}

void pq_samples_rewrite(struct pq_samples *s, unsigned n_values,
			pq_sample_edit *edit, void *ctx)
{
	rewrite_samples(s, n_values, add_edited, edit, ctx);
}

void pq_samples_revalue(struct pq_samples *s, unsigned n_values,
			pq_sample_edit *edit, void *ctx)
{
	rewrite_samples(s, n_values, add_revalued, edit, ctx);
}

/* Counts samples and totals anew, by one walk through all steps. */
static void count_all_samples(struct pq_samples *s)
{
	struct pq_walk w;

	pq_free(s->totals);
	s->totals = pq_alloc_zeroed(
		pq_size_mul((size_t)s->n_values + 1, sizeof(*s->totals)));
	s->n = 0;
	pq_walk_begin(&w, s);
	for (; pq_walk_next(&w); s->n++)
		add_to_totals(s, w.at.at);
	pq_walk_end(&w);
}

bool pq_samples_edit(struct pq_samples *s, unsigned n_values,
		     pq_sample_edit *edit, void *ctx, void (*release)(void *))
{
	struct pq_sample_step *step;

	if (!s->source) {
		pq_samples_rewrite(s, n_values, edit, ctx);
		return false;
	}
	/* The store keeps the edit for each later walk. */
	step = pq_alloc(sizeof(*step));
	step->before = s->steps;
	step->users = 1;
	step->n_values = n_values;
	step->edit = edit;
	step->ctx = ctx;
	step->release = release;
	s->steps = step;
	s->n_values = n_values;
	/* One walk now tells how many samples are left. */
	count_all_samples(s);
	return true;
}
