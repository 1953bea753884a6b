#include "format/text/mappings.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/search.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* Binaries of amd64 are linked to start here. */
#define USUAL_START 0x400000

/* ---- the list itself ---- */

static bool continues_mapping(const struct pq_mapping *a,
			      const struct pq_mapping *b)
{
	if (a->file && b->file && a->file != b->file)
		return false;
	if (a->build_id && b->build_id && a->build_id != b->build_id)
		return false;
	return a->limit == b->start &&
	       (!a->offset || !b->offset ||
		a->offset + (a->limit - a->start) == b->offset);
}

static void join_neighbours(struct pq_profile *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->mappings.n; i++) {
		const struct pq_mapping *m = &p->mappings.at[i];
		struct pq_mapping *last = n ? &p->mappings.at[n - 1] : NULL;

		if (!last || !continues_mapping(last, m)) {
			p->mappings.at[n++] = *m;
			continue;
		}
		/* The neighbour may name what the first part does not. */
		last->limit = m->limit;
		if (m->file)
			last->file = m->file;
		if (m->build_id)
			last->build_id = m->build_id;
	}
	p->mappings.n = n;
}

/* "libx.so", "libx.so.6", "libx.so_1" */
static bool is_shared_object(struct pq_text file)
{
	size_t at = 0;

	while ((at = pq_text_find(file, at, ".so")) < file.len) {
		at += 3;
		if (at == file.len)
			return true;
		if (file.len - at >= 2 && strchr("._", file.bytes[at]) &&
		    pq_is_digit(file.bytes[at + 1]))
			return true;
	}
	return false;
}

static bool may_be_main(struct pq_text file, struct pq_buf *scratch)
{
	size_t at = 0;

	pq_buf_clear(scratch);
	/* A binary that was replaced while it ran is marked as deleted. */
	while (at < file.len) {
		size_t mark = pq_text_find(file, at, "(deleted)");

		pq_buf_text(scratch, pq_text_slice(file, at, mark));
		at = mark + strlen("(deleted)");
	}
	file = pq_text_trim(pq_buf_view(scratch));
	return file.len && file.bytes[0] != '[' && !is_shared_object(file);
}

void pq_mappings_tidy(struct pq_legacy *b)
{
	struct pq_profile *p = b->p;
	struct pq_buf scratch = { 0 };
	size_t main = 0;

	join_neighbours(p);
	while (main < p->mappings.n &&
	       !may_be_main(pq_intern_text(&b->strings,
					   p->mappings.at[main].file),
			    &scratch))
		main++;
	/* The first mapping is the program: they change places. */
	if (main < p->mappings.n) {
		struct pq_mapping first = p->mappings.at[0];

		p->mappings.at[0] = p->mappings.at[main];
		p->mappings.at[main] = first;
	}
	pq_buf_release(&scratch);
	/* The text of the binary may have been moved to a huge page. */
	if (p->mappings.n > 1 &&
	    pq_text_starts(pq_intern_text(&b->strings, p->mappings.at[0].file),
			   "/anon_hugepage") &&
	    p->mappings.at[0].limit == p->mappings.at[1].start) {
		p->mappings.n--;
		memmove(p->mappings.at, p->mappings.at + 1,
			p->mappings.n * sizeof(*p->mappings.at));
	}
}

/* ---- locations ---- */

/*
 * Ranges of addresses, each with a number; for an address it gives the least
 * number of the ranges that contain it.  A segment tree: leaf i stands for
 * [bounds[i], bounds[i + 1]), a range is noted at the few nodes that make it.
 */
struct cover {
	const uint64_t *bounds;
	size_t n;
	uint32_t *least; /* node i has the children 2i and 2i + 1 */
};

static void cover_init(struct cover *c, const uint64_t *bounds, size_t n)
{
	size_t bytes = pq_size_mul(n + 1, 2 * sizeof(*c->least));

	c->bounds = bounds;
	c->n = n;
	c->least = pq_alloc(bytes);
	memset(c->least, 0xff, bytes); /* PQ_NONE */
}

/* The number of bounds that are not above the address. */
static size_t count_bounds_upto(const struct cover *c, uint64_t address)
{
	return PQ_NUMBER_ABOVE(c->bounds, c->n, address);
}

static void keep_least(uint32_t *least, uint32_t number)
{
	if (number < *least)
		*least = number;
}

/* Adds a range; both of its ends must be bounds. */
static void cover_add(struct cover *c, uint64_t from, uint64_t to,
		      uint32_t number)
{
	size_t low, high;

	if (from >= to)
		return;
	low = count_bounds_upto(c, from) - 1 + c->n;
	high = count_bounds_upto(c, to) - 1 + c->n;
	for (; low < high; low /= 2, high /= 2) {
		/* Nodes at an edge are noted, others by their parent. */
		if (low & 1)
			keep_least(&c->least[low++], number);
		if (high & 1)
			keep_least(&c->least[--high], number);
	}
}

static uint32_t cover_find(const struct cover *c, uint64_t address)
{
	size_t at = count_bounds_upto(c, address);
	uint32_t least = PQ_NONE;

	if (!at)
		return PQ_NONE;
	/* All ranges that contain a leaf are noted on its way to the root. */
	for (at += c->n - 1; at; at /= 2)
		keep_least(&least, c->least[at]);
	return least;
}

