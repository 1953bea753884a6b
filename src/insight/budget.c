#include "insight/budget.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/regex.h"
#include "base/vec.h"

#include "base/banned.h"

#define STANDARD_NAME ".profq.check"

/* A larger file is no file of budgets; and so many folders up it is sought. */
#define MOST_BYTES (1 << 20)
#define MOST_FOLDERS 64

struct parsing {
	struct pq_budgets *b;
	struct pq_arena *arena;
	struct pq_error *err;
	PQ_VEC(struct pq_budget) list;
	size_t line;
	unsigned seen; /* keys of the section, a bit each */
};

/* ---- texts ---- */

static struct pq_text strip_blanks(struct pq_text t)
{
	size_t from = 0, to = t.len;

	while (from < to && pq_is_space(t.bytes[from]))
		from++;
	while (to > from && pq_is_space(t.bytes[to - 1]))
		to--;
	return pq_text_slice(t, from, to);
}

/* Up to a blank that a comment follows. */
static struct pq_text strip_comment(struct pq_text t)
{
	for (size_t i = 0; i + 1 < t.len; i++)
		if (pq_is_space(t.bytes[i]) &&
		    (t.bytes[i + 1] == '#' || t.bytes[i + 1] == ';'))
			return pq_text_slice(t, 0, i);
	return t;
}

/* "FILE:LINE: before TEXT after" */
static bool fail_in_line(struct parsing *p, size_t line, const char *before,
			 struct pq_text text, const char *after)
{
	struct pq_buf b = { 0 };

	pq_buf_text(&b, p->b->file);
	if (line)
		pq_buf_printf(&b, ":%zu", line);
	pq_buf_str(&b, ": ");
	pq_buf_str(&b, before);
	/* A line may be as long as the file: its beginning will do. */
	pq_buf_text(&b, pq_text_slice(text, 0, text.len < 80 ? text.len : 80));
	pq_buf_str(&b, after);
	pq_fail(p->err, PQ_EUSAGE, "%s", pq_buf_cstr(&b));
	pq_buf_release(&b);
	return false;
}

/* A copy with a NUL behind it, as options have it. */
static struct pq_text keep_option_text(struct parsing *p, struct pq_text t)
{
	char PQ_RAW *copy = pq_arena_alloc(p->arena, t.len + 1);

	for (size_t i = 0; i < t.len; i++)
		copy[i] = t.bytes[i];
	copy[t.len] = '\0';
	return (struct pq_text){ copy, t.len };
}

/* ---- values ---- */

static const struct {
	const char *unit;
	double scale; /* 0: a share */
} units[] = {
	{ "", 1 },	    { "B", 1 },		{ "k", 1e3 },
	{ "M", 1e6 },	    { "G", 1e9 },	{ "kB", 1 << 10 },
	{ "KB", 1 << 10 },  { "kiB", 1 << 10 }, { "KiB", 1 << 10 },
	{ "MB", 1 << 20 },  { "MiB", 1 << 20 }, { "GB", 1 << 30 },
	{ "GiB", 1 << 30 }, { "%", 0 },		{ "% of total", 0 },
};

/* The number that a text begins with: digits, and a point among them. */
static size_t number_length(struct pq_text t)
{
	size_t n = 0, whole;

	while (n < t.len && pq_is_digit(t.bytes[n]))
		n++;
	whole = n;
	if (!n || n == t.len || t.bytes[n] != '.')
		return n;
	for (n++; n < t.len && pq_is_digit(t.bytes[n]);)
		n++;
	/* A point that no digit follows is not of the number. */
	return n > whole + 1 ? n : whole;
}

static bool parse_limit(struct pq_budget_limit *l, struct pq_text t)
{
	size_t n = number_length(t);
	struct pq_text unit = pq_text_slice(t, n, t.len);

	unit = strip_blanks(unit);
	/* The copy for strtod is bounded: 40 digits and more are no limit. */
	for (size_t i = 0; n && n < 40 && i < sizeof(units) / sizeof(*units);
	     i++) {
		char digits[40] = { 0 };

		if (!pq_text_is(unit, units[i].unit))
			continue;
		memcpy(digits, pq_unchecked_bytes(t.bytes), n);
		l->given = true;
		l->is_share = units[i].scale == 0;
		l->amount = strtod(digits, NULL) *
			    (l->is_share ? 0.01 : units[i].scale);
		return true;
	}
	return false;
}

