/*
 * generate - writes a heap profile as the Go runtime would, the same bytes
 * every time:
 *
 *	generate PRESET FILE
 *
 * Presets: T, S, M and L, from a tool that ran for a moment to a large server.
 * Stacks are walks down a graph of calls in which some calls are frequent, so
 * that prefixes are shared; a location in three has inlined frames; two
 * thirds of the samples have nothing in use; tables come before samples and
 * texts at the end.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const struct preset {
	const char *name;
	uint32_t samples, functions, locations, depth;
} presets[] = {
	{ "T", 750, 428, 549, 24 },
	{ "S", 12000, 1995, 3413, 29 },
	{ "M", 350000, 11185, 26445, 33 },
	{ "L", 3400000, 38478, 105458, 36 },
};

/* String ids: these, then two for each function: its name and its file. */
static const char *const texts[] = {
	"",
	"alloc_objects",
	"count",
	"alloc_space",
	"bytes",
	"inuse_objects",
	"inuse_space",
	"space",
	"/usr/bin/server",
};
enum {
	ALLOC_OBJECTS = 1,
	COUNT,
	ALLOC_SPACE,
	BYTES,
	INUSE_OBJECTS,
	INUSE_SPACE,
	SPACE,
	BINARY,
	FIRST_TEXT
};

/* ---- chance: splitmix64 ---- */

static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static uint64_t state = 1;

static uint32_t below(uint32_t n)
{
	return (uint32_t)((mix(state++) >> 32) * n >> 32);
}

/* ---- protobuf ---- */

struct message {
	uint8_t bytes[16384];
	size_t n;
};

