/*
 * elf_file.h - an ELF file's head: what it is, its segments and sections, its
 * build id, and which other files it says belong to it.
 *
 * Reading is by pread only, so that a file that shrinks meanwhile is an error
 * and no signal; tables are copied, contents of sections are not read here
 * (elf_content.h).
 * Shape:  both classes, both byte orders; addresses are those of the file.
 * Errors: PQ_EFORMAT "unrecognized binary format" for what is no ELF file, and
 *         "error reading ELF file: ..."; PQ_EIO when it cannot be read.
 *         Damage of what is optional (sections, notes) is not an error: such
 *         a part is then not there.
 * Limits: 64 bytes to PQ_ELF_MOST_BYTES; 65,535 segments, a million sections,
 *         64 MiB of section names.
 * Owner:  pq_elf_open / pq_elf_close; the descriptor stays the caller's.
 * Source: the System V gABI; "The build id" of the GNU linker;
 *         GDB's manual, "Debugging Information in Separate Files".
 */
#ifndef PQ_SYMBOLIZE_ELF_ELF_FILE_H
#define PQ_SYMBOLIZE_ELF_ELF_FILE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/vec.h"
#include "symbolize/elf/bytes.h"

#define PQ_ELF_MOST_BYTES ((uint64_t)8 << 30)

enum pq_elf_type { PQ_ELF_REL = 1, PQ_ELF_EXEC = 2, PQ_ELF_DYN = 3 };

struct pq_elf_segment {
	uint32_t type, flags;
	uint64_t offset, address, file_bytes, memory_bytes, align;
};

enum { PQ_SEGMENT_LOAD = 1, PQ_SEGMENT_NOTE = 4, PQ_SEGMENT_EXECUTABLE = 1 };

struct pq_elf_section {
	struct pq_text name; /* in the file's own `names` */
	uint32_t type, link, info;
	uint64_t flags, address, offset, bytes, align, entry_bytes;
};

enum {
	PQ_SECTION_PROGRAM = 1,
	PQ_SECTION_SYMBOLS = 2,
	PQ_SECTION_RELA = 4,
	PQ_SECTION_NOTE = 7,
	PQ_SECTION_NOBITS = 8,
	PQ_SECTION_REL = 9,
	PQ_SECTION_DYNAMIC_SYMBOLS = 11,
};

enum {
	PQ_SECTION_IN_MEMORY = 2,
	PQ_SECTION_EXECUTABLE = 4,
	PQ_SECTION_COMPRESSED = 0x800,
};

struct pq_elf {
	int fd;
	const uint8_t *memory; /* all of it, and no descriptor; NULL: a file */
	uint64_t bytes;
	bool wide; /* 64-bit */
	bool big;  /* big endian */
	uint16_t type, machine;
	PQ_VEC(struct pq_elf_segment) segments;
	PQ_VEC(struct pq_elf_section) sections;
	struct pq_buf names;
	struct pq_buf build_id; /* in hexadecimal; empty: none */
	struct pq_buf debug_link;
	uint32_t debug_link_crc;
	struct pq_buf alt_link,
		alt_id; /* .gnu_debugaltlink; id in hexadecimal */
};

/* `e` is to be closed whatever the result. */
bool pq_elf_open(struct pq_elf *e, int fd, struct pq_error *err);
/* One that is in memory, which must outlive `e'. */
bool pq_elf_open_memory(struct pq_elf *e, const uint8_t *bytes, size_t n,
			struct pq_error *err);
void pq_elf_close(struct pq_elf *e);

/* NULL when there is none of that name. */
const struct pq_elf_section *pq_elf_section(const struct pq_elf *e,
					    const char *name);

/*
 * Whether code may be at an address: in an executable section, or segment
 * where no section is known.
 */
bool pq_elf_is_code(const struct pq_elf *e, uint64_t address);

/* The machines that disassembly and names of stubs ask for. */
enum {
	PQ_MACHINE_386 = 3,
	PQ_MACHINE_PPC64 = 21,
	PQ_MACHINE_S390 = 22,
	PQ_MACHINE_ARM = 40,
	PQ_MACHINE_X86_64 = 62,
	PQ_MACHINE_AARCH64 = 183,
	PQ_MACHINE_RISCV = 243,
};

#endif