static bool set_by(struct parsing *p, struct pq_budget *b, struct pq_text v)
{
	struct pq_error own;

	/* The parser would name the option -by; at fault is a line here. */
	pq_error_clear(&own);
	if (pq_grouping_parse(&b->by, keep_option_text(p, v), PQ_PER_FUNC, true,
			      &own))
		return true;
	return fail_in_line(p, p->line, "by: ", v,
			    ": use func, line, site, owner, stack, package, "
			    "label:KEY or total");
}

static bool set_noise(struct parsing *p, struct pq_budget *b, struct pq_text v)
{
	b->noise_ignored = pq_text_is(v, "ignored");
	if (b->noise_ignored || pq_text_is(v, "required"))
		return true;
	return fail_in_line(p, p->line, "noise is required or ignored: ", v,
			    "");
}

static bool set_sample_index(struct parsing *p, struct pq_budget *b,
			     struct pq_text v)
{
	b->sample_index = keep_option_text(p, v);
	return true;
}

enum key_kind { KEY_SET, KEY_LIMIT, KEY_REGEX, KEY_TAGS };

static const struct key {
	const char *name;
	enum key_kind kind;
	size_t offset; /* a limit's or a filter's, in pq_budget */
	bool (*set)(struct parsing *p, struct pq_budget *b, struct pq_text v);
} keys[] = {
#define FILTER(name, kind)                                                  \
	{                                                                   \
#name, kind, offsetof(struct pq_budget, filters.name), NULL \
	}
#define LIMIT(name, field)                                               \
	{                                                                \
		name, KEY_LIMIT, offsetof(struct pq_budget, field), NULL \
	}
	{ "sample_index", KEY_SET, 0, set_sample_index },
	{ "by", KEY_SET, 0, set_by },
	{ "noise", KEY_SET, 0, set_noise },
	LIMIT("max", max),
	LIMIT("max_growth", growth),
	LIMIT("min", min),
	FILTER(focus, KEY_REGEX),
	FILTER(ignore, KEY_REGEX),
	FILTER(hide, KEY_REGEX),
	FILTER(show, KEY_REGEX),
	FILTER(show_from, KEY_REGEX),
	FILTER(prune_from, KEY_REGEX),
	FILTER(tagfocus, KEY_TAGS),
	FILTER(tagignore, KEY_TAGS),
#undef FILTER
#undef LIMIT
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static bool set_limit(struct parsing *p, const struct key *key,
		      struct pq_budget_limit *l, struct pq_text v)
{
	struct pq_buf before = { 0 };

	if (parse_limit(l, v))
		return true;
	pq_buf_printf(&before, "%s is not a limit such as 10%%, 5MB or 1000: ",
		      key->name);
	fail_in_line(p, p->line, pq_unchecked_bytes(pq_buf_cstr(&before)), v,
		     "");
	pq_buf_release(&before);
	return false;
}

/* Filters are tried here, so that an error has its line. */
static bool check_regex(struct parsing *p, const struct key *key,
			struct pq_text v)
{
	struct pq_error own;
	struct pq_regex *regex;
	struct pq_buf before = { 0 };

	pq_error_clear(&own);
	regex = pq_regex_new(v, &own);
	if (!regex) {
		pq_buf_printf(&before, "%s: ", key->name);
		fail_in_line(p, p->line,
			     pq_unchecked_bytes(pq_buf_cstr(&before)),
			     pq_text_of(own.msg), "");
	}
	pq_buf_release(&before);
	pq_regex_free(regex);
	return regex != NULL;
}

static bool set_budget_value(struct parsing *p, const struct key *key,
			     struct pq_text v)
{
	struct pq_budget *b = &p->list.at[p->list.n - 1];
	char *at = (char *)b + key->offset;

	if (key->kind == KEY_SET)
		return key->set(p, b, v);
	if (key->kind == KEY_LIMIT)
		return set_limit(p, key, (struct pq_budget_limit *)at, v);
	b->filtered = true;
	*(struct pq_text *)at = keep_option_text(p, v);
	/* Ranges of tags need units, and are parsed by the filter alone. */
	return key->kind == KEY_TAGS || check_regex(p, key, v);
}

/* ---- lines ---- */

/* - and _ are alike. */
static bool is_key(struct pq_text text, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; text.len == n && i < n; i++)
		if (text.bytes[i] != name[i] &&
		    (text.bytes[i] != '-' || name[i] != '_'))
			return false;
	return text.len == n;
}

