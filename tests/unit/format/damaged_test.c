/*
 * Damage that shows only when the reader has begun: gzip whose checksum is
 * wrong at the end.  In every format the reader must end with that error, and
 * not take what it has for all there is.
 */
#include "suites.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "helpers.h"
#include "profile/check.h"
#include "format/legacy_dump.h"
#include "format/reader.h"

/* More than the probes see, and than one piece. */
#define BODY_BYTES 300000

#define MAPS "MAPPED_LIBRARIES:\n"
#define MAP_HEAD "--- Memory map: ---\n"
#define MAP "10-20: /x\n"

struct format {
	const char *name, *head, *body, *tail;
	size_t head_bytes, body_bytes;
};

#define FORMAT(name, head, body, tail)                                     \
	{                                                                  \
		name, head, body, tail, sizeof(head) - 1, sizeof(body) - 1 \
	}

#define CPU_HEAD "\0\0\0\0\3\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0"
#define JAVA_HEAD "\0\0\0\0\3\0\0\0\1\0\0\0\x10\0\0\0\0\0\0\0"
#define CPU_SAMPLE "\1\0\0\0\1\0\0\0\5\0\0\0"
#define CPU_END "\0\0\0\0\1\0\0\0\0\0\0\0"
#define FRAMES "\"callFrame\":{\"functionName\":\"f\"}"

static const struct format formats[] = {
	FORMAT("profile.proto", "\x0a\x04\x08\1\x10\2\x32\0", "\x32\3abc", ""),
	/* a field cut off by the error */
	FORMAT("profile.proto", "\x0a\x04\x08\1\x10\2\x32\0", "\x32\3abc",
	       "\x32\x7f"),
	FORMAT("CPU profile", CPU_HEAD, CPU_SAMPLE, ""),
	/* a stack cut off by it: one sample of 127 frames */
	FORMAT("CPU profile", CPU_HEAD, CPU_SAMPLE, "\1\1\1\1\x7f"),
	FORMAT("CPU profile", CPU_HEAD CPU_SAMPLE CPU_END, MAP, ""),
	FORMAT("CPU profile", JAVA_HEAD CPU_SAMPLE CPU_END, "0x3 f\n", ""),
	FORMAT("heap profile", "heap profile: 1: 2 [0: 0] @ heapprofile\n",
	       "1: 8 [0: 0] @ 0x5\n", ""),
	FORMAT("heap profile", "heap profile: 1: 2 [0: 0] @ heapprofile\n" MAPS,
	       MAP, ""),
	FORMAT("count profile", "goroutine profile: total 3\n", "1 @ 0x5\n",
	       ""),
	FORMAT("count profile", "goroutine profile: total 3\n" MAP_HEAD, MAP,
	       ""),
	FORMAT("threadz profile", "--- threadz 1 ---\n\n",
	       "--- Thread 7f (name: a/1) stack: ---\n 0x10\n", " 0x20\n"),
	FORMAT("threadz profile",
	       "--- threadz 1 ---\n\n--- Thread 7f (name: a/1) stack: ---\n"
	       " 0x10\n" MAP_HEAD,
	       MAP, ""),
	FORMAT("contention profile", "--- mutex:\n", "1 2 @ 0x5\n", ""),
	FORMAT("contention profile", "--- mutex:\n" MAP_HEAD, MAP, ""),
	FORMAT("Java profile", "--- heapz 1 ---\nresolution = bytes\n",
	       "9 1 @ 0x3\n", ""),
	FORMAT("Java profile", "--- heapz 1 ---\nresolution = bytes\n\n",
	       "0x3 f\n", ""),
	FORMAT("jemalloc heap", "heap_v2/1\n", "@ 0x5\n  t*: 1: 9 [0: 0]\n",
	       ""),
	FORMAT("jemalloc heap", "heap_v2/1\n" MAPS, MAP, ""),
	FORMAT("goroutine dump", "",
	       "goroutine 1 [running]:\nmain.main()\n\ta.go:9\n", ""),
	FORMAT("perf script", "", "work 7 1.5: 9 cycles:\n\t10 f (/x)\n\n", ""),
	FORMAT("V8 CPU profile", "{\"nodes\":[{\"id\":1," FRAMES "}]}", " ",
	       ""),
	FORMAT("V8 heap profile", "{\"head\":{" FRAMES ",\"selfSize\":1}}", " ",
	       ""),
	FORMAT("folded stacks", "", "main;work 5\n", ""),
	FORMAT("rows of a database", "stack,cpu/ns\n", "main;work,5\n", ""),
	/* a line cut off by it */
	FORMAT("folded stacks", "", "main;work 5\n", "main"),
};

