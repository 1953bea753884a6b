/*
 * error.h - what went wrong, for functions that can fail.
 *
 * Shape:  one code, one line of text, the byte offset for format errors.
 * Use:    a function that can fail returns bool (or a pointer, NULL on
 *         failure) and takes a struct pq_error as its last argument;
 *         `return pq_fail(err, PQ_EIO, "...")` fills it.  The first failure
 *         is kept: filling an error twice changes nothing.
 * Owner:  the caller; the struct is plain data and needs no release.
 * File:   names_file is true of a message that says itself which file it is
 *         about; whoever prints one with a name in front looks there first.
 * Text:   msg may quote bytes from a file as they are.  Whoever prints it
 *         sends it through the terminal encoder (text.h).
 */
#ifndef PQ_BASE_ERROR_H
#define PQ_BASE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/raw.h"

enum pq_code {
	PQ_OK,
	PQ_EUSAGE,  /* the command line asks for something that is not there */
	PQ_EIO,	    /* the system refused: open, read, write */
	PQ_EFORMAT, /* the bytes of an input break a rule of their format */
	PQ_ELIMIT,  /* a limit of memory or size was reached */
	PQ_EINTERRUPTED, /* by whoever runs the program */
};

struct pq_error {
	enum pq_code code;
	bool has_offset;
	bool names_file;
	uint64_t offset;       /* bytes into the (inflated) input */
	char PQ_RAW msg[1024]; /* one line; too long: without its middle */
};

/* Fills err unless it is filled already; always returns false. */
bool pq_fail(struct pq_error *err, enum pq_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for PQ_EFORMAT with the offset of the offending byte. */
bool pq_fail_at(struct pq_error *err, uint64_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a message that names its file. */
bool pq_fail_named(struct pq_error *err, enum pq_code code, const char *format,
		   ...) __attribute__((format(printf, 3, 4)));

void pq_error_clear(struct pq_error *err);

#endif
