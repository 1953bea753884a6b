/*
 * Damaged profiles: whatever the bytes are, the reader returns a profile that
 * a graph can be built on, or an error with a text, and never reads or writes
 * where it must not (which the sanitizers see).
 */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

#include "helpers.h"
#include "graph/graph.h"
#include "graph/order.h"

static void use_graph(const struct pq_profile *p, enum pq_granularity is)
{
	struct pq_graph_shape shape;
	struct pq_graph g;

	memset(&shape, 0, sizeof(shape));
	shape.granularity = is;
	shape.sample_index = (unsigned)p->sample_types.n - 1;
	shape.mean = p->sample_types.n > 1;
	shape.object_names = is == PQ_ADDRESSES;
	pq_graph_init(&g, p, &shape);
	pq_graph_sum(&g);
	pq_graph_connect(&g, NULL, NULL);
	pq_graph_label_all(&g);
	pq_graph_sort(&g, PQ_BY_FLAT);
	pq_graph_mark_listed(&g);
	pq_graph_link_edges(&g, 1);
	pq_graph_sort(&g, PQ_BY_CUM);
	pq_graph_release(&g);
}

static void use_samples(const struct pq_profile *p)
{
	struct pq_walk w;
	size_t n = 0;

	pq_walk_begin(&w, &p->samples);
	for (; pq_walk_next(&w); n++) {
		pq_walk_all(&w);
		if (w.n_values != p->sample_types.n)
			ck_abort_msg("%u values", w.n_values);
		for (size_t i = 0; i < w.sample.n_locations; i++)
			if (w.sample.locations[i] >= p->locations.n)
				ck_abort_msg("a location of none");
		for (size_t i = 0; i < w.sample.n_labels; i++) {
			const struct pq_label *l = &w.sample.labels[i];

			if (l->key >= p->strings.n || l->str >= p->strings.n ||
			    l->unit >= p->strings.n)
				ck_abort_msg("a label of none");
		}
	}
	pq_walk_end(&w);
	ck_assert_uint_eq(n, p->samples.n);
}

/* Returns whether the bytes make a profile. */
static bool try_bytes(const struct pq_buf *bytes)
{
	struct pq_error err;
	struct pq_profile *p = read_profile(bytes->data, bytes->len, &err);

	if (!p) {
		ck_assert(err.code != PQ_OK && err.msg[0]);
		return false;
	}
	ck_assert_int_eq(err.code, PQ_OK);
	use_samples(p);
	if (p->sample_types.n) {
		use_graph(p, PQ_FUNCTIONS);
		use_graph(p, PQ_ADDRESSES);
	}
	pq_profile_free(p);
	return true;
}

/* ---- the victims ---- */

#define MADE                                                           \
	"types: samples/count cpu/ns\nmap: 1000 2000 0 app id\n"       \
	"map: 7f0000000000 7f0000001000 0 lib.so -\ntime: 5\n"         \
	"period: 10 cpu/ns\ncomment: x\ndefault: cpu\ndrop: a.*\n"     \
	"1010^1!main@a.c$3#7;1020^1!work@b.c#9#4>inl@b.h#2 1 10 k=v\n" \
	"1010^1!main@a.c$3#7;7f0000000500^2! 2 -20 bytes:1024/bytes\n" \
	"1010^1!main@a.c$3#7;1030^1!f;1030^1!f;1030^1!f 3 30\n- 1 1\n"

static void put_victim(struct pq_buf *to, bool real)
{
	struct pq_buf path = { 0 };

	if (real) {
		pq_buf_printf(&path, "%s/stories/story2/heap.1.pb.gz",
			      getenv("TESTDATA"));
		put_file(to, pq_buf_cstr(&path));
		pq_buf_release(&path);
	} else {
		put_profile(to, MADE);
	}
}

static const struct {
	bool real, compressed;
} victims[] = {
	{ false, false },
	{ false, true },
	{ true, false },
	{ true, true },
};

static struct pq_buf victim(int row)
{
	struct pq_buf raw = { 0 }, zipped = { 0 };

	put_victim(&raw, victims[row].real);
	if (!victims[row].compressed)
		return raw;
	put_gzip(&zipped, raw.data, raw.len);
	pq_buf_release(&raw);
	return zipped;
}

START_TEST(a_victim_is_sound)
{
	struct pq_buf b = victim(_i);

	ck_assert_msg(try_bytes(&b), "row %d", _i);
	pq_buf_release(&b);
}
END_TEST

START_TEST(cut_anywhere)
{
	struct pq_buf b = victim(_i);
	size_t whole = b.len, read = 0;

	for (b.len = 0; b.len < whole; b.len++)
		read += try_bytes(&b);
	/* the string table stands last: what is missing is referred to */
	if (victims[_i].compressed)
		ck_assert_msg(read == 0, "row %d: %zu cuts read", _i, read);
	else
		ck_assert_msg(read < whole / 8, "row %d: %zu cuts read", _i,
			      read);
	pq_buf_release(&b);
}
END_TEST

START_TEST(any_byte_flipped)
{
	struct pq_buf b = victim(_i);
	size_t read = 0;

	for (size_t i = 0; i < b.len; i++) {
		char one = (char)(1 << i % 8);

		b.data[i] = (char)(b.data[i] ^ 0xff);
		read += try_bytes(&b);
		b.data[i] = (char)(b.data[i] ^ 0xff ^ one);
		read += try_bytes(&b);
		b.data[i] = (char)(b.data[i] ^ one);
	}
	ck_assert_msg(try_bytes(&b), "row %d: not put back", _i);
	/* a name may be anything; in gzip only the header may */
	ck_assert_msg(read > 0 && read < b.len * 2, "row %d: %zu of %zu read",
		      _i, read, b.len * 2);
	pq_buf_release(&b);
}
END_TEST

START_TEST(broken_by_chance)
{
	struct pq_buf whole = { 0 }, b = { 0 };
	uint64_t state = 3;

	put_victim(&whole, false);
	for (int round = 0; round < 1500; round++) {
		pq_buf_clear(&b);
		pq_buf_text(&b, pq_buf_view(&whole));
		mutate(&b, &state);
		mutate(&b, &state);
		try_bytes(&b);
	}
	pq_buf_release(&whole);
	pq_buf_release(&b);
}
END_TEST

Suite *format_hostile_suite(void)
{
	Suite *suite = suite_create("format_hostile");
	TCase *tcase = tcase_create("hostile");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, a_victim_is_sound, 0, ROWS(victims));
	tcase_add_loop_test(tcase, cut_anywhere, 0, ROWS(victims));
	tcase_add_loop_test(tcase, any_byte_flipped, 0, ROWS(victims));
	tcase_add_test(tcase, broken_by_chance);
	suite_add_tcase(suite, tcase);
	return suite;
}
