/*
 * io.h - opening inputs, and output files that are whole or not there.
 *
 * Output: a report goes to a temporary file beside its target and is renamed
 *         when all of it was written; a run that fails leaves the old file as
 *         it was.  What is not a regular file (a device, a FIFO) is written
 *         directly.  A symbolic link keeps pointing; its target is replaced,
 *         or made when there is none.
 *         The mode and the owner of an old file are kept.  One that cannot be
 *         replaced so, for its folder may not be written to, it has other
 *         names, it is a mount point, or its owner may not be given to another file, is written
 *         over at the end, when the whole report is there, in memory.
 * Owner:  pq_output_begin opens, pq_output_commit or pq_output_abandon ends.
 * Errors: PQ_EIO with the system's reason; the message does not name an
 *         input, and does name an output.
 */
#ifndef PQ_BASE_IO_H
#define PQ_BASE_IO_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"

/* A descriptor to read from, or -1. */
int pq_io_open(const char *path, struct pq_error *err);

/* Size of a regular file; 0 for what has none. */
uint64_t pq_io_size(int fd);

/* ---- reading and writing, whatever interrupts ---- */

/* read(2), again when a signal came. */
ssize_t pq_io_read(int fd, void *to, size_t n);

/*
 * Bytes of a file that others may read, too, with an offset of one's own: a
 * forked child shares the descriptor's with its parent.
 */
struct pq_io_input {
	int fd;
	int64_t at; /* -1: reads on from the descriptor's own offset */
};

/* The next bytes; what read(2) or pread(2) returns. */
ssize_t pq_io_read_next(struct pq_io_input *in, void *to, size_t n);

/* All n bytes; false when fewer come, or reading fails. */
bool pq_io_read_exactly(int fd, void *to, size_t n);

/*
 * Appends what comes up to the end, or until there are `most` bytes in the
 * buffer (a piece may pass that).  False, with errno, when reading fails.
 */
bool pq_io_read_all(int fd, struct pq_buf *to, size_t most);

/* Waits for room where the descriptor does not.  False, with errno. */
bool pq_io_write_all(int fd, const void *from, size_t n);

/* ---- files that must not survive the program ---- */

enum { PQ_IO_MOST_LISTED = 8 };

/*
 * Puts a file on the list of those that a signal removes; the slot is given
 * back when the file is removed or stays.  -1 when the list is full.
 */
int pq_io_list_temporary(const char *path);
void pq_io_unlist_temporary(int slot); /* -1: nothing */

/* For handlers of signals that end the program: host/process.h has them. */
void pq_io_unlink_temporaries(void);

/* ---- output files ---- */

/*
 * Learns what new files may not allow; once, before there are threads.
 * Without it, the first output asks.
 */
void pq_io_ask_umask(void);

struct pq_output {
	int fd;
	int in_place; /* the file that is written over, or -1 */
	struct pq_buf target, temporary; /* temporary empty: written directly */
	int listed;		   /* for pq_io_unlink_temporaries; or -1 */
	struct pq_cleanup cleanup; /* abandons it when memory runs out */
};

bool pq_output_begin(struct pq_output *o, const char *path,
		     struct pq_error *err);
bool pq_output_commit(struct pq_output *o, struct pq_error *err);
void pq_output_abandon(struct pq_output *o);

/* The folder in which it is renamed, in room[]; NULL when it is not. */
const char *pq_output_folder(const struct pq_output *o, char *room,
			     size_t bytes);

#endif
