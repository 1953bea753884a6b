#include "symbolize/local.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/search.h"
#include "symbolize/ask.h"
#include "symbolize/kallsyms.h"
#include "symbolize/program.h"

#include "base/banned.h"

/* Addresses from here on are the kernel's, in a process of 64 bits. */
#define KERNEL_HALF ((uint64_t)1 << 63)

struct symbolizing {
	struct pq_profile *p;
	const struct pq_local_symbols *l;
	struct pq_log *log;
	struct pq_map added;	/* functions, by name, file and start line */
	struct pq_intern known; /* texts that were added to the profile */
	PQ_VEC(uint32_t) known_ids;
	struct pq_intern failures; /* lines that were said */
	bool misses_files;
	struct pq_text unopened; /* the first file that may not be opened */
	size_t n_unopened;
	uint32_t *by_mapping; /* all locations, those of a mapping together */
	size_t *first;	      /* where each mapping begins in by_mapping */
	/* the mapping at hand, and its locations */
	struct pq_mapping *mapping;
	const uint32_t *locations;
	size_t n_locations;
	PQ_VEC(uint64_t) addresses; /* sorted and unique */
	PQ_VEC(uint32_t) texts;	    /* string id + 1 of each text of frames */
};

/* ---- messages ---- */

/* "WHAT FILE[ (build ID ID)]: WHY", in the reference's words. */
static void say_symbolize_failure(struct symbolizing *s, const char *why)
{
	struct pq_text file = pq_string(s->p, s->mapping->file);
	struct pq_text id = pq_string(s->p, s->mapping->build_id);
	size_t n_said = s->failures.texts.n;
	struct pq_buf line = { 0 };

	pq_buf_str(&line, "Local symbolization failed for ");
	pq_buf_text(&line, pq_text_basename(file));
	if (id.len) {
		pq_buf_str(&line, " (build ID ");
		pq_buf_text(&line, id);
		pq_buf_str(&line, ")");
	}
	pq_buf_str(&line, ": ");
	pq_buf_str(&line, why);
	/* Each process of a perf.data has the same libraries. */
	if (pq_intern(&s->failures, pq_buf_view(&line)) == n_said)
		pq_log_text(s->log, pq_buf_view(&line));
	pq_buf_release(&line);
}

static void say_error(struct symbolizing *s, const struct pq_error *err)
{
	struct pq_buf why = { 0 };

	pq_buf_text(&why, pq_text_of(err->msg));
	/* Messages about content do not name the file themselves. */
	if (err->code == PQ_EFORMAT) {
		pq_buf_str(&why, ": ");
		pq_buf_text(&why, pq_string(s->p, s->mapping->file));
	}
	say_symbolize_failure(s, pq_unchecked_bytes(pq_buf_cstr(&why)));
	pq_buf_release(&why);
}

/* One line for all of them: a process has dozens of libraries. */
static void say_unopened(const struct symbolizing *s)
{
	struct pq_buf line = { 0 };

	if (!s->n_unopened)
		return;
	pq_buf_text(&line, s->unopened);
	if (s->n_unopened > 1)
		pq_buf_printf(&line, " and %zu more", s->n_unopened - 1);
	pq_buf_printf(&line,
		      ": not opened, because the profile has no build id for "
		      "%s (name the binary, or -trust_paths)",
		      s->n_unopened > 1 ? "them" : "it");
	pq_log_text(s->log, pq_buf_view(&line));
	pq_buf_release(&line);
}

static const char *what_is_known(const struct pq_program_facts *facts)
{
	if (facts->is_damaged)
		return "damaged debug information";
	if (facts->has_debug_info)
		return "debug information";
	if (facts->has_go_table)
		return "Go's own table";
	if (facts->has_symbols)
		return "no debug information, names only";
	return "no symbols";
}

