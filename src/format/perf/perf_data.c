#include "format/perf/perf_data.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "format/perf/folder.h"
#include "format/perf/reading.h"

#include "base/banned.h"

#define MAGIC_BYTES 8
#define PIPE_HEADER 16
#define FILE_HEADER 104
#define RECORD_HEADER 8
#define SECTION_BYTES 16
#define N_FEATURES 256

/* An attr has 64 bytes at least, and its entry says where its ids are. */
#define ENTRY_LEAST 80
#define ENTRY_MOST 4096

/* A feature that is larger has no names of events and no build ids. */
#define FEATURE_MOST ((uint64_t)64 << 20)

struct section {
	uint64_t offset, bytes;
};

struct file {
	struct pq_perf_reading r;
	uint64_t entry_bytes;
	struct section attrs, data;
	uint64_t features[N_FEATURES / 64];
	bool cut; /* the file ends where something should follow */
};

int pq_perf_data_probe(const uint8_t *head, size_t n)
{
	static const char *const magics[] = { "PERFILE2", "2ELIFREP",
					      "PERFFILE" };

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		if (n >= MAGIC_BYTES && !memcmp(head, magics[i], MAGIC_BYTES))
			return PQ_SURE_MAGIC;
	return PQ_SURE_NO;
}

/* ---- bytes of the stream ---- */

static struct pq_cursor window_of(const struct pq_stream *s, uint64_t n)
{
	return pq_cursor_over(s->window + s->at, (size_t)n);
}

/* Passes over bytes of which there may be many; false when they end. */
static bool skip_bytes(struct file *f, uint64_t n)
{
	struct pq_stream *s = f->r.s;

	while (n) {
		size_t step;

		if (!pq_stream_need(s, 1, f->r.err)) {
			f->cut = true;
			return false;
		}
		step = s->end - s->at;
		if (step > n)
			step = (size_t)n;
		s->at += step;
		n -= step;
	}
	return true;
}

/* Bytes from the start of the file, which is still all in the window. */
static bool find_section(struct file *f, struct section at, const char *what,
			 struct pq_cursor *c)
{
	struct pq_stream *s = f->r.s;
	uint64_t end;

	if (__builtin_add_overflow(at.offset, at.bytes, &end) ||
	    end > SIZE_MAX / 2 || !pq_stream_need(s, (size_t)end, f->r.err))
		return pq_fail(f->r.err, PQ_EFORMAT,
			       "its header says that %s are at byte %" PRIu64
			       ", %" PRIu64 " bytes of them, where there is no "
			       "file",
			       what, at.offset, at.bytes);
	*c = window_of(s, end);
	c->at += at.offset;
	return true;
}

/* ---- header ---- */

static struct section take_file_section(struct pq_cursor *c)
{
	struct section at = { .offset = pq_cursor_le64(c) };

	at.bytes = pq_cursor_le64(c);
	return at;
}

static bool take_file_header(struct file *f, struct pq_cursor c)
{
	(void)pq_cursor_part(&c, MAGIC_BYTES + 8);
	f->entry_bytes = pq_cursor_le64(&c);
	f->attrs = take_file_section(&c);
	f->data = take_file_section(&c);
	(void)take_file_section(&c); /* event types, of long ago */
	for (size_t i = 0; i < N_FEATURES / 64; i++)
		f->features[i] = pq_cursor_le64(&c);
	if (f->entry_bytes < ENTRY_LEAST || f->entry_bytes > ENTRY_MOST)
		return pq_fail_at(f->r.err, MAGIC_BYTES + 8,
				  "an event's description of %" PRIu64
				  " bytes is none that perf writes",
				  f->entry_bytes);
	return true;
}

/* An attr, and where its ids are. */
static bool take_index_entry(struct file *f, struct pq_cursor c,
			     uint64_t offset)
{
	struct pq_cursor attr =
		pq_cursor_part(&c, f->entry_bytes - SECTION_BYTES);
	struct section ids = take_file_section(&c);

	return pq_perf_add_event(&f->r, attr, offset) &&
	       find_section(f, ids, "ids of events", &c) &&
	       pq_perf_add_ids(&f->r, c, offset);
}

