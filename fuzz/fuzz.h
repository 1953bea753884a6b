/*
 * fuzz.h - the fuzz targets: one function each, fed with any bytes.
 *
 * A target must neither crash, nor leak, nor hang.  It is linked twice: into
 * fuzz/replay, which runs the seeds (fuzz/seeds/<name>/), past finds
 * (fuzz/finds/<name>/) and the few files that reach all that fuzzing reached
 * (fuzz/corpus/<name>/) in `make check`, and with --enable-fuzzing into
 * fuzz/fuzz_<name>, a libFuzzer program.
 *
 * What a target is about:
 *	container			bytes to bytes: gzip, threads
 *	profile, legacy, lines, json,	bytes to a profile: every reader
 *	perf_data, speedscope, firefox,
 *	chrome, otlp
 *	symbols				a program to names of addresses
 *	write, compare			a profile to every format, read back
 *	filters, options, regex, shell	what users type
 *	web				what reaches the server from outside
 *	cursor, demangle		the pieces with most arithmetic
 *
 * libFuzzer changes profile.proto field by field (mutate.h), gzip member by
 * member, and texts with the words of dict/<name>.dict.
 *
 * A new target: fuzz/<name>.c, a row in targets.def, a block in local.mk.
 */
#ifndef PQ_FUZZ_FUZZ_H
#define PQ_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define TARGET(name) void fuzz_##name(const uint8_t *data, size_t size);
#include "targets.def"
#undef TARGET

#endif
