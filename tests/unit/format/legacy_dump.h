/*
 * legacy_dump.h - reads bytes as a profile and writes down what came out.
 *
 * Shape of a dump, one line each:
 *
 *	TYPE/UNIT ... period TYPE/UNIT NUMBER
 *	VALUE ... @ FRAME ... KEY=VALUE ...
 *	START-LIMIT OFFSET FILE BUILDID
 *
 * A frame is a hexadecimal address, or FUNCTION:FILE:LINE of each of its
 * lines, then !N for a mapping other than the first (!- for none).  A read
 * that fails is one line, "error CODE OFFSET: MESSAGE".
 */
#ifndef PQ_TESTS_UNIT_PROFILE_LEGACY_DUMP_H
#define PQ_TESTS_UNIT_PROFILE_LEGACY_DUMP_H

#include "base/buf.h"
#include "profile/profile.h"

void legacy_dump(const void *bytes, size_t n, struct pq_buf *to);

/* Fails the test when the dump is not `want`, or does not begin with it. */
void legacy_expect(const void *bytes, size_t n, const char *want, int row);

/* Reads every beginning of the bytes: each is a profile or an error. */
void legacy_cut_everywhere(const void *bytes, size_t n, int row);

/* Refuses the first allocation, the second and so on, until all are met. */
void legacy_refuse_memory(const void *bytes, size_t n, int row);

#endif
