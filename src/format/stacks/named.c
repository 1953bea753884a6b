#include "format/stacks/named.h"

#include "format/text/finish.h"
#include "format/text/places.h"
#include "format/text/scan.h"

#include "base/banned.h"

void pq_named_init(struct pq_named *r, struct pq_stream *s,
		   struct pq_profile *p, struct pq_error *err)
{
	*r = (struct pq_named){ .n_passed = 0 };
	pq_legacy_init(&r->b, p);
	pq_lines_init(&r->l, s, err);
	pq_legacy_sample_type(&r->b, "samples", PQ_TEXT("count"));
}

void pq_named_release(struct pq_named *r)
{
	pq_map_release(&r->locations);
	pq_vec_release(&r->mapping_of);
	pq_legacy_release(&r->b);
}

static uint32_t intern_module(struct pq_named *r, struct pq_text module)
{
	struct pq_profile *p = r->b.p;
	struct pq_mapping m = { .file = pq_legacy_string(&r->b, module),
				.has_functions = true };

	if (!module.len)
		return PQ_NONE;
	/* Positions by string id, plus one: 0 was not met yet. */
	while (r->mapping_of.n <= m.file)
		*pq_vec_push(&r->mapping_of) = 0;
	if (!r->mapping_of.at[m.file]) {
		m.id = p->mappings.n + 1;
		*pq_vec_push(&p->mappings) = m;
		r->mapping_of.at[m.file] = (uint32_t)m.id;
	}
	return r->mapping_of.at[m.file] - 1;
}

void pq_named_program(struct pq_named *r, struct pq_text module)
{
	if (!r->b.p->mappings.n)
		intern_module(r, module);
}

uint32_t pq_named_location(struct pq_named *r, struct pq_text name,
			   struct pq_text module)
{
	struct pq_line line = { .function = pq_legacy_function(&r->b, name,
							       PQ_TEXT("")) };
	struct pq_place place = { .mapping = intern_module(r, module),
				  .lines = &line,
				  .n_lines = 1 };

	r->b.p->functions.at[line.function].demangled = true;
	return pq_place_location(r->b.p, &r->locations, &place);
}

void pq_named_push(struct pq_named *r, struct pq_text name,
		   struct pq_text module)
{
	*pq_vec_push(&r->b.stack) = pq_named_location(r, name, module);
}

void pq_named_key(struct pq_named *r, struct pq_text key)
{
	*pq_vec_push(&r->b.labels) = (struct pq_label){
		.key = pq_legacy_string(&r->b, PQ_TEXT("key")),
		.str = pq_legacy_string(&r->b, key),
	};
}

bool pq_named_finish(struct pq_named *r)
{
	struct pq_profile *p = r->b.p;

	if (r->l.err->code != PQ_OK)
		return false;
	if (!p->samples.n)
		return pq_lines_fail(&r->l, "there are no stacks with counts");
	pq_lines_note_passed(&p->notes, r->n_passed, "stack");
	pq_legacy_number(&r->b);
	/* Ids were given by interning: the table is copied in their order. */
	for (size_t i = 0; i < r->b.strings.texts.n; i++)
		pq_profile_add_string(p, pq_intern_text(&r->b.strings,
							(uint32_t)i));
	return true;
}

struct pq_text pq_named_plain_name(struct pq_text name)
{
	size_t at = name.len;

	while (at && pq_is_hex(name.bytes[at - 1]))
		at--;
	if (at < name.len && at > 2 && name.bytes[at - 1] == 'x' &&
	    name.bytes[at - 2] == '0')
		at -= 2;
	return at < name.len && at > 1 && name.bytes[at - 1] == '+'
		       ? pq_text_slice(name, 0, at - 1)
		       : name;
}
