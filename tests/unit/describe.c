/* From a description to a profile. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

#include "helpers.h"
#include "base/intern.h"
#include "format/reader.h"

struct describing {
	struct pq_intern strings, functions, locations; /* ids are positions */
	struct pq_buf head, mappings, tables, samples;
	uint64_t n_mappings;
	size_t n_types;
};

/* Takes the text up to one of the characters in `stops`, and the stop. */
static struct pq_text take_until(struct pq_text *from, const char *stops)
{
	struct pq_text taken = *from;

	taken.len = 0;
	while (taken.len < from->len && !strchr(stops, taken.bytes[taken.len]))
		taken.len++;
	*from = pq_text_slice(*from, taken.len, from->len);
	if (from->len)
		*from = pq_text_slice(*from, 1, from->len);
	return taken;
}

static struct pq_text take_word(struct pq_text *from)
{
	struct pq_text word = take_until(from, " ");

	return pq_text_is(word, "-") ? PQ_TEXT("") : word;
}

static uint64_t number_in(struct pq_text text, int base)
{
	char digits[32] = "";

	ck_assert_uint_lt(text.len, sizeof(digits));
	if (text.len)
		memcpy(digits, text.bytes, text.len);
	return digits[0] == '-' ? (uint64_t)strtoll(digits, NULL, base)
				: strtoull(digits, NULL, base);
}

static void put_some(struct pq_buf *to, unsigned field, uint64_t value)
{
	if (value)
		put_field(to, field, value);
}

static uint32_t string_id(struct describing *d, struct pq_text text)
{
	return pq_intern(&d->strings, text);
}

/* ---- header ---- */

static void put_type(struct describing *d, unsigned field, struct pq_text word)
{
	struct pq_text type = take_until(&word, "/");
	struct pq_buf part = { 0 };

	put_some(&part, 1, string_id(d, type));
	put_some(&part, 2, string_id(d, word));
	put_part(&d->head, field, part.data, part.len);
	pq_buf_release(&part);
}

static void put_mapping(struct describing *d, struct pq_text rest)
{
	struct pq_buf part = { 0 };

	put_field(&part, 1, ++d->n_mappings);
	for (unsigned field = 2; field <= 4; field++)
		put_some(&part, field, number_in(take_word(&rest), 16));
	put_some(&part, 5, string_id(d, take_word(&rest)));
	put_some(&part, 6, string_id(d, take_word(&rest)));
	put_part(&d->mappings, 3, part.data, part.len);
	pq_buf_release(&part);
}

static void put_types(struct describing *d, struct pq_text rest)
{
	while (rest.len) {
		put_type(d, 1, take_until(&rest, " "));
		d->n_types++;
	}
}

static const struct {
	const char *word;
	unsigned field;
	bool is_string;
} header[] = {
	{ "time:", 9, false },	  { "duration:", 10, false },
	{ "comment:", 13, true }, { "default:", 14, true },
	{ "drop:", 7, true },	  { "keep:", 8, true },
	{ "doc:", 15, true },
};

static bool put_header(struct describing *d, struct pq_text word,
		       struct pq_text rest)
{
	if (pq_text_is(word, "types:")) {
		put_types(d, rest);
		return true;
	}
	if (pq_text_is(word, "map:")) {
		put_mapping(d, rest);
		return true;
	}
	if (pq_text_is(word, "period:")) {
		put_some(&d->head, 12, number_in(take_until(&rest, " "), 10));
		put_type(d, 11, rest);
		return true;
	}
	for (size_t i = 0; i < sizeof(header) / sizeof(header[0]); i++) {
		if (!pq_text_is(word, header[i].word))
			continue;
		put_field(&d->head, header[i].field,
			  header[i].is_string ? string_id(d, rest)
					      : number_in(rest, 10));
		return true;
	}
	return false;
}

/* ---- samples ---- */

/* NAME[@FILE][$START_LINE] */
static uint32_t function_id(struct describing *d, struct pq_text text)
{
	size_t known = d->functions.texts.n;
	struct pq_buf part = { 0 };
	struct pq_text file;
	uint32_t id;

	/* the empty text has id 0 already: a nameless one is written " " */
	id = pq_intern(&d->functions, text.len ? text : PQ_TEXT(" "));
	if (id < known)
		return id;
	file = take_until(&text, "$");
	put_field(&part, 1, id);
	put_some(&part, 2, string_id(d, take_until(&file, "@")));
	put_some(&part, 4, string_id(d, file));
	put_some(&part, 5, number_in(text, 10));
	put_part(&d->tables, 5, part.data, part.len);
	pq_buf_release(&part);
	return id;
}

/* FUNCTION[#LINE[#COLUMN]] */
static void put_line(struct describing *d, struct pq_buf *location,
		     struct pq_text text)
{
	struct pq_text function = take_until(&text, "#");
	struct pq_text line = take_until(&text, "#");
	struct pq_buf part = { 0 };

