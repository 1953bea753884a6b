/*
 * http.h - requests over HTTP, by libcurl, of a process that parses nothing.
 *
 *     h = pq_http_new(&settings, err)
 *     pq_http_get_all(h, jobs, n)		all at once
 *     pq_http_post(h, &job, body)
 *
 * Library:   is loaded here and not before (as graphviz is, draw/layout.c): a
 *            run that fetches nothing does not pay for it.
 * Bodies:    are written to a descriptor from its start on, whatever its
 *            offset; one of more than most_bytes ends its request.  An encoding
 *            of the transfer is undone (decoding.h).
 * Redirects: are followed to http and https, ten requests in all; headers of the
 *            user's go to another server only with the user's own host.
 * Callbacks: allocate nothing and unwind nothing (base/mem.h).
 * Errors:    PQ_EIO in the words of the reference where it has any.  A
 *            server's text is in them as it came, cut at 4 KiB: to be encoded.
 */
#ifndef PQ_FETCH_HTTP_H
#define PQ_FETCH_HTTP_H

#include "base/error.h"
#include "base/text.h"
#include "fetch/address.h"

struct pq_http_settings {
	int64_t timeout;	    /* seconds of -timeout; 0: none was given */
	const char *const *headers; /* "Name: value" */
	size_t n_headers;
	const char *tls_cert, *tls_key, *tls_ca; /* files, or NULL */
	uint64_t most_bytes;
	unsigned retries; /* after refused connections, one a second */
};

struct pq_http_job {
	const struct pq_address *address;
	int fd;		     /* the body goes there */
	struct pq_error err; /* PQ_OK: it is there */
	/* Called when it is done; may be NULL. */
	void (*done)(void *ctx, size_t i, const struct pq_error *err);
	void *ctx;
};

struct pq_http;

/* NULL with err filled where libcurl is not installed. */
struct pq_http *pq_http_new(const struct pq_http_settings *settings,
			    struct pq_error *err);

void pq_http_get_all(struct pq_http *h, struct pq_http_job *jobs, size_t n);

/* To the address's symbolz. */
void pq_http_post(struct pq_http *h, struct pq_http_job *job,
		  struct pq_text body);

#endif
