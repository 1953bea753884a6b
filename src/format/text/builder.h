/*
 * builder.h - a profile from stacks of addresses, as the legacy formats have
 * them.
 *
 *     pq_legacy_init(&b, profile);
 *     pq_legacy_sample_type(&b, "objects", "count");
 *     for each sample:
 *             pq_legacy_begin(&b);
 *             pq_legacy_push(&b, address); ...
 *             pq_legacy_sample(&b, values);
 *     ok = pq_legacy_finish(&b, lines);	(finish.h)
 *     pq_legacy_release(&b);
 *
 * Shape:  one location for each address, numbered when it is first met; ids
 *         of locations and functions count from 1 in order of first use by
 *         the samples.  Texts are interned.
 * Owner:  the struct is the caller's; what it builds is the profile's.
 * Errors: none before finish, which reads the rest of the input.
 * Source: the reference's legacy parsers, for everything but symbols.h.
 */
#ifndef PQ_FORMAT_TEXT_BUILDER_H
#define PQ_FORMAT_TEXT_BUILDER_H

#include "base/intern.h"
#include "profile/ids.h"
#include "format/text/lines.h"
#include "profile/profile.h"

/* A line of a sample's stack as the input spells it (symbols.h). */
struct pq_legacy_symbol {
	uint64_t address;
	int64_t line;
	uint32_t function;
};

struct pq_legacy {
	struct pq_profile *p;
	struct pq_intern strings;
	struct pq_ids addresses;
	struct pq_map functions;
	PQ_VEC(uint32_t) stack;		/* locations of the sample begun last */
	PQ_VEC(struct pq_label) labels; /* its labels */
	PQ_VEC(struct pq_legacy_symbol) symbols; /* its names */
	/* gives the sample begun last its names; symbols.h sets it */
	void (*settle)(struct pq_legacy *b);
	bool unused_locations; /* a stack was cut after its locations came */
};

void pq_legacy_init(struct pq_legacy *b, struct pq_profile *p);
void pq_legacy_release(struct pq_legacy *b);

uint32_t pq_legacy_string(struct pq_legacy *b, struct pq_text text);
void pq_legacy_sample_type(struct pq_legacy *b, const char *type,
			   struct pq_text unit);
void pq_legacy_period_type(struct pq_legacy *b, const char *type,
			   const char *unit);

/* The function of a name and a file; the name is its system name too. */
uint32_t pq_legacy_function(struct pq_legacy *b, struct pq_text name,
			    struct pq_text file);

/* Gives the last sample its names, if a format has any. */
void pq_legacy_settle(struct pq_legacy *b);

/* Settles the sample before, and empties the scratch. */
void pq_legacy_begin(struct pq_legacy *b);

/* Adds the location of an address to the stack, leaf first. */
void pq_legacy_push(struct pq_legacy *b, uint64_t address);

/* The number of an address's location, or PQ_NONE. */
uint32_t pq_legacy_find(const struct pq_legacy *b, uint64_t address);

/*
 * Adds the locations of all 0x numbers of a text; they are return addresses
 * and are moved back by one, onto their calls.  False, with the error filled,
 * when one passes 64 bits.
 */
bool pq_legacy_push_all(struct pq_legacy *b, struct pq_text text,
			const struct pq_lines *at);

/* The label `bytes`, a size of blocks. */
void pq_legacy_label_bytes(struct pq_legacy *b, int64_t bytes);

/* Adds a sample of as many values as there are types. */
void pq_legacy_sample(struct pq_legacy *b, int64_t *values);

#endif
