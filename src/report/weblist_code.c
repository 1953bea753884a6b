/*
 * weblist_code.c - which code weblist shows: from the samples of matching
 * functions to ranges, and from those to instructions with their frames and
 * values; weblist.h declares it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/search.h"
#include "disasm/code.h"
#include "report/weblist.h"
#include "symbolize/program.h"

#include "base/banned.h"

/* An instruction without a line has the place of one so near before it. */
#define NEIGHBORHOOD 32

struct location_sum {
	bool seen, wanted;
	uint64_t address; /* made up, above all mappings, where it has none */
	int64_t flat, cum;
};

struct address_sum {
	uint64_t address;
	int64_t flat, cum;
};

struct wanted_address {
	uint64_t address;
	uint32_t location;
};

/* The program of a mapping. */
struct mapped_program {
	bool is_tried, is_open;
	struct pq_program program;
	struct pq_translation translation;
	struct pq_instructions code;
};

struct source_range {
	uint32_t mapping;
	uint64_t begin, end; /* the process's */
	uint64_t base;	     /* less it is the file's */
	int64_t score;
};

struct code_search {
	const struct pq_report_input *in;
	const struct pq_profile *p;
	struct pq_weblist_codes *to;
	struct location_sum *locations;
	uint64_t next_address;
	bool has_address;
	uint64_t address;		 /* the argument, if it is one */
	PQ_VEC(struct address_sum) sums; /* by address, each once */
	PQ_VEC(struct wanted_address) wanted;
	struct mapped_program *programs; /* by mapping */
	struct pq_binaries *binaries;
	PQ_VEC(struct source_range) ranges;
};

/* ---- values ---- */

static void begin_made_addresses(struct code_search *s)
{
	s->next_address = 1;
	for (size_t i = 0; i < s->p->mappings.n; i++)
		if (s->next_address < s->p->mappings.at[i].limit)
			s->next_address = s->p->mappings.at[i].limit;
}

static struct location_sum *see_location(struct code_search *s, uint32_t i)
{
	struct location_sum *l = &s->locations[i];

	if (!l->seen) {
		l->seen = true;
		l->address = s->p->locations.at[i].address;
		if (!l->address)
			l->address = s->next_address++;
	}
	return l;
}

static void sum_locations(struct code_search *s)
{
	const struct pq_graph_shape *shape = &s->in->view->o.shape;
	struct pq_walk w;

	pq_walk_begin(&w, &s->p->samples);
	while (pq_walk_next(&w)) {
		int64_t value;

		pq_walk_values(&w);
		value = w.sample.values[shape->sample_index];
		/* The divisor of -mean is the first value of the sample. */
		if (shape->mean)
			value = pq_mean(value, w.sample.values[0]);
		pq_walk_stack(&w);
		/* from the root on: made up addresses count in this order */
		for (size_t i = w.sample.n_locations; i--;) {
			struct location_sum *l =
				see_location(s, w.sample.locations[i]);

			l->cum = pq_add(l->cum, value);
			if (!i)
				l->flat = pq_add(l->flat, value);
		}
	}
	pq_walk_end(&w);
}

static int compare_sums(const void *x, const void *y)
{
	const struct address_sum *a = x, *b = y;

	return (a->address > b->address) - (a->address < b->address);
}

/* Locations of one address, in several mappings or by damage, are one. */
static void sum_addresses(struct code_search *s)
{
	size_t kept = 0;

	/* Locations of no sample have no address to be summed by. */
	for (size_t i = 0; i < s->p->locations.n; i++) {
		const struct location_sum *l = &s->locations[i];

		if (l->seen)
			*pq_vec_push(&s->sums) =
				(struct address_sum){ l->address, l->flat,
						      l->cum };
	}
	if (s->sums.n)
		qsort(s->sums.at, s->sums.n, sizeof(*s->sums.at), compare_sums);

	/* equal addresses stand together now */
	for (size_t i = 0; i < s->sums.n; i++) {
		const struct address_sum *from = &s->sums.at[i];
		struct address_sum *to;

		if (!kept || s->sums.at[kept - 1].address != from->address) {
			s->sums.at[kept++] = *from;
			continue;
		}
		to = &s->sums.at[kept - 1];
		to->flat = pq_add(to->flat, from->flat);
		to->cum = pq_add(to->cum, from->cum);
	}
	s->sums.n = kept;
}

