#include "profile/proto_reading.h"

#include "base/mem.h"

#include "base/banned.h"

/* Samples and their labels: the one hot loop of reading. */

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

static uint32_t new_location(struct pq_proto_reading *r, uint64_t id,
			     uint32_t number)
{
	/* Until it is defined, address keeps where it was first met. */
	struct pq_location l = { .id = id,
				 .address = r->offset,
				 .mapping = PQ_NONE };

	*pq_vec_push(&r->p->locations) = l;
	*pq_vec_push(&r->location_defined) = 0;
	*pq_vec_push(&r->location_mapping) = 0;
	return number;
}

static inline uint32_t location_number(struct pq_proto_reading *r, uint64_t id)
{
	bool fresh;
	uint32_t number = pq_ids_number(&r->location_ids, id, &fresh);

	return fresh ? new_location(r, id, number) : number;
}

static void read_stack(struct pq_proto_reading *r, struct pq_cursor packed)
{
	/* a number takes at least a byte */
	pq_vec_reserve(&r->stack, r->stack.n + pq_cursor_left(&packed));
	while (packed.at < packed.end) {
		uint64_t id = pq_cursor_varint(&packed);

		r->stack.at[r->stack.n++] = location_number(r, id);
	}
	if (packed.bad)
		pq_proto_broken(r, "a location id of a sample is cut off");
}

static void read_values(struct pq_proto_reading *r, struct pq_cursor packed)
{
	while (packed.at < packed.end) {
		int64_t value = (int64_t)pq_cursor_varint(&packed);

		*pq_vec_push(&r->values) = value;
	}
	if (packed.bad)
		pq_proto_broken(r, "a value of a sample is cut off");
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
	*pq_vec_push(&r->labels) = label;
}

static void store_sample(struct pq_proto_reading *r)
{
	struct pq_samples *samples = &r->p->samples;
	struct pq_sample sample = { r->values.at, r->stack.at, r->stack.n,
				    r->labels.at, r->labels.n };

	if (!samples->n) {
		samples->n_values = (unsigned)r->values.n;
		r->first_sample_offset = r->offset;
	} else if (r->values.n != samples->n_values) {
		if (!r->counts_differ) {
			r->counts_differ = true;
			r->other_count = r->values.n;
			r->other_count_offset = r->offset;
		}
		return; /* the profile is refused at its end */
	}
	pq_samples_add(samples, &sample);
}

uint32_t pq_proto_location(struct pq_proto_reading *r, uint64_t id)
{
	return location_number(r, id);
}

void pq_proto_sample(struct pq_proto_reading *r, struct pq_cursor c)
{
	r->values.n = r->stack.n = r->labels.n = 0;
	while (c.at < c.end) {
		uint64_t tag = pq_cursor_varint(&c);

		switch (tag) {
		case 1 << 3 | PQ_WIRE_BYTES:
			read_stack(r, pq_cursor_bytes(&c));
			break;
		case 1 << 3 | PQ_WIRE_VARINT:
			*pq_vec_push(&r->stack) =
				location_number(r, pq_cursor_varint(&c));
			break;
		case 2 << 3 | PQ_WIRE_BYTES:
			read_values(r, pq_cursor_bytes(&c));
			break;
		case 2 << 3 | PQ_WIRE_VARINT:
			*pq_vec_push(&r->values) =
				(int64_t)pq_cursor_varint(&c);
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
	if (r->err->code == PQ_OK)
		store_sample(r);
}
