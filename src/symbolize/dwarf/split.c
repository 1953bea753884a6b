#include "symbolize/dwarf/split.h"

#include <string.h>

#include "base/banned.h"

/* The sections of one unit, and the unit itself. */
struct pq_split_unit {
	struct pq_dwarf dwarf;
	struct pq_unit unit;
	uint64_t id;
	bool is_open;
};

enum { MOST_COLUMNS = 16, MOST_OPENED = 1 << 20 };

void pq_split_init(struct pq_split *s)
{
	memset(s, 0, sizeof(*s));
	pq_arena_init(&s->arena);
}

void pq_split_release(struct pq_split *s)
{
	for (size_t i = 0; i < s->opened.n; i++)
		pq_dwarf_release(&s->opened.at[i]->dwarf);
	pq_vec_release(&s->opened);
	pq_abbrevs_release(&s->room);
	pq_arena_release(&s->arena);
}

/* ---- the index of a packed file ---- */

struct split_index {
	uint32_t version, n_columns, n_units, n_slots;
	struct pq_bytes ids, rows, columns, offsets, sizes;
};

static bool read_index(struct pq_bytes b, struct split_index *x)
{
	uint64_t cells;

	/* version 5 has 16 bits of it, and 16 of padding */
	x->version = pq_bytes_u32(&b);
	if (x->version != 2) {
		b.at -= 4;
		x->version = pq_bytes_u16(&b);
		pq_bytes_u16(&b);
	}
	x->n_columns = pq_bytes_u32(&b);
	x->n_units = pq_bytes_u32(&b);
	x->n_slots = pq_bytes_u32(&b);
	cells = (uint64_t)x->n_units * x->n_columns * 4;
	if (b.bad || (x->version != 2 && x->version != 5) ||
	    x->n_columns > MOST_COLUMNS)
		return false;

	/* slots of a hash table, then a table with a row for each unit */
	x->ids = pq_bytes_slice(&b, 0, (uint64_t)x->n_slots * 8);
	pq_bytes_skip(&b, (uint64_t)x->n_slots * 8);
	x->rows = pq_bytes_slice(&b, 0, (uint64_t)x->n_slots * 4);
	pq_bytes_skip(&b, (uint64_t)x->n_slots * 4);
	x->columns = pq_bytes_slice(&b, 0, (uint64_t)x->n_columns * 4);
	pq_bytes_skip(&b, (uint64_t)x->n_columns * 4);
	x->offsets = pq_bytes_slice(&b, 0, cells);
	pq_bytes_skip(&b, cells);
	x->sizes = pq_bytes_slice(&b, 0, cells);
	return !b.bad && !x->sizes.bad;
}

static uint64_t index_number_at(const struct pq_bytes *b, uint64_t i,
				unsigned bytes)
{
	struct pq_bytes part = pq_bytes_from(b, i * bytes);

	return pq_bytes_uint(&part, bytes);
}

/* The row of an id, from 1; 0: none.  All slots, for the hash may lie. */
static uint32_t find_index_row(const struct split_index *x, uint64_t id)
{
	for (uint32_t i = 0; i < x->n_slots; i++)
		if (index_number_at(&x->ids, i, 8) == id &&
		    index_number_at(&x->rows, i, 4))
			return (uint32_t)index_number_at(&x->rows, i, 4);
	return 0;
}

/* Which section a column's number means; NULL: one that is not asked for. */
static struct pq_bytes *section_of_column(struct pq_dwarf *d, uint32_t version,
					  uint64_t column)
{
	struct pq_bytes *newer[DW_SECT_MOST + 1] = { [1] = &d->info,
						     [3] = &d->abbrev,
						     [4] = &d->line,
						     [6] = &d->str_offsets,
						     [8] = &d->rnglists };
	struct pq_bytes *older[DW_SECT_MOST + 1] = {
		[1] = &d->info, [3] = &d->abbrev, [4] = &d->line, [6] = &d->str_offsets
	};

	if (column > DW_SECT_MOST)
		return NULL;
	return version == 5 ? newer[column] : older[column];
}

/* Cuts each section to the unit's part of it; false: not in the index. */
static bool cut_to_unit(const struct pq_split *s, uint64_t id,
			struct pq_dwarf *d)
{
	struct split_index x;
	uint32_t row;

	/* All of the packed sections first: the row cuts each of them. */
	*d = s->packed;
	memset(&d->units, 0, sizeof(d->units));
	if (!pq_bytes_left(&s->index) || !read_index(s->index, &x))
		return false;
	row = find_index_row(&x, id);
	if (!row || row > x.n_units)
		return false;

	/* the row has a part of each section that a column names */
	for (uint32_t i = 0; i < x.n_columns; i++) {
		uint64_t cell = (uint64_t)(row - 1) * x.n_columns + i;
		struct pq_bytes *section = section_of_column(
			d, x.version, index_number_at(&x.columns, i, 4));

		if (section)
			*section = pq_bytes_slice(
				section, index_number_at(&x.offsets, cell, 4),
				index_number_at(&x.sizes, cell, 4));
	}
	return true;
}

/* ---- units ---- */

/* The first unit of its sections that has the id. */
static void open_split_unit(struct pq_split *s, struct pq_split_unit *u)
{
	pq_dwarf_find_units(&u->dwarf, true);
	for (size_t i = 0; i < u->dwarf.units.n && !u->is_open; i++) {
		struct pq_unit *one = &u->dwarf.units.at[i];

		pq_unit_describe(one, &s->room);
		/* A file of its own has one unit, whatever its id is. */
		if (!one->has_id || (u->id && one->id != u->id))
			continue;
		u->unit = *one;
		u->id = one->id;
		u->is_open = true;
	}
}

static struct pq_split_unit *add_split_unit(struct pq_split *s, uint64_t id)
{
	struct pq_split_unit *u = pq_arena_zeroed(&s->arena, sizeof(*u));

	u->id = id;
	*pq_vec_push(&s->opened) = u;
	return u;
}

void pq_split_add(struct pq_split *s, const struct pq_dwarf *sections)
{
	struct pq_split_unit *u = add_split_unit(s, 0);

	u->dwarf = *sections;
	memset(&u->dwarf.units, 0, sizeof(u->dwarf.units));
	open_split_unit(s, u);
}

const struct pq_unit *pq_split_find(void *split, const struct pq_unit *skeleton)
{
	struct pq_split *s = split;
	struct pq_split_unit *u = NULL;

	for (size_t i = 0; i < s->opened.n; i++)
		if (s->opened.at[i]->id == skeleton->id)
			u = s->opened.at[i];
	/* an id that is not there is kept, too, and looked for only once */
	if (!u && s->opened.n < MOST_OPENED) {
		struct pq_dwarf sections;

		u = add_split_unit(s, skeleton->id);
		if (cut_to_unit(s, skeleton->id, &sections)) {
			u->dwarf = sections;
			open_split_unit(s, u);
		}
	}
	if (!u || !u->is_open)
		return NULL;
	/* The skeleton has the addresses and ranges that the unit lacks. */
	u->unit.skeleton = skeleton;
	u->unit.dwarf = &u->dwarf;
	return &u->unit;
}
