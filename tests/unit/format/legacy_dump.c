#include "format/legacy_dump.h"

#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "suites.h"

#include "format/reader.h"

static int file_of(const void *bytes, size_t n)
{
	int fd = memfd_create("profile", MFD_CLOEXEC);

	ck_assert(fd >= 0);
	ck_assert(write(fd, bytes, n) == (ssize_t)n);
	ck_assert(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static struct pq_profile *read_bytes(const void *bytes, size_t n,
				     struct pq_error *err)
{
	int fd = file_of(bytes, n);
	struct pq_profile *p;

	p = pq_profile_read(fd, NULL, 0, NULL, NULL, err);
	close(fd);
	return p;
}

static void dump_type(const struct pq_profile *p,
		      const struct pq_value_type *type, struct pq_buf *to)
{
	pq_buf_text(to, pq_string(p, type->type));
	pq_buf_char(to, '/');
	pq_buf_text(to, pq_string(p, type->unit));
	pq_buf_char(to, ' ');
}

static void dump_frame(const struct pq_profile *p, uint32_t number,
		       struct pq_buf *to)
{
	const struct pq_location *l = &p->locations.at[number];
	const struct pq_line *lines = pq_location_lines(p, l);

	pq_buf_char(to, ' ');
	if (l->address || !l->n_lines)
		pq_buf_printf(to, "%" PRIx64, l->address);
	for (uint32_t i = 0; i < l->n_lines; i++) {
		const struct pq_function *f = pq_line_function(p, &lines[i]);

		if (i || l->address)
			pq_buf_char(to, ',');
		pq_buf_text(to, pq_string(p, f->name));
		pq_buf_char(to, ':');
		pq_buf_text(to, pq_string(p, f->filename));
		pq_buf_printf(to, ":%" PRId64, lines[i].line);
	}
	if (l->mapping == PQ_NONE)
		pq_buf_str(to, "!-");
	else if (l->mapping)
		pq_buf_printf(to, "!%" PRIu32, l->mapping);
}

static void dump_label(const struct pq_profile *p, const struct pq_label *l,
		       struct pq_buf *to)
{
	pq_buf_char(to, ' ');
	pq_buf_text(to, pq_string(p, l->key));
	pq_buf_char(to, '=');
	if (l->str)
		pq_buf_text(to, pq_string(p, l->str));
	else
		pq_buf_printf(to, "%" PRId64, l->num);
	pq_buf_text(to, pq_string(p, l->unit));
}

static void dump_samples(const struct pq_profile *p, struct pq_buf *to)
{
	struct pq_walk w;

	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		for (unsigned i = 0; i < w.n_values; i++)
			pq_buf_printf(to, "%" PRId64 " ", w.sample.values[i]);
		pq_buf_char(to, '@');
		for (size_t i = 0; i < w.sample.n_locations; i++)
			dump_frame(p, w.sample.locations[i], to);
		for (size_t i = 0; i < w.sample.n_labels; i++)
			dump_label(p, &w.sample.labels[i], to);
		pq_buf_char(to, '\n');
	}
	pq_walk_end(&w);
}

static void dump_mappings(const struct pq_profile *p, struct pq_buf *to)
{
	for (size_t i = 0; i < p->mappings.n; i++) {
		const struct pq_mapping *m = &p->mappings.at[i];

		ck_assert(m->id == i + 1);
		pq_buf_printf(to, "%" PRIx64 "-%" PRIx64 " %" PRIx64 " ",
			      m->start, m->limit, m->offset);
		pq_buf_text(to, pq_string(p, m->file));
		pq_buf_char(to, ' ');
		pq_buf_text(to, pq_string(p, m->build_id));
		pq_buf_char(to, '\n');
	}
}

/* Ids count from 1 in the order of the profile. */
static void check_numbering(const struct pq_profile *p)
{
	ck_assert(p->location_order.n == p->locations.n);
	for (size_t i = 0; i < p->locations.n; i++)
		ck_assert(p->locations.at[p->location_order.at[i]].id == i + 1);
	ck_assert(p->function_order.n == p->functions.n);
	for (size_t i = 0; i < p->functions.n; i++)
		ck_assert(p->functions.at[p->function_order.at[i]].id == i + 1);
}

void legacy_dump(const void *bytes, size_t n, struct pq_buf *to)
{
	struct pq_error err = { .code = PQ_OK };
	struct pq_profile *p = read_bytes(bytes, n, &err);

	if (!p) {
		ck_assert(err.code != PQ_OK);
		pq_buf_printf(to, "error %d %" PRIu64 ": %s\n", err.code,
			      err.offset, err.msg);
		return;
	}
	ck_assert(err.code == PQ_OK);
	check_numbering(p);
	for (size_t i = 0; i < p->sample_types.n; i++)
		dump_type(p, &p->sample_types.at[i], to);
	pq_buf_str(to, "period ");
	dump_type(p, &p->period_type, to);
	pq_buf_printf(to, "%" PRId64 "\n", p->period);
	dump_samples(p, to);
	dump_mappings(p, to);
	pq_profile_free(p);
}

void legacy_expect(const void *bytes, size_t n, const char *want, int row)
{
	struct pq_buf got = { 0 };

	legacy_dump(bytes, n, &got);
	ck_assert_msg(!strncmp(pq_buf_cstr(&got), want, strlen(want)),
		      "row %d: wanted\n%sgot\n%s", row, want,
		      pq_buf_cstr(&got));
	pq_buf_release(&got);
}

void legacy_cut_everywhere(const void *bytes, size_t n, int row)
{
	struct pq_buf got = { 0 };

	for (size_t cut = 0; cut < n; cut++) {
		/* a copy of its own, so that a read past its end is seen */
		char *copy = pq_alloc(cut + 1);

		memcpy(copy, bytes, cut);
		pq_buf_clear(&got);
		legacy_dump(copy, cut, &got);
		ck_assert_msg(got.len > 0, "row %d cut at %zu", row, cut);
		pq_free(copy);
	}
	pq_buf_release(&got);
}

struct guarded {
	int fd;
	struct pq_error err;
};

static void read_guarded(void *arg)
{
	struct guarded *g = arg;

	pq_profile_free(pq_profile_read(g->fd, NULL, 0, NULL, NULL, &g->err));
}

void legacy_refuse_memory(const void *bytes, size_t n, int row)
{
	struct guarded g = { .fd = file_of(bytes, n) };
	uint64_t used = pq_mem_used();
	bool met = false;

	for (uint64_t nth = 1; !met; nth++) {
		struct pq_error err = { .code = PQ_OK };

		ck_assert(lseek(g.fd, 0, SEEK_SET) == 0);
		pq_mem_fail_after(nth, false);
		met = pq_mem_guard(read_guarded, &g, &err);
		pq_mem_fail_after(0, false);
		ck_assert_msg(met || err.code == PQ_ELIMIT,
			      "row %d, allocation %d: code %d", row, (int)nth,
			      err.code);
		ck_assert_msg(pq_mem_used() == used, "row %d: a leak", row);
	}
	close(g.fd);
}