static int compare_bounds(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Where a mapping would begin if its file's start were mapped too. */
static uint64_t file_start(const struct pq_mapping *m)
{
	return m->offset && m->offset <= m->start ? m->start - m->offset
						  : m->start;
}

/* Lists all starts and ends of ranges, ascending, each once. */
static size_t list_bounds(const struct pq_profile *p, uint64_t *to)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < p->mappings.n; i++) {
		const struct pq_mapping *m = &p->mappings.at[i];

		to[n++] = m->start;
		to[n++] = m->limit;
		to[n++] = file_start(m);
	}
	qsort(to, n, sizeof(*to), compare_bounds);
	for (size_t i = 0; i < n; i++)
		if (!kept || to[kept - 1] != to[i])
			to[kept++] = to[i];
	return kept;
}

/* Ranges of the mappings, and ranges that extending them would add. */
struct assigning {
	struct pq_profile *p;
	struct cover inside, before;
	uint32_t fake;
};

static uint32_t find_mapping_of(struct assigning *s, uint64_t address)
{
	struct pq_profile *p = s->p;
	uint32_t number = cover_find(&s->inside, address);

	if (number != PQ_NONE)
		return number;
	/* The fake one contains all addresses: nothing is extended then. */
	if (s->fake != PQ_NONE)
		return s->fake;
	number = cover_find(&s->before, address);
	/* A mapping is extended to the start of its file, once. */
	if (number != PQ_NONE) {
		struct pq_mapping *m = &p->mappings.at[number];

		cover_add(&s->inside, file_start(m), m->start, number);
		m->start = file_start(m);
		m->offset = 0;
		return number;
	}
	s->fake = (uint32_t)p->mappings.n;
	*pq_vec_push(&p->mappings) = (struct pq_mapping){ .limit = UINT64_MAX };
	return s->fake;
}

static void assign_all(struct pq_profile *p)
{
	struct assigning s = { .p = p, .fake = PQ_NONE };
	uint64_t *bounds =
		pq_alloc(pq_size_mul(p->mappings.n + 1, 3 * sizeof(*bounds)));
	size_t n = list_bounds(p, bounds);

	cover_init(&s.inside, bounds, n);
	cover_init(&s.before, bounds, n);
	/* Bounds of extended mappings are known: trees keep their shape. */
	for (uint32_t i = 0; i < p->mappings.n; i++) {
		const struct pq_mapping *m = &p->mappings.at[i];

		cover_add(&s.inside, m->start, m->limit, i);
		cover_add(&s.before, file_start(m), m->start, i);
	}
	for (size_t i = 0; i < p->locations.n; i++) {
		struct pq_location *l = &p->locations.at[i];

		if (l->address && l->mapping == PQ_NONE)
			l->mapping = find_mapping_of(&s, l->address);
	}
	pq_free(s.inside.least);
	pq_free(s.before.least);
	pq_free(bounds);
}

void pq_assign_mappings(struct pq_profile *p)
{
	if (p->mappings.n) {
		struct pq_mapping *main = &p->mappings.at[0];

		/* A binary linked to start there is mapped from its start. */
		if (main->start - main->offset == USUAL_START) {
			main->start = USUAL_START;
			main->offset = 0;
		}
	}
	assign_all(p);
	for (size_t i = 0; i < p->mappings.n; i++)
		p->mappings.at[i].id = i + 1;
}

/* ---- the program in front ---- */

/* True for a file, and not the kernel's, the vdso's or anonymous memory's. */
static bool is_program_file(struct pq_text file)
{
	size_t n = file.len;

	return n && file.bytes[0] != '[' && !pq_text_starts(file, "//") &&
	       !pq_text_starts(file, "/memfd:") &&
	       !pq_text_starts(file, "/dev/") &&
	       !pq_text_starts(file, "/SYSV") && !pq_text_is(file, "inlined") &&
	       !(n > 3 && pq_text_is(pq_text_slice(file, n - 3, n), ".ko"));
}

/* The number of mappings where none is a program's or a library's. */
static size_t find_program(const struct pq_legacy *b)
{
	const struct pq_profile *p = b->p;
	size_t library = p->mappings.n;

	for (size_t i = 0; i < p->mappings.n; i++) {
		struct pq_text file =
			pq_intern_text(&b->strings, p->mappings.at[i].file);

		/* A file that was replaced while it ran is marked so. */
		file = pq_text_slice(file, 0,
				     pq_text_find(file, 0, " (deleted)"));
		if (!is_program_file(file))
			continue;
		if (!is_shared_object(file))
			return i;
		if (library == p->mappings.n)
			library = i;
	}
	return library;
}

void pq_put_program_first(struct pq_legacy *b)
{
	struct pq_profile *p = b->p;
	size_t at = find_program(b);
	struct pq_mapping program;

	if (!at || at == p->mappings.n)
		return;
	program = p->mappings.at[at];
	memmove(p->mappings.at + 1, p->mappings.at,
		at * sizeof(*p->mappings.at));
	p->mappings.at[0] = program;
	/* Ids are positions, and locations name mappings by theirs. */
	for (size_t i = 0; i <= at; i++)
		p->mappings.at[i].id = i + 1;
	for (size_t i = 0; i < p->locations.n; i++) {
		struct pq_location *l = &p->locations.at[i];

		if (l->mapping == at)
			l->mapping = 0;
		else if (l->mapping < at)
			l->mapping++;
	}
}
