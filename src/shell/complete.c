#include "shell/complete.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "command/candidates.h"
#include "report/report.h"
#include "shell/line.h"
#include "shell/types.h"

#include "base/banned.h"

/* A folder with more entries is not completed any further. */
#define MOST_FILES 10000

/* One question: what was typed, and where its candidates go. */
struct typing {
	struct pq_completion *c;
	struct pq_shell_names *names;
	struct pq_text typed; /* of the name being completed */
	const char *suffix;   /* of candidates offered now */
	bool anywhere;	      /* candidates may contain it at any place */
};

/* ---- names as regular expressions ---- */

static void quote_rune(struct pq_buf *to, struct pq_text name, size_t at,
		       size_t n, uint32_t rune)
{
	char text[8] = { 0 };

	for (size_t i = 0; i < n; i++)
		text[i] = name.bytes[at + i];
	/* The first that fits counts: bytes that are no UTF-8 come first. */
	if (!n)
		pq_buf_char(to, '.'); /* read as U+FFFD */
	else if (rune == ' ' || rune == '\t')
		pq_buf_str(to, "\\s");
	else if (pq_rune_steers(rune) || pq_shell_blank(text))
		pq_buf_char(to, '.');
	else if (rune < 0x80 && strchr("\\.+*?()|[]{}^$", (int)rune))
		pq_buf_printf(to, "\\%s", text);
	else
		pq_buf_str(to, text);
}

/* What a first byte would mean to a command, or to a filter of labels. */
static bool means_something(char first)
{
	return isdigit((unsigned char)first) ||
	       (first && strchr("-+>!", first));
}

void pq_quote_name(struct pq_buf *to, struct pq_text name, bool word)
{
	size_t at = 0, n;

	/* A first byte that steers the line is put in a set: [-]f, [5]x. */
	if (word && name.len && means_something(name.bytes[0])) {
		pq_buf_printf(to, "[%c]", name.bytes[0]);
		at = 1;
	}
	for (; at < name.len; at += n ? n : 1) {
		uint32_t rune = 0;

		n = pq_text_rune(name, at, &rune);
		/* `//:' begins a comment */
		if (rune == ':' && at > 1 && name.bytes[at - 1] == '/')
			pq_buf_str(to, "\\:");
		else
			quote_rune(to, name, at, n, rune);
	}
}

/* The name that a typed expression stands for, as far as it is one. */
static struct pq_text unquote_name(struct pq_arena *arena, struct pq_text typed)
{
	char *plain = pq_arena_alloc(arena, typed.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.bytes[i];

		/* The forms of pq_quote_name are undone: \x, \s, [x]. */
		if (c == '\\' && i + 1 < typed.len) {
			c = typed.bytes[++i];
			c = c == 's' ? ' ' : c;
		} else if (c == '[' && i + 2 < typed.len &&
			   typed.bytes[i + 2] == ']') {
			c = typed.bytes[i + 1];
			i += 2;
		}
		plain[n++] = c;
	}
	return (struct pq_text){ plain, n };
}

/* ---- candidates ---- */

static bool begins_like(struct pq_text name, struct pq_text typed)
{
	if (name.len < typed.len)
		return false;
	for (size_t i = 0; i < typed.len; i++)
		if (tolower((unsigned char)name.bytes[i]) !=
		    tolower((unsigned char)typed.bytes[i]))
			return false;
	return true;
}

static bool contains_in_any_case(struct pq_text name, struct pq_text part)
{
	for (size_t at = 0; at + part.len <= name.len; at++)
		if (begins_like(pq_text_slice(name, at, name.len), part))
			return true;
	return false;
}

/* A name that can stand in a line as it is. */
static bool is_plain(struct pq_text name)
{
	size_t n;

	for (size_t at = 0; at < name.len; at += n) {
		uint32_t rune;

		n = pq_text_rune(name, at, &rune);
		if (!n || pq_rune_steers(rune) || rune == '\t')
			return false;
	}
	return name.len != 0;
}

static void add_candidate(struct typing *t, struct pq_text insert,
			  struct pq_text shown)
{
	struct pq_candidate *c = pq_vec_push(&t->c->list);

	c->insert = pq_arena_text(&t->c->arena, insert);
	c->shown = shown;
}

static void offer_plain(void *ctx, struct pq_text name)
{
	struct typing *t = ctx;
	struct pq_buf b = { 0 };

	/* A name that a terminal would obey is not offered. */
	if (!begins_like(name, t->typed) || !is_plain(name))
		return;
	pq_buf_text(&b, name);
	pq_buf_str(&b, t->suffix);
	add_candidate(t, pq_buf_view(&b), name);
	pq_buf_release(&b);
}