static void make(const struct format *f, struct pq_buf *to)
{
	struct pq_buf plain = { 0 };

	pq_buf_bytes(&plain, f->head, f->head_bytes);
	while (plain.len < BODY_BYTES)
		pq_buf_bytes(&plain, f->body, f->body_bytes);
	pq_buf_str(&plain, f->tail);
	put_gzip(to, plain.data, plain.len);
	pq_buf_release(&plain);
}

START_TEST(a_wrong_checksum_ends_every_reader)
{
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	struct pq_profile *p;

	make(&formats[_i], &bytes);
	if (!*formats[_i].tail) {
		p = read_profile(bytes.data, bytes.len, &err);
		ck_assert_msg(p != NULL, "row %d: %s", _i, err.msg);
		ck_assert_str_eq(p->format, formats[_i].name);
		pq_profile_free(p);
	}
	bytes.data[bytes.len - 5] ^= 1;
	p = read_profile(bytes.data, bytes.len, &err);
	ck_assert_msg(p == NULL, "row %d", _i);
	ck_assert_int_eq(err.code, PQ_EFORMAT);
	ck_assert_msg(strstr(err.msg, "wrong checksum") != NULL, "row %d: %s",
		      _i, err.msg);
	pq_buf_release(&bytes);
}
END_TEST

/* The first piece was read before, and nothing more can be. */
START_TEST(a_read_that_fails_is_an_error)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct pq_buf bytes = { 0 };
	struct pq_error err;

	ck_assert_int_ge(fd, 0);
	make(&formats[0], &bytes);
	pq_error_clear(&err);
	ck_assert_ptr_null(pq_profile_read(fd, (const uint8_t *)bytes.data,
					   bytes.len / 2, NULL, NULL, &err));
	ck_assert_int_eq(err.code, PQ_EIO);
	pq_error_clear(&err);
	ck_assert_ptr_null(pq_profile_read(fd, (const uint8_t *)"main;a", 6,
					   NULL, NULL, &err));
	ck_assert_int_eq(err.code, PQ_EIO);
	pq_buf_release(&bytes);
	close(fd);
}
END_TEST

START_TEST(memory_that_ends_under_gzip_is_an_error)
{
	struct pq_buf bytes = { 0 };

	put_gzip(&bytes, "main;work 5\n", 12);
	legacy_refuse_memory(bytes.data, bytes.len, 0);
	pq_buf_release(&bytes);
}
END_TEST

/* No reader leaves such a profile; the rule holds all the same. */
START_TEST(samples_want_types)
{
	struct pq_profile *p = profile_of("types: cpu/ns\na 1\n");
	struct pq_error err;

	pq_error_clear(&err);
	p->sample_types.n = 0;
	ck_assert(!pq_profile_check(p, &err));
	ck_assert_int_eq(err.code, PQ_EFORMAT);
	pq_profile_free(p);
}
END_TEST

Suite *format_damaged_suite(void)
{
	Suite *suite = suite_create("format_damaged");
	TCase *tcase = tcase_create("damaged");

	tcase_add_loop_test(tcase, a_wrong_checksum_ends_every_reader, 0,
			    ROWS(formats));
	tcase_add_test(tcase, a_read_that_fails_is_an_error);
	tcase_add_test(tcase, memory_that_ends_under_gzip_is_an_error);
	tcase_add_test(tcase, samples_want_types);
	suite_add_tcase(suite, tcase);
	return suite;
}
