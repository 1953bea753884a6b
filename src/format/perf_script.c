#include "format/perf_script.h"

#include <string.h>

#include "format/text/builder.h"
#include "format/text/finish.h"
#include "format/text/mappings.h"
#include "format/text/scan.h"
#include "format/perf_labels.h"
#include "format/perf_line.h"

#include "base/banned.h"

/* Each kind of event is a column of all samples; perf has never so many. */
#define EVENTS_MOST 64

struct frame {
	uint64_t address;
	int64_t line;
	uint32_t function; /* PQ_NONE: unknown */
	uint32_t mapping;  /* PQ_NONE: unknown */
	struct pq_text symbol;
	bool inlined;
};

/*
 * Samples are kept as three values, one, the number of their event and its
 * period, until all events are known.
 */
struct perf {
	struct pq_legacy b;
	struct pq_lines l;
	PQ_VEC(struct frame) frames; /* the sample being read, leaf first */
	PQ_VEC(uint32_t) mapping_of; /* mapping + 1, by string id of its file */
	struct pq_map known_locations; /* locations by content */
	int64_t values[3];
	int64_t first, last; /* times; -1: none yet */
	int64_t period; /* that of all samples; 0: none yet, -1: it changes */
	bool in_one;	/* a sample is being read */
	uint64_t n_passed; /* lines that are nothing of perf's */
};

/* ---- locations ---- */

static uint32_t intern_dso(struct perf *r, struct pq_text dso)
{
	struct pq_profile *p = r->b.p;
	struct pq_mapping m = { .file = pq_legacy_string(&r->b, dso) };

	if (!dso.len)
		return PQ_NONE;
	while (r->mapping_of.n <= m.file)
		*pq_vec_push(&r->mapping_of) = 0;
	if (!r->mapping_of.at[m.file]) {
		m.id = p->mappings.n + 1;
		*pq_vec_push(&p->mappings) = m;
		r->mapping_of.at[m.file] = (uint32_t)m.id;
	}
	return r->mapping_of.at[m.file] - 1;
}

/* A location in the making: its frames, inlined ones first. */
struct place {
	const struct frame *frames;
	uint32_t n; /* frames with a function */
	uint64_t address;
	uint32_t mapping;
};

static bool same_perf_location(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_profile *p = ctx;
	const struct place *k = key;
	const struct pq_location *l = &p->locations.at[index];
	const struct pq_line *lines = pq_location_lines(p, l);

	if (l->address != k->address || l->mapping != k->mapping ||
	    l->n_lines != k->n)
		return false;
	for (uint32_t i = 0; i < k->n; i++)
		if (lines[i].function != k->frames[i].function ||
		    lines[i].line != k->frames[i].line)
			return false;
	return true;
}

static uint64_t hash_script_place(const struct place *k)
{
	uint64_t hash = pq_hash_mix(pq_hash_mix(0, k->address), k->mapping);

	for (uint32_t i = 0; i < k->n; i++)
		hash = pq_hash_mix(pq_hash_mix(hash, k->frames[i].function),
				   (uint64_t)k->frames[i].line);
	return hash;
}

static void add_perf_location(struct pq_profile *p, const struct place *k)
{
	struct pq_location l = { .address = k->address,
				 .mapping = k->mapping,
				 .first_line = (uint32_t)p->lines.n,
				 .n_lines = k->n };

	for (uint32_t i = 0; i < k->n; i++)
		*pq_vec_push(&p->lines) =
			(struct pq_line){ .function = k->frames[i].function,
					  .line = k->frames[i].line };
	*pq_vec_push(&p->locations) = l;
	if (k->n && k->mapping != PQ_NONE)
		p->mappings.at[k->mapping].has_functions = true;
}

static void push_perf_location(struct perf *r, const struct place *k)
{
	struct pq_profile *p = r->b.p;
	uint32_t fresh = (uint32_t)p->locations.n, at;

	at = pq_map_intern(&r->known_locations, hash_script_place(k),
			   same_perf_location, p, k, fresh);
	if (at == fresh)
		add_perf_location(p, k);
	*pq_vec_push(&r->b.stack) = at;
}

