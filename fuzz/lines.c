/* perf script, folded stacks and rows of a database. */
#include "fuzz.h"

#include "readers.h"

void fuzz_lines(const uint8_t *data, size_t size)
{
	fuzz_readers_run(FUZZ_LINES, data, size);
}
