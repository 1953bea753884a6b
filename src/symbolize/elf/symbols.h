/*
 * symbols.h - functions and labels of an ELF file by address.
 *
 * Shape:   sorted by address, one for each: of several names of an address the
 *          one of the largest size, of those the last in the table (which is
 *          llvm-symbolizer's choice).  .symtab, or where there is none .dynsym
 *          and the table in .gnu_debugdata (mini_debug.h); NAME@plt for the
 *          stubs that lead to other libraries.
 * Reach:   a symbol holds the addresses of its size; one without size those up
 *          to the next symbol, or the end of its section.
 * Left out: data, mapping symbols of ARM ($x), what is in no executable
 *          section.
 * Owner:   pq_symbols_read fills; pq_symbols_release.  Names are in `content',
 *          but for those of stubs.
 * Source:  the gABI's symbol table; psABIs for stubs.
 */
#ifndef PQ_SYMBOLIZE_ELF_SYMBOLS_H
#define PQ_SYMBOLIZE_ELF_SYMBOLS_H

#include "base/arena.h"
#include "symbolize/elf/elf_content.h"

struct pq_symbol {
	uint64_t address;
	uint64_t bytes; /* as the table says; 0: not known */
	uint64_t end;	/* past the last address it holds */
	struct pq_text name;
	struct pq_text file; /* a local one's source, if told */
};

struct pq_symbols {
	struct pq_arena arena;
	PQ_VEC(struct pq_symbol) at;
	PQ_VEC(uint64_t) furthest; /* the largest end of at[0..i] */
	bool is_damaged;	   /* a table is there, and cannot be read */
};

void pq_symbols_init(struct pq_symbols *s);
void pq_symbols_release(struct pq_symbols *s);

/*
 * Adds the symbols of a file; false when it has none.  Stubs are those of the
 * program itself, and no debug file has them.
 */
bool pq_symbols_add(struct pq_symbols *s, struct pq_elf_content *c);
void pq_symbols_add_stubs(struct pq_symbols *s, struct pq_elf_content *c);

/*
 * Adds the stubs, and NAME@got for the slots of the global offset table that
 * are told: what code loads from, or calls through.  `code' are sorted symbols
 * of the program, which slots of its own functions are named by.
 */
void pq_symbols_add_linkage(struct pq_symbols *s, struct pq_elf_content *c,
			    const struct pq_symbols *code);

/* After the last was added, before the first is asked for. */
void pq_symbols_sort(struct pq_symbols *s);

/* NULL when none holds the address. */
const struct pq_symbol *pq_symbol_at(const struct pq_symbols *s,
				     uint64_t address);

/* ---- as nm lists them, for -symbolize=fastlocal ---- */

struct pq_listed_symbol {
	uint64_t address, bytes;
	struct pq_text name;
	bool is_strict; /* holds the addresses of its size only */
};

struct pq_symbol_list {
	PQ_VEC(struct pq_listed_symbol) at; /* by address, name, size */
};

void pq_symbol_list_read(struct pq_symbol_list *l, struct pq_elf_content *c);
void pq_symbol_list_release(struct pq_symbol_list *l);

/* The last one at or below the address, as the reference takes them. */
const struct pq_listed_symbol *
pq_symbol_list_find(const struct pq_symbol_list *l, uint64_t address);

/* ---- the table itself ---- */

struct pq_symbol_entry {
	uint32_t index;
	uint8_t type, binding;
	uint16_t section;
	uint64_t value, bytes;
	struct pq_text name;
};

/*
 * Tells each symbol of a table section in its order; `each' false: enough.
 * False when the table makes no sense.
 */
bool pq_symbol_table_walk(
	struct pq_elf_content *c, const struct pq_elf_section *table,
	bool (*each)(void *ctx, const struct pq_symbol_entry *e), void *ctx);

enum {
	PQ_SYMBOL_NOTYPE = 0,
	PQ_SYMBOL_OBJECT = 1,
	PQ_SYMBOL_FUNCTION = 2,
	PQ_SYMBOL_SECTION = 3,
	PQ_SYMBOL_FILE = 4,
	PQ_SYMBOL_TLS = 6,
	PQ_SYMBOL_IFUNC = 10,
	PQ_BINDING_LOCAL = 0,
	PQ_BINDING_WEAK = 2,
};

#endif