/* Inlined frames belong to the frame that ends their run. */
static void push_perf_frames(struct perf *r)
{
	size_t from = 0;

	for (size_t i = 0; i < r->frames.n; i++) {
		const struct frame *f = &r->frames.at[i];
		struct place k = { .frames = &r->frames.at[from],
				   .n = (uint32_t)(i - from),
				   .address = f->address,
				   .mapping = f->mapping };

		if (f->inlined && i + 1 < r->frames.n)
			continue;
		/* The frame itself comes last, after those inlined into it. */
		k.n += f->function != PQ_NONE;
		push_perf_location(r, &k);
		from = i + 1;
	}
}

/* ---- samples ---- */

static void store_perf_sample(struct perf *r)
{
	if (!r->in_one)
		return;
	push_perf_frames(r);
	pq_legacy_sample(&r->b, r->values);
	r->in_one = false;
}

/* The event's number among the sample types, which begin with samples. */
static bool find_event(struct perf *r, struct pq_text event, int64_t *number)
{
	struct pq_profile *p = r->b.p;
	struct pq_value_type type = { .type = pq_legacy_string(&r->b, event) };

	for (size_t i = 1; i < p->sample_types.n; i++)
		if (p->sample_types.at[i].type == type.type) {
			*number = (int64_t)i;
			return true;
		}
	if (p->sample_types.n > EVENTS_MOST)
		return pq_lines_fail(&r->l, "more than 64 kinds of events");
	type.unit =
		pq_legacy_string(&r->b, pq_perf_unit(pq_perf_is_clock(event)));
	*number = (int64_t)p->sample_types.n;
	*pq_vec_push(&p->sample_types) = type;
	return true;
}

static void note_sample_time(struct perf *r, int64_t nanos)
{
	if (nanos < 0)
		return;
	if (r->first < 0 || nanos < r->first)
		r->first = nanos;
	if (nanos > r->last)
		r->last = nanos;
}

static struct pq_text intern_perf_text(struct perf *r, struct pq_text t)
{
	return pq_intern_text(&r->b.strings, pq_legacy_string(&r->b, t));
}

/* perf demangles, and leaves parameters and results in the names. */
static uint32_t demangled_function(struct perf *r, struct pq_text name,
				   struct pq_text file)
{
	uint32_t number = pq_legacy_function(&r->b, name, file);

	r->b.p->functions.at[number].demangled = true;
	return number;
}

static void take_perf_frame(struct perf *r, const struct pq_perf_frame *f)
{
	struct frame to = { .address = f->address,
			    .function = PQ_NONE,
			    .mapping = intern_dso(r, f->dso),
			    .symbol = intern_perf_text(r, f->symbol),
			    .inlined = f->inlined };

	/* An inlined frame without a name says nothing. */
	if (to.inlined && !to.symbol.len)
		return;
	if (to.symbol.len)
		to.function = demangled_function(r, to.symbol, PQ_TEXT(""));
	*pq_vec_push(&r->frames) = to;
}

static bool begin_perf_sample(struct perf *r, const struct pq_perf_header *h)
{
	struct pq_perf_frame f;

	store_perf_sample(r);
	/* Records of other kinds end the sample before, and begin none. */
	if (h->record)
		return true;
	pq_legacy_begin(&r->b);
	r->frames.n = 0;
	r->values[0] = 1;
	r->values[2] = h->period;
	if (!find_event(r, h->event, &r->values[1]))
		return false;
	/* A profile has one period: it is dropped when samples differ. */
	if (!r->period)
		r->period = h->period;
	if (r->period != h->period)
		r->period = -1;
	note_sample_time(r, h->nanos);
	pq_perf_labels(&r->b, h->comm, h->pid, h->tid);
	/* Without stacks the only frame stands on the header's line. */
	if (pq_perf_frame(h->rest, &f))
		take_perf_frame(r, &f);
	r->in_one = true;
	return true;
}

/* ---- lines ---- */

/* A line FILE:LINE is about the frame before it. */
static bool take_source_line(struct perf *r)
{
	struct pq_text file;
	struct frame *f = r->frames.n ? &r->frames.at[r->frames.n - 1] : NULL;
	int64_t line;

	if (!f || !pq_perf_place(r->l.line, &file, &line))
		return false;
	if (f->function != PQ_NONE && !pq_text_is(file, "??")) {
		f->function = demangled_function(r, f->symbol, file);
		f->line = line;
	}
	return true;
}

/*
 * Frames and their places are indented; where an editor took that off, a frame
 * is known by the file at its end.
 */
