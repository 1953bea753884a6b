#include "render/json_writer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "render/json_text.h"

#include "base/banned.h"

static struct pq_json_level *level_of(struct pq_json_writer *w)
{
	return w->depth ? &w->levels[w->depth - 1] : NULL;
}

static void break_if_asked(struct pq_json_writer *w)
{
	if (w->new_line)
		pq_out_str(w->out, "\n");
	w->new_line = false;
}

/* The comma before a name, or before a value of a list. */
static void separate_token(struct pq_json_writer *w)
{
	struct pq_json_level *level = level_of(w);

	if (level && level->any)
		pq_out_str(w->out, w->spaced && !w->new_line ? ", " : ",");
	if (level)
		level->any = true;
	break_if_asked(w);
}

static void precede_value(struct pq_json_writer *w)
{
	struct pq_json_level *level = level_of(w);

	assert(w->named == (level && level->is_object));
	if (!w->named)
		separate_token(w);
	w->named = false;
}

static void open_level(struct pq_json_writer *w, bool is_object)
{
	precede_value(w);
	assert(w->depth < PQ_JSON_DEPTH);
	w->levels[w->depth++] = (struct pq_json_level){ is_object, false };
	pq_out_str(w->out, is_object ? "{" : "[");
}

static void close_level(struct pq_json_writer *w, bool is_object)
{
	assert(w->depth && level_of(w)->is_object == is_object && !w->named);
	(void)is_object;
	break_if_asked(w);
	pq_out_str(w->out, level_of(w)->is_object ? "}" : "]");
	w->depth--;
}

void pq_json_begin(struct pq_json_writer *w, struct pq_out *out)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
}

void pq_json_end(struct pq_json_writer *w)
{
	assert(!w->depth);
	pq_buf_release(&w->scratch);
}

void pq_json_open_object(struct pq_json_writer *w)
{
	open_level(w, true);
}

void pq_json_close_object(struct pq_json_writer *w)
{
	close_level(w, true);
}

void pq_json_open_list(struct pq_json_writer *w)
{
	open_level(w, false);
}

void pq_json_close_list(struct pq_json_writer *w)
{
	close_level(w, false);
}

void pq_json_put_name(struct pq_json_writer *w, const char *name)
{
	assert(w->depth && level_of(w)->is_object && !w->named);
	separate_token(w);
	pq_out_str(w->out, "\"");
	pq_out_str(w->out, name);
	pq_out_str(w->out, w->spaced ? "\": " : "\":");
	w->named = true;
}

/* ---- texts ---- */

/* U+FFFE and U+FFFF, which XML does not allow, even in a comment. */
static bool is_noncharacter(const struct pq_buf *b, size_t at)
{
	return b->len - at >= 3 && (!memcmp(b->data + at, "\xef\xbf\xbe", 3) ||
				    !memcmp(b->data + at, "\xef\xbf\xbf", 3));
}

/* JSON that no parser of HTML or XML takes for an end of its script. */
static void put_for_page(struct pq_out *out, const struct pq_buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		/* Escapes of JSON are text to HTML: no tag can begin. */
		if (c == '<' || c == '>' || c == '&') {
			pq_out_printf(out, "\\u%04x", c);
		} else if (is_noncharacter(b, i)) {
			i += 2;
			pq_out_printf(out, "\\uff%02x",
				      (unsigned char)b->data[i] + 0x40u);
		} else {
			pq_out_raw(out, pq_unchecked_bytes(&b->data[i]), 1);
		}
	}
}

void pq_json_put_text(struct pq_json_writer *w, struct pq_text value)
{
	precede_value(w);
	pq_buf_clear(&w->scratch);
	pq_json_text(&w->scratch, value);
	/* In a page, the encoded text is encoded again. */
	if (w->in_page)
		put_for_page(w->out, &w->scratch);
	else
		pq_out_raw(w->out, pq_unchecked_bytes(w->scratch.data),
			   w->scratch.len);
}

/* ---- other values ---- */

void pq_json_put_int(struct pq_json_writer *w, int64_t value)
{
	precede_value(w);
	pq_out_int(w->out, value, 0);
}

void pq_json_put_real(struct pq_json_writer *w, double value)
{
	precede_value(w);
	if (isfinite(value))
		pq_out_printf(w->out, "%.17g", value);
	else
		pq_out_str(w->out, "null");
}

void pq_json_put_estimate(struct pq_json_writer *w, double value)
{
	precede_value(w);
	if (!isfinite(value))
		pq_out_str(w->out, "null");
	/* a whole number is no estimate, and is written as one */
	else if (fabs(value) < 1e15 && trunc(value) == value)
		pq_out_printf(w->out, "%.0f", value);
	else
		pq_out_printf(w->out, "%.*g", fabs(value) < 1e6 ? 9 : 12,
			      value);
}

void pq_json_put_bool(struct pq_json_writer *w, bool value)
{
	precede_value(w);
	pq_out_str(w->out, value ? "true" : "false");
}

/* ---- layout ---- */

void pq_json_break_line(struct pq_json_writer *w)
{
	w->new_line = true;
}

bool pq_json_any(const struct pq_json_writer *w)
{
	return w->depth && w->levels[w->depth - 1].any;
}
