#include "suites.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "web/birth.h"

/* What a new engine is told: every cut of it, and descriptors that lack. */

enum { SOCKET = 100, UPLOAD = 101, BODY = 102 };

static void pack_birth(struct pq_buf *b, struct pq_socket_fds *fds)
{
	struct pq_birth birth = { .takes = PQ_TAKES_SIDES,
				  .has_given = true,
				  .n_listed = 1,
				  .n_bodies = 2 };

	birth.listed[0] =
		(struct pq_birth_source){ PQ_TEXT("old.pb.gz"), UPLOAD };
	birth.bodies[0].name = PQ_TEXT("http://a/");
	birth.bodies[0].fd = BODY;
	birth.bodies[1].name = PQ_TEXT("http://b/");
	birth.bodies[1].fd = -1;
	pq_fail(&birth.bodies[1].failure, PQ_EIO, "refused");
	*fds = (struct pq_socket_fds){ .n = 1, .at = { SOCKET } };
	pq_birth_pack(&birth, b, fds);
}

START_TEST(birth_comes_back)
{
	struct pq_socket_fds fds;
	struct pq_buf b = { 0 };
	struct pq_birth birth;

	pack_birth(&b, &fds);
	ck_assert_uint_eq(fds.n, 3);
	ck_assert(pq_birth_unpack(&birth, pq_buf_view(&b), &fds));
	ck_assert_int_eq(birth.takes, PQ_TAKES_SIDES);
	ck_assert(birth.has_given);
	ck_assert(pq_text_is(birth.listed[0].name, "old.pb.gz"));
	ck_assert_int_eq(birth.listed[0].fd, UPLOAD);
	ck_assert_int_eq(birth.bodies[0].fd, BODY);
	ck_assert_int_eq(birth.bodies[0].failure.code, PQ_OK);
	ck_assert_int_eq(birth.bodies[1].fd, -1);
	ck_assert_int_eq(birth.bodies[1].failure.code, PQ_EIO);
	ck_assert_str_eq(birth.bodies[1].failure.msg, "refused");
	pq_buf_release(&b);
}
END_TEST

START_TEST(no_cut_is_a_birth)
{
	struct pq_socket_fds fds;
	struct pq_buf b = { 0 };
	struct pq_birth birth;

	pack_birth(&b, &fds);
	for (size_t n = 0; n < b.len; n++)
		ck_assert_msg(
			!pq_birth_unpack(&birth,
					 pq_text_slice(pq_buf_view(&b), 0, n),
					 &fds),
			"cut at %zu", n);
	pq_buf_release(&b);
}
END_TEST

START_TEST(no_birth_with_fewer_descriptors)
{
	struct pq_socket_fds fds;
	struct pq_buf b = { 0 };
	struct pq_birth birth;

	pack_birth(&b, &fds);
	fds.n--;
	ck_assert(!pq_birth_unpack(&birth, pq_buf_view(&b), &fds));
	pq_buf_release(&b);
}
END_TEST

/* A body that came without its descriptor is an error of its source. */
START_TEST(lost_body_has_failed)
{
	struct pq_socket_fds fds = { .n = PQ_SOCKET_MOST_FDS };
	struct pq_birth birth = { .n_bodies = 1 };
	struct pq_buf b = { 0 };
	struct pq_birth back;

	birth.bodies[0].name = PQ_TEXT("http://a/");
	birth.bodies[0].fd = BODY;
	pq_bodies_pack(&birth, &b, &fds);
	fds.n = 0;
	ck_assert(pq_bodies_unpack(&back, pq_buf_view(&b), &fds));
	ck_assert_int_eq(back.bodies[0].fd, -1);
	ck_assert_int_eq(back.bodies[0].failure.code, PQ_EIO);
	pq_buf_release(&b);
}
END_TEST

Suite *web_birth_suite(void)
{
	Suite *s = suite_create("web_birth");
	TCase *t = tcase_create("messages");

	tcase_add_test(t, birth_comes_back);
	tcase_add_test(t, no_cut_is_a_birth);
	tcase_add_test(t, no_birth_with_fewer_descriptors);
	tcase_add_test(t, lost_body_has_failed);
	suite_add_tcase(s, t);
	return s;
}
