/*
 * proto_reread.c - samples read from the file again, walk for walk.  Declared
 * in proto_reading.h.
 *
 * The numbers that were given to ids are kept; everything else of the file was
 * taken the first time and is passed over.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "format/proto_reading.h"

#include "base/banned.h"

static struct pq_proto_reading *reading_of_source(struct pq_sample_source *s)
{
	return (struct pq_proto_reading *)((char *)s -
					   offsetof(struct pq_proto_reading,
						    source));
}

/*
 * An unwinding that leaves the guard over a walk frees what the walk allocated,
 * without its end: nothing may look at those pointers any more.
 */
static void forget_unwound_walk(struct pq_proto_reading *r)
{
	memset(&r->values, 0, sizeof(r->values));
	memset(&r->stack, 0, sizeof(r->stack));
	memset(&r->labels, 0, sizeof(r->labels));
	memset(&r->stream, 0, sizeof(r->stream));
}

static void begin_reread(struct pq_sample_source *s)
{
	struct pq_proto_reading *r = reading_of_source(s);

	forget_unwound_walk(r);
	pq_error_clear(&r->own_err);
	r->largest_string = 0;
	r->n_reread = 0;
	/* The offset is the walk's own: forked children walk, too. */
	if (!pq_stream_open_at(&r->stream, r->fd, r->start, &r->io, r->err))
		pq_unwind(r->err);
}

static bool check_reread_end(struct pq_proto_reading *r)
{
	if (r->err->code == PQ_OK && r->n_reread != r->n_samples)
		pq_fail(r->err, PQ_EIO, "the file changed while it was read");
	if (r->err->code != PQ_OK)
		pq_unwind(r->err);
	return false;
}

static bool next_reread(struct pq_sample_source *s, struct pq_packed *to)
{
	struct pq_proto_reading *r = reading_of_source(s);

	r->has_sample = false;
	while (!r->has_sample) {
		if (!pq_stream_need(r->s, 1, r->err) || !pq_proto_field(r))
			return check_reread_end(r);
	}
	/* A file that grew has more samples than it had. */
	if (r->n_reread++ == r->n_samples)
		return check_reread_end(r);
	*to = (struct pq_packed){ r->values.at,	 r->stack.at, r->labels.at,
				  r->values.n,	 r->stack.n,  r->labels.n,
				  r->n_locations };
	return true;
}

static void end_reread(struct pq_sample_source *s)
{
	struct pq_proto_reading *r = reading_of_source(s);

	pq_stream_release(&r->stream);
	pq_vec_release(&r->values);
	pq_vec_release(&r->stack);
	pq_vec_release(&r->labels);
}

static void release_reread(struct pq_sample_source *s)
{
	struct pq_proto_reading *r = reading_of_source(s);

	pq_cleanup_remove(&r->cleanup);
	close(r->fd);
	forget_unwound_walk(r);
	pq_proto_release(r);
}

static void close_reread_file(void *arg)
{
	struct pq_proto_reading *r = arg;

	close(r->fd);
}

bool pq_proto_become_source(struct pq_proto_reading *r, struct pq_error *err)
{
	struct pq_samples *samples = &r->p->samples;

	r->fd = fcntl(r->s->input.fd, F_DUPFD_CLOEXEC, 3);
	if (r->fd < 0) {
		pq_proto_release(r);
		return pq_fail(err, PQ_EIO, "cannot be read a second time");
	}
	pq_cleanup_add(&r->cleanup, close_reread_file, r);
	/* From here on the reading outlives its first stream. */
	r->io = r->s->io;
	r->io.progress = NULL;
	r->start = samples->keeping->start;
	r->source.begin = begin_reread;
	r->source.next = next_reread;
	r->source.end = end_reread;
	r->source.release = release_reread;
	r->rereading = true;
	r->n_strings = r->p->strings.n;
	r->n_samples = samples->n;
	r->s = &r->stream;
	r->err = &r->own_err;
	/* Walks need no scratch and no tables of the first reading. */
	pq_arena_reset(&r->arena);
	pq_ids_release(&r->function_ids);
	pq_vec_release(&r->location_mapping);
	pq_vec_release(&r->values);
	pq_vec_release(&r->stack);
	pq_vec_release(&r->labels);
	pq_samples_set_source(samples, &r->source);
	return true;
}
