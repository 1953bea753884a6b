/*
 * helpers.h - profiles for tests: made from a text, read by the real reader,
 * and printed as a text again.
 *
 * Wire text: the bytes of protobuf messages, field by field.
 *     1:5         field 1, a varint (signed decimal or 0x...)
 *     1[5 6]      field 1, packed varints
 *     1"text"     field 1, bytes
 *     1{2:5 ...}  field 1, a message
 *     x0a01       these bytes
 *
 * Description: one statement a line.
 *     types: cpu/ns samples/count
 *     map: START LIMIT OFFSET FILE BUILD_ID       numbers in hex, "-" for ""
 *     time: 5        duration: 5       period: 5 cpu/ns      comment: words
 *     default: cpu   drop: REGEX       keep: REGEX           doc: words
 *     main;a;b>inlined 100 1 key=value bytes:1024/kb
 * The last form is a sample: its stack from the root ("-" for none), a value
 * for each type, and labels.  A frame is one location: [ADDRESS[^MAPPING]!]
 * and its lines, outermost first: NAME[@FILE][$START_LINE][#LINE[#COLUMN]].
 * Equal frames are one location; what stands before the # is the function.
 *
 * dump_profile prints the same language.  It says what differs from nothing;
 * a mapping is printed with the frames that have one with a name or a size.
 */
#ifndef PQ_TESTS_UNIT_HELPERS_H
#define PQ_TESTS_UNIT_HELPERS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"
#include "profile/profile.h"

/* ---- bytes ---- */

void put_field(struct pq_buf *to, unsigned field, uint64_t value);
void put_part(struct pq_buf *to, unsigned field, const void *bytes, size_t n);

/* Appends what a wire text says. */
void put_wire(struct pq_buf *to, const char *text);

/* Appends a profile.proto made from a description. */
void put_profile(struct pq_buf *to, const char *description);

/* Appends one gzip member. */
void put_gzip(struct pq_buf *to, const void *bytes, size_t n);

/* A descriptor from which the bytes can be read. */
int open_bytes(const void *bytes, size_t n);

/*
 * The same as a pipe from which each read takes `step` bytes, a power of two, so
 * that they fit whatever is left of a buffer; end_steps().
 */
int open_steps(const void *bytes, size_t n, size_t step);
void end_steps(int fd);

/* The whole of a file, inflated by zlib when gzipped. */
void put_file(struct pq_buf *to, const char *path);

/* ---- profiles ---- */

struct pq_profile *read_profile(const void *bytes, size_t n,
				struct pq_error *err);

/* Fails the test when the description makes no readable profile. */
struct pq_profile *profile_of(const char *description);

void dump_profile(struct pq_buf *to, const struct pq_profile *p);

/* Fails the test unless the dump is as expected; `row` is for the message. */
void expect_profile(const struct pq_profile *p, const char *expected, int row);

/* Up to three descriptions, and that of what they add up to or the error. */
struct combination {
	const char *in[3];
	const char *out;
};

void expect_combined(const struct combination *c, int row);

/*
 * The same one after another, in chunks of so many; nothing is expected of
 * profiles that do not fit.
 */
void expect_merged(const struct combination *c, size_t chunk, int row);

/* ---- a log whose lines can be compared ---- */

struct said {
	struct pq_log log;
	struct pq_buf text; /* each line ends in a newline */
};

void said_init(struct said *s);
void said_release(struct said *s);

/* ---- numbers by chance, the same in every run ---- */

uint64_t chance(uint64_t *state);
/* A number below n. */
uint64_t chance_below(uint64_t *state, uint64_t n);

/* A varint that now and then is longer than it has to be. */
void put_loose(struct pq_buf *to, uint64_t *state, uint64_t value);

/* Breaks up to three places: a cut, a lost or changed byte, a flipped bit. */
void mutate(struct pq_buf *b, uint64_t *state);

#endif
