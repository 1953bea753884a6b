#include "format/proto_reading.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

/* Samples and their labels: the one hot loop of reading. */

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

static void remember(struct pq_proto_reading *r, uint64_t id, uint32_t number)
{
	struct pq_known_location *known;

	if (id >= PQ_KNOWN_LOCATIONS || number >= 1 << 21)
		return;
	known = &r->known[id];
	known->n =
		(uint8_t)(pq_varint_put(known->bytes, number) - known->bytes);
}

static uint32_t new_location(struct pq_proto_reading *r, uint64_t id,
			     uint32_t number)
{
	/* Until it is defined, address keeps where it was first met. */
	struct pq_location l = { .id = id,
				 .address = r->offset,
				 .mapping = PQ_NONE,
				 .first_line = PQ_NONE };

	*pq_vec_push(&r->p->locations) = l;
	*pq_vec_push(&r->location_mapping) = 0;
	remember(r, id, number);
	return number;
}

/* A file that is read again must say what it said. */
static uint32_t changed(struct pq_proto_reading *r)
{
	pq_fail_at(r->err, r->offset, "the file changed while it was read");
	return 0;
}

static uint32_t known_number(struct pq_proto_reading *r, uint64_t id)
{
	uint32_t number = pq_ids_find(&r->location_ids, id);

	return number == PQ_NONE ? changed(r) : number;
}

static inline uint32_t location_number(struct pq_proto_reading *r, uint64_t id)
{
	bool fresh;
	uint32_t number;

	if (r->rereading)
		return known_number(r, id);
	number = pq_ids_number(&r->location_ids, id, &fresh);

	return fresh ? new_location(r, id, number) : number;
}

/*
 * The run of ids that were met before and are small, which is to say nearly
 * all of them: nothing here can fail or move a table.
 */
static uint8_t *read_known(struct pq_proto_reading *r, struct pq_cursor *packed,
			   uint8_t *to)
{
	const struct pq_known_location *table = r->known;
	const uint8_t *p = packed->at, *end = packed->end;
	size_t n = 0;

	for (; end - p >= 3; n++) {
		struct pq_known_location known;
		size_t bytes = 1;
		uint32_t id = p[0];

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
		memcpy(to, &known, sizeof(known)); /* there is room */
		to += known.n;
		p += bytes;
	}
	packed->at = p;
	r->n_locations += n;
	return to;
}

static void read_stack(struct pq_proto_reading *r, struct pq_cursor packed)
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
		to = read_known(r, &packed, to);
		if (packed.at < packed.end) {
			uint64_t id = pq_cursor_varint(&packed);

			to = pq_varint_put(to, location_number(r, id));
			r->n_locations++;
		}
	}
	r->stack.n = (size_t)(to - r->stack.at);
	if (packed.bad)
		pq_proto_broken(r, "a location id of a sample is cut off");
}

static void add_location(struct pq_proto_reading *r, uint64_t id)
{
	uint8_t *to;

	pq_vec_reserve(&r->stack, r->stack.n + LOCATION_MOST);
	to = pq_varint_put(r->stack.at + r->stack.n, location_number(r, id));
	r->stack.n = (size_t)(to - r->stack.at);
	r->n_locations++;
}

static void add_value(struct pq_proto_reading *r, int64_t value)
{
	uint8_t *to;

	pq_vec_reserve(&r->values, r->values.n + PQ_VARINT_MOST);
	to = pq_varint_put(r->values.at + r->values.n, pq_zigzag(value));
	r->values.n = (size_t)(to - r->values.at);
	r->n_values++;
}

static void read_values(struct pq_proto_reading *r, struct pq_cursor packed)
{
	while (packed.at < packed.end)
		add_value(r, (int64_t)pq_cursor_varint(&packed));
	if (packed.bad)
		pq_proto_broken(r, "a value of a sample is cut off");
}

static void add_label(struct pq_proto_reading *r, const struct pq_label *label)
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
	/* the unit of a string label is never looked at */
	label.unit = str ? 0 : pq_proto_string(r, unit);
	label.num = (int64_t)num;
	if (label.str)
		label.num = 0;
	else if (!num && !unit)
		return;
	add_label(r, &label);
}

/* Lets the samples go when there are more than are to be held. */
static void hold_or_let_go(struct pq_proto_reading *r)
{
	struct pq_samples *samples = &r->p->samples;

	if (!samples->keeping || samples->held_bytes <= samples->keeping->most)
		return;
	if (r->observer && !pq_samples_observe(samples, r->p, r->observer))
		r->observer = NULL;
	pq_samples_stop_holding(samples);
}

/* For a sample that is not held. */
static void count_sample(struct pq_proto_reading *r,
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
		hold_or_let_go(r);
	else
		count_sample(r, &sample);
}

/* Everything that was settled the first time must be as it was. */
static void check_reread_sample(struct pq_proto_reading *r)
{
	if (r->n_values != r->source.n_values ||
	    r->largest_string >= r->n_strings)
		changed(r);
	r->has_sample = true;
}

uint32_t pq_proto_location(struct pq_proto_reading *r, uint64_t id)
{
	return location_number(r, id);
}

void pq_proto_sample(struct pq_proto_reading *r, struct pq_cursor c)
{
	r->values.n = r->stack.n = r->labels.n = 0;
	r->n_values = r->n_locations = 0;
	while (c.at < c.end) {
		uint64_t tag = pq_cursor_varint(&c);

		switch (tag) {
		case 1 << 3 | PQ_WIRE_BYTES:
			read_stack(r, pq_cursor_bytes(&c));
			break;
		case 1 << 3 | PQ_WIRE_VARINT:
			add_location(r, pq_cursor_varint(&c));
			break;
		case 2 << 3 | PQ_WIRE_BYTES:
			read_values(r, pq_cursor_bytes(&c));
			break;
		case 2 << 3 | PQ_WIRE_VARINT:
			add_value(r, (int64_t)pq_cursor_varint(&c));
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
