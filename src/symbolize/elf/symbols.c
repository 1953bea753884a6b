#include "symbolize/elf/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "symbolize/elf/mini_debug.h"

#include "base/banned.h"

enum { FIRST_RESERVED = 0xff00, SECTION_ELSEWHERE = 0xffff, ABSOLUTE = 0xfff1 };

/* ---- the table ---- */

static void decode_elf_symbol(const struct pq_elf *e, struct pq_bytes *b,
			      const struct pq_bytes *names,
			      struct pq_symbol_entry *s)
{
	uint32_t name = pq_bytes_u32(b);
	uint8_t info;

	if (!e->wide) {
		s->value = pq_bytes_u32(b);
		s->bytes = pq_bytes_u32(b);
	}
	info = pq_bytes_u8(b);
	pq_bytes_u8(b);
	s->section = pq_bytes_u16(b);
	if (e->wide) {
		s->value = pq_bytes_u64(b);
		s->bytes = pq_bytes_u64(b);
	}
	s->type = info & 15;
	s->binding = info >> 4;
	s->name = name ? pq_bytes_text_at(names, name)
		       : (struct pq_text){ NULL, 0 };
}

bool pq_symbol_table_walk(
	struct pq_elf_content *c, const struct pq_elf_section *table,
	bool (*each)(void *ctx, const struct pq_symbol_entry *e), void *ctx)
{
	const struct pq_elf *e = c->elf;
	unsigned bytes = e->wide ? 24 : 16;
	struct pq_bytes b = pq_elf_content_of(c, table), names;
	struct pq_symbol_entry s;

	if (!table || table->type == PQ_SECTION_NOBITS)
		return true;
	/* Entries of another size are damage: no table has them. */
	if (table->link >= e->sections.n || table->entry_bytes != bytes ||
	    !pq_bytes_left(&b))
		return false;
	names = pq_elf_content_of(c, &e->sections.at[table->link]);
	for (uint32_t i = 0; pq_bytes_left(&b) >= bytes; i++) {
		s.index = i;
		decode_elf_symbol(e, &b, &names, &s);
		/* Entry 0 stands for no symbol at all. */
		if (i && !each(ctx, &s))
			return true;
	}
	return true;
}

static const struct pq_elf_section *find_table(const struct pq_elf *e,
					       uint32_t type)
{
	for (size_t i = 0; i < e->sections.n; i++)
		if (e->sections.at[i].type == type)
			return &e->sections.at[i];
	return NULL;
}

/* ---- functions and labels ---- */

/*
 * Tells the symbols that are in memory with the program, and those that were
 * left beside them when it was stripped: none of one is in the other.
 */
static void walk_stripped(struct pq_elf_content *c,
			  bool (*each)(void *ctx,
				       const struct pq_symbol_entry *e),
			  void *ctx)
{
	struct pq_elf_content *mini = pq_mini_debug_of(c);

	pq_symbol_table_walk(c, find_table(c->elf, PQ_SECTION_DYNAMIC_SYMBOLS),
			     each, ctx);
	if (mini)
		c->damaged |= !pq_symbol_table_walk(
			mini, find_table(mini->elf, PQ_SECTION_SYMBOLS), each,
			ctx);
}

struct symbol_adding {
	struct pq_symbols *to;
	const struct pq_elf *elf;
	struct pq_text file;
	size_t n_nameless; /* functions without a name */
	bool some;
};

/* $x, $d, $a and $t say what follows is code or data, on ARM and RISC-V. */
static bool is_mapping_symbol(const struct pq_elf *e, struct pq_text name)
{
	return name.bytes[0] == '$' && (e->machine == PQ_MACHINE_ARM ||
					e->machine == PQ_MACHINE_AARCH64 ||
					e->machine == PQ_MACHINE_RISCV);
}

