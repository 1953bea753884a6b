#include "suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask_program.h"
#include "pack_section.h"

#include "symbolize/elf/section_stream.h"

enum { CONTENT_BYTES = 3000000, FILE_ROOM = 4 << 20, STEPS = 8 };

/* Where the window goes, and up to where its bytes are wanted. */
static const struct {
	struct {
		uint64_t from, to;
	} steps[STEPS];
} walks[] = {
	{ { { 0, 10 }, { 10, 20 }, { 20, 100000 }, { 20, 300000 } } },
	{ { { 0, CONTENT_BYTES } } },
	{ { { 0, 300000 }, { 299999, 700000 }, { 2999999, 9000000 } } },
	{ { { 1000000, 1000001 }, { 1000001, 2500000 }, { 2500000, 0 } } },
	{ { { 262144, 262145 }, { 524288, 524288 }, { 524289, 786432 } } },
	{ { { CONTENT_BYTES, UINT64_MAX }, { UINT64_MAX, UINT64_MAX } } },
	{ { { 0, 0 } } },
};

struct packed_program {
	uint8_t content[CONTENT_BYTES], bytes[FILE_ROOM];
	struct pq_elf elf;
	struct pq_elf_content in;
	struct pq_section_stream stream;
	int fd;
};

/* A program whose .debug_info is long, and means nothing. */
static struct packed_program *open_packed(enum packed_how how)
{
	struct packed_program *p = malloc(sizeof(*p));
	struct pq_error err = { 0 };
	char path[4096];
	size_t n;
	int fd;

	for (size_t i = 0; i < CONTENT_BYTES; i++)
		p->content[i] = (uint8_t)(i >> 8 ^ i * 7 / 5);
	snprintf(path, sizeof(path), "%s/symbols/shop", getenv("TESTDATA"));
	fd = open(path, O_RDONLY);
	n = (size_t)read(fd, p->bytes, sizeof(p->bytes));
	close(fd);
	n = pack_section(p->bytes, n, sizeof(p->bytes), ".debug_info",
			 p->content, CONTENT_BYTES, how);
	p->fd = open_program_of(p->bytes, n);
	ck_assert(pq_elf_open(&p->elf, p->fd, &err));
	ck_assert(pq_elf_content_open(&p->in, &p->elf, &err));
	return p;
}

static void close_packed(struct packed_program *p)
{
	pq_section_stream_close(&p->stream);
	pq_elf_content_close(&p->in);
	pq_elf_close(&p->elf);
	close(p->fd);
	free(p);
}

static void check_step(struct packed_program *p, uint64_t from, uint64_t to)
{
	struct pq_bytes b = pq_section_stream_reach(&p->stream, from, to);
	uint64_t most = from < CONTENT_BYTES ? CONTENT_BYTES - from : 0;
	uint64_t least = to < from ? 0 : to - from;

	if (least > most)
		least = most;
	ck_assert_uint_ge(pq_bytes_left(&b), least);
	ck_assert_uint_le(pq_bytes_left(&b), most);
	ck_assert(!memcmp(b.at ? b.at : p->content,
			  p->content + (from < CONTENT_BYTES ? from : 0),
			  pq_bytes_left(&b)));
}

START_TEST(a_window_moves_over_the_section)
{
	struct packed_program *p = open_packed(PACKED_WELL);
	uint64_t at = 0;

	if (pq_section_stream_open(&p->stream, &p->in, "debug_info")) {
		ck_assert_uint_eq(p->stream.bytes, CONTENT_BYTES);
		for (int i = 0; i < STEPS && walks[_i].steps[i].from >= at;
		     i++) {
			at = walks[_i].steps[i].from;
			check_step(p, at, walks[_i].steps[i].to);
		}
		ck_assert(pq_section_stream_finish(&p->stream));
	}
	ck_assert(!p->in.damaged);
	close_packed(p);
}
END_TEST

START_TEST(a_damaged_stream_is_told)
{
	struct packed_program *p = open_packed((enum packed_how)_i);

	if (pq_section_stream_open(&p->stream, &p->in, "debug_info")) {
		pq_section_stream_reach(&p->stream, 1000, 2000);
		ck_assert(!pq_section_stream_finish(&p->stream));
		ck_assert(p->in.damaged);
	}
	close_packed(p);
}
END_TEST

/* What is not compressed is read as a whole. */
START_TEST(some_sections_are_no_streams)
{
	static const char *const names[] = { "debug_line", "no_such_section" };
	struct packed_program *p = open_packed(PACKED_WELL);

	ck_assert(!pq_section_stream_open(&p->stream, &p->in, names[_i]));
	ck_assert(!p->in.damaged);
	close_packed(p);
}
END_TEST

Suite *symbolize_section_stream_suite(void)
{
	Suite *s = suite_create("symbolize_section_stream");
	TCase *c = tcase_create("stream");

	tcase_add_loop_test(c, a_window_moves_over_the_section, 0, ROWS(walks));
	tcase_add_loop_test(c, a_damaged_stream_is_told,
			    PACKED_WITH_A_WRONG_SUM, PACKED_AS_SHORTER + 1);
	tcase_add_loop_test(c, some_sections_are_no_streams, 0, 2);
	suite_add_tcase(s, c);
	return s;
}
