#include "disasm/code.h"

#include <string.h>

#include "base/cursor.h"
#include "base/search.h"
#include "disasm/decode.h"
#include "symbolize/ask.h"
#include "symbolize/elf/elf_content.h"
#include "symbolize/reader.h"

#include "base/banned.h"

static void put_code_number(struct pq_buf *b, uint64_t value)
{
	uint8_t bytes[PQ_VARINT_MOST];

	pq_buf_bytes(b, (const char *)bytes,
		     (size_t)(pq_varint_put(bytes, value) - bytes));
}

static void put_code_text(struct pq_buf *b, struct pq_text text)
{
	put_code_number(b, text.len);
	pq_buf_text(b, text);
}

static struct pq_text take_code_text(struct pq_cursor *c,
				     struct pq_arena *arena)
{
	struct pq_cursor part = pq_cursor_bytes(c);

	return pq_arena_text(arena,
			     (struct pq_text){ (const char PQ_RAW *)part.at,
					       pq_cursor_left(&part) });
}

/* ---- symbols ---- */

static bool list_code_symbols(void *arg, struct pq_buf *answer,
			      struct pq_error *err)
{
	const struct pq_program_files *files = arg;
	struct pq_elf_content content;
	struct pq_symbol_list list;

	if (!pq_elf_content_open(&content, files->binary, err))
		return false;
	pq_symbol_list_read(&list, &content);
	put_code_number(answer, list.at.n);
	for (size_t i = 0; i < list.at.n; i++) {
		put_code_number(answer, list.at.at[i].address);
		put_code_text(answer, list.at.at[i].name);
	}
	pq_symbol_list_release(&list);
	pq_elf_content_close(&content);
	return true;
}

bool pq_code_symbols_ask(struct pq_code_symbols *s,
			 const struct pq_program_files *files,
			 struct pq_error *err)
{
	struct pq_program_files asked = *files;
	const struct pq_reader_work work = { NULL, list_code_symbols, &asked };
	struct pq_buf answer;
	struct pq_cursor c;
	uint64_t n;

	memset(s, 0, sizeof(*s));
	pq_arena_init(&s->arena);
	if (!pq_reader_run(&work, &answer, err))
		return false;
	c = pq_cursor_over(pq_unchecked_bytes(answer.data) + 1, answer.len - 1);
	n = pq_cursor_varint(&c);
	/* The child may be in the hands of its file: lengths are checked. */
	for (uint64_t i = 0; i < n && !c.bad; i++) {
		uint64_t address = pq_cursor_varint(&c);
		struct pq_text name = take_code_text(&c, &s->arena);

		*pq_vec_push(&s->at) = (struct pq_code_symbol){ address, name };
	}
	pq_buf_release(&answer);
	return !c.bad || pq_fail(err, PQ_EFORMAT, "damaged, and left out");
}

void pq_code_symbols_release(struct pq_code_symbols *s)
{
	pq_vec_release(&s->at);
	pq_arena_release(&s->arena);
}

/* ---- instructions ---- */

/* Most bytes between a range and the symbol that it begins in. */
#define MOST_LEAD ((uint64_t)1 << 20)

struct decoding {
	const struct pq_code_question *q;
	struct pq_elf_content content;
	struct pq_symbols symbols, stubs;
	struct pq_symbol_list list; /* for targets */
	struct pq_decoder *decoder;
	uint64_t bytes;	     /* decoded */
	struct pq_buf text;  /* all instructions', end to end */
	PQ_VEC(size_t) ends; /* where the text of each ends */
	PQ_VEC(uint64_t) addresses, targets;
};

/* The first symbol after an address, which decoding begins anew at. */
static uint64_t next_symbol(const struct decoding *d, uint64_t address)
{
	size_t at = PQ_FIRST_ABOVE(d->symbols.at.at, d->symbols.at.n, address,
				   address);

	return at < d->symbols.at.n ? d->symbols.at.at[at].address : UINT64_MAX;
}

