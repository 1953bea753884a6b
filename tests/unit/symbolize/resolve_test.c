#include "suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask_program.h"
#include "pack_section.h"

#include "gzip/xz_stream.h"

/* A program of testdata/symbols, whose source is beside it. */
static int open_test_program(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/symbols/%s", getenv("TESTDATA"), name);
	return open(path, O_RDONLY);
}

static int open_shop(void)
{
	return open_test_program("shop");
}

#define NO_FRAME ""
#define SHOP "././shop.cc"
#define FAR_AWAY 0x400104

static const struct {
	uint64_t address;
	const char *frames; /* "name file:line:column start", one a line */
} frames_of[] = {
	{ 0x400150, "_ZN4shop5totalEPKNS_4itemEi " SHOP ":20:1 19\n" },
	{ 0x400164, "discounted " SHOP ":16:32 14\n"
		    "_ZN4shop5totalEPKNS_4itemEi " SHOP ":24:20 19\n" },
	{ 0x4001a4, "_ZN4shop5totalEPKNS_4itemEi " SHOP ":26:1 19\n" },
	{ 0x4001a6, NO_FRAME }, /* between functions */
	{ 0x4001ee, "_start " SHOP ":41:17 38\n" },
	{ 0x401200, NO_FRAME }, /* data */
	{ 0, NO_FRAME },
	{ UINT64_MAX, NO_FRAME },
};

static void put_frames(char *to, size_t room, const struct question *q)
{
	const struct pq_frame_list *list = &q->frames.of[0];
	size_t at = 0;

	to[0] = '\0';
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pq_frame *f = &q->frames.at.at[list->first + i];
		struct pq_text name = pq_intern_text(&q->frames.texts, f->name);
		struct pq_text file = pq_intern_text(&q->frames.texts, f->file);

		at += (size_t)snprintf(to + at, room - at,
				       "%.*s %.*s:%lld:%lld %lld\n",
				       (int)name.len, name.bytes, (int)file.len,
				       file.bytes, (long long)f->line,
				       (long long)f->column,
				       (long long)f->start_line);
	}
}

START_TEST(addresses_have_frames)
{
	struct question q = { .fd = open_shop(),
			      .addresses = &frames_of[_i].address,
			      .n = 1 };
	char got[1024];

	ask_program(&q);
	ck_assert(q.ok);
	put_frames(got, sizeof(got), &q);
	ck_assert_msg(!strcmp(got, frames_of[_i].frames), "row %d: %s", _i,
		      got);
	ck_assert(q.facts.has_symbols && q.facts.has_debug_info);
	ck_assert(!q.facts.is_damaged);
	pq_frame_lists_release(&q.frames);
	close(q.fd);
}
END_TEST

/* The unit's one range ends before far_away; .debug_aranges has both. */
START_TEST(code_of_dwarf_2_may_be_in_two_places)
{
	uint64_t address = FAR_AWAY;
	struct question q = { .fd = open_test_program("parts"),
			      .addresses = &address,
			      .n = 1 };
	char got[1024];

	ask_program(&q);
	ck_assert(q.ok);
	put_frames(got, sizeof(got), &q);
	ck_assert_str_eq(got, "far_away ./parts.c:7:7 5\n");
	pq_frame_lists_release(&q.frames);
	close(q.fd);
}
END_TEST

/* ---- units that come one by one, out of a compressed section ---- */

/* A test program whose .debug_info is compressed. */
static int open_packed_program(const char *name, enum packed_how how)
{
	static uint8_t bytes[1 << 16];
	int fd = open_test_program(name);
	ssize_t n = read(fd, bytes, sizeof(bytes));

	close(fd);
	ck_assert_int_gt(n, 0);
	return open_program_of(bytes,
			       pack_section(bytes, (size_t)n, sizeof(bytes),
					    ".debug_info", NULL, 0, how));
}

START_TEST(compressed_units_have_the_same_frames)
{
	struct question q = { .fd = open_packed_program("shop", PACKED_WELL),
			      .addresses = &frames_of[_i].address,
			      .n = 1 };
	char got[1024];

	ask_program(&q);
	ck_assert(q.ok);
	put_frames(got, sizeof(got), &q);
	ck_assert_msg(!strcmp(got, frames_of[_i].frames), "row %d: %s", _i,
		      got);
	ck_assert(q.facts.has_debug_info && !q.facts.is_damaged);
	pq_frame_lists_release(&q.frames);
	close(q.fd);
}
END_TEST

