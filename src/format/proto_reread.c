#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "format/proto_reading.h"

#include "base/banned.h"

/*
 * Samples read from the file again, walk for walk.  The numbers that were
 * given to ids are kept; everything else of the file was taken the first time
 * and is passed over.
 */

static struct pq_proto_reading *reading(struct pq_sample_source *s)
{
	return (struct pq_proto_reading *)((char *)s -
					   offsetof(struct pq_proto_reading,
						    source));
}

/*
 * What a walk allocates is gone without its end when an unwinding left the
 * guard over it: then nothing may look at it.
 */
static void forget_walk(struct pq_proto_reading *r)
{
	memset(&r->values, 0, sizeof(r->values));
	memset(&r->stack, 0, sizeof(r->stack));
	memset(&r->labels, 0, sizeof(r->labels));
	memset(&r->stream, 0, sizeof(r->stream));
}

static void begin(struct pq_sample_source *s)
{
	struct pq_proto_reading *r = reading(s);

	forget_walk(r);
	pq_error_clear(&r->own_err);
	r->largest_string = 0;
	r->n_again = 0;
	if (lseek(r->fd, (off_t)r->start, SEEK_SET) < 0)
		pq_fail(r->err, PQ_EIO, "cannot be read a second time");
	if (r->err->code != PQ_OK ||
	    !pq_stream_open(&r->stream, r->fd, NULL, 0, r->err))
		pq_unwind(r->err);
}

static bool end_of_file(struct pq_proto_reading *r)
{
	if (r->err->code == PQ_OK && r->n_again != r->n_samples)
		pq_fail(r->err, PQ_EIO, "the file changed while it was read");
	if (r->err->code != PQ_OK)
		pq_unwind(r->err);
	return false;
}

static bool next(struct pq_sample_source *s, struct pq_packed *to)
{
	struct pq_proto_reading *r = reading(s);

	r->has_sample = false;
	while (!r->has_sample) {
		if (!pq_stream_need(r->s, 1, r->err) || !pq_proto_field(r))
			return end_of_file(r);
	}
	if (r->n_again++ == r->n_samples)
		return end_of_file(r);
	*to = (struct pq_packed){ r->values.at,	 r->stack.at, r->labels.at,
				  r->values.n,	 r->stack.n,  r->labels.n,
				  r->n_locations };
	return true;
}

static void end(struct pq_sample_source *s)
{
	struct pq_proto_reading *r = reading(s);

	pq_stream_release(&r->stream);
	pq_vec_release(&r->values);
	pq_vec_release(&r->stack);
	pq_vec_release(&r->labels);
}

static void release(struct pq_sample_source *s)
{
	struct pq_proto_reading *r = reading(s);

	pq_cleanup_remove(&r->cleanup);
	close(r->fd);
	forget_walk(r);
	pq_proto_release(r);
}

static void close_file(void *arg)
{
	struct pq_proto_reading *r = arg;

	close(r->fd);
}

bool pq_proto_read_again(struct pq_proto_reading *r, struct pq_error *err)
{
	struct pq_samples *samples = &r->p->samples;

	r->fd = fcntl(r->s->fd, F_DUPFD_CLOEXEC, 3);
	if (r->fd < 0) {
		pq_proto_release(r);
		return pq_fail(err, PQ_EIO, "cannot be read a second time");
	}
	pq_cleanup_add(&r->cleanup, close_file, r);
	r->start = samples->keeping->start;
	r->source.begin = begin;
	r->source.next = next;
	r->source.end = end;
	r->source.release = release;
	r->rereading = true;
	r->n_strings = r->p->strings.n;
	r->n_samples = samples->n;
	r->s = &r->stream;
	r->err = &r->own_err;
	pq_arena_reset(&r->arena);
	pq_ids_release(&r->function_ids);
	pq_vec_release(&r->location_mapping);
	pq_vec_release(&r->values);
	pq_vec_release(&r->stack);
	pq_vec_release(&r->labels);
	pq_samples_set_source(samples, &r->source);
	return true;
}
