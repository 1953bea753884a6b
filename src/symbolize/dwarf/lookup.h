/*
 * lookup.h - frames of addresses by a file's debug information.
 *
 * Only units that own an address are opened: their ranges are told by their
 * first entries, by .debug_aranges for those that do not say.  Units of a
 * compressed .debug_info come one by one, and no more than one is held, until
 * one that owns an address may refer to others: then the whole is inflated.
 * Result:  an address in a function gets all frames; one of which only the
 *          line is known gets one frame without a name; others get none.
 * Code:    ranges and line sequences that begin where no code is are those of
 *          code that a linker threw away, and count for nothing.
 * Source:  llvm-symbolizer's output for what is right, where tools disagree.
 */
#ifndef PQ_SYMBOLIZE_DWARF_LOOKUP_H
#define PQ_SYMBOLIZE_DWARF_LOOKUP_H

#include "symbolize/dwarf/frame_lists.h"
#include "symbolize/dwarf/lines.h"
#include "symbolize/dwarf/unit.h"
#include "symbolize/elf/section_stream.h"

struct pq_lookup {
	/* Without info and units where those are streamed; has them after it. */
	struct pq_dwarf *dwarf;
	struct pq_section_stream *stream; /* of .debug_info; NULL: in memory */
	/* The split unit of a skeleton, or NULL; NULL: there is none of any. */
	const struct pq_unit *(*split_unit)(void *ctx,
					    const struct pq_unit *skeleton);
	void *split_ctx;
	pq_is_code *is_code;
	const void *code_ctx;
	/* After a unit: its entries and lines are not needed any more. */
	void (*done)(void *ctx, struct pq_bytes bytes);
	void *done_ctx;
};

/*
 * addresses are sorted and unique; frames has a list for each.  What came out
 * of a stream counts only if pq_section_stream_finish says that it is whole.
 */
void pq_lookup_frames(const struct pq_lookup *l, const uint64_t *addresses,
		      size_t n, struct pq_frame_lists *frames);

#endif
