/* Traces of Chrome. */
#include "fuzz.h"

#include "readers.h"

void fuzz_chrome(const uint8_t *data, size_t size)
{
	fuzz_readers_run(FUZZ_CHROME, data, size);
}
