#include "symbolize/elf/elf_content.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gzip/zlib_stream.h"
#include "gzip/zstd_frames.h"
#include "symbolize/elf/mini_debug.h"

#include "base/banned.h"

enum { BY_ZLIB = 1, BY_ZSTD = 2 };

static void unmap_content(void *content)
{
	struct pq_elf_content *c = content;

	if (c->map)
		munmap(c->map, c->map_bytes);
	c->map = NULL;
}

bool pq_elf_content_open(struct pq_elf_content *c, const struct pq_elf *elf,
			 struct pq_error *err)
{
	void *map;

	memset(c, 0, sizeof(*c));
	c->elf = elf;
	if (elf->memory)
		return true;
	map = mmap(NULL, elf->bytes, PROT_READ, MAP_PRIVATE, elf->fd, 0);
	if (map == MAP_FAILED)
		return pq_fail(err, PQ_EIO, "cannot map: %s", strerror(errno));
	c->map = map;
	c->map_bytes = elf->bytes;
	/* A map is no memory of pq_alloc: unwinding has to be told of it. */
	pq_cleanup_add(&c->cleanup, unmap_content, c);
	return true;
}

void pq_elf_content_close(struct pq_elf_content *c)
{
	pq_mini_debug_free(c->mini);
	pq_cleanup_remove(&c->cleanup);
	unmap_content(c);
	for (size_t i = 0; i < c->inflated.n; i++)
		pq_free(c->inflated.at[i]);
	pq_vec_release(&c->inflated);
}

/* Nothing where there is damage; what is asked for then is not known. */
static struct pq_bytes give_up_section(struct pq_elf_content *c)
{
	c->damaged = true;
	return pq_bytes_over(NULL, 0, c->elf->big);
}

/* ---- compressed ones ---- */

/* Type, size and alignment stand before the compressed bytes. */
static bool take_standard_header(const struct pq_elf_content *c,
				 struct pq_elf_packed *to)
{
	uint32_t type = pq_bytes_u32(&to->from);

	/* A wide header has four bytes of padding behind its type. */
	if (c->elf->wide)
		pq_bytes_skip(&to->from, 4);
	to->bytes = pq_bytes_uint(&to->from, c->elf->wide ? 8 : 4);
	pq_bytes_skip(&to->from, c->elf->wide ? 8 : 4);
	to->is_zlib = type == BY_ZLIB;
	return type == BY_ZLIB || type == BY_ZSTD;
}

/* "ZLIB" and a big-endian size stand before the compressed bytes. */
static bool take_older_header(struct pq_elf_packed *to)
{
	struct pq_bytes head = to->from;

	if (pq_bytes_left(&head) < 12 || memcmp(head.at, "ZLIB", 4))
		return false;
	head.big = true;
	pq_bytes_skip(&head, 4);
	to->bytes = pq_bytes_u64(&head);
	to->is_zlib = true;
	pq_bytes_skip(&to->from, 12);
	return true;
}

/* The size is the file's word: it counts within limits only. */
static bool is_within_limits(const struct pq_elf_content *c,
			     const struct pq_elf_packed *packed)
{
	return !packed->from.bad &&
	       packed->bytes <= PQ_ELF_MOST_INFLATED - c->inflated_bytes &&
	       packed->bytes / PQ_ELF_MOST_RATIO <=
		       pq_bytes_left(&packed->from);
}

/* Its bytes in the file; none when it has none. */
static struct pq_bytes bytes_in_file(struct pq_elf_content *c,
				     const struct pq_elf_section *s)
{
	const struct pq_elf *e = c->elf;
	struct pq_bytes all =
		pq_bytes_over(e->memory ? e->memory : c->map, e->bytes, e->big);

	/* Sections without bytes in the file are usual in debug files. */
	if (!s || s->type == PQ_SECTION_NOBITS || !s->bytes)
		return pq_bytes_over(NULL, 0, e->big);
	return pq_bytes_slice(&all, s->offset, s->bytes);
}

static bool is_compressed(const struct pq_elf_section *s)
{
	return s->flags & PQ_SECTION_COMPRESSED ||
	       pq_text_starts(s->name, ".zdebug_");
}

bool pq_elf_content_packed(struct pq_elf_content *c,
			   const struct pq_elf_section *s,
			   struct pq_elf_packed *to)
{
	bool ok;

	*to = (struct pq_elf_packed){ .from = bytes_in_file(c, s) };
	if (!pq_bytes_left(&to->from) || !is_compressed(s))
		return false;
	ok = s->flags & PQ_SECTION_COMPRESSED ? take_standard_header(c, to)
					      : take_older_header(to);
	if (ok && is_within_limits(c, to))
		return true;
	give_up_section(c);
	return false;
}

static struct pq_bytes inflate_section(struct pq_elf_content *c,
				       const struct pq_elf_packed *packed)
{
	const uint8_t *from = packed->from.at;
	size_t n = pq_bytes_left(&packed->from);
	uint64_t bytes = packed->bytes;
	uint8_t *to = pq_alloc(bytes ? bytes : 1);

	*pq_vec_push(&c->inflated) = to;
	c->inflated_bytes += bytes;
	if (!(packed->is_zlib ? pq_zlib_inflate : pq_zstd_inflate)(from, n, to,
								   bytes))
		return give_up_section(c);
	pq_elf_content_forget(c, packed->from);
	return pq_bytes_over(to, bytes, c->elf->big);
}

/* ---- sections ---- */

struct pq_bytes pq_elf_content_of(struct pq_elf_content *c,
				  const struct pq_elf_section *s)
{
	struct pq_bytes part = bytes_in_file(c, s);
	struct pq_elf_packed packed;

	if (part.bad)
		return give_up_section(c);
	if (!pq_bytes_left(&part) || !is_compressed(s))
		return part;
	/* Damage was noted where the header was read. */
	if (!pq_elf_content_packed(c, s, &packed))
		return pq_bytes_over(NULL, 0, c->elf->big);
	return inflate_section(c, &packed);
}

const struct pq_elf_section *pq_elf_find_debug_section(const struct pq_elf *e,
						       const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < e->sections.n; i++) {
		struct pq_text is = e->sections.at[i].name;

		/* .NAME and .zNAME are the same section, told apart later. */
		if (is.len > n &&
		    pq_text_is(pq_text_slice(is, is.len - n, is.len), name) &&
		    (is.len == n + 1 ||
		     (is.len == n + 2 && pq_text_starts(is, ".z"))))
			return &e->sections.at[i];
	}
	return NULL;
}

struct pq_bytes pq_elf_debug_section(struct pq_elf_content *c, const char *name)
{
	return pq_elf_content_of(c, pq_elf_find_debug_section(c->elf, name));
}

void pq_elf_content_forget(const struct pq_elf_content *c,
			   struct pq_bytes bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = ((uintptr_t)bytes.at + page - 1) & ~(page - 1);
	uintptr_t to = (uintptr_t)bytes.end & ~(page - 1);

	/* only whole pages of the map can be given back */
	if (bytes.at < c->map || bytes.end > c->map + c->map_bytes ||
	    from >= to)
		return;
	madvise((void *)from, to - from, MADV_DONTNEED);
}
