/*
 * Writes changed copies of profiles, for fuzz/differential:
 *
 *	mutants SEED COUNT DIR FILE...
 *
 * DIR gets COUNT files, each a FILE changed a few times; the same arguments
 * give the same files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

enum { MOST = 1 << 20, MOST_ROUNDS = 2 };

static size_t read_file(const char *path, uint8_t *to)
{
	FILE *file = fopen(path, "rb");
	size_t n;

	if (!file) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	n = fread(to, 1, MOST, file);
	fclose(file);
	return n;
}

static void write_file(const char *dir, unsigned long number,
		       const uint8_t *data, size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%06lu", dir, number);
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file)) {
		perror(path);
		exit(EXIT_FAILURE);
	}
}

int main(int argc, char **argv)
{
	uint8_t *data = malloc(MOST);
	unsigned long count;
	uint64_t state;

	if (argc < 5 || !data) {
		fputs("usage: mutants SEED COUNT DIR FILE...\n", stderr);
		return EXIT_FAILURE;
	}
	state = strtoull(argv[1], NULL, 10);
	count = strtoul(argv[2], NULL, 10);
	for (unsigned long i = 0; i < count; i++) {
		const char *path =
			argv[4 + fuzz_below(&state, (size_t)argc - 4)];
		size_t n = read_file(path, data);

		for (size_t r = 1 + fuzz_below(&state, MOST_ROUNDS); r; r--)
			n = fuzz_mutate_profile(data, n, MOST,
						(unsigned)fuzz_chance(&state),
						fuzz_change_bytes);
		write_file(argv[3], i, data, n);
	}
	free(data);
	return EXIT_SUCCESS;
}
