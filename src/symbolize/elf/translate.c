#include "symbolize/elf/translate.h"

#include <string.h>

#include "base/banned.h"

#define PAGE_BYTES ((uint64_t)4096)
#define KERNEL_HALF ((uint64_t)1 << 63)
#define POWER_KERNEL_OFFSET ((uint64_t)0xc000000000000000)

static bool is_fake_part(const struct pq_mapped_part *m)
{
	return !m->start && !m->offset && (!m->limit || m->limit == UINT64_MAX);
}

bool pq_translation_wants_kernel(const struct pq_mapped_part *m,
				 struct pq_text file)
{
	return pq_text_find(file, 0, "vmlinux") < file.len ||
	       m->start % PAGE_BYTES || m->limit % PAGE_BYTES ||
	       m->offset % PAGE_BYTES;
}

/* The segment of code that has .text. */
static const struct pq_elf_segment *find_text_segment(const struct pq_elf *e)
{
	const struct pq_elf_section *text = pq_elf_section(e, ".text");

	for (size_t i = 0; text && i < e->segments.n; i++) {
		const struct pq_elf_segment *s = &e->segments.at[i];

		if (s->type == PQ_SEGMENT_LOAD &&
		    s->flags & PQ_SEGMENT_EXECUTABLE &&
		    text->address >= s->address &&
		    text->address - s->address < s->memory_bytes)
			return s;
	}
	return NULL;
}

/* ---- the base: what is to be subtracted ---- */

static bool find_kernel_base(const struct pq_translation *t,
			     const struct pq_elf_segment *s, uint64_t *base)
{
	const struct pq_mapped_part *m = &t->part;
	bool same_page = t->has_kernel &&
			 m->start % PAGE_BYTES == t->kernel % PAGE_BYTES;

	/* a kernel that was not moved */
	if (s->address == m->start - m->offset) {
		*base = m->offset;
		return true;
	}
	/* ChromeOS maps it at 0 */
	if (!m->start && m->limit && t->has_kernel) {
		*base = m->start - t->kernel;
		return true;
	}
	/* perf's kernel, moved as a whole: by _stext if that is known */
	if (m->start >= KERNEL_HALF && m->limit > m->start &&
	    (!m->offset || m->offset == POWER_KERNEL_OFFSET ||
	     m->offset == m->start)) {
		*base = m->start - (same_page ? t->kernel : s->address);
		return true;
	}
	/* a mapping that begins at the symbol itself */
	if (m->start % PAGE_BYTES && same_page) {
		*base = m->start - t->kernel;
		return true;
	}
	return false;
}

static bool find_program_base(const struct pq_translation *t,
			      const struct pq_elf_segment *s, uint64_t *base)
{
	const struct pq_mapped_part *m = &t->part;

	/* Without a segment addresses are taken for the file's own. */
	if (!s) {
		*base = 0;
		return true;
	}
	/* A program of user space is where its mapping says. */
	if (!t->has_kernel && m->start && m->start < KERNEL_HALF) {
		*base = m->start - m->offset + s->offset - s->address;
		return true;
	}
	if (find_kernel_base(t, s, base))
		return true;
	*base = m->start - s->address;
	return !m->start && m->limit && !t->has_kernel;
}

/* By the segment of an address; NULL when the file has none. */
static bool find_base(const struct pq_translation *t,
		      const struct pq_elf_segment *s, uint64_t *base)
{
	const struct pq_mapped_part *m = &t->part;

	if (is_fake_part(m)) {
		*base = 0;
		return true;
	}
	switch (t->elf->type) {
	case PQ_ELF_EXEC:
		return find_program_base(t, s, base);
	case PQ_ELF_REL:
		*base = m->start;
		return !m->offset;
	case PQ_ELF_DYN:
		if (!s)
			*base = m->start - m->offset;
		else if (!find_kernel_base(t, s, base))
			*base = m->start - m->offset + s->offset - s->address;
		return true;
	default:
		return false;
	}
}

