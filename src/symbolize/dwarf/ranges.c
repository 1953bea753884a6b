#include "symbolize/dwarf/ranges.h"

#include "base/banned.h"

struct range_list {
	const struct pq_unit *unit;
	struct pq_bytes bytes;
	uint64_t base;
	pq_range_seen *seen;
	void *ctx;
};

static bool tell_range(const struct range_list *l, uint64_t low, uint64_t high)
{
	return low >= high || l->seen(l->ctx, low, high);
}

/* Pairs counted from a base, which a pair that begins with ones sets. */
static void walk_older_list(struct range_list *l)
{
	unsigned bytes = l->unit->sizes.address;
	uint64_t ones = bytes == 8 ? UINT64_MAX
				   : ((uint64_t)1 << 8 * bytes) - 1;

	for (unsigned i = 0; i < PQ_RANGES_MOST; i++) {
		uint64_t low = pq_bytes_uint(&l->bytes, bytes);
		uint64_t high = pq_bytes_uint(&l->bytes, bytes);

		if (l->bytes.bad || (!low && !high))
			return;
		if (low == ones)
			l->base = high;
		else if (!tell_range(l, l->base + low, l->base + high))
			return;
	}
}

static uint64_t take_indexed(struct range_list *l, bool *known)
{
	uint64_t address = 0;

	*known = pq_unit_address(l->unit, pq_bytes_uleb(&l->bytes), &address);
	return address;
}

/* One entry of the list; false at its end. */
static bool walk_list_entry(struct range_list *l)
{
	unsigned bytes = l->unit->sizes.address;
	uint8_t kind = pq_bytes_u8(&l->bytes);
	uint64_t low = 0, high = 0;
	bool known = true, known_high = true;

	switch (kind) {
	case DW_RLE_base_addressx:
		l->base = take_indexed(l, &known);
		break;
	case DW_RLE_startx_endx:
		low = take_indexed(l, &known);
		high = take_indexed(l, &known_high);
		break;
	case DW_RLE_startx_length:
		low = take_indexed(l, &known);
		high = low + pq_bytes_uleb(&l->bytes);
		break;
	case DW_RLE_offset_pair:
		low = l->base + pq_bytes_uleb(&l->bytes);
		high = l->base + pq_bytes_uleb(&l->bytes);
		break;
	case DW_RLE_base_address:
		l->base = pq_bytes_uint(&l->bytes, bytes);
		break;
	case DW_RLE_start_end:
		low = pq_bytes_uint(&l->bytes, bytes);
		high = pq_bytes_uint(&l->bytes, bytes);
		break;
	case DW_RLE_start_length:
		low = pq_bytes_uint(&l->bytes, bytes);
		high = low + pq_bytes_uleb(&l->bytes);
		break;
	default: /* the end, or unknown */
		return false;
	}
	if (l->bytes.bad)
		return false;
	/* An unknown address is passed over: the next one may be known. */
	return !known || !known_high || tell_range(l, low, high);
}

/* Where the list of an index begins: the table is of offsets from its start. */
static bool find_indexed_list(const struct pq_unit *u, uint64_t index,
			      uint64_t *offset)
{
	struct pq_bytes b =
		pq_bytes_from(&u->dwarf->rnglists, u->rnglists_base);

	/* The index is the file's word: it has to be in the table. */
	if (index > pq_bytes_left(&b) / u->sizes.offset)
		return false;
	pq_bytes_skip(&b, index * u->sizes.offset);
	*offset = u->rnglists_base + pq_bytes_uint(&b, u->sizes.offset);
	return !b.bad;
}

static void walk_list(const struct pq_unit *u, uint64_t offset, bool by_index,
		      pq_range_seen *seen, void *ctx)
{
	const struct pq_unit *main = u->skeleton ? u->skeleton : u;
	struct range_list l = {
		.unit = u,
		.base = main->has_low ? main->low : 0,
		.seen = seen,
		.ctx = ctx,
	};

	/* older lists are all in the program, also those of split units */
	if (u->sizes.version < 5) {
		if (u->skeleton)
			offset += u->skeleton->gnu_ranges_base;
		l.bytes = pq_bytes_from(&main->dwarf->ranges, offset);
		walk_older_list(&l);
		return;
	}
	if (by_index && !find_indexed_list(u, offset, &offset))
		return;
	l.bytes = pq_bytes_from(&u->dwarf->rnglists, offset);
	for (unsigned i = 0; i < PQ_RANGES_MOST && walk_list_entry(&l); i++)
		continue;
}

void pq_entry_ranges(const struct pq_unit *u, const struct pq_entry *e,
		     pq_range_seen *seen, void *ctx)
{
	if (e->has_ranges)
		walk_list(u, e->ranges, e->ranges_by_index, seen, ctx);
	else if (e->has_low && e->has_high && e->low < e->high)
		seen(ctx, e->low, e->high);
}

void pq_unit_ranges(const struct pq_unit *u, pq_range_seen *seen, void *ctx)
{
	if (u->has_ranges)
		walk_list(u, u->ranges, u->ranges_by_index, seen, ctx);
	else if (u->has_low && u->has_high && u->low < u->high)
		seen(ctx, u->low, u->high);
}
