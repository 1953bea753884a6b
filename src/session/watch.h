/*
 * watch.h - who is told while profiles are read; reading prints nothing.
 *
 * Texts that are passed are names as the user wrote them, or messages that may
 * quote a file: each goes through an encoder before a person sees it.
 */
#ifndef PQ_SESSION_WATCH_H
#define PQ_SESSION_WATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"

struct pq_watch {
	struct pq_log *log; /* notes; NULL: nobody wants them */
	/*
	 * Notes of what has no name and why, which a run that fails is better
	 * without; NULL: they go to the log.
	 */
	struct pq_log *names;
	/* The i-th of n sources is read, or is about to be; may be NULL. */
	void (*progress)(void *ctx, const char *name, size_t i, size_t n);
	/* Bytes of it taken so far; may be NULL. */
	void (*bytes)(void *ctx, uint64_t read_bytes);
	/* A source that cannot be read, where the others are used. */
	void (*refused)(void *ctx, const char *name,
			const struct pq_error *err);
	/* Seconds waited for servers that take `of` seconds, 0: unknown. */
	void (*waiting)(void *ctx, int64_t seconds, int64_t of);
	void *ctx;
};

#endif
