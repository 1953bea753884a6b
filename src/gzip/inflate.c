#include "gzip/inflate.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "gzip/gzip_member.h"
#include "gzip/inflate_backend.h"
#include "base/io.h"
#include "base/mem.h"

#include "base/banned.h"

enum stage { HEADER, DATA, TRAILER, BROKEN };

struct pq_inflater {
	const struct pq_inflate_backend *backend;
	void *state;
	struct pq_cleanup cleanup; /* ends the library when memory runs out */
	struct pq_io_input input;
	int wake;	  /* -1 for none */
	bool head_is_all; /* nothing is to be read */
	bool input_ended;
	bool more_inside; /* the library has more even without input */
	uint64_t read_bytes;
	/* head that comes before what can be read */
	uint8_t *head;
	size_t head_at, head_bytes;
	/* the member at hand */
	enum stage stage;
	uint64_t member_at; /* where it starts in the input */
	struct pq_gzip_header header;
	struct pq_gzip_trailer trailer;
	uint32_t crc, bytes; /* as the trailer must have them */
	/* the rest of the piece */
	const uint8_t *at, *end;
	uint8_t buffer[PQ_INFLATE_BACK + PQ_PIECE_BYTES];
};

/* The bytes that the library may go back over are in front of it. */
static uint8_t *piece(struct pq_inflater *i)
{
	return i->buffer + PQ_INFLATE_BACK;
}

static void end_library(void *inflater)
{
	struct pq_inflater *i = inflater;

	i->backend->end(i->state);
}

static void begin_member(struct pq_inflater *i, uint64_t at)
{
	i->stage = HEADER;
	i->member_at = at;
	pq_gzip_header_init(&i->header);
}

/* The first piece is taken out of it now, the others later. */
static void keep_head(struct pq_inflater *i, const uint8_t *head, size_t n)
{
	size_t first = n < PQ_PIECE_BYTES ? n : PQ_PIECE_BYTES;

	memcpy(piece(i), head, first);
	i->at = piece(i);
	i->end = i->at + first;
	i->read_bytes = first;
	i->head_bytes = n - first;
	if (!i->head_bytes)
		return;
	i->head = pq_alloc(i->head_bytes);
	memcpy(i->head, head + first, i->head_bytes);
}

struct pq_inflater *pq_inflater_new(enum pq_inflate_choice choice,
				    struct pq_io_input input,
				    const uint8_t *head, size_t head_bytes,
				    bool ended, struct pq_error *err)
{
	struct pq_inflater *i = pq_alloc(sizeof(*i));

	/* The buffer stays as it is: its pages are taken when used. */
	memset(i, 0, offsetof(struct pq_inflater, buffer) + PQ_INFLATE_BACK);
	i->backend = pq_inflate_streaming(choice);
	i->input = input;
	i->wake = -1;
	i->head_is_all = ended;
	keep_head(i, head, head_bytes);
	begin_member(i, 0);
	i->state = pq_alloc(i->backend->state_bytes);
	/* A library allocates past our guard: its failure is told here. */
	if (!i->backend->begin(i->state)) {
		pq_free(i->state);
		pq_free(i->head);
		pq_free(i);
		pq_fail(err, PQ_ELIMIT, "out of memory");
		return NULL;
	}
	pq_cleanup_add(&i->cleanup, end_library, i);
	return i;
}

void pq_inflater_free(struct pq_inflater *i)
{
	if (!i)
		return;
	pq_cleanup_remove(&i->cleanup);
	end_library(i);
	pq_free(i->state);
	pq_free(i->head);
	pq_free(i);
}

uint64_t pq_inflater_read_bytes(const struct pq_inflater *i)
{
	return i->read_bytes;
}

void pq_inflater_wake_by(struct pq_inflater *i, int fd)
{
	i->wake = fd;
}

/* ---- input ---- */

/* False when something else than input came. */
static bool wait_for_input(const struct pq_inflater *i)
{
	struct pollfd fds[] = { { i->input.fd, POLLIN, 0 },
				{ i->wake, POLLIN, 0 } };
	int n;

	do
		n = poll(fds, 2, -1);
	while (n < 0 && errno == EINTR);
	/* An error of the descriptor is told better by read. */
	return n < 0 || !fds[1].revents;
}

static bool read_piece(struct pq_inflater *i, size_t *n, struct pq_error *err)
{
	ssize_t got;

	if (i->wake >= 0 && !wait_for_input(i))
		return pq_fail(err, PQ_EIO, "stopped");
	got = pq_io_read_next(&i->input, piece(i), PQ_PIECE_BYTES);
	if (got < 0)
		return pq_fail(err, PQ_EIO, "cannot read: %s", strerror(errno));
	*n = (size_t)got;
	return true;
}

static size_t take_head(struct pq_inflater *i)
{
	size_t n = i->head_bytes - i->head_at;

	if (n > PQ_PIECE_BYTES)
		n = PQ_PIECE_BYTES;
	memcpy(piece(i), i->head + i->head_at, n);
	i->head_at += n;
	return n;
}