static void offer_word(struct typing *t, const char *word, const char *suffix)
{
	t->suffix = suffix;
	offer_plain(t, pq_text_of(word));
	t->suffix = "";
}

static int compare_candidates(const void *left, const void *right)
{
	const struct pq_candidate *a = left, *b = right;

	return pq_text_compare(a->insert, b->insert);
}

/* Sorts, and leaves out what would be inserted twice. */
static void sort_candidates(struct pq_completion *c)
{
	size_t kept = 0;

	if (c->list.n)
		qsort(c->list.at, c->list.n, sizeof(*c->list.at),
		      compare_candidates);
	for (size_t i = 0; i < c->list.n; i++)
		if (!kept || !pq_text_equal(c->list.at[kept - 1].insert,
					    c->list.at[i].insert))
			c->list.at[kept++] = c->list.at[i];
	c->list.n = kept;
}

/* Bytes that two texts have in common at their beginning, in whole runes. */
static size_t common_bytes(struct pq_text a, struct pq_text b)
{
	size_t n = 0, whole = 0;

	while (n < a.len && n < b.len && a.bytes[n] == b.bytes[n])
		n++;
	/* A cut inside of a rune goes back to where the rune begins. */
	for (size_t at = 0; at <= n; whole = at) {
		uint32_t rune;
		size_t step = at < n ? pq_text_rune(a, at, &rune) : 0;

		if (!step || at + step > n)
			return at;
		/* an escape is not cut from what it escapes */
		if (rune == '\\' && at + 1 >= n)
			return at;
		at += step + (rune == '\\' && at + 1 < n);
	}
	return whole;
}

/* Bytes in front of a dot that stands for one that cannot be typed. */
static size_t bytes_before_dot(struct pq_text expression)
{
	size_t at = 0;

	while (at < expression.len && expression.bytes[at] != '.')
		at += 1 + (expression.bytes[at] == '\\');
	return at < expression.len ? at : expression.len;
}

/* All candidates' common beginning, where it still says what was typed. */
static void find_common(struct typing *t)
{
	struct pq_completion *c = t->c;
	struct pq_text common;

	if (!c->list.n)
		return;
	common = c->list.at[0].insert;
	for (size_t i = 1; i < c->list.n; i++)
		common.len = common_bytes(common, c->list.at[i].insert);
	/* no name has that dot, so that nothing could follow it */
	if (t->anywhere && c->list.n > 1)
		common.len = bytes_before_dot(common);
	/* A beginning that says less would delete what was typed. */
	if (c->list.n == 1 ||
	    (t->anywhere ? contains_in_any_case(unquote_name(&c->arena, common),
						t->typed)
			 : common.len > t->typed.len))
		c->common = common;
}

/* ---- functions and labels ---- */

/* The typed part of an expression is what follows its last `|'. */
static void skip_alternatives(struct typing *t)
{
	struct pq_text typed = t->typed;
	size_t from = 0;

	for (size_t i = 0; i < typed.len; i++) {
		/* A bar behind a backslash is part of a name. */
		if (typed.bytes[i] == '\\')
			i++;
		else if (typed.bytes[i] == '|')
			from = i + 1;
	}
	t->c->from += from;
	t->typed = pq_text_slice(typed, from, typed.len);
}

static void offer_functions(struct typing *t, bool word)
{
	struct pq_buf b = { 0 };

	skip_alternatives(t);
	t->anywhere = true;
	/* Names are compared as they are: typed quotes come off. */
	t->typed = unquote_name(&t->c->arena, t->typed);
	for (size_t i = 0; i < t->names->functions.n; i++) {
		struct pq_text name = t->names->functions.at[i];

		if (!contains_in_any_case(name, t->typed))
			continue;
		pq_buf_clear(&b);
		pq_quote_name(&b, name, word);
		add_candidate(t, pq_buf_view(&b), name);
	}
	pq_buf_release(&b);
}

/* A key can stand in a filter if nothing in it means something there. */
static bool is_key_of_filter(struct pq_text key)
{
	return is_plain(key) && pq_text_find(key, 0, "=") == key.len &&
	       pq_text_find(key, 0, ",") == key.len &&
	       pq_text_find(key, 0, "//:") == key.len;
}

