#include "suites.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

/* Keys are their own index in this array, whatever their hash. */
static const uint64_t keys[] = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 };

static bool same(const void *ctx, uint32_t index, const void *key)
{
	const uint64_t *all = ctx;

	return all[index] == *(const uint64_t *)key;
}

static uint64_t all_equal(uint64_t key)
{
	(void)key;
	return 0;
}

static uint64_t all_ones(uint64_t key)
{
	(void)key;
	return UINT64_MAX;
}

static uint64_t upper_half_only(uint64_t key)
{
	return key << 32;
}

static uint64_t mixed(uint64_t key)
{
	return pq_hash_mix(0, key);
}

static uint64_t (*const hashes[])(uint64_t key) = {
	all_equal,
	all_ones,
	upper_half_only,
	mixed,
};

START_TEST(every_hash_finds_every_key)
{
	uint64_t (*hash)(uint64_t) = hashes[_i];
	struct pq_map map = { 0 };
	uint32_t n = ROWS(keys), at;

	for (uint32_t i = 0; i < n; i++) {
		at = pq_map_find(&map, hash(keys[i]), same, keys, &keys[i]);
		ck_assert_msg(at == PQ_MAP_NONE, "row %d: key %u before", _i,
			      i);
		at = pq_map_intern(&map, hash(keys[i]), same, keys, &keys[i],
				   i);
		ck_assert_msg(at == i, "row %d: key %u added", _i, i);
	}
	for (uint32_t i = 0; i < n; i++) {
		at = pq_map_find(&map, hash(keys[i]), same, keys, &keys[i]);
		ck_assert_msg(at == i, "row %d: key %u found", _i, i);
		at = pq_map_intern(&map, hash(keys[i]), same, keys, &keys[i],
				   99);
		ck_assert_msg(at == i, "row %d: key %u again", _i, i);
	}
	ck_assert_msg(map.n == n, "row %d: %zu", _i, map.n);
	pq_map_release(&map);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

START_TEST(a_map_of_zeros_is_empty)
{
	struct pq_map map = { 0 };
	uint64_t key = 1;

	ck_assert(pq_map_find(&map, 1, same, keys, &key) == PQ_MAP_NONE);
	pq_map_clear(&map);
	pq_map_release(&map);
}
END_TEST

START_TEST(clear_forgets_and_keeps_the_memory)
{
	struct pq_map map = { 0 };
	uint64_t used;

	pq_map_intern(&map, 1, same, keys, &keys[0], 0);
	used = pq_mem_used();
	pq_map_clear(&map);
	ck_assert(map.n == 0);
	ck_assert(pq_mem_used() == used);
	ck_assert(pq_map_find(&map, 1, same, keys, &keys[0]) == PQ_MAP_NONE);
	ck_assert(pq_map_intern(&map, 1, same, keys, &keys[0], 5) == 5);
	pq_map_release(&map);
}
END_TEST

/* The n-th number is n: grows the map many times. */
static bool same_number(const void *ctx, uint32_t index, const void *key)
{
	(void)ctx;
	return index == *(const uint64_t *)key;
}

START_TEST(growing_loses_nothing)
{
	struct pq_map map = { 0 };

	for (uint64_t i = 0; i < 100000; i++)
		ck_assert(pq_map_intern(&map, mixed(i), same_number, NULL, &i,
					(uint32_t)i) == i);
	for (uint64_t i = 0; i < 100000; i++)
		ck_assert(pq_map_find(&map, mixed(i), same_number, NULL, &i) ==
			  i);
	ck_assert(map.n == 100000);
	pq_map_release(&map);
}
END_TEST

START_TEST(hash_sees_every_byte_and_the_length)
{
	unsigned char bytes[24] = { 0 };
	size_t n = (size_t)_i;
	uint64_t plain = pq_hash_bytes(bytes, n, 0);

	ck_assert_msg(pq_hash_bytes(bytes, n, 0) == plain, "length %d", _i);
	ck_assert_msg(pq_hash_bytes(bytes, n, 1) != plain, "length %d: seed",
		      _i);
	ck_assert_msg(pq_hash_bytes(bytes, n + 1, 0) != plain,
		      "length %d: one more", _i);
	for (size_t i = 0; i < n; i++) {
		bytes[i] = 1;
		ck_assert_msg(pq_hash_bytes(bytes, n, 0) != plain,
			      "length %d: byte %zu", _i, i);
		bytes[i] = 0;
	}
}
END_TEST

START_TEST(hash_does_not_depend_on_alignment)
{
	char bytes[32];
	uint64_t want;

	memcpy(bytes, "0123456789abcdef", 16);
	want = pq_hash_bytes(bytes, 16, 0);
	memmove(bytes + _i, bytes, 16);
	ck_assert_msg(pq_hash_bytes(bytes + _i, 16, 0) == want, "offset %d",
		      _i);
}
END_TEST

/* What the first word of a text makes of the plain hash of 16 bytes. */
static uint64_t plain_state(uint64_t word)
{
	uint64_t h = 0;
	const uint64_t in[] = { 16 + 0x51ed27, word };

	for (size_t i = 0; i < ROWS(in); i++) {
		h = (h ^ in[i]) * 0x9e3779b97f4a7c15u;
		h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
		h ^= h >> 32;
	}
	return h;
}

/*
 * Texts of 16 bytes that all have one plain hash, which reads them as numbers
 * whose lowest byte comes first.
 */
static void make_one_of_many(uint64_t words[2], uint64_t i)
{
	words[0] = htole64(i);
	words[1] = htole64(plain_state(i) ^ 0x1234567);
}

static size_t n_compared;

struct one_of_many {
	uint64_t words[2];
};

static bool same_words(const void *ctx, uint32_t index, const void *key)
{
	const struct one_of_many *all = ctx;

	n_compared++;
	return !memcmp(&all[index], key, sizeof(*all));
}

START_TEST(names_made_to_collide_do_not)
{
	enum { N = 50000 };
	struct one_of_many *all = pq_alloc(N * sizeof(*all));
	struct pq_map map = { 0 };
	uint64_t plain = 0;

	n_compared = 0;
	for (uint32_t i = 0; i < N; i++) {
		struct one_of_many *one = &all[i];
		uint64_t hash;

		make_one_of_many(one->words, i);
		if (!i)
			plain = pq_hash_plain(one, 16, 0);
		ck_assert(pq_hash_plain(one, 16, 0) == plain);
		hash = pq_hash_bytes(one, 16, 0);
		ck_assert(pq_map_intern(&map, hash, same_words, all, one, i) ==
			  i);
	}
	ck_assert_msg(n_compared < 100, "%zu were compared", n_compared);
	pq_map_release(&map);
	pq_free(all);
}
END_TEST

/* A key of two numbers is not what their xor is. */
START_TEST(numbers_made_to_collide_do_not)
{
	uint64_t first = pq_hash_mix(0, 0x5555);

	for (uint64_t i = 1; i < 1000; i++) {
		ck_assert(pq_hash_mix(i, i ^ 0x5555) != first);
		ck_assert(pq_hash_mix(i << 32, i << 32 ^ 0x5555) != first);
		ck_assert(pq_hash_mix(i, 0x5555) != first);
	}
}
END_TEST

/* Machines that count bytes from the other end have them, too: colors follow. */
START_TEST(plain_hashes_are_the_same_everywhere)
{
	ck_assert(pq_hash_plain("main.main", 9, 11) == 0xd6391c76d78bd0d9);
	ck_assert(pq_hash_plain("main", 4, 11) == 0xb00ec63a98267814);
	ck_assert(pq_hash_plain("", 0, 11) == 0xf76467d1fc423144);
}
END_TEST

START_TEST(hashes_depend_on_the_key)
{
	uint64_t kept = pq_hash_key[_i];
	uint64_t bytes = pq_hash_bytes("main.main", 9, 0);
	uint64_t number = pq_hash_mix(1, 2);
	uint64_t plain = pq_hash_plain("main.main", 9, 11);

	pq_hash_key[_i] ^= 1;
	ck_assert(pq_hash_bytes("main.main", 9, 0) != bytes);
	ck_assert(pq_hash_mix(1, 2) != number);
	ck_assert(pq_hash_plain("main.main", 9, 11) == plain);
	pq_hash_key[_i] = kept;
	ck_assert(pq_hash_bytes("main.main", 9, 0) == bytes);
}
END_TEST

/* It is drawn before main: what stands in the source was replaced. */
START_TEST(the_key_is_drawn_by_chance)
{
	ck_assert(pq_hash_key[0] != 0x9e3779b97f4a7c15u);
	ck_assert(pq_hash_key[1] != 0xd6e8feb86659fd93u);
}
END_TEST

Suite *base_map_suite(void)
{
	Suite *suite = suite_create("base_map");
	TCase *tcase = tcase_create("map");

	tcase_add_loop_test(tcase, every_hash_finds_every_key, 0, ROWS(hashes));
	tcase_add_test(tcase, a_map_of_zeros_is_empty);
	tcase_add_test(tcase, clear_forgets_and_keeps_the_memory);
	tcase_add_test(tcase, growing_loses_nothing);
	tcase_add_loop_test(tcase, hash_sees_every_byte_and_the_length, 0, 23);
	tcase_add_loop_test(tcase, hash_does_not_depend_on_alignment, 1, 9);
	tcase_add_test(tcase, names_made_to_collide_do_not);
	tcase_add_test(tcase, numbers_made_to_collide_do_not);
	tcase_add_test(tcase, plain_hashes_are_the_same_everywhere);
	tcase_add_loop_test(tcase, hashes_depend_on_the_key, 0, 2);
	tcase_add_test(tcase, the_key_is_drawn_by_chance);
	suite_add_tcase(suite, tcase);
	return suite;
}
