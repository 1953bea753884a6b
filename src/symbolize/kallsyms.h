/*
 * kallsyms.h - names of the kernel's functions, from a file as /proc/kallsyms
 * is: "ADDRESS TYPE NAME [MODULE]" on each line.
 *
 * The file is one that the user names; nothing is read from /proc by itself,
 * because the running kernel need not be the one of the profile.
 * Errors: PQ_EFORMAT when it has no symbol, or all of them at address 0, as
 *         the kernel shows them to who may not see addresses; PQ_ELIMIT above
 *         PQ_KALLSYMS_MOST_BYTES, several times what large kernels have.
 * Owner:  pq_kallsyms_read / pq_kallsyms_release.
 * Source: Linux' kernel/kallsyms.c.
 */
#ifndef PQ_SYMBOLIZE_KALLSYMS_H
#define PQ_SYMBOLIZE_KALLSYMS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/vec.h"

#define PQ_KALLSYMS_MOST_BYTES ((size_t)64 << 20)

struct pq_kernel_symbol {
	uint64_t address;
	struct pq_text name, module; /* module: empty for the kernel itself */
};

struct pq_kallsyms {
	struct pq_buf text;
	PQ_VEC(struct pq_kernel_symbol) at; /* functions, by address */
};

bool pq_kallsyms_read(struct pq_kallsyms *k, const char *path,
		      struct pq_error *err);
void pq_kallsyms_release(struct pq_kallsyms *k);

/* The last one at or below the address; NULL: none. */
const struct pq_kernel_symbol *pq_kallsyms_find(const struct pq_kallsyms *k,
						uint64_t address);

#endif
