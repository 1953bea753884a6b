#include "format/folded_stacks.h"

#include <string.h>

#include "base/banned.h"

void pq_folded_stacks_init(struct pq_folded_stacks *s, struct pq_profile *p)
{
	memset(s, 0, sizeof(*s));
	s->p = p;
	pq_intern_init(&s->names, &p->arena);
}

void pq_folded_stacks_release(struct pq_folded_stacks *s)
{
	pq_intern_release(&s->names);
	pq_vec_release(&s->location_of);
	pq_vec_release(&s->stack);
}

static void add_folded_location(struct pq_profile *p, struct pq_text name)
{
	uint32_t at = (uint32_t)p->locations.n;
	struct pq_function function = { .id = (uint64_t)at + 1 };
	struct pq_line line = { 0, 0, at };
	struct pq_location location = { .id = (uint64_t)at + 1,
					.mapping = PQ_NONE,
					.first_line = at,
					.n_lines = 1 };

	/* No system name: the tool that folded the stacks has demangled it. */
	function.name = pq_profile_add_string(p, name);
	*pq_vec_push(&p->functions) = function;
	*pq_vec_push(&p->function_order) = at;
	*pq_vec_push(&p->lines) = line;
	*pq_vec_push(&p->locations) = location;
	*pq_vec_push(&p->location_order) = at;
}

uint32_t pq_folded_location(struct pq_folded_stacks *s, struct pq_text name)
{
	uint32_t id = pq_intern(&s->names, name);

	while (s->location_of.n <= id)
		*pq_vec_push(&s->location_of) = 0;
	if (!s->location_of.at[id]) {
		add_folded_location(s->p, pq_intern_text(&s->names, id));
		s->location_of.at[id] = (uint32_t)s->p->locations.n;
	}
	return s->location_of.at[id] - 1;
}

static void reverse_stack(uint32_t *at, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		uint32_t other = at[n - 1 - i];

		at[n - 1 - i] = at[i];
		at[i] = other;
	}
}

void pq_folded_stack(struct pq_folded_stacks *s, struct pq_text text)
{
	s->stack.n = 0;
	for (size_t at = 0; at <= text.len;) {
		size_t end = pq_text_find(text, at, ";");

		*pq_vec_push(&s->stack) =
			pq_folded_location(s, pq_text_slice(text, at, end));
		at = end + 1;
	}
	/* Folded stacks have the root first, profiles the leaf. */
	reverse_stack(s->stack.at, s->stack.n);
}
