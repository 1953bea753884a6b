/*
 * plt.c - stubs of the procedure linkage table: NAME@plt for each, by the slot
 * of the global offset table that its code jumps through, and these slots
 * themselves (symbols.h).
 *
 * Source: the psABIs of x86-64, i386 and AArch64, and what GNU ld, gold and lld
 *         write: with and without endbr64, lazy and not.
 */
#include <stdlib.h>
#include <string.h>

#include "symbolize/elf/symbols.h"

#include "base/banned.h"

/* A slot that the loader fills with the address of a function or of data. */
struct plt_slot {
	uint64_t address, addend;
	struct pq_text name; /* empty: the addend is its content */
};

struct plt_reading {
	struct pq_symbols *to;
	struct pq_elf_content *content;
	PQ_VEC(struct plt_slot) slots; /* by address */
	PQ_VEC(struct plt_slot) lazy;  /* .rela.plt's, in its order */
	PQ_VEC(struct pq_text) names;  /* dynamic symbols', by index */
	uint64_t got;		       /* address that i386 counts from */
};

static bool name_dynamic(void *ctx, const struct pq_symbol_entry *s)
{
	struct plt_reading *r = ctx;

	pq_vec_reach(&r->names, s->index + 1);
	r->names.at[s->index] = s->name;
	return true;
}

static void take_slots(struct plt_reading *r, const char *section, bool is_lazy)
{
	const struct pq_elf *e = r->content->elf;
	const struct pq_elf_section *s = pq_elf_section(e, section);
	struct pq_bytes b = pq_elf_content_of(r->content, s);
	unsigned word = e->wide ? 8 : 4;

	if (!s || (s->type != PQ_SECTION_RELA && s->type != PQ_SECTION_REL))
		return;
	while (pq_bytes_left(&b)) {
		struct plt_slot slot = { .address = pq_bytes_uint(&b, word) };
		uint64_t info = pq_bytes_uint(&b, word);
		uint64_t symbol = e->wide ? info >> 32 : info >> 8;

		if (s->type == PQ_SECTION_RELA)
			slot.addend = pq_bytes_uint(&b, word);
		if (b.bad)
			return;
		/* A slot may have no symbol: its stub gets no name. */
		if (symbol < r->names.n)
			slot.name = r->names.at[symbol];
		*pq_vec_push(&r->slots) = slot;
		if (is_lazy)
			*pq_vec_push(&r->lazy) = slot;
	}
}

static int by_slot(const void *x, const void *y)
{
	const struct plt_slot *a = x, *b = y;

	return (a->address > b->address) - (a->address < b->address);
}

static struct pq_text name_of_slot(const struct plt_reading *r,
				   uint64_t address)
{
	struct plt_slot key = { .address = address };
	const struct plt_slot *found =
		r->slots.n ? bsearch(&key, r->slots.at, r->slots.n, sizeof(key),
				     by_slot)
			   : NULL;

	return found ? found->name : key.name;
}

/* ---- code of stubs ---- */