/* Past the last byte of the section of code a symbol is in; 0: in none. */
static uint64_t end_of_code(const struct pq_elf *e,
			    const struct pq_symbol_entry *s)
{
	uint64_t wanted = PQ_SECTION_IN_MEMORY | PQ_SECTION_EXECUTABLE;

	if (s->section && s->section < FIRST_RESERVED) {
		const struct pq_elf_section *at;

		if (s->section >= e->sections.n)
			return 0;
		at = &e->sections.at[s->section];
		return (at->flags & wanted) == wanted ? at->address + at->bytes
						      : 0;
	}
	/* A number too large for its field: the address decides. */
	if (s->section == SECTION_ELSEWHERE && pq_elf_is_code(e, s->value))
		return UINT64_MAX;
	return 0;
}

static bool add_symbol(void *ctx, const struct pq_symbol_entry *s)
{
	struct symbol_adding *a = ctx;
	uint64_t section_end;
	struct pq_symbol *to;

	/* Local symbols are of the file that was named last. */
	if (s->type == PQ_SYMBOL_FILE)
		a->file = s->name;
	if (s->type != PQ_SYMBOL_NOTYPE && s->type != PQ_SYMBOL_FUNCTION &&
	    s->type != PQ_SYMBOL_IFUNC)
		return true;

	/* functions without any name are a sign of a damaged string table */
	section_end = end_of_code(a->elf, s);
	a->n_nameless += section_end && !s->name.len &&
			 s->type == PQ_SYMBOL_FUNCTION;
	if (!section_end || !s->name.len ||
	    (s->type == PQ_SYMBOL_NOTYPE && is_mapping_symbol(a->elf, s->name)))
		return true;
	to = pq_vec_push(&a->to->at);
	*to = (struct pq_symbol){ .address = s->value,
				  .bytes = s->bytes,
				  .name = s->name };
	if (a->elf->machine == PQ_MACHINE_ARM && s->type == PQ_SYMBOL_FUNCTION)
		to->address &= ~(uint64_t)1; /* Thumb */

	/* a label without size may reach to the end of its section */
	to->end = section_end;
	if (s->bytes && s->bytes <= UINT64_MAX - to->address)
		to->end = to->address + s->bytes;
	if (s->binding == PQ_BINDING_LOCAL)
		to->file = a->file;
	a->some = true;
	return true;
}

void pq_symbols_init(struct pq_symbols *s)
{
	memset(s, 0, sizeof(*s));
	pq_arena_init(&s->arena);
}

void pq_symbols_release(struct pq_symbols *s)
{
	pq_vec_release(&s->at);
	pq_vec_release(&s->furthest);
	pq_arena_release(&s->arena);
}

bool pq_symbols_add(struct pq_symbols *s, struct pq_elf_content *c)
{
	struct symbol_adding a = { .to = s, .elf = c->elf };

	if (!pq_symbol_table_walk(c, find_table(c->elf, PQ_SECTION_SYMBOLS),
				  add_symbol, &a) ||
	    (!a.some && a.n_nameless))
		s->is_damaged = true;
	/* Dynamic symbols stand in only where no damage hides the others. */
	if (!a.some && !s->is_damaged)
		walk_stripped(c, add_symbol, &a);
	return a.some;
}

struct ordered_symbol {
	struct pq_symbol symbol;
	size_t position;
};

static int by_address(const void *x, const void *y)
{
	const struct ordered_symbol *a = x, *b = y;

	if (a->symbol.address != b->symbol.address)
		return a->symbol.address < b->symbol.address ? -1 : 1;
	if (a->symbol.bytes != b->symbol.bytes)
		return a->symbol.bytes < b->symbol.bytes ? -1 : 1;
	return (a->position > b->position) - (a->position < b->position);
}