bool pq_translation_init(struct pq_translation *t, const struct pq_elf *elf,
			 const struct pq_mapped_part *part,
			 const uint64_t *kernel, struct pq_error *err)
{
	uint64_t base;

	*t = (struct pq_translation){ .elf = elf,
				      .part = *part,
				      .has_kernel = kernel != NULL,
				      .kernel = kernel ? *kernel : 0,
				      .text = find_text_segment(elf) };
	/* The base of the code tells whether the file can be translated. */
	if (find_base(t, t->text, &base))
		return true;
	if (elf->type == PQ_ELF_REL)
		return pq_fail(err, PQ_EFORMAT,
			       "could not identify base: don't know how to "
			       "handle mapping.Offset");
	return pq_fail(err, PQ_EFORMAT,
		       "could not identify base: don't know how to handle "
		       "an ELF file of type %u at 0x%llx",
		       elf->type, (unsigned long long)part->start);
}

/* ---- the segment ---- */

static uint64_t end_of_segment(const struct pq_elf_segment *s)
{
	return s->offset + s->memory_bytes;
}

/* Whether a mapping may show a part of a segment. */
static bool shows_segment(const struct pq_mapped_part *m,
			  const struct pq_elf_segment *s)
{
	uint64_t limit = m->offset + (m->limit - m->start), aligned = 0;
	uint64_t within = s->address & (s->align - 1);

	if (s->type != PQ_SEGMENT_LOAD || !s->file_bytes ||
	    m->offset >= end_of_segment(s) || s->offset >= limit)
		return false;
	/* The system maps whole pages, aligned as the segment is. */
	if (s->offset > within)
		aligned = s->offset - within;
	if (m->offset < aligned)
		return false;
	/* the last bytes of one, and then the pages of another */
	return !(m->offset > s->offset &&
		 end_of_segment(s) < m->offset + PAGE_BYTES &&
		 limit >= end_of_segment(s) + PAGE_BYTES);
}

static bool has_load_segment(const struct pq_elf *e)
{
	for (size_t i = 0; i < e->segments.n; i++)
		if (e->segments.at[i].type == PQ_SEGMENT_LOAD)
			return true;
	return false;
}

/* False when no segment fits, or more than one. */
static bool find_segment(const struct pq_translation *t, uint64_t address,
			 const struct pq_elf_segment **found)
{
	const struct pq_mapped_part *m = &t->part;
	uint64_t at = address - m->start + m->offset;
	const struct pq_elf_segment *only = NULL, *there = NULL;
	size_t n = 0, n_there = 0;

	*found = NULL;
	/* Objects have no segments: their addresses are of sections. */
	if (!has_load_segment(t->elf))
		return true;
	for (size_t i = 0; i < t->elf->segments.n; i++) {
		const struct pq_elf_segment *s = &t->elf->segments.at[i];

		if (!shows_segment(m, s))
			continue;
		only = s;
		n++;
		if (at >= s->offset && at < end_of_segment(s)) {
			there = s;
			n_there++;
		}
	}
	/* One segment alone counts, even if the address is outside of it. */
	*found = n == 1 ? only : there;
	return n == 1 || n_there == 1;
}

bool pq_translate(const struct pq_translation *t, uint64_t address,
		  uint64_t *in_file)
{
	const struct pq_mapped_part *m = &t->part;
	const struct pq_elf_segment *s = t->text;
	uint64_t base;

	if (is_fake_part(m)) {
		*in_file = address;
		return true;
	}
	if (address < m->start || address >= m->limit)
		return false;
	/* A kernel is moved by other rules than segments are. */
	if (!t->has_kernel && m->start < m->limit && m->limit < KERNEL_HALF &&
	    !find_segment(t, address, &s))
		return false;
	if (!find_base(t, s, &base))
		return false;
	*in_file = address - base;
	return true;
}