/* Finding ids may move the window, so that each entry is found anew. */
static bool take_attrs(struct file *f)
{
	struct pq_cursor c;
	uint64_t n = f->attrs.bytes / f->entry_bytes;

	if (f->attrs.bytes % f->entry_bytes)
		return pq_fail(f->r.err, PQ_EFORMAT,
			       "its header says that there are %" PRIu64
			       " bytes of events, of %" PRIu64 " bytes each",
			       f->attrs.bytes, f->entry_bytes);
	if (!find_section(f, f->attrs, "events", &c))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		struct section entry = { f->attrs.offset + i * f->entry_bytes,
					 f->entry_bytes };

		if (!find_section(f, entry, "events", &c) ||
		    !take_index_entry(f, c, entry.offset))
			return false;
	}
	return true;
}

/* ---- records ---- */

/* Bytes that follow a record without being a part of it. */
static uint64_t bytes_behind(const struct pq_perf_record *rec, bool pipe)
{
	struct pq_cursor c = rec->body;

	if (rec->type == PQ_PERF_AUXTRACE)
		return pq_cursor_le64(&c);
	if (rec->type == PQ_PERF_TRACING_DATA && pipe)
		return ((uint64_t)pq_cursor_le32(&c) + 7) & ~(uint64_t)7;
	return 0;
}

static uint16_t record_bytes(const struct pq_stream *s)
{
	return (uint16_t)(s->window[s->at + 6] | s->window[s->at + 7] << 8);
}

/* A whole record in the window; false at the end, with err or without. */
static bool see_record(struct file *f, uint64_t left, uint16_t *size)
{
	struct pq_stream *s = f->r.s;

	f->cut = !pq_stream_need(s, RECORD_HEADER, f->r.err);
	if (f->cut || left < RECORD_HEADER)
		return false;
	*size = record_bytes(s);
	if (*size < RECORD_HEADER || *size > left)
		return pq_fail_at(f->r.err, pq_stream_offset(s),
				  "a record of %u bytes is none that perf "
				  "writes",
				  *size);
	f->cut = !pq_stream_need(s, *size, f->r.err);
	return !f->cut;
}

/* Records up to a size of all of them, or to the end of the input. */
static bool take_records(struct file *f, uint64_t left, bool pipe)
{
	struct pq_stream *s = f->r.s;
	struct pq_perf_record rec;
	struct pq_cursor c;
	uint64_t behind;
	uint16_t size;

	while (left && see_record(f, left, &size)) {
		rec = (struct pq_perf_record){ .offset = pq_stream_offset(s) };
		c = window_of(s, size);
		pq_perf_take_record(&c, &rec);
		/* Counted now: taking the record may use its body up. */
		behind = bytes_behind(&rec, pipe);
		f->r.has_auxtrace |= rec.type == PQ_PERF_AUXTRACE;
		if (!pq_perf_take(&f->r, &rec))
			return false;
		s->at += size;
		left -= size;
		if (behind > left || !skip_bytes(f, behind))
			break;
		left -= behind;
	}
	return f->r.err->code == PQ_OK;
}

/*
 * The header gives no length when the recorder was killed: all that can be a
 * record is one.
 */
static bool take_unfinished(struct file *f)
{
	struct pq_error ignored = { .code = PQ_OK }, *err = f->r.err;
	struct pq_stream *s = f->r.s;
	struct pq_perf_record rec;
	struct pq_cursor c;
	uint16_t size;

	/* A fault in a record cut short is no error: it ends the data. */
	f->r.err = &ignored;
	/* The first record that cannot be one is the end. */
	while (see_record(f, UINT64_MAX, &size)) {
		rec = (struct pq_perf_record){ .offset = pq_stream_offset(s) };
		c = window_of(s, size);
		pq_perf_take_record(&c, &rec);
		if (!pq_perf_take(&f->r, &rec))
			break;
		s->at += size;
		if (!skip_bytes(f, bytes_behind(&rec, false)))
			break;
	}
	/* The end by such a record is no error: the note says it. */
	f->r.err = err;
	f->cut = true;
	pq_notes_add(&f->r.b.p->notes,
		     PQ_TEXT("its header has a data size of 0, because perf "
			     "did not end as it should: what it had written "
			     "by then was read"));
	return true;
}

static void note_cut(struct file *f, const char *file, uint64_t should_end)
{
	struct pq_buf b = { 0 };

	pq_buf_printf(&b, "%s ends at byte %" PRIu64, file,
		      f->r.s->base + f->r.s->end);
	if (should_end)
		pq_buf_printf(&b, ", and its data should end at byte %" PRIu64,
			      should_end);
	pq_buf_str(&b, ": whole records were read, the rest is missing");
	pq_notes_add(&f->r.b.p->notes, pq_buf_view(&b));
	pq_buf_release(&b);
}

