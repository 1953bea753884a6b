#include "symbolize/dwarf/functions.h"

#include "base/mem.h"
#include "base/search.h"

#include "base/banned.h"

/* A place on the way down: the function that entries here are in. */
struct walk_level {
	uint32_t function; /* in found[], or PQ_FUNCTION_NONE */
	uint64_t entry;	   /* when it is one that is not in found[] yet */
	bool is_function, inlined;
};

struct function_walk {
	struct pq_functions *to;
	const struct pq_unit *unit;
	const struct pq_abbrevs *abbrevs;
	const uint64_t *addresses;
	size_t n;
	bool is_thorough; /* passes over nothing */
	uint64_t work;
	uint32_t depth;
	struct walk_level levels[PQ_FUNCTIONS_DEPTH];
};

static size_t first_address_from(const struct function_walk *w, uint64_t from)
{
	return PQ_NUMBER_FROM(w->addresses, w->n, from);
}

/* ---- marking ---- */

struct marking {
	struct function_walk *walk;
	const struct pq_entry *entry;
	bool marks; /* else only looks whether there is an address */
	bool inlined, hit;
	uint32_t function;
};

static uint32_t add_found_function(struct function_walk *w, uint64_t entry,
				   uint32_t outer, bool inlined)
{
	struct pq_functions *f = w->to;
	uint32_t depth = outer == PQ_FUNCTION_NONE ? 0
						   : f->found.at[outer].depth;

	*pq_vec_push(&f->found) =
		(struct pq_found_function){ entry, outer,
					    inlined ? depth + 1 : 0, inlined };
	return (uint32_t)f->found.n - 1;
}

/* The function around the current entry, put into found[] if need be. */
static uint32_t settle_outer(struct function_walk *w)
{
	uint32_t outer = PQ_FUNCTION_NONE;

	for (uint32_t i = 0; i < w->depth && i < PQ_FUNCTIONS_DEPTH; i++) {
		struct walk_level *l = &w->levels[i];

		if (l->is_function && l->function == PQ_FUNCTION_NONE)
			l->function = add_found_function(
				w, l->entry,
				l->inlined ? outer : PQ_FUNCTION_NONE,
				l->inlined);
		if (l->is_function)
			outer = l->function;
	}
	return outer;
}

static bool mark_range(void *ctx, uint64_t low, uint64_t high)
{
	struct marking *m = ctx;
	struct function_walk *w = m->walk;
	size_t at = first_address_from(w, low);

	/* Ranges without an address cost work, too: there may be millions. */
	if (at == w->n || w->addresses[at] >= high)
		return ++w->work < PQ_FUNCTIONS_WORK;
	m->hit = true;
	if (!m->marks)
		return false;

	/* functions come into being when the first address is theirs */
	if (m->function == PQ_FUNCTION_NONE)
		m->function = add_found_function(w, m->entry->offset,
						 m->inlined ? settle_outer(w)
							    : PQ_FUNCTION_NONE,
						 m->inlined);
	if (w->to->found.at[m->function].depth > PQ_FUNCTIONS_INLINED)
		return false;

	/* inner functions come later in the walk and take addresses over */
	for (; at < w->n && w->addresses[at] < high; at++, w->work++)
		w->to->innermost[at] = m->function;
	return w->work < PQ_FUNCTIONS_WORK;
}

/* ---- walking ---- */

