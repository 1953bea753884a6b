#include "symbolize/dwarf/lines.h"

#include <string.h>

#include "base/search.h"
#include "base/banned.h"

enum { LONG_TABLE = 0xffffffff, MOST_DIRECTORIES = 1 << 20 };

/* ---- headers ---- */

static void add_line_file(struct pq_line_table *t, struct pq_text name,
			  uint64_t directory)
{
	if (t->files.n < PQ_LINES_MOST_FILES)
		*pq_vec_push(&t->files) =
			(struct pq_line_file){ name, directory };
}

/* Name, directory, time, size: of DWARF 2 to 4. */
static void take_older_file(struct pq_line_table *t, struct pq_bytes *b)
{
	struct pq_text name = pq_bytes_text(b);
	uint64_t directory = pq_bytes_uleb(b);

	pq_bytes_uleb(b);
	pq_bytes_uleb(b);
	if (!b->bad)
		add_line_file(t, name, directory);
}

static bool ends_list(struct pq_bytes *b)
{
	if (b->at < b->end && *b->at)
		return false;
	pq_bytes_u8(b);
	return true;
}

/* The directory of compilation is number 0; files count from 1. */
static void take_older_names(struct pq_line_table *t, struct pq_bytes *b)
{
	*pq_vec_push(&t->directories) = (struct pq_text){ NULL, 0 };
	while (!ends_list(b) && t->directories.n < MOST_DIRECTORIES)
		*pq_vec_push(&t->directories) = pq_bytes_text(b);
	add_line_file(t, (struct pq_text){ NULL, 0 }, 0);
	while (!b->bad && !ends_list(b))
		take_older_file(t, b);
}

enum { MOST_FORMATS = 255 };

struct name_formats {
	struct pq_attribute_spec at[MOST_FORMATS];
	unsigned n;
};

static void take_name_formats(struct pq_bytes *b, struct name_formats *f)
{
	f->n = pq_bytes_u8(b);
	for (unsigned i = 0; i < f->n; i++) {
		f->at[i].name = (uint16_t)pq_bytes_uleb(b);
		f->at[i].form = (uint16_t)pq_bytes_uleb(b);
		f->at[i].implicit = 0;
	}
}

static bool take_line_file_name(const struct pq_unit *u,
				const struct name_formats *f,
				struct pq_bytes *b, struct pq_line_file *file)
{
	struct pq_value v;

	*file = (struct pq_line_file){ { NULL, 0 }, 0 };
	for (unsigned i = 0; i < f->n; i++) {
		if (!pq_value_read(u, &f->at[i], b, &v))
			return false;
		if (f->at[i].name == DW_LNCT_path)
			file->name = v.text;
		else if (f->at[i].name == DW_LNCT_directory_index)
			file->directory = v.number;
	}
	return f->n > 0;
}

static bool take_names(struct pq_line_table *t, struct pq_unit *as,
		       struct pq_bytes *b)
{
	struct name_formats formats;
	struct pq_line_file file;
	uint64_t n;

	/* directories, by a list of formats */
	take_name_formats(b, &formats);
	n = pq_bytes_uleb(b);
	for (uint64_t i = 0; i < n && !b->bad; i++) {
		if (!take_line_file_name(as, &formats, b, &file) ||
		    t->directories.n >= MOST_DIRECTORIES)
			return false;
		*pq_vec_push(&t->directories) = file.name;
	}

	/* files, by another one */
	take_name_formats(b, &formats);
	n = pq_bytes_uleb(b);
	for (uint64_t i = 0; i < n && !b->bad; i++) {
		if (!take_line_file_name(as, &formats, b, &file))
			return false;
		add_line_file(t, file.name, file.directory);
	}
	return !b->bad;
}

/* Sizes and versions up to the length of the rest; false: not known. */
static bool take_line_head(struct pq_line_table *t, struct pq_unit *as,
			   struct pq_bytes *b, struct pq_bytes *head)
{
	uint64_t bytes;

