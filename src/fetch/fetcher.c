#include "fetch/fetcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "fetch/saving.h"

#include "base/banned.h"

/* A list of names is not longer than this, whoever sends it. */
#define MOST_ANSWER_BYTES ((uint64_t)256 << 20)
/* Notes of saving are a few paths. */
#define MOST_NOTES_BYTES ((uint64_t)1 << 16)

/* An order of the parent's; `bytes` of payload follow. */
enum order_kind { ORDER_SYMBOLZ, ORDER_SAVE };

struct order {
	enum order_kind kind;
	size_t i;	  /* address of SYMBOLZ */
	uint64_t bytes;	  /* the payload's */
	uint64_t content; /* SAVE: bytes in the exchange file */
};

/* An answer of the child's; `bytes` of notes follow. */
struct report {
	size_t i;
	uint64_t bytes;
	struct pq_error err;
};

struct pq_fetcher {
	const struct pq_fetch_plan *plan;
	struct pq_child child;
	int *bodies;		 /* memory files, one an address */
	struct pq_error *errors; /* by address */
	int exchange; /* a memory file for answers and what is to be saved */
};

/* ---- in the child ---- */

struct fetching {
	struct pq_fetcher *f;
	struct pq_http *http;
	int out;
};

static void send_report(int out, size_t i, const struct pq_error *err,
			struct pq_text notes)
{
	struct report r;

	/* Padding goes through the pipe, too: no stale bytes leave. */
	memset(&r, 0, sizeof(r));
	r.i = i;
	r.bytes = notes.len;
	r.err = *err;
	if (pq_io_write_all(out, &r, sizeof(r)) && notes.len)
		pq_io_write_all(out, pq_unchecked_bytes(notes.bytes),
				notes.len);
}

static void report_body(void *ctx, size_t i, const struct pq_error *err)
{
	struct fetching *g = ctx;

	send_report(g->out, i, err, PQ_TEXT(""));
}

static void fetch_bodies(struct fetching *g)
{
	const struct pq_fetch_plan *plan = g->f->plan;
	struct pq_http_job *jobs =
		pq_alloc_zeroed(pq_size_mul(plan->n + 1, sizeof(*jobs)));

	for (size_t i = 0; i < plan->n; i++) {
		jobs[i].address = &plan->addresses[i];
		jobs[i].fd = g->f->bodies[i];
		jobs[i].done = report_body;
		jobs[i].ctx = g;
	}
	pq_http_get_all(g->http, jobs, plan->n);
	pq_free(jobs);
}

static void post_addresses(struct fetching *g, const struct order *o,
			   struct pq_text payload)
{
	struct pq_http_job job = { .address = &g->f->plan->addresses[o->i],
				   .fd = g->f->exchange };

	/* The exchange file may hold an older answer. */
	if (ftruncate(g->f->exchange, 0))
		pq_fail(&job.err, PQ_EIO, "%s", strerror(errno));
	else
		pq_http_post(g->http, &job, payload);
	send_report(g->out, o->i, &job.err, PQ_TEXT(""));
}

static void save_exchange(struct fetching *g, const struct order *o,
			  struct pq_text name)
{
	struct pq_buf notes = { 0 };
	struct pq_error err;

	pq_error_clear(&err);
	pq_save_body(name, g->f->exchange, o->content, &notes, &err);
	send_report(g->out, 0, &err, pq_buf_view(&notes));
	pq_buf_release(&notes);
}

/* Does one order; false at the end of them. */
static bool do_order(struct fetching *g, int in)
{
	struct pq_buf payload = { 0 };
	struct order o;

	if (!pq_io_read_exactly(in, &o, sizeof(o)))
		return false;
	pq_buf_reserve(&payload, o.bytes);
	if (!pq_io_read_exactly(in, pq_unchecked_writable(payload.data),
				o.bytes))
		return false;
	payload.len = o.bytes;
	if (o.kind == ORDER_SYMBOLZ)
		post_addresses(g, &o, pq_buf_view(&payload));
	else
		save_exchange(g, &o, pq_buf_view(&payload));
	pq_buf_release(&payload);
	return true;
}

