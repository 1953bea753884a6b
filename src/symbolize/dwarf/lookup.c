#include "symbolize/dwarf/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/search.h"
#include "symbolize/dwarf/function_name.h"
#include "symbolize/dwarf/functions.h"
#include "symbolize/dwarf/ranges.h"

#include "base/banned.h"

/* Of a streamed unit, the bytes in which its first entry has to end. */
#define FIRST_ENTRY_MOST ((uint64_t)64 << 10)

enum { MOST_STREAMED_UNITS = 1 << 22 };

/* A line table, and the text id + 1 of each file's path; 0: not yet made. */
struct file_paths {
	struct pq_line_table table;
	PQ_VEC(uint32_t) ids;
};

/* Pairs of address and size of one unit, which has this offset. */
struct aranges_set {
	uint64_t unit;
	struct pq_bytes pairs;
	unsigned address_bytes;
};

struct looking {
	const struct pq_lookup *l;
	const uint64_t *addresses;
	size_t n;
	struct pq_frame_lists *frames;
	bool *owned; /* addresses that some unit has */
	bool streams;
	uint64_t next;	/* offset of the next streamed unit, or its position */
	uint32_t taken; /* streamed units so far */
	PQ_VEC(struct aranges_set) sets;
	bool has_sets;
	struct pq_abbrevs abbrevs;
	struct pq_entry_cache entries;
	struct pq_functions functions;
	/* addresses of one unit, and where they stand among all */
	PQ_VEC(uint64_t) mine;
	PQ_VEC(size_t) positions;
	PQ_VEC(struct pq_line_row) rows;
	struct pq_buf path;
	struct file_paths own, split; /* the unit's, and its split unit's */
};

/* ---- who owns an address ---- */

static size_t find_address_from(const struct looking *k, uint64_t from)
{
	return PQ_NUMBER_FROM(k->addresses, k->n, from);
}

static bool own_range(void *ctx, uint64_t low, uint64_t high)
{
	struct looking *k = ctx;
	size_t at = find_address_from(k, low);

	if (at == k->n || k->addresses[at] >= high ||
	    !k->l->is_code(k->l->code_ctx, low))
		return true;

	/* where ranges overlap the first unit counts */
	for (; at < k->n && k->addresses[at] < high; at++)
		if (!k->owned[at]) {
			k->owned[at] = true;
			*pq_vec_push(&k->positions) = at;
		}
	return true;
}

/* DWARF 2 has one range for a unit, even when its code is in several places. */
static bool may_tell_too_little(const struct pq_unit *u)
{
	bool has_one = u->has_low && u->has_high && u->sizes.version > 2;

	return !u->has_ranges && !has_one &&
	       (u->tag == DW_TAG_compile_unit ||
		u->tag == DW_TAG_skeleton_unit);
}

/* One set of .debug_aranges without its length. */
static void take_aranges_set(struct looking *k, struct pq_bytes b,
			     unsigned offset_bytes, const uint8_t *start)
{
	struct aranges_set set;
	uint64_t past;

	/* version, unit, sizes of an address and of a segment */
	if (pq_bytes_u16(&b) != 2)
		return;
	set.unit = pq_bytes_uint(&b, offset_bytes);
	set.address_bytes = pq_bytes_u8(&b);
	if (pq_bytes_u8(&b) || set.address_bytes < 1 || set.address_bytes > 8)
		return;
	/* pairs are aligned to their size */
	past = (uint64_t)(b.at - start) % (2 * set.address_bytes);
	pq_bytes_skip(&b, past ? 2 * set.address_bytes - past : 0);
	set.pairs = b;
	*pq_vec_push(&k->sets) = set;
}

static int by_set_unit(const void *x, const void *y)
{
	const struct aranges_set *a = x, *b = y;

	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return (a->pairs.at > b->pairs.at) - (a->pairs.at < b->pairs.at);
}