static void say_how_many(const struct symbolizing *s, size_t named,
			 const struct pq_program_facts *facts)
{
	struct pq_text file = pq_string(s->p, s->mapping->file);
	struct pq_buf line = { 0 };

	/* A file that named all of its addresses is nothing to tell. */
	if (named == s->n_locations && !s->l->says_all && !facts->is_damaged)
		return;
	pq_buf_text(&line, pq_text_basename(file));
	pq_buf_printf(&line, ": %zu of %zu addresses named (", named,
		      s->n_locations);
	pq_buf_text(&line, file);
	pq_buf_printf(&line, "; %s)", what_is_known(facts));
	pq_log_text(s->log, pq_buf_view(&line));
	pq_buf_release(&line);
}

/* Without its split units a program has no inlined functions there. */
static void say_missing_units(const struct symbolizing *s,
			      const struct pq_frame_lists *f)
{
	struct pq_text file = pq_string(s->p, s->mapping->file);
	struct pq_buf line = { 0 };
	size_t n = f->missing.n;

	if (!n)
		return;
	pq_buf_text(&line, pq_text_basename(file));
	pq_buf_printf(&line,
		      ": %zu unit%s of debug information not found, inlined "
		      "functions left out there (",
		      n, n == 1 ? "" : "s");
	pq_buf_text(&line, pq_intern_text(&f->texts, f->missing.at[0]));
	if (n > 1)
		pq_buf_printf(&line, " and %zu more", n - 1);
	pq_buf_str(&line, "; -binary_path says where to look)");
	pq_log_text(s->log, pq_buf_view(&line));
	pq_buf_release(&line);
}

/* ---- functions ---- */

static bool is_same_function(const void *ctx, uint32_t index, const void *key)
{
	const struct symbolizing *s = ctx;
	const struct pq_function *a = &s->p->functions.at[index], *b = key;

	return a->name == b->name && a->filename == b->filename &&
	       a->start_line == b->start_line;
}

/* A string of the profile; equal texts get one, so that ids tell functions. */
static uint32_t keep_profile_string(struct symbolizing *s, struct pq_text text)
{
	uint32_t at = pq_intern_find(&s->known, text), id;

	if (at != PQ_MAP_NONE)
		return s->known_ids.at[at];
	id = pq_profile_copy_string(s->p, text);
	pq_intern(&s->known, pq_string(s->p, id));
	*pq_vec_push(&s->known_ids) = id;
	return id;
}

static uint32_t add_named_function(struct symbolizing *s, uint32_t name,
				   uint32_t file, int64_t start_line)
{
	struct pq_function f = { .id = s->p->functions.n + 1,
				 .start_line = start_line,
				 .name = name,
				 .system_name = name,
				 .filename = file };
	uint64_t hash =
		pq_hash_mix(pq_hash_mix(name, file), (uint64_t)start_line);
	uint32_t fresh = (uint32_t)s->p->functions.n;
	uint32_t at =
		pq_map_intern(&s->added, hash, is_same_function, s, &f, fresh);

	if (at == fresh) {
		*pq_vec_push(&s->p->functions) = f;
		*pq_vec_push(&s->p->function_order) = fresh;
	}
	return at;
}

static uint32_t string_of(struct symbolizing *s, const struct pq_frame_lists *f,
			  uint32_t text)
{
	uint32_t *id = &s->texts.at[text];

	if (!*id)
		*id = 1 +
		      keep_profile_string(s, pq_intern_text(&f->texts, text));
	return *id - 1;
}

static void add_line(struct symbolizing *s, uint32_t name, uint32_t file,
		     const struct pq_frame *at)
{
	struct pq_mapping *m = s->mapping;

	*pq_vec_push(&s->p->lines) = (struct pq_line){
		.line = at->line,
		.column = at->column,
		.function = add_named_function(s, name, file, at->start_line),
	};
	/* A mapping says what is known of it: other tools go by that. */
	m->has_functions = m->has_functions || name;
	m->has_filenames = m->has_filenames || file;
	m->has_line_numbers = m->has_line_numbers || at->line;
	m->has_inline_frames = true;
}

