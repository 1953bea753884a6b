#include "symbolize/elf/mini_debug.h"

#include "gzip/xz_stream.h"

#include "base/banned.h"

struct pq_mini_debug {
	uint8_t *bytes;
	struct pq_elf elf;
	struct pq_elf_content content;
	bool is_open;
};

/* The stream's index is the file's word: it counts within limits only. */
static bool inflate_mini_debug(struct pq_mini_debug *m, struct pq_bytes from,
			       uint64_t *bytes)
{
	size_t n = pq_bytes_left(&from);

	if (!pq_xz_size(from.at, n, bytes) || *bytes > PQ_MINI_MOST_BYTES ||
	    *bytes / PQ_ELF_MOST_RATIO > n)
		return false;
	m->bytes = pq_alloc(*bytes ? *bytes : 1);
	return pq_xz_inflate(from.at, n, m->bytes, *bytes);
}

static bool open_mini_debug(struct pq_mini_debug *m, struct pq_bytes from)
{
	struct pq_error ignored;
	uint64_t bytes;

	pq_error_clear(&ignored);
	return inflate_mini_debug(m, from, &bytes) &&
	       pq_elf_open_memory(&m->elf, m->bytes, bytes, &ignored) &&
	       pq_elf_content_open(&m->content, &m->elf, &ignored);
}

struct pq_elf_content *pq_mini_debug_of(struct pq_elf_content *c)
{
	const struct pq_elf_section *s;
	struct pq_bytes from;

	if (!c->mini) {
		c->mini = pq_alloc_zeroed(sizeof(*c->mini));
		s = pq_elf_section(c->elf, ".gnu_debugdata");
		from = pq_elf_content_of(c, s);
		if (!pq_bytes_left(&from) || !pq_xz_is_built_in())
			return NULL;
		c->mini->is_open = open_mini_debug(c->mini, from);
		c->damaged |= !c->mini->is_open;
	}
	return c->mini->is_open ? &c->mini->content : NULL;
}

void pq_mini_debug_free(struct pq_mini_debug *m)
{
	if (!m)
		return;
	/* closing is for what was begun as well: all zeros before */
	pq_elf_content_close(&m->content);
	pq_elf_close(&m->elf);
	pq_free(m->bytes);
	pq_free(m);
}