	/* a table may have offsets of another size than its unit */
	as->sizes.offset = 4;
	bytes = pq_bytes_u32(b);
	if (bytes == LONG_TABLE) {
		as->sizes.offset = 8;
		bytes = pq_bytes_u64(b);
	}
	/* The table ends where its length says, and not with the section. */
	*b = pq_bytes_slice(b, 0, bytes);
	t->version = pq_bytes_u16(b);
	t->address_bytes = as->sizes.address;
	/* Another version has another head: no field of it is known. */
	if (t->version < 2 || t->version > 5)
		return false;
	if (t->version == 5) {
		t->address_bytes = pq_bytes_u8(b);
		pq_bytes_u8(b);
	}
	bytes = pq_bytes_uint(b, as->sizes.offset);
	*head = pq_bytes_slice(b, 0, bytes);
	pq_bytes_skip(b, bytes);
	return !b->bad && t->address_bytes >= 1 && t->address_bytes <= 8;
}

bool pq_line_table_init(struct pq_line_table *t, const struct pq_unit *u,
			struct pq_bytes line, uint64_t offset)
{
	struct pq_bytes b = pq_bytes_from(&line, offset), head;
	struct pq_unit as = *u;

	memset(t, 0, sizeof(*t));
	t->unit = u;
	if (b.bad || !take_line_head(t, &as, &b, &head))
		return false;

	/* the program is the rest; its parameters stand in the head */
	t->program = b;
	t->step = pq_bytes_u8(&head);
	if (t->version >= 4)
		pq_bytes_u8(&head); /* operations an instruction */
	pq_bytes_u8(&head);	    /* whether rows begin statements */
	t->line_base = (int8_t)pq_bytes_u8(&head);
	t->line_range = pq_bytes_u8(&head);
	t->opcode_base = pq_bytes_u8(&head);
	for (unsigned i = 1; i < t->opcode_base; i++)
		t->operands[i] = pq_bytes_u8(&head);
	if (head.bad || !t->opcode_base)
		return false;

	/* DWARF 5 describes its names by forms, older ones do not */
	if (t->version < 5) {
		take_older_names(t, &head);
		return true;
	}
	return take_names(t, &as, &head);
}

void pq_line_table_release(struct pq_line_table *t)
{
	pq_vec_release(&t->directories);
	pq_vec_release(&t->files);
}

/* ---- the program ---- */

struct line_state {
	uint64_t address, file, line, column;
};

struct line_run {
	struct pq_line_table *table;
	pq_is_code *is_code;
	const void *ctx;
	const uint64_t *addresses;
	size_t n;
	struct pq_line_row *rows;
	struct line_state state, last; /* last: the row before */
	bool in_sequence, is_dead;
	size_t next; /* the first address not below the last row */
	uint32_t n_rows;
};

static void reset_line_state(struct line_run *r)
{
	r->state = (struct line_state){ .file = 1, .line = 1 };
	r->in_sequence = false;
}

static size_t first_not_below(const struct line_run *r, uint64_t address)
{
	return PQ_NUMBER_FROM(r->addresses, r->n, address);
}

/* The addresses from the last row up to this one are the last row's. */
static void settle_addresses(struct line_run *r)
{
	while (r->next < r->n && r->addresses[r->next] < r->state.address) {
		struct pq_line_row *row = &r->rows[r->next++];

		/* An earlier sequence may have the address: it stays. */
		if (!row->found)
			*row = (struct pq_line_row){ true, r->last.file,
						     r->last.line,
						     r->last.column };
	}
}

static inline void add_line_row(struct line_run *r)
{
	r->n_rows++;
	if (r->in_sequence) {
		/* a row before the one before it is damage */
		if (r->state.address < r->last.address)
			return;
		if (!r->is_dead && r->next < r->n &&
		    r->addresses[r->next] < r->state.address)
			settle_addresses(r);
	} else {
		/* code that a linker threw away lies where no code is */
		r->in_sequence = true;
		r->is_dead = !r->is_code(r->ctx, r->state.address);
		r->next = first_not_below(r, r->state.address);
	}
	r->last = r->state;
}

