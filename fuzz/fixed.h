/*
 * fixed.h - a profile from bytes, for targets that are about what follows.
 */
#ifndef PQ_FUZZ_FIXED_H
#define PQ_FUZZ_FIXED_H

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "format/reader.h"

/* NULL when the bytes are no profile. */
static inline struct pq_profile *fuzz_read(const void *data, size_t size,
					   struct pq_error *err)
{
	int fd = memfd_create("profile", MFD_CLOEXEC);
	struct pq_profile *p = NULL;

	if (fd < 0)
		abort();
	if (write(fd, data, size) == (ssize_t)size && !lseek(fd, 0, SEEK_SET))
		p = pq_profile_read(fd, NULL, 0, NULL, NULL, err);
	close(fd);
	return p;
}

#endif