void pq_symbols_sort(struct pq_symbols *s)
{
	size_t n = s->at.n, kept = 0;
	struct ordered_symbol *o = pq_alloc(pq_size_mul(n ? n : 1, sizeof(*o)));
	uint64_t furthest = 0;

	for (size_t i = 0; i < n; i++)
		o[i] = (struct ordered_symbol){ s->at.at[i], i };
	qsort(o, n, sizeof(*o), by_address);
	/* At one address the largest symbol stays; of equal ones the last. */
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n ||
		    o[i + 1].symbol.address != o[i].symbol.address)
			s->at.at[kept++] = o[i].symbol;
	pq_free(o);

	/* each now ends before the next; `furthest' bounds a search back */
	s->at.n = kept;
	pq_vec_reach(&s->furthest, kept);
	for (size_t i = 0; i < kept; i++) {
		struct pq_symbol *at = &s->at.at[i];

		if (!at->bytes && i + 1 < kept && at[1].address < at->end)
			at->end = at[1].address;
		furthest = at->end > furthest ? at->end : furthest;
		s->furthest.at[i] = furthest;
	}
}

const struct pq_symbol *pq_symbol_at(const struct pq_symbols *s,
				     uint64_t address)
{
	size_t low = PQ_FIRST_ABOVE(s->at.at, s->at.n, address, address);

	/* one around it may reach further than the nearest */
	while (low-- && s->furthest.at[low] > address)
		if (s->at.at[low].end > address)
			return &s->at.at[low];
	return NULL;
}

/* ---- as nm lists them ---- */

struct listing_symbols {
	struct pq_symbol_list *to;
	const struct pq_elf *elf;
};

/*
 * Weak ones and data, by nm's letters; the reference asks for their size to
 * hold an address.
 */
static bool is_listed_strictly(const struct pq_elf *e,
			       const struct pq_symbol_entry *s)
{
	if (s->binding == PQ_BINDING_WEAK)
		return true;
	if (s->section >= e->sections.n || s->section >= FIRST_RESERVED)
		return false;
	return !(e->sections.at[s->section].flags & PQ_SECTION_EXECUTABLE);
}

static bool list_symbol(void *ctx, const struct pq_symbol_entry *s)
{
	struct listing_symbols *l = ctx;

	if (!s->section || !s->name.len || s->type == PQ_SYMBOL_FILE ||
	    s->type == PQ_SYMBOL_SECTION || s->type == PQ_SYMBOL_TLS ||
	    (s->type == PQ_SYMBOL_NOTYPE && is_mapping_symbol(l->elf, s->name)))
		return true;
	*pq_vec_push(&l->to->at) =
		(struct pq_listed_symbol){ s->value, s->bytes, s->name,
					   is_listed_strictly(l->elf, s) };
	return true;
}

static int by_address_and_name(const void *x, const void *y)
{
	const struct pq_listed_symbol *a = x, *b = y;
	int order;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	order = pq_text_compare(a->name, b->name);
	return order ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

void pq_symbol_list_read(struct pq_symbol_list *l, struct pq_elf_content *c)
{
	struct listing_symbols a = { l, c->elf };

	memset(l, 0, sizeof(*l));
	pq_symbol_table_walk(c, find_table(c->elf, PQ_SECTION_SYMBOLS),
			     list_symbol, &a);
	/* A stripped library still has the symbols that it exports. */
	if (!l->at.n)
		walk_stripped(c, list_symbol, &a);
	if (l->at.n)
		qsort(l->at.at, l->at.n, sizeof(*l->at.at),
		      by_address_and_name);
}

void pq_symbol_list_release(struct pq_symbol_list *l)
{
	pq_vec_release(&l->at);
}

const struct pq_listed_symbol *
pq_symbol_list_find(const struct pq_symbol_list *l, uint64_t address)
{
	size_t low = 0, high = l->at.n;
	const struct pq_listed_symbol *s;

	if (!high || address < l->at.at[0].address)
		return NULL;

	/* past the end of the last symbol there is nothing */
	s = &l->at.at[high - 1];
	if (address >= s->address && address - s->address >= s->bytes)
		return NULL;
	/* equal addresses: the one that this search meets first */
	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		if (address == l->at.at[middle].address) {
			low = middle;
			break;
		}
		if (address > l->at.at[middle].address)
			low = middle;
		else
			high = middle;
	}
	/* A strict symbol ends where its size says; others go on. */
	s = &l->at.at[low];
	return s->is_strict && address - s->address >= s->bytes ? NULL : s;
}
