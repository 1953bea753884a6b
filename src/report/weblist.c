#include "report/weblist.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/paths.h"
#include "report/missing_sources.h"
#include "source/source.h"

#include "base/banned.h"

/* Lines of one function with less between them are one piece. */
#define MERGE_LINES 20
/* Lines shown before and after a piece. */
#define LINES_AROUND 5

/* Where code is shown: below a line, as far as it is inlined there. */
struct shown_code {
	uint32_t code;
	uint32_t file;	  /* in `files' */
	uint32_t n_inner; /* frames inside of the one that is shown */
	uint32_t position;
	int64_t line;
	struct pq_text function;
};

/* The codes of one line, and the function that it is of. */
struct shown_line {
	size_t first, n; /* in `shown' */
	int64_t line;
	struct pq_text function;
	int64_t flat, cum;
};

struct weblisting {
	const struct pq_report_input *in;
	struct pq_weblist *to;
	struct pq_weblist_codes codes;
	struct pq_intern files; /* shortest names */
	PQ_VEC(struct shown_code) shown;
	PQ_VEC(struct shown_line) lines; /* one file's */
	PQ_VEC(struct pq_weblist_function) functions;
	struct pq_sources *sources;
	struct pq_missing_sources missing;
	uint32_t n_lines; /* in the page */
};

/* ---- code below lines ---- */

/* Bazel's and -trimpath's prefixes say nothing. */
static uint32_t intern_file(struct weblisting *w, struct pq_text file)
{
	static const char *const prefixes[] = { "/proc/self/cwd/", "./" };
	struct pq_buf clean = { 0 };
	uint32_t id;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (pq_text_starts(file, prefixes[i]))
			file = pq_text_slice(file, strlen(prefixes[i]),
					     file.len);
	pq_path_clean(&clean, file);
	id = pq_intern(&w->files, pq_buf_view(&clean));
	pq_buf_release(&clean);
	return id;
}

static int64_t sane_line(int64_t line)
{
	return line < 0 || line > INT32_MAX ? 0 : line;
}

static void show_code(struct weblisting *w, uint32_t code)
{
	const struct pq_weblist_code *c = &w->codes.at.at[code];

	for (uint32_t i = 0; i < c->n_frames; i++) {
		const struct pq_weblist_frame *f = &c->frames[i];

		/* an instruction may be shown in several functions */
		if (!f->function.len ||
		    pq_intern_find(&w->codes.interest, f->function) ==
			    PQ_MAP_NONE)
			continue;
		*pq_vec_push(&w->shown) = (struct shown_code){
			.code = code,
			.file = intern_file(w, f->file),
			.n_inner = i,
			.position = (uint32_t)w->shown.n,
			.line = sane_line(f->line),
			.function = f->function,
		};
	}
}

static int compare_shown(const void *x, const void *y, void *ctx)
{
	const struct shown_code *a = x, *b = y;
	const struct pq_intern *files = ctx;

	if (a->file != b->file)
		return pq_text_compare(pq_intern_text(files, a->file),
				       pq_intern_text(files, b->file));
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->position > b->position) - (a->position < b->position);
}

/* A linker's name as the profile shows it. */
static struct pq_text readable_name(const struct weblisting *w,
				    struct pq_text name)
{
	const struct pq_profile *p = w->in->view->p;
	uint32_t at = pq_intern_find(&w->codes.names, name);

	if (at == PQ_MAP_NONE || at >= w->codes.functions.n ||
	    !w->codes.functions.at[at])
		return name;
	return pq_string(p,
			 p->functions.at[w->codes.functions.at[at] - 1].name);
}

/* Lines of a file, whose codes begin at shown[from]; returns their end. */
static size_t group_lines(struct weblisting *w, size_t from)
{
	const struct shown_code *all = w->shown.at;
	size_t i = from;

	w->lines.n = 0;
	while (i < w->shown.n && all[i].file == all[from].file) {
		struct shown_line *l = pq_vec_push(&w->lines);

		*l = (struct shown_line){
			.first = i,
			.line = all[i].line,
			.function = readable_name(w, all[i].function),
		};
		/* Codes are sorted: those of one line are neighbors. */
		for (; i < w->shown.n && all[i].file == all[from].file &&
		       all[i].line == l->line;
		     i++, l->n++) {
			const struct pq_weblist_code *c =
				&w->codes.at.at[all[i].code];

			l->flat = pq_add(l->flat, c->flat);
			l->cum = pq_add(l->cum, c->cum);
		}
	}
	return i;
}