/* ---- records of perf's threads, in files of their own ---- */

static void close_part(void *fd)
{
	close(*(int *)fd);
}

/* Records and nothing else; perf compresses each file by itself. */
static bool take_part(struct file *f, unsigned n, int fd)
{
	struct pq_stream part, *first = f->r.s;
	bool ok = pq_stream_open(&part, fd, NULL, 0, &first->io, f->r.err);
	char name[PQ_PERF_PART_CHARS];

	pq_perf_inflater_free(f->r.inflater);
	f->r.inflater = NULL;
	f->r.s = &part;
	ok = ok && take_records(f, UINT64_MAX, false);
	pq_perf_folder_name(name, n);
	if (ok && part.at < part.end)
		note_cut(f, name, 0);
	ok = ok && (!part.io.digest || pq_stream_digest_rest(&part, f->r.err));
	f->r.s = first;
	pq_stream_release(&part);
	return ok;
}

static bool take_parts(struct file *f)
{
	const int *folder = f->r.s->io.folder;
	bool ok = true, was_cut = f->cut;

	for (unsigned n = 0; ok && folder; n++) {
		int fd = pq_perf_folder_part(*folder, n);
		struct pq_cleanup cleanup;

		if (fd < 0)
			break;
		pq_cleanup_add(&cleanup, close_part, &fd);
		ok = take_part(f, n, fd);
		pq_cleanup_remove(&cleanup);
		close(fd);
	}
	/* Where a thread's file ends says nothing of the first one. */
	f->cut = was_cut;
	return ok;
}

/* ---- features, which come behind the data ---- */

static bool take_feature(struct file *f, unsigned number, struct section at)
{
	struct pq_stream *s = f->r.s;
	uint64_t here = pq_stream_offset(s);

	/* Features lie behind the data, in order: none is sought backwards. */
	if (at.offset < here || at.bytes > FEATURE_MOST ||
	    !skip_bytes(f, at.offset - here) ||
	    !pq_stream_need(s, (size_t)at.bytes, f->r.err))
		return false;
	pq_perf_take_feature(&f->r, number, window_of(s, at.bytes));
	return true;
}

static bool has_feature(const struct file *f, unsigned number)
{
	return f->features[number / 64] >> number % 64 & 1;
}

/* A table of sections, one for each bit that is set; two are of use. */
static bool take_features(struct file *f)
{
	static const unsigned wanted[] = { 2, 12 };
	struct section at[N_FEATURES] = { 0 };
	struct pq_cursor c;
	size_t n = 0;

	/* Sections stand in order of the bits, wanted or not. */
	for (unsigned i = 0; i < N_FEATURES; i++)
		n += has_feature(f, i);
	if (!pq_stream_need(f->r.s, n * SECTION_BYTES, f->r.err))
		return f->r.err->code == PQ_OK;
	c = window_of(f->r.s, n * SECTION_BYTES);
	for (unsigned i = 0; i < N_FEATURES; i++)
		if (has_feature(f, i))
			at[i] = take_file_section(&c);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (has_feature(f, wanted[i]) &&
		    !take_feature(f, wanted[i], at[wanted[i]]))
			f->r.has_damaged_feature = true;
	return f->r.err->code == PQ_OK;
}

/* ---- all of it ---- */

static bool fail_without_samples(struct file *f)
{
	struct pq_profile *p = f->r.b.p;
	struct pq_buf b = { 0 };

	if (f->r.has_auxtrace)
		return pq_fail(f->r.err, PQ_EFORMAT,
			       "no samples, only a trace of the processor: "
			       "perf script --itrace=i100us -i FILE makes "
			       "samples of it, in a text that can be read "
			       "here");
	for (size_t i = 1; i < p->sample_types.n; i++) {
		pq_buf_str(&b, i > 1 ? ", " : "");
		pq_buf_text(&b, pq_intern_text(&f->r.b.strings,
					       p->sample_types.at[i].type));
	}
	if (!b.len)
		pq_buf_str(&b, "none");
	pq_fail(f->r.err, PQ_EFORMAT, "no samples; events in the file: %.*s",
		(int)(b.len < 500 ? b.len : 500), b.data);
	pq_buf_release(&b);
	return false;
}

