#include "format/perf/folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* More threads than machines have. */
#define PARTS_MOST 65536

void pq_perf_folder_name(char to[PQ_PERF_PART_CHARS], unsigned n)
{
	snprintf(to, PQ_PERF_PART_CHARS, "data.%u", n);
}

/* A FIFO or a link in the folder is none of perf's files. */
static int open_regular(int folder, const char *name)
{
	int fd = openat(folder, name,
			O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
				O_NOFOLLOW);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

int pq_perf_folder_open(const char *path, int *folder)
{
	char magic[8];
	int fd = -1;

	*folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		return -1;
	fd = open_regular(*folder, "data");
	if (fd >= 0 && pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	    !memcmp(magic, "PERFILE2", sizeof(magic)))
		return fd;
	if (fd >= 0)
		close(fd);
	close(*folder);
	return -1;
}

int pq_perf_folder_part(int folder, unsigned n)
{
	char name[PQ_PERF_PART_CHARS];

	if (n >= PARTS_MOST)
		return -1;
	pq_perf_folder_name(name, n);
	return open_regular(folder, name);
}

uint64_t pq_perf_folder_bytes(int folder)
{
	uint64_t bytes = 0;
	struct stat st;
	char name[PQ_PERF_PART_CHARS];

	if (!fstatat(folder, "data", &st, 0))
		bytes += (uint64_t)st.st_size;
	for (unsigned n = 0; n < PARTS_MOST; n++) {
		pq_perf_folder_name(name, n);
		if (fstatat(folder, name, &st, 0))
			break;
		bytes += (uint64_t)st.st_size;
	}
	return bytes;
}