/* ---- pieces of functions ---- */

/* Lines of one function, near each other; end is not in it. */
struct source_piece {
	struct pq_text function;
	int64_t begin, end, flat, cum;
};

static size_t cut_pieces(const struct weblisting *w, struct source_piece *to)
{
	size_t n = 0;

	/* lines of another function in between separate, too */
	for (size_t i = 0; i < w->lines.n; i++) {
		const struct shown_line *l = &w->lines.at[i];
		struct source_piece *last = n ? &to[n - 1] : NULL;

		if (!last || l->line - last->end >= MERGE_LINES ||
		    !pq_text_equal(last->function, l->function)) {
			to[n++] = (struct source_piece){ l->function, l->line,
							 l->line + 1, l->flat,
							 l->cum };
			continue;
		}
		last->end = l->line + 1;
		last->flat = pq_add(last->flat, l->flat);
		last->cum = pq_add(last->cum, l->cum);
	}
	return n;
}

/* A few lines around each; pieces share what is between them. */
static void widen_pieces(struct source_piece *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t half;

		/* The file's start stands before the first piece. */
		if (!i) {
			if (p->begin > LINES_AROUND)
				p->begin -= LINES_AROUND;
			else if (p->begin > 1)
				p->begin = 1;
			continue;
		}
		/* No line may be in two pieces: each takes half of the gap. */
		half = (p[i].begin - p[i - 1].end) / 2;
		if (half > LINES_AROUND)
			half = LINES_AROUND;
		p[i - 1].end += half;
		p[i].begin -= half;
	}
	if (n)
		p[n - 1].end += LINES_AROUND;
}

/* ---- source ---- */

static const struct pq_source_file *find_source(struct weblisting *w,
						struct pq_text name)
{
	const struct pq_source_file *known = pq_sources_known(w->sources, name);
	const struct pq_source_file *file;

	if (known)
		return known;
	file = pq_sources_find(w->sources, name);
	if (!file->found)
		pq_missing_source_say(&w->missing, name, file);
	return file;
}

/* False when there is no such line, or no file. */
static bool find_source_line(struct weblisting *w, struct pq_text file,
			     int64_t line, struct pq_text *text)
{
	const struct pq_source_file *f;

	/* an unknown file has no name, which is "." when shortened */
	*text = PQ_TEXT("");
	if (line < 1 || !file.len || pq_text_is(file, "."))
		return false;
	/* clang writes /usr/bin/../lib/..., which names no file by itself */
	f = find_source(w, pq_intern_text(&w->files, intern_file(w, file)));
	if (!f->found || line > (int64_t)f->n_lines)
		return false;
	*text = pq_arena_text(w->in->arena, f->lines[line - 1]);
	return true;
}

static struct pq_text trim_source(struct pq_text text)
{
	size_t from = 0, to = text.len;

	while (from < to &&
	       (text.bytes[from] == ' ' || text.bytes[from] == '\t'))
		from++;
	while (to > from &&
	       (text.bytes[to - 1] == ' ' || text.bytes[to - 1] == '\t'))
		to--;
	return pq_text_slice(text, from, to);
}

/* ---- instructions of a line ---- */

static bool is_same_call(const struct pq_weblist_frame *a,
			 const struct pq_weblist_frame *b)
{
	return a->line == b->line && pq_text_equal(a->file, b->file);
}

/* The calls around an instruction, outermost first: number i of them. */
static const struct pq_weblist_frame *
call_of(const struct weblisting *w, const struct shown_code *s, uint32_t i)
{
	return &w->codes.at.at[s->code].frames[s->n_inner - 1 - i];
}

/* Calls that are not around the instruction before, which may be NULL. */
static void fill_calls(struct weblisting *w, const struct shown_code *s,
		       const struct shown_code *before,
		       struct pq_weblist_instruction *to)
{
	struct pq_weblist_call *calls = PQ_ARENA_NEW(
		w->in->arena, struct pq_weblist_call, s->n_inner + 1);
	uint32_t same = 0;

