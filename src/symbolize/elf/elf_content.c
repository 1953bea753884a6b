#include "symbolize/elf/elf_content.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gzip/zlib_stream.h"
#include "gzip/zstd_frames.h"

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

/* All of a stream whose size is known: pq_zlib_inflate, pq_zstd_inflate. */
typedef bool inflate_whole(const uint8_t *from, size_t n, uint8_t *to,
			   size_t bytes);

static struct pq_bytes inflate_section(struct pq_elf_content *c,
				       struct pq_bytes from, uint64_t bytes,
				       inflate_whole *inflate)
{
	uint64_t room = PQ_ELF_MOST_INFLATED - c->inflated_bytes;
	size_t n = pq_bytes_left(&from);
	uint8_t *to;

	/* the size is the file's word: room is taken within limits only */
	if (from.bad || bytes > room || bytes / PQ_ELF_MOST_RATIO > n)
		return give_up_section(c);
	to = pq_alloc(bytes ? bytes : 1);
	*pq_vec_push(&c->inflated) = to;
	c->inflated_bytes += bytes;
	if (!inflate(from.at, n, to, bytes))
		return give_up_section(c);
	pq_elf_content_forget(c, from);
	return pq_bytes_over(to, bytes, c->elf->big);
}

/* Type, size and alignment stand before the compressed bytes. */
static struct pq_bytes inflate_standard(struct pq_elf_content *c,
					struct pq_bytes from)
{
	uint32_t type = pq_bytes_u32(&from);
	uint64_t bytes;

	/* A wide header has four bytes of padding behind its type. */
	if (c->elf->wide)
		pq_bytes_skip(&from, 4);
	bytes = pq_bytes_uint(&from, c->elf->wide ? 8 : 4);
	pq_bytes_skip(&from, c->elf->wide ? 8 : 4);
	if (type != BY_ZLIB && type != BY_ZSTD)
		return give_up_section(c);
	return inflate_section(c, from, bytes,
			       type == BY_ZLIB ? pq_zlib_inflate
					       : pq_zstd_inflate);
}

/* "ZLIB" and a big-endian size stand before the compressed bytes. */
static struct pq_bytes inflate_older(struct pq_elf_content *c,
				     struct pq_bytes from)
{
	struct pq_bytes head = from;
	uint64_t bytes;

	if (pq_bytes_left(&from) < 12 || memcmp(from.at, "ZLIB", 4))
		return give_up_section(c);
	head.big = true;
	pq_bytes_skip(&head, 4);
	bytes = pq_bytes_u64(&head);
	pq_bytes_skip(&from, 12);
	return inflate_section(c, from, bytes, pq_zlib_inflate);
}

struct pq_bytes pq_elf_content_of(struct pq_elf_content *c,
				  const struct pq_elf_section *s)
{
	struct pq_bytes all = pq_bytes_over(c->map, c->map_bytes, c->elf->big);
	struct pq_bytes part;

	/* Sections without bytes in the file are usual in debug files. */
	if (!s || s->type == PQ_SECTION_NOBITS || !s->bytes)
		return pq_bytes_over(NULL, 0, c->elf->big);
	part = pq_bytes_slice(&all, s->offset, s->bytes);
	if (part.bad)
		return give_up_section(c);
	if (s->flags & PQ_SECTION_COMPRESSED)
		return inflate_standard(c, part);
	if (pq_text_starts(s->name, ".zdebug_"))
		return inflate_older(c, part);
	return part;
}

struct pq_bytes pq_elf_debug_section(struct pq_elf_content *c, const char *name)
{
	const struct pq_elf *e = c->elf;
	size_t n = strlen(name);

	for (size_t i = 0; i < e->sections.n; i++) {
		struct pq_text is = e->sections.at[i].name;

		/* .NAME and .zNAME are the same section, told apart later. */
		if (is.len > n &&
		    pq_text_is(pq_text_slice(is, is.len - n, is.len), name) &&
		    (is.len == n + 1 ||
		     (is.len == n + 2 && pq_text_starts(is, ".z"))))
			return pq_elf_content_of(c, &e->sections.at[i]);
	}
	return pq_bytes_over(NULL, 0, e->big);
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