static const struct {
	const char *program;
	bool packed;
	uint64_t address;
	const char *frames;
} frames_across_units[] = {
	{ "parts", true, FAR_AWAY, "far_away ./parts.c:7:7 5\n" },
	{ "joined", false, 0x4000f3,
	  "inner ././inner.c:7:14 5\nouter.isra.0 ././outer.c:7:9 5\n" },
	{ "joined", true, 0x4000f3,
	  "inner ././inner.c:7:14 5\nouter.isra.0 ././outer.c:7:9 5\n" },
	{ "joined5", false, 0x201163,
	  "inner ././inner.c:7:14 5\nouter ././outer.c:7:9 5\n" },
	{ "joined5", true, 0x201163,
	  "inner ././inner.c:7:14 5\nouter ././outer.c:7:9 5\n" },
	{ "joined", true, 0x400102, "_start ././outer.c:12:11 10\n" },
};

/* Functions whose names are in other units than the one with the code. */
START_TEST(units_refer_to_one_another)
{
	const char *name = frames_across_units[_i].program;
	struct question q = { .fd = frames_across_units[_i].packed
					    ? open_packed_program(name,
								  PACKED_WELL)
					    : open_test_program(name),
			      .addresses = &frames_across_units[_i].address,
			      .n = 1 };
	char got[1024];

	ask_program(&q);
	ck_assert(q.ok);
	put_frames(got, sizeof(got), &q);
	ck_assert_msg(!strcmp(got, frames_across_units[_i].frames),
		      "row %d: %s", _i, got);
	ck_assert(!q.facts.is_damaged);
	pq_frame_lists_release(&q.frames);
	close(q.fd);
}
END_TEST

/* The damage is met last: frames that were found are taken back. */
START_TEST(damaged_units_name_nothing)
{
	uint64_t address = 0x400164;
	struct question q = {
		.fd = open_packed_program("shop", (enum packed_how)_i),
		.addresses = &address,
		.n = 1,
	};
	char got[1024];

	ask_program(&q);
	ck_assert(q.ok);
	put_frames(got, sizeof(got), &q);
	ck_assert_str_eq(got, "_ZN4shop5totalEPKNS_4itemEi :0:0 0\n");
	ck_assert(!q.facts.has_debug_info && q.facts.is_damaged);
	pq_frame_lists_release(&q.frames);
	close(q.fd);
}
END_TEST

START_TEST(symbols_alone_are_names)
{
	uint64_t address = 0x400164;
	struct question q = { .fd = open_shop(),
			      .addresses = &address,
			      .n = 1,
			      .names_only = true };
	char got[1024];

	ask_program(&q);
	ck_assert(q.ok);
	put_frames(got, sizeof(got), &q);
	ck_assert_str_eq(got, "_ZN4shop5totalEPKNS_4itemEi :0:0 0\n");
	pq_frame_lists_release(&q.frames);
	close(q.fd);
}
END_TEST

/* ---- symbols that were left in .gnu_debugdata ---- */

static const struct {
	uint64_t address;
	const char *packed, *exported; /* with liblzma, and without */
} frames_of_stripped[] = {
	{ 0x218, "rarely :0:0 0\n", NO_FRAME },
	{ 0x230, "often :0:0 0\n", NO_FRAME },
	{ 0x240, "exported :0:0 0\n", "exported :0:0 0\n" },
	{ 0x217, NO_FRAME, NO_FRAME },
};

START_TEST(stripped_symbols_are_names)
{
	struct question q = { .fd = open_test_program("mini.so"),
			      .addresses = &frames_of_stripped[_i / 2].address,
			      .n = 1,
			      .names_only = _i % 2 };
	char got[1024];

	ask_program(&q);
	ck_assert(q.ok);
	put_frames(got, sizeof(got), &q);
	ck_assert_str_eq(got, pq_xz_is_built_in()
				      ? frames_of_stripped[_i / 2].packed
				      : frames_of_stripped[_i / 2].exported);
	ck_assert(q.facts.has_symbols && !q.facts.is_damaged);
	pq_frame_lists_release(&q.frames);
	close(q.fd);
}
END_TEST

/* Where the packed file is in mini.so. */
enum { PACKED_AT = 0x358, PACKED_BYTES = 436 };

