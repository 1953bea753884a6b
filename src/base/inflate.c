#include "base/inflate.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

#include "base/banned.h"

struct pq_inflater {
	z_stream z;
	struct pq_foreign foreign; /* ends zlib when memory runs out */
	int fd;
	bool in_member;
	bool input_ended;
	uint64_t read_bytes;
	uint8_t piece[PQ_PIECE_BYTES];
};

/*
 * zlib's own 40 kB are not pq_alloc's: it takes some of them only when it
 * inflates, which may be in another thread.
 */
static void end_zlib(void *inflater)
{
	struct pq_inflater *i = inflater;

	inflateEnd(&i->z);
}

struct pq_inflater *pq_inflater_new(int fd, const uint8_t *head,
				    size_t head_bytes, bool ended,
				    struct pq_error *err)
{
	struct pq_inflater *i = pq_alloc(sizeof(*i));

	memset(&i->z, 0, sizeof(i->z));
	i->fd = fd;
	i->in_member = true;
	i->input_ended = ended;
	i->read_bytes = head_bytes;
	memset(&i->foreign, 0, sizeof(i->foreign));
	/* gzip only */
	if (inflateInit2(&i->z, 15 + 16) != Z_OK) {
		pq_free(i);
		pq_fail(err, PQ_ELIMIT, "cannot start zlib");
		return NULL;
	}
	pq_foreign_add(&i->foreign, end_zlib, i);
	memcpy(i->piece, head, head_bytes);
	i->z.next_in = i->piece;
	i->z.avail_in = (unsigned)head_bytes;
	return i;
}

void pq_inflater_free(struct pq_inflater *i)
{
	if (!i)
		return;
	pq_foreign_remove(&i->foreign);
	inflateEnd(&i->z);
	pq_free(i);
}

uint64_t pq_inflater_read_bytes(const struct pq_inflater *i)
{
	return i->read_bytes;
}

static bool cut_off(const struct pq_inflater *i, struct pq_error *err)
{
	return pq_fail_at(err, i->read_bytes,
			  "the compressed data end in the middle; the file was "
			  "cut off (fetch it again)");
}

static bool bad_gzip(const struct pq_inflater *i, int code,
		     struct pq_error *err)
{
	const char *msg = i->z.msg;
	uint64_t offset = i->read_bytes - i->z.avail_in;

	if (code == Z_MEM_ERROR)
		return pq_fail(err, PQ_ELIMIT, "out of memory");
	if (msg && !strcmp(msg, "incorrect header check"))
		return pq_fail_at(err, offset,
				  "bytes that are no gzip member follow the "
				  "compressed data");
	if (msg && !strcmp(msg, "incorrect data check"))
		return pq_fail_at(err, offset,
				  "wrong checksum in the compressed data; the "
				  "file is damaged");
	return pq_fail_at(err, offset, "corrupt compressed data (%s)",
			  msg ? msg : "inflate failed");
}

/* Reads the next compressed piece; at the end of input sets input_ended. */
static bool refill(struct pq_inflater *i, struct pq_error *err)
{
	ssize_t n;

	do
		n = read(i->fd, i->piece, sizeof(i->piece));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return pq_fail(err, PQ_EIO, "cannot read: %s", strerror(errno));
	i->read_bytes += (uint64_t)n;
	i->z.next_in = i->piece;
	i->z.avail_in = (unsigned)n;
	i->input_ended = n == 0;
	return true;
}

bool pq_inflater_next(struct pq_inflater *i, uint8_t *to, size_t room,
		      size_t *got, struct pq_error *err)
{
	i->z.next_out = to;
	i->z.avail_out = room > UINT32_MAX ? UINT32_MAX : (unsigned)room;
	room = i->z.avail_out;
	while (i->z.avail_out == room) {
		int code;

		if (!i->z.avail_in && !i->input_ended && !refill(i, err))
			return false;
		if (!i->z.avail_in) {
			*got = 0;
			return !i->in_member || cut_off(i, err);
		}
		if (!i->in_member) {
			inflateReset(&i->z);
			i->in_member = true;
		}
		code = inflate(&i->z, Z_NO_FLUSH);
		if (code == Z_STREAM_END)
			i->in_member = false;
		else if (code != Z_OK && code != Z_BUF_ERROR)
			return bad_gzip(i, code, err);
	}
	*got = room - i->z.avail_out;
	return true;
}
