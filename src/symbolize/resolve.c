#include "symbolize/resolve.h"

#include <string.h>

#include "symbolize/dwarf/lookup.h"
#include "symbolize/dwarf/split.h"
#include "symbolize/elf/elf_content.h"
#include "symbolize/elf/symbols.h"
#include "symbolize/go_frames.h"

#include "base/banned.h"

enum { MOST_SPLIT = 4096 };

/* An opened file and its debug sections. */
struct opened_file {
	bool is_open;
	struct pq_elf_content content;
	struct pq_dwarf dwarf;
};

struct resolving {
	const struct pq_program_files *files;
	enum pq_resolve_kind kind;
	struct opened_file binary, debug, alternate, packed;
	struct opened_file *split;
	struct pq_split splits;
	struct pq_symbols symbols, stripped;
	struct pq_go_frames go;
	struct pq_program_facts *facts;
};

/* ---- files ---- */

static bool open_file(struct opened_file *f, const struct pq_elf *elf,
		      struct pq_error *err)
{
	if (!elf)
		return true;
	f->is_open = pq_elf_content_open(&f->content, elf, err);
	return f->is_open;
}

static void close_file(struct opened_file *f)
{
	pq_dwarf_release(&f->dwarf);
	if (f->is_open)
		pq_elf_content_close(&f->content);
}

/* The sections that units refer to. */
static void take_debug_sections(struct opened_file *f, bool is_split)
{
	struct pq_dwarf *d = &f->dwarf;

#define PART(field, section)                         \
	d->field = pq_elf_debug_section(&f->content, \
					is_split ? section ".dwo" : section);
	PQ_DWARF_PARTS(PART)
#undef PART
	d->aranges = pq_elf_debug_section(&f->content, "debug_aranges");
	/* texts of a packed file's line tables are not apart */
	if (is_split)
		d->line_str = d->str;
}

/* All units of a file that split units are in. */
static void take_split_sections(struct opened_file *f)
{
	take_debug_sections(f, true);
	f->dwarf.info = pq_elf_debug_section(&f->content, "debug_info.dwo");
}

static void take_units(struct opened_file *f)
{
	f->dwarf.info = pq_elf_debug_section(&f->content, "debug_info");
	pq_dwarf_find_units(&f->dwarf, false);
}

/* The file that has debug information: the one apart, else the program. */
static struct opened_file *informed_file(struct resolving *r)
{
	const struct pq_elf *debug = r->files->debug;

	if (debug && pq_elf_find_debug_section(debug, "debug_info"))
		return &r->debug;
	return &r->binary;
}

/* All but the units of the file itself. */
static struct opened_file *read_debug_sections(struct resolving *r)
{
	struct opened_file *f = informed_file(r);

	/* the file itself, and dwz's common one that it refers to */
	take_debug_sections(f, false);
	if (r->alternate.is_open) {
		take_debug_sections(&r->alternate, false);
		take_units(&r->alternate);
		f->dwarf.alternate = &r->alternate.dwarf;
	}

	/* split units, packed into one file or alone */
	if (r->packed.is_open) {
		take_split_sections(&r->packed);
		r->splits.packed = r->packed.dwarf;
		r->splits.index = pq_elf_debug_section(&r->packed.content,
						       "debug_cu_index");
	}
	for (size_t i = 0; i < r->files->n_split; i++)
		if (r->split[i].is_open) {
			take_split_sections(&r->split[i]);
			pq_split_add(&r->splits, &r->split[i].dwarf);
		}
	return f;
}

/* ---- names ---- */

static bool is_code_of(const void *ctx, uint64_t address)
{
	return pq_elf_is_code(ctx, address);
}

static void forget_bytes(void *ctx, struct pq_bytes bytes)
{
	pq_elf_content_forget(ctx, bytes);
}

/* No frames at all: a section turned out damaged when they had been found. */
static void leave_out_names(struct pq_frame_lists *frames, size_t n)
{
	for (size_t i = 0; i < n; i++)
		frames->of[i].n = 0;
}