/* False for an unknown opcode that cannot be passed over. */
static void run_extended(struct line_run *r, struct pq_bytes *b)
{
	uint64_t bytes = pq_bytes_uleb(b);
	struct pq_bytes part = pq_bytes_slice(b, 0, bytes);

	pq_bytes_skip(b, bytes);
	if (part.bad || !bytes)
		return;
	switch (pq_bytes_u8(&part)) {
	case DW_LNE_end_sequence:
		add_line_row(r);
		reset_line_state(r);
		break;
	case DW_LNE_set_address:
		if (bytes - 1 <= 8)
			r->state.address =
				pq_bytes_uint(&part, (unsigned)(bytes - 1));
		break;
	case DW_LNE_define_file:
		take_older_file(r->table, &part);
		break;
	}
}

static void run_standard(struct line_run *r, struct pq_bytes *b, uint8_t op)
{
	const struct pq_line_table *t = r->table;
	unsigned adjusted;

	switch (op) {
	case DW_LNS_copy:
		add_line_row(r);
		break;
	case DW_LNS_advance_pc:
		r->state.address += pq_bytes_uleb(b) * t->step;
		break;
	case DW_LNS_advance_line:
		r->state.line += (uint64_t)pq_bytes_sleb(b);
		break;
	case DW_LNS_set_file:
		r->state.file = pq_bytes_uleb(b);
		break;
	case DW_LNS_set_column:
		r->state.column = pq_bytes_uleb(b);
		break;
	case DW_LNS_const_add_pc:
		adjusted = 255u - t->opcode_base;
		r->state.address +=
			(uint64_t)(adjusted / t->line_range) * t->step;
		break;
	case DW_LNS_fixed_advance_pc:
		r->state.address += pq_bytes_u16(b);
		break;
	default:
		/* Unknown opcodes are passed over by their operands. */
		for (unsigned i = 0; i < t->operands[op]; i++)
			pq_bytes_uleb(b);
	}
}

void pq_line_table_run(struct pq_line_table *t, pq_is_code *is_code,
		       const void *ctx, const uint64_t *addresses, size_t n,
		       struct pq_line_row *rows)
{
	struct line_run r = { .table = t,
			      .is_code = is_code,
			      .ctx = ctx,
			      .addresses = addresses,
			      .n = n,
			      .rows = rows };
	struct pq_bytes b = t->program;

	/* A range of 0 would be divided by: the table is damaged. */
	if (!t->line_range)
		return;
	reset_line_state(&r);
	while (b.at < b.end && r.n_rows < PQ_LINES_MOST_ROWS) {
		uint8_t op = *b.at++;

		/* nearly all are special: address and line in one byte */
		if (op >= t->opcode_base) {
			unsigned adjusted = (unsigned)op - t->opcode_base;

			r.state.address +=
				(uint64_t)(adjusted / t->line_range) * t->step;
			r.state.line +=
				(uint64_t)(int64_t)(t->line_base +
						    (int)(adjusted %
							  t->line_range));
			add_line_row(&r);
		} else if (!op) {
			run_extended(&r, &b);
		} else {
			run_standard(&r, &b, op);
		}
	}
}

/* ---- paths ---- */

static bool is_absolute(struct pq_text path)
{
	return path.len && path.bytes[0] == '/';
}

/* A part of a path after what is there already. */
static void join_line_path(struct pq_buf *to, size_t start, struct pq_text part)
{
	if (!part.len)
		return;
	if (to->len > start && to->data[to->len - 1] != '/')
		pq_buf_char(to, '/');
	pq_buf_text(to, part);
}

void pq_line_table_path(const struct pq_line_table *t, uint64_t file,
			struct pq_buf *to)
{
	struct pq_text directory = { NULL, 0 };
	const struct pq_line_file *f;
	size_t start = to->len;

	/* Numbers of files are the program's word, and may be any. */
	if (file >= t->files.n)
		return;
	f = &t->files.at[file];
	if (!f->name.len)
		return;
	if (is_absolute(f->name)) {
		pq_buf_text(to, f->name);
		return;
	}

	/* a relative directory counts from that of the compilation */
	if (f->directory < t->directories.n)
		directory = t->directories.at[f->directory];
	if (!is_absolute(directory))
		join_line_path(to, start, t->unit->directory);
	join_line_path(to, start, directory);
	join_line_path(to, start, f->name);
}
