/*
 * Work to sample: alloc [ROUNDS [BYTES]] keeps BYTES or more in each round,
 * and forgets some more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct item {
	struct item *next;
	char *text;
};

static struct item *kept;

__attribute__((noinline)) char *make_text(size_t n)
{
	char *text = malloc(n);

	if (!text)
		abort();
	memset(text, 'x', n);
	return text;
}

__attribute__((noinline)) void keep(size_t n)
{
	struct item *item = malloc(sizeof(*item));

	if (!item)
		abort();
	item->text = make_text(n);
	item->next = kept;
	kept = item;
}

__attribute__((noinline)) void forget(size_t n)
{
	free(make_text(n));
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	unsigned long bytes = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000;

	for (unsigned long i = 0; i < rounds; i++) {
		keep(bytes + i % 1000);
		forget(2000);
	}
	printf("%s\n", kept ? kept->text[0] == 'x' ? "kept" : "" : "nothing");
	return 0;
}
