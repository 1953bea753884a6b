/*
 * ask.h - frames of the addresses of one mapping, asked of the reader's child.
 *
 * The answer is checked as a file from outside is: lengths, numbers of texts
 * and of frames.
 * Errors: those of reader.h and translate.h.
 */
#ifndef PQ_SYMBOLIZE_ASK_H
#define PQ_SYMBOLIZE_ASK_H

#include "base/cursor.h"
#include "symbolize/elf/translate.h"
#include "symbolize/resolve.h"

struct pq_frames_question {
	struct pq_program_files files;
	struct pq_mapped_part part;
	struct pq_text kernel_symbol; /* _text or _stext; empty: none */
	bool names_only;
	const uint64_t *addresses; /* the process's, sorted and unique */
	size_t n;
};

/* frames is to be released when the result is true. */
bool pq_ask_frames(const struct pq_frames_question *q,
		   struct pq_frame_lists *frames,
		   struct pq_program_facts *facts, struct pq_error *err);

/*
 * Without a child, for the child itself and for tests: frames of the
 * addresses, those that lie in no segment having none.
 */
bool pq_answer_frames(const struct pq_frames_question *q,
		      struct pq_frame_lists *frames,
		      struct pq_program_facts *facts, struct pq_error *err);

/*
 * Frames as bytes, for answers that have them among other things.  Reading
 * makes n lists, and is false at damage; frames is then to be released, too.
 */
void pq_frame_lists_put(struct pq_buf *to, const struct pq_frame_lists *frames,
			const struct pq_program_facts *facts);
bool pq_frame_lists_take(struct pq_cursor *c, size_t n,
			 struct pq_frame_lists *frames,
			 struct pq_program_facts *facts);

#endif
