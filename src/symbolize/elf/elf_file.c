#include "symbolize/elf/elf_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum {
	MOST_SECTIONS = 1 << 20,
	MOST_NAME_BYTES = 64 << 20,
	MOST_NOTE_BYTES = 1 << 20,
	MOST_LINK_BYTES = 4096,
	LEAST_BYTES = 64,
	NO_SEGMENTS_HERE = 0xffff, /* their number is in section 0 */
	NO_NAMES_HERE = 0xffff,
};

struct header {
	uint64_t segments, sections;
	unsigned segment_bytes, section_bytes;
	uint64_t n_segments, n_sections, names;
};

/* All n bytes at an offset of the file. */
static bool read_elf_bytes(const struct pq_elf *e, void *to, size_t n,
			   uint64_t from)
{
	uint8_t *at = to;

	/* callers have seen that it lies in the file, or in its memory */
	if (e->memory && n) {
		memcpy(to, e->memory + from, n);
		return true;
	}
	while (n) {
		ssize_t got = pread(e->fd, at, n, (off_t)from);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		from += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}

static bool lies_in_file(const struct pq_elf *e, uint64_t from, uint64_t n)
{
	return from <= e->bytes && n <= e->bytes - from;
}

/* A part of the file in `to`; false, with nothing in it, when it is not. */
static bool copy_elf_part(const struct pq_elf *e, uint64_t from, uint64_t n,
			  struct pq_buf *to)
{
	pq_buf_clear(to);
	if (!lies_in_file(e, from, n))
		return false;
	pq_buf_reserve(to, n);
	if (!read_elf_bytes(e, pq_unchecked_writable(to->data), n, from))
		return false;
	to->len = n;
	return true;
}

static struct pq_bytes bytes_of_buf(const struct pq_elf *e,
				    const struct pq_buf *b)
{
	return pq_bytes_over(pq_unchecked_bytes(b->data), b->len, e->big);
}

static uint64_t take_elf_word(const struct pq_elf *e, struct pq_bytes *b)
{
	return pq_bytes_uint(b, e->wide ? 8 : 4);
}

static bool fail_elf(struct pq_error *err, const char *why)
{
	return pq_fail(err, PQ_EFORMAT, "error reading ELF file: %s", why);
}

static bool take_elf_header(struct pq_elf *e, const uint8_t *head,
			    struct header *h, struct pq_error *err)
{
	struct pq_bytes b;

	if (memcmp(head, "\177ELF", 4))
		return pq_fail(err, PQ_EFORMAT, "unrecognized binary format");
	if (head[4] < 1 || head[4] > 2 || head[5] < 1 || head[5] > 2)
		return fail_elf(err, "unknown class or byte order");

	/* class and byte order decide how the rest is read */
	e->wide = head[4] == 2;
	e->big = head[5] == 2;
	b = pq_bytes_over(head + 16, LEAST_BYTES - 16, e->big);
	e->type = pq_bytes_u16(&b);
	e->machine = pq_bytes_u16(&b);
	pq_bytes_skip(&b, 4);
	take_elf_word(e, &b);
	h->segments = take_elf_word(e, &b);
	h->sections = take_elf_word(e, &b);
	pq_bytes_skip(&b, 6); /* flags, size of this header */
	h->segment_bytes = pq_bytes_u16(&b);
	h->n_segments = pq_bytes_u16(&b);
	h->section_bytes = pq_bytes_u16(&b);
	h->n_sections = pq_bytes_u16(&b);
	h->names = pq_bytes_u16(&b);
	return true;
}

static void take_elf_section(const struct pq_elf *e, struct pq_bytes *b,
			     struct pq_elf_section *s, uint32_t *name)
{
	*name = pq_bytes_u32(b);
	s->type = pq_bytes_u32(b);
	s->flags = take_elf_word(e, b);
	s->address = take_elf_word(e, b);
	s->offset = take_elf_word(e, b);
	s->bytes = take_elf_word(e, b);
	s->link = pq_bytes_u32(b);
	s->info = pq_bytes_u32(b);
	s->align = take_elf_word(e, b);
	s->entry_bytes = take_elf_word(e, b);
}

/* Numbers that do not fit into the header are in the first section. */
static void take_large_numbers(struct pq_elf *e, struct header *h)
{
	struct pq_elf_section first;
	struct pq_buf part = { 0 };
	struct pq_bytes b;
	uint32_t name;

	if (h->sections &&
	    copy_elf_part(e, h->sections, h->section_bytes, &part)) {
		b = bytes_of_buf(e, &part);
		take_elf_section(e, &b, &first, &name);
		if (!h->n_sections)
			h->n_sections = first.bytes;
		if (h->n_segments == NO_SEGMENTS_HERE)
			h->n_segments = first.info;
		if (h->names == NO_NAMES_HERE)
			h->names = first.link;
	}
	pq_buf_release(&part);
}

static void take_segment(const struct pq_elf *e, struct pq_bytes *b,
			 struct pq_elf_segment *s)
{
	s->type = pq_bytes_u32(b);
	/* The flags are second in a wide file, and last but one otherwise. */
	if (e->wide)
		s->flags = pq_bytes_u32(b);
	s->offset = take_elf_word(e, b);
	s->address = take_elf_word(e, b);
	take_elf_word(e, b);
	s->file_bytes = take_elf_word(e, b);
	s->memory_bytes = take_elf_word(e, b);
	if (!e->wide)
		s->flags = pq_bytes_u32(b);
	s->align = take_elf_word(e, b);
}

static bool take_segments(struct pq_elf *e, const struct header *h,
			  struct pq_error *err)
{
	unsigned least = e->wide ? 56 : 32;
	struct pq_buf table = { 0 };
	bool ok = true;

	if (!h->n_segments)
		return true;
	/* An entry smaller than the format's would be read past its end. */
	if (h->segment_bytes < least || h->n_segments > NO_SEGMENTS_HERE ||
	    !copy_elf_part(e, h->segments, h->n_segments * h->segment_bytes,
			   &table))
		ok = fail_elf(err, "its segments are not in it");
	for (uint64_t i = 0; ok && i < h->n_segments; i++) {
		struct pq_bytes all = bytes_of_buf(e, &table);
		struct pq_bytes b = pq_bytes_slice(&all, i * h->segment_bytes,
						   h->segment_bytes);

		take_segment(e, &b, pq_vec_push(&e->segments));
	}
	pq_buf_release(&table);
	return ok;
}

static void name_sections(struct pq_elf *e, const uint32_t *names,
			  uint64_t index)
{
	const struct pq_elf_section *table;
	struct pq_bytes texts;

	if (index >= e->sections.n)
		return;
	table = &e->sections.at[index];
	/* Without names sections are still found by their type. */
	if (table->bytes > MOST_NAME_BYTES ||
	    !copy_elf_part(e, table->offset, table->bytes, &e->names))
		return;
	texts = bytes_of_buf(e, &e->names);
	for (size_t i = 0; i < e->sections.n; i++)
		e->sections.at[i].name = pq_bytes_text_at(&texts, names[i]);
}

/* Sections are optional: without, names are looked for in segments only. */
static void take_elf_sections(struct pq_elf *e, const struct header *h)
{
	unsigned least = e->wide ? 64 : 40;
	struct pq_buf table = { 0 };
	uint32_t *names;

	if (!h->sections || !h->n_sections || h->n_sections > MOST_SECTIONS ||
	    h->section_bytes < least ||
	    !copy_elf_part(e, h->sections, h->n_sections * h->section_bytes,
			   &table)) {
		pq_buf_release(&table);
		return;
	}

	/* names are offsets into one of the sections: known after all are */
	names = pq_alloc_zeroed(pq_size_mul(h->n_sections, sizeof(*names)));
	for (uint64_t i = 0; i < h->n_sections; i++) {
		struct pq_bytes all = bytes_of_buf(e, &table);
		struct pq_bytes b = pq_bytes_slice(&all, i * h->section_bytes,
						   h->section_bytes);
		struct pq_elf_section *s = pq_vec_push(&e->sections);

		s->name = (struct pq_text){ NULL, 0 };
		take_elf_section(e, &b, s, &names[i]);
	}
	name_sections(e, names, h->names);
	pq_free(names);
	pq_buf_release(&table);
}

static void put_id_hex(struct pq_buf *to, const struct pq_bytes *id)
{
	pq_buf_clear(to);
	for (const uint8_t *p = id->at; p < id->end; p++)
		pq_buf_printf(to, "%02x", *p);
}

/* ---- notes ---- */

enum { NOTE_BUILD_ID = 3, MOST_ID_BYTES = 64 };

static bool take_build_id(struct pq_elf *e, struct pq_bytes notes,
			  uint64_t align)
{
	uint64_t round = align == 8 ? 7 : 3;

	while (pq_bytes_left(&notes) >= 12) {
		uint64_t name_bytes = pq_bytes_u32(&notes);
		uint64_t bytes = pq_bytes_u32(&notes);
		uint32_t type = pq_bytes_u32(&notes);
		struct pq_bytes name = pq_bytes_slice(&notes, 0, name_bytes);
		struct pq_bytes id;

		/* Names and ids are padded to the alignment of the notes. */
		pq_bytes_skip(&notes, (name_bytes + round) & ~round);
		id = pq_bytes_slice(&notes, 0, bytes);
		if (!id.bad && type == NOTE_BUILD_ID && name_bytes == 4 &&
		    bytes && bytes <= MOST_ID_BYTES &&
		    !memcmp(name.at, "GNU", 4)) {
			put_id_hex(&e->build_id, &id);
			return true;
		}
		pq_bytes_skip(&notes, (bytes + round) & ~round);
	}
	return false;
}

static bool find_build_id_at(struct pq_elf *e, uint64_t offset, uint64_t bytes,
			     uint64_t align)
{
	struct pq_buf part = { 0 };
	bool found = false;

	if (bytes <= MOST_NOTE_BYTES && copy_elf_part(e, offset, bytes, &part))
		found = take_build_id(e, bytes_of_buf(e, &part), align);
	pq_buf_release(&part);
	return found;
}

/* Segments first, as the reference. */
static void find_elf_build_id(struct pq_elf *e)
{
	for (size_t i = 0; i < e->segments.n; i++) {
		const struct pq_elf_segment *s = &e->segments.at[i];

		if (s->type == PQ_SEGMENT_NOTE &&
		    find_build_id_at(e, s->offset, s->file_bytes, s->align))
			return;
	}
	for (size_t i = 0; i < e->sections.n; i++) {
		const struct pq_elf_section *s = &e->sections.at[i];

		if (s->type == PQ_SECTION_NOTE &&
		    find_build_id_at(e, s->offset, s->bytes, s->align))
			return;
	}
}

/* ---- other files ---- */

static bool copy_link(const struct pq_elf *e, const char *section,
		      struct pq_buf *to)
{
	const struct pq_elf_section *s = pq_elf_section(e, section);

	return s && s->type != PQ_SECTION_NOBITS &&
	       s->bytes <= MOST_LINK_BYTES &&
	       copy_elf_part(e, s->offset, s->bytes, to);
}

static void find_links(struct pq_elf *e)
{
	struct pq_buf part = { 0 };
	struct pq_text name;
	struct pq_bytes b;

	/* a name, zeros up to a multiple of four, the file's checksum */
	if (copy_link(e, ".gnu_debuglink", &part)) {
		b = bytes_of_buf(e, &part);
		name = pq_bytes_text(&b);
		b = bytes_of_buf(e, &part);
		pq_bytes_skip(&b, (name.len + 4) & ~(size_t)3);
		e->debug_link_crc = pq_bytes_u32(&b);
		if (!b.bad)
			pq_buf_text(&e->debug_link, name);
	}
	/* a name, and the build id up to the end */
	if (copy_link(e, ".gnu_debugaltlink", &part)) {
		b = bytes_of_buf(e, &part);
		name = pq_bytes_text(&b);
		if (!b.bad && pq_bytes_left(&b) <= MOST_ID_BYTES) {
			pq_buf_text(&e->alt_link, name);
			put_id_hex(&e->alt_id, &b);
		}
	}
	pq_buf_release(&part);
}

/* Header, segments and sections of a file whose size is known. */
static bool read_elf(struct pq_elf *e, struct pq_error *err)
{
	uint8_t head[LEAST_BYTES];
	struct header h = { 0 };

	if (e->bytes < LEAST_BYTES || e->bytes > PQ_ELF_MOST_BYTES ||
	    !read_elf_bytes(e, head, sizeof(head), 0))
		return pq_fail(err, PQ_EFORMAT, "unrecognized binary format");
	if (!take_elf_header(e, head, &h, err))
		return false;

	/* segments are necessary; the rest may be damaged or missing */
	take_large_numbers(e, &h);
	if (!take_segments(e, &h, err))
		return false;
	take_elf_sections(e, &h);
	find_elf_build_id(e);
	find_links(e);
	return true;
}

bool pq_elf_open(struct pq_elf *e, int fd, struct pq_error *err)
{
	struct stat st;

	memset(e, 0, sizeof(*e));
	e->fd = fd;
	if (fstat(fd, &st))
		return pq_fail(err, PQ_EIO, "cannot read: %s", strerror(errno));
	/* A FIFO or a device is no program, and might wait for ever. */
	if (!S_ISREG(st.st_mode))
		return pq_fail(err, PQ_EFORMAT, "unrecognized binary format");
	e->bytes = (uint64_t)st.st_size;
	return read_elf(e, err);
}

bool pq_elf_open_memory(struct pq_elf *e, const uint8_t *bytes, size_t n,
			struct pq_error *err)
{
	memset(e, 0, sizeof(*e));
	e->fd = -1;
	e->memory = bytes;
	e->bytes = n;
	return read_elf(e, err);
}

void pq_elf_close(struct pq_elf *e)
{
	pq_vec_release(&e->segments);
	pq_vec_release(&e->sections);
	pq_buf_release(&e->names);
	pq_buf_release(&e->build_id);
	pq_buf_release(&e->debug_link);
	pq_buf_release(&e->alt_link);
	pq_buf_release(&e->alt_id);
}

const struct pq_elf_section *pq_elf_section(const struct pq_elf *e,
					    const char *name)
{
	for (size_t i = 0; i < e->sections.n; i++)
		if (pq_text_is(e->sections.at[i].name, name))
			return &e->sections.at[i];
	return NULL;
}

static bool holds_address(uint64_t from, uint64_t n, uint64_t address)
{
	return address >= from && address - from < n;
}

bool pq_elf_is_code(const struct pq_elf *e, uint64_t address)
{
	uint64_t wanted = PQ_SECTION_IN_MEMORY | PQ_SECTION_EXECUTABLE;

	for (size_t i = 0; i < e->sections.n; i++) {
		const struct pq_elf_section *s = &e->sections.at[i];

		if ((s->flags & wanted) == wanted &&
		    holds_address(s->address, s->bytes, address))
			return true;
	}
	/* A file without sections still tells code by its segments. */
	for (size_t i = 0; !e->sections.n && i < e->segments.n; i++) {
		const struct pq_elf_segment *s = &e->segments.at[i];

		if (s->type == PQ_SEGMENT_LOAD &&
		    s->flags & PQ_SEGMENT_EXECUTABLE &&
		    holds_address(s->address, s->memory_bytes, address))
			return true;
	}
	return false;
}
