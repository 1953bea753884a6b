/*
 * Feeds the fuzz targets with the files kept for them, without libFuzzer:
 *
 *	replay			every target: its seeds, finds and corpus
 *	replay TARGET FILE...	one target, the files named
 *
 * A file of up to SMALL bytes is given in every shorter length as well, and to
 * targets with a mutator in MUTANTS changed forms, always the same; what
 * fuzzing found for the corpus is given as it is.  Each input is a malloc of
 * its own, so that sanitizers see a read past its end.
 *
 * Every input format must be that of a seed.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixed.h"
#include "fuzz.h"
#include "mutate.h"

enum { SMALL = 2048, MUTANTS = 8, MUTANT_MOST = 1 << 16 };

typedef size_t mutator(uint8_t *data, size_t size, size_t most, unsigned seed,
		       fuzz_mutate_bytes *bytes);

static const struct target {
	const char *name;
	void (*run)(const uint8_t *data, size_t size);
} targets[] = {
#define TARGET(name) { #name, fuzz_##name },
#include "targets.def"
#undef TARGET
};

/* As fuzz/local.mk has them. */
static const struct {
	const char *target;
	mutator *mutate;
} mutators[] = {
	{ "compare", fuzz_mutate_profile },
	{ "container", fuzz_mutate_gzip },
	{ "profile", fuzz_mutate_profile },
	{ "write", fuzz_mutate_profile },
};

static struct {
	const char *name;
	bool seen;
} formats[] = {
#define READER(name, probe, read) { name, false },
#include "format/readers.def"
#undef READER
};

static size_t n_files, n_inputs;

static void run_copy(const struct target *target, const uint8_t *data,
		     size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	target->run(copy, size);
	free(copy);
	n_inputs++;
}

static void run_mutants(const struct target *target, const uint8_t *data,
			size_t size)
{
	static uint8_t mutant[MUTANT_MOST];
	mutator *mutate = NULL;

	for (size_t i = 0; i < sizeof(mutators) / sizeof(*mutators); i++)
		if (!strcmp(mutators[i].target, target->name))
			mutate = mutators[i].mutate;
	for (unsigned i = 0; mutate && i < MUTANTS && size <= SMALL; i++) {
		size_t n = size;

		memcpy(mutant, data, n);
		for (unsigned round = 0; round <= i; round++)
			n = mutate(mutant, n, sizeof(mutant), i * 64 + round,
				   fuzz_change_bytes);
		run_copy(target, mutant, n);
	}
}

static void see_format(const uint8_t *data, size_t size)
{
	struct pq_error err = { .code = PQ_OK };
	struct pq_profile *p = fuzz_read(data, size, &err);

	for (size_t i = 0; p && i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(formats[i].name, p->format))
			formats[i].seen = true;
	pq_profile_free(p);
}

static bool check_formats(void)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		/* what is refused by name has nothing to read */
		if (!formats[i].seen &&
		    strcmp(formats[i].name, "refused file") != 0) {
			printf("no seed is a %s\n", formats[i].name);
			good = false;
		}
	return good;
}

static bool run_file(const struct target *target, const char *path, bool more)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, room = 0, got;

	if (!file) {
		perror(path);
		return false;
	}
	do {
		room = room ? room * 2 : 65536;
		data = realloc(data, room);
		if (!data)
			abort();
		got = fread(data + size, 1, room - size, file);
		size += got;
	} while (size == room);
	fclose(file);

	run_copy(target, data, size);
	for (size_t n = 0; more && n < size && size <= SMALL; n++)
		run_copy(target, data, n);
	if (more)
		run_mutants(target, data, size);
	see_format(data, size);
	free(data);
	n_files++;
	return true;
}

static bool run_dir(const struct target *target, const char *top,
		    const char *kind)
{
	char path[4096];
	struct dirent *entry;
	bool good = true;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/fuzz/%s/%s", top, kind, target->name);
	dir = opendir(path);
	if (!dir)
		return true;
	while (good && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/fuzz/%s/%s/%s", top, kind,
			 target->name, entry->d_name);
		good = run_file(target, path, strcmp(kind, "corpus") != 0);
	}
	closedir(dir);
	return good;
}

static bool run_all(void)
{
	const char *top = getenv("top_srcdir");
	bool good = true;

	if (!top)
		top = ".";
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		printf("%s\n", targets[i].name);
		fflush(stdout); /* names the target, should it crash */
		good = run_dir(&targets[i], top, "seeds") && good;
		good = run_dir(&targets[i], top, "finds") && good;
		good = run_dir(&targets[i], top, "corpus") && good;
	}
	return check_formats() && good;
}

int main(int argc, char **argv)
{
	bool good = true;

	if (argc == 1) {
		good = run_all();
	} else {
		size_t t = 0;

		while (t < sizeof(targets) / sizeof(targets[0]) &&
		       strcmp(targets[t].name, argv[1]) != 0)
			t++;
		if (t == sizeof(targets) / sizeof(targets[0])) {
			fprintf(stderr, "replay: no target %s\n", argv[1]);
			return EXIT_FAILURE;
		}
		for (int i = 2; i < argc; i++)
			good = run_file(&targets[t], argv[i], true) && good;
	}
	printf("%zu files, %zu inputs\n", n_files, n_inputs);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