/* Few files have a unit that needs them: they are read for the first one. */
static void read_aranges(struct looking *k)
{
	struct pq_bytes b = k->l->dwarf->aranges;

	if (k->has_sets)
		return;
	k->has_sets = true;
	while (pq_bytes_left(&b)) {
		const uint8_t *start = b.at;
		unsigned offset_bytes = 4;
		uint64_t bytes = pq_bytes_u32(&b);
		struct pq_bytes set;

		/* This length is the mark of DWARF with 64 bits. */
		if (bytes == 0xffffffff) {
			offset_bytes = 8;
			bytes = pq_bytes_u64(&b);
		}
		set = pq_bytes_slice(&b, 0, bytes);
		if (set.bad)
			break;
		pq_bytes_skip(&b, bytes);
		take_aranges_set(k, set, offset_bytes, start);
	}
	if (k->sets.n)
		qsort(k->sets.at, k->sets.n, sizeof(*k->sets.at), by_set_unit);
}

static void own_set(struct looking *k, struct aranges_set set)
{
	while (!set.pairs.bad) {
		uint64_t low = pq_bytes_uint(&set.pairs, set.address_bytes);
		uint64_t bytes = pq_bytes_uint(&set.pairs, set.address_bytes);

		if (!low && !bytes)
			return;
		/* Sizes that lead around the end are damage. */
		if (!set.pairs.bad && low + bytes > low)
			own_range(k, low, low + bytes);
	}
}

static void own_by_aranges(struct looking *k, const struct pq_unit *u)
{
	size_t i;

	read_aranges(k);
	i = PQ_FIRST_FROM(k->sets.at, k->sets.n, unit, u->offset);
	for (; i < k->sets.n && k->sets.at[i].unit == u->offset; i++)
		own_set(k, k->sets.at[i]);
}

