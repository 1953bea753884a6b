/*
 * params.h - the query of a URL: options by their parameters, and what else a
 * request may say.
 *
 *     pq_params_parse(&p, query, &arena, err)
 *     pq_params_set_options(&p, &q, ...)
 *     pq_params_put(&p, PQ_PARAMS_..., &url)	the query again, in one order
 *
 * Rules:  a plus is a blank; the first of two equal names wins; an empty value
 *         says nothing; names that are not known say nothing either.
 * Errors: PQ_EUSAGE for a percent that does not decode, for bytes that are no
 *         UTF-8, for a NUL, and for a value over PQ_PARAM_MOST bytes.
 * Owner:  values live in the arena.
 * Source: the reference's parameters (web.md section 5 and params.def).
 */
#ifndef PQ_WEB_PARAMS_H
#define PQ_WEB_PARAMS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "command/query.h"

#define PQ_PARAM_MOST ((size_t)16 << 10)

enum pq_param_id {
#define PARAM(url, option) PQ_PARAM_##url,
#define NO_PARAM(option)
#include "web/params.def"
#undef PARAM
#undef NO_PARAM
	PQ_N_PARAMS
};

struct pq_param {
	const char *name; /* in a URL */
	const struct pq_option *option;
};

extern const struct pq_param pq_param_table[PQ_N_PARAMS];

/* Names that are no options. */
enum pq_word_id {
	PQ_WORD_arg,	/* argument of peek, list, disasm; no focus */
	PQ_WORD_at,	/* id of a box */
	PQ_WORD_base,	/* id of the profile that is the old side */
	PQ_WORD_boxes,	/* most boxes */
	PQ_WORD_config, /* name of saved settings */
	PQ_WORD_format,
	PQ_WORD_from,	/* first row */
	PQ_WORD_of,	/* one of several files, or two: "3", "1-3" */
	PQ_WORD_q,	/* the search */
	PQ_WORD_recent, /* a file of the start page's list, from 1 */
	PQ_WORD_rows,	/* most rows; 0: all */
	PQ_WORD_token,
	PQ_WORD_url, /* a profile to fetch */
	PQ_WORD_p,   /* pivot, for the page only */
	PQ_N_WORDS
};

struct pq_params {
	struct pq_text options[PQ_N_PARAMS]; /* empty: not given */
	struct pq_text words[PQ_N_WORDS];
};

bool pq_params_parse(struct pq_params *p, const char *query,
		     struct pq_arena *arena, struct pq_error *err);

/* Sets each option that was given; *bad is the one with the wrong value. */
bool pq_params_set_options(const struct pq_params *p, struct pq_query *q,
			   const struct pq_option **bad, struct pq_error *err);

/* A word that is a number from 0 to `most`; `standard` when not given. */
bool pq_params_number(const struct pq_params *p, enum pq_word_id word,
		      int64_t standard, int64_t most, int64_t *value,
		      struct pq_error *err);

/*
 * The word `of': one file, or with a dash two of which the first is the older;
 * zeros when not given.
 */
bool pq_params_files(const struct pq_params *p, int64_t *old, int64_t *of,
		     struct pq_error *err);

/* Appends "f=main&n=20", encoded, in the order of the table. */
void pq_params_put(const struct pq_params *p, struct pq_buf *url);

/* Appends "name=value" with what a URL wants before it: "&", or nothing. */
void pq_params_put_one(struct pq_buf *url, const char *name,
		       struct pq_text value);

/* One percent-decoding; false for what is none, and for a NUL. */
bool pq_percent_decode(const char *from, size_t n, bool plus_is_blank,
		       struct pq_buf *to);

#endif