static uint32_t little(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

/* jmp *slot(%rip), or what pushes the number of a relocation. */
static struct pq_text name_x86_64(const struct plt_reading *r,
				  const uint8_t *code, size_t n,
				  uint64_t address)
{
	for (size_t i = 0; i + 6 <= n; i++)
		if (code[i] == 0xff && code[i + 1] == 0x25)
			return name_of_slot(r,
					    address + i + 6 +
						    (uint64_t)(int32_t)little(
							    code + i + 2));
	/* endbr64; push $number */
	if (n >= 9 && !memcmp(code, "\xf3\x0f\x1e\xfa\x68", 5) &&
	    little(code + 5) < r->lazy.n)
		return r->lazy.at[little(code + 5)].name;
	return (struct pq_text){ NULL, 0 };
}

/* jmp *slot, or jmp *offset(%ebx) from the table's address. */
static struct pq_text name_i386(const struct plt_reading *r,
				const uint8_t *code, size_t n)
{
	for (size_t i = 0; i + 6 <= n; i++) {
		if (code[i] != 0xff)
			continue;
		if (code[i + 1] == 0x25)
			return name_of_slot(r, little(code + i + 2));
		if (code[i + 1] == 0xa3)
			return name_of_slot(
				r, (uint32_t)(r->got + little(code + i + 2)));
	}
	return (struct pq_text){ NULL, 0 };
}

/* adrp x16, page; ldr x17, [x16, #offset] */
static struct pq_text name_aarch64(const struct plt_reading *r,
				   const uint8_t *code, size_t n,
				   uint64_t address)
{
	for (size_t i = 0; i + 8 <= n; i += 4) {
		uint32_t adrp = little(code + i), ldr = little(code + i + 4);
		uint64_t pages = (adrp >> 29 & 3) | (adrp >> 5 & 0x7ffff) << 2;

		/* registers are x16 and x17 by the ABI */
		if ((adrp & 0x9f00001f) != 0x90000010 ||
		    (ldr & 0xffc003ff) != 0xf9400211)
			continue;
		/* The distance is signed and has 21 bits. */
		if (pages & 0x100000)
			pages |= ~(uint64_t)0x1fffff;
		return name_of_slot(r, ((address + i) & ~(uint64_t)0xfff) +
					       (pages << 12) +
					       (ldr >> 10 & 0xfff) * 8);
	}
	return (struct pq_text){ NULL, 0 };
}

static struct pq_text name_stub(const struct plt_reading *r,
				const uint8_t *code, size_t n, uint64_t address)
{
	switch (r->content->elf->machine) {
	case PQ_MACHINE_X86_64:
		return name_x86_64(r, code, n, address);
	case PQ_MACHINE_386:
		return name_i386(r, code, n);
	case PQ_MACHINE_AARCH64:
		return name_aarch64(r, code, n, address);
	default:
		return (struct pq_text){ NULL, 0 };
	}
}

static void add_named(struct plt_reading *r, struct pq_text name,
		      const char *what, uint64_t address, uint64_t bytes)
{
	struct pq_buf b = { 0 };

	pq_buf_text(&b, name);
	pq_buf_str(&b, what);
	*pq_vec_push(&r->to->at) = (struct pq_symbol){
		.address = address,
		.bytes = bytes,
		.end = address + bytes,
		.name = pq_arena_text(&r->to->arena, pq_buf_view(&b)),
	};
	pq_buf_release(&b);
}

/* The first entry of a section with a head is that head, and has no name. */
static void take_stubs(struct plt_reading *r, const char *section,
		       unsigned head, unsigned stub)
{
	const struct pq_elf_section *s =
		pq_elf_section(r->content->elf, section);
	struct pq_bytes b = pq_elf_content_of(r->content, s);
	uint64_t address = s ? s->address + head : 0;

	pq_bytes_skip(&b, head);
	for (; pq_bytes_left(&b) >= stub; address += stub) {
		struct pq_text name = name_stub(r, b.at, stub, address);

		if (name.len)
			add_named(r, name, "@plt", address, stub);
		pq_bytes_skip(&b, stub);
	}
}

/* .plt.got has stubs of 8 bytes, of 16 where they begin with endbr64. */
static unsigned bytes_of_got_stub(const struct plt_reading *r)
{
	const struct pq_elf_section *s =
		pq_elf_section(r->content->elf, ".plt.got");

	return s && s->entry_bytes == 16 ? 16 : 8;
}

static void read_slots(struct plt_reading *r)
{
	const struct pq_elf *e = r->content->elf;
	const struct pq_elf_section *dynamic = NULL;

	/* relocations tell slots and symbols */
	for (size_t i = 0; i < e->sections.n; i++)
		if (e->sections.at[i].type == PQ_SECTION_DYNAMIC_SYMBOLS)
			dynamic = &e->sections.at[i];
	pq_symbol_table_walk(r->content, dynamic, name_dynamic, r);
	take_slots(r, ".rela.plt", true);
	take_slots(r, ".rel.plt", true);
	take_slots(r, ".rela.dyn", false);
	take_slots(r, ".rel.dyn", false);
	if (r->slots.n)
		qsort(r->slots.at, r->slots.n, sizeof(*r->slots.at), by_slot);
}

static void release_slots(struct plt_reading *r)
{
	pq_vec_release(&r->slots);
	pq_vec_release(&r->lazy);
	pq_vec_release(&r->names);
}

static void add_stubs(struct plt_reading *r)
{
	const struct pq_elf *e = r->content->elf;
	const struct pq_elf_section *got = pq_elf_section(e, ".got.plt");
	bool is_arm = e->machine == PQ_MACHINE_AARCH64;

	r->got = got ? got->address : 0;
	/* stubs jump through a slot each; .plt begins with one that has none */
	take_stubs(r, ".plt", is_arm ? 32 : 16, 16);
	take_stubs(r, ".plt.sec", 0, 16);
	take_stubs(r, ".plt.got", 0, bytes_of_got_stub(r));
}

static bool is_in_section(const struct pq_elf_section *s, uint64_t address)
{
	return s && address >= s->address && address - s->address < s->bytes;
}

/* What a slot is for: a dynamic symbol, or the program's own function. */
static struct pq_text name_slot(const struct plt_slot *slot,
				const struct pq_symbols *code)
{
	const struct pq_symbol *own = pq_symbol_at(code, slot->addend);

	if (slot->name.len || !own || own->address != slot->addend)
		return slot->name;
	return own->name;
}

static void add_slots(struct plt_reading *r, const struct pq_symbols *code)
{
	const struct pq_elf *e = r->content->elf;
	const struct pq_elf_section *got = pq_elf_section(e, ".got");
	const struct pq_elf_section *plt = pq_elf_section(e, ".got.plt");

	for (size_t i = 0; i < r->slots.n; i++) {
		const struct plt_slot *slot = &r->slots.at[i];
		struct pq_text name = name_slot(slot, code);

		/* Other relocations are of pointers in data. */
		if (name.len && (is_in_section(got, slot->address) ||
				 is_in_section(plt, slot->address)))
			add_named(r, name, "@got", slot->address,
				  e->wide ? 8 : 4);
	}
}

void pq_symbols_add_stubs(struct pq_symbols *s, struct pq_elf_content *c)
{
	struct plt_reading r = { .to = s, .content = c };

	read_slots(&r);
	add_stubs(&r);
	release_slots(&r);
}

void pq_symbols_add_linkage(struct pq_symbols *s, struct pq_elf_content *c,
			    const struct pq_symbols *code)
{
	struct plt_reading r = { .to = s, .content = c };

	read_slots(&r);
	add_stubs(&r);
	add_slots(&r, code);
	release_slots(&r);
}
