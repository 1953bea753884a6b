/*
 * Any bytes as a program with its debug information: its symbols, units,
 * lines, inlined calls and Go's table, for addresses that are the file's end.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "symbolize/ask.h"

enum { ADDRESSES = 8 };

struct symbols_input {
	int fd;
	uint64_t addresses[ADDRESSES];
	struct pq_error err;
};

static void ask_both_ways(const struct symbols_input *in,
			  const struct pq_elf *elf)
{
	/* the file itself may be its own debug, alternate and packed file */
	struct pq_frames_question q = {
		.files = { .binary = elf,
			   .debug = elf,
			   .alternate = elf,
			   .packed = elf },
		.addresses = in->addresses,
		.n = ADDRESSES,
	};

	for (int fast = 0; fast < 2; fast++) {
		struct pq_program_facts facts;
		struct pq_frame_lists frames;
		struct pq_error err;

		pq_error_clear(&err);
		q.names_only = fast;
		if (pq_answer_frames(&q, &frames, &facts, &err))
			pq_frame_lists_release(&frames);
	}
}

static void read_symbols_input(void *arg)
{
	struct symbols_input *in = arg;
	struct pq_elf elf;

	if (pq_elf_open(&elf, in->fd, &in->err))
		ask_both_ways(in, &elf);
	pq_elf_close(&elf);
}

static int compare_addresses(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

void fuzz_symbols(const uint8_t *data, size_t size)
{
	struct symbols_input in = { .fd = -1 };

	if (size < sizeof(in.addresses))
		return;
	memcpy(in.addresses, data + size - sizeof(in.addresses),
	       sizeof(in.addresses));
	/* small ones reach more */
	for (int i = 0; i < ADDRESSES / 2; i++)
		in.addresses[i] = in.addresses[i] % 0x1000 + 0x400000;
	qsort(in.addresses, ADDRESSES, sizeof(uint64_t), compare_addresses);
	in.fd = memfd_create("symbols", 0);
	if (in.fd >= 0 && write(in.fd, data, size) == (ssize_t)size) {
		uint64_t limit = pq_mem_limit((uint64_t)512 << 20, "");

		pq_mem_guard(read_symbols_input, &in, &in.err);
		pq_mem_limit(limit, "");
	}
	if (in.fd >= 0)
		close(in.fd);
}
