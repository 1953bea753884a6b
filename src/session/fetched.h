/*
 * fetched.h - the inputs that are addresses: fetched before rights are dropped,
 * named by their servers, kept where the user wants them.
 *
 *     pq_inputs_fetch(&in, &options, &watch, err)	while there are rights
 *     pq_inputs_reuse(&in, &options, bodies, n, err)	or what came before
 *     pq_note_origin(&in, source, profile)	for each profile that was read
 *     pq_name_remotely(&in, profile, ...)	when local names are known
 *     pq_save_fetched(&in, profile, log)	when all is done
 *
 * An input is an address when no file has its name and it can be one
 * (fetch/address.h).
 *
 * Errors: a request that failed is an error of its source, told when the source
 *         is read; PQ_EINTERRUPTED ends all.
 * Source: the reference's fetching; saving is only for who asks (-save, or
 *         PPROF_TMPDIR is set), and a server without names is a note.
 */
#ifndef PQ_SESSION_FETCHED_H
#define PQ_SESSION_FETCHED_H

#include "command/options.h"
#include "session/inputs.h"
#include "session/watch.h"

bool pq_inputs_fetch(struct pq_inputs *in, const struct pq_options *o,
		     const struct pq_watch *watch, struct pq_error *err);

/* The answer to a request, for inputs that are loaded more than once. */
struct pq_fetched_body {
	struct pq_text name; /* its source's */
	int fd;		     /* -1: there is none, and the failure says why */
	struct pq_error failure;
};

/*
 * In place of pq_inputs_fetch: each address has one of these bodies, and its
 * server is asked for nothing but names.  An address without one has failed.
 */
bool pq_inputs_reuse(struct pq_inputs *in, const struct pq_options *o,
		     const struct pq_fetched_body *bodies, size_t n,
		     struct pq_error *err);

/* Remembers which server a profile's mappings are known to. */
void pq_note_origin(struct pq_inputs *in, const struct pq_source *source,
		    struct pq_profile *p);

/* Names for mappings without functions; with `force` for all. */
void pq_name_remotely(const struct pq_inputs *in, struct pq_profile *p,
		      bool force, struct pq_log *log);

void pq_save_fetched(const struct pq_inputs *in, const struct pq_options *o,
		     const struct pq_profile *p, struct pq_log *log);

#endif
