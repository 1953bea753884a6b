#include "format/text/maps.h"

#include <string.h>

#include "base/buf.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* White space as \s has it in a regular expression: no vertical tab. */
static bool is_regex_space(char c)
{
	return c != '\v' && pq_is_space(c);
}

static bool is_regex_word(char c)
{
	return !is_regex_space(c);
}

static bool is_permission(char c)
{
	return c == '-' || c == 'r' || c == 'w' || c == 'x' || c == 'p';
}

static bool consists_of(struct pq_text text, bool (*is)(char c))
{
	for (size_t i = 0; i < text.len; i++)
		if (!is(text.bytes[i]))
			return false;
	return text.len > 0;
}

/* ---- one line ---- */

/* The pieces of a line, as they are spelled; empty when absent. */
struct entry {
	struct pq_text start, limit, perm, offset, file, build_id;
};

/* Takes white space and a word; false, and nothing taken, without one. */
static bool take_map_word(struct pq_scan *s, struct pq_text *word)
{
	struct pq_scan at = *s;

	if (!pq_scan_run(&at, is_regex_space).len)
		return false;
	*word = pq_scan_run(&at, is_regex_word);
	if (word->len)
		*s = at;
	return word->len > 0;
}

/* Takes white space and the characters that begin the next word. */
static bool take_leading_run(struct pq_scan *s, bool (*is)(char c),
			     struct pq_text *run)
{
	struct pq_scan at = *s;

	if (!pq_scan_run(&at, is_regex_space).len)
		return false;
	*run = pq_scan_run(&at, is);
	if (run->len)
		*s = at;
	return run->len > 0;
}

static struct pq_text take_map_number(struct pq_scan *s)
{
	struct pq_scan at = *s;

	if (pq_scan_literal(&at, "0x") && at.at < at.end && pq_is_hex(*at.at))
		*s = at;
	return pq_scan_run(s, pq_is_hex);
}

/*
 * START and END with at most one sign or any white space between them.  With
 * `split`, the other reading: nothing between them, and END is the last digit
 * of what looked like START.
 */
static bool take_range(struct pq_scan *s, bool split, struct entry *e)
{
	pq_scan_run(s, is_regex_space);
	e->start = take_map_number(s);
	if (split) {
		if (e->start.len < 2)
			return false;
		e->start.len--;
		s->at--;
	} else {
		pq_scan_literal(s, "-");
		pq_scan_run(s, is_regex_space);
	}
	e->limit = take_map_number(s);
	pq_scan_literal(s, ":");
	return e->start.len && e->limit.len;
}

/* "MAJOR:MINOR", hexadecimal. */
static bool is_device(struct pq_text word)
{
	size_t colon = pq_text_find(word, 0, ":");

	return consists_of(pq_text_slice(word, 0, colon), pq_is_hex) &&
	       consists_of(pq_text_slice(word, colon + 1, word.len), pq_is_hex);
}

/* Matches, behind the range, [PERM] [OFFSET] DEVICE INODE [FILE]. */
static bool match_full_line(struct pq_scan s, struct entry *e)
{
	struct pq_text word, inode;

	if (!take_map_word(&s, &word))
		return false;
	if (consists_of(word, is_permission)) {
		e->perm = word;
		if (!take_map_word(&s, &word))
			return false;
	}
	if (consists_of(word, pq_is_hex)) {
		e->offset = word;
		if (!take_map_word(&s, &word))
			return false;
	}
	if (!is_device(word) || !take_leading_run(&s, pq_is_digit, &inode))
		return false;
	take_map_word(&s, &e->file);
	return true;
}

/* Matches, behind the range, [PERM] [FILE] [(@OFFSET)] [BUILDID]. */
static void match_brief_line(struct pq_scan s, struct entry *e)
{
	struct pq_scan at;
	struct pq_text digits;

	take_leading_run(&s, is_permission, &e->perm);
	take_map_word(&s, &e->file);
	at = s;
	if (pq_scan_run(&at, is_regex_space).len &&
	    pq_scan_literal(&at, "(@")) {
		digits = pq_scan_run(&at, pq_is_hex);
		if (digits.len && pq_scan_literal(&at, ")")) {
			e->offset = digits;
			s = at;
		}
	}
	take_leading_run(&s, pq_is_hex, &e->build_id);
}

static bool match_mapping(struct pq_text line, struct entry *e)
{
	struct pq_scan ranges[2];
	struct entry found[2] = { { .start = { NULL, 0 } } };
	bool has[2];

	/* The full form is tried first, in both readings of the range. */
	for (int split = 0; split < 2; split++) {
		ranges[split] = pq_scan_over(line);
		has[split] = take_range(&ranges[split], split, &found[split]);
		*e = found[split];
		if (has[split] && match_full_line(ranges[split], e))
			return true;
	}
	for (int split = 0; split < 2; split++) {
		*e = found[split];
		if (!has[split])
			continue;
		match_brief_line(ranges[split], e);
		return true;
	}
	return false;
}

