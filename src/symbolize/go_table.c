#include "symbolize/go_table.h"

#include <string.h>

#include "symbolize/elf/pointers.h"

#include "base/banned.h"

enum { HEADER_BYTES = 8 };

/* Numbers of the 32-bit fields of a function's record, from 1. */
enum {
	FIELD_NAME = 1,
	FIELD_FILES = 5,
	FIELD_LINES = 6,
	FIELD_N_VALUES = 7,
	FIELD_UNIT = 8,
	FIELD_START_LINE = 9,
};

/* A bit of a function's flags. */
enum { IS_ASSEMBLY = 4 };

/* ---- where it is ---- */

static uint8_t version_of(uint32_t magic)
{
	switch (magic) {
	case 0xfffffffb:
		return PQ_GO_12;
	case 0xfffffffa:
		return PQ_GO_116;
	case 0xfffffff0:
		return PQ_GO_118;
	case 0xfffffff1:
		return PQ_GO_120;
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

/* Its address follows from where its bytes are in the section. */
static bool find_table_in(struct pq_elf_content *c, const char *section,
			  bool is_own, struct pq_go_table *t)
{
	const struct pq_elf_section *s = pq_elf_section(c->elf, section);
	struct pq_bytes b = pq_elf_content_of(c, s);

	if (!pq_bytes_left(&b) ||
	    !(is_own ? is_table_header(b, t) : search_table(b, t)))
		return false;
	t->address = s->address + (uint64_t)(t->all.at - b.at);
	return true;
}

static bool find_go_table(struct pq_elf_content *c, struct pq_go_table *t)
{
	if (find_table_in(c, ".gopclntab", true, t) ||
	    find_table_in(c, ".data.rel.ro.gopclntab", true, t))
		return true;
	/* programs of Go say so in a note or a section */
	if (!pq_elf_section(c->elf, ".go.buildinfo") &&
	    !pq_elf_section(c->elf, ".note.go.buildid"))
		return false;
	return find_table_in(c, ".data.rel.ro", false, t) ||
	       find_table_in(c, ".rodata", false, t);
}

/* ---- the version ---- */

enum { BUILD_INFO_BYTES = 32, FLAGS_AT = 15, IS_INLINE = 2 };

static bool is_version_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       pq_is_digit(c) || c == '.' || c == '-' || c == '+';
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
	return t->version >= PQ_GO_118 ? 4 : t->word;
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
static uint64_t find_text(const struct pq_go_table *t, struct pq_elf_content *c)
{
	const struct pq_elf_section *text = pq_elf_section(c->elf, ".text");
	uint64_t at = t->address + HEADER_BYTES + (uint64_t)2 * t->word;
	uint64_t told = header_word(t, 2);

	if (t->version < PQ_GO_118)
		return 0;
	/* a position independent program may have it relocated only later */
	if (!pq_elf_is_code(c->elf, told))
		told = pq_elf_pointer_at(c, at);
	return pq_elf_is_code(c->elf, told) || !text ? told : text->address;
}

bool pq_go_table_open(struct pq_go_table *t, struct pq_elf_content *c)
{
	bool ok;

	memset(t, 0, sizeof(*t));
	if (!find_go_table(c, t))
		return false;
	/* Go 1.18 has one more word in front of the offsets: the text's. */
	if (t->version == PQ_GO_12)
		ok = take_older_parts(t);
	else
		ok = take_newer_parts(t, t->version == PQ_GO_116 ? 2 : 3);
	t->text = find_text(t, c);
	t->steps = PQ_GO_MOST_STEPS;
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

static uint32_t record_field(const struct pq_go_table *t,
			     const struct pq_bytes *record, unsigned i)
{
	struct pq_bytes b = pq_bytes_from(
		record, bytes_of_field(t) + (uint64_t)(i - 1) * 4);

	return pq_bytes_u32(&b);
}

/* Behind the fields: an id, flags, a blank, how many data there are. */
static bool take_record_tail(const struct pq_go_table *t,
			     struct pq_go_function *f)
{
	unsigned last = t->version >= PQ_GO_120 ? FIELD_START_LINE : FIELD_UNIT;

	f->n_values = record_field(t, &f->record, FIELD_N_VALUES);
	f->numbers = pq_bytes_from(&f->record,
				   bytes_of_field(t) + (uint64_t)last * 4);
	pq_bytes_skip(&f->numbers, 1);
	f->is_assembly = pq_bytes_u8(&f->numbers) & IS_ASSEMBLY;
	pq_bytes_skip(&f->numbers, 1);
	f->n_data = pq_bytes_u8(&f->numbers);
	return !f->numbers.bad;
}

bool pq_go_function(const struct pq_go_table *t, uint64_t i,
		    struct pq_go_function *f)
{
	bool is_old = t->version == PQ_GO_12;

	memset(f, 0, sizeof(*f));
	f->entry = entry_of(t, i);
	f->end = entry_of(t, i + 1);
	f->record = pq_bytes_from(is_old ? &t->all : &t->functions,
				  table_field(t, 2 * i + 1));
	return !f->record.bad &&
	       (t->version < PQ_GO_118 || take_record_tail(t, f));
}

bool pq_go_function_at(const struct pq_go_table *t, uint64_t address,
		       struct pq_go_function *f)
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
	return pq_go_function(t, low, f);
}

struct pq_text pq_go_function_name(const struct pq_go_table *t,
				   const struct pq_go_function *f)
{
	return pq_bytes_text_at(&t->names,
				record_field(t, &f->record, FIELD_NAME));
}

int64_t pq_go_function_line(const struct pq_go_table *t,
			    const struct pq_go_function *f)
{
	/* Start lines came with Go 1.20. */
	if (t->version < PQ_GO_120)
		return 0;
	return record_field(t, &f->record, FIELD_START_LINE);
}

/* ---- values by address ---- */

/*
 * The value of an address in a table of steps: how much it changes, and after
 * how many instructions.
 */
static bool find_value(struct pq_go_table *t, uint64_t offset, uint64_t entry,
		       uint64_t address, int64_t *value)
{
	struct pq_bytes b = pq_bytes_from(&t->values, offset);
	uint64_t at = entry;

	/* pairs of a zigzag change and a number of instructions; 0 ends */
	*value = -1;
	for (bool is_first = true; t->steps && !b.bad; is_first = false) {
		uint32_t change = (uint32_t)pq_bytes_uleb(&b);

		if (!change && !is_first)
			return false;
		t->steps--;
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
	if (t->version == PQ_GO_12) {
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

struct pq_go_place pq_go_place_of(struct pq_go_table *t,
				  const struct pq_go_function *f,
				  uint64_t address)
{
	const struct pq_bytes *record = &f->record;
	struct pq_go_place place = { { NULL, 0 }, 0 };
	int64_t file, line;

	if (find_value(t, record_field(t, record, FIELD_FILES), f->entry,
		       address, &file) &&
	    file >= 0)
		place.file = file_of(t, record_field(t, record, FIELD_UNIT),
				     (uint64_t)file);
	if (find_value(t, record_field(t, record, FIELD_LINES), f->entry,
		       address, &line) &&
	    line > 0)
		place.line = line;
	return place;
}

/* Number i behind a function's record. */
static bool find_record_number(const struct pq_go_function *f, uint64_t i,
			       uint32_t *number)
{
	struct pq_bytes b = pq_bytes_from(&f->numbers, i * 4);

	*number = pq_bytes_u32(&b);
	return !b.bad;
}

int64_t pq_go_value(struct pq_go_table *t, const struct pq_go_function *f,
		    unsigned kind, uint64_t address)
{
	uint32_t offset;
	int64_t value;

	/* 0 is no table, as an offset */
	if (kind >= f->n_values || !find_record_number(f, kind, &offset) ||
	    !offset || !find_value(t, offset, f->entry, address, &value))
		return -1;
	return value;
}

bool pq_go_data(const struct pq_go_function *f, unsigned kind, uint32_t *offset)
{
	return kind < f->n_data &&
	       find_record_number(f, (uint64_t)f->n_values + kind, offset) &&
	       *offset != UINT32_MAX;
}
