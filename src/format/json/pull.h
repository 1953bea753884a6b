/*
 * pull.h - JSON value by value, from a stream: no tree is built.
 *
 *     pq_pull_object(&j);
 *     while (pq_pull_key(&j, &key)) {
 *             if (pq_text_is(key, "frames"))
 *                     while (pq_pull_element(&j)) ...   after pq_pull_array
 *             else
 *                     pq_pull_skip(&j);
 *     }
 *
 * Rules:  those of RFC 8259 and no others: no comment, no comma at an end, no
 *         NaN, strict UTF-8.  Half of a surrogate pair, which JavaScript
 *         writes, becomes U+FFFD.
 * Depth:  whoever calls walks as deep as its format; a value that is skipped
 *         nests 1,000 deep at most.
 * Errors: PQ_EFORMAT with line and column; the first one sticks.  After it
 *         every question is answered with false, so that loops end, and a
 *         caller looks at it once (pq_pull_ok).
 * Owner:  the caller; texts are valid until the next call.
 */
#ifndef PQ_FORMAT_JSON_PULL_H
#define PQ_FORMAT_JSON_PULL_H

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "gzip/stream.h"

enum pq_pull_kind {
	PQ_PULL_NOTHING, /* the end of the input, or no JSON */
	PQ_PULL_NULL,
	PQ_PULL_BOOL,
	PQ_PULL_NUMBER,
	PQ_PULL_STRING,
	PQ_PULL_ARRAY,
	PQ_PULL_OBJECT,
};

struct pq_pull {
	struct pq_stream *s;
	struct pq_error *err;
	struct pq_buf text; /* the string or number at hand */
	uint64_t line;	    /* from 1 */
	uint64_t line_start;
	bool first; /* nothing was in the array or object yet */
};

void pq_pull_init(struct pq_pull *j, struct pq_stream *s, struct pq_error *err);
void pq_pull_release(struct pq_pull *j);

static inline bool pq_pull_ok(const struct pq_pull *j)
{
	return j->err->code == PQ_OK;
}

/* Fails at the place that has been reached; always false. */
bool pq_pull_fail(struct pq_pull *j, const char *rule);

enum pq_pull_kind pq_pull_kind(struct pq_pull *j);

/* Enter what comes next, or fail. */
bool pq_pull_object(struct pq_pull *j);
bool pq_pull_array(struct pq_pull *j);

/*
 * Whether another member, or element, follows, whose value is then to be
 * taken; at the end of the object or array this leaves it.
 */
bool pq_pull_key(struct pq_pull *j, struct pq_text *key);
bool pq_pull_element(struct pq_pull *j);

/*
 * Whether a list at hand ends here, behind a comma that JSON has not: leaves
 * it.  For formats whose writers put a comma behind each element.
 */
bool pq_pull_late_end(struct pq_pull *j);

/*
 * Whether the failure is that the file ends in the middle of a value; takes it
 * back, so that what came before counts.  Nothing follows then.
 */
bool pq_pull_forgive_end(struct pq_pull *j);

/* A value of one kind, or a failure. */
bool pq_pull_string(struct pq_pull *j, struct pq_text *to);
bool pq_pull_number(struct pq_pull *j, struct pq_text *to); /* as written */
bool pq_pull_int(struct pq_pull *j, int64_t *to);	    /* whole, too */
bool pq_pull_bool(struct pq_pull *j, bool *to);

/* A value that is null is taken, and true returned. */
bool pq_pull_null(struct pq_pull *j);

/* Passes over a value of any kind. */
bool pq_pull_skip(struct pq_pull *j);

/* Whether another value follows behind the one that was read (JSON lines). */
bool pq_pull_more(struct pq_pull *j);

/* Fails where anything but blanks follows. */
bool pq_pull_end(struct pq_pull *j);

/*
 * A number as JSON writes it times 10 to the power of `shift`, rounded half
 * up; false when that is beyond 64 bits.  *exact: nothing was rounded.
 */
bool pq_decimal(struct pq_text number, int shift, int64_t *to, bool *exact);

/*
 * Whether a string's text is a whole number, which pq_decimal takes as well:
 * digits, of which there is one at least, and a minus before them.
 */
bool pq_is_whole_number(struct pq_text text);

/* Takes such a number; of one beyond 64 bits `too_large' is said. */
bool pq_pull_rounded(struct pq_pull *j, int shift, int64_t *to,
		     const char *too_large);

#endif
