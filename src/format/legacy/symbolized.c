/*
 * symbolized.c - a profile of addresses with their names in front, as
 * `pprof --raw' of gperftools and `jeprof --raw' write it for another machine,
 * and php-memprof.  Declared in legacy.h.
 */
#include "format/legacy/legacy.h"

#include <string.h>

#include "base/intern.h"
#include "base/vec.h"
#include "profile/ids.h"
#include "format/text/lines.h"
#include "format/text/scan.h"

#include "base/banned.h"

/*
 * --- symbol
 * binary=/usr/bin/shopd
 * 0x000000000040114a load_cache
 * 0x0000000000401163 price_all--price_one
 * ---
 * --- heap
 * (the profile as it was, of any format with addresses)
 *
 * The names of one address are joined by "--", the caller first.
 */
struct symbol {
	uint64_t address;
	uint32_t name; /* string id */
};

struct symbolized {
	struct pq_lines l;
	struct pq_profile *p;
	struct pq_intern strings;
	PQ_VEC(struct symbol) symbols;
	struct pq_ids by_address;     /* positions in symbols */
	PQ_VEC(uint32_t) function_of; /* function + 1, by string id */
};

/* Addresses are never dense (ids.h). */
static uint64_t make_sparse_key(uint64_t address)
{
	return address ^ (uint64_t)1 << 63;
}

static void take_symbol(struct symbolized *r)
{
	struct pq_scan s = pq_scan_over(r->l.line);
	struct symbol symbol;
	struct pq_text name;
	bool fresh;

	if (!pq_scan_literal(&s, "0x") ||
	    !pq_number_hex(pq_scan_run(&s, pq_is_hex), &symbol.address) ||
	    !pq_scan_spaces(&s))
		return;
	name = pq_text_trim(pq_scan_rest(&s));
	/* An address without a name stands for itself. */
	if (!name.len || pq_text_starts(name, "0x"))
		return;
	symbol.name = pq_intern(&r->strings, name);
	pq_ids_number(&r->by_address, make_sparse_key(symbol.address), &fresh);
	if (fresh)
		*pq_vec_push(&r->symbols) = symbol;
}

/* Reads the table, and the line behind it that names the section. */
static bool read_symbol_table(struct symbolized *r)
{
	if (!pq_lines_next(&r->l) || !pq_text_is(r->l.line, "--- symbol"))
		return pq_lines_fail(&r->l, "no table of symbols");
	while (pq_lines_next(&r->l) && !pq_text_starts(r->l.line, "---"))
		take_symbol(r);
	/* The section's line may follow at once, or behind empty ones. */
	if (pq_text_is(r->l.line, "---"))
		while (pq_lines_next(&r->l) && !pq_text_trim(r->l.line).len)
			;
	if (pq_text_is(r->l.line, "--- symbol"))
		return pq_lines_fail(&r->l, "a second table of symbols");
	return pq_text_starts(r->l.line, "--- ") ||
	       (r->l.err->code == PQ_OK &&
		pq_lines_fail(&r->l, "no profile follows the table of "
				     "symbols; the file was truncated"));
}

/* ---- names for the locations ---- */

/*
 * A caller's address is one less in the table, and mostly in the profile; a
 * leaf's is the same in both.
 */
static const struct symbol *find_symbol(const struct symbolized *r,
					uint64_t address)
{
	const uint64_t candidates[] = { address, address + 1, address - 1 };

	for (int i = 0; i < 3; i++) {
		uint32_t at = pq_ids_find(&r->by_address,
					  make_sparse_key(candidates[i]));

		if (at != PQ_NONE)
			return &r->symbols.at[at];
	}
	return NULL;
}

static uint32_t find_named_function(struct symbolized *r, struct pq_text name)
{
	struct pq_profile *p = r->p;
	uint32_t id = pq_intern(&r->strings, name);
	struct pq_function f = { .id = (uint64_t)p->functions.n + 1 };

	/* Positions by string id, plus one: 0 was not made yet. */
	while (r->function_of.n <= id)
		*pq_vec_push(&r->function_of) = 0;
	if (!r->function_of.at[id]) {
		f.name = f.system_name = pq_profile_add_string(
			p, pq_intern_text(&r->strings, id));
		*pq_vec_push(&p->function_order) = (uint32_t)p->functions.n;
		*pq_vec_push(&p->functions) = f;
		r->function_of.at[id] = (uint32_t)p->functions.n;
	}
	return r->function_of.at[id] - 1;
}

/* Lines are innermost first, names of the table outermost first. */
static void name_location(struct symbolized *r, struct pq_location *l,
			  struct pq_text names)
{
	struct pq_profile *p = r->p;
	size_t end = names.len;

	l->first_line = (uint32_t)p->lines.n;
	while (end) {
		size_t from = end;

		while (from > 1 && !(names.bytes[from - 1] == '-' &&
				     names.bytes[from - 2] == '-'))
			from--;
		from = from > 1 ? from : 0;
		if (from < end)
			*pq_vec_push(&p->lines) = (struct pq_line){
				.function = find_named_function(
					r, pq_text_slice(names, from, end))
			};
		end = from > 2 ? from - 2 : 0;
	}
	l->n_lines = (uint32_t)(p->lines.n - l->first_line);
}

static void name_locations(struct symbolized *r)
{
	struct pq_profile *p = r->p;

	for (size_t i = 0; i < p->locations.n; i++) {
		struct pq_location *l = &p->locations.at[i];
		const struct symbol *s =
			l->n_lines ? NULL : find_symbol(r, l->address);

		if (!s)
			continue;
		name_location(r, l, pq_intern_text(&r->strings, s->name));
		if (l->mapping != PQ_NONE)
			p->mappings.at[l->mapping].has_functions = true;
	}
}

/* ---- the whole ---- */

static bool read_symbolized(struct symbolized *r)
{
	struct pq_stream *s = r->l.s;

	if (!read_symbol_table(r))
		return false;
	if (pq_memprof_begins(s))
		return pq_memprof_read(s, r->p, r->l.err);
	return pq_profile_read_rest(s, r->p, r->l.err);
}

int pq_symbolized_probe(const uint8_t *head, size_t n)
{
	struct pq_text rest = { (const char *)head, n }, line;

	return pq_lines_split(&rest, &line) && pq_text_is(line, "--- symbol")
		       ? PQ_SURE_MAGIC
		       : PQ_SURE_NO;
}

bool pq_symbolized_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	struct symbolized r = { .p = p };
	bool ok;

	/* Samples must be held: they are behind a table. */
	p->samples.keeping = NULL;
	pq_lines_init(&r.l, s, err);
	pq_intern_init(&r.strings, &p->arena);
	ok = read_symbolized(&r);
	if (ok)
		name_locations(&r);
	pq_intern_release(&r.strings);
	pq_vec_release(&r.symbols);
	pq_ids_release(&r.by_address);
	pq_vec_release(&r.function_of);
	return ok;
}
