#include "symbolize/program.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/beneath.h"
#include "base/io.h"

#include "base/banned.h"

enum { MOST_SPLIT = 512, CHECKSUM_BYTES = 1 << 16 };

#define SYSTEM_DEBUG "usr/lib/debug"

/* ---- one file ---- */

static const char *keep_program_path(struct pq_program *p, struct pq_text path)
{
	char *to = pq_arena_alloc(&p->arena, path.len + 1);

	memcpy(to, pq_unchecked_bytes(path.bytes), path.len);
	to[path.len] = '\0';
	return to;
}

static void close_program_file(struct pq_program_file *f)
{
	if (!f->is_open)
		return;
	close(f->elf.fd);
	pq_elf_close(&f->elf);
	f->is_open = false;
}

/* False, with errno or the error, when it cannot be opened or is no ELF file. */
static bool open_program_file(struct pq_program_file *f, const char *root,
			      const char *name, struct pq_error *err)
{
	int fd = pq_open_beneath(root, name);

	if (fd < 0)
		return pq_fail(err, PQ_EIO, "%s", strerror(errno));
	f->root = root;
	f->name = name;
	f->is_open = true;
	if (pq_elf_open(&f->elf, fd, err))
		return true;
	close_program_file(f);
	return false;
}

/* ---- is it the one? ---- */

static uint32_t checksum_file(int fd)
{
	uLong crc = crc32(0, NULL, 0);
	uint8_t bytes[CHECKSUM_BYTES];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
		crc = crc32(crc, bytes, (uInt)n);
		at += n;
	}
	return (uint32_t)crc;
}

static bool has_id(const struct pq_elf *e, struct pq_text id)
{
	return id.len && pq_text_equal(pq_buf_view(&e->build_id), id);
}

static bool belongs_to(const struct pq_elf *debug, const struct pq_elf *binary)
{
	/* Ids are surer than a checksum, and cost no reading. */
	if (binary->build_id.len && debug->build_id.len)
		return has_id(debug, pq_buf_view(&binary->build_id));
	return binary->debug_link.len &&
	       checksum_file(debug->fd) == binary->debug_link_crc;
}

/* ---- candidates ---- */

struct file_search {
	struct pq_program *program;
	struct pq_program_file *to;
	struct pq_text alternate_id; /* dwz's file; empty: a debug file */
	struct pq_buf name;
};

static bool is_sought(const struct file_search *s, const struct pq_elf *e)
{
	if (s->alternate_id.len)
		return has_id(e, s->alternate_id);
	return belongs_to(e, &s->program->binary.elf);
}

/* The name that was put together, below a root. */
static bool try_name(struct file_search *s, const char *root)
{
	const char *name = keep_program_path(s->program, pq_buf_view(&s->name));
	struct pq_error ignored;

	pq_error_clear(&ignored);
	if (!open_program_file(s->to, root, name, &ignored))
		return false;
	if (is_sought(s, &s->to->elf))
		return true;
	/* A file that is not the one is closed at once: many are tried. */
	close_program_file(s->to);
	return false;
}

/* FOLDER.build-id/xx/rest.debug */
static bool try_id_below(struct file_search *s, const char *root,
			 const char *folder, struct pq_text id)
{
	pq_buf_clear(&s->name);
	pq_buf_str(&s->name, folder);
	pq_buf_str(&s->name, ".build-id/");
	pq_buf_text(&s->name, pq_text_slice(id, 0, 2));
	pq_buf_char(&s->name, '/');
	pq_buf_text(&s->name, pq_text_slice(id, 2, id.len));
	pq_buf_str(&s->name, ".debug");
	return try_name(s, root);
}

static bool try_id(struct file_search *s, const struct pq_binaries *b,
		   struct pq_text id)
{
	const char *const *roots;
	size_t n = pq_binaries_roots(b, &roots);

	/* A folder of the user may have .build-id at its top; / has not. */
	for (size_t i = 0; i < n && id.len > 2; i++)
		if ((i + 1 < n && try_id_below(s, roots[i], "", id)) ||
		    try_id_below(s, roots[i], SYSTEM_DEBUG "/", id))
			return true;
	return false;
}

/* The folder of a file below its root, with a slash at its end, or "". */
static struct pq_text folder_of(const struct pq_program_file *f)
{
	struct pq_text name = pq_text_of(f->name);
	struct pq_text base = pq_text_basename(name);

	return pq_text_slice(name, 0, name.len - base.len);
}

static bool try_beside(struct file_search *s, const struct pq_program_file *f,
		       const char *folder, struct pq_text base)
{
	pq_buf_clear(&s->name);
	pq_buf_text(&s->name, folder_of(f));
	pq_buf_str(&s->name, folder);
	pq_buf_text(&s->name, base);
	return try_name(s, f->root);
}

static bool try_system_folder(struct file_search *s, const char *root,
			      struct pq_text folder, struct pq_text base)
{
	pq_buf_clear(&s->name);
	pq_buf_str(&s->name, SYSTEM_DEBUG "/");
	pq_buf_text(&s->name, folder);
	pq_buf_char(&s->name, '/');
	pq_buf_text(&s->name, base);
	return try_name(s, root);
}

/* ---- what belongs to a program ---- */

static bool has_debug_info(const struct pq_elf *e)
{
	return pq_elf_section(e, ".debug_info") ||
	       pq_elf_section(e, ".zdebug_info");
}