	/* calls are told when they begin, outermost first */
	while (before && same < s->n_inner && same < before->n_inner &&
	       is_same_call(call_of(w, s, same), call_of(w, before, same)))
		same++;
	for (uint32_t i = same; i < s->n_inner; i++) {
		const struct pq_weblist_frame *f = call_of(w, s, i);
		struct pq_text source;

		find_source_line(w, f->file, f->line, &source);
		calls[to->n_calls++] =
			(struct pq_weblist_call){ trim_source(source),
						  pq_text_basename(f->file),
						  f->line, i };
	}
	to->calls = calls;
	to->depth = s->n_inner;
}

static void fill_weblist_instruction(struct weblisting *w,
				     const struct shown_code *s,
				     const struct shown_code *before,
				     struct pq_weblist_instruction *to)
{
	const struct pq_weblist_code *c = &w->codes.at.at[s->code];

	*to = (struct pq_weblist_instruction){
		.has_code = c->has_code,
		.address = c->in_file,
		.flat = c->flat,
		.cum = c->cum,
		.text = c->text,
		.file = pq_text_basename(c->file),
		.line = c->line,
		.target = c->target,
		.program = c->program,
	};
	/* Code that was left out shows as a gap in the addresses. */
	to->starts_block = before &&
			   w->codes.at.at[before->code].end != c->address;
	fill_calls(w, s, before, to);
}

static void fill_instructions(struct weblisting *w, const struct shown_line *l,
			      struct pq_weblist_line *to)
{
	const struct shown_code *s = w->shown.at + l->first;
	bool has_some = false;

	/* a line of which nothing but its value is known stays closed */
	for (size_t i = 0; i < l->n; i++)
		has_some = has_some || s[i].n_inner ||
			   w->codes.at.at[s[i].code].has_code;
	to->kind = has_some ? PQ_WEBLIST_LIVE : PQ_WEBLIST_DEAD;
	to->flat = l->flat;
	to->cum = l->cum;
	if (!has_some)
		return;
	to->n_instructions = l->n;
	to->instructions =
		PQ_ARENA_NEW(w->in->arena, struct pq_weblist_instruction, l->n);
	for (size_t i = 0; i < l->n; i++)
		fill_weblist_instruction(w, &s[i], i ? &s[i - 1] : NULL,
					 &to->instructions[i]);
}

/* ---- functions ---- */

static void fill_function(struct weblisting *w, const struct source_piece *p,
			  struct pq_text file, size_t *at)
{
	struct pq_weblist_function *f = pq_vec_push(&w->functions);

	*f = (struct pq_weblist_function){ p->function, file, p->flat,
					   p->cum,	NULL, 0 };
	f->lines = PQ_ARENA_NEW(w->in->arena, struct pq_weblist_line,
				(size_t)(p->end - p->begin));
	for (int64_t line = p->begin; line < p->end; line++) {
		bool has_code = *at < w->lines.n &&
				w->lines.at[*at].line == line;
		struct pq_weblist_line *to = &f->lines[f->n_lines];
		struct pq_text source;

		/* lines that are not there are shown only where code is */
		if (!find_source_line(w, file, line, &source)) {
			if (!has_code)
				continue;
			source = line ? PQ_TEXT("???")
				      : PQ_TEXT("<instructions with unknown "
						"line numbers>");
		}
		/* The serial names the line on the page, for links to it. */
		*to = (struct pq_weblist_line){ .number = line,
						.serial = ++w->n_lines,
						.source = source };
		if (has_code)
			fill_instructions(w, &w->lines.at[(*at)++], to);
		f->n_lines++;
	}
}

static void fill_file(struct weblisting *w, struct pq_text file)
{
	struct source_piece *pieces =
		PQ_ARENA_NEW(w->in->arena, struct source_piece, w->lines.n);
	size_t n = cut_pieces(w, pieces), at = 0;

	widen_pieces(pieces, n);
	for (size_t i = 0; i < n; i++) {
		/* functions without a value are of no interest */
		while (at < w->lines.n &&
		       w->lines.at[at].line < pieces[i].begin)
			at++;
		if (pieces[i].cum)
			fill_function(w, &pieces[i], file, &at);
	}
}

/* ---- links ---- */

struct link_place {
	uint64_t address;
	uint32_t program, depth, serial;
};

static int compare_places(const void *x, const void *y)
{
	const struct link_place *a = x, *b = y;

	if (a->program != b->program)
		return a->program < b->program ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (a->depth != b->depth)
		return a->depth < b->depth ? -1 : 1;
	return (a->serial > b->serial) - (a->serial < b->serial);
}