/* Where to begin so that an instruction begins there. */
static uint64_t find_begin(const struct decoding *d,
			   const struct pq_elf_section *s, uint64_t start)
{
	const struct pq_symbol *at = pq_symbol_at(&d->symbols, start);

	/* A symbol far before says little, and would cost much decoding. */
	if (!at || at->address < s->address || start - at->address > MOST_LEAD)
		return start;
	return at->address;
}

/* The part of a section of code that a range has; true: there is some. */
static bool cut_range(const struct pq_elf_section *s,
		      const struct pq_code_range *from,
		      struct pq_code_range *part)
{
	uint64_t end = s->address + s->bytes;

	/* only code is decoded, wherever the range leads */
	*part = *from;
	if (!(s->flags & PQ_SECTION_EXECUTABLE) || end < s->address)
		return false;
	if (part->start < s->address)
		part->start = s->address;
	if (part->end > end)
		part->end = end;
	return part->start < part->end;
}

static void decode_part(struct decoding *d, const struct pq_elf_section *s,
			const struct pq_code_range *part)
{
	struct pq_bytes code = pq_elf_content_of(&d->content, s);
	uint64_t at = find_begin(d, s, part->start);
	uint64_t stop = next_symbol(d, at);

	pq_bytes_skip(&code, at - s->address);
	while (at < part->end && pq_bytes_left(&code) &&
	       d->bytes < PQ_CODE_MOST_BYTES) {
		size_t start = d->text.len;
		uint64_t target = 0;
		uint64_t n = pq_decoder_next(d->decoder, code, at, &d->text,
					     &target);

		/* the lead tells where instructions begin, and is left out */
		if (at < part->start) {
			d->text.len = start;
		} else {
			*pq_vec_push(&d->addresses) = at;
			*pq_vec_push(&d->targets) = target;
			*pq_vec_push(&d->ends) = d->text.len;
		}

		/* a symbol begins an instruction, whatever the bytes before */
		if (n >= stop - at) {
			n = stop - at;
			stop = next_symbol(d, stop);
		}
		pq_bytes_skip(&code, n);
		d->bytes += n;
		at += n;
	}
}

static bool decode_ranges(struct decoding *d, struct pq_error *err)
{
	const struct pq_code_question *q = d->q;
	const struct pq_elf *e = q->files.binary;
	struct pq_code_range part;

	d->decoder =
		pq_decoder_open(e, q->intel_syntax, &d->list, &d->stubs, err);
	if (!d->decoder)
		return false;
	for (size_t i = 0; i < q->n_ranges; i++)
		for (size_t j = 0; j < e->sections.n; j++)
			if (cut_range(&e->sections.at[j], &q->ranges[i], &part))
				decode_part(d, &e->sections.at[j], &part);
	pq_decoder_close(d->decoder);

	/* sections that overlap are damage, and their lines not worth much */
	for (size_t i = 1; i < d->addresses.n; i++)
		if (d->addresses.at[i] <= d->addresses.at[i - 1])
			return pq_fail(err, PQ_EFORMAT,
				       "sections of code overlap");
	return true;
}

/* Without parentheses that are empty, which the reference passes over. */
static void put_function_text(struct pq_buf *to, struct pq_text name)
{
	static const char empty[] = "()";
	struct pq_buf readable = { 0 };
	struct pq_text text;
	size_t n;

	pq_put_function_name(&readable, name);
	text = pq_buf_view(&readable);
	n = text.len < sizeof(empty) - 1 ? 0 : text.len - (sizeof(empty) - 1);
	if (pq_text_is(pq_text_slice(text, n, text.len), empty))
		text = pq_text_slice(text, 0, n);
	put_code_text(to, text);
	pq_buf_release(&readable);
}

static void put_instruction(struct decoding *d, size_t i, struct pq_buf *answer)
{
	const struct pq_symbol *s =
		pq_symbol_at(&d->symbols, d->addresses.at[i]);
	size_t start = i ? d->ends.at[i - 1] : 0;

	/* The order is that in which take_instructions reads. */
	put_code_number(answer, d->addresses.at[i]);
	put_code_number(answer, d->targets.at[i]);
	put_code_text(answer, pq_text_slice(pq_buf_view(&d->text), start,
					    d->ends.at[i]));
	put_function_text(answer, s ? s->name : PQ_TEXT(""));
}