static void begin_location_lines(struct symbolizing *s, struct pq_location *l,
				 size_t n)
{
	l->first_line = (uint32_t)s->p->lines.n;
	l->n_lines = (uint32_t)n;
	l->folded = false;
}

/* ---- one mapping ---- */

static size_t position_of(const struct symbolizing *s, uint64_t address)
{
	return PQ_NUMBER_FROM(s->addresses.at, s->addresses.n, address);
}

/* In the order of locations, which is that of new functions. */
static size_t apply_frames(struct symbolizing *s,
			   const struct pq_frame_lists *f)
{
	size_t named = 0;

	/* each text of the answer goes into the profile when it is first used */
	s->texts.n = 0;
	pq_vec_reach(&s->texts, f->texts.texts.n + 1);
	memset(s->texts.at, 0, s->texts.n * sizeof(*s->texts.at));
	for (size_t i = 0; i < s->n_locations; i++) {
		struct pq_location *l = &s->p->locations.at[s->locations[i]];
		const struct pq_frame_list *list =
			&f->of[position_of(s, l->address)];

		/* a location of which nothing was found keeps its lines */
		if (!list->n)
			continue;
		named++;
		begin_location_lines(s, l, list->n);
		for (uint32_t j = 0; j < list->n; j++) {
			const struct pq_frame *at = &f->at.at[list->first + j];

			add_line(s, string_of(s, f, at->name),
				 string_of(s, f, at->file), at);
		}
	}
	return named;
}

