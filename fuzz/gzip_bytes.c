#include "gzip_bytes.h"

#include <string.h>
#include <zlib.h>

bool fuzz_is_gzip(const uint8_t *data, size_t size)
{
	return size > 1 && data[0] == 0x1f && data[1] == 0x8b;
}

size_t fuzz_inflate_all(const uint8_t *data, size_t size, uint8_t *to,
			size_t room, bool *whole)
{
	int code = Z_OK;
	z_stream z;

	memset(&z, 0, sizeof(z));
	*whole = false;
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return 0;
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (unsigned)size;
	z.next_out = to;
	z.avail_out = (unsigned)room;
	while (z.avail_in && (code == Z_OK || code == Z_STREAM_END)) {
		if (code == Z_STREAM_END)
			inflateReset(&z);
		code = inflate(&z, Z_NO_FLUSH);
	}
	*whole = code == Z_STREAM_END;
	room -= z.avail_out;
	inflateEnd(&z);
	return room;
}

size_t fuzz_inflate(const uint8_t *data, size_t size, uint8_t *to, size_t room)
{
	bool whole;
	size_t n = fuzz_inflate_all(data, size, to, room, &whole);

	return whole ? n : 0;
}

size_t fuzz_deflate(const uint8_t *data, size_t size, int level, uint8_t *to,
		    size_t room)
{
	z_stream z;
	int code;

	memset(&z, 0, sizeof(z));
	if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return 0;
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (unsigned)size;
	z.next_out = to;
	z.avail_out = (unsigned)room;
	code = deflate(&z, Z_FINISH);
	room -= z.avail_out;
	deflateEnd(&z);
	return code == Z_STREAM_END ? room : 0;
}
