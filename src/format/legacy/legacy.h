/*
 * legacy.h - the formats that came before profile.proto, and text formats
 * that are no profile.proto: one reader each (reader.h).
 *
 * A probe looks at the first line (or the first words); an input that it
 * recognizes is read by that format's rules to the end, and a line that breaks
 * them is an error.
 *
 *   cpu         gperftools' CPU profile: words of 4 or 8 bytes, either order
 *   heap        "heap profile: 1: 2 [3: 4] @ heap/1048576": gperftools and Go
 *   count       "goroutine profile: total 7": Go, with debug=1
 *   threadz     "--- threadz 1 ---"
 *   contention  "--- contentionz 1 ---", "--- mutex:", "--- contention:"
 *   java        "--- heapz 1 ---", and contentionz with "format = java"
 *   jemalloc    "heap_v2/524288"
 *   symbolized  "--- symbol", and one of the others: pprof --raw, php-memprof
 *   goroutines  "goroutine 1 [running]:": Go, with debug=2
 *
 * Source: the reference's legacy parsers, but that Go's comment lines are
 *         read as symbols (symbols.h), and that threads without a stack are
 *         taken.  The last two are not among them:
 *         jemalloc's own jeprof, and the Go runtime's tracebacks.
 */
#ifndef PQ_FORMAT_LEGACY_LEGACY_H
#define PQ_FORMAT_LEGACY_LEGACY_H

#include "format/reader.h"

int pq_cpu_probe(const uint8_t *head, size_t n);
bool pq_cpu_read(struct pq_stream *s, struct pq_profile *p,
		 struct pq_error *err);

int pq_heap_probe(const uint8_t *head, size_t n);
bool pq_heap_read(struct pq_stream *s, struct pq_profile *p,
		  struct pq_error *err);

int pq_count_probe(const uint8_t *head, size_t n);
bool pq_count_read(struct pq_stream *s, struct pq_profile *p,
		   struct pq_error *err);

int pq_threadz_probe(const uint8_t *head, size_t n);
bool pq_threadz_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err);

int pq_contention_probe(const uint8_t *head, size_t n);
bool pq_contention_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err);

int pq_java_probe(const uint8_t *head, size_t n);
bool pq_java_read(struct pq_stream *s, struct pq_profile *p,
		  struct pq_error *err);

int pq_jemalloc_probe(const uint8_t *head, size_t n);
bool pq_jemalloc_read(struct pq_stream *s, struct pq_profile *p,
		      struct pq_error *err);

int pq_goroutines_probe(const uint8_t *head, size_t n);
bool pq_goroutines_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err);

int pq_symbolized_probe(const uint8_t *head, size_t n);
bool pq_symbolized_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err);

/*
 * The profile of php-memprof, which stands behind a table of symbols: a CPU
 * profile with a period of 0, whose counts are bytes.
 */
bool pq_memprof_begins(struct pq_stream *s);
bool pq_memprof_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err);

#endif
