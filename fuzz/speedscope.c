/* The files of speedscope.app. */
#include "fuzz.h"

#include "readers.h"

void fuzz_speedscope(const uint8_t *data, size_t size)
{
	fuzz_readers_run(FUZZ_SPEEDSCOPE, data, size);
}
