/*
 * Work to sample: work [HASHES [SUMS]], in millions of steps.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static volatile uint64_t sink;

static inline uint64_t mix(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	return h ^ h >> 29;
}

__attribute__((noinline)) uint64_t hash(uint64_t n)
{
	uint64_t h = n;

	for (uint64_t i = 0; i < n; i++)
		h = mix(h + i);
	return h;
}

__attribute__((noinline)) uint64_t sum(uint64_t n)
{
	uint64_t total = 0;

	for (uint64_t i = 0; i < n; i++)
		total += i * i ^ sink;
	return total;
}

__attribute__((noinline)) void work(uint64_t hashes, uint64_t sums)
{
	sink += hash(hashes * 1000000);
	sink += sum(sums * 1000000);
}

int main(int argc, char **argv)
{
	uint64_t hashes = argc > 1 ? strtoull(argv[1], NULL, 10) : 20;
	uint64_t sums = argc > 2 ? strtoull(argv[2], NULL, 10) : hashes;

	work(hashes, sums);
	printf("%llu\n", (unsigned long long)sink);
	return 0;
}
