/*
 * filter_tags.c - tagfocus and tagignore: samples kept by the values of their
 * labels.  Declared in filter.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/regex.h"
#include "base/units.h"
#include "profile/filter.h"

#include "base/banned.h"

/* A number with an optional unit, as it stands in a filter. */
struct bound {
	struct pq_text whole, digits, unit;
};

/* [KEY=]FILTER, FILTER being a range of numbers or regular expressions. */
struct tag_filter {
	const char *name;
	struct pq_text key;
	const struct pq_label_units *units;

	bool is_range, has_low, has_high;
	bool plain_numbers; /* as in struct pq_filters */
	double low, high;
	struct pq_text unit; /* the unit that low and high are in */

	PQ_VEC(struct pq_regex *) regexes;
	/* every distinct (key, value) is matched once; a bit a regex */
	struct pq_map pairs;
	PQ_VEC(struct pq_label) pair_keys;
	PQ_VEC(uint64_t) pair_bits;
	struct pq_buf scratch;
};

static bool is_unit_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Finds the first number at or after *at, and moves *at behind it. */
static bool find_bound(struct pq_text text, size_t *at, struct bound *b)
{
	size_t start = *at, digits, end;

	for (;; start++) {
		if (start >= text.len)
			return false;
		digits = start +
			 (text.bytes[start] == '+' || text.bytes[start] == '-');
		if (digits < text.len && pq_is_digit(text.bytes[digits]))
			break;
	}
	/* The unit is the letters that follow the digits at once. */
	end = digits;
	while (end < text.len && pq_is_digit(text.bytes[end]))
		end++;
	b->digits = pq_text_slice(text, start, end);
	*at = end;
	while (*at < text.len && is_unit_letter(text.bytes[*at]))
		++*at;
	b->unit = pq_text_slice(text, end, *at);
	b->whole = pq_text_slice(text, start, *at);
	return true;
}

static bool read_bound(const struct tag_filter *t, const struct bound *b,
		       int64_t *value, struct pq_error *err)
{
	struct pq_buf digits = { 0 };

	pq_buf_text(&digits, b->digits);
	errno = 0;
	*value = strtoll(pq_unchecked_bytes(pq_buf_cstr(&digits)), NULL, 10);
	pq_buf_release(&digits);
	if (errno == ERANGE)
		return pq_fail(err, PQ_EUSAGE,
			       "%s: a number of the range does not fit 64 bits",
			       t->name);
	return true;
}

static bool is_spelled(struct pq_text text, const char *before,
		       struct pq_text a, const char *between, struct pq_text b)
{
	size_t n = strlen(before), m = strlen(between);

	return text.len == n + a.len + m + b.len &&
	       pq_text_starts(text, before) &&
	       pq_text_equal(pq_text_slice(text, n, n + a.len), a) &&
	       pq_text_starts(pq_text_slice(text, n + a.len, text.len),
			      between) &&
	       pq_text_equal(pq_text_slice(text, n + a.len + m, text.len), b);
}

/* Sets is_range when the filter is one; false only on an error. */
static bool parse_range(struct tag_filter *t, struct pq_text text,
			struct pq_error *err)
{
	struct bound a, b;
	struct pq_scaled low, high;
	struct pq_text none = PQ_TEXT("");
	int64_t value;
	size_t at = 0;

	/* Text without a number is a regular expression. */
	if (!find_bound(text, &at, &a))
		return true;
	if (!read_bound(t, &a, &value, err))
		return false;
	low = pq_unit_scale(value, a.unit, a.unit);
	t->unit = low.unit;
	t->low = t->high = low.value;
	/* One number: exact, or with a colon at its open side. */
	if (!find_bound(text, &at, &b)) {
		bool exact = pq_text_equal(text, a.whole);

		t->has_low = exact || is_spelled(text, "", a.whole, ":", none);
		t->has_high = exact || is_spelled(text, ":", a.whole, "", none);
		t->is_range = t->has_low || t->has_high;
		return true;
	}
	/* Two numbers with anything but a colon between them are no range. */
	if (!is_spelled(text, "", a.whole, ":", b.whole))
		return true;
	if (!read_bound(t, &b, &value, err))
		return false;
	high = pq_unit_scale(value, b.unit, low.unit);
	/* Units that cannot be compared make it a regular expression. */
	if (!pq_text_equal(high.unit, low.unit))
		return true;
	t->high = high.value;
	t->is_range = t->has_low = t->has_high = true;
	return true;
}