static int run_fetcher(void *arg, int in, int out)
{
	struct fetching g = { .f = arg, .out = out };
	struct pq_error err;

	pq_error_clear(&err);
	g.http = pq_http_new(&g.f->plan->settings, &err);
	/* Without the library all addresses have the same error. */
	if (!g.http) {
		for (size_t i = 0; i < g.f->plan->n; i++)
			send_report(out, i, &err, PQ_TEXT(""));
		return 1;
	}
	/* Bodies first; orders follow until the parent closes its end. */
	if (!g.f->plan->has_bodies)
		fetch_bodies(&g);
	while (do_order(&g, in))
		;
	return 0;
}

/* ---- in the parent ---- */

static void close_bodies(struct pq_fetcher *f)
{
	for (size_t i = 0; i < f->plan->n; i++)
		if (f->bodies[i] >= 0)
			close(f->bodies[i]);
	if (f->exchange >= 0)
		close(f->exchange);
}

/* The files are made before the child, which then has them, too. */
static bool make_bodies(struct pq_fetcher *f, struct pq_error *err)
{
	bool ok = true;

	f->exchange = memfd_create("profq exchange", MFD_CLOEXEC);
	/* All are made, even after a failure: close_bodies closes them all. */
	for (size_t i = 0; i < f->plan->n; i++) {
		f->bodies[i] = memfd_create("profq body", MFD_CLOEXEC);
		ok = ok && f->bodies[i] >= 0;
	}
	if (ok && f->exchange >= 0)
		return true;
	return pq_fail(err, PQ_EIO, "cannot fetch: %s", strerror(errno));
}

static void release_fetcher(struct pq_fetcher *f)
{
	close_bodies(f);
	pq_free(f->bodies);
	pq_free(f->errors);
	pq_free(f);
}

bool pq_fetcher_start(struct pq_fetcher **fetcher,
		      const struct pq_fetch_plan *plan, struct pq_error *err)
{
	struct pq_fetcher *f = pq_alloc_zeroed(sizeof(*f));
	struct pq_child_plan child = { .run = run_fetcher,
				       .arg = f,
				       .dies_with_parent = true,
				       .ends_with_input = true };

	f->plan = plan;
	f->bodies = pq_alloc_zeroed(pq_size_mul(plan->n + 1, sizeof(int)));
	f->errors =
		pq_alloc_zeroed(pq_size_mul(plan->n + 1, sizeof(*f->errors)));
	if (make_bodies(f, err) && pq_child_begin(&f->child, &child, err)) {
		*fetcher = f;
		return true;
	}
	release_fetcher(f);
	return false;
}

void pq_fetcher_end(struct pq_fetcher *f)
{
	if (!f)
		return;
	pq_child_wait(&f->child);
	release_fetcher(f);
}

/* ---- waiting ---- */

static volatile sig_atomic_t is_interrupted;

static void note_interrupt(int number)
{
	(void)number;
	is_interrupted = 1;
}

/* Ctrl-C must end the waiting, and not this process without a word. */
static void watch_interrupt(struct sigaction *before)
{
	struct sigaction now;

	memset(&now, 0, sizeof(now));
	now.sa_handler = note_interrupt;
	is_interrupted = 0;
	/* An interrupt that is ignored (nohup) stays ignored. */
	if (!sigaction(SIGINT, NULL, before) && before->sa_handler != SIG_IGN)
		sigaction(SIGINT, &now, NULL);
}

/* Waits for a report, a second at most; false when none came. */
static bool has_report(const struct pq_fetcher *f)
{
	struct pollfd p = { .fd = f->child.from, .events = POLLIN };

	return poll(&p, 1, 1000) > 0;
}

static bool take_reports(struct pq_fetcher *f,
			 void (*tick)(void *ctx, int64_t seconds), void *ctx,
			 struct pq_error *err)
{
	int64_t began = pq_clock_ms(), told = 0;

