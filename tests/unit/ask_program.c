#include "ask_program.h"

#include <sys/mman.h>
#include <unistd.h>

#include "suites.h"

#include "base/mem.h"

void ask_program(void *arg)
{
	struct question *question = arg;
	struct pq_frames_question q = { .part = question->part,
					.names_only = question->names_only,
					.addresses = question->addresses,
					.n = question->n };
	struct pq_error err = { 0 };
	struct pq_elf elf;

	question->ok = false;
	if (pq_elf_open(&elf, question->fd, &err)) {
		q.files.binary = &elf;
		question->ok = pq_answer_frames(&q, &question->frames,
						&question->facts, &err);
	}
	pq_elf_close(&elf);
}

int open_program_of(const uint8_t *bytes, size_t n)
{
	int fd = memfd_create("program", 0);

	ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
	return fd;
}

void ask_damaged(const uint8_t *bytes, size_t n, const uint64_t *addresses,
		 size_t n_addresses)
{
	struct question q = { .fd = open_program_of(bytes, n),
			      .addresses = addresses,
			      .n = n_addresses };
	struct pq_error err = { 0 };
	uint64_t before = pq_mem_used();

	if (pq_mem_guard(ask_program, &q, &err) && q.ok)
		pq_frame_lists_release(&q.frames);
	ck_assert_msg(pq_mem_used() == before, "memory is lost");
	close(q.fd);
}
