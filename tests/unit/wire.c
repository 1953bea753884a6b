/* Wire texts, and the bytes that tests read from. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <check.h>

#include "helpers.h"
#include "base/cursor.h"

static void put_varint(struct pq_buf *to, uint64_t value)
{
	uint8_t bytes[PQ_VARINT_MOST];
	uint8_t *end = pq_varint_put(bytes, value);

	pq_buf_bytes(to, bytes, (size_t)(end - bytes));
}

void put_field(struct pq_buf *to, unsigned field, uint64_t value)
{
	put_varint(to, field << 3 | PQ_WIRE_VARINT);
	put_varint(to, value);
}

void put_part(struct pq_buf *to, unsigned field, const void *bytes, size_t n)
{
	put_varint(to, field << 3 | PQ_WIRE_BYTES);
	put_varint(to, n);
	if (n)
		pq_buf_bytes(to, bytes, n);
}

static uint64_t take_number(const char **at)
{
	char *end;
	uint64_t value = **at == '-' ? (uint64_t)strtoll(*at, &end, 0)
				     : strtoull(*at, &end, 0);

	ck_assert_msg(end != *at, "a number is missing at: %s", *at);
	*at = end;
	return value;
}

static void take_hex(struct pq_buf *to, const char **at)
{
	for (; isxdigit((unsigned char)**at); *at += 2) {
		char digits[3] = { (*at)[0], (*at)[1], '\0' };

		pq_buf_char(to, (char)strtoul(digits, NULL, 16));
	}
}

static const char *take_fields(struct pq_buf *to, const char *at);

/* What follows a field number, up to the end of the field. */
static const char *take_field(struct pq_buf *to, unsigned field, const char *at)
{
	struct pq_buf part = { 0 };
	char kind = *at++;

	switch (kind) {
	case ':':
		put_field(to, field, take_number(&at));
		return at;
	case '[':
		while (*at != ']') {
			put_varint(&part, take_number(&at));
			at += strspn(at, " ");
		}
		break;
	case '"':
		while (*at != '"')
			pq_buf_char(&part, *at++);
		break;
	case '{':
		at = take_fields(&part, at);
		break;
	default:
		ck_abort_msg("no field begins with '%c'", kind);
	}
	put_part(to, field, part.data, part.len);
	pq_buf_release(&part);
	return at + 1;
}

static const char *take_fields(struct pq_buf *to, const char *at)
{
	unsigned field;

	for (at += strspn(at, " "); *at && *at != '}'; at += strspn(at, " ")) {
		if (*at == 'x') {
			at++;
			take_hex(to, &at);
			continue;
		}
		field = (unsigned)take_number(&at);
		at = take_field(to, field, at);
	}
	return at;
}

void put_wire(struct pq_buf *to, const char *text)
{
	const char *end = take_fields(to, text);

	ck_assert_msg(!*end, "surplus at: %s", end);
}

void put_gzip(struct pq_buf *to, const void *bytes, size_t n)
{
	z_stream z;
	size_t most;

	memset(&z, 0, sizeof(z));
	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	most = deflateBound(&z, n) + 64;
	pq_buf_reserve(to, most);
	z.next_in = (Bytef *)(uintptr_t)bytes;
	z.avail_in = (unsigned)n;
	z.next_out = (Bytef *)to->data + to->len;
	z.avail_out = (unsigned)most;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	to->len += most - z.avail_out;
	deflateEnd(&z);
}

int open_bytes(const void *bytes, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	size_t done = 0;

	ck_assert_int_ge(fd, 0);
	while (done < n) {
		ssize_t put = write(fd, (const char *)bytes + done, n - done);

		ck_assert_int_gt(put, 0);
		done += (size_t)put;
	}
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

void put_file(struct pq_buf *to, const char *path)
{
	gzFile file = gzopen(path, "rb");
	char piece[4096];
	int got;

	ck_assert_msg(file != NULL, "cannot open %s", path);
	while ((got = gzread(file, piece, sizeof(piece))) > 0)
		pq_buf_bytes(to, piece, (size_t)got);
	ck_assert_msg(got == 0, "cannot read %s", path);
	gzclose(file);
}