static size_t first_sum_from(const struct code_search *s, uint64_t address)
{
	return PQ_FIRST_FROM(s->sums.at, s->sums.n, address, address);
}

/* Samples inside an instruction, such as return addresses less 1, are its. */
static void add_code_values(const struct code_search *s,
			    struct pq_weblist_code *c)
{
	for (size_t i = first_sum_from(s, c->address);
	     i < s->sums.n && s->sums.at[i].address < c->end; i++) {
		c->flat = pq_add(c->flat, s->sums.at[i].flat);
		c->cum = pq_add(c->cum, s->sums.at[i].cum);
	}
}

/* ---- what is of interest ---- */

static bool function_matches(const struct code_search *s,
			     const struct pq_function *f)
{
	const struct pq_regex *regex = s->in->regex;

	return pq_regex_match(regex, pq_string(s->p, f->name)) ||
	       pq_regex_match(regex, pq_string(s->p, f->system_name)) ||
	       pq_regex_match(regex, pq_string(s->p, f->filename));
}

static void want_line(struct code_search *s, uint32_t location,
		      const struct pq_line *line)
{
	const struct pq_function *f = pq_line_function(s->p, line);

	if (!f)
		return;
	pq_intern(&s->to->interest, pq_string(s->p, f->name));
	pq_intern(&s->to->interest, pq_string(s->p, f->system_name));
	s->locations[location].wanted = true;
}

static void want_location(struct code_search *s, uint32_t i,
			  const bool *functions)
{
	const struct pq_location *l = &s->p->locations.at[i];
	const struct pq_line *lines = pq_location_lines(s->p, l);
	bool by_file = false;

	/* an address is of the function that was compiled */
	if (s->has_address && s->locations[i].address == s->address) {
		if (l->n_lines)
			want_line(s, i, &lines[l->n_lines - 1]);
		return;
	}

	/* a program that matches stands for its innermost functions */
	if (l->mapping != PQ_NONE)
		by_file = pq_regex_match(
			s->in->regex,
			pq_string(s->p, s->p->mappings.at[l->mapping].file));
	for (uint32_t j = 0; j < l->n_lines; j++)
		if ((by_file && !j) || (lines[j].function != PQ_NONE &&
					functions[lines[j].function]))
			want_line(s, i, &lines[j]);
}

static int compare_wanted(const void *x, const void *y)
{
	const struct wanted_address *a = x, *b = y;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (a->location > b->location) - (a->location < b->location);
}

static void find_wanted(struct code_search *s)
{
	bool *functions = pq_arena_zeroed(s->in->arena, s->p->functions.n + 1);

	/* An expression is matched once a function, not once a line. */
	for (size_t i = 0; i < s->p->functions.n; i++)
		functions[i] = function_matches(s, &s->p->functions.at[i]);
	for (uint32_t i = 0; i < s->p->locations.n; i++) {
		if (!s->locations[i].seen)
			continue;
		want_location(s, i, functions);
		if (s->locations[i].wanted)
			*pq_vec_push(&s->wanted) = (struct wanted_address){
				s->locations[i].address, i
			};
	}
	/* Ranges are made of neighbors: addresses have to ascend. */
	if (s->wanted.n)
		qsort(s->wanted.at, s->wanted.n, sizeof(*s->wanted.at),
		      compare_wanted);
}

/* ---- programs and ranges ---- */