static void offer_keys(struct typing *t, const char *suffix)
{
	t->suffix = suffix;
	for (size_t i = 0; i < t->names->keys.n; i++)
		if (is_key_of_filter(t->names->keys.at[i]))
			offer_plain(t, t->names->keys.at[i]);
	t->suffix = "";
}

/* Keys in a list: what is typed follows the last comma. */
static void offer_keys_of_list(struct typing *t)
{
	size_t from = t->typed.len;

	while (from && t->typed.bytes[from - 1] != ',')
		from--;
	t->c->from += from;
	t->typed = pq_text_slice(t->typed, from, t->typed.len);
	offer_keys(t, "");
}

static void offer_values_of_key(struct typing *t, struct pq_text key)
{
	struct pq_text typed = unquote_name(&t->c->arena, t->typed);
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < t->names->labels.n; i++) {
		const struct pq_shell_label *l = &t->names->labels.at[i];

		/* A comma would part two values in a filter: no such label. */
		if (!pq_text_equal(l->key, key) ||
		    !begins_like(l->value, typed) ||
		    pq_text_find(l->value, 0, ",") < l->value.len)
			continue;
		pq_buf_clear(&b);
		pq_quote_name(&b, l->value, true);
		add_candidate(t, pq_buf_view(&b), l->value);
	}
	pq_buf_release(&b);
}

/* `key', then `key=value'. */
static void offer_labels(struct typing *t)
{
	size_t equals = pq_text_find(t->typed, 0, "=");
	struct pq_text key = pq_text_slice(t->typed, 0, equals);

	/* Without an equals sign it is the key that is being typed. */
	if (equals == t->typed.len) {
		offer_keys(t, "=");
		return;
	}
	t->c->from += equals + 1;
	t->typed = pq_text_slice(t->typed, equals + 1, t->typed.len);
	offer_values_of_key(t, key);
}

/* ---- files ---- */

static bool is_folder(const char *folder, const char *name)
{
	struct pq_buf path = { 0 };
	struct stat st;
	bool yes;

	pq_buf_printf(&path, "%s/%s", folder, name);
	yes = !stat(pq_unchecked_bytes(pq_buf_cstr(&path)), &st) &&
	      S_ISDIR(st.st_mode);
	pq_buf_release(&path);
	return yes;
}

/* `word': a blank would end the name. */
static void offer_files_of(struct typing *t, DIR *d, const char *folder,
			   bool word)
{
	struct dirent *e;

	for (unsigned i = 0; i < MOST_FILES && (e = readdir(d)); i++) {
		size_t len = strlen(e->d_name);
		/* The name is copied: the next readdir takes its room. */
		char *name = pq_arena_copy(&t->c->arena, e->d_name, len + 1);
		struct pq_text text = { name, len };

		/* hidden files are shown to who asks for one */
		if ((*name == '.' && !pq_text_starts(t->typed, ".")) ||
		    !strcmp(name, ".") || !strcmp(name, "..") ||
		    (word && pq_text_find(text, 0, " ") < len))
			continue;
		/* A folder ends in a slash, so that typing goes on in it. */
		t->suffix = is_folder(folder, name) ? "/" : "";
		offer_plain(t, text);
	}
	t->suffix = "";
}

static void offer_files(struct typing *t, bool word)
{
	size_t from = t->typed.len;
	char *folder;
	DIR *d;

	/* The folder is all up to the last slash, and stays as typed. */
	while (from && t->typed.bytes[from - 1] != '/')
		from--;
	folder = pq_arena_zeroed(&t->c->arena, from + 2);
	for (size_t i = 0; i < from; i++)
		folder[i] = t->typed.bytes[i];
	if (!from)
		folder[0] = '.';
	t->c->from += from;
	t->typed = pq_text_slice(t->typed, from, t->typed.len);
	d = opendir(folder);
	/* A folder that cannot be read says nothing: a line is in the way. */
	if (!d)
		return;
	offer_files_of(t, d, folder, word);
	closedir(d);
}

/* ---- the places of a line ---- */

static void offer_types(struct typing *t, bool shortcuts)
{
	const struct pq_profile *p = t->names->p;
	struct pq_buf b = { 0 };

	for (size_t i = 0; p && i < p->sample_types.n; i++) {
		/* Shortcuts have prefixes; a value is a type alone. */
		for (size_t k = 0; k < (shortcuts ? PQ_SHELL_TYPES : 1); k++) {
			pq_buf_clear(&b);
			pq_buf_str(&b, pq_shell_types[k].prefix);
			pq_buf_text(&b, pq_shell_type_name(p, i));
			offer_plain(t, pq_arena_text(&t->c->arena,
						     pq_buf_view(&b)));
		}
	}
	pq_buf_release(&b);
}