/* The next piece, in place of the one that is used up. */
static bool refill(struct pq_inflater *i, struct pq_error *err)
{
	size_t n = 0;

	/* a short one leaves some of what was before it there */
	memmove(i->buffer, i->end - PQ_INFLATE_BACK, PQ_INFLATE_BACK);
	if (i->head_at < i->head_bytes)
		n = take_head(i);
	else if (!i->head_is_all && !read_piece(i, &n, err))
		return false;
	i->read_bytes += n;
	i->at = piece(i);
	i->end = i->at + n;
	i->input_ended = n == 0;
	return true;
}

/* The header of a member without a name. */
enum { HEADER_BYTES = 10 };

static bool cut_off(const struct pq_inflater *i, struct pq_error *err)
{
	/* Go writes the head of a CPU profile at once, and all else at the end. */
	if (i->read_bytes == HEADER_BYTES)
		return pq_fail_at(err, i->read_bytes,
				  "the file ends behind the first bytes of a "
				  "gzip file: the program that wrote it ended "
				  "without pprof.StopCPUProfile (os.Exit and "
				  "signals pass deferred calls over), or still "
				  "runs");
	return pq_fail_at(err, i->read_bytes,
			  "the compressed data end in the middle; the file was "
			  "cut off (fetch it again)");
}

/* ---- the parts of a member; false with err filled ---- */

static bool bad_header(const struct pq_inflater *i, enum pq_header what,
		       struct pq_error *err)
{
	if (what == PQ_HEADER_OTHER)
		return pq_fail_at(err, i->member_at,
				  "bytes that are no gzip member follow the "
				  "compressed data");
	return pq_fail_at(
		err, i->member_at, "corrupt compressed data (%s)",
		what == PQ_HEADER_METHOD  ? "unknown compression method"
		: what == PQ_HEADER_FLAGS ? "unknown header flags set"
					  : "wrong checksum of the header");
}

static bool take_header(struct pq_inflater *i, struct pq_error *err)
{
	enum pq_header result = pq_gzip_header_take(&i->header, &i->at, i->end);

	if (result == PQ_HEADER_MORE)
		return true;
	if (result != PQ_HEADER_WHOLE)
		return bad_header(i, result, err);
	i->backend->reset(i->state);
	i->stage = DATA;
	i->crc = i->bytes = 0;
	return true;
}

static bool bad_data(const struct pq_inflater *i, struct pq_error *err)
{
	return pq_fail_at(err, i->member_at,
			  "corrupt compressed data; the file is damaged (fetch "
			  "it again)");
}

static bool take_data(struct pq_inflater *i, uint8_t *to, size_t room,
		      size_t *got, struct pq_error *err)
{
	struct pq_inflate_io io = { i->at, i->end, to, to + room };
	enum pq_inflated result = i->backend->run(i->state, &io);
	size_t n = (size_t)(io.to - to);

	i->at = io.at;
	/* A full output may hide that the library has more of it. */
	i->more_inside = n == room;
	i->crc = i->backend->crc(i->crc, to, n);
	i->bytes += (uint32_t)n;
	*got += n;
	switch (result) {
	case PQ_INFLATED_SOME:
		return true;
	case PQ_INFLATED_END:
		memset(&i->trailer, 0, sizeof(i->trailer));
		i->stage = TRAILER;
		return true;
	case PQ_INFLATED_NO_MEMORY:
		return pq_fail(err, PQ_ELIMIT, "out of memory");
	default:
		/* one library sees it now, another in the next call only */
		i->stage = BROKEN;
		return n == room || bad_data(i, err);
	}
}

static bool take_trailer(struct pq_inflater *i, struct pq_error *err)
{
	if (!pq_gzip_trailer_take(&i->trailer, &i->at, i->end))
		return true;
	if (i->trailer.crc != i->crc)
		return pq_fail_at(err, i->member_at,
				  "wrong checksum in the compressed data; the "
				  "file is damaged");
	if (i->trailer.bytes != i->bytes)
		return pq_fail_at(err, i->member_at,
				  "corrupt compressed data (incorrect length "
				  "check)");
	/* The next member begins behind the bytes taken so far. */
	begin_member(i, i->read_bytes - (uint64_t)(i->end - i->at));
	return true;
}

static bool advance(struct pq_inflater *i, uint8_t *to, size_t room,
		    size_t *got, struct pq_error *err)
{
	switch (i->stage) {
	case HEADER:
		return take_header(i, err);
	case DATA:
		return take_data(i, to + *got, room - *got, got, err);
	case TRAILER:
		return take_trailer(i, err);
	default:
		return bad_data(i, err);
	}
}

/* ---- all of it ---- */

static bool needs_input(const struct pq_inflater *i)
{
	return i->at == i->end && i->stage != BROKEN &&
	       !(i->stage == DATA && i->more_inside);
}

/* Between two members: what came is handed over before more is waited for. */
static bool between(const struct pq_inflater *i)
{
	return i->stage == HEADER && !i->header.taken && !i->header.part;
}

bool pq_inflater_next(struct pq_inflater *i, uint8_t *to, size_t room,
		      size_t *got, struct pq_error *err)
{
	if (room > UINT32_MAX)
		room = UINT32_MAX;
	for (*got = 0; *got < room;) {
		if (needs_input(i)) {
			/* the sum is known before the last of it is given */
			if (*got && i->stage != TRAILER)
				return true;
			if (!i->input_ended && !refill(i, err))
				return false;
			if (i->input_ended)
				return between(i) || cut_off(i, err);
		}
		if (!advance(i, to, room, got, err))
			return false;
	}
	return true;
}
