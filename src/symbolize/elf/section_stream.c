#include "symbolize/elf/section_stream.h"

#include <string.h>

#include "base/banned.h"

/* Inflated at once: a part of it stays in the processor's caches. */
#define PIECE_BYTES ((size_t)256 << 10)

/* Compressed bytes after which their pages are given back. */
#define FORGET_BYTES ((ptrdiff_t)4 << 20)

bool pq_section_stream_open(struct pq_section_stream *s,
			    struct pq_elf_content *content, const char *name)
{
	struct pq_elf_packed packed;

	memset(s, 0, sizeof(*s));
	s->content = content;
	s->section = pq_elf_find_debug_section(content->elf, name);
	if (!pq_zlib_streams_well() ||
	    !pq_elf_content_packed(content, s->section, &packed) ||
	    !packed.is_zlib)
		return false;
	s->bytes = packed.bytes;
	s->forgotten = packed.from.at;
	return pq_zlib_pieces_open(&s->pieces, packed.from.at,
				   pq_bytes_left(&packed.from));
}

void pq_section_stream_close(struct pq_section_stream *s)
{
	pq_zlib_pieces_close(&s->pieces);
	pq_free(s->room);
	s->room = NULL;
}

/* Bytes of the map that were inflated are not read again. */
static void forget_taken(struct pq_section_stream *s)
{
	struct pq_bytes taken = pq_bytes_over(NULL, 0, false);

	if (s->pieces.at - s->forgotten < FORGET_BYTES)
		return;
	taken.at = s->forgotten;
	taken.end = s->pieces.at;
	pq_elf_content_forget(s->content, taken);
	s->forgotten = s->pieces.at;
}

/* Room behind the window for bytes up to `to', and for a piece. */
static void make_room(struct pq_section_stream *s, uint64_t to)
{
	size_t wanted = pq_size_add(to - s->from, PIECE_BYTES);

	if (s->room_bytes - s->head >= wanted)
		return;
	/* What is left of the window is little where it moves on. */
	if (s->head)
		memmove(s->room, s->room + s->head, s->n);
	s->head = 0;
	if (s->room_bytes >= wanted)
		return;
	s->room = pq_realloc(s->room, wanted);
	s->room_bytes = wanted;
}

/* Puts one piece behind the window; false at the end of the stream. */
static bool add_piece(struct pq_section_stream *s, uint64_t to)
{
	uint64_t left = s->bytes - s->from - s->n;
	size_t room, got;

	make_room(s, to);
	room = s->room_bytes - s->head - s->n;
	if (room > left)
		room = left;
	got = pq_zlib_pieces_read(&s->pieces, s->room + s->head + s->n, room);
	s->n += got;
	forget_taken(s);
	return got > 0;
}

/* Leaves out what is before an offset; what is not there yet is inflated. */
static void move_window(struct pq_section_stream *s, uint64_t from)
{
	while (from > s->from + s->n) {
		s->from += s->n;
		s->head = s->n = 0;
		if (!add_piece(s, s->from))
			return;
	}
	s->head += from - s->from;
	s->n -= from - s->from;
	s->from = from;
}

struct pq_bytes pq_section_stream_reach(struct pq_section_stream *s,
					uint64_t from, uint64_t to)
{
	if (from > s->bytes)
		from = s->bytes;
	if (to > s->bytes)
		to = s->bytes;
	if (to < from)
		to = from;
	move_window(s, from);
	/* Where a stream ends too early, its window stays behind `from'. */
	if (s->from != from)
		return pq_bytes_over(NULL, 0, s->content->elf->big);
	while (s->from + s->n < to && add_piece(s, to))
		continue;
	return pq_bytes_over(s->n ? s->room + s->head : NULL, s->n,
			     s->content->elf->big);
}

bool pq_section_stream_finish(struct pq_section_stream *s)
{
	uint8_t more;

	pq_section_stream_reach(s, s->bytes, s->bytes);
	/* the end is found by asking for a byte behind it */
	if (s->from + s->n == s->bytes &&
	    !pq_zlib_pieces_read(&s->pieces, &more, 1) && s->pieces.is_whole)
		return true;
	s->content->damaged = true;
	return false;
}