static void say_no_program(const struct code_search *s, uint32_t mapping,
			   const struct pq_error *err)
{
	struct pq_text file = pq_string(s->p, s->p->mappings.at[mapping].file);
	struct pq_buf line = { 0 };

	if (!file.len)
		return;
	if (!err->names_file) {
		pq_buf_text(&line, file);
		pq_buf_str(&line, ": ");
	}
	pq_buf_str(&line, "no instructions: ");
	pq_buf_text(&line, pq_text_of(err->msg));
	pq_log_text(s->in->log, pq_buf_view(&line));
	pq_buf_release(&line);
}

/* NULL: the location has no program that can be opened. */
static struct mapped_program *program_of_location(struct code_search *s,
						  uint32_t location)
{
	uint32_t mapping = s->p->locations.at[location].mapping;
	struct mapped_program *m;
	struct pq_error err;

	if (mapping == PQ_NONE)
		return NULL;
	m = &s->programs[mapping];
	/* A program that failed is told of once, not once a location. */
	if (!m->is_tried) {
		m->is_tried = true;
		pq_error_clear(&err);
		m->is_open = pq_program_open_mapping(
			&m->program, s->binaries, s->p,
			&s->p->mappings.at[mapping], &m->translation, &err);
		if (!m->is_open) {
			say_no_program(s, mapping, &err);
			pq_program_close(&m->program);
		}
	}
	return m->is_open ? m : NULL;
}

static struct pq_weblist_frame *new_frames(const struct code_search *s,
					   size_t n)
{
	return PQ_ARENA_NEW(s->in->arena, struct pq_weblist_frame, n + 1);
}

/* A location without a program is shown by the lines of the profile. */
static void add_location_code(struct code_search *s,
			      const struct wanted_address *w)
{
	const struct pq_location *l = &s->p->locations.at[w->location];
	const struct pq_line *lines = pq_location_lines(s->p, l);
	struct pq_weblist_frame *frames = new_frames(s, l->n_lines);
	struct pq_weblist_code c = { .address = w->address,
				     .end = w->address + 1,
				     .in_file = w->address,
				     .frames = frames };

	for (uint32_t i = 0; i < l->n_lines; i++) {
		const struct pq_function *f = pq_line_function(s->p, &lines[i]);

		if (f)
			frames[c.n_frames++] = (struct pq_weblist_frame){
				pq_string(s->p, f->name),
				pq_string(s->p, f->filename), lines[i].line
			};
	}
	/* The first frame is the innermost: its line shows the values. */
	if (c.n_frames) {
		c.file = frames[0].file;
		c.line = frames[0].line;
	}
	add_code_values(s, &c);
	*pq_vec_push(&s->to->at) = c;
}

/* Wider by PQ_WEBLIST_AROUND, within the mapping. */
static void widen_range(const struct pq_mapping *m, struct source_range *r)
{
	if (r->begin - m->start >= PQ_WEBLIST_AROUND)
		r->begin -= PQ_WEBLIST_AROUND;
	else
		r->begin = m->start;
	if (m->limit > r->end && m->limit - r->end < PQ_WEBLIST_AROUND)
		r->end = m->limit;
	else
		r->end += PQ_WEBLIST_AROUND;
}

static int64_t flat_of_address(const struct code_search *s, uint64_t address)
{
	return s->sums.at[first_sum_from(s, address)].flat;
}

/* A range from wanted[i] on; returns the first that is not in it. */
static size_t add_source_range(struct code_search *s, size_t i,
			       uint64_t in_file)
{
	const struct wanted_address *w = s->wanted.at;
	uint32_t mapping = s->p->locations.at[w[i].location].mapping;
	const struct pq_mapping *m = &s->p->mappings.at[mapping];
	struct source_range r = { mapping, w[i].address, w[i].address,
				  w[i].address - in_file,
				  flat_of_address(s, w[i].address) };

	/* ranges that would touch when widened are one */
	while (++i < s->wanted.n) {
		if (w[i].address == r.end)
			continue;
		if (w[i].address - r.end > 2 * PQ_WEBLIST_AROUND ||
		    s->p->locations.at[w[i].location].mapping != mapping)
			break;
		r.end = w[i].address;
		r.score = pq_add(r.score, flat_of_address(s, r.end));
	}
	/* Readers want to see what leads to the samples, too. */
	widen_range(m, &r);
	*pq_vec_push(&s->ranges) = r;
	return i;
}

