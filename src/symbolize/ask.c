#include "symbolize/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "symbolize/elf/symbols.h"
#include "symbolize/reader.h"

#include "base/banned.h"

/* ---- addresses of the file ---- */

struct kernel_search {
	struct pq_text name;
	uint64_t address;
	bool found;
};

static bool meet_kernel_symbol(void *ctx, const struct pq_symbol_entry *s)
{
	struct kernel_search *k = ctx;

	k->found = pq_text_equal(s->name, k->name);
	k->address = s->value;
	return !k->found;
}

static bool find_kernel_symbol(const struct pq_frames_question *q,
			       struct kernel_search *k, struct pq_error *err)
{
	const struct pq_elf *e = q->files.binary;
	struct pq_elf_content content;

	/* Most mappings have nothing of the kernel: no table is read. */
	if (!q->kernel_symbol.len)
		return true;
	k->name = q->kernel_symbol;
	if (!pq_elf_content_open(&content, e, err))
		return false;
	for (size_t i = 0; i < e->sections.n && !k->found; i++)
		if (e->sections.at[i].type == PQ_SECTION_SYMBOLS)
			pq_symbol_table_walk(&content, &e->sections.at[i],
					     meet_kernel_symbol, k);
	pq_elf_content_close(&content);
	return true;
}

struct placed_address {
	uint64_t in_file;
	size_t i; /* in the question */
};

static int compare_file_addresses(const void *x, const void *y)
{
	const struct placed_address *a = x, *b = y;

	return (a->in_file > b->in_file) - (a->in_file < b->in_file);
}

static size_t place_addresses(const struct pq_frames_question *q,
			      const struct pq_translation *t,
			      struct placed_address *places)
{
	size_t n = 0;

	/* An address that the file cannot have gets no frames. */
	for (size_t i = 0; i < q->n; i++)
		if (pq_translate(t, q->addresses[i], &places[n].in_file))
			places[n++].i = i;
	qsort(places, n, sizeof(*places), compare_file_addresses);
	return n;
}

/* The lists of distinct file addresses, for those of the process. */
static void spread_lists(struct pq_frame_lists *frames,
			 const uint64_t *addresses,
			 const struct placed_address *places, size_t n,
			 size_t n_asked)
{
	struct pq_frame_list *lists =
		pq_alloc_zeroed(pq_size_mul(n_asked + 1, sizeof(*lists)));
	size_t at = 0;

	/* Both lists are sorted: the second one is never gone back in. */
	for (size_t i = 0; i < n; i++) {
		while (addresses[at] != places[i].in_file)
			at++;
		lists[places[i].i] = frames->of[at];
	}
	pq_free(frames->of);
	frames->of = lists;
	frames->n = n_asked;
}

bool pq_answer_frames(const struct pq_frames_question *q,
		      struct pq_frame_lists *frames,
		      struct pq_program_facts *facts, struct pq_error *err)
{
	struct kernel_search kernel = { .found = false };
	struct placed_address *places;
	struct pq_translation t;
	uint64_t *addresses;
	size_t n, unique = 0;
	bool ok;

	if (!find_kernel_symbol(q, &kernel, err) ||
	    !pq_translation_init(&t, q->files.binary, &q->part,
				 kernel.found ? &kernel.address : NULL, err))
		return false;

	/* a file may be mapped twice: its own addresses are asked once each */
	places = pq_alloc(pq_size_mul(q->n + 1, sizeof(*places)));
	addresses = pq_alloc(pq_size_mul(q->n + 1, sizeof(*addresses)));
	n = place_addresses(q, &t, places);
	for (size_t i = 0; i < n; i++)
		if (!i || places[i].in_file != places[i - 1].in_file)
			addresses[unique++] = places[i].in_file;
	ok = pq_resolve(&q->files,
			q->names_only ? PQ_RESOLVE_NAMES : PQ_RESOLVE_FRAMES,
			addresses, unique, frames, facts, err);
	if (ok)
		spread_lists(frames, addresses, places, n, q->n);
	pq_free(places);
	pq_free(addresses);
	return ok;
}

/* ---- the answer as bytes ---- */

static void put_answer_number(struct pq_buf *b, uint64_t value)
{
	uint8_t bytes[PQ_VARINT_MOST];

	pq_buf_bytes(b, (const char *)bytes,
		     (size_t)(pq_varint_put(bytes, value) - bytes));
}

static void put_answer_text(struct pq_buf *b, struct pq_text text)
{
	put_answer_number(b, text.len);
	pq_buf_text(b, text);
}