static void put(struct message *m, uint64_t v)
{
	while (v >= 0x80) {
		m->bytes[m->n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	m->bytes[m->n++] = (uint8_t)v;
}

static void put_number(struct message *m, unsigned field, uint64_t v)
{
	put(m, field << 3);
	put(m, v);
}

static void put_bytes(struct message *m, unsigned field, const void *bytes,
		      size_t n)
{
	put(m, field << 3 | 2);
	put(m, n);
	memcpy(m->bytes + m->n, bytes, n);
	m->n += n;
}

static gzFile out;

/* Writes a field of the profile and empties it. */
static void write_message(unsigned field, struct message *m)
{
	struct message head = { .n = 0 };

	put(&head, field << 3 | 2);
	put(&head, m->n);
	if (gzwrite(out, head.bytes, (unsigned)head.n) <= 0 ||
	    (m->n && gzwrite(out, m->bytes, (unsigned)m->n) <= 0)) {
		fprintf(stderr, "generate: cannot write\n");
		exit(1);
	}
	m->n = 0;
}

/* ---- tables ---- */

static void write_types(struct message *m)
{
	static const unsigned types[][2] = {
		{ ALLOC_OBJECTS, COUNT },
		{ ALLOC_SPACE, BYTES },
		{ INUSE_OBJECTS, COUNT },
		{ INUSE_SPACE, BYTES },
	};

	for (size_t i = 0; i < 4; i++) {
		put_number(m, 1, types[i][0]);
		put_number(m, 2, types[i][1]);
		write_message(1, m);
	}
	put_number(m, 1, SPACE);
	put_number(m, 2, BYTES);
	write_message(11, m);
}

static void write_mapping(struct message *m)
{
	put_number(m, 1, 1);
	put_number(m, 2, 0x400000);
	put_number(m, 3, 0x4000000);
	put_number(m, 5, BINARY);
	put_number(m, 7, 1);
	write_message(3, m);
}

static void write_locations(struct message *m, const struct preset *p)
{
	for (uint32_t l = 0; l < p->locations; l++) {
		uint32_t n = 1 + (mix(l) % 3 == 0) + (mix(l) % 9 == 0);

		put_number(m, 1, l + 1);
		put_number(m, 2, 1);
		put_number(m, 3, 0x400000 + l * 61);
		for (uint32_t i = 0; i < n; i++) {
			struct message line = { .n = 0 };
			uint64_t f = (l + i * 7919) % p->functions;

			put_number(&line, 1, f + 1);
			put_number(&line, 2, 10 + mix(l + i) % 900);
			put_bytes(m, 4, line.bytes, line.n);
		}
		write_message(4, m);
	}
}

static void write_functions(struct message *m, const struct preset *p)
{
	for (uint32_t f = 0; f < p->functions; f++) {
		put_number(m, 1, f + 1);
		put_number(m, 2, FIRST_TEXT + 2 * f);
		put_number(m, 3, FIRST_TEXT + 2 * f);
		put_number(m, 4, FIRST_TEXT + 2 * f + 1);
		write_message(5, m);
	}
}

static void put_word(struct message *m, uint64_t seed, unsigned syllables)
{
	static const char parts[] = "karetosuminolavedipogubeshawifunezy";

	for (unsigned i = 0; i < syllables; i++) {
		memcpy(m->bytes + m->n, parts + mix(seed + i) % 17 * 2, 2);
		m->n += 2;
	}
}

static void put_text(struct message *m, const char *text)
{
	memcpy(m->bytes + m->n, text, strlen(text));
	m->n += strlen(text);
}

static void write_texts(struct message *m, const struct preset *p)
{
	char number[32];

	for (size_t i = 0; i < FIRST_TEXT; i++) {
		put_text(m, texts[i]);
		write_message(6, m);
	}
	for (uint32_t f = 0; f < p->functions; f++) {
		put_text(m, "example.org/");
		put_word(m, f / 40, 4);
		put_text(m, f % 3 ? ".(*" : ".");
		put_word(m, f / 8 + 77, 3);
		put_text(m, f % 3 ? ")." : "");
		put_word(m, f + 99, 4);
		snprintf(number, sizeof(number), "%u", (unsigned)f);
		put_text(m, number);
		write_message(6, m);
		put_text(m, "/src/example.org/");
		put_word(m, f / 40, 4);
		snprintf(number, sizeof(number), "/%u.go", (unsigned)f / 8);
		put_text(m, number);
		write_message(6, m);
	}
}

/* ---- samples ---- */

/* What a location calls: one callee in half of the cases, others less often. */
static uint32_t callee(const struct preset *p, uint32_t location)
{
	uint32_t choice = 0;

	while (choice < 12 && below(2))
		choice++;
	return (uint32_t)(mix((uint64_t)location << 8 | choice) % p->locations);
}

static void put_stack(struct message *m, const struct preset *p)
{
	struct message packed = { .n = 0 };
	uint32_t stack[256], n = p->depth / 2 + below(p->depth) + 1;

	stack[0] = below(4);
	for (uint32_t i = 1; i < n; i++)
		stack[i] = callee(p, stack[i - 1]);
	for (uint32_t i = n; i--;)
		put(&packed, stack[i] + 1);
	put_bytes(m, 1, packed.bytes, packed.n);
}

static void write_samples(struct message *m, const struct preset *p)
{
	for (uint32_t i = 0; i < p->samples; i++) {
		struct message part = { .n = 0 };
		uint64_t size = 16ull << below(12), n = 1ull << below(14);
		uint64_t used = below(3) ? 0 : 1 + below((uint32_t)n);

		put_stack(m, p);
		put(&part, n);
		put(&part, n * size);
		put(&part, used);
		put(&part, used * size);
		put_bytes(m, 2, part.bytes, part.n);
		part.n = 0;
		put_number(&part, 1, BYTES);
		put_number(&part, 3, size);
		put_bytes(m, 3, part.bytes, part.n);
		write_message(2, m);
	}
}

int main(int argc, char **argv)
{
	const struct preset *p = NULL;
	struct message m = { .n = 0 };

	for (size_t i = 0; argc == 3 && i < sizeof(presets) / sizeof(*p); i++)
		if (!strcmp(argv[1], presets[i].name))
			p = &presets[i];
	if (!p) {
		fprintf(stderr, "usage: generate T|S|M|L FILE\n");
		return 2;
	}
	out = gzopen(argv[2], "wb1");
	if (!out) {
		perror(argv[2]);
		return 1;
	}
	write_types(&m);
	write_mapping(&m);
	write_locations(&m, p);
	write_functions(&m, p);
	write_samples(&m, p);
	write_texts(&m, p);
	if (gzclose(out) != Z_OK) {
		fprintf(stderr, "generate: cannot write %s\n", argv[2]);
		return 1;
	}
	return 0;
}
