/*
 * ask_program.h - asking a program's file for the frames of addresses in the
 * test's own process, without the child that reads for the program itself.
 */
#ifndef PQ_TESTS_UNIT_ASK_PROGRAM_H
#define PQ_TESTS_UNIT_ASK_PROGRAM_H

#include "symbolize/ask.h"

struct question {
	int fd;
	const uint64_t *addresses;
	size_t n;
	bool names_only;
	struct pq_mapped_part part;
	struct pq_frame_lists frames; /* the caller's where ok */
	struct pq_program_facts facts;
	bool ok;
};

/* Answers a question; of this type for pq_mem_guard. */
void ask_program(void *question);

/* A file of these bytes, which is gone when it is closed. */
int open_program_of(const uint8_t *bytes, size_t n);

/* Asks a file of these bytes, whatever it answers; no memory may be lost. */
void ask_damaged(const uint8_t *bytes, size_t n, const uint64_t *addresses,
		 size_t n_addresses);

#endif