static bool parse_entry(struct parsing *p, struct pq_text line)
{
	size_t equals = pq_text_find(line, 0, "="), i = 0;
	struct pq_text key = strip_blanks(pq_text_slice(line, 0, equals));
	struct pq_text value;

	if (equals == line.len)
		return fail_in_line(p, p->line, "no \"=\": ", line, "");
	value = strip_blanks(
		strip_comment(pq_text_slice(line, equals + 1, line.len)));
	if (!p->list.n)
		return fail_in_line(p, p->line, "", key,
				    " before the first [budget \"NAME\"]");
	while (i < N_KEYS && !is_key(key, keys[i].name))
		i++;
	if (i == N_KEYS)
		return fail_in_line(p, p->line, "unknown key ", key, "");
	if (p->seen >> i & 1)
		return fail_in_line(p, p->line, "", key, " stands twice");
	/* A key given twice is more likely a slip than a wish. */
	p->seen |= 1u << i;
	if (!value.len)
		return fail_in_line(p, p->line, "", key, " has no value");
	return set_budget_value(p, &keys[i], value);
}

static bool fail_section(struct parsing *p)
{
	return fail_in_line(p, p->line, "a section is [budget \"NAME\"]",
			    PQ_TEXT(""), "");
}

/* Takes the backslashes out of a name; where it ends goes to *end. */
static bool parse_name(struct parsing *p, struct pq_text line, size_t from,
		       struct pq_buf *name, size_t *end)
{
	for (size_t i = from; i < line.len; i++) {
		if (line.bytes[i] == '"') {
			*end = i + 1;
			return true;
		}
		/* A backslash at the end: no closing quote can follow. */
		if (line.bytes[i] == '\\' && ++i == line.len)
			break;
		pq_buf_char(name, line.bytes[i]);
	}
	return fail_section(p);
}

static bool check_new_name(struct parsing *p, struct pq_text name)
{
	struct pq_buf after = { 0 };
	size_t line = 0;

	/* Verdicts are told by name: equal names could not be told apart. */
	for (size_t i = 0; i < p->list.n; i++)
		if (pq_text_equal(p->list.at[i].name, name))
			line = p->list.at[i].line;
	if (!line)
		return true;
	pq_buf_printf(&after, "\" stands twice, first in line %zu", line);
	fail_in_line(p, p->line, "budget \"", name,
		     pq_unchecked_bytes(pq_buf_cstr(&after)));
	pq_buf_release(&after);
	return false;
}

static bool begin_budget(struct parsing *p, struct pq_text name)
{
	struct pq_budget *b;

	if (!check_new_name(p, name))
		return false;
	b = pq_vec_push(&p->list);
	memset(b, 0, sizeof(*b));
	b->name = keep_option_text(p, name);
	b->line = p->line;
	/* Defaults as budget.h lists them. */
	b->by.by = PQ_PER_FUNC;
	b->sample_index = PQ_TEXT("inuse_space");
	b->filters.plain_numbers = true;
	p->seen = 0;
	return true;
}

static bool parse_section(struct parsing *p, struct pq_text line)
{
	static const char head[] = "[budget \"";
	struct pq_buf name = { 0 };
	struct pq_text rest;
	size_t end = 0;
	bool ok = pq_text_starts(line, head);

	if (!ok)
		return fail_section(p);
	/* Names stand in quotes, where brackets are no end. */
	ok = parse_name(p, line, sizeof(head) - 1, &name, &end);
	if (ok) {
		/* Only a bracket, and then a comment, may follow the name. */
		rest = pq_text_slice(line, end, line.len);
		ok = rest.len && rest.bytes[0] == ']';
		rest = strip_blanks(
			pq_text_slice(rest, rest.len ? 1 : 0, rest.len));
		ok = ok && (!rest.len || rest.bytes[0] == '#' ||
			    rest.bytes[0] == ';');
		ok = ok ? begin_budget(p, pq_buf_view(&name)) : fail_section(p);
	}
	pq_buf_release(&name);
	return ok;
}