static void look_up(struct resolving *r, const uint64_t *addresses, size_t n,
		    struct pq_frame_lists *frames)
{
	struct opened_file *f = read_debug_sections(r);
	struct pq_section_stream stream;
	struct pq_lookup l = {
		.dwarf = &f->dwarf,
		.split_unit = r->packed.is_open || r->files->n_split
				      ? pq_split_find
				      : NULL,
		.split_ctx = &r->splits,
		.is_code = is_code_of,
		.code_ctx = r->files->binary,
		.done = forget_bytes,
		.done_ctx = &f->content,
	};

	if (pq_section_stream_open(&stream, &f->content, "debug_info"))
		l.stream = &stream;
	else
		take_units(f);
	pq_lookup_frames(&l, addresses, n, frames);
	r->facts->has_debug_info = f->dwarf.units.n > 0;
	/* the checksum of what was streamed comes last */
	if (l.stream && !pq_section_stream_finish(&stream)) {
		leave_out_names(frames, n);
		r->facts->has_debug_info = false;
	}
	pq_section_stream_close(&stream);
}

static bool has_symbol_table(const struct pq_elf *e)
{
	for (size_t i = 0; i < e->sections.n; i++)
		if (e->sections.at[i].type == PQ_SECTION_SYMBOLS)
			return true;
	return false;
}

/*
 * A stripped program's symbols are with its debug information: they name what
 * that does not, and nothing else, as llvm-symbolizer has it.  Such a file has
 * no code, and so no stubs: those of stripped programs stay without a name.
 */
static void read_symbols(struct resolving *r)
{
	bool has_table = has_symbol_table(r->files->binary);

	pq_symbols_init(&r->symbols);
	pq_symbols_init(&r->stripped);
	pq_symbols_add(&r->symbols, &r->binary.content);
	if (has_table)
		pq_symbols_add_stubs(&r->symbols, &r->binary.content);
	else if (r->debug.is_open)
		pq_symbols_add(&r->stripped, &r->debug.content);
	pq_symbols_sort(&r->symbols);
	pq_symbols_sort(&r->stripped);
	r->facts->has_symbols = r->symbols.at.n || r->stripped.at.n;
}

/* The symbol's name for the outermost frame, which may be the only one. */
static void name_by_symbol(struct pq_frame_lists *frames, size_t i,
			   const struct pq_symbol *s)
{
	struct pq_frame_list *list = &frames->of[i];
	struct pq_frame alone = { .name = pq_intern(&frames->texts, s->name) };

	/* the file is that of the symbol only where no line is known */
	if (list->n) {
		struct pq_frame *outermost =
			&frames->at.at[list->first + list->n - 1];

		outermost->name = alone.name;
		if (!outermost->file)
			outermost->file = pq_intern(&frames->texts, s->file);
		return;
	}
	alone.file = pq_intern(&frames->texts, s->file);
	pq_frame_lists_begin(frames, i);
	pq_frame_lists_add(frames, i, &alone);
}

static void name_by_go_table(struct resolving *r, struct pq_frame_lists *frames,
			     size_t i, uint64_t address)
{
	pq_frame_lists_begin(frames, i);
	pq_go_frames_put(&r->go, address, frames, i);
}

/* A frame that only has a place tells nobody which function it is. */
static bool lacks_name(const struct pq_frame_lists *frames, size_t i)
{
	const struct pq_frame_list *list = &frames->of[i];

	return list->n == 1 && !frames->at.at[list->first].name;
}

static void name_all(struct resolving *r, const uint64_t *addresses, size_t n,
		     struct pq_frame_lists *frames)
{
	for (size_t i = 0; i < n; i++) {
		const struct pq_symbol *s =
			pq_symbol_at(&r->symbols, addresses[i]);

		/* Go's table has places, which symbols alone do not tell. */
		if (!frames->of[i].n && r->facts->has_go_table)
			name_by_go_table(r, frames, i, addresses[i]);
		/* symbols tell parts and clones apart, and win over DWARF */
		if (!s && (!frames->of[i].n || lacks_name(frames, i)))
			s = pq_symbol_at(&r->stripped, addresses[i]);
		if (s)
			name_by_symbol(frames, i, s);
		else if (r->kind != PQ_RESOLVE_PLACES && lacks_name(frames, i))
			frames->of[i].n = 0;
	}
}