/* The line of an address: the first, of those with the fewest calls. */
static uint32_t find_link(const struct link_place *places, size_t n,
			  uint32_t program, uint64_t address)
{
	size_t low = 0, high = n;

	/* The search ends at the first of equal places. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct link_place *p = &places[middle];

		if (p->program < program ||
		    (p->program == program && p->address < address))
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && places[low].program == program &&
			       places[low].address == address
		       ? places[low].serial
		       : 0;
}

struct link_places {
	PQ_VEC(struct link_place) at;
};

static void add_link_places(struct link_places *places,
			    const struct pq_weblist_line *line)
{
	for (size_t i = 0; i < line->n_instructions; i++) {
		const struct pq_weblist_instruction *one =
			&line->instructions[i];

		if (one->has_code)
			*pq_vec_push(&places->at) =
				(struct link_place){ one->address, one->program,
						     one->depth, line->serial };
	}
}

static void link_line(const struct link_places *places,
		      const struct pq_weblist_line *line)
{
	for (size_t i = 0; i < line->n_instructions; i++) {
		struct pq_weblist_instruction *one = &line->instructions[i];

		if (one->target)
			one->leads_to = find_link(places->at.at, places->at.n,
						  one->program, one->target);
	}
}

static void link_calls(const struct pq_weblist *list)
{
	struct link_places places = { { 0 } };

	/* first where each address is, then what leads there */
	for (size_t i = 0; i < list->n; i++)
		for (size_t j = 0; j < list->functions[i].n_lines; j++)
			add_link_places(&places, &list->functions[i].lines[j]);
	if (places.at.n)
		qsort(places.at.at, places.at.n, sizeof(*places.at.at),
		      compare_places);
	for (size_t i = 0; i < list->n; i++)
		for (size_t j = 0; j < list->functions[i].n_lines; j++)
			link_line(&places, &list->functions[i].lines[j]);
	pq_vec_release(&places.at);
}

/* ---- all of it ---- */

static void fill_files(struct weblisting *w)
{
	size_t from = 0;

	/* Inlined functions make one instruction show in several places. */
	for (uint32_t i = 0; i < w->codes.at.n; i++)
		show_code(w, i);
	if (w->shown.n)
		qsort_r(w->shown.at, w->shown.n, sizeof(*w->shown.at),
			compare_shown, &w->files);
	while (from < w->shown.n) {
		uint32_t file = w->shown.at[from].file;

		from = group_lines(w, from);
		fill_file(w, pq_intern_text(&w->files, file));
	}
	w->to->n = w->functions.n;
	/* The vector is scratch: rows of the report live in its arena. */
	w->to->functions = pq_arena_alloc(
		w->in->arena,
		pq_size_mul(w->functions.n + 1, sizeof(*w->functions.at)));
	if (w->functions.n)
		memcpy(w->to->functions, w->functions.at,
		       w->functions.n * sizeof(*w->functions.at));
}

static void release_weblisting(struct weblisting *w)
{
	pq_sources_free(w->sources);
	pq_weblist_release_codes(&w->codes);
	pq_intern_release(&w->files);
	pq_vec_release(&w->shown);
	pq_vec_release(&w->lines);
	pq_vec_release(&w->functions);
}

struct pq_weblist *pq_weblist_build(const struct pq_report_input *in,
				    struct pq_error *err)
{
	struct weblisting w = { .in = in };
	bool found;

	w.to = pq_arena_zeroed(in->arena, sizeof(*w.to));
	w.to->view = in->view;
	pq_notes_init(&w.to->header, in->arena);
	pq_legend_profile(&w.to->header, in->view);
	pq_intern_init(&w.files, in->arena);
	/* A source is found once, whatever functions are in it. */
	w.sources = pq_sources_new(
		in->view->o.shape.source_path, in->view->o.shape.trim_path,
		pq_string(in->view->p, in->view->p->go_version));
	w.missing.log = in->log;
	w.missing.sources = w.sources;
	/* Codes come first: they name the files to be opened. */
	found = pq_weblist_find_codes(&w.codes, in);
	if (found) {
		fill_files(&w);
		link_calls(w.to);
		pq_missing_sources_end(&w.missing);
	}
	release_weblisting(&w);
	return found ? w.to : pq_report_no_match(in, err);
}
