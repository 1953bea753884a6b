/*
 * pack_section.h - ELF files whose sections are compressed as a linker does
 * it, right or wrong.
 */
#ifndef PQ_TESTS_UNIT_PACK_SECTION_H
#define PQ_TESTS_UNIT_PACK_SECTION_H

#include <stddef.h>
#include <stdint.h>

/* How the packed section is damaged. */
enum packed_how {
	PACKED_WELL,
	PACKED_WITH_A_WRONG_SUM,
	PACKED_WITHOUT_ITS_END,
	PACKED_AS_LONGER,  /* the header tells a byte more */
	PACKED_AS_SHORTER, /* and one less */
};

/*
 * Compresses the section of a name in the file of 64 bits at `bytes', of which
 * n are used of `room'.  Its content is `content', or what it was for NULL.
 * Returns the new size of the file.
 */
size_t pack_section(uint8_t *bytes, size_t n, size_t room, const char *name,
		    const uint8_t *content, size_t content_bytes,
		    enum packed_how how);

#endif
