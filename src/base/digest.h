/*
 * digest.h - XXH64, seed 0, of bytes: at once, or piece by piece.
 *
 * Ids of tables that many hosts write (export/part.h) are digests of content.
 * They name what nobody means to forge: whoever wants two equal ones makes
 * them.  For tables in memory there are the hashes of map.h, which a file
 * cannot foresee.
 *
 * Units:  64 bits, read as a signed number, as databases have it.
 * Source: libxxhash; the same in ClickHouse (xxHash64), Go and Python.
 */
#ifndef PQ_BASE_DIGEST_H
#define PQ_BASE_DIGEST_H

#define XXH_STATIC_LINKING_ONLY
#include <stddef.h>
#include <stdint.h>
#include <xxhash.h>

#include "base/raw.h"

int64_t pq_digest_of(const void PQ_RAW *bytes, size_t n);

struct pq_digest {
	XXH64_state_t state;
};

void pq_digest_begin(struct pq_digest *d);
void pq_digest_add(struct pq_digest *d, const void *bytes, size_t n);
int64_t pq_digest_end(const struct pq_digest *d);

#endif
