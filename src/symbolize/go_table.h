/*
 * go_table.h - the table that Go's runtime keeps of functions and lines
 * (.gopclntab), which stays when a program is stripped.
 *
 * Found by the name of its section, or by its first bytes in sections of
 * data.  Versions of Go 1.2, 1.16, 1.18 and 1.20.
 * Hostile: every offset is checked; all tables of values that one address asks
 *          end after PQ_GO_MOST_STEPS steps.
 * Owner:   a view of the content it was opened on.
 * Source:  Go's debug/gosym, and the headers of runtime/symtab.go.
 */
#ifndef PQ_SYMBOLIZE_GO_TABLE_H
#define PQ_SYMBOLIZE_GO_TABLE_H

#include "symbolize/elf/elf_content.h"

#define PQ_GO_MOST_STEPS (1u << 24)

/* By the first version of Go that has it. */
enum { PQ_GO_12 = 12, PQ_GO_116 = 116, PQ_GO_118 = 118, PQ_GO_120 = 120 };

struct pq_go_table {
	struct pq_bytes all;
	uint64_t address; /* in the program's memory */
	uint8_t version;
	uint8_t quantum, word;
	uint64_t n_functions, text;
	struct pq_bytes functions, names, units, files, values;
	uint32_t steps; /* left: see PQ_GO_MOST_STEPS */
};

/* The kinds of values and of data that are asked for, since Go 1.18. */
enum { PQ_GO_VALUE_INLINED = 2 };
enum { PQ_GO_DATA_ARGUMENTS = 0, PQ_GO_DATA_INLINED = 3 };

struct pq_go_function {
	uint64_t entry, end; /* addresses */
	struct pq_bytes record;
	/* since Go 1.18, 0 before: */
	bool is_assembly;
	uint32_t n_values;
	uint8_t n_data;
	struct pq_bytes numbers; /* tables of values, then data */
};

struct pq_go_place {
	struct pq_text file; /* empty: not known */
	int64_t line;	     /* 0: not known */
};

bool pq_go_table_open(struct pq_go_table *t, struct pq_elf_content *c);

/*
 * The version of Go that a program was built with, as Go's linker wrote it
 * since 1.18; "" for others.
 */
void pq_go_version(struct pq_elf_content *c, char *to, size_t room);

/* Function i, in the order of addresses; false: there is damage. */
bool pq_go_function(const struct pq_go_table *t, uint64_t i,
		    struct pq_go_function *f);

/* The function that holds an address. */
bool pq_go_function_at(const struct pq_go_table *t, uint64_t address,
		       struct pq_go_function *f);

struct pq_text pq_go_function_name(const struct pq_go_table *t,
				   const struct pq_go_function *f);

/* The line that it begins in, since Go 1.20; 0 before. */
int64_t pq_go_function_line(const struct pq_go_table *t,
			    const struct pq_go_function *f);

/* Where the instruction of an address comes from, innermost. */
struct pq_go_place pq_go_place_of(struct pq_go_table *t,
				  const struct pq_go_function *f,
				  uint64_t address);

/* A value of the function at an address; -1 where it has none. */
int64_t pq_go_value(struct pq_go_table *t, const struct pq_go_function *f,
		    unsigned kind, uint64_t address);

/* How far behind the module's data that of a function is; false: it has none. */
bool pq_go_data(const struct pq_go_function *f, unsigned kind,
		uint32_t *offset);

#endif
