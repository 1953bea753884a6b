#include "web/params.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

const struct pq_param pq_param_table[PQ_N_PARAMS] = {
#define PARAM(url, option) { #url, &pq_option_table[PQ_OPTION_##option] },
#define NO_PARAM(option)
#include "web/params.def"
#undef PARAM
#undef NO_PARAM
};

static const char *const word_names[PQ_N_WORDS] = {
	[PQ_WORD_arg] = "arg",	     [PQ_WORD_at] = "at",
	[PQ_WORD_base] = "base",     [PQ_WORD_boxes] = "boxes",
	[PQ_WORD_config] = "config", [PQ_WORD_format] = "format",
	[PQ_WORD_from] = "from",     [PQ_WORD_of] = "of",
	[PQ_WORD_q] = "q",	     [PQ_WORD_rows] = "rows",
	[PQ_WORD_token] = "token",   [PQ_WORD_p] = "p",
	[PQ_WORD_recent] = "recent", [PQ_WORD_url] = "url",
};

/* ---- decoding ---- */

bool pq_percent_decode(const char *from, size_t n, bool plus_is_blank,
		       struct pq_buf *to)
{
	for (size_t i = 0; i < n; i++) {
		int high, low;

		/* Plain bytes are themselves, but for the plus of forms. */
		if (from[i] != '%') {
			pq_buf_char(to, plus_is_blank && from[i] == '+'
						? ' '
						: from[i]);
			continue;
		}
		/* A percent wants two digits, and must not make a NUL. */
		if (n - i < 3)
			return false;
		high = pq_hex_digit(from[i + 1]);
		low = pq_hex_digit(from[i + 2]);
		if (high < 0 || low < 0 || (!high && !low))
			return false;
		pq_buf_char(to, (char)(high * 16 + low));
		i += 2;
	}
	return true;
}

/* ---- a query ---- */

/* Where the value of that name goes; NULL for one that is not known. */
static struct pq_text *param_slot(struct pq_params *p, struct pq_text name)
{
	for (unsigned i = 0; i < PQ_N_PARAMS; i++)
		if (pq_text_is(name, pq_param_table[i].name))
			return &p->options[i];
	for (unsigned i = 0; i < PQ_N_WORDS; i++)
		if (pq_text_is(name, word_names[i]))
			return &p->words[i];
	return NULL;
}

static bool refuse_param(struct pq_error *err, struct pq_text name,
			 const char *why)
{
	struct pq_buf shown = { 0 };

	pq_text_encode(&shown, name);
	pq_fail(err, PQ_EUSAGE, "the parameter %s %s", pq_buf_cstr(&shown),
		why);
	pq_buf_release(&shown);
	return false;
}

static bool store_param(struct pq_params *p, struct pq_text name,
			struct pq_text value, struct pq_arena *arena,
			struct pq_error *err)
{
	struct pq_text *slot = param_slot(p, name);

	if (!slot)
		return true;
	if (value.len > PQ_PARAM_MOST)
		return refuse_param(err, name, "is longer than 16384 bytes");
	if (!pq_text_is_utf8(value))
		return refuse_param(err, name, "is not UTF-8");
	/* The first of two equal names wins, and an empty one says nothing. */
	if (!slot->bytes)
		*slot = value.len ? pq_arena_text(arena, value) : PQ_TEXT("");
	return true;
}

static bool parse_pair(struct pq_params *p, const char *pair, size_t n,
		       struct pq_arena *arena, struct pq_error *err)
{
	const char *equals = memchr(pair, '=', n);
	size_t name_len = equals ? (size_t)(equals - pair) : n;
	struct pq_buf name = { 0 }, value = { 0 };
	bool ok = pq_percent_decode(pair, name_len, true, &name) &&
		  (!equals || pq_percent_decode(equals + 1, n - name_len - 1,
						true, &value));

	/* Broken escapes are refused: a guess could be another name. */
	if (!ok)
		pq_fail(err, PQ_EUSAGE,
			"the URL has a %% that does not decode: two hexadecimal "
			"digits follow one, and not 00");
	ok = ok && store_param(p, pq_buf_view(&name), pq_buf_view(&value),
			       arena, err);
	pq_buf_release(&name);
	pq_buf_release(&value);
	return ok;
}

bool pq_params_parse(struct pq_params *p, const char *query,
		     struct pq_arena *arena, struct pq_error *err)
{
	memset(p, 0, sizeof(*p));
	for (const char *at = query; *at;) {
		size_t n = strcspn(at, "&");

		if (!parse_pair(p, at, n, arena, err))
			return false;
		at += n + (at[n] != '\0');
	}
	return true;
}

/* ---- what it says ---- */

bool pq_params_set_options(const struct pq_params *p, struct pq_query *q,
			   const struct pq_option **bad, struct pq_error *err)
{
	for (unsigned i = 0; i < PQ_N_PARAMS; i++) {
		*bad = pq_param_table[i].option;
		if (p->options[i].len &&
		    !pq_query_set_option(q, *bad, p->options[i], err))
			return false;
	}
	*bad = NULL;
	return true;
}

/* False for what is no number from 0 to `most`. */
static bool take_decimal(struct pq_text text, int64_t most, int64_t *value)
{
	int64_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.bytes[i];

		if (c < '0' || c > '9' || n > most)
			return false;
		n = n * 10 + (c - '0');
	}
	*value = n;
	return n <= most;
}

bool pq_params_number(const struct pq_params *p, enum pq_word_id word,
		      int64_t standard, int64_t most, int64_t *value,
		      struct pq_error *err)
{
	*value = standard;
	if (!p->words[word].len || take_decimal(p->words[word], most, value))
		return true;
	return refuse_param(err, pq_text_of(word_names[word]),
			    "is not a number in its range");
}

bool pq_params_files(const struct pq_params *p, int64_t *old, int64_t *of,
		     struct pq_error *err)
{
	struct pq_text text = p->words[PQ_WORD_of];
	size_t dash = pq_text_find(text, 0, "-");
	bool two = dash < text.len;

	*old = *of = 0;
	if (two && !take_decimal(pq_text_slice(text, 0, dash), INT32_MAX, old))
		return refuse_param(err, PQ_TEXT("of"), "is no file");
	if (!take_decimal(pq_text_slice(text, two ? dash + 1 : 0, text.len),
			  INT32_MAX, of) ||
	    (two && (!*old || !*of)))
		return refuse_param(err, PQ_TEXT("of"), "is no file");
	return true;
}

/* ---- a query again ---- */

static bool is_plain_in_url(char c)
{
	return pq_is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (c && strchr("-._~", c));
}

void pq_params_put_one(struct pq_buf *url, const char *name,
		       struct pq_text value)
{
	if (url->len)
		pq_buf_char(url, '&');
	pq_buf_str(url, name);
	pq_buf_char(url, '=');
	for (size_t i = 0; i < value.len; i++) {
		char c = value.bytes[i];

		if (is_plain_in_url(c))
			pq_buf_char(url, c);
		else
			pq_buf_printf(url, "%%%02X", (unsigned char)c);
	}
}

void pq_params_put(const struct pq_params *p, struct pq_buf *url)
{
	for (unsigned i = 0; i < PQ_N_PARAMS; i++)
		if (p->options[i].len)
			pq_params_put_one(url, pq_param_table[i].name,
					  p->options[i]);
}