/* Its checksums tell any damage; exported names stay. */
START_TEST(damage_of_stripped_symbols_is_told)
{
	static uint8_t bytes[1 << 12];
	uint64_t addresses[] = { 0x230, 0x240 };
	int fd = open_test_program("mini.so");
	size_t n = (size_t)read(fd, bytes, sizeof(bytes));

	close(fd);
	for (size_t i = PACKED_AT; i < PACKED_AT + PACKED_BYTES; i++) {
		struct question q = { .addresses = addresses, .n = 2 };

		bytes[i] ^= 0x55;
		q.fd = open_program_of(bytes, n);
		ask_program(&q);
		ck_assert(q.ok);
		ck_assert_uint_eq(q.frames.of[0].n, 0);
		ck_assert_uint_eq(q.frames.of[1].n, 1);
		ck_assert_int_eq(q.facts.is_damaged, pq_xz_is_built_in());
		pq_frame_lists_release(&q.frames);
		close(q.fd);
		bytes[i] ^= 0x55;
	}
}
END_TEST

/* A mapping that was moved, by so much as its addresses. */
START_TEST(addresses_of_a_process_are_translated)
{
	uint64_t address = 0x7f0000000164;
	struct question q = {
		.fd = open_shop(),
		.addresses = &address,
		.n = 1,
		.part = { 0x7f0000000000, 0x7f0000001000, 0 },
	};

	ask_program(&q);
	ck_assert(q.ok);
	ck_assert_uint_eq(q.frames.of[0].n, 2);
	pq_frame_lists_release(&q.frames);

	/* outside of the mapping */
	q.part.limit = 0x7f0000000100;
	ask_program(&q);
	ck_assert(q.ok);
	ck_assert_uint_eq(q.frames.of[0].n, 0);
	pq_frame_lists_release(&q.frames);
	close(q.fd);
}
END_TEST

/* ---- damage: an answer or none, and the rest of the process goes on ---- */

static const uint64_t damaged_addresses[] = { 0x400150, 0x400164, 0x4001a6,
					      0x4001bb, 0x4001ee };

static size_t read_shop(uint8_t *to, size_t room)
{
	int fd = open_shop();
	ssize_t n = read(fd, to, room);

	close(fd);
	ck_assert_int_gt(n, 0);
	return (size_t)n;
}

START_TEST(a_file_cut_anywhere_is_survived)
{
	static uint8_t bytes[1 << 16];
	size_t n = read_shop(bytes, sizeof(bytes));

	for (size_t cut = 0; cut < n; cut++)
		ask_damaged(bytes, cut, damaged_addresses,
			    ROWS(damaged_addresses));
}
END_TEST

START_TEST(any_byte_may_be_another)
{
	static uint8_t bytes[1 << 16];
	static const uint8_t values[] = { 0x00, 0x7f, 0x80, 0xff };
	size_t n = read_shop(bytes, sizeof(bytes));

	for (size_t i = 0; i < n; i++) {
		uint8_t was = bytes[i];

		bytes[i] = values[_i];
		ask_damaged(bytes, n, damaged_addresses,
			    ROWS(damaged_addresses));
		bytes[i] = was;
	}
}
END_TEST

Suite *symbolize_resolve_suite(void)
{
	Suite *s = suite_create("symbolize_resolve");
	TCase *c = tcase_create("resolve");

	tcase_add_loop_test(c, addresses_have_frames, 0, ROWS(frames_of));
	tcase_add_test(c, code_of_dwarf_2_may_be_in_two_places);
	tcase_add_loop_test(c, compressed_units_have_the_same_frames, 0,
			    ROWS(frames_of));
	tcase_add_loop_test(c, units_refer_to_one_another, 0,
			    ROWS(frames_across_units));
	tcase_add_loop_test(c, damaged_units_name_nothing,
			    PACKED_WITH_A_WRONG_SUM, PACKED_AS_SHORTER + 1);
	tcase_add_test(c, symbols_alone_are_names);
	tcase_add_loop_test(c, stripped_symbols_are_names, 0,
			    ROWS(frames_of_stripped) * 2);
	tcase_add_test(c, damage_of_stripped_symbols_is_told);
	tcase_add_test(c, addresses_of_a_process_are_translated);
	tcase_add_test(c, a_file_cut_anywhere_is_survived);
	tcase_add_loop_test(c, any_byte_may_be_another, 0, 4);
	tcase_set_timeout(c, 120);
	suite_add_tcase(s, c);
	return s;
}
