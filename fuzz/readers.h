/*
 * readers.h - the readers of readers.def on any bytes, whether or not their
 * probes would have taken them.
 */
#ifndef PQ_FUZZ_READERS_H
#define PQ_FUZZ_READERS_H

#include <stddef.h>
#include <stdint.h>

/* One fuzz target each; a new reader is in the first one. */
enum fuzz_readers {
	FUZZ_LEGACY, /* text and addresses, of pprof's past and like it */
	FUZZ_LINES,  /* perf script, folded stacks */
	FUZZ_JSON,   /* V8 */
	FUZZ_PERF_DATA,
	FUZZ_SPEEDSCOPE,
	FUZZ_FIREFOX,
	FUZZ_CHROME,
	FUZZ_OTLP, /* protobuf and JSON */
	FUZZ_ELSEWHERE /* profile.proto, which the target profile reads */
};

/* Reads and checks with each reader of the group, under a small budget. */
void fuzz_readers_run(enum fuzz_readers group, const uint8_t *data,
		      size_t size);

#endif
