#include "gzip/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gzip/inflate.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/sanitized.h"

/*
 * Under AddressSanitizer the part of the window without content is out of
 * bounds, so that reading past a small input is seen.
 */
#if PQ_SANITIZED
#include <sanitizer/asan_interface.h>
#endif

#include "base/banned.h"

#if PQ_SANITIZED
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

/* Reads once into `to`; 0 at the end. */
static bool read_plain_piece(struct pq_stream *s, uint8_t *to, size_t room,
			     size_t *got, struct pq_error *err)
{
	ssize_t n = pq_io_read_next(&s->input, to, room);

	if (n < 0)
		return pq_fail(err, PQ_EIO, "cannot read: %s", strerror(errno));
	*got = (size_t)n;
	s->read_bytes += (uint64_t)n;
	return true;
}

/* Once enough was read that a thread pays for itself, the rest goes there. */
static void maybe_start_thread(struct pq_stream *s)
{
	if (!s->io.thread_from || s->read_bytes < s->io.thread_from)
		return;
	s->thread = pq_inflate_thread_new(s->inflater);
	if (s->thread)
		s->inflater = NULL;
}

static bool inflate_more(struct pq_stream *s, uint8_t *to, size_t room,
			 size_t *got, struct pq_error *err)
{
	bool ok;

	if (s->thread) {
		ok = pq_inflate_thread_next(s->thread, to, room, got, err);
		s->read_bytes = pq_inflate_thread_read_bytes(s->thread);
		return ok;
	}
	ok = pq_inflater_next(s->inflater, to, room, got, err);
	s->read_bytes = pq_inflater_read_bytes(s->inflater);
	if (ok)
		maybe_start_thread(s);
	return ok;
}

static bool fill_window(struct pq_stream *s, struct pq_error *err)
{
	uint8_t *to = s->window + s->end;
	size_t room = s->capacity - s->end, got = 0;
	bool ok;

	if (s->inflater || s->thread)
		ok = inflate_more(s, to, room, &got, err);
	else
		ok = read_plain_piece(s, to, room, &got, err);
	if (!ok)
		return false;
	s->end += got;
	/* A short piece is no end: only none at all is. */
	s->eof = got == 0;
	if (s->io.progress)
		s->io.progress(s->io.ctx, s->read_bytes);
	return true;
}

/* Gives the digest the bytes up to a place of the window. */
static void digest_window(struct pq_stream *s, size_t to)
{
	if (s->io.digest && to > s->digested)
		pq_digest_add(s->io.digest, s->window + s->digested,
			      to - s->digested);
	s->digested = to;
}

