/* V8's profiles. */
#include "fuzz.h"

#include "readers.h"

void fuzz_json(const uint8_t *data, size_t size)
{
	fuzz_readers_run(FUZZ_JSON, data, size);
}
