/*
 * elf_content.h - what is in an ELF file's sections, inflated where they are
 * compressed.
 *
 * The file is mapped: one that shrinks meanwhile ends the process by SIGBUS,
 * which is why this runs in the reader's child only (reader.h).  Each section
 * is inflated once, when it is first asked for.  A file that is in memory is
 * not mapped.
 * Limits: a section may be PQ_ELF_MOST_RATIO times its size in the file when
 *         inflated, all of them PQ_ELF_MOST_INFLATED bytes.
 * Owner:  pq_elf_content_open / pq_elf_content_close; `elf` must outlive it,
 *         and it what was taken from it.
 * Source: the gABI's SHF_COMPRESSED by zlib and, where profq is built with
 *         libzstd, by zstd; GNU's older .zdebug_ sections.
 */
#ifndef PQ_SYMBOLIZE_ELF_ELF_CONTENT_H
#define PQ_SYMBOLIZE_ELF_ELF_CONTENT_H

#include "base/mem.h"
#include "symbolize/elf/elf_file.h"

#define PQ_ELF_MOST_RATIO 64
#define PQ_ELF_MOST_INFLATED ((uint64_t)4 << 30)

struct pq_mini_debug;

struct pq_elf_content {
	const struct pq_elf *elf;
	uint8_t *map; /* NULL: the file is in memory */
	size_t map_bytes;
	PQ_VEC(uint8_t *) inflated;
	uint64_t inflated_bytes;
	bool damaged; /* a section could not be inflated, or is not there */
	struct pq_mini_debug *mini; /* mini_debug.h; NULL: not asked for */
	struct pq_cleanup cleanup;
};

bool pq_elf_content_open(struct pq_elf_content *c, const struct pq_elf *elf,
			 struct pq_error *err);
void pq_elf_content_close(struct pq_elf_content *c);

/* Its bytes as they are in memory; none when it has none, or is NULL. */
struct pq_bytes pq_elf_content_of(struct pq_elf_content *c,
				  const struct pq_elf_section *s);

/* Where a compressed section's bytes are, and what becomes of them. */
struct pq_elf_packed {
	struct pq_bytes from;
	uint64_t bytes; /* when inflated: the file's word, within the limits */
	bool is_zlib;	/* else by zstd */
};

/* False when it is not compressed; at damage as well, which is noted then. */
bool pq_elf_content_packed(struct pq_elf_content *c,
			   const struct pq_elf_section *s,
			   struct pq_elf_packed *to);

/* .NAME, or .zNAME; NULL: none. */
const struct pq_elf_section *pq_elf_find_debug_section(const struct pq_elf *e,
						       const char *name);

/*
 * The debug section of a name without its "."; for "debug_info" also
 * .zdebug_info.
 */
struct pq_bytes pq_elf_debug_section(struct pq_elf_content *c,
				     const char *name);

/*
 * Gives back the memory of bytes of the mapped file that were read; they may
 * be read again.  Inflated ones stay.
 */
void pq_elf_content_forget(const struct pq_elf_content *c,
			   struct pq_bytes bytes);

#endif
