/*
 * lines.h - line tables: which line of which file an address is of.
 *
 * A table is run once for all addresses that are asked for, and keeps none of
 * its rows but theirs.
 * Shape:   rows[i] is that of addresses[i], which are sorted.  Of several
 *          sequences that hold an address the first one counts.
 * Hostile: a table ends at its first mistake; what came before counts.  At
 *          most PQ_LINES_MOST_ROWS rows and PQ_LINES_MOST_FILES files a table.
 * Owner:   pq_line_table_init / pq_line_table_release; texts are in sections.
 * Source:  DWARF 5, section 6.2; DWARF 2 to 4 for older headers.
 */
#ifndef PQ_SYMBOLIZE_DWARF_LINES_H
#define PQ_SYMBOLIZE_DWARF_LINES_H

#include "base/buf.h"
#include "symbolize/dwarf/unit.h"

#define PQ_LINES_MOST_ROWS (64u << 20)
#define PQ_LINES_MOST_FILES (1u << 20)

struct pq_line_file {
	struct pq_text name;
	uint64_t directory;
};

struct pq_line_table {
	const struct pq_unit *unit;
	uint16_t version;
	PQ_VEC(struct pq_text) directories;
	PQ_VEC(struct pq_line_file) files;
	struct pq_bytes program;
	uint8_t step, line_range, opcode_base;
	int8_t line_base;
	uint8_t operands[256]; /* how many each standard opcode has */
	uint8_t address_bytes;
};

struct pq_line_row {
	bool found;
	uint64_t file, line, column;
};

/* Whether code may be at an address; sequences that begin elsewhere are dead. */
typedef bool pq_is_code(const void *ctx, uint64_t address);

/*
 * Reads the header of the table at an offset of `line', for the unit.  False,
 * with no file in it, when it makes no sense.
 */
bool pq_line_table_init(struct pq_line_table *t, const struct pq_unit *u,
			struct pq_bytes line, uint64_t offset);
void pq_line_table_release(struct pq_line_table *t);

void pq_line_table_run(struct pq_line_table *t, pq_is_code *is_code,
		       const void *ctx, const uint64_t *addresses, size_t n,
		       struct pq_line_row *rows);

/*
 * Appends the path of a file: name, with its directory and that of the
 * compilation before it as far as they are needed.  Nothing when there is no
 * such file.
 */
void pq_line_table_path(const struct pq_line_table *t, uint64_t file,
			struct pq_buf *to);

#endif
