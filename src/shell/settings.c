#include "shell/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "profile/sample_index.h"
#include "shell/types.h"

#include "base/banned.h"

/* A file longer than this is none of settings. */
#define MOST_FILE_BYTES ((size_t)64 << 10)

static void *field_of(struct pq_query *q, const struct pq_option *option)
{
	return (char *)&q->options + option->offset;
}

/* ---- texts ---- */

static struct pq_text keep_text(struct pq_query *q, struct pq_text text)
{
	char *copy = pq_arena_alloc(&q->texts, text.len + 1);

	if (text.len)
		memcpy(copy, pq_unchecked_bytes(text.bytes), text.len);
	copy[text.len] = '\0';
	return (struct pq_text){ copy, text.len };
}

/* Copies texts that belong to somebody else, or to an arena to be released. */
static void own_texts(struct pq_query *q)
{
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *option = &pq_option_table[i];

		if (option->kind == PQ_OPTION_STR) {
			struct pq_text *text = field_of(q, option);

			*text = keep_text(q, *text);
		} else if (option->kind == PQ_OPTION_LIST) {
			struct pq_text_list *list = field_of(q, option);

			for (size_t k = 0; k < list->n; k++)
				list->at[k] = keep_text(q, list->at[k]);
		}
	}
}

/* ---- the beginning ---- */

/* The default, given on the command line, is as if it were not given. */
static void forget_defaults(struct pq_query *q)
{
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *option = &pq_option_table[i];

		/* Enumerations stay given at any value (query.h). */
		if (option->kind != PQ_OPTION_ENUM)
			q->options.given[i] =
				q->options.given[i] &&
				!pq_option_is_standard(&q->options, option);
	}
}

void pq_shell_settings_init(struct pq_query *settings,
			    const struct pq_session *session)
{
	pq_query_init(settings, PQ_FRONT_SHELL, session->options);
	forget_defaults(settings);
	own_texts(settings);
}

/* ---- a line ---- */

/* The type's name is stored, and that of the default for an empty value. */
static bool resolve_type(struct pq_query *q, const struct pq_profile *p,
			 struct pq_error *err)
{
	unsigned index;

	if (!pq_sample_index(p, q->options.sample_index, &index, err))
		return false;
	q->options.sample_index = pq_shell_type_name(p, index);
	return true;
}

static bool apply_each(struct pq_query *q, const struct pq_shell_line *line,
		       const struct pq_profile *p, struct pq_error *err)
{
	for (size_t i = 0; i < line->n_settings; i++) {
		const struct pq_shell_setting *s = &line->settings[i];

		if (!pq_query_set_typed(q, s->option, s->value, err))
			return false;
		if (s->option == &pq_option_table[PQ_OPTION_sample_index] &&
		    !resolve_type(q, p, err))
			return false;
	}
	return true;
}

/* The orders that diff alone has are no setting for every report. */
static bool check_sort(const struct pq_query *q, struct pq_error *err)
{
	struct pq_text choice;

	if (q->options.sort < PQ_SORT_DELTA)
		return true;
	pq_option_choice(&pq_option_table[PQ_OPTION_sort], q->options.sort,
			 &choice);
	return pq_fail(err, PQ_EUSAGE,
		       "invalid \"sort\" value \"%.*s\": must be one of "
		       "flat|cum",
		       (int)choice.len, choice.bytes);
}

bool pq_shell_settings_apply(struct pq_query *settings,
			     const struct pq_shell_line *line,
			     const struct pq_profile *p, struct pq_error *err)
{
	struct pq_query changed;

	/* All of a line counts, or nothing of it: a copy is changed. */
	pq_query_init_like(&changed, settings);
	if (!apply_each(&changed, line, p, err) || !check_sort(&changed, err)) {
		pq_query_release(&changed);
		return false;
	}
	/* texts that nobody uses any more go with the old settings */
	own_texts(&changed);
	pq_query_release(settings);
	*settings = changed;
	return true;
}

/* ---- the user's file ---- */

static bool find_settings_file(struct pq_buf *path)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	/* a relative path counts as unset, as the XDG specification says */
	if (config && *config == '/')
		pq_buf_printf(path, "%s/profq/shell", config);
	else if (home && *home == '/')
		pq_buf_printf(path, "%s/.config/profq/shell", home);
	return path->len != 0;
}

