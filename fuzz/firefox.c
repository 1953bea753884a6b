/* Profiles of Firefox and samply, processed and raw. */
#include "fuzz.h"

#include "readers.h"

void fuzz_firefox(const uint8_t *data, size_t size)
{
	fuzz_readers_run(FUZZ_FIREFOX, data, size);
}
