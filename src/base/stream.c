#include "base/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

/*
 * Under AddressSanitizer the part of the window without content is out of
 * bounds, so that reading past a small input is seen.
 */
#if defined(__SANITIZE_ADDRESS__)
#define PQ_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PQ_ASAN 1
#endif
#endif

#ifdef PQ_ASAN
#include <sanitizer/asan_interface.h>
#endif

#include "base/banned.h"

#define PIECE_BYTES ((size_t)256 << 10)

#ifdef PQ_ASAN
static void guard_window(const struct pq_stream *s, bool open)
{
	if (open)
		ASAN_UNPOISON_MEMORY_REGION(s->window, s->capacity);
	else
		ASAN_POISON_MEMORY_REGION(s->window + s->end,
					  s->capacity - s->end);
}
#else
static void guard_window(const struct pq_stream *s, bool open)
{
	(void)s;
	(void)open;
}
#endif

struct pq_inflater {
	z_stream z;
	bool in_member;
	bool input_ended;
	uint8_t piece[PIECE_BYTES];
};

static _Thread_local void (*watcher)(void *ctx, uint64_t read_bytes);
static _Thread_local void *watcher_ctx;

void pq_stream_watch(void (*watch)(void *ctx, uint64_t read_bytes), void *ctx)
{
	watcher = watch;
	watcher_ctx = ctx;
}

/* Reads once into `to`; 0 at the end. */
static bool read_piece(struct pq_stream *s, uint8_t *to, size_t room,
		       size_t *got, struct pq_error *err)
{
	ssize_t n;

	do
		n = read(s->fd, to, room);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return pq_fail(err, PQ_EIO, "cannot read: %s", strerror(errno));
	*got = (size_t)n;
	s->read_bytes += (uint64_t)n;
	if (watcher)
		watcher(watcher_ctx, s->read_bytes);
	return true;
}

static void *zlib_alloc(void *opaque, unsigned n, unsigned each)
{
	(void)opaque;
	return pq_alloc_zeroed(pq_size_mul(n, each));
}

static void zlib_free(void *opaque, void *block)
{
	(void)opaque;
	pq_free(block);
}

static bool cut_off(const struct pq_stream *s, struct pq_error *err)
{
	return pq_fail_at(err, s->read_bytes,
			  "the compressed data end in the middle; the file was "
			  "cut off (fetch it again)");
}

static bool bad_gzip(const struct pq_stream *s, int code, struct pq_error *err)
{
	const char *msg = s->inflater->z.msg;
	uint64_t offset = s->read_bytes - s->inflater->z.avail_in;

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

/* Refills the compressed piece; at the end of input sets input_ended. */
static bool refill(struct pq_stream *s, struct pq_error *err)
{
	struct pq_inflater *i = s->inflater;
	size_t got = 0;

	if (!read_piece(s, i->piece, sizeof(i->piece), &got, err))
		return false;
	i->z.next_in = i->piece;
	i->z.avail_in = (unsigned)got;
	i->input_ended = got == 0;
	return true;
}

/* Inflates into window[end..capacity) until something came out. */
static bool inflate_more(struct pq_stream *s, struct pq_error *err)
{
	struct pq_inflater *i = s->inflater;
	size_t room = s->capacity - s->end;

	i->z.next_out = s->window + s->end;
	i->z.avail_out = room > UINT32_MAX ? UINT32_MAX : (unsigned)room;
	room = i->z.avail_out;
	while (i->z.avail_out == room) {
		int code;

		if (!i->z.avail_in && !i->input_ended && !refill(s, err))
			return false;
		if (!i->z.avail_in) {
			if (i->in_member)
				return cut_off(s, err);
			s->eof = true;
			return true;
		}
		if (!i->in_member) {
			inflateReset(&i->z);
			i->in_member = true;
		}
		code = inflate(&i->z, Z_NO_FLUSH);
		if (code == Z_STREAM_END)
			i->in_member = false;
		else if (code != Z_OK && code != Z_BUF_ERROR)
			return bad_gzip(s, code, err);
	}
	s->end += room - i->z.avail_out;
	return true;
}

static bool fill(struct pq_stream *s, struct pq_error *err)
{
	size_t got = 0;

	if (s->inflater)
		return inflate_more(s, err);
	if (!read_piece(s, s->window + s->end, s->capacity - s->end, &got, err))
		return false;
	s->end += got;
	s->eof = got == 0;
	return true;
}

static void make_room(struct pq_stream *s, size_t n)
{
	size_t left = s->end - s->at;

	if (s->at && (n > s->capacity - s->at || s->end == s->capacity)) {
		memmove(s->window, s->window + s->at, left);
		s->base += s->at;
		s->at = 0;
		s->end = left;
	}
	if (n > s->capacity) {
		size_t grown = s->capacity;

		/*
		 * Doubling, and never straight to n: a length that the input
		 * only claims must not cost memory before its bytes came.
		 */
		if (s->end == s->capacity)
			grown = pq_size_mul(s->capacity, 2);
		s->window = pq_realloc(s->window, grown);
		s->capacity = grown;
	}
}

bool pq_stream_need(struct pq_stream *s, size_t n, struct pq_error *err)
{
	bool ok;

	while (s->end - s->at < n) {
		if (s->eof || err->code != PQ_OK)
			return false;
		guard_window(s, true);
		make_room(s, n);
		ok = fill(s, err);
		guard_window(s, false);
		if (!ok)
			return false;
	}
	return true;
}

static bool start_inflater(struct pq_stream *s, struct pq_error *err)
{
	struct pq_inflater *i = pq_alloc(sizeof(*i));

	memset(&i->z, 0, sizeof(i->z));
	i->in_member = true;
	i->input_ended = false;
	i->z.zalloc = zlib_alloc;
	i->z.zfree = zlib_free;
	if (inflateInit2(&i->z, 15 + 16) != Z_OK) {
		pq_free(i);
		return pq_fail(err, PQ_ELIMIT, "cannot start zlib");
	}
	guard_window(s, true);
	/* what was read to look at the first bytes is the first piece */
	memcpy(i->piece, s->window, s->end);
	i->z.next_in = i->piece;
	i->z.avail_in = (unsigned)s->end;
	i->input_ended = s->eof;
	s->end = 0;
	s->eof = false;
	s->inflater = i;
	return true;
}

bool pq_stream_open(struct pq_stream *s, int fd, const uint8_t *head,
		    size_t head_bytes, struct pq_error *err)
{
	memset(s, 0, sizeof(*s));
	s->fd = fd;
	s->capacity = PIECE_BYTES;
	s->window = pq_alloc(s->capacity);
	if (head_bytes)
		memcpy(s->window, head, head_bytes);
	s->end = s->read_bytes = head_bytes;
	if (!pq_stream_need(s, 2, err))
		return err->code == PQ_OK; /* an empty or one-byte input */
	if (s->window[0] == 0x1f && s->window[1] == 0x8b)
		return start_inflater(s, err);
	return true;
}

void pq_stream_release(struct pq_stream *s)
{
	if (s->inflater) {
		inflateEnd(&s->inflater->z);
		pq_free(s->inflater);
	}
	if (s->window)
		guard_window(s, true);
	pq_free(s->window);
	memset(s, 0, sizeof(*s));
	s->fd = -1;
}
