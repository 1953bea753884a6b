/*
 * refuse.h - calls into the system that fail when a test wants it.
 *
 * The program is linked with --wrap for each call in refuse.def; what the
 * library calls goes through here first.
 */
#ifndef PQ_TESTS_INJECT_REFUSE_H
#define PQ_TESTS_INJECT_REFUSE_H

#include <stdbool.h>
#include <stdint.h>

enum refused_call {
#define CALL(name, error) REFUSE_##name,
#include "refuse.def"
#undef CALL
	REFUSE_CALLS
};

enum refused_how {
	REFUSE_ONCE,	/* the n-th call fails */
	REFUSE_FOREVER, /* and all later ones */
	REFUSE_SHORT,	/* from the n-th on, read and write move one byte */
	REFUSE_EINTR,	/* the n-th is interrupted */
};

extern const char *const refused_names[REFUSE_CALLS];

void refuse_after(enum refused_call call, uint64_t n, enum refused_how how);

/* Turns it off; whether the n-th call came. */
bool refuse_end(void);

#endif