void pq_frame_lists_put(struct pq_buf *b, const struct pq_frame_lists *f,
			const struct pq_program_facts *facts)
{
	/* facts, texts, frames by the numbers of their texts, missing files */
	put_answer_number(b, facts->has_symbols | facts->has_debug_info << 1 |
				     facts->has_go_table << 2 |
				     facts->is_damaged << 3);
	put_answer_text(b, pq_text_of(facts->go_version));
	put_answer_number(b, f->texts.texts.n);
	for (size_t i = 0; i < f->texts.texts.n; i++)
		put_answer_text(b, f->texts.texts.at[i]);
	put_answer_number(b, f->n);
	for (size_t i = 0; i < f->n; i++) {
		const struct pq_frame_list *list = &f->of[i];

		put_answer_number(b, list->n);
		for (uint32_t j = 0; j < list->n; j++) {
			const struct pq_frame *at = &f->at.at[list->first + j];

			put_answer_number(b, at->name);
			put_answer_number(b, at->file);
			put_answer_number(b, pq_zigzag(at->line));
			put_answer_number(b, pq_zigzag(at->column));
			put_answer_number(b, pq_zigzag(at->start_line));
		}
	}
	put_answer_number(b, f->missing.n);
	for (size_t i = 0; i < f->missing.n; i++)
		put_answer_number(b, f->missing.at[i]);
}

/* ---- and back ---- */

static bool take_frame_texts(struct pq_cursor *c, struct pq_frame_lists *f)
{
	uint64_t n = pq_cursor_varint(c);

	for (uint64_t i = 0; i < n && !c->bad; i++) {
		struct pq_cursor part = pq_cursor_bytes(c);
		struct pq_text text = { (const char PQ_RAW *)part.at,
					pq_cursor_left(&part) };

		/* each is there once, so that numbers stay what they are */
		if (pq_intern(&f->texts, text) != i)
			return false;
	}
	return !c->bad;
}

static bool take_answer_frame(struct pq_cursor *c, struct pq_frame_lists *f,
			      size_t i)
{
	uint64_t name = pq_cursor_varint(c), file = pq_cursor_varint(c);
	struct pq_frame frame;

	frame.line = pq_unzigzag(pq_cursor_varint(c));
	frame.column = pq_unzigzag(pq_cursor_varint(c));
	frame.start_line = pq_unzigzag(pq_cursor_varint(c));
	/* Numbers come from the child: each is checked before its use. */
	if (c->bad || name >= f->texts.texts.n || file >= f->texts.texts.n)
		return false;
	frame.name = (uint32_t)name;
	frame.file = (uint32_t)file;
	pq_frame_lists_add(f, i, &frame);
	return true;
}

static bool take_missing(struct pq_cursor *c, struct pq_frame_lists *f)
{
	uint64_t n = pq_cursor_varint(c);

	for (uint64_t i = 0; i < n && !c->bad; i++) {
		uint64_t text = pq_cursor_varint(c);

		if (text >= f->texts.texts.n)
			return false;
		*pq_vec_push(&f->missing) = (uint32_t)text;
	}
	return true;
}

static void take_go_version(struct pq_cursor *c, struct pq_program_facts *facts)
{
	struct pq_cursor text = pq_cursor_bytes(c);
	size_t n = pq_cursor_left(&text);

	/* A version that is too long is damage, and none. */
	if (n >= sizeof(facts->go_version))
		n = 0;
	memcpy(facts->go_version, text.at, n);
	facts->go_version[n] = '\0';
}

bool pq_frame_lists_take(struct pq_cursor *c, size_t n,
			 struct pq_frame_lists *f,
			 struct pq_program_facts *facts)
{
	uint64_t bits = pq_cursor_varint(c);

	facts->has_symbols = bits & 1;
	facts->has_debug_info = bits >> 1 & 1;
	facts->has_go_table = bits >> 2 & 1;
	facts->is_damaged = bits >> 3 & 1;
	take_go_version(c, facts);
	/* The lists are ready before the first damage: they are released. */
	pq_frame_lists_init(f, n);
	if (!take_frame_texts(c, f) || pq_cursor_varint(c) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t frames = pq_cursor_varint(c);

		pq_frame_lists_begin(f, i);
		for (uint64_t j = 0; j < frames; j++)
			if (!take_answer_frame(c, f, i))
				return false;
	}
	return take_missing(c, f) && !c->bad;
}

static bool run_question(void *arg, struct pq_buf *answer, struct pq_error *err)
{
	const struct pq_frames_question *q = arg;
	struct pq_program_facts facts = { .has_symbols = false };
	struct pq_frame_lists frames;

	if (!pq_answer_frames(q, &frames, &facts, err))
		return false;
	pq_frame_lists_put(answer, &frames, &facts);
	pq_frame_lists_release(&frames);
	return true;
}

bool pq_ask_frames(const struct pq_frames_question *q,
		   struct pq_frame_lists *frames,
		   struct pq_program_facts *facts, struct pq_error *err)
{
	struct pq_frames_question asked = *q;
	const struct pq_reader_work work = { NULL, run_question, &asked };
	struct pq_buf answer;
	struct pq_cursor c;
	bool ok;

	if (!pq_reader_run(&work, &answer, err))
		return false;
	/* The first byte is the reader's word; a byte too many is damage. */
	c = pq_cursor_over(pq_unchecked_bytes(answer.data) + 1, answer.len - 1);
	ok = pq_frame_lists_take(&c, q->n, frames, facts) &&
	     !pq_cursor_left(&c);
	pq_buf_release(&answer);
	if (ok)
		return true;
	pq_frame_lists_release(frames);
	return pq_fail(err, PQ_EFORMAT, "damaged, and left out");
}