static bool parse_line(struct parsing *p, struct pq_text line)
{
	p->line++;
	line = strip_blanks(line);
	if (!line.len || line.bytes[0] == '#' || line.bytes[0] == ';')
		return true;
	return line.bytes[0] == '[' ? parse_section(p, line)
				    : parse_entry(p, line);
}

/* ---- the whole ---- */

static bool check_budgets(struct parsing *p)
{
	for (size_t i = 0; i < p->list.n; i++) {
		const struct pq_budget *b = &p->list.at[i];

		if (!b->max.given && !b->growth.given)
			return fail_in_line(p, b->line, "budget \"", b->name,
					    "\" has neither max nor "
					    "max_growth");
	}
	if (p->list.n)
		return true;
	/* Line 0: the message is about the file as a whole. */
	return fail_in_line(p, 0, "no budget in it", PQ_TEXT(""), "");
}

bool pq_budgets_parse(struct pq_budgets *b, struct pq_text content,
		      struct pq_text file, struct pq_arena *arena,
		      struct pq_error *err)
{
	struct parsing p = { .b = b, .arena = arena, .err = err };
	bool ok = true;

	b->file = file;
	/* The first error ends it: what follows may be misread. */
	for (size_t at = 0, end; ok && at < content.len; at = end + 1) {
		end = pq_text_find(content, at, "\n");
		ok = parse_line(&p, pq_text_slice(content, at, end));
	}
	ok = ok && check_budgets(&p);
	b->n = p.list.n;
	b->list =
		pq_arena_copy(arena, p.list.at, p.list.n * sizeof(*p.list.at));
	pq_vec_release(&p.list);
	return ok;
}

/* ---- the file ---- */

/* The nearest file of the usual name, as "../../NAME"; or that name. */
static void find_standard(struct pq_buf *path)
{
	for (unsigned up = 0; up < MOST_FOLDERS; up++) {
		pq_buf_clear(path);
		for (unsigned i = 0; i < up; i++)
			pq_buf_str(path, "../");
		pq_buf_str(path, STANDARD_NAME);
		if (!access(pq_unchecked_bytes(pq_buf_cstr(path)), R_OK))
			return;
	}
	pq_buf_clear(path);
	pq_buf_str(path, STANDARD_NAME);
}

static bool read_whole(struct pq_buf *to, const char *path,
		       struct pq_error *err)
{
	int fd = pq_io_open(path, err);
	ssize_t n = 1;

	if (fd < 0)
		return false;
	/* A block beyond the limit refuses the file: the rest is not read. */
	while (n > 0 && to->len <= MOST_BYTES) {
		pq_buf_reserve(to, 1 << 14);
		n = pq_io_read(fd, pq_unchecked_writable(to->data) + to->len,
			       1 << 14);
		if (n > 0)
			to->len += (size_t)n;
	}
	if (n < 0)
		pq_fail(err, PQ_EIO, "cannot read: %s", strerror(errno));
	close(fd);
	if (n > 0)
		return pq_fail(err, PQ_ELIMIT,
			       "more than 1 MB: this is no file of budgets");
	return n == 0;
}

bool pq_budgets_read(struct pq_budgets *b, struct pq_text path,
		     struct pq_arena *arena, struct pq_error *err)
{
	struct pq_buf name = { 0 }, content = { 0 };
	struct pq_error own;
	bool ok;

	pq_error_clear(&own);
	/* Without a path a standard file is tried, and named if missing. */
	if (path.len)
		pq_buf_text(&name, path);
	else
		find_standard(&name);
	ok = read_whole(&content, pq_unchecked_bytes(pq_buf_cstr(&name)), &own);
	/* A file that is missing is a wrong use, and named whole. */
	if (ok)
		ok = pq_budgets_parse(
			b, pq_buf_view(&content),
			pq_arena_text(arena,
				      pq_text_basename(pq_buf_view(&name))),
			arena, err);
	else
		pq_fail(err, PQ_EUSAGE, "%s: %s%s", pq_buf_cstr(&name), own.msg,
			path.len ? "" : " (-budget=FILE names the budgets)");
	pq_buf_release(&name);
	pq_buf_release(&content);
	return ok;
}
