#include "gzip/xz_stream.h"

#ifdef PQ_LZMA
#include <lzma.h>
#endif

#include "base/banned.h"

#ifdef PQ_LZMA

bool pq_xz_is_built_in(void)
{
	return true;
}

bool pq_xz_size(const uint8_t *from, size_t n, uint64_t *bytes)
{
	uint64_t memory = PQ_XZ_MOST_MEMORY;
	lzma_index *index = NULL;
	lzma_stream_flags footer;
	const uint8_t *end;
	size_t at = 0;

	if (n < LZMA_STREAM_HEADER_SIZE * 2)
		return false;
	end = from + n - LZMA_STREAM_HEADER_SIZE;
	if (lzma_stream_footer_decode(&footer, end) != LZMA_OK ||
	    footer.backward_size > n - LZMA_STREAM_HEADER_SIZE * 2)
		return false;

	/* the index stands before the footer, which tells its size */
	if (lzma_index_buffer_decode(&index, &memory, NULL,
				     end - footer.backward_size, &at,
				     footer.backward_size) != LZMA_OK)
		return false;
	*bytes = lzma_index_uncompressed_size(index);
	lzma_index_end(index, NULL);
	return true;
}

bool pq_xz_inflate(const uint8_t *from, size_t n, uint8_t *to, size_t bytes)
{
	uint64_t memory = PQ_XZ_MOST_MEMORY;
	size_t taken = 0, got = 0;

	return lzma_stream_buffer_decode(&memory, 0, NULL, from, &taken, n, to,
					 &got, bytes) == LZMA_OK &&
	       taken == n && got == bytes;
}

#else

bool pq_xz_is_built_in(void)
{
	return false;
}

bool pq_xz_size(const uint8_t *from, size_t n, uint64_t *bytes)
{
	(void)from;
	(void)n;
	(void)bytes;
	return false;
}

bool pq_xz_inflate(const uint8_t *from, size_t n, uint8_t *to, size_t bytes)
{
	(void)from;
	(void)n;
	(void)to;
	(void)bytes;
	return false;
}

#endif
