/* Formats of text and addresses: gperftools, Go, Java, jemalloc. */
#include "fuzz.h"

#include "readers.h"

void fuzz_legacy(const uint8_t *data, size_t size)
{
	fuzz_readers_run(FUZZ_LEGACY, data, size);
}