static int by_position(const void *x, const void *y)
{
	const size_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* Positions of the addresses that are the unit's and no earlier one's. */
static bool find_addresses(struct looking *k, struct pq_unit *u)
{
	k->positions.n = k->mine.n = 0;
	pq_unit_ranges(u, own_range, k);
	/* The table of ranges is for units that do not tell all their own. */
	if (may_tell_too_little(u))
		own_by_aranges(k, u);
	if (!k->positions.n)
		return false;

	/* a unit's ranges need not ascend */
	qsort(k->positions.at, k->positions.n, sizeof(*k->positions.at),
	      by_position);
	for (size_t i = 0; i < k->positions.n; i++)
		*pq_vec_push(&k->mine) = k->addresses[k->positions.at[i]];
	return true;
}

/* ---- frames of one unit ---- */

static uint32_t line_file_path(struct looking *k, struct file_paths *p,
			       uint64_t file)
{
	if (file >= p->table.files.n)
		return 0;
	pq_vec_reach(&p->ids, file + 1);
	/* A path is made once: many rows are of one file. */
	if (!p->ids.at[file]) {
		pq_buf_clear(&k->path);
		pq_line_table_path(&p->table, file, &k->path);
		p->ids.at[file] =
			1 + pq_intern(&k->frames->texts, pq_buf_view(&k->path));
	}
	return p->ids.at[file] - 1;
}

static int64_t line_number_of(uint64_t value)
{
	return value > INT64_MAX ? 0 : (int64_t)value;
}

/* All frames of an address, from the innermost function outwards. */
static void add_chain(struct looking *k, const struct pq_unit *u,
		      struct file_paths *calls, size_t i, struct pq_frame place)
{
	uint32_t at = k->functions.innermost[i];

	while (at != PQ_FUNCTION_NONE) {
		const struct pq_found_function *f = &k->functions.found.at[at];
		struct pq_function_facts facts;

		/* the linkage name tells overloads apart */
		pq_function_facts_read(&k->entries, u, f->entry, &facts);
		place.name = pq_intern(&k->frames->texts,
				       facts.linkage_name.len
					       ? facts.linkage_name
					       : facts.name);
		place.start_line = line_number_of(facts.start_line);
		pq_frame_lists_add(k->frames, k->positions.at[i], &place);

		/* the next frame stands where this one was called */
		place.file = line_file_path(k, calls, facts.call_file);
		place.line = line_number_of(facts.call_line);
		place.column = line_number_of(facts.call_column);
		at = f->outer;
	}
}

static void add_frames(struct looking *k, const struct pq_unit *u,
		       struct file_paths *calls, size_t i)
{
	const struct pq_line_row *row = &k->rows.at[i];
	struct pq_frame place = { 0 };

	if (row->found) {
		place.file = line_file_path(k, &k->own, row->file);
		place.line = line_number_of(row->line);
		place.column = line_number_of(row->column);
	}
	pq_frame_lists_begin(k->frames, k->positions.at[i]);
	/* A line without a function is still a frame. */
	if (k->functions.innermost[i] != PQ_FUNCTION_NONE)
		add_chain(k, u, calls, i, place);
	else if (row->found)
		pq_frame_lists_add(k->frames, k->positions.at[i], &place);
}

static void run_line_table(struct looking *k, const struct pq_unit *u)
{
	pq_vec_reach(&k->rows, k->mine.n);
	/* Rows that no table fills are not found: they begin as zeros. */
	memset(k->rows.at, 0, k->mine.n * sizeof(*k->rows.at));
	memset(&k->own.table, 0, sizeof(k->own.table));
	if (u->has_line_table &&
	    pq_line_table_init(&k->own.table, u, u->dwarf->line, u->line_table))
		pq_line_table_run(&k->own.table, k->l->is_code, k->l->code_ctx,
				  k->mine.at, k->mine.n, k->rows.at);
}

/* Files of calls: a split unit has a table of names of its own. */
static struct file_paths *find_call_files(struct looking *k,
					  const struct pq_unit *u)
{
	if (!u->skeleton || !pq_bytes_left(&u->dwarf->line) ||
	    !pq_line_table_init(&k->split.table, u, u->dwarf->line,
				u->line_table))
		return &k->own;
	/* Folders are completed by the program's unit, which has the root. */
	k->split.table.unit = u->skeleton;
	return &k->split;
}

static void note_missing_split(struct looking *k, const struct pq_unit *u)
{
	pq_buf_clear(&k->path);
	/* The name counts from the folder of the compilation. */
	if (u->split_name.bytes[0] != '/' && u->directory.len) {
		pq_buf_text(&k->path, u->directory);
		pq_buf_char(&k->path, '/');
	}
	pq_buf_text(&k->path, u->split_name);
	*pq_vec_push(&k->frames->missing) =
		pq_intern(&k->frames->texts, pq_buf_view(&k->path));
}

static const struct pq_unit *find_split_unit(struct looking *k,
					     const struct pq_unit *u)
{
	const struct pq_unit *split = NULL;

	/* Without an id another build's file would be taken for this one. */
	if (!u->split_name.len || !u->has_id)
		return NULL;
	if (k->l->split_unit)
		split = k->l->split_unit(k->l->split_ctx, u);
	if (!split)
		note_missing_split(k, u);
	return split;
}

static void look_into_unit(struct looking *k, const struct pq_unit *u)
{
	const struct pq_unit *split = find_split_unit(k, u);
	struct file_paths *calls;

	run_line_table(k, u);
	calls = split ? find_call_files(k, split) : &k->own;

	/* functions are in the split unit, lines are not */
	pq_unit_read_abbrevs(split ? split : u, &k->abbrevs);
	pq_functions_find(&k->functions, split ? split : u, &k->abbrevs,
			  k->mine.at, k->mine.n);
	for (size_t i = 0; i < k->mine.n; i++)
		add_frames(k, split ? split : u, calls, i);

	/* pages of the unit are given back: a large file has many units */
	if (k->l->done) {
		k->l->done(k->l->done_ctx, pq_unit_bytes(u, u->entries));
		k->l->done(k->l->done_ctx, k->own.table.program);
	}
	pq_line_table_release(&k->own.table);
	pq_line_table_release(&k->split.table);
	k->own.ids.n = k->split.ids.n = 0;
}

/* ---- units in their order ---- */

/* Has bytes of the streamed section in memory, and none before them. */
static void reach_info(struct looking *k, uint64_t from, uint64_t to)
{
	struct pq_dwarf *d = k->l->dwarf;

	d->info = pq_section_stream_reach(k->l->stream, from, to);
	d->info_from = from;
}

/* Units that others may refer to have to be known before these are read. */
static void describe_all(struct looking *k)
{
	struct pq_dwarf *d = k->l->dwarf;

	for (size_t i = 0; i < d->units.n; i++)
		pq_unit_describe(&d->units.at[i], &k->abbrevs);
}

/* The next unit with the beginning of its entries; NULL: none. */
static struct pq_unit *stream_unit(struct looking *k)
{
	struct pq_dwarf *d = k->l->dwarf;
	uint64_t bytes = k->l->stream->bytes;
	struct pq_unit u;
	bool is_known = false;

	while (!is_known) {
		if (k->next >= bytes || k->taken++ == MOST_STREAMED_UNITS)
			return NULL;
		reach_info(k, k->next,
			   k->next + PQ_UNIT_HEADER_MOST + FIRST_ENTRY_MOST);
		if (!pq_dwarf_take_unit(d, k->next, bytes, &u, &is_known))
			return NULL;
		k->next = u.end;
	}
	/* one at a time: nobody asks for those before it */
	d->units.n = 0;
	*pq_vec_push(&d->units) = u;
	pq_unit_describe(d->units.at, &k->abbrevs);
	return d->units.at;
}

/* From here on units are in memory; `next' becomes a position of theirs. */
static struct pq_unit *inflate_all(struct looking *k, const struct pq_unit *u)
{
	struct pq_dwarf *d = k->l->dwarf;
	uint64_t offset = u->offset;
	size_t at;

	k->streams = false;
	d->info =
		pq_elf_content_of(k->l->stream->content, k->l->stream->section);
	d->info_from = 0;
	d->units.n = 0;
	pq_dwarf_find_units(d, false);
	describe_all(k);
	at = PQ_FIRST_FROM(d->units.at, d->units.n, offset, offset);
	k->next = at + 1;
	/* It is not there where the rest of the section is damaged. */
	return at < d->units.n && d->units.at[at].offset == offset
		       ? &d->units.at[at]
		       : NULL;
}

/* All of a streamed unit is wanted, and what it may refer to. */
static struct pq_unit *hold_unit(struct looking *k, struct pq_unit *u)
{
	if (k->abbrevs.refers_out)
		return inflate_all(k, u);
	reach_info(k, u->offset, u->end);
	/* texts of its first entry have moved */
	pq_unit_describe(u, &k->abbrevs);
	return u;
}

static struct pq_unit *next_unit(struct looking *k)
{
	struct pq_dwarf *d = k->l->dwarf;

	if (k->streams)
		return stream_unit(k);
	return k->next < d->units.n ? &d->units.at[k->next++] : NULL;
}

static void look_into_units(struct looking *k)
{
	struct pq_unit *u;

	if (!k->streams)
		describe_all(k);
	while ((u = next_unit(k))) {
		if (!find_addresses(k, u))
			continue;
		if (k->streams)
			u = hold_unit(k, u);
		if (u)
			look_into_unit(k, u);
	}
}

static void release_looking(struct looking *k)
{
	pq_abbrevs_release(&k->abbrevs);
	pq_entry_cache_release(&k->entries);
	pq_functions_release(&k->functions);
	pq_vec_release(&k->sets);
	pq_vec_release(&k->mine);
	pq_vec_release(&k->positions);
	pq_vec_release(&k->rows);
	pq_vec_release(&k->own.ids);
	pq_vec_release(&k->split.ids);
	pq_buf_release(&k->path);
	pq_free(k->owned);
}

void pq_lookup_frames(const struct pq_lookup *l, const uint64_t *addresses,
		      size_t n, struct pq_frame_lists *frames)
{
	struct looking k = {
		.l = l,
		.addresses = addresses,
		.n = n,
		.frames = frames,
		.streams = l->stream != NULL,
	};

	if (!n)
		return;
	k.owned = pq_alloc_zeroed(pq_size_mul(n, sizeof(*k.owned)));
	look_into_units(&k);
	release_looking(&k);
}
