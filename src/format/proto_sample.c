/*
 * proto_sample.c - samples of profile.proto and their labels: the one hot loop
 * of reading.  Declared in proto_reading.h.
 */
#include "format/proto_reading.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

/* Bytes of a location's number at most. */
#define LOCATION_MOST 5

bool pq_proto_broken(struct pq_proto_reading *r, const char *rule)
{
	return pq_fail_at(r->err, r->offset, "malformed profile: %s", rule);
}

uint32_t pq_proto_string(struct pq_proto_reading *r, uint64_t index)
{
	if (index > r->largest_string) {
		r->largest_string = index;
		r->largest_string_offset = r->offset;
	}
	return (uint32_t)index;
}

static void remember_number(struct pq_proto_reading *r, uint64_t id,
			    uint32_t number)
{
	struct pq_known_location *known;

	if (id >= PQ_KNOWN_LOCATIONS || number >= 1 << 21)
		return;
	known = &r->known[id];
	known->n =
		(uint8_t)(pq_varint_put(known->bytes, number) - known->bytes);
}

static uint32_t add_new_location(struct pq_proto_reading *r, uint64_t id,
				 uint32_t number)
{
	/* Until it is defined, its address is where it was first met. */
	struct pq_location l = { .id = id,
				 .address = r->offset,
				 .mapping = PQ_NONE,
				 .first_line = PQ_NONE };

	*pq_vec_push(&r->p->locations) = l;
	*pq_vec_push(&r->location_mapping) = 0;
	remember_number(r, id, number);
	return number;
}

/* Fails because a file that is read again says something else. */
static uint32_t fail_changed_file(struct pq_proto_reading *r)
{
	pq_fail_at(r->err, r->offset, "the file changed while it was read");
	return 0;
}

static uint32_t find_known_number(struct pq_proto_reading *r, uint64_t id)
{
	uint32_t number = pq_ids_find(&r->location_ids, id);

	return number == PQ_NONE ? fail_changed_file(r) : number;
}

static inline uint32_t number_location(struct pq_proto_reading *r, uint64_t id)
{
	bool fresh;
	uint32_t number;

	if (r->rereading)
		return find_known_number(r, id);
	number = pq_ids_number(&r->location_ids, id, &fresh);

	return fresh ? add_new_location(r, id, number) : number;
}

/*
 * Reads the run of ids that were met before and are small, as nearly all of
 * them are: nothing here can fail or move a table.
 */
static uint8_t *read_known_run(struct pq_proto_reading *r,
			       struct pq_cursor *packed, uint8_t *to)
{
	const struct pq_known_location *table = r->known;
	const uint8_t *p = packed->at, *end = packed->end;
	size_t n = 0;

	for (; end - p >= 3; n++) {
		struct pq_known_location known;
		size_t bytes = 1;
		uint32_t id = p[0];

		/* Ids of up to three bytes can be in the table. */
		if (id >= 0x80) {
			id = (id & 0x7f) | (uint32_t)(p[1] & 0x7f) << 7;
			bytes = 2;
			if (p[1] >= 0x80) {
				if (p[2] >= PQ_KNOWN_LOCATIONS >> 14)
					break;
				id |= (uint32_t)p[2] << 14;
				bytes = 3;
			}
		}
		known = table[id];
		if (!known.n)
			break;
		/* There is room for all of its bytes, of which n count. */
		memcpy(to, &known, sizeof(known));
		to += known.n;
		p += bytes;
	}
	packed->at = p;
	r->n_locations += n;
	return to;
}

static void read_packed_stack(struct pq_proto_reading *r,
			      struct pq_cursor packed)
{
	uint8_t *to;

	if (packed.at == packed.end)
		return;
	/* a number takes a byte there, and at most LOCATION_MOST here */
	pq_vec_reserve(&r->stack,
		       pq_size_add(r->stack.n,
				   pq_size_mul(pq_cursor_left(&packed),
					       LOCATION_MOST)));
	to = r->stack.at + r->stack.n;
	while (packed.at < packed.end) {
		/* Known ids go in runs; another id ends the run. */
		to = read_known_run(r, &packed, to);
		if (packed.at < packed.end) {
			uint64_t id = pq_cursor_varint(&packed);

			to = pq_varint_put(to, number_location(r, id));
			r->n_locations++;
		}
	}
	r->stack.n = (size_t)(to - r->stack.at);
	if (packed.bad)
		pq_proto_broken(r, "a location id of a sample is cut off");
}

static void read_lone_location(struct pq_proto_reading *r, uint64_t id)
{
	uint8_t *to;

	pq_vec_reserve(&r->stack, r->stack.n + LOCATION_MOST);
	to = pq_varint_put(r->stack.at + r->stack.n, number_location(r, id));
	r->stack.n = (size_t)(to - r->stack.at);
	r->n_locations++;
}

static void append_value(struct pq_proto_reading *r, int64_t value)
{
	uint8_t *to;

	pq_vec_reserve(&r->values, r->values.n + PQ_VARINT_MOST);
	to = pq_varint_put(r->values.at + r->values.n, pq_zigzag(value));
	r->values.n = (size_t)(to - r->values.at);
	r->n_values++;
}

static void read_packed_values(struct pq_proto_reading *r,
			       struct pq_cursor packed)
{
	while (packed.at < packed.end)
		append_value(r, (int64_t)pq_cursor_varint(&packed));
	if (packed.bad)
		pq_proto_broken(r, "a value of a sample is cut off");
}

