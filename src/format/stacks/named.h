/*
 * named.h - formats of tools that print stacks as text with names: one file
 * each, and what they share.
 *
 *   bpftrace    maps of stacks, "@[" frames "]: 7"
 *   dtrace      aggregations of stack() and ustack(), "module`function+0x1f"
 *   mac_sample  the call graph that macOS's `sample' prints
 *
 * Result: samples/count, a location for each function of a module; modules
 *         are mappings.  Keys of a map besides stacks are the label "key".
 *         Names may have been demangled, and lose what -symbolize drops.
 * Errors: none but of the stream; lines that are nothing of the format's are
 *         passed over, and counted in a note.
 */
#ifndef PQ_FORMAT_STACKS_NAMED_H
#define PQ_FORMAT_STACKS_NAMED_H

#include "format/reader.h"
#include "format/text/builder.h"

struct pq_named {
	struct pq_legacy b;
	struct pq_lines l;
	struct pq_map locations;
	PQ_VEC(uint32_t) mapping_of; /* mapping + 1, by string id */
	uint64_t n_passed;	     /* lines passed over */
};

void pq_named_init(struct pq_named *r, struct pq_stream *s,
		   struct pq_profile *p, struct pq_error *err);
void pq_named_release(struct pq_named *r);

/*
 * The location of a function; an empty module is not known.  Pushed to the
 * stack under way, or to be pushed later.
 */
uint32_t pq_named_location(struct pq_named *r, struct pq_text name,
			   struct pq_text module);
void pq_named_push(struct pq_named *r, struct pq_text name,
		   struct pq_text module);

/* Makes a module the first mapping, by which reports name the program. */
void pq_named_program(struct pq_named *r, struct pq_text module);

/* Adds the label "key". */
void pq_named_key(struct pq_named *r, struct pq_text key);

/* Numbers and notes; the result of the read function. */
bool pq_named_finish(struct pq_named *r);

/* Takes "+38642" or "+0x1f" off a name. */
struct pq_text pq_named_plain_name(struct pq_text name);

int pq_bpftrace_probe(const uint8_t *head, size_t n);
bool pq_bpftrace_read(struct pq_stream *s, struct pq_profile *p,
		      struct pq_error *err);
int pq_dtrace_probe(const uint8_t *head, size_t n);
bool pq_dtrace_read(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err);
int pq_mac_sample_probe(const uint8_t *head, size_t n);
bool pq_mac_sample_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err);

#endif
