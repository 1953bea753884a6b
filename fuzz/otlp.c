/* Profiles of OpenTelemetry, in protobuf and in JSON. */
#include "fuzz.h"

#include "readers.h"

void fuzz_otlp(const uint8_t *data, size_t size)
{
	fuzz_readers_run(FUZZ_OTLP, data, size);
}