static void append_label(struct pq_proto_reading *r,
			 const struct pq_label *label)
{
	uint8_t *to;

	pq_vec_reserve(&r->labels, r->labels.n + PQ_LABEL_MOST);
	to = pq_label_put(r->labels.at + r->labels.n, label);
	r->labels.n = (size_t)(to - r->labels.at);
}

static void read_label(struct pq_proto_reading *r, struct pq_cursor c)
{
	uint64_t key = 0, str = 0, num = 0, unit = 0;
	struct pq_label label;

	while (c.at < c.end) {
		uint64_t tag = pq_cursor_varint(&c);
		unsigned wire = tag & 7;

		if (tag >> 3 >= 1 && tag >> 3 <= 4 && wire != PQ_WIRE_VARINT) {
			pq_proto_broken(r, "type mismatch in a label");
			return;
		}
		switch (tag >> 3) {
		case 1:
			key = pq_cursor_varint(&c);
			break;
		case 2:
			str = pq_cursor_varint(&c);
			break;
		case 3:
			num = pq_cursor_varint(&c);
			break;
		case 4:
			unit = pq_cursor_varint(&c);
			break;
		default:
			pq_cursor_skip(&c, wire);
		}
	}
	if (c.bad) {
		pq_proto_broken(
			r, "a label is cut off or has an unknown wire type");
		return;
	}
	label.key = pq_proto_string(r, key);
	label.str = pq_proto_string(r, str);
	/* The unit of a string label is never looked at. */
	label.unit = str ? 0 : pq_proto_string(r, unit);
	label.num = (int64_t)num;
	/* A string label has no number; one without anything is no label. */
	if (label.str)
		label.num = 0;
	else if (!num && !unit)
		return;
	append_label(r, &label);
}

/* Stops holding samples when there are more than are to be held. */
static void stop_holding_when_full(struct pq_proto_reading *r)
{
	struct pq_samples *samples = &r->p->samples;

	if (!samples->keeping || samples->held_bytes <= samples->keeping->most)
		return;
	/* The observer sees the samples held so far before they are freed. */
	if (r->observer && !pq_samples_observe(samples, r->p, r->observer))
		r->observer = NULL;
	pq_samples_stop_holding(samples);
}

/* Shows a sample that is not held to the observer; refuses too many bytes. */
static void observe_unheld_sample(struct pq_proto_reading *r,
				  const struct pq_packed *sample)
{
	uint64_t most = r->p->samples.keeping->read;

	if (r->observer && !r->observer->see(r->observer, r->p, sample))
		r->observer = NULL;
	if (most && r->offset > most)
		pq_fail_at(r->err, r->offset,
			   "the compressed data hold more than %llu MiB, far "
			   "more than their size lets expect; --max-memory=0 "
			   "reads them all the same",
			   (unsigned long long)(most >> 20));
}

static void store_sample(struct pq_proto_reading *r)
{
	struct pq_samples *samples = &r->p->samples;
	struct pq_packed sample = { r->values.at,  r->stack.at, r->labels.at,
				    r->values.n,   r->stack.n,	r->labels.n,
				    r->n_locations };

	/* The first sample says how many values all must have. */
	if (!samples->n) {
		samples->n_values = (unsigned)r->n_values;
		r->first_sample_offset = r->offset;
	} else if (r->n_values != samples->n_values) {
		if (!r->counts_differ) {
			r->counts_differ = true;
			r->other_count = r->n_values;
			r->other_count_offset = r->offset;
		}
		return; /* the profile is refused at its end */
	}
	pq_samples_add_packed(samples, &sample);
	if (!samples->totals)
		stop_holding_when_full(r);
	else
		observe_unheld_sample(r, &sample);
}

/* Fails when a sample does not fit what was settled the first time. */
static void check_reread_sample(struct pq_proto_reading *r)
{
	if (r->n_values != r->source.n_values ||
	    r->largest_string >= r->n_strings)
		fail_changed_file(r);
	r->has_sample = true;
}

uint32_t pq_proto_location(struct pq_proto_reading *r, uint64_t id)
{
	return number_location(r, id);
}

void pq_proto_sample(struct pq_proto_reading *r, struct pq_cursor c)
{
	r->values.n = r->stack.n = r->labels.n = 0;
	r->n_values = r->n_locations = 0;
	while (c.at < c.end) {
		uint64_t tag = pq_cursor_varint(&c);

		/* Fields may be packed or not, and may be split up. */
		switch (tag) {
		case 1 << 3 | PQ_WIRE_BYTES:
			read_packed_stack(r, pq_cursor_bytes(&c));
			break;
		case 1 << 3 | PQ_WIRE_VARINT:
			read_lone_location(r, pq_cursor_varint(&c));
			break;
		case 2 << 3 | PQ_WIRE_BYTES:
			read_packed_values(r, pq_cursor_bytes(&c));
			break;
		case 2 << 3 | PQ_WIRE_VARINT:
			append_value(r, (int64_t)pq_cursor_varint(&c));
			break;
		case 3 << 3 | PQ_WIRE_BYTES:
			read_label(r, pq_cursor_bytes(&c));
			break;
		default:
			if (tag >> 3 >= 1 && tag >> 3 <= 3)
				pq_proto_broken(r, "type mismatch in a sample");
			pq_cursor_skip(&c, tag & 7);
		}
	}
	if (c.bad)
		pq_proto_broken(
			r, "a sample is cut off or has an unknown wire type");
	if (r->err->code != PQ_OK)
		return;
	if (r->rereading)
		check_reread_sample(r);
	else
		store_sample(r);
}
