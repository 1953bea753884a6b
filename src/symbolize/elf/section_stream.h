/*
 * section_stream.h - a section that is compressed by zlib, inflated piece by
 * piece, so that no more of it is held than who reads it asks for.
 *
 * Shape:  a window that moves forward over the section.  Bytes before it are
 *         gone; what it gave before has moved when it was asked for more.
 * Why:    .debug_info of a large library is most of its debug information.
 *         Held as a whole it takes as much memory, and its pages a fifth of
 *         the time that inflating it takes.
 * Limits: the same as of a section that is inflated as a whole
 *         (elf_content.h).
 * Owner:  pq_section_stream_open / pq_section_stream_close; the content must
 *         outlive it.
 */
#ifndef PQ_SYMBOLIZE_ELF_SECTION_STREAM_H
#define PQ_SYMBOLIZE_ELF_SECTION_STREAM_H

#include "gzip/zlib_stream.h"
#include "symbolize/elf/elf_content.h"

struct pq_section_stream {
	struct pq_elf_content *content;
	const struct pq_elf_section *section;
	struct pq_zlib_pieces pieces;
	uint64_t bytes; /* of the whole section, as its header tells */
	/* The window: n bytes of `room', from `head' on. */
	uint8_t *room;
	size_t room_bytes, head, n;
	uint64_t from;		  /* where in the section it begins */
	const uint8_t *forgotten; /* compressed bytes up to here */
};

/*
 * Opens .NAME.  False when it is not there, not compressed by zlib or damaged
 * at its beginning, or where libraries do better with the whole: then
 * pq_elf_debug_section has it.
 */
bool pq_section_stream_open(struct pq_section_stream *s,
			    struct pq_elf_content *content, const char *name);
void pq_section_stream_close(struct pq_section_stream *s);

/*
 * Moves to `from', which may not lie before the window, and gives at least the
 * bytes up to `to', as far as there are any.
 */
struct pq_bytes pq_section_stream_reach(struct pq_section_stream *s,
					uint64_t from, uint64_t to);

/*
 * Reads the rest.  False, and the content is damaged, when it was not what its
 * header and its checksum say: nothing that came out of it counts then.
 */
bool pq_section_stream_finish(struct pq_section_stream *s);

#endif