static bool is_function_tag(uint16_t tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/* Entries below which there is no function, as far as is usual. */
static bool is_leaf_tag(uint16_t tag)
{
	switch (tag) {
	case DW_TAG_array_type:
	case DW_TAG_class_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_structure_type:
	case DW_TAG_subroutine_type:
	case DW_TAG_union_type:
	case DW_TAG_interface_type:
	case DW_TAG_call_site:
	case DW_TAG_GNU_call_site:
	case DW_TAG_GNU_template_parameter_pack:
	case DW_TAG_GNU_formal_parameter_pack:
		return true;
	default:
		return false;
	}
}

/* Whether what is below an entry may hold an address; marks those it holds. */
static bool look_at_code(struct function_walk *w, const struct pq_entry *e,
			 struct walk_level *level)
{
	uint16_t tag = e->abbrev->tag;
	struct marking m = { .walk = w,
			     .entry = e,
			     .marks = is_function_tag(tag),
			     .inlined = tag == DW_TAG_inlined_subroutine,
			     .function = PQ_FUNCTION_NONE };

	pq_entry_ranges(w->unit, e, mark_range, &m);
	*level = (struct walk_level){ m.function, e->offset, m.marks,
				      m.inlined };
	if (tag == DW_TAG_lexical_block && !e->has_low && !e->has_ranges)
		return true; /* abstract blocks hold concrete functions */
	return m.hit;
}

static void descend(struct function_walk *w, const struct walk_level *level)
{
	if (w->depth < PQ_FUNCTIONS_DEPTH)
		w->levels[w->depth] = *level;
	w->depth++;
}

/* Where to go on after an entry whose children are of no interest. */
static bool pass_over(struct function_walk *w, const struct pq_entry *e,
		      struct pq_bytes *b)
{
	uint64_t at = pq_dwarf_offset(w->unit->dwarf, b->at);

	/* A sibling has to lead on: damage could lead in a circle. */
	if (!e->has_sibling || e->sibling < at || e->sibling >= w->unit->end)
		return false;
	pq_bytes_skip(b, e->sibling - at);
	return true;
}

/* One entry; false at the end of the unit, or of the work. */
static bool walk_entry(struct function_walk *w, struct pq_bytes *b)
{
	struct walk_level level = { PQ_FUNCTION_NONE, 0, false, false };
	bool is_wanted = true, has_code;
	struct pq_entry e;

	if (!pq_entry_read(w->unit, w->abbrevs, b, &e))
		return false;
	/* the end of a list of children leads one level up */
	if (!e.abbrev)
		return w->depth && --w->depth;

	/* subtrees without an address are passed over by their sibling */
	has_code = pq_tag_has_code(e.abbrev->tag);
	if (has_code && w->depth < PQ_FUNCTIONS_DEPTH)
		is_wanted = look_at_code(w, &e, &level);
	else if (is_leaf_tag(e.abbrev->tag))
		is_wanted = false;
	if (e.abbrev->has_children &&
	    (is_wanted || w->is_thorough || !pass_over(w, &e, b)))
		descend(w, &level);
	return w->depth && w->work < PQ_FUNCTIONS_WORK;
}

static void walk_unit(struct function_walk *w)
{
	struct pq_bytes b = pq_unit_bytes(w->unit, w->unit->entries);

	w->depth = 0;
	w->to->found.n = 0;
	for (size_t i = 0; i < w->n; i++)
		w->to->innermost[i] = PQ_FUNCTION_NONE;
	while (walk_entry(w, &b))
		continue;
}

static bool misses_some(const struct pq_functions *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (f->innermost[i] == PQ_FUNCTION_NONE)
			return true;
	return false;
}

void pq_functions_find(struct pq_functions *f, const struct pq_unit *u,
		       const struct pq_abbrevs *a, const uint64_t *addresses,
		       size_t n)
{
	struct function_walk w = {
		.to = f, .unit = u, .abbrevs = a, .addresses = addresses, .n = n
	};

	if (n > f->room) {
		f->innermost = pq_realloc(
			f->innermost, pq_size_mul(n, sizeof(*f->innermost)));
		f->room = n;
	}
	/* functions in types are rare: all is walked only when some miss */
	walk_unit(&w);
	if (!misses_some(f, n))
		return;
	w.is_thorough = true;
	walk_unit(&w);
}

void pq_functions_release(struct pq_functions *f)
{
	pq_vec_release(&f->found);
	pq_free(f->innermost);
	f->innermost = NULL;
	f->room = 0;
}
