#include "symbolize/kallsyms.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/search.h"

#include "base/banned.h"

enum { HEX_DIGITS = 16 };

/* A word of the line from *at on; passes over it and the blanks after it. */
static struct pq_text take_kallsyms_word(struct pq_text line, size_t *at)
{
	size_t start, end;

	while (*at < line.len &&
	       (line.bytes[*at] == ' ' || line.bytes[*at] == '\t'))
		++*at;
	start = end = *at;
	while (end < line.len && line.bytes[end] != ' ' &&
	       line.bytes[end] != '\t' && line.bytes[end] != '\r')
		end++;
	*at = end;
	return pq_text_slice(line, start, end);
}

static bool parse_hex(struct pq_text word, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < word.len; i++) {
		char c = word.bytes[i];
		unsigned digit =
			c >= '0' && c <= '9'   ? (unsigned)(c - '0')
			: c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
			: c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
					       : HEX_DIGITS;

		if (digit == HEX_DIGITS)
			return false;
		*value = *value << 4 | digit;
	}
	return word.len && word.len <= HEX_DIGITS;
}

/* Types t, T, w and W are functions. */
static void take_kernel_line(struct pq_kallsyms *k, struct pq_text line)
{
	struct pq_text address, type, name, module;
	struct pq_kernel_symbol s;
	size_t at = 0;

	address = take_kallsyms_word(line, &at);
	type = take_kallsyms_word(line, &at);
	name = take_kallsyms_word(line, &at);
	module = take_kallsyms_word(line, &at);
	/* Addresses are all 0 for those who may not see them. */
	if (type.len != 1 || !name.len || !parse_hex(address, &s.address) ||
	    !s.address || !memchr("tTwW", (unsigned char)type.bytes[0], 4))
		return;
	s.name = name;
	s.module = module;
	*pq_vec_push(&k->at) = s;
}

static int by_kernel_address(const void *x, const void *y)
{
	const struct pq_kernel_symbol *a = x, *b = y;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	/* two names of one address keep the order of the file */
	return (a->name.bytes > b->name.bytes) -
	       (a->name.bytes < b->name.bytes);
}

bool pq_kallsyms_read(struct pq_kallsyms *k, const char *path,
		      struct pq_error *err)
{
	struct pq_text text;
	int fd;

	memset(k, 0, sizeof(*k));
	fd = pq_io_open(path, err);
	if (fd < 0)
		return false;
	if (!pq_io_read_all(fd, &k->text, PQ_KALLSYMS_MOST_BYTES)) {
		close(fd);
		return pq_fail(err, PQ_EIO, "cannot read all of it");
	}
	close(fd);
	if (k->text.len >= PQ_KALLSYMS_MOST_BYTES)
		return pq_fail(err, PQ_ELIMIT,
			       "more than 64 MB: this is no copy of "
			       "/proc/kallsyms");
	text = pq_buf_view(&k->text);
	for (size_t at = 0; at < text.len;) {
		size_t end = pq_text_find(text, at, "\n");

		take_kernel_line(k, pq_text_slice(text, at, end));
		at = end + 1;
	}
	if (!k->at.n)
		return pq_fail(err, PQ_EFORMAT,
			       "has no function with an address; "
			       "/proc/kallsyms shows them to root only");
	qsort(k->at.at, k->at.n, sizeof(*k->at.at), by_kernel_address);
	return true;
}

void pq_kallsyms_release(struct pq_kallsyms *k)
{
	pq_buf_release(&k->text);
	pq_vec_release(&k->at);
}

const struct pq_kernel_symbol *pq_kallsyms_find(const struct pq_kallsyms *k,
						uint64_t address)
{
	size_t low = PQ_FIRST_ABOVE(k->at.at, k->at.n, address, address);

	if (!low)
		return NULL;
	/* the first of those at the same address */
	while (low > 1 &&
	       k->at.at[low - 2].address == k->at.at[low - 1].address)
		low--;
	return &k->at.at[low - 1];
}