static void read_code_symbols(struct decoding *d)
{
	/* functions and stubs name places, the list names targets */
	pq_symbols_init(&d->symbols);
	pq_symbols_add(&d->symbols, &d->content);
	pq_symbols_sort(&d->symbols);
	pq_symbols_init(&d->stubs);
	pq_symbols_add_linkage(&d->stubs, &d->content, &d->symbols);
	pq_symbols_sort(&d->stubs);
	pq_symbol_list_read(&d->list, &d->content);
}

static void release_decoding(struct decoding *d)
{
	pq_symbols_release(&d->symbols);
	pq_symbols_release(&d->stubs);
	pq_symbol_list_release(&d->list);
	pq_vec_release(&d->addresses);
	pq_vec_release(&d->targets);
	pq_vec_release(&d->ends);
	pq_buf_release(&d->text);
	pq_elf_content_close(&d->content);
}

static bool decode_code(void *arg, struct pq_buf *answer, struct pq_error *err)
{
	struct decoding d = { .q = arg };
	struct pq_program_facts facts;
	struct pq_frame_lists frames;
	bool ok;

	if (!pq_elf_content_open(&d.content, d.q->files.binary, err))
		return false;
	read_code_symbols(&d);

	/* instructions first: their addresses are what frames are asked for */
	ok = decode_ranges(&d, err) &&
	     pq_resolve(&d.q->files, PQ_RESOLVE_PLACES, d.addresses.at,
			d.addresses.n, &frames, &facts, err);
	if (ok) {
		put_code_number(answer, d.addresses.n);
		for (size_t i = 0; i < d.addresses.n; i++)
			put_instruction(&d, i, answer);
		pq_frame_lists_put(answer, &frames, &facts);
		pq_frame_lists_release(&frames);
	}
	release_decoding(&d);
	return ok;
}

static bool load_decoder(void *arg, struct pq_error *err)
{
	(void)arg;
	return pq_decoder_load(err);
}

/* The answer, with its bounds checked; false at damage. */
static bool take_instructions(struct pq_instructions *code, struct pq_cursor *c)
{
	struct pq_program_facts facts;
	uint64_t n = pq_cursor_varint(c);

	for (uint64_t i = 0; i < n && !c->bad; i++) {
		struct pq_instruction one = { .address = pq_cursor_varint(c) };

		one.target = pq_cursor_varint(c);
		one.text = take_code_text(c, &code->arena);
		one.function = take_code_text(c, &code->arena);
		*pq_vec_push(&code->at) = one;
	}
	return !c->bad &&
	       pq_frame_lists_take(c, code->at.n, &code->frames, &facts);
}

bool pq_code_ask(struct pq_instructions *code, const struct pq_code_question *q,
		 struct pq_error *err)
{
	struct pq_code_question asked = *q;
	const struct pq_reader_work work = { load_decoder, decode_code,
					     &asked };
	struct pq_buf answer;
	struct pq_cursor c;
	bool ok;

	memset(code, 0, sizeof(*code));
	pq_arena_init(&code->arena);
	/* Empty lists can be released, whatever happens below. */
	pq_frame_lists_init(&code->frames, 0);
	if (!pq_reader_run(&work, &answer, err))
		return false;
	/* The lists of the answer are made anew: these were never filled. */
	pq_frame_lists_release(&code->frames);
	c = pq_cursor_over(pq_unchecked_bytes(answer.data) + 1, answer.len - 1);
	ok = take_instructions(code, &c);
	pq_buf_release(&answer);
	return ok || pq_fail(err, PQ_EFORMAT, "damaged, and left out");
}

const struct pq_frame *pq_instruction_frame(const struct pq_instructions *c,
					    size_t i)
{
	const struct pq_frame_list *list = &c->frames.of[i];

	return list->n ? &c->frames.at.at[list->first] : NULL;
}

void pq_instructions_release(struct pq_instructions *code)
{
	pq_frame_lists_release(&code->frames);
	pq_vec_release(&code->at);
	pq_arena_release(&code->arena);
}