/* A choice that is typed whole goes on as `cum='. */
static void offer_settings(struct typing *t)
{
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *o = &pq_option_table[i];

		if (!pq_shell_option(pq_text_of(o->name)))
			continue;
		if (pq_option_is_choice(o) && !pq_text_is(t->typed, o->name))
			offer_word(t, o->name, "");
		else
			offer_word(t, o->name, "=");
	}
}

static void offer_first_words(struct typing *t)
{
	/* A command goes on with words; the shell's own stand alone. */
	t->suffix = " ";
	pq_candidates_commands(false, offer_plain, t);
	offer_word(t, "help", " ");
	offer_word(t, "options", "");
	offer_word(t, "quit", "");
	offer_word(t, "exit", "");
	offer_settings(t);
	offer_types(t, true);
}

static void offer_topics(struct typing *t)
{
	pq_candidates_commands(false, offer_plain, t);
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++)
		if (pq_shell_option(pq_text_of(pq_option_table[i].name)))
			offer_word(t, pq_option_table[i].name, "");
}

/* What each option's value is made of. */
enum value_of { OF_NOTHING, OF_FUNCTIONS, OF_LABELS, OF_KEYS, OF_FILES };

static enum value_of value_of_option(const struct pq_option *o)
{
	static const struct {
		enum pq_option_id id;
		enum value_of of;
	} rows[] = {
		{ PQ_OPTION_focus, OF_FUNCTIONS },
		{ PQ_OPTION_ignore, OF_FUNCTIONS },
		{ PQ_OPTION_hide, OF_FUNCTIONS },
		{ PQ_OPTION_show, OF_FUNCTIONS },
		{ PQ_OPTION_show_from, OF_FUNCTIONS },
		{ PQ_OPTION_prune_from, OF_FUNCTIONS },
		{ PQ_OPTION_tagfocus, OF_LABELS },
		{ PQ_OPTION_tagignore, OF_LABELS },
		{ PQ_OPTION_tagshow, OF_KEYS },
		{ PQ_OPTION_taghide, OF_KEYS },
		{ PQ_OPTION_tagroot, OF_KEYS },
		{ PQ_OPTION_tagleaf, OF_KEYS },
		{ PQ_OPTION_output, OF_FILES },
		{ PQ_OPTION_source_path, OF_FILES },
		{ PQ_OPTION_trim_path, OF_FILES },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (o == &pq_option_table[rows[i].id])
			return rows[i].of;
	return OF_NOTHING;
}

static void offer_values(struct typing *t, const struct pq_option *o)
{
	/* A choice can be taken and not taken back: false says nothing. */
	if (pq_option_is_choice(o)) {
		offer_word(t, "true", "");
		return;
	}
	if (o->kind == PQ_OPTION_BOOL) {
		offer_word(t, "true", "");
		offer_word(t, "false", "");
	}
	pq_candidates_choices(o, offer_plain, t);
	/* Types are the profile's own: no table has them. */
	if (o == &pq_option_table[PQ_OPTION_sample_index])
		offer_types(t, false);
	switch (value_of_option(o)) {
	case OF_NOTHING:
		break;
	case OF_FUNCTIONS:
		offer_functions(t, false);
		break;
	case OF_LABELS:
		offer_labels(t);
		break;
	case OF_KEYS:
		offer_keys_of_list(t);
		break;
	case OF_FILES:
		offer_files(t, false);
	}
}

/* ---- taking a line apart, up to the cursor ---- */

/* Words of a line, of which the last is being typed and may be empty. */
struct typed_words {
	PQ_VEC(struct pq_text) list;
	size_t last; /* where the last one begins */
};

static void split_words(struct typed_words *words, const char *text)
{
	size_t at = 0, from = 0, n;

	for (;; at += n ? n : 1) {
		n = pq_shell_blank(text + at);
		if (!n && text[at])
			continue;
		/* An empty last word counts: the cursor is in it. */
		if (at > from || !text[at])
			*pq_vec_push(&words->list) =
				(struct pq_text){ text + from, at - from };
		if (!text[at])
			break;
		from = at + n;
	}
	words->last = from;
}

static bool takes_file_here(const struct pq_command *c, size_t place)
{
	switch (c->report->takes) {
	case PQ_TAKES_SIDES:
		return place == 1;
	case PQ_TAKES_SERIES:
	case PQ_TAKES_KINDS:
		return true;
	default:
		return false;
	}
}

/* Drops what stands before the name: a dash, `>', `-diff='. */
static void skip_typed(struct typing *t, size_t n)
{
	t->c->from += n;
	t->typed = pq_text_slice(t->typed, n, t->typed.len);
}

/* The command of a word: digits at its end are the first argument. */
static const struct pq_command *command_of(struct pq_text word)
{
	const struct pq_command *c = pq_command_find(word);

	while (!c && word.len &&
	       isdigit((unsigned char)word.bytes[word.len - 1])) {
		word.len--;
		c = pq_command_find(word);
	}
	return c && c->report && c->summary ? c : NULL;
}

static void complete_argument(struct typing *t, const struct typed_words *words)
{
	const struct pq_command *c = command_of(words->list.at[0]);
	size_t place = words->list.n - 1;

	if (!c)
		return;
	/* The order is that of parsing: `>' and -diff= come before -word. */
	if (pq_text_is(words->list.at[place - 1], ">")) {
		offer_files(t, true);
	} else if (pq_text_starts(t->typed, ">")) {
		skip_typed(t, 1);
		offer_files(t, true);
	} else if (c->report->takes == PQ_TAKES_ONE_OR_SIDES &&
		   pq_text_starts(t->typed, "-diff=")) {
		skip_typed(t, strlen("-diff="));
		offer_files(t, true);
	} else if (pq_text_starts(t->typed, "-")) {
		skip_typed(t, 1);
		offer_functions(t, false);
	} else if (takes_file_here(c, place)) {
		offer_files(t, true);
	} else {
		offer_functions(t, true);
	}
}

/* After a `|' or in a line for the system's shell: files. */
static bool is_for_system(const struct typed_words *words)
{
	if (pq_text_starts(words->list.at[0], "!"))
		return true;
	for (size_t i = 1; i + 1 < words->list.n; i++)
		if (pq_text_is(words->list.at[i], "|"))
			return true;
	return false;
}

static void complete_words(struct typing *t, const struct typed_words *words)
{
	/* A line for the system has no commands, not even as its first word. */
	if (words->list.n == 1 && !pq_text_starts(t->typed, "!"))
		offer_first_words(t);
	else if (is_for_system(words) && words->list.n > 1)
		offer_files(t, true);
	else if (pq_text_is(words->list.at[0], "help") && words->list.n == 2)
		offer_topics(t);
	else if (words->list.n > 1)
		complete_argument(t, words);
}

/* The option whose value is being typed, and where the value begins. */
static const struct pq_option *option_of_value(const char *text, size_t *from)
{
	const char *equals = strchr(text, '=');
	size_t first = 0, end = equals ? (size_t)(equals - text) : 0, n;

	if (!equals)
		return NULL;
	/* Blanks around the name are no part of it, as in an assignment. */
	while ((n = pq_shell_blank(text + first)))
		first += n;
	while (end > first && isspace((unsigned char)text[end - 1]))
		end--;
	if (end < first)
		return NULL;
	for (*from = (size_t)(equals + 1 - text);
	     (n = pq_shell_blank(text + *from)); *from += n)
		;
	return pq_shell_option((struct pq_text){ text + first, end - first });
}

static void complete_text(struct typing *t, const char *text, size_t len)
{
	struct typed_words words = { 0 };
	const struct pq_option *o = option_of_value(text, &t->c->from);

	/* A value has no words: it goes on up to the cursor. */
	if (!o) {
		split_words(&words, text);
		t->c->from = words.last;
	}
	t->typed = (struct pq_text){ text + t->c->from, len - t->c->from };
	if (o)
		offer_values(t, o);
	else
		complete_words(t, &words);
	pq_vec_release(&words.list);
}

void pq_complete_line(struct pq_completion *c, struct pq_text line,
		      size_t cursor, struct pq_shell_names *names)
{
	struct typing t = { .c = c, .names = names, .suffix = "" };
	char *text;

	memset(c, 0, sizeof(*c));
	pq_arena_init(&c->arena);
	/* The text behind the cursor stays out: nobody is typing there. */
	text = pq_arena_zeroed(&c->arena, cursor + 1);
	for (size_t i = 0; i < cursor && i < line.len; i++)
		text[i] = line.bytes[i];
	complete_text(&t, text, strlen(text));
	/* Equal candidates go first: a single one is inserted whole. */
	sort_candidates(c);
	find_common(&t);
}

void pq_completion_release(struct pq_completion *c)
{
	pq_vec_release(&c->list);
	pq_arena_release(&c->arena);
}