static void find_debug_file(struct pq_program *p, const struct pq_binaries *b)
{
	struct file_search s = { .program = p, .to = &p->debug };
	const struct pq_elf *e = &p->binary.elf;
	struct pq_text link = pq_text_basename(pq_buf_view(&e->debug_link));
	const char *const *roots;
	size_t n = pq_binaries_roots(b, &roots);
	bool found = try_id(&s, b, pq_buf_view(&e->build_id));

	/* a link's checksum takes reading all of a file: ids come first */
	if (!found && link.len)
		found = try_beside(&s, &p->binary, "", link) ||
			try_beside(&s, &p->binary, ".debug/", link);
	for (size_t i = 0; i < n && !found && link.len; i++)
		found = try_system_folder(&s, roots[i], folder_of(&p->binary),
					  link);
	pq_buf_release(&s.name);
}

/* A path that the distribution's own debug files have for it. */
static bool try_system_path(struct file_search *s, struct pq_text path)
{
	if (!pq_text_starts(path, "/" SYSTEM_DEBUG "/"))
		return false;
	pq_buf_clear(&s->name);
	pq_buf_text(&s->name, path);
	return try_name(s, "/");
}

static void find_alternate(struct pq_program *p, const struct pq_binaries *b)
{
	const struct pq_program_file *from = p->debug.is_open ? &p->debug
							      : &p->binary;
	struct pq_text path = pq_buf_view(&from->elf.alt_link);
	struct file_search s = {
		.program = p,
		.to = &p->alternate,
		.alternate_id = pq_buf_view(&from->elf.alt_id),
	};

	/* An id leads to dwz's file at once; a path is of another machine. */
	if (s.alternate_id.len && !try_id(&s, b, s.alternate_id) &&
	    !try_beside(&s, from, "", pq_text_basename(path)))
		try_system_path(&s, path);
	pq_buf_release(&s.name);
}

static void find_packed(struct pq_program *p)
{
	struct pq_buf name = { 0 };
	struct pq_error ignored;

	pq_error_clear(&ignored);
	pq_buf_str(&name, p->binary.name);
	pq_buf_str(&name, ".dwp");
	/* A packed file stands beside its program; mostly there is none. */
	open_program_file(&p->packed, p->binary.root,
			  keep_program_path(p, pq_buf_view(&name)), &ignored);
	pq_buf_release(&name);
}

static const struct pq_elf *elf_if_open(const struct pq_program_file *f)
{
	return f->is_open ? &f->elf : NULL;
}

bool pq_program_open(struct pq_program *p, const struct pq_binaries *b,
		     const struct pq_binary_place *place, bool with_debug,
		     struct pq_error *err)
{
	memset(p, 0, sizeof(*p));
	pq_arena_init(&p->arena);
	if (!open_program_file(&p->binary, place->root, place->name, err))
		return false;
	if (with_debug) {
		/* A program that has debug information needs no other. */
		if (!has_debug_info(&p->binary.elf))
			find_debug_file(p, b);
		find_alternate(p, b);
		find_packed(p);
	}
	p->files = (struct pq_program_files){
		.binary = &p->binary.elf,
		.debug = elf_if_open(&p->debug),
		.alternate = elf_if_open(&p->alternate),
		.packed = elf_if_open(&p->packed),
	};
	return true;
}

bool pq_program_open_mapping(struct pq_program *p, struct pq_binaries *b,
			     const struct pq_profile *profile,
			     const struct pq_mapping *m,
			     struct pq_translation *t, struct pq_error *err)
{
	const struct pq_mapped_part part = { m->start, m->limit, m->offset };
	const struct pq_binary_place *place =
		pq_binaries_place(b, pq_string(profile, m->file),
				  pq_string(profile, m->build_id), err);

	/* A program that was never opened can be closed, too. */
	memset(p, 0, sizeof(*p));
	return place && pq_program_open(p, b, place, true, err) &&
	       pq_translation_init(t, &p->binary.elf, &part, NULL, err);
}

void pq_program_close(struct pq_program *p)
{
	close_program_file(&p->binary);
	close_program_file(&p->debug);
	close_program_file(&p->alternate);
	close_program_file(&p->packed);
	for (size_t i = 0; i < p->split.n; i++)
		close_program_file(p->split.at[i]);
	pq_vec_release(&p->split);
	pq_vec_release(&p->split_elves);
	pq_arena_release(&p->arena);
}

/* ---- split units ---- */

static bool try_split(struct pq_program *p, const char *root,
		      struct pq_text name)
{
	struct pq_program_file *f = pq_arena_zeroed(&p->arena, sizeof(*f));
	struct pq_error ignored;

	pq_error_clear(&ignored);
	if (!name.len ||
	    !open_program_file(f, root, keep_program_path(p, name), &ignored))
		return false;
	/* Files are pointed to: a vector moves its items when it grows. */
	*pq_vec_push(&p->split) = f;
	*pq_vec_push(&p->split_elves) = &f->elf;
	return true;
}

/*
 * Recorded is the folder of the compilation with the name that it gave: the
 * root may be any of its folders, or a copy of them, so that each end of the
 * path is tried, the longest first.
 */
static bool find_split(struct pq_program *p, const char *root,
		       struct pq_text name)
{
	size_t at = 0;

	while (at < name.len) {
		struct pq_text end = pq_text_slice(name, at, name.len);

		if (try_split(p, root, end))
			return true;
		at += pq_text_find(end, 0, "/") + 1;
	}
	return false;
}

bool pq_program_add_split(struct pq_program *p, const struct pq_binaries *b,
			  const struct pq_text *names, size_t n)
{
	const char *const *roots;
	size_t n_roots = pq_binaries_roots(b, &roots);

	for (size_t i = 0; i < n && p->split.n < MOST_SPLIT; i++) {
		bool found = false;

		/* the last root is "/", where names from a file may not lead */
		for (size_t r = 0; r + 1 < n_roots && !found; r++)
			found = find_split(p, roots[r], names[i]);
	}
	p->files.split = p->split_elves.at;
	p->files.n_split = p->split_elves.n;
	return p->files.n_split > 0;
}
