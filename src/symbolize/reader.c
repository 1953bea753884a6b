#include "symbolize/reader.h"

#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/confine.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/sanitized.h"

#include "base/banned.h"

/* The first byte of a child's answer: the work's bytes follow, or an error. */
enum reader_word { DONE = 'D', NOT_DONE = 'N' };

static uint64_t bytes_for_reader(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	uint64_t half = pages > 0 && page > 0
				? (uint64_t)pages * (uint64_t)page / 2
				: PQ_READER_MOST_BYTES;

	return half < PQ_READER_MOST_BYTES ? half : PQ_READER_MOST_BYTES;
}

struct reader_run {
	const struct pq_reader_work *work;
	struct pq_buf answer;
	struct pq_error err;
	bool ok;
};

static void run_work(void *arg)
{
	struct reader_run *r = arg;

	r->ok = r->work->run(r->work->arg, &r->answer, &r->err);
}

/* ---- in a child ---- */

static int read_in_child(void *arg, int in, int out)
{
	struct reader_run *r = arg;
	const struct pq_reader_work *work = r->work;
	char word = NOT_DONE;

	/* libraries are loaded while files may still be opened */
	(void)in;
	pq_mem_limit(pq_mem_used() + bytes_for_reader(),
		     "half of the machine's memory is for a reader of names");
	if (!work->prepare || work->prepare(work->arg, &r->err)) {
		pq_confine_to_reading(out);
		if (pq_mem_guard(run_work, r, &r->err) && r->ok)
			word = DONE;
	}

	/* the answer is one piece, so that a child that dies has given none */
	if (!pq_io_write_all(out, &word, 1))
		return 1;
	if (word == DONE)
		return !pq_io_write_all(out, pq_unchecked_bytes(r->answer.data),
					r->answer.len);
	return !pq_io_write_all(out, &r->err, sizeof(r->err));
}

static bool take_error(const struct pq_buf *answer, struct pq_error *err)
{
	struct pq_error theirs;

	if (answer->len != 1 + sizeof(theirs))
		return pq_fail(err, PQ_EFORMAT, "damaged, and left out");
	memcpy(&theirs, pq_unchecked_bytes(answer->data) + 1, sizeof(theirs));
	/* The child's message is not trusted to end. */
	theirs.msg[sizeof(theirs.msg) - 1] = '\0';
	return pq_fail(err, PQ_EFORMAT, "%s", theirs.msg);
}

static bool take_reader_answer(struct pq_buf *answer,
			       enum pq_child_reading reading,
			       struct pq_child_end end, struct pq_error *err)
{
	/* A signal is told first: its number says what kind of damage it is. */
	if (end.how == PQ_CHILD_SIGNALED && reading == PQ_CHILD_WHOLE)
		return pq_fail(err, PQ_EFORMAT,
			       "damaged, and left out (signal %d)", end.number);
	if (reading == PQ_CHILD_TOO_LATE)
		return pq_fail(err, PQ_EFORMAT,
			       "took too long, and was left out");
	if (reading != PQ_CHILD_WHOLE || !pq_child_succeeded(end) ||
	    !answer->len)
		return pq_fail(err, PQ_EFORMAT, "damaged, and left out");
	if (answer->data[0] != DONE)
		return take_error(answer, err);
	return true;
}

static bool run_in_reader_child(struct reader_run *r, struct pq_buf *answer,
				struct pq_error *err)
{
	struct pq_child_plan plan = {
		.run = read_in_child,
		.arg = r,
		.cpu_seconds = PQ_READER_SECONDS,
		.address_bytes = bytes_for_reader(),
		.writes_no_file = true,
		.is_silent = true,
		.dies_with_parent = true,
	};
	enum pq_child_reading reading;
	struct pq_child_end end;
	struct pq_child child;

	if (!pq_child_begin(&child, &plan, err))
		return false;
	/* Waiting has a limit of its own: a child may sleep as well. */
	reading = pq_child_read(&child, answer, 2 * PQ_READER_SECONDS,
				PQ_READER_MOST_ANSWER, &end);
	return take_reader_answer(answer, reading, end, err);
}

/* ---- without one ---- */

static bool run_here(struct reader_run *r, struct pq_buf *answer,
		     struct pq_error *err)
{
	const struct pq_reader_work *work = r->work;

	/* as the first byte of an answer is the word of its child */
	pq_buf_char(&r->answer, DONE);
	if (work->prepare && !work->prepare(work->arg, err))
		return false;
	if (!pq_mem_guard(run_work, r, err))
		return false;
	if (!r->ok) {
		pq_buf_release(&r->answer);
		return pq_fail(err, PQ_EFORMAT, "%s", r->err.msg);
	}
	*answer = r->answer;
	return true;
}

bool pq_reader_run(const struct pq_reader_work *work, struct pq_buf *answer,
		   struct pq_error *err)
{
	struct reader_run r = { .work = work };

	memset(answer, 0, sizeof(*answer));
	pq_error_clear(&r.err);
	if (!(PQ_SANITIZED ? run_here : run_in_reader_child)(&r, answer, err)) {
		pq_buf_release(answer);
		return false;
	}
	return true;
}