static void note_unknown_ids(struct file *f)
{
	struct pq_buf b = { 0 };

	if (!f->r.n_unknown_ids)
		return;
	pq_buf_printf(&b,
		      "%" PRIu64 " samples are of events that the file does "
		      "not describe, and are left out",
		      f->r.n_unknown_ids);
	pq_notes_add(&f->r.b.p->notes, pq_buf_view(&b));
	pq_buf_release(&b);
}

static bool finish_perf_data(struct file *f)
{
	struct pq_notes *notes = &f->r.b.p->notes;

	pq_perf_name_events(&f->r);
	if (!f->r.samples.n)
		return fail_without_samples(f);
	if (f->r.has_damaged_feature)
		pq_notes_add(notes,
			     PQ_TEXT("a feature section lies outside of the "
				     "file or is damaged: names of events or "
				     "build ids may be missing"));
	pq_perf_note_events(&f->r);
	if (!pq_perf_replay(&f->r))
		return false;
	note_unknown_ids(f);
	return true;
}

static bool read_pipe(struct file *f)
{
	f->r.s->at += PIPE_HEADER;
	if (!take_records(f, UINT64_MAX, true))
		return false;
	if (f->r.s->at < f->r.s->end)
		note_cut(f, "the file", 0);
	return finish_perf_data(f);
}

static bool read_file(struct file *f)
{
	uint64_t end;
	struct pq_cursor c;
	struct section start = { 0, FILE_HEADER };

	if (!find_section(f, start, "its own bytes", &c) ||
	    !take_file_header(f, c) || !take_attrs(f))
		return false;
	/* The data may lie anywhere behind the header. */
	start.bytes = f->data.offset;
	if (__builtin_add_overflow(f->data.offset, f->data.bytes, &end) ||
	    !find_section(f, start, "the bytes before its data", &c))
		return pq_fail(f->r.err, PQ_EFORMAT,
			       "its data lie outside of the file");
	f->r.s->at += (size_t)f->data.offset;

	/* A recorder that was killed left a size of 0. */
	if (!f->data.bytes)
		return take_unfinished(f) && take_parts(f) &&
		       finish_perf_data(f);
	if (!take_records(f, f->data.bytes, false) || !take_parts(f))
		return false;
	if (f->cut)
		note_cut(f, "the file", end);
	else if (!take_features(f))
		return false;
	return finish_perf_data(f);
}

static bool read_any(struct file *f)
{
	struct pq_stream *s = f->r.s;
	struct pq_cursor c;

	if (!pq_stream_need(s, PIPE_HEADER, f->r.err))
		return pq_fail_at(f->r.err, s->end,
				  "perf.data that ends within its header");
	c = window_of(s, PIPE_HEADER);
	if (!memcmp(c.at, "PERFFILE", MAGIC_BYTES))
		return pq_fail(f->r.err, PQ_EFORMAT,
			       "perf.data of version 1, which perf wrote "
			       "before 2013: give the output of perf script");
	if (!memcmp(c.at, "2ELIFREP", MAGIC_BYTES))
		return pq_fail(f->r.err, PQ_EFORMAT,
			       "perf.data of a big-endian machine: give the "
			       "output of perf script");
	/* The size of the header tells a pipe from a file. */
	(void)pq_cursor_le64(&c);
	return pq_cursor_le64(&c) == PIPE_HEADER ? read_pipe(f) : read_file(f);
}

static void release_perf_data(struct pq_perf_reading *r)
{
	pq_legacy_release(&r->b);
	pq_vec_release(&r->events);
	pq_ids_release(&r->id_numbers);
	pq_vec_release(&r->ids);
	pq_vec_release(&r->build_ids);
	pq_vec_release(&r->words);
	pq_vec_release(&r->chains);
	pq_map_release(&r->chain_map);
	pq_vec_release(&r->rows);
	pq_vec_release(&r->samples);
	pq_vec_release(&r->members);
	pq_vec_release(&r->maps);
	pq_vec_release(&r->comms);
	pq_vec_release(&r->forks);
	pq_perf_inflater_free(r->inflater);
}

bool pq_perf_data_read(struct pq_stream *s, struct pq_profile *p,
		       struct pq_error *err)
{
	struct file f = { .r = { .s = s, .err = err } };
	bool ok;

	pq_legacy_init(&f.r.b, p);
	ok = read_any(&f);
	release_perf_data(&f.r);
	return ok;
}