/* False when the line has no mapping in it, or numbers that do not fit. */
static bool add_map_line(struct pq_legacy *b, struct pq_text line)
{
	struct pq_mapping m = { .id = 0 };
	struct entry e;

	if (!match_mapping(line, &e))
		return false;
	/* Mappings that cannot be executed hold no code. */
	if (e.perm.len && !memchr(e.perm.bytes, 'x', e.perm.len))
		return true;
	if (!pq_number_hex(e.start, &m.start) ||
	    !pq_number_hex(e.limit, &m.limit) ||
	    (e.offset.len && !pq_number_hex(e.offset, &m.offset)))
		return false;
	m.file = pq_legacy_string(b, e.file);
	m.build_id = pq_legacy_string(b, e.build_id);
	*pq_vec_push(&b->p->mappings) = m;
	return true;
}

/* ---- definitions ---- */

/* More than any writer makes: each is compared at every $ after it. */
#define DEFINITIONS_MOST 20

struct definition {
	uint32_t name, value; /* string ids */
};

struct maps {
	struct pq_legacy *b;
	struct pq_lines *l;
	PQ_VEC(struct definition) definitions;
	struct pq_buf expanded;
};

static void take_definition(struct maps *m, struct pq_text line)
{
	size_t equals = pq_text_find(line, 0, "=");
	struct pq_text name = pq_text_slice(line, 0, equals);
	struct pq_text value = pq_text_slice(line, equals + 1, line.len);
	struct definition *d;

	if (equals == line.len || m->definitions.n == DEFINITIONS_MOST)
		return;
	d = pq_vec_push(&m->definitions);
	d->name = pq_legacy_string(m->b, pq_text_trim(name));
	d->value = pq_legacy_string(m->b, pq_text_trim(value));
}

/* The first definition, in order, whose name stands at line[at]. */
static const struct definition *find_definition(const struct maps *m,
						struct pq_text line, size_t at)
{
	for (size_t i = 0; i < m->definitions.n; i++) {
		const struct definition *d = &m->definitions.at[i];
		struct pq_text name = pq_intern_text(&m->b->strings, d->name);

		if (name.len <= line.len - at &&
		    (!name.len ||
		     !memcmp(line.bytes + at, name.bytes, name.len)))
			return d;
	}
	return NULL;
}

static bool expand_definitions(struct maps *m, struct pq_text *line)
{
	struct pq_text in = *line;
	size_t at = 0, dollar;

	pq_buf_clear(&m->expanded);
	while (at < in.len) {
		const struct definition *d = NULL;

		dollar = pq_text_find(in, at, "$");
		pq_buf_text(&m->expanded, pq_text_slice(in, at, dollar));
		at = dollar;
		if (at < in.len)
			d = find_definition(m, in, at + 1);
		/* An unknown $NAME stays as it is. */
		if (d) {
			pq_buf_text(&m->expanded,
				    pq_intern_text(&m->b->strings, d->value));
			at += 1 + pq_intern_text(&m->b->strings, d->name).len;
		} else if (at < in.len) {
			pq_buf_char(&m->expanded, in.bytes[at++]);
		}
		/* Definitions could double a line again and again. */
		if (m->expanded.len > PQ_LINE_MOST)
			return pq_lines_fail(m->l, "the definitions of $NAME "
						   "make a line of mappings "
						   "too long");
	}
	*line = pq_buf_view(&m->expanded);
	return true;
}

/* Takes off "file.cc:12] ", which glog begins lines with. */
static struct pq_text strip_log_prefix(struct pq_text line)
{
	size_t bracket = 0, digits;

	while (bracket < line.len && line.bytes[bracket] != '[' &&
	       line.bytes[bracket] != ']')
		bracket++;
	if (line.len - bracket < 2 || line.bytes[bracket] != ']' ||
	    !is_regex_space(line.bytes[bracket + 1]))
		return line;
	digits = bracket;
	while (digits && pq_is_digit(line.bytes[digits - 1]))
		digits--;
	if (digits == bracket || digits < 2 || line.bytes[digits - 1] != ':')
		return line;
	return pq_text_slice(line, bracket + 2, line.len);
}

bool pq_maps_read(struct pq_legacy *b, struct pq_lines *l)
{
	struct maps m = { .b = b, .l = l };
	bool ok = true;

	while (ok && pq_lines_next(l)) {
		struct pq_text line = strip_log_prefix(l->line);

		if (m.definitions.n)
			ok = expand_definitions(&m, &line);
		if (pq_line_begins_profile(l->line))
			ok = pq_lines_fail_concatenated(l);
		/* A line that is no mapping may be a definition. */
		if (ok && !add_map_line(b, line))
			take_definition(&m, line);
	}
	pq_buf_release(&m.expanded);
	pq_vec_release(&m.definitions);
	return ok && l->err->code == PQ_OK;
}
