#include "symbolize/go_table.h"

#include <string.h>

#include "base/banned.h"

enum { HEADER_BYTES = 8, GO_12 = 12, GO_116 = 116, GO_118 = 118, GO_120 = 120 };

/* Numbers of the 32-bit fields of a function's record, from 1. */
enum {
	FIELD_NAME = 1,
	FIELD_FILES = 5,
	FIELD_LINES = 6,
	FIELD_UNIT = 8,
	FIELD_START_LINE = 9,
};

/* ---- where it is ---- */

static uint8_t version_of(uint32_t magic)
{
	switch (magic) {
	case 0xfffffffb:
		return GO_12;
	case 0xfffffffa:
		return GO_116;
	case 0xfffffff0:
		return GO_118;
	case 0xfffffff1:
		return GO_120;
	default:
		return 0;
	}
}

/* Magic number, two zeros, bytes of an instruction, bytes of a pointer. */
static bool is_table_header(struct pq_bytes b, struct pq_go_table *t)
{
	t->all = b;
	t->version = version_of(pq_bytes_u32(&b));
	if (!t->version || pq_bytes_u16(&b))
		return false;
	t->quantum = pq_bytes_u8(&b);
	t->word = pq_bytes_u8(&b);
	return (t->quantum == 1 || t->quantum == 2 || t->quantum == 4) &&
	       (t->word == 4 || t->word == 8);
}

/* In a section of another name: at an address that a pointer may have. */
static bool search_table(struct pq_bytes b, struct pq_go_table *t)
{
	for (; pq_bytes_left(&b) >= 64; b.at += 32)
		/* The cheap test comes first: most places are no table. */
		if ((b.big ? b.at[0] : b.at[3]) == 0xff && !b.at[4] &&
		    !b.at[5] && is_table_header(b, t))
			return true;
	return false;
}

static bool find_go_table(struct pq_elf_content *c, struct pq_go_table *t)
{
	static const char *const others[] = { ".data.rel.ro", ".rodata" };
	struct pq_bytes b =
		pq_elf_content_of(c, pq_elf_section(c->elf, ".gopclntab"));

	if (!pq_bytes_left(&b))
		b = pq_elf_content_of(
			c, pq_elf_section(c->elf, ".data.rel.ro.gopclntab"));
	if (pq_bytes_left(&b))
		return is_table_header(b, t);
	/* programs of Go say so in a note or a section */
	if (!pq_elf_section(c->elf, ".go.buildinfo") &&
	    !pq_elf_section(c->elf, ".note.go.buildid"))
		return false;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (search_table(pq_elf_content_of(
					 c, pq_elf_section(c->elf, others[i])),
				 t))
			return true;
	return false;
}

/* ---- the version ---- */

enum { BUILD_INFO_BYTES = 32, FLAGS_AT = 15, IS_INLINE = 2 };

static bool is_version_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+';
}

/* A magic number, flags, and behind a fixed head texts with their lengths. */
void pq_go_version(struct pq_elf_content *c, char *to, size_t room)
{
	static const char magic[] = "\xff Go buildinf:";
	struct pq_bytes b =
		pq_elf_content_of(c, pq_elf_section(c->elf, ".go.buildinfo"));
	size_t n = 0;
	uint64_t bytes;

	to[0] = '\0';
	/* Older programs have pointers there: no version is read. */
	if (pq_bytes_left(&b) < BUILD_INFO_BYTES ||
	    memcmp(b.at, magic, sizeof(magic) - 1) ||
	    !(b.at[FLAGS_AT] & IS_INLINE))
		return;
	pq_bytes_skip(&b, BUILD_INFO_BYTES);
	bytes = pq_bytes_uleb(&b);

	/* experiments may follow the version, after a blank */
	while (n + 1 < room && n < bytes && n < pq_bytes_left(&b) &&
	       is_version_letter((char)b.at[n])) {
		to[n] = (char)b.at[n];
		n++;
	}
	to[n] = '\0';
}

/* ---- its parts ---- */

static uint64_t header_word(const struct pq_go_table *t, unsigned i)
{
	struct pq_bytes b =
		pq_bytes_from(&t->all, HEADER_BYTES + (uint64_t)i * t->word);

	return pq_bytes_uint(&b, t->word);
}

static struct pq_bytes part_at_word(const struct pq_go_table *t, unsigned i)
{
	return pq_bytes_from(&t->all, header_word(t, i));
}

static bool take_newer_parts(struct pq_go_table *t, unsigned names)
{
	t->n_functions = header_word(t, 0);
	t->names = part_at_word(t, names);
	t->units = part_at_word(t, names + 1);
	t->files = part_at_word(t, names + 2);
	t->values = part_at_word(t, names + 3);
	t->functions = part_at_word(t, names + 4);
	return true;
}

static unsigned bytes_of_field(const struct pq_go_table *t)
{
	return t->version >= GO_118 ? 4 : t->word;
}

/* Everything is counted from the start; the files follow the functions. */
static bool take_older_parts(struct pq_go_table *t)
{
	struct pq_bytes b;

	t->n_functions = header_word(t, 0);
	t->names = t->values = t->all;
	t->functions = pq_bytes_from(&t->all, HEADER_BYTES + t->word);
	if (t->n_functions > pq_bytes_left(&t->functions))
		return false;
	b = pq_bytes_from(&t->functions, (t->n_functions * 2 + 1) * t->word);
	t->files = pq_bytes_from(&t->all, pq_bytes_u32(&b));
	return !b.bad;
}

