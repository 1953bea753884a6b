/*
 * fetcher.h - a process that has the network and no parser, for a process that
 * has the parser and no network.
 *
 *     pq_fetcher_start(&f, &plan, err)	while there are rights
 *     pq_fetcher_wait(f, ...)		all bodies, or why not
 *     pq_fetcher_body(f, i, err)	a descriptor to read from
 *     pq_fetcher_symbolz(f, i, ...)	names of addresses, from their server
 *     pq_fetcher_save(f, name, bytes, ...)	a file; the parent can make none
 *     pq_fetcher_end(f)
 *
 * Bodies:  are in memory files that both processes have; nothing of them passes
 *          through a parser before the parent has given up its rights.
 * Ctrl-C:  reaches both: the fetcher ends, and waiting fails with
 *          PQ_EINTERRUPTED.
 * Owner:   plan and addresses outlive the fetcher.
 * Errors:  PQ_EIO, in the words of http.h.
 */
#ifndef PQ_FETCH_FETCHER_H
#define PQ_FETCH_FETCHER_H

#include "base/buf.h"
#include "base/error.h"
#include "fetch/http.h"

struct pq_fetcher;

struct pq_fetch_plan {
	const struct pq_address *addresses;
	size_t n;
	struct pq_http_settings settings;
	bool has_bodies; /* they are there already: only names are asked for */
};

bool pq_fetcher_start(struct pq_fetcher **fetcher,
		      const struct pq_fetch_plan *plan, struct pq_error *err);

/* `tick` is called each second with those that have passed; may be NULL. */
bool pq_fetcher_wait(struct pq_fetcher *f,
		     void (*tick)(void *ctx, int64_t seconds), void *ctx,
		     struct pq_error *err);

/* The descriptor of a body, which stays the fetcher's; -1: err says why. */
int pq_fetcher_body(const struct pq_fetcher *f, size_t i, struct pq_error *err);

/* Asks the server of address i; appends its answer. */
bool pq_fetcher_symbolz(struct pq_fetcher *f, size_t i,
			struct pq_text addresses, struct pq_buf *answer,
			struct pq_error *err);

/*
 * Writes bytes to the first free one of NAME.001.pb.gz, NAME.002.pb.gz, ... in
 * the first folder that can be made of $PPROF_TMPDIR, ~/pprof and the
 * temporary one; notes appends a line for each folder that cannot, and for the
 * file.
 */
bool pq_fetcher_save(struct pq_fetcher *f, struct pq_text name,
		     struct pq_text bytes, struct pq_buf *notes,
		     struct pq_error *err);

void pq_fetcher_end(struct pq_fetcher *f);

#endif
