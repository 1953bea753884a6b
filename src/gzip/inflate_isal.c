#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <string.h>

#include "gzip/inflate_backend.h"

#include "base/banned.h"

struct state {
	struct inflate_state s;
	bool failed; /* the rest in its buffer came before the error */
};

/*
 * Its assembly leaves the upper halves of vector registers in use, which slows
 * down all code that does not know of them: zlib's deflate by a sixth.
 */
#ifdef __x86_64__
__attribute__((target("avx"))) static void zero_upper(void)
{
	__builtin_ia32_vzeroupper();
}

static void leave(void)
{
	if (__builtin_cpu_supports("avx"))
		zero_upper();
}
#else
static void leave(void)
{
}
#endif

static bool begin_isal(void *state)
{
	struct state *i = state;

	isal_inflate_init(&i->s);
	i->failed = false;
	return true;
}

static void reset_isal(void *state)
{
	struct state *i = state;

	isal_inflate_reset(&i->s);
	i->failed = false;
}

/* The library decodes ahead: an error may come before all had room. */
static enum pq_inflated give_rest(struct state *i, struct pq_inflate_io *io)
{
	struct inflate_state *s = &i->s;
	size_t n = (size_t)(s->tmp_out_valid - s->tmp_out_processed);
	size_t room = (size_t)(io->limit - io->to);

	if (n > room)
		n = room;
	memcpy(io->to, s->tmp_out_buffer + s->tmp_out_processed, n);
	s->tmp_out_processed += (int32_t)n;
	io->to += n;
	return s->tmp_out_processed == s->tmp_out_valid ? PQ_INFLATED_BAD
							: PQ_INFLATED_SOME;
}

static enum pq_inflated run_isal(void *state, struct pq_inflate_io *io)
{
	struct state *i = state;
	int code;

	/* The error was met before: what was decoded ahead of it is due. */
	if (i->failed)
		return give_rest(i, io);
	i->s.next_in = (uint8_t *)io->at;
	i->s.avail_in = (uint32_t)(io->end - io->at);
	i->s.next_out = io->to;
	i->s.avail_out = (uint32_t)(io->limit - io->to);
	code = isal_inflate(&i->s);
	leave();
	io->at = i->s.next_in;
	io->to = i->s.next_out;
	if (code < 0) {
		i->failed = true;
		return give_rest(i, io);
	}
	if (i->s.block_state != ISAL_BLOCK_FINISH)
		return PQ_INFLATED_SOME;
	/* Gives back bytes taken in advance; later versions do it themselves. */
	io->at -= i->s.read_in_length / 8;
	return PQ_INFLATED_END;
}

static void end_isal(void *state)
{
	(void)state;
}

static uint32_t crc_isal(uint32_t old, const uint8_t *bytes, size_t n)
{
	uint32_t result = crc32_gzip_refl(old, bytes, n);

	leave();
	return result;
}

static uint32_t adler_isal(uint32_t old, const uint8_t *bytes, size_t n)
{
	uint32_t result = isal_adler32(old, bytes, n);

	leave();
	return result;
}

const struct pq_inflate_backend pq_inflate_isal = {
	.name = "isal",
	.state_bytes = sizeof(struct state),
	.begin = begin_isal,
	.reset = reset_isal,
	.run = run_isal,
	.end = end_isal,
	.crc = crc_isal,
	.adler = adler_isal,
};