static void make_window_room(struct pq_stream *s, size_t n)
{
	size_t left = s->end - s->at;

	/* The digest takes the bytes before they leave the window. */
	if (s->at && (n > s->capacity - s->at || s->end == s->capacity)) {
		digest_window(s, s->at);
		s->digested = 0;
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

bool pq_stream_more(struct pq_stream *s, size_t n, struct pq_error *err)
{
	bool ok;

	while (s->end - s->at < n) {
		if (s->eof || err->code != PQ_OK)
			return false;
		/* Room behind the end is open only while it is filled. */
		guard_window(s, true);
		make_window_room(s, n);
		ok = fill_window(s, err);
		guard_window(s, false);
		if (!ok)
			return false;
	}
	return true;
}

bool pq_stream_digest_rest(struct pq_stream *s, struct pq_error *err)
{
	s->at = s->end;
	while (pq_stream_more(s, 1, err))
		s->at = s->end;
	digest_window(s, s->end);
	return err->code == PQ_OK;
}

/* Room for all of an input that may be small. */
static bool may_be_small(struct pq_stream *s)
{
	struct stat st;
	size_t bytes;

	if (fstat(s->input.fd, &st) || !S_ISREG(st.st_mode))
		return true; /* the window will do, or not */
	if (st.st_size < 0 || (uint64_t)st.st_size > PQ_WHOLE_BYTES)
		return false;
	bytes = (size_t)st.st_size + 1; /* one more shows the end */
	if (bytes > s->capacity) {
		s->window = pq_realloc(s->window, bytes);
		s->capacity = bytes;
	}
	return true;
}

/* False, too, when it is not at hand as a whole; err tells. */
static bool inflate_whole(struct pq_stream *s, struct pq_error *err)
{
	uint8_t *to;
	size_t room, got;

	if (!pq_inflates_whole(s->io.inflate) || !may_be_small(s))
		return false;
	/* The compressed bytes come into the window first. */
	while (!s->eof && s->end < s->capacity)
		if (!fill_window(s, err))
			return false;
	if (!s->eof || !pq_inflate_whole(s->io.inflate, s->window, s->end, &to,
					 &room, &got))
		return false;
	pq_free(s->window);
	s->window = to;
	s->capacity = room;
	s->end = got;
	return true;
}

/* The bytes read to tell gzip from others are the first piece. */
static bool start_inflater(struct pq_stream *s, struct pq_error *err)
{
	s->inflater = pq_inflater_new(s->io.inflate, s->input, s->window,
				      s->end, s->eof, err);
	s->end = 0;
	s->eof = false;
	/* The steps are the same, whatever was tried before. */
	if (s->capacity > PQ_PIECE_BYTES) {
		s->window = pq_realloc(s->window, PQ_PIECE_BYTES);
		s->capacity = PQ_PIECE_BYTES;
	}
	return s->inflater != NULL;
}

static bool inflate(struct pq_stream *s, struct pq_error *err)
{
	bool ok;

	s->gzipped = true;
	guard_window(s, true);
	ok = inflate_whole(s, err) ||
	     (err->code == PQ_OK && start_inflater(s, err));
	guard_window(s, false);
	return ok;
}

static bool detect_gzip(struct pq_stream *s, struct pq_error *err)
{
	if (!pq_stream_need(s, 2, err))
		return err->code == PQ_OK; /* an empty or one-byte input */
	if (s->window[0] == 0x1f && s->window[1] == 0x8b)
		return inflate(s, err);
	return true;
}

static bool open_stream(struct pq_stream *s, struct pq_io_input input,
			const uint8_t *head, size_t head_bytes,
			const struct pq_io_options *io, struct pq_error *err)
{
	memset(s, 0, sizeof(*s));
	s->input = input;
	if (io)
		s->io = *io;
	s->capacity = head_bytes > PQ_PIECE_BYTES ? head_bytes : PQ_PIECE_BYTES;
	s->window = pq_alloc(s->capacity);
	if (head_bytes)
		memcpy(s->window, head, head_bytes);
	s->end = s->read_bytes = head_bytes;
	return detect_gzip(s, err);
}

bool pq_stream_restart(struct pq_stream *s, struct pq_error *err)
{
	if (s->gzipped)
		return true; /* one layer is taken off, and was */
	guard_window(s, true);
	digest_window(s, s->at);
	s->digested = 0;
	memmove(s->window, s->window + s->at, s->end - s->at);
	s->end -= s->at;
	s->at = 0;
	guard_window(s, false);
	return detect_gzip(s, err);
}

void pq_stream_replace(struct pq_stream *s, uint8_t *bytes, size_t n)
{
	guard_window(s, true);
	digest_window(s, s->end);
	pq_free(s->window);
	s->window = bytes;
	s->at = 0;
	s->end = s->capacity = n;
	s->digested = n; /* these are no bytes of the input */
	s->base = 0;
	s->eof = true;
}

bool pq_stream_open(struct pq_stream *s, int fd, const uint8_t *head,
		    size_t head_bytes, const struct pq_io_options *io,
		    struct pq_error *err)
{
	struct pq_io_input input = { fd, -1 };

	return open_stream(s, input, head, head_bytes, io, err);
}

bool pq_stream_open_at(struct pq_stream *s, int fd, uint64_t offset,
		       const struct pq_io_options *io, struct pq_error *err)
{
	struct pq_io_input input = { fd, (int64_t)offset };

	return open_stream(s, input, NULL, 0, io, err);
}

void pq_stream_release(struct pq_stream *s)
{
	pq_inflate_thread_free(s->thread);
	pq_inflater_free(s->inflater);
	if (s->window)
		guard_window(s, true);
	pq_free(s->window);
	memset(s, 0, sizeof(*s));
	s->input.fd = -1;
}