static bool parse_regexes(struct tag_filter *t, struct pq_text text,
			  struct pq_error *err)
{
	size_t start = 0;

	while (start <= text.len) {
		size_t end = pq_text_find(text, start, ",");
		struct pq_error inner;
		struct pq_regex *regex;

		pq_error_clear(&inner);
		regex = pq_regex_new(pq_text_slice(text, start, end), &inner);
		if (!regex)
			return pq_fail(err, inner.code, "parsing %s regexp: %s",
				       t->name, inner.msg);
		*pq_vec_push(&t->regexes) = regex;
		start = end + 1;
	}
	if (t->regexes.n > 64)
		return pq_fail(err, PQ_EUSAGE,
			       "%s: more than 64 regular expressions", t->name);
	return true;
}

static bool parse_tag_filter(struct tag_filter *t, const char *name,
			     struct pq_text option,
			     const struct pq_label_units *units,
			     struct pq_log *log, struct pq_error *err)
{
	size_t equals = pq_text_find(option, 0, "=");
	struct pq_text text = option;

	t->name = name;
	t->units = units;
	if (!option.len)
		return true;
	/* A key before the = restricts the filter to its labels. */
	if (equals < option.len) {
		t->key = pq_text_slice(option, 0, equals);
		text = pq_text_slice(option, equals + 1, option.len);
	}
	if (!parse_range(t, text, err))
		return false;
	if (!t->is_range)
		return parse_regexes(t, text, err);
	/* The user is told, since a range and an expression look alike. */
	pq_buf_str(&t->scratch, name);
	pq_buf_str(&t->scratch, ":Interpreted '");
	pq_buf_text(&t->scratch, text);
	pq_buf_str(&t->scratch, "' as range, not regexp");
	pq_log_text(log, pq_buf_view(&t->scratch));
	return true;
}

static void release_tag_filter(struct tag_filter *t)
{
	for (size_t i = 0; i < t->regexes.n; i++)
		pq_regex_free(t->regexes.at[i]);
	pq_vec_release(&t->regexes);
	pq_map_release(&t->pairs);
	pq_vec_release(&t->pair_keys);
	pq_vec_release(&t->pair_bits);
	pq_buf_release(&t->scratch);
}

static bool label_in_range(const struct tag_filter *t,
			   const struct pq_profile *p, const struct pq_label *l)
{
	struct pq_text unit = pq_label_unit(t->units, pq_string(p, l->key));
	struct pq_scaled s;

	if (t->plain_numbers && !t->unit.len)
		unit = t->unit;
	s = pq_unit_scale(l->num, unit, t->unit);

	return pq_text_equal(s.unit, t->unit) &&
	       (!t->has_low || s.value >= t->low) &&
	       (!t->has_high || s.value <= t->high);
}

static bool same_label_pair(const void *ctx, uint32_t index, const void *key)
{
	const struct tag_filter *t = ctx;
	const struct pq_label *a = &t->pair_keys.at[index], *b = key;

	return a->key == b->key && a->str == b->str;
}

/* A bit for each expression that matches the label. */
static uint64_t match_label(struct tag_filter *t, const struct pq_profile *p,
			    const struct pq_label *l)
{
	uint64_t hash = pq_hash_mix(l->key, l->str), bits = 0;
	uint32_t fresh = (uint32_t)t->pair_keys.n, id;

	/* A pair of key and value that was met before has its bits already. */
	id = pq_map_intern(&t->pairs, hash, same_label_pair, t, l, fresh);
	if (id != fresh)
		return t->pair_bits.at[id];
	pq_buf_clear(&t->scratch);
	/* Without a key the expressions see KEY:VALUE. */
	if (!t->key.len) {
		pq_buf_text(&t->scratch, pq_string(p, l->key));
		pq_buf_char(&t->scratch, ':');
	}
	pq_buf_text(&t->scratch, pq_string(p, l->str));
	for (size_t i = 0; i < t->regexes.n; i++)
		if (pq_regex_match(t->regexes.at[i], pq_buf_view(&t->scratch)))
			bits |= (uint64_t)1 << i;
	*pq_vec_push(&t->pair_keys) = *l;
	*pq_vec_push(&t->pair_bits) = bits;
	return bits;
}

