#include "disasm/code.h"

#include <string.h>

#include "base/cursor.h"
#include "disasm/decode.h"
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

struct decoding {
	const struct pq_code_question *q;
	struct pq_elf_content content;
	struct pq_symbols symbols, stubs;
	struct pq_symbol_list list; /* for targets */
	struct pq_buf text;	    /* all instructions', end to end */
	PQ_VEC(uint64_t) addresses;
	PQ_VEC(size_t) ends; /* where the text of each ends */
};

static struct pq_bytes find_code_bytes(struct decoding *d)
{
	const struct pq_elf *e = d->q->files.binary;

	for (size_t i = 0; i < e->sections.n; i++) {
		const struct pq_elf_section *s = &e->sections.at[i];
		struct pq_bytes b;

		if (!(s->flags & PQ_SECTION_EXECUTABLE) ||
		    d->q->start < s->address ||
		    d->q->start - s->address >= s->bytes)
			continue;
		b = pq_elf_content_of(&d->content, s);
		pq_bytes_skip(&b, d->q->start - s->address);
		return b;
	}
	return pq_bytes_over(NULL, 0, e->big);
}

static bool decode_range(struct decoding *d, struct pq_error *err)
{
	const struct pq_code_question *q = d->q;
	struct pq_bytes code = find_code_bytes(d);
	struct pq_decoder *decoder = pq_decoder_open(
		q->files.binary, q->intel_syntax, &d->list, &d->stubs, err);
	uint64_t at = q->start;

	if (!decoder)
		return false;
	while (at < q->end && pq_bytes_left(&code) &&
	       at - q->start < PQ_CODE_MOST_BYTES) {
		size_t n = pq_decoder_next(decoder, code, at, &d->text);

		*pq_vec_push(&d->addresses) = at;
		*pq_vec_push(&d->ends) = d->text.len;
		pq_bytes_skip(&code, n);
		at += n;
	}
	pq_decoder_close(decoder);
	return true;
}

static void put_function_text(struct pq_buf *to, struct pq_text name)
{
	struct pq_buf readable = { 0 };

	pq_put_function_name(&readable, name);
	put_code_text(to, pq_buf_view(&readable));
	pq_buf_release(&readable);
}

static void put_instruction(struct decoding *d,
			    const struct pq_frame_lists *frames, size_t i,
			    struct pq_buf *answer)
{
	const struct pq_symbol *s =
		pq_symbol_at(&d->symbols, d->addresses.at[i]);
	const struct pq_frame_list *list = &frames->of[i];
	const struct pq_frame *at = list->n ? &frames->at.at[list->first]
					    : NULL;
	size_t start = i ? d->ends.at[i - 1] : 0;

	put_code_number(answer, d->addresses.at[i]);
	put_code_text(answer, pq_text_slice(pq_buf_view(&d->text), start,
					    d->ends.at[i]));
	put_function_text(answer, s ? s->name : PQ_TEXT(""));
	put_code_text(answer, at && at->line
				      ? pq_intern_text(&frames->texts, at->file)
				      : PQ_TEXT(""));
	put_code_number(answer, at ? (uint64_t)at->line : 0);
}

static bool decode_code(void *arg, struct pq_buf *answer, struct pq_error *err)
{
	struct decoding d = { .q = arg };
	struct pq_program_facts facts;
	struct pq_frame_lists frames;
	bool ok;

	if (!pq_elf_content_open(&d.content, d.q->files.binary, err))
		return false;

	/* functions and stubs name places, the list names targets */
	pq_symbols_init(&d.symbols);
	pq_symbols_add(&d.symbols, &d.content);
	pq_symbols_sort(&d.symbols);
	pq_symbols_init(&d.stubs);
	pq_symbols_add_stubs(&d.stubs, &d.content);
	pq_symbols_sort(&d.stubs);
	pq_symbol_list_read(&d.list, &d.content);

	/* instructions first: their addresses are what lines are asked for */
	ok = decode_range(&d, err) &&
	     pq_resolve(&d.q->files, false, d.addresses.at, d.addresses.n,
			&frames, &facts, err);
	if (ok) {
		put_code_number(answer, d.addresses.n);
		for (size_t i = 0; i < d.addresses.n; i++)
			put_instruction(&d, &frames, i, answer);
		pq_frame_lists_release(&frames);
	}
	pq_symbols_release(&d.symbols);
	pq_symbols_release(&d.stubs);
	pq_symbol_list_release(&d.list);
	pq_vec_release(&d.addresses);
	pq_vec_release(&d.ends);
	pq_buf_release(&d.text);
	pq_elf_content_close(&d.content);
	return ok;
}

static bool load_decoder(void *arg, struct pq_error *err)
{
	(void)arg;
	return pq_decoder_load(err);
}

bool pq_code_ask(struct pq_instructions *code, const struct pq_code_question *q,
		 struct pq_error *err)
{
	struct pq_code_question asked = *q;
	const struct pq_reader_work work = { load_decoder, decode_code,
					     &asked };
	struct pq_buf answer;
	struct pq_cursor c;
	uint64_t n;

	memset(code, 0, sizeof(*code));
	pq_arena_init(&code->arena);
	if (!pq_reader_run(&work, &answer, err))
		return false;
	c = pq_cursor_over(pq_unchecked_bytes(answer.data) + 1, answer.len - 1);
	n = pq_cursor_varint(&c);
	for (uint64_t i = 0; i < n && !c.bad; i++) {
		struct pq_instruction one = { .address = pq_cursor_varint(&c) };

		one.text = take_code_text(&c, &code->arena);
		one.function = take_code_text(&c, &code->arena);
		one.file = take_code_text(&c, &code->arena);
		one.line = (int64_t)pq_cursor_varint(&c);
		*pq_vec_push(&code->at) = one;
	}
	pq_buf_release(&answer);
	return !c.bad || pq_fail(err, PQ_EFORMAT, "damaged, and left out");
}

void pq_instructions_release(struct pq_instructions *code)
{
	pq_vec_release(&code->at);
	pq_arena_release(&code->arena);
}
