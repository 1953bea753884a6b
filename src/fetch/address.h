/*
 * address.h - a source that is no file: from the words of a command line to
 * the request that is made of it.
 *
 *     http://host:port/path?query     https://...     https+insecure://...
 *     host:port, host:port/path       http is meant
 *     unix:/run/app.sock:/debug/pprof/heap
 *
 * Query:   written again with its keys in order, values of one key in theirs,
 *          blanks as +; -seconds takes the place of `seconds'.  A fragment is
 *          not sent.
 * Owner:   the texts of an address live in its arena.
 * Source:  the reference's adjustURL and Go's net/url, whose order the servers
 *          see; unix is this program's own.
 */
#ifndef PQ_FETCH_ADDRESS_H
#define PQ_FETCH_ADDRESS_H

#include "base/arena.h"
#include "base/buf.h"

struct pq_address {
	const char *request; /* scheme, host, path, query */
	const char *shown;   /* the same without a password, for messages */
	const char *symbolz; /* where names of addresses are asked for */
	const char *socket;  /* path of a unix socket, or NULL */
	bool insecure;	     /* certificates are not looked at */
	bool has_odd_host;   /* numbers, and no address of four decimal ones */
	int64_t seconds;     /* the server takes so long; 0: unknown */
};

/*
 * False when the word cannot be an address: then it is the name of a file.
 * `seconds` are those of -seconds, or 0.
 */
bool pq_address_parse(const char *word, int64_t seconds, struct pq_arena *arena,
		      struct pq_address *a);

/* Appends a duration as Go writes it: 3s, 1m30s, 2h0m0s. */
void pq_duration_text(struct pq_buf *to, int64_t seconds);

/* Reads 30s, 15m, 1h30m, 2d or a number of seconds; 0: it is none of them. */
int64_t pq_duration_seconds(const char *word);

#endif
