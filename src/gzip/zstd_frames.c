#include "gzip/zstd_frames.h"

#ifdef PQ_ZSTD
#include <zstd.h>
#endif

#include "base/banned.h"

bool pq_zstd_inflate(const uint8_t *from, size_t n, uint8_t *to, size_t bytes)
{
#ifdef PQ_ZSTD
	size_t got = ZSTD_decompress(to, bytes, from, n);

	return !ZSTD_isError(got) && got == bytes;
#else
	(void)from;
	(void)n;
	(void)to;
	(void)bytes;
	return false;
#endif
}