static bool take_stack_line(struct perf *r)
{
	struct pq_text line = r->l.line;
	bool indented = pq_is_space(line.bytes[0]);
	struct pq_perf_frame f;

	if (!indented && line.bytes[line.len - 1] != ')')
		return false;
	if (!pq_perf_frame(line, &f))
		return indented && take_source_line(r);
	take_perf_frame(r, &f);
	return true;
}

static bool take_perf_line(struct perf *r)
{
	struct pq_text line = r->l.line;
	struct pq_perf_header h;

	/* A sample that is cut off must not pass for a shorter one. */
	if (!r->l.whole && line.len && line.bytes[line.len - 1] != ')')
		return pq_lines_fail(&r->l, "a sample is cut off; the file was "
					    "truncated (write it again)");
	if (!pq_text_trim(line).len) {
		store_perf_sample(r);
		return true;
	}
	if (line.bytes[0] == '#')
		return true;
	if (line.bytes[0] != '\t' && pq_perf_header(line, &h))
		return begin_perf_sample(r, &h);
	/* Warnings and errors of decoding stand between samples. */
	if (!r->in_one || !take_stack_line(r))
		r->n_passed++;
	return true;
}

/* ---- all of it ---- */

struct spreading {
	int64_t values[EVENTS_MOST + 1];
	size_t n;
};

/* Puts the period into its event's column; all others are 0. */
static bool spread_event_value(void *ctx, struct pq_sample *sample)
{
	struct spreading *s = ctx;
	int64_t event = sample->values[1];

	memset(s->values, 0, sizeof(s->values));
	s->values[0] = sample->values[0];
	s->values[event] = sample->values[2];
	sample->values = s->values;
	return true;
}

static void finish_perf(struct perf *r)
{
	struct pq_profile *p = r->b.p;
	struct spreading s = { .n = p->sample_types.n };

	pq_samples_rewrite(&p->samples, (unsigned)s.n, spread_event_value, &s);
	p->samples.n_values = (unsigned)s.n;
	/* The first event is the one that reports show. */
	if (s.n > 1)
		p->default_sample_type = p->sample_types.at[1].type;
	/* A period belongs to one event: of several none is named. */
	if (s.n == 2) {
		p->period_type = p->sample_types.at[1];
		p->period = r->period > 0 ? r->period : 0;
	}
	if (r->first >= 0)
		p->duration_nanos = r->last - r->first;
	pq_lines_note_passed(&r->b.p->notes, r->n_passed, "sample");
	pq_put_program_first(&r->b);
	pq_legacy_number(&r->b);
	/* No pq_legacy_close: perf leaves no frames of its own to drop. */
	for (size_t i = 0; i < r->b.strings.texts.n; i++)
		pq_profile_add_string(p, pq_intern_text(&r->b.strings,
							(uint32_t)i));
}

static bool read_perf(struct perf *r)
{
	pq_legacy_sample_type(&r->b, "samples", PQ_TEXT("count"));
	r->b.p->samples.n_values = 3;
	while (pq_lines_next(&r->l))
		if (!take_perf_line(r))
			return false;
	if (r->l.err->code != PQ_OK)
		return false;
	store_perf_sample(r);
	finish_perf(r);
	return true;
}

/*
 * The first line that is no comment must be a header.  Without a time or an
 * event it could stand in many a text, and the line after it has to be a frame.
 */
int pq_perf_script_probe(const uint8_t *head, size_t n)
{
	struct pq_text rest = { (const char *)head, n }, line = PQ_TEXT("");
	struct pq_perf_header h;
	struct pq_perf_frame f;

	while (pq_line_is_blank(line))
		if (!pq_lines_split(&rest, &line))
			return PQ_SURE_NO;
	if (line.bytes[0] == '\t' || memchr(line.bytes, '\0', line.len) ||
	    !pq_perf_header(line, &h))
		return PQ_SURE_NO;
	if (h.nanos >= 0 && (h.names_event || h.record))
		return PQ_SURE_LIKELY + 1;
	return pq_lines_split(&rest, &line) && pq_perf_frame(line, &f)
		       ? PQ_SURE_LIKELY
		       : PQ_SURE_NO;
}

bool pq_perf_script_read(struct pq_stream *s, struct pq_profile *p,
			 struct pq_error *err)
{
	struct perf r = { .first = -1, .last = -1 };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_lines_init(&r.l, s, err);
	ok = read_perf(&r);
	pq_vec_release(&r.frames);
	pq_vec_release(&r.mapping_of);
	pq_map_release(&r.known_locations);
	pq_legacy_release(&r.b);
	return ok;
}
