/*
 * size_class.h - the object sizes that Go's allocator has, and how what grows
 * by copying moves through them.
 *
 * Sizes:  67 classes up to 32 kB; above, whole pages of 8 kB.
 * Source: the runtime of Go 1.19 to 1.23: growslice and its rounding,
 *         bytes.Buffer, strings.Builder, io.ReadAll.
 */
#ifndef PQ_INSIGHT_SIZE_CLASS_H
#define PQ_INSIGHT_SIZE_CLASS_H

#include <stdint.h>

#define PQ_LARGEST_CLASS 32768

/* The size that a request for so many bytes gets. */
int64_t pq_size_class(int64_t bytes);

/*
 * The smallest and the largest size of an object that was asked for with twice
 * the request behind a size, which was rounded up; at most 2^61.
 */
int64_t pq_size_doubled_least(int64_t size);
int64_t pq_size_doubled_most(int64_t size);

/*
 * The size after one append to a full slice of this size, whose elements are
 * so large; 0 when not one of them fits.
 */
int64_t pq_size_appended(int64_t size, int64_t element);

#endif