static void split_into_ranges(struct code_search *s)
{
	for (size_t i = 0; i < s->wanted.n;) {
		const struct wanted_address *w = &s->wanted.at[i];
		struct mapped_program *m = program_of_location(s, w->location);
		uint64_t in_file;

		/* an address outside the program's segments has no code */
		if (m && pq_translate(&m->translation, w->address, &in_file)) {
			i = add_source_range(s, i, in_file);
			continue;
		}
		if (!i || w[-1].address != w->address)
			add_location_code(s, w);
		i++;
	}
}

static int compare_scores(const void *x, const void *y)
{
	const struct source_range *a = x, *b = y;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->begin > b->begin) - (a->begin < b->begin);
}

/* ---- instructions ---- */

static int compare_code_ranges(const void *x, const void *y)
{
	const struct pq_code_range *a = x, *b = y;

	return (a->start > b->start) - (a->start < b->start);
}

/* One question for all ranges of a mapping. */
static void ask_mapping(struct code_search *s, uint32_t mapping)
{
	struct mapped_program *m = &s->programs[mapping];
	struct pq_code_range ranges[PQ_WEBLIST_RANGES];
	struct pq_code_question q = { .files = m->program.files,
				      .ranges = ranges,
				      .intel_syntax = s->in->intel_syntax };
	struct pq_error err;

	for (size_t i = 0; i < s->ranges.n; i++) {
		const struct source_range *r = &s->ranges.at[i];

		if (r->mapping == mapping)
			ranges[q.n_ranges++] =
				(struct pq_code_range){ r->begin - r->base,
							r->end - r->base };
	}
	/* A mapping without ranges needs no child. */
	if (!q.n_ranges)
		return;

	/* a child that fails costs the instructions, and not the report */
	qsort(ranges, q.n_ranges, sizeof(*ranges), compare_code_ranges);
	pq_error_clear(&err);
	if (!pq_code_ask(&m->code, &q, &err)) {
		say_no_program(s, mapping, &err);
		m->code.at.n = 0;
	}
}

static size_t first_instruction_from(const struct pq_instructions *c,
				     uint64_t address)
{
	return PQ_FIRST_FROM(c->at.at, c->at.n, address, address);
}

static struct pq_text keep_code_text(const struct code_search *s,
				     struct pq_text text)
{
	return pq_arena_text(s->in->arena, text);
}

static const struct pq_weblist_frame *
copy_frames(const struct code_search *s, const struct pq_instructions *code,
	    size_t i)
{
	const struct pq_frame_list *list = &code->frames.of[i];
	struct pq_weblist_frame *frames = new_frames(s, list->n);

	for (uint32_t j = 0; j < list->n; j++) {
		const struct pq_frame *f = &code->frames.at.at[list->first + j];

		frames[j] = (struct pq_weblist_frame){
			keep_code_text(s, pq_intern_text(&code->frames.texts,
							 f->name)),
			keep_code_text(s, pq_intern_text(&code->frames.texts,
							 f->file)),
			f->line
		};
	}
	return frames;
}

/* Whose frames an instruction without a line takes over. */
struct near_frames {
	const struct pq_weblist_frame *frames;
	size_t n;
	uint64_t address;
};

static void settle_frames(struct pq_weblist_code *c, struct near_frames *near)
{
	if (c->n_frames) {
		c->file = c->frames[0].file;
		c->line = c->frames[0].line;
	}
	/* padding and spills often have no line of their own */
	if (c->n_frames && c->frames[0].line) {
		*near = (struct near_frames){ c->frames, c->n_frames,
					      c->address };
	} else if (near->n && c->address - near->address <= NEIGHBORHOOD) {
		c->frames = near->frames;
		c->n_frames = near->n;
	}
}