static void list_names(struct resolving *r, const uint64_t *addresses, size_t n,
		       struct pq_frame_lists *frames)
{
	struct pq_symbol_list list;

	pq_symbol_list_read(&list, &r->binary.content);
	/* A stripped program's names are in its debug file. */
	if (!list.at.n && r->debug.is_open) {
		pq_symbol_list_release(&list);
		pq_symbol_list_read(&list, &r->debug.content);
	}
	r->facts->has_symbols = list.at.n > 0;
	for (size_t i = 0; i < n; i++) {
		const struct pq_listed_symbol *s =
			pq_symbol_list_find(&list, addresses[i]);
		struct pq_frame frame = { 0 };

		if (!s)
			continue;
		frame.name = pq_intern(&frames->texts, s->name);
		pq_frame_lists_begin(frames, i);
		pq_frame_lists_add(frames, i, &frame);
	}
	pq_symbol_list_release(&list);
}

/* ---- all of it ---- */

static bool open_files(struct resolving *r, struct pq_error *err)
{
	const struct pq_program_files *files = r->files;
	bool ok = open_file(&r->binary, files->binary, err) &&
		  open_file(&r->debug, files->debug, err) &&
		  open_file(&r->alternate, files->alternate, err) &&
		  open_file(&r->packed, files->packed, err);

	for (size_t i = 0; ok && i < files->n_split; i++)
		ok = open_file(&r->split[i], files->split[i], err);
	return ok;
}

static void close_files(struct resolving *r)
{
	pq_split_release(&r->splits);
	for (size_t i = 0; i < r->files->n_split; i++)
		close_file(&r->split[i]);
	pq_free(r->split);
	/* its units are told by the sections of the file itself */
	close_file(&r->packed);
	close_file(&r->alternate);
	close_file(&r->debug);
	close_file(&r->binary);
}

bool pq_resolve(const struct pq_program_files *files, enum pq_resolve_kind kind,
		const uint64_t *addresses, size_t n,
		struct pq_frame_lists *frames, struct pq_program_facts *facts,
		struct pq_error *err)
{
	struct resolving r = { .files = files, .kind = kind, .facts = facts };
	bool ok;

	*facts = (struct pq_program_facts){ .has_symbols = false };
	pq_frame_lists_init(frames, n);
	pq_split_init(&r.splits);
	r.split = pq_alloc_zeroed(
		pq_size_mul(files->n_split + 1, sizeof(*r.split)));
	ok = open_files(&r, err);
	if (ok && kind == PQ_RESOLVE_NAMES) {
		list_names(&r, addresses, n, frames);
	} else if (ok) {
		/* debug information first: symbols then name outermost frames */
		look_up(&r, addresses, n, frames);
		read_symbols(&r);
		pq_go_version(&r.binary.content, facts->go_version,
			      sizeof(facts->go_version));
		facts->has_go_table =
			!facts->has_debug_info &&
			pq_go_frames_open(&r.go, &r.binary.content);
		/*
		 * Without its symbols a part of a function would have the name
		 * of the whole: a file whose table cannot be read gives none.
		 */
		if (r.symbols.is_damaged)
			leave_out_names(frames, n);
		else
			name_all(&r, addresses, n, frames);
		pq_symbols_release(&r.symbols);
		pq_symbols_release(&r.stripped);
		pq_go_frames_release(&r.go);
	}
	/* Damage is told even where all addresses have names. */
	facts->is_damaged = r.symbols.is_damaged || r.binary.content.damaged ||
			    r.debug.content.damaged ||
			    r.alternate.content.damaged;
	close_files(&r);
	return ok;
}