	for (size_t n = 0; n < f->plan->n;) {
		int64_t passed = (pq_clock_ms() - began) / 1000;
		struct report r;

		if (tick && passed > told)
			tick(ctx, told = passed);
		if (is_interrupted)
			return pq_fail(err, PQ_EINTERRUPTED,
				       "interrupted, nothing was fetched");
		if (!has_report(f))
			continue;
		/* The child talks to servers: its numbers are checked. */
		if (!pq_io_read_exactly(f->child.from, &r, sizeof(r)) ||
		    r.i >= f->plan->n)
			return is_interrupted
				       ? pq_fail(err, PQ_EINTERRUPTED,
						 "interrupted, nothing was "
						 "fetched")
				       : pq_fail(err, PQ_EIO,
						 "the process that fetches "
						 "died");
		/* The text is the child's, and may lack its end. */
		r.err.msg[sizeof(r.err.msg) - 1] = '\0';
		f->errors[r.i] = r.err;
		n++;
	}
	return true;
}

bool pq_fetcher_wait(struct pq_fetcher *f,
		     void (*tick)(void *ctx, int64_t seconds), void *ctx,
		     struct pq_error *err)
{
	struct sigaction before;
	bool ok;

	memset(&before, 0, sizeof(before));
	watch_interrupt(&before);
	ok = take_reports(f, tick, ctx, err);
	sigaction(SIGINT, &before, NULL);
	return ok;
}

int pq_fetcher_body(const struct pq_fetcher *f, size_t i, struct pq_error *err)
{
	if (f->errors[i].code == PQ_OK)
		return f->bodies[i];
	pq_fail(err, f->errors[i].code, "%s", f->errors[i].msg);
	return -1;
}

/* ---- orders ---- */

/* Sends an order and waits for its report; notes may be NULL. */
static bool give_order(struct pq_fetcher *f, const struct order *o,
		       struct pq_text payload, struct pq_buf *notes,
		       struct pq_error *err)
{
	struct report r;

	/* One order at a time: the next report is its answer. */
	if (!pq_io_write_all(f->child.to, o, sizeof(*o)) ||
	    !pq_io_write_all(f->child.to, pq_unchecked_bytes(payload.bytes),
			     payload.len) ||
	    !pq_io_read_exactly(f->child.from, &r, sizeof(r)) ||
	    r.bytes > MOST_NOTES_BYTES)
		return pq_fail(err, PQ_EIO, "the process that fetches died");
	if (r.bytes) {
		pq_buf_reserve(notes, r.bytes);
		if (!pq_io_read_exactly(f->child.from,
					pq_unchecked_writable(notes->data) +
						notes->len,
					r.bytes))
			return pq_fail(err, PQ_EIO,
				       "the process that fetches died");
		notes->len += r.bytes;
	}
	r.err.msg[sizeof(r.err.msg) - 1] = '\0';
	if (r.err.code == PQ_OK)
		return true;
	return pq_fail(err, r.err.code, "%s", r.err.msg);
}

bool pq_fetcher_symbolz(struct pq_fetcher *f, size_t i,
			struct pq_text addresses, struct pq_buf *answer,
			struct pq_error *err)
{
	struct order o = { .kind = ORDER_SYMBOLZ,
			   .i = i,
			   .bytes = addresses.len };
	struct pq_buf notes = { 0 };
	uint64_t size;

	if (!give_order(f, &o, addresses, &notes, err))
		return false;
	/* A server decided how large the answer is. */
	size = pq_io_size(f->exchange);
	if (size > MOST_ANSWER_BYTES)
		return pq_fail(err, PQ_ELIMIT, "a list of names of %llu MiB",
			       (unsigned long long)(size >> 20));
	pq_buf_reserve(answer, size);
	if (pread(f->exchange,
		  pq_unchecked_writable(answer->data) + answer->len, size,
		  0) != (ssize_t)size)
		return pq_fail(err, PQ_EIO, "%s", strerror(errno));
	answer->len += size;
	return true;
}

bool pq_fetcher_save(struct pq_fetcher *f, struct pq_text name,
		     struct pq_text bytes, struct pq_buf *notes,
		     struct pq_error *err)
{
	struct order o = { .kind = ORDER_SAVE,
			   .bytes = name.len,
			   .content = bytes.len };

	if (ftruncate(f->exchange, 0) || lseek(f->exchange, 0, SEEK_SET) ||
	    !pq_io_write_all(f->exchange, pq_unchecked_bytes(bytes.bytes),
			     bytes.len))
		return pq_fail(err, PQ_EIO, "Could not save profile: %s",
			       strerror(errno));
	return give_order(f, &o, name, notes, err);
}
