/*
 * raw.h - the mark of bytes that nobody has checked.
 *
 * PQ_RAW stands in the types of all that holds text from files as it came:
 * the bytes of a struct pq_text, what a struct pq_buf has gathered, the
 * message of a struct pq_error.  In a build it is nothing.  tests/raw.sh
 * compiles every file once more with PQ_RAW as a qualifier, so that the
 * compiler refuses what would take such bytes out of these types: to a
 * system call, to a function of the C library, to "%s", to pq_out_str.
 *
 * Two ways lead out.  An encoder (text.h, and the *_text.h of src/emit) reads
 * a text and writes what is safe where it goes.  And pq_unchecked_bytes takes the mark
 * off: where it is called is listed with its reason in tests/raw.list.
 */
#ifndef PQ_BASE_RAW_H
#define PQ_BASE_RAW_H

#ifndef PQ_RAW
#define PQ_RAW

/* The same bytes, for a place that tests/raw.list names. */
static inline const char *pq_unchecked_bytes(const char *bytes)
{
	return bytes;
}

static inline char *pq_unchecked_writable(char *bytes)
{
	return bytes;
}
#endif

#endif