/* The address that functions are counted from, if they are. */
static uint64_t find_text(const struct pq_go_table *t, const struct pq_elf *elf)
{
	const struct pq_elf_section *text = pq_elf_section(elf, ".text");
	uint64_t told = header_word(t, 2);

	if (t->version < GO_118)
		return 0;
	/* a position independent program has it relocated only later */
	return pq_elf_is_code(elf, told) || !text ? told : text->address;
}

bool pq_go_table_open(struct pq_go_table *t, struct pq_elf_content *c)
{
	bool ok;

	memset(t, 0, sizeof(*t));
	if (!find_go_table(c, t))
		return false;
	/* Go 1.18 has one more word in front of the offsets: the text's. */
	if (t->version == GO_12)
		ok = take_older_parts(t);
	else
		ok = take_newer_parts(t, t->version == GO_116 ? 2 : 3);
	t->text = find_text(t, c->elf);
	/* The number of functions is the file's word: all have to be there. */
	return ok && t->n_functions &&
	       t->n_functions <
		       pq_bytes_left(&t->functions) / bytes_of_field(t);
}

/* ---- functions ---- */

static uint64_t table_field(const struct pq_go_table *t, uint64_t i)
{
	unsigned bytes = bytes_of_field(t);
	struct pq_bytes b = pq_bytes_from(&t->functions, i * bytes);

	return pq_bytes_uint(&b, bytes);
}

static uint64_t entry_of(const struct pq_go_table *t, uint64_t i)
{
	return t->text + table_field(t, 2 * i);
}

static bool find_go_function(const struct pq_go_table *t, uint64_t address,
			     uint64_t *found)
{
	uint64_t low = 0, high = t->n_functions;

	/* after the last one stands where it ends */
	if (address < entry_of(t, 0) || address >= entry_of(t, high))
		return false;
	while (low + 1 < high) {
		uint64_t middle = low + (high - low) / 2;

		if (entry_of(t, middle) <= address)
			low = middle;
		else
			high = middle;
	}
	*found = low;
	return true;
}

static uint32_t record_field(const struct pq_go_table *t,
			     const struct pq_bytes *record, unsigned i)
{
	struct pq_bytes b = pq_bytes_from(
		record, bytes_of_field(t) + (uint64_t)(i - 1) * 4);

	return pq_bytes_u32(&b);
}

/*
 * The value of an address in a table of steps: how much it changes, and after
 * how many instructions.
 */
static bool find_value(const struct pq_go_table *t, uint64_t offset,
		       uint64_t entry, uint64_t address, int64_t *value)
{
	struct pq_bytes b = pq_bytes_from(&t->values, offset);
	uint64_t at = entry;

	/* pairs of a zigzag change and a number of instructions; 0 ends */
	*value = -1;
	for (uint32_t i = 0; i < PQ_GO_MOST_STEPS && !b.bad; i++) {
		uint32_t change = (uint32_t)pq_bytes_uleb(&b);

		if (!change && i)
			return false;
		*value += (int32_t)(change >> 1 ^ (0 - (change & 1)));
		at += pq_bytes_uleb(&b) * t->quantum;
		if (address < at)
			return !b.bad;
	}
	return false;
}

static struct pq_text file_of(const struct pq_go_table *t, uint64_t unit,
			      uint64_t number)
{
	struct pq_bytes b;
	uint32_t at;

	/* Before Go 1.16 one list of files was for all units. */
	if (t->version == GO_12) {
		b = pq_bytes_from(&t->files, number * 4);
		at = pq_bytes_u32(&b);
		return b.bad ? (struct pq_text){ NULL, 0 }
			     : pq_bytes_text_at(&t->all, at);
	}
	b = pq_bytes_from(&t->units, (unit + number) * 4);
	at = pq_bytes_u32(&b);
	return b.bad || at == UINT32_MAX ? (struct pq_text){ NULL, 0 }
					 : pq_bytes_text_at(&t->files, at);
}

void pq_go_table_frames(const struct pq_go_table *t, uint64_t address,
			struct pq_frame_lists *frames, size_t i)
{
	struct pq_frame frame = { 0 };
	struct pq_bytes record;
	uint64_t found, entry, offset;
	int64_t file, line;
	bool is_old = t->version == GO_12;

	if (!find_go_function(t, address, &found))
		return;
	entry = entry_of(t, found);
	offset = table_field(t, 2 * found + 1);
	record = pq_bytes_from(is_old ? &t->all : &t->functions, offset);
	frame.name = pq_intern(
		&frames->texts,
		pq_bytes_text_at(&t->names,
				 record_field(t, &record, FIELD_NAME)));
	/* A record without a name is none, whatever else is in it. */
	if (record.bad || !frame.name)
		return;
	if (find_value(t, record_field(t, &record, FIELD_FILES), entry, address,
		       &file) &&
	    file >= 0)
		frame.file = pq_intern(
			&frames->texts,
			file_of(t, record_field(t, &record, FIELD_UNIT),
				(uint64_t)file));
	if (find_value(t, record_field(t, &record, FIELD_LINES), entry, address,
		       &line) &&
	    line > 0)
		frame.line = line;
	/* Start lines came with Go 1.20. */
	if (t->version >= GO_120)
		frame.start_line = record_field(t, &record, FIELD_START_LINE);
	pq_frame_lists_add(frames, i, &frame);
}