static int by_number(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

static void gather_addresses(struct symbolizing *s)
{
	size_t kept = 0;

	s->addresses.n = 0;
	for (size_t i = 0; i < s->n_locations; i++)
		*pq_vec_push(&s->addresses) =
			s->p->locations.at[s->locations[i]].address;
	qsort(s->addresses.at, s->addresses.n, sizeof(*s->addresses.at),
	      by_number);
	for (size_t i = 0; i < s->addresses.n; i++)
		if (!i || s->addresses.at[i] != s->addresses.at[kept - 1])
			s->addresses.at[kept++] = s->addresses.at[i];
	s->addresses.n = kept;
}

/* perf says in the mapping's name where its start is counted from. */
static struct pq_text kernel_symbol_of(const struct symbolizing *s,
				       const struct pq_mapped_part *part)
{
	static const char prefix[] = "[kernel.kallsyms]";
	struct pq_text file = pq_string(s->p, s->mapping->file);

	if (!pq_translation_wants_kernel(part, file))
		return PQ_TEXT("");
	if (pq_text_starts(file, prefix) && file.len > sizeof(prefix) - 1)
		return pq_text_slice(file, sizeof(prefix) - 1, file.len);
	/* _stext begins the kernel's code, if no other symbol is named. */
	return PQ_TEXT("_stext");
}

/* Asks again when units are missing that are files of their own. */
static bool ask_twice(struct symbolizing *s, struct pq_program *program,
		      struct pq_frames_question *q, struct pq_frame_lists *f,
		      struct pq_program_facts *facts, struct pq_error *err)
{
	PQ_VEC(struct pq_text) names = { 0 };
	bool found;

	if (!pq_ask_frames(q, f, facts, err))
		return false;
	if (!f->missing.n)
		return true;

	/* the child may open nothing: it tells the names, and they are opened
	 * here */
	for (size_t i = 0; i < f->missing.n; i++)
		*pq_vec_push(&names) =
			pq_intern_text(&f->texts, f->missing.at[i]);
	found = pq_program_add_split(program, s->l->binaries, names.at,
				     names.n);
	pq_vec_release(&names);
	/* Without new files the second answer would be the first again. */
	if (!found)
		return true;
	pq_frame_lists_release(f);
	q->files = program->files;
	return pq_ask_frames(q, f, facts, err);
}

static void ask_program(struct symbolizing *s, struct pq_program *program)
{
	const struct pq_mapping *m = s->mapping;
	struct pq_frames_question q = {
		.files = program->files,
		.part = { m->start, m->limit, m->offset },
		.names_only = s->l->names_only,
	};
	struct pq_program_facts facts;
	struct pq_frame_lists frames;
	struct pq_error err;

	pq_error_clear(&err);
	gather_addresses(s);
	q.addresses = s->addresses.at;
	q.n = s->addresses.n;
	q.kernel_symbol = kernel_symbol_of(s, &q.part);
	if (!ask_twice(s, program, &q, &frames, &facts, &err)) {
		s->mapping->found = "cannot be read";
		say_error(s, &err);
		return;
	}
	s->mapping->found = what_is_known(&facts);
	/* The first Go program tells the version of the profile. */
	if (facts.go_version[0] && !s->p->go_version)
		s->p->go_version = pq_profile_copy_string(
			s->p, pq_text_of(facts.go_version));
	say_missing_units(s, &frames);
	say_how_many(s, apply_frames(s, &frames), &facts);
	pq_frame_lists_release(&frames);
}

static bool has_other_id(const struct symbolizing *s,
			 const struct pq_program *program)
{
	struct pq_text is = pq_buf_view(&program->binary.elf.build_id);
	struct pq_text wanted = pq_string(s->p, s->mapping->build_id);

	return is.len && wanted.len && !pq_text_equal(is, wanted);
}

static void symbolize_mapping(struct symbolizing *s)
{
	const struct pq_binary_place *place;
	struct pq_program program;
	struct pq_error err;

	pq_error_clear(&err);
	place = pq_binaries_place(s->l->binaries,
				  pq_string(s->p, s->mapping->file),
				  pq_string(s->p, s->mapping->build_id), &err);
	s->mapping->found = "not found";
	if (!place) {
		/* files that may not be opened share one line in the end */
		s->misses_files = true;
		if (err.code != PQ_EUSAGE)
			say_symbolize_failure(s, pq_unchecked_bytes(err.msg));
		else if (!s->n_unopened++)
			s->unopened = pq_string(s->p, s->mapping->file);
		if (err.code == PQ_EUSAGE)
			s->mapping->found = "not opened: no build id";
		return;
	}
	/* Names alone need no debug files, which take time to find. */
	if (!pq_program_open(&program, s->l->binaries, place, !s->l->names_only,
			     &err)) {
		say_error(s, &err);
		s->mapping->found = "cannot be read";
		s->misses_files = true;
	} else if (has_other_id(s, &program)) {
		s->mapping->found = "another build id";
		say_symbolize_failure(s, "build ID mismatch");
	} else {
		ask_program(s, &program);
	}
	pq_program_close(&program);
}

/* ---- all mappings ---- */

bool pq_mapping_has_no_program(struct pq_text file)
{
	struct pq_text base = pq_text_basename(file);

	return !file.len || pq_text_starts(base, "[") ||
	       pq_text_starts(base, "linux-vdso") ||
	       pq_text_starts(file, "/dev/dri/") ||
	       pq_text_is(file, "//anon") || pq_text_starts(file, "/memfd:");
}

static bool is_url(struct pq_text file)
{
	return pq_text_starts(file, "http") &&
	       pq_text_find(file, 0, "://") < file.len;
}

static bool has_nameless(const struct symbolizing *s)
{
	for (size_t i = 0; i < s->n_locations; i++)
		if (!s->p->locations.at[s->locations[i]].n_lines)
			return true;
	return false;
}

static bool is_wanted(struct symbolizing *s, size_t i)
{
	const struct pq_mapping *m = &s->p->mappings.at[i];
	struct pq_text file = pq_string(s->p, m->file);

	/* Names that are there stay, unless force asks for new ones. */
	if (!s->n_locations ||
	    (!s->l->force && (m->has_functions || m->has_filenames ||
			      m->has_line_numbers || !has_nameless(s))))
		return false;
	if (!file.len && !i)
		pq_log_say(s->log, "Main binary filename not available.");
	else if (!file.len)
		s->misses_files = true;
	return !pq_mapping_has_no_program(file) &&
	       (pq_string(s->p, m->build_id).len || !is_url(file));
}

/* Locations by mapping, each list in the order of the file. */
static void sort_locations(struct symbolizing *s)
{
	const struct pq_profile *p = s->p;
	size_t n = p->location_order.n, *next;

	s->by_mapping = pq_alloc(pq_size_mul(n + 1, sizeof(*s->by_mapping)));
	s->first = pq_alloc_zeroed(
		pq_size_mul(p->mappings.n + 2, sizeof(*s->first)));
	/* how many locations a mapping has tells where the next one begins */
	next = s->first + 1;
	for (size_t i = 0; i < p->locations.n; i++)
		if (p->locations.at[i].mapping != PQ_NONE)
			next[p->locations.at[i].mapping + 1]++;
	for (size_t i = 0; i < p->mappings.n; i++)
		next[i + 1] += next[i];
	/* next[i] is where those of i go on, and in the end where i + 1 begins */
	for (size_t i = 0; i < n; i++) {
		uint32_t at = p->location_order.at[i];
		uint32_t mapping = p->locations.at[at].mapping;

		if (mapping != PQ_NONE)
			s->by_mapping[next[mapping]++] = at;
	}
}

static void name_kernel(struct symbolizing *s)
{
	struct pq_kallsyms k;
	struct pq_error err;
	struct pq_buf path = { 0 };

	pq_error_clear(&err);
	pq_buf_text(&path, s->l->kallsyms);
	if (!pq_kallsyms_read(&k, pq_unchecked_bytes(pq_buf_cstr(&path)),
			      &err)) {
		pq_buf_str(&path, ": ");
		pq_buf_text(&path, pq_text_of(err.msg));
		pq_log_text(s->log, pq_buf_view(&path));
	}
	pq_buf_release(&path);

	/* a table that was not read has no symbol, and the loop does nothing */
	for (size_t i = 0; i < s->p->location_order.n && k.at.n; i++) {
		struct pq_location *l =
			&s->p->locations.at[s->p->location_order.at[i]];
		const struct pq_kernel_symbol *found;
		struct pq_frame frame = { 0 };

		if (l->address < KERNEL_HALF || l->mapping == PQ_NONE ||
		    (l->n_lines && !s->l->force))
			continue;
		found = pq_kallsyms_find(&k, l->address);
		if (!found)
			continue;
		s->mapping = &s->p->mappings.at[l->mapping];
		begin_location_lines(s, l, 1);
		add_line(s, keep_profile_string(s, found->name),
			 keep_profile_string(s, found->module), &frame);
	}
	pq_kallsyms_release(&k);
}

void pq_symbolize_local(struct pq_profile *p, const struct pq_local_symbols *l,
			struct pq_log *log)
{
	struct symbolizing s = { .p = p, .l = l, .log = log };

	/* text 0 is the empty one, here and in the profile */
	pq_intern_init(&s.known, NULL);
	pq_intern_init(&s.failures, &p->arena);
	*pq_vec_push(&s.known_ids) = 0;
	sort_locations(&s);
	for (size_t i = 0; i < p->mappings.n; i++) {
		s.mapping = &p->mappings.at[i];
		s.locations = s.by_mapping + s.first[i];
		s.n_locations = s.first[i + 1] - s.first[i];
		if (is_wanted(&s, i))
			symbolize_mapping(&s);
	}
	if (l->kallsyms.len)
		name_kernel(&s);

	/* both hints come once, after the lines about single files */
	say_unopened(&s);
	if (s.misses_files) {
		pq_log_say(log, "Some binary filenames not available. "
				"Symbolization may be incomplete.");
		pq_log_say(log, "Try setting PPROF_BINARY_PATH to the search "
				"path for local binaries.");
	}
	pq_map_release(&s.added);
	pq_intern_release(&s.known);
	pq_intern_release(&s.failures);
	pq_vec_release(&s.known_ids);
	pq_free(s.by_mapping);
	pq_free(s.first);
	pq_vec_release(&s.addresses);
	pq_vec_release(&s.texts);
}
