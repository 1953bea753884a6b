#include "fetch/symbolz.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/mem.h"
#include "base/search.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* An address of the profile, and the function that the server says it is in. */
struct named_address {
	uint64_t address;
	uint32_t function;
	size_t i; /* the later of two lines for one address counts */
};

struct naming {
	struct pq_profile *p;
	struct pq_intern names;
	PQ_VEC(uint32_t) functions; /* by name */
	PQ_VEC(struct named_address) named;
};

size_t pq_symbolz_request(const struct pq_profile *p, uint32_t mapping,
			  uint64_t start, struct pq_buf *to)
{
	uint64_t moved = start - p->mappings.at[mapping].start;
	size_t n = 0;

	for (size_t i = 0; i < p->locations.n; i++) {
		const struct pq_location *l = &p->locations.at[i];

		/* Locations with lines have names: nobody needs to be asked. */
		if (l->mapping != mapping || !l->address || l->n_lines)
			continue;
		pq_buf_printf(to, "%s0x%llx", n++ ? "+" : "",
			      (unsigned long long)(l->address + moved));
	}
	return n;
}

/* ---- the answer ---- */

static uint32_t function_of_name(struct naming *x, struct pq_text name)
{
	uint32_t at = pq_intern(&x->names, name), fresh;
	struct pq_function f = { 0 };

	pq_vec_reach(&x->functions, (size_t)at + 1);
	if (x->functions.at[at])
		return x->functions.at[at] - 1;

	/* Positions are kept plus one: 0 is a name that is met first here. */
	fresh = (uint32_t)x->p->functions.n;
	f.id = x->p->functions.n + 1;
	f.name = f.system_name = pq_profile_copy_string(x->p, name);
	*pq_vec_push(&x->p->functions) = f;
	*pq_vec_push(&x->p->function_order) = fresh;
	x->functions.at[at] = fresh + 1;
	return fresh;
}

/* The first "0xHEX NAME" of a line; false when there is none. */
static bool split_line(struct pq_text line, uint64_t *address,
		       struct pq_text *name)
{
	for (size_t at = pq_text_find(line, 0, "0x"); at < line.len;
	     at = pq_text_find(line, at + 2, "0x")) {
		size_t end = at + 2, blank;

		while (end < line.len && pq_is_hex(line.bytes[end]))
			end++;
		blank = end;
		while (blank < line.len && pq_is_space(line.bytes[blank]))
			blank++;
		if (end == at + 2 || blank == end)
			continue;
		*name = pq_text_slice(line, blank, line.len);
		return pq_number_hex(pq_text_slice(line, at + 2, end), address);
	}
	return false;
}

static int compare_named(const void *left, const void *right)
{
	const struct named_address *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->i < b->i ? -1 : 1;
}

static void read_answer(struct naming *x, uint64_t moved, struct pq_text answer)
{
	size_t at = 0, end;

	/* A last line without its end was cut off. */
	for (; (end = pq_text_find(answer, at, "\n")) < answer.len;
	     at = end + 1) {
		struct pq_text name;
		uint64_t address;
		struct named_address *named;

		if (!split_line(pq_text_slice(answer, at, end), &address,
				&name))
			continue;
		named = pq_vec_push(&x->named);
		named->address = address - moved;
		named->function = function_of_name(x, name);
		named->i = x->named.n;
	}
	if (x->named.n)
		qsort(x->named.at, x->named.n, sizeof(*x->named.at),
		      compare_named);
}

/* The last entry of an address; NULL: the server does not know it. */
static const struct named_address *find_named(const struct naming *x,
					      uint64_t address)
{
	size_t above =
		PQ_FIRST_ABOVE(x->named.at, x->named.n, address, address);

	return above && x->named.at[above - 1].address == address
		       ? &x->named.at[above - 1]
		       : NULL;
}

void pq_symbolz_apply(struct pq_profile *p, uint32_t mapping, uint64_t start,
		      struct pq_text answer)
{
	struct naming x = { .p = p };

	pq_intern_init(&x.names, &p->arena);
	read_answer(&x, start - p->mappings.at[mapping].start, answer);
	for (size_t i = 0; i < p->locations.n; i++) {
		struct pq_location *l = &p->locations.at[i];
		const struct named_address *named;

		if (l->mapping != mapping)
			continue;
		named = find_named(&x, l->address);
		if (!named)
			continue;
		l->first_line = (uint32_t)p->lines.n;
		l->n_lines = 1;
		*pq_vec_push(&p->lines) =
			(struct pq_line){ .function = named->function };
	}
	pq_intern_release(&x.names);
	pq_vec_release(&x.functions);
	pq_vec_release(&x.named);
}