static bool sample_matches(struct tag_filter *t, const struct pq_profile *p,
			   const struct pq_sample *sample)
{
	uint64_t all = t->regexes.n == 64 ? ~(uint64_t)0
					  : ((uint64_t)1 << t->regexes.n) - 1;
	uint64_t found = 0;

	/* Ranges look at numeric labels only, expressions at string labels. */
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *l = &sample->labels[i];

		if (t->key.len && !pq_text_equal(pq_string(p, l->key), t->key))
			continue;
		if (t->is_range) {
			if (!l->str && label_in_range(t, p, l))
				return true;
		} else if (l->str) {
			found |= match_label(t, p, l);
		}
	}
	if (t->is_range)
		return false;
	/* Without a key all expressions must match, with one any of them. */
	return t->key.len ? found != 0 : found == all;
}

struct pq_tag_filters {
	struct pq_profile *p;
	struct tag_filter focus, ignore;
	bool has_focus, has_ignore, verbose;
	bool focus_matched, ignore_matched;
	unsigned long long unfocused, ignored; /* counts of samples */
};

static bool keep_by_tag(void *ctx, struct pq_sample *sample)
{
	struct pq_tag_filters *f = ctx;
	bool focused = !f->has_focus || sample_matches(&f->focus, f->p, sample);
	bool ignored = f->has_ignore &&
		       sample_matches(&f->ignore, f->p, sample);

	f->focus_matched = f->focus_matched || focused;
	f->ignore_matched = f->ignore_matched || ignored;
	/* A sample that is not focused counts for focus alone. */
	f->unfocused += !focused;
	f->ignored += focused && ignored;
	return focused && !ignored;
}

struct pq_tag_filters *pq_tag_filters_new(struct pq_profile *p,
					  const struct pq_filters *options,
					  const struct pq_label_units *units,
					  struct pq_log *log,
					  struct pq_error *err)
{
	struct pq_tag_filters *f = pq_alloc_zeroed(sizeof(*f));

	f->p = p;
	f->has_focus = options->tagfocus.len > 0;
	f->has_ignore = options->tagignore.len > 0;
	f->verbose = options->verbose;
	f->focus.plain_numbers = options->plain_numbers;
	f->ignore.plain_numbers = options->plain_numbers;
	if (parse_tag_filter(&f->focus, "tagfocus", options->tagfocus, units,
			     log, err) &&
	    parse_tag_filter(&f->ignore, "tagignore", options->tagignore, units,
			     log, err))
		return f;
	pq_tag_filters_free(f);
	return NULL;
}

void pq_tag_filters_free(struct pq_tag_filters *f)
{
	if (!f)
		return;
	release_tag_filter(&f->focus);
	release_tag_filter(&f->ignore);
	pq_free(f);
}

static void free_tag_filters(void *filters)
{
	pq_tag_filters_free(filters);
}

void pq_tag_filters_run(struct pq_tag_filters **filters, struct pq_log *log)
{
	struct pq_tag_filters *f = *filters;
	struct pq_samples *samples = &f->p->samples;
	size_t n_before = samples->n;

	/* Samples that are read again own the filters from here on. */
	if ((f->has_focus || f->has_ignore) &&
	    pq_samples_edit(samples, samples->n_values, keep_by_tag, f,
			    free_tag_filters))
		*filters = NULL;
	if (f->has_focus && !f->focus_matched)
		pq_log_say(log, "TagFocus expression matched no samples");
	if (f->has_ignore && !f->ignore_matched)
		pq_log_say(log, "TagIgnore expression matched no samples");
	if (f->ignored && f->ignored + f->unfocused == n_before)
		pq_log_say(log,
			   "No sample is left of %zu: -tagignore removed "
			   "%llu",
			   n_before, f->ignored);
	if (f->verbose && f->has_focus)
		pq_log_say(log, "-tagfocus removed %llu samples", f->unfocused);
	if (f->verbose && f->has_ignore)
		pq_log_say(log, "-tagignore removed %llu samples", f->ignored);
}