static void add_range_codes(struct code_search *s, const struct source_range *r)
{
	const struct pq_instructions *code = &s->programs[r->mapping].code;
	size_t i = first_instruction_from(code, r->begin - r->base);
	size_t end = first_instruction_from(code, r->end - r->base);
	struct near_frames near = { NULL, 0, 0 };

	for (; i < end; i++) {
		const struct pq_instruction *one = &code->at.at[i];
		struct pq_weblist_code c = {
			.address = one->address + r->base,
			.end = one->address + r->base + 1,
			.in_file = one->address,
			.target = one->target,
			.text = keep_code_text(s, one->text),
			.has_code = true,
			.program = r->mapping,
			.frames = copy_frames(s, code, i),
			.n_frames = code->frames.of[i].n,
		};

		/* A range's last instruction counts as 1 byte long. */
		if (i + 1 < end)
			c.end = code->at.at[i + 1].address + r->base;
		/* Frames of a near one may stand in for its own. */
		settle_frames(&c, &near);
		add_code_values(s, &c);
		*pq_vec_push(&s->to->at) = c;
	}
}

static void read_ranges(struct code_search *s)
{
	if (s->ranges.n)
		qsort(s->ranges.at, s->ranges.n, sizeof(*s->ranges.at),
		      compare_scores);
	/* the most expensive ones are read, and come first below a line */
	if (s->ranges.n > PQ_WEBLIST_RANGES)
		s->ranges.n = PQ_WEBLIST_RANGES;
	for (uint32_t i = 0; i < s->p->mappings.n; i++)
		if (s->programs[i].is_open)
			ask_mapping(s, i);
	for (size_t i = 0; i < s->ranges.n; i++)
		add_range_codes(s, &s->ranges.at[i]);
}

/* ---- all of it ---- */

/* Which function of the profile has a linker's name; the last one counts. */
static void index_functions(struct code_search *s)
{
	struct pq_weblist_codes *to = s->to;

	for (uint32_t i = 0; i < s->p->functions.n; i++) {
		uint32_t name = pq_intern(
			&to->names,
			pq_string(s->p, s->p->functions.at[i].system_name));

		pq_vec_reach(&to->functions, (size_t)name + 1);
		to->functions.at[name] = i + 1;
	}
}

static void release_search(struct code_search *s)
{
	for (size_t i = 0; i < s->p->mappings.n; i++)
		if (s->programs[i].is_open) {
			pq_instructions_release(&s->programs[i].code);
			pq_program_close(&s->programs[i].program);
		}
	pq_binaries_free(s->binaries);
	pq_vec_release(&s->sums);
	pq_vec_release(&s->wanted);
	pq_vec_release(&s->ranges);
}

bool pq_weblist_find_codes(struct pq_weblist_codes *to,
			   const struct pq_report_input *in)
{
	const struct pq_profile *p = in->view->p;
	struct code_search s = { .in = in, .p = p, .to = to };
	bool found;

	memset(to, 0, sizeof(*to));
	pq_intern_init(&to->interest, NULL);
	pq_intern_init(&to->names, NULL);
	s.has_address = pq_report_address(in->argument, &s.address);
	s.locations =
		pq_arena_zeroed(in->arena, pq_size_mul(p->locations.n + 1,
						       sizeof(*s.locations)));
	s.programs = pq_arena_zeroed(
		in->arena, pq_size_mul(p->mappings.n + 1, sizeof(*s.programs)));
	s.binaries = pq_binaries_new(in->binary_path, in->trusts_paths);
	if (in->program)
		pq_binaries_trust(s.binaries, in->program);

	/* samples, then the addresses of interest, then their code */
	begin_made_addresses(&s);
	sum_locations(&s);
	sum_addresses(&s);
	find_wanted(&s);
	index_functions(&s);
	split_into_ranges(&s);
	read_ranges(&s);
	found = s.wanted.n > 0;
	release_search(&s);
	return found;
}

void pq_weblist_release_codes(struct pq_weblist_codes *c)
{
	pq_vec_release(&c->at);
	pq_intern_release(&c->interest);
	pq_intern_release(&c->names);
	pq_vec_release(&c->functions);
}
