/*
 * symbols.h - the comment lines of Go's text profiles, which name the frames
 * of the stack above them.
 *
 * Shape:  "#\t0x4d3ed0\tmain.main+0x50\tdemo/main.go:170": an address moved
 *         back onto its call, function, file and line.  Lines of one address
 *         are the frames inlined there, innermost first.  The writer leaves
 *         out runtime.goexit, and the frames of package runtime at the leaf.
 * Result: locations get lines, and the profile says that these names are more
 *         than the reference has (symbols_are_extra).
 * Errors: none; a line of another shape is a comment.
 */
#ifndef PQ_FORMAT_TEXT_SYMBOLS_H
#define PQ_FORMAT_TEXT_SYMBOLS_H

#include "format/text/builder.h"

/*
 * Takes a line that begins with #; the sample it is about is named when the
 * next one begins (pq_legacy_settle).
 */
void pq_legacy_symbols_line(struct pq_legacy *b, struct pq_text line);

#endif
