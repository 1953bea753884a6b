#include "symbolize/dwarf/function_name.h"

#include "base/banned.h"

void pq_entry_cache_release(struct pq_entry_cache *c)
{
	for (size_t i = 0; i < PQ_CACHED_UNITS; i++)
		pq_abbrevs_release(&c->slots[i]);
}

static const struct pq_abbrevs *abbrevs_of(struct pq_entry_cache *c,
					   const struct pq_unit *u)
{
	size_t slot = (size_t)(u->offset ^ u->offset >> 8) % PQ_CACHED_UNITS;

	/* A slot has the last table only: addresses come unit by unit. */
	pq_unit_read_abbrevs(u, &c->slots[slot]);
	return &c->slots[slot];
}

/* Where the way goes on: an entry of this file, or the alternate one. */
struct origin {
	const struct pq_dwarf *dwarf;
	uint64_t entry;
	bool is_known;
};

static void take_origin(const struct pq_unit *u, const struct pq_value *v,
			struct origin *next)
{
	next->dwarf = v->kind == PQ_VALUE_ALTERNATE_ENTRY ? u->dwarf->alternate
							  : u->dwarf;
	next->entry = v->number;
	next->is_known = next->dwarf && (v->kind == PQ_VALUE_ENTRY ||
					 v->kind == PQ_VALUE_ALTERNATE_ENTRY);
}

static void take_fact(const struct pq_unit *u, uint16_t name,
		      const struct pq_value *v, bool is_first,
		      struct pq_function_facts *f, struct origin *next)
{
	switch (name) {
	case DW_AT_name:
		if (!f->name.len && v->kind == PQ_VALUE_TEXT)
			f->name = v->text;
		break;
	case DW_AT_linkage_name:
	case DW_AT_MIPS_linkage_name:
		if (!f->linkage_name.len && v->kind == PQ_VALUE_TEXT)
			f->linkage_name = v->text;
		break;
	case DW_AT_decl_line:
		if (!f->start_line)
			f->start_line = v->number;
		break;
	case DW_AT_specification:
		if (!next->is_known)
			take_origin(u, v, next);
		break;
	case DW_AT_abstract_origin:
		take_origin(u, v, next);
		break;
	case DW_AT_call_file:
		f->call_file = is_first ? v->number : f->call_file;
		break;
	case DW_AT_call_line:
		f->call_line = is_first ? v->number : f->call_line;
		break;
	case DW_AT_call_column:
		f->call_column = is_first ? v->number : f->call_column;
		break;
	}
}

static bool is_fact(uint16_t name)
{
	switch (name) {
	case DW_AT_name:
	case DW_AT_linkage_name:
	case DW_AT_MIPS_linkage_name:
	case DW_AT_decl_line:
	case DW_AT_specification:
	case DW_AT_abstract_origin:
	case DW_AT_call_file:
	case DW_AT_call_line:
	case DW_AT_call_column:
		return true;
	default:
		return false;
	}
}

static void take_facts(struct pq_entry_cache *c, const struct pq_unit *u,
		       uint64_t entry, bool is_first,
		       struct pq_function_facts *f, struct origin *next)
{
	const struct pq_abbrevs *a = abbrevs_of(c, u);
	struct pq_bytes b = pq_unit_bytes(u, entry);
	const struct pq_abbrev *abbrev = pq_abbrev_find(a, pq_bytes_uleb(&b));
	const struct pq_attribute_spec *s;
	struct pq_value v;

	if (b.bad || !abbrev)
		return;

	/* the first on the way counts: an entry before its origins */
	s = pq_abbrev_specs(a, abbrev);
	for (uint32_t i = 0; i < abbrev->n; i++, s++) {
		if (!is_fact(s->name)) {
			if (!pq_value_skip(u, s, &b))
				return;
			continue;
		}
		if (!pq_value_read(u, s, &b, &v))
			return;
		take_fact(u, s->name, &v, is_first, f, next);
	}
}

void pq_function_facts_read(struct pq_entry_cache *c, const struct pq_unit *u,
			    uint64_t entry, struct pq_function_facts *facts)
{
	struct origin next;

	*facts = (struct pq_function_facts){ .start_line = 0 };
	/* Origins may lead in a circle: there is a limit to them. */
	for (int i = 0; u && i < PQ_ORIGINS_MOST; i++) {
		next = (struct origin){ .is_known = false };
		take_facts(c, u, entry, !i, facts, &next);
		if (!next.is_known)
			return;
		entry = next.entry;
		/* nearly always of the same unit */
		if (next.dwarf != u->dwarf || entry < u->entries ||
		    entry >= u->end)
			u = pq_dwarf_unit_at(next.dwarf, entry);
	}
}
