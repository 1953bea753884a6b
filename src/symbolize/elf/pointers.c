#include "symbolize/elf/pointers.h"

#include "base/banned.h"

struct relocation {
	uint64_t at, addend;
};

static unsigned word_of(const struct pq_elf *e)
{
	return e->wide ? 8 : 4;
}

static struct pq_bytes open_relocations(struct pq_elf_content *c)
{
	const struct pq_elf_section *s = pq_elf_section(c->elf, ".rela.dyn");

	if (!s || s->type != PQ_SECTION_RELA)
		return pq_bytes_over(NULL, 0, c->elf->big);
	return pq_elf_content_of(c, s);
}

/* Those of symbols are none of the program's own addresses. */
static bool next_relocation(const struct pq_elf *e, struct pq_bytes *b,
			    struct relocation *r)
{
	unsigned word = word_of(e);

	while (pq_bytes_left(b) >= (size_t)word * 3) {
		uint64_t symbol;

		r->at = pq_bytes_uint(b, word);
		symbol = pq_bytes_uint(b, word) >> (e->wide ? 32 : 8);
		r->addend = pq_bytes_uint(b, word);
		if (!symbol)
			return true;
	}
	return false;
}

/* Data of the program that is in the file, where pointers may be. */
static bool has_pointers(const struct pq_elf_section *s)
{
	return s->flags & PQ_SECTION_IN_MEMORY &&
	       !(s->flags & PQ_SECTION_EXECUTABLE) &&
	       s->type == PQ_SECTION_PROGRAM;
}

struct pq_bytes pq_elf_bytes_at(struct pq_elf_content *c, uint64_t address)
{
	for (size_t i = 0; i < c->elf->sections.n; i++) {
		const struct pq_elf_section *s = &c->elf->sections.at[i];
		struct pq_bytes b;

		if (!has_pointers(s) || address < s->address ||
		    address - s->address >= s->bytes)
			continue;
		b = pq_elf_content_of(c, s);
		return pq_bytes_from(&b, address - s->address);
	}
	return pq_bytes_over(NULL, 0, c->elf->big);
}

uint64_t pq_elf_pointer_at(struct pq_elf_content *c, uint64_t address)
{
	struct pq_bytes b = open_relocations(c);
	struct relocation r;

	while (next_relocation(c->elf, &b, &r))
		if (r.at == address)
			return r.addend;
	b = pq_elf_bytes_at(c, address);
	return pq_bytes_uint(&b, word_of(c->elf));
}

size_t pq_elf_pointers_to(struct pq_elf_content *c, uint64_t address,
			  uint64_t *at, size_t most)
{
	struct pq_bytes b = open_relocations(c);
	unsigned word = word_of(c->elf);
	struct relocation r;
	size_t n = 0;

	while (n < most && next_relocation(c->elf, &b, &r))
		if (r.addend == address)
			at[n++] = r.at;

	/* what is relocated and in its place, too, is found twice */
	for (size_t i = 0; i < c->elf->sections.n; i++) {
		const struct pq_elf_section *s = &c->elf->sections.at[i];
		uint64_t place = s->address;

		if (!has_pointers(s) || s->address % word)
			continue;
		b = pq_elf_content_of(c, s);
		for (; n < most && pq_bytes_left(&b) >= word; place += word)
			if (pq_bytes_uint(&b, word) == address)
				at[n++] = place;
	}
	return n;
}