static void read_settings_file(struct pq_buf *content)
{
	struct pq_buf path = { 0 };
	struct stat st;
	int fd = -1;

	if (find_settings_file(&path))
		fd = open(pq_unchecked_bytes(pq_buf_cstr(&path)),
			  O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	/* A device or a long file is none of settings: no line is read. */
	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	    (size_t)st.st_size <= MOST_FILE_BYTES)
		(void)!pq_io_read_all(fd, content, MOST_FILE_BYTES);
	if (fd >= 0)
		close(fd);
	pq_buf_release(&path);
}

/* Whether the command line has said something else already. */
static bool is_overridden(const struct pq_options *line,
			  const struct pq_shell_line *parsed)
{
	for (size_t i = 0; i < parsed->n_settings; i++) {
		const struct pq_option *o = parsed->settings[i].option;
		size_t id = (size_t)(o - pq_option_table);

		/* a type may be chosen by a pick, which is carried over */
		if (line->given[id] || line->settled[id] ||
		    !pq_option_is_standard(line, o))
			return true;
	}
	return false;
}

static bool apply_file_line(struct pq_query *settings,
			    const struct pq_session *session, char *text,
			    struct pq_error *err)
{
	const struct pq_shell_world world = { .p = session->profile };
	struct pq_shell_line line;
	bool ok = pq_shell_line_parse(&line, text, settings, &world, err);

	/* A command here would run before the first prompt: refused. */
	if (ok && line.kind != PQ_LINE_SETTINGS && line.kind != PQ_LINE_EMPTY)
		ok = pq_fail(err, PQ_EUSAGE,
			     "not a setting; this file has lines such as "
			     "nodecount=20");
	if (ok && line.kind == PQ_LINE_SETTINGS &&
	    !is_overridden(session->options, &line))
		ok = pq_shell_settings_apply(settings, &line, session->profile,
					     err);
	pq_shell_line_release(&line);
	return ok;
}

void pq_shell_settings_read(struct pq_query *settings,
			    const struct pq_session *session,
			    void (*refuse)(const char *file, unsigned line,
					   const struct pq_error *err))
{
	struct pq_buf content = { 0 };
	char *at, *text;
	unsigned n = 0;

	read_settings_file(&content);
	/* The buffer is ours: strsep cuts the lines apart in it. */
	pq_buf_cstr(&content);
	at = pq_unchecked_writable(content.data);
	while ((text = strsep(&at, "\n"))) {
		struct pq_error err;

		n++;
		pq_error_clear(&err);
		if (text[strspn(text, " \t")] == '#')
			continue;
		/* A refused line is one message: the others still count. */
		if (!apply_file_line(settings, session, text, &err))
			refuse("shell", n, &err);
	}
	pq_buf_release(&content);
}

/* ---- the list ---- */

static int compare_options(const void *left, const void *right)
{
	const struct pq_option *const *a = left, *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

size_t pq_shell_options(const struct pq_option *list[static PQ_N_OPTIONS])
{
	size_t n = 0;

	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *o = &pq_option_table[i];

		if (!pq_option_is_choice(o) &&
		    pq_shell_option(pq_text_of(o->name)))
			list[n++] = o;
	}
	/* The table is in groups; a list is searched by name. */
	qsort(list, n, sizeof(*list), compare_options);
	return n;
}

/* The digits of a value's shortest form, and its power of ten. */
static int find_shortest(double value, int *power)
{
	char text[40];
	int digits = 1;

	/* The first form that reads back the same is the shortest. */
	do
		snprintf(text, sizeof(text), "%.*e", digits - 1, value);
	while (strtod(text, NULL) != value && digits++ < 17);
	*power = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	return digits;
}

/* As Go prints a float64. */
static void put_float(struct pq_buf *b, double value)
{
	int power = 0, digits;

	if (isnan(value)) {
		pq_buf_str(b, "NaN");
		return;
	}
	if (isinf(value)) {
		pq_buf_str(b, value > 0 ? "+Inf" : "-Inf");
		return;
	}
	digits = find_shortest(value, &power);
	/* Go turns to exponents below -4 and from 6 on. */
	if (power < -4 || power >= 6)
		pq_buf_printf(b, "%.*e", digits - 1, value);
	else
		pq_buf_printf(b, "%.*f",
			      digits - 1 > power ? digits - 1 - power : 0,
			      value);
}

/* An unset type is the last one to the reference, whatever is the default. */
static struct pq_text shown_type(const struct pq_options *o,
				 const struct pq_profile *p)
{
	if (o->sample_index.len || !p->sample_types.n)
		return o->sample_index;
	return pq_shell_type_name(p, p->sample_types.n - 1);
}

