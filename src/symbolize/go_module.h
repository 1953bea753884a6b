/*
 * go_module.h - where Go's runtime finds what belongs to a table of functions
 * (go_table.h): its record of a module, which stays in a stripped program.
 *
 * The record begins with the address of the table, and has that of the first
 * code and that of the functions' data at fixed places, since Go 1.18.
 * Source: runtime/symtab.go's moduledata of Go 1.18 to 1.23.
 */
#ifndef PQ_SYMBOLIZE_GO_MODULE_H
#define PQ_SYMBOLIZE_GO_MODULE_H

#include "symbolize/go_table.h"

/* Data of functions, which pq_go_data counts from; none: not found. */
struct pq_bytes pq_go_module_data(struct pq_elf_content *c,
				  const struct pq_go_table *t);

#endif