	put_field(&part, 1, function_id(d, function));
	put_some(&part, 2, number_in(line, 10));
	put_some(&part, 3, number_in(text, 10));
	put_part(location, 4, part.data, part.len);
	pq_buf_release(&part);
}

/* The lines are written innermost first, so the last one is taken first. */
static void put_lines(struct describing *d, struct pq_buf *location,
		      struct pq_text text)
{
	size_t at = pq_text_find(text, 0, ">");

	if (at < text.len)
		put_lines(d, location, pq_text_slice(text, at + 1, text.len));
	put_line(d, location, pq_text_slice(text, 0, at));
}

static uint32_t location_id(struct describing *d, struct pq_text text)
{
	size_t known = d->locations.texts.n;
	uint32_t id = pq_intern(&d->locations, text);
	size_t bang = pq_text_find(text, 0, "!");
	struct pq_buf part = { 0 };

	if (id < known)
		return id;
	put_field(&part, 1, id);
	if (bang < text.len) {
		struct pq_text mapping = take_until(&text, "!");
		struct pq_text address = take_until(&mapping, "^");

		put_some(&part, 2, number_in(mapping, 10));
		put_some(&part, 3, number_in(address, 16));
	}
	if (text.len)
		put_lines(d, &part, text);
	put_part(&d->tables, 4, part.data, part.len);
	pq_buf_release(&part);
	return id;
}

/* Leaf first, so the rest is written before the first frame. */
static void put_stack(struct describing *d, struct pq_buf *sample,
		      struct pq_text text)
{
	size_t at = pq_text_find(text, 0, ";");

	if (at < text.len)
		put_stack(d, sample, pq_text_slice(text, at + 1, text.len));
	if (text.len)
		put_field(sample, 1,
			  location_id(d, pq_text_slice(text, 0, at)));
}

static void put_label(struct describing *d, struct pq_buf *sample,
		      struct pq_text word)
{
	struct pq_buf part = { 0 };
	bool is_string = pq_text_find(word, 0, "=") < word.len;
	struct pq_text key = take_until(&word, is_string ? "=" : ":");

	put_field(&part, 1, string_id(d, key));
	if (is_string) {
		put_field(&part, 2, string_id(d, word));
	} else {
		put_field(&part, 3, number_in(take_until(&word, "/"), 10));
		put_some(&part, 4, string_id(d, word));
	}
	put_part(sample, 3, part.data, part.len);
	pq_buf_release(&part);
}

static void put_sample(struct describing *d, struct pq_text stack,
		       struct pq_text rest)
{
	struct pq_buf part = { 0 };

	put_stack(d, &part, pq_text_is(stack, "-") ? PQ_TEXT("") : stack);
	for (size_t i = 0; i < d->n_types; i++)
		put_field(&part, 2, number_in(take_until(&rest, " "), 10));
	while (rest.len)
		put_label(d, &part, take_until(&rest, " "));
	put_part(&d->samples, 2, part.data, part.len);
	pq_buf_release(&part);
}

void put_profile(struct pq_buf *to, const char *description)
{
	struct pq_text rest = pq_text_of(description);
	struct describing d;

	memset(&d, 0, sizeof(d));
	pq_intern_init(&d.strings, NULL);
	pq_intern_init(&d.functions, NULL);
	pq_intern_init(&d.locations, NULL);
	while (rest.len) {
		struct pq_text line = take_until(&rest, "\n");
		struct pq_text word = take_until(&line, " ");

		if (!put_header(&d, word, line))
			put_sample(&d, word, line);
	}
	pq_buf_text(to, pq_buf_view(&d.head));
	pq_buf_text(to, pq_buf_view(&d.samples));
	pq_buf_text(to, pq_buf_view(&d.mappings));
	pq_buf_text(to, pq_buf_view(&d.tables));
	for (size_t i = 0; i < d.strings.texts.n; i++)
		put_part(to, 6, d.strings.texts.at[i].bytes,
			 d.strings.texts.at[i].len);
	pq_buf_release(&d.head);
	pq_buf_release(&d.samples);
	pq_buf_release(&d.mappings);
	pq_buf_release(&d.tables);
	pq_intern_release(&d.strings);
	pq_intern_release(&d.functions);
	pq_intern_release(&d.locations);
}

struct pq_profile *read_profile(const void *bytes, size_t n,
				struct pq_error *err)
{
	int fd = open_bytes(bytes, n);
	struct pq_profile *p;

	pq_error_clear(err);
	p = pq_profile_read(fd, NULL, 0, NULL, NULL, err);
	close(fd);
	return p;
}

struct pq_profile *profile_of(const char *description)
{
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	struct pq_profile *p;

	put_profile(&bytes, description);
	p = read_profile(bytes.data, bytes.len, &err);
	pq_buf_release(&bytes);
	ck_assert_msg(p != NULL, "%s\nof\n%s", err.msg, description);
	return p;
}