static void put_value(struct pq_buf *b, const struct pq_options *o,
		      const struct pq_option *option,
		      const struct pq_profile *p)
{
	const void *field = (const char *)o + option->offset;
	struct pq_text text = { 0 };

	switch (option->kind) {
	case PQ_OPTION_BOOL:
		pq_buf_str(b, *(const bool *)field ? "true" : "false");
		return;
	case PQ_OPTION_INT:
	case PQ_OPTION_SIZE:
		pq_buf_printf(b, "%lld", (long long)*(const int64_t *)field);
		return;
	case PQ_OPTION_FLOAT:
		put_float(b, *(const double *)field);
		return;
	case PQ_OPTION_ENUM:
		/* Unset, it differs by report: no one value is true. */
		if (option == &pq_option_table[PQ_OPTION_granularity] &&
		    !o->given[PQ_OPTION_granularity] &&
		    !o->settled[PQ_OPTION_granularity])
			pq_buf_str(b, "(default)");
		else if (pq_option_choice(option, *(const unsigned *)field,
					  &text))
			pq_buf_text(b, text);
		return;
	case PQ_OPTION_LIST:
		return;
	case PQ_OPTION_STR:
		text = *(const struct pq_text *)field;
	}
	if (option == &pq_option_table[PQ_OPTION_sample_index])
		text = shown_type(o, p);
	/* Empty texts have quotes: nothing would look like a lost value. */
	if (text.len)
		pq_buf_text(b, text);
	else
		pq_buf_str(b, "\"\"");
}

static void put_names(struct pq_buf *b, struct pq_text *names, size_t n)
{
	pq_text_sort(names, n);
	pq_buf_str(b, "//: [");
	for (size_t i = 0; i < n; i++) {
		pq_buf_str(b, i ? " | " : "");
		pq_buf_text(b, names[i]);
	}
	pq_buf_char(b, ']');
}

/* Choices of an option; of -sort those that diff alone has are left out. */
static void put_choices(struct pq_buf *b, const struct pq_option *option)
{
	struct pq_text names[16];
	size_t n = 0;

	while (n < 16 && pq_option_choice(option, (unsigned)n, &names[n]))
		n++;
	if (option == &pq_option_table[PQ_OPTION_sort])
		n = PQ_SORT_DELTA;
	put_names(b, names, n);
}

/* The types in the profile's order, and the one in use where that differs. */
static void put_types(struct pq_buf *b, const struct pq_options *o,
		      const struct pq_profile *p)
{
	struct pq_error ignored;
	unsigned index;

	pq_buf_str(b, "//: [");
	for (size_t i = 0; i < p->sample_types.n; i++) {
		pq_buf_str(b, i ? " | " : "");
		pq_buf_text(b, pq_shell_type_name(p, i));
	}
	pq_buf_char(b, ']');
	pq_error_clear(&ignored);
	if (!pq_sample_index(p, o->sample_index, &index, &ignored) ||
	    pq_text_equal(shown_type(o, p), pq_shell_type_name(p, index)))
		return;
	pq_buf_str(b, ", reports show ");
	pq_buf_text(b, pq_shell_type_name(p, index));
}

static void put_comment(struct pq_buf *b, const struct pq_options *o,
			const struct pq_option *option,
			const struct pq_profile *p)
{
	if (option->kind == PQ_OPTION_ENUM)
		put_choices(b, option);
	else if (option == &pq_option_table[PQ_OPTION_sample_index])
		put_types(b, o, p);
	else if (option == &pq_option_table[PQ_OPTION_nodecount] &&
		 o->nodecount == -1)
		pq_buf_str(b, "//: default");
}

void pq_shell_settings_list(const struct pq_query *settings,
			    const struct pq_profile *p, struct pq_log *log)
{
	const struct pq_option *list[PQ_N_OPTIONS];
	size_t n = pq_shell_options(list), value, width;
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		pq_buf_clear(&b);
		pq_buf_printf(&b, "  %-25s = ", list[i]->name);
		value = b.len;
		put_value(&b, &settings->options, list[i], p);
		/* Values are padded by characters: they may be any UTF-8. */
		width = pq_text_width(
			pq_text_slice(pq_buf_view(&b), value, b.len));
		pq_buf_repeat(&b, ' ', width < 20 ? 20 - width : 0);
		pq_buf_char(&b, ' ');
		put_comment(&b, &settings->options, list[i], p);
		pq_log_text(log, pq_buf_view(&b));
	}
	pq_buf_release(&b);
}
