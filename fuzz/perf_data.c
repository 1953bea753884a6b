/* perf.data, of a file and of a pipe. */
#include "fuzz.h"

#include "readers.h"

void fuzz_perf_data(const uint8_t *data, size_t size)
{
	fuzz_readers_run(FUZZ_PERF_DATA, data, size);
}
