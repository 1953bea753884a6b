#include "cli/arguments.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/suggest.h"
#include "command/option_values.h"
#include "host/choose.h"
#include "report/report.h"

#include "base/banned.h"

struct scan {
	struct pq_arguments *r;
	char *const *at;	 /* next word; the list ends in NULL */
	char *const *command_at; /* the word of a command behind options */
	bool anywhere;		 /* options may follow other words */
	struct pq_error *err;
};

/* One word that begins with a dash, taken apart. */
struct flag {
	struct pq_text name;
	const char *value; /* behind the equals sign; NULL: none */
};

static bool usage(struct scan *s, const char *what, struct pq_text name)
{
	return pq_fail(s->err, PQ_EUSAGE, "%s-%.*s", what, (int)name.len,
		       name.bytes);
}

/* ---- numbers of rows ---- */

/* Few enough digits for any list of rows, and no path of a file. */
static bool is_number(struct pq_text word)
{
	size_t n = 0;

	while (n < word.len && pq_is_digit(word.bytes[n]))
		n++;
	return n && n == word.len && n < 10;
}

/* Reports for people; what is for programs has no number of rows. */
static bool takes_rows(const struct pq_command *command)
{
	return command && command->report &&
	       (!command->report->extension || command->report->view.visual);
}

static bool set_row_count(struct scan *s, const char *digits)
{
	return pq_option_set(&s->r->query.options,
			     &pq_option_table[PQ_OPTION_nodecount], digits,
			     s->err);
}

/* `top 5 FILE', where no file is called 5. */
static bool is_row_count(const struct scan *s, const char *word)
{
	const struct pq_command *command = s->r->query.command;

	return s->anywhere && takes_rows(command) &&
	       (!command->argument || s->r->words.n) &&
	       is_number(pq_text_of(word)) && access(word, F_OK);
}

/* ---- options ---- */

static bool split_flag(struct scan *s, const char *word, struct flag *flag)
{
	const char *name = word + 1 + (word[1] == '-');
	const char *equals;

	/* Go's flag package refuses the same three, in these words. */
	if (*name == '-' || *name == '=' || !*name)
		return pq_fail(s->err, PQ_EUSAGE, "bad flag syntax: %s", word);
	equals = strchr(name, '=');
	flag->name = pq_text_of(name);
	flag->value = NULL;
	if (equals) {
		flag->name.len = (size_t)(equals - name);
		flag->value = equals + 1;
	}
	return true;
}

/* ---- what an option that does not exist was meant to be ---- */

/* The command in front of digits, as in top10; NULL: it is none. */
static const struct pq_command *find_counted(struct pq_text word, size_t *n)
{
	const struct pq_command *command;

	*n = word.len;
	while (*n && pq_is_digit(word.bytes[*n - 1]))
		--*n;
	/* Digits alone are no command, and a name without any has no count. */
	if (!*n || *n == word.len)
		return NULL;
	command = pq_command_find(pq_text_slice(word, 0, *n));
	return command && takes_rows(command) && !command->argument ? command
								    : NULL;
}

/* `-csv' for -format=csv, `-delay' for -sample_index=delay; NULL: neither. */
static const struct pq_option *find_by_value(struct pq_text name)
{
	struct pq_text choice;

	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *o = &pq_option_table[i];

		/* A shortcut has the name of its value: its target is meant. */
		if (o->value && pq_text_is(name, o->value))
			return &pq_option_table[o->target];
		for (unsigned k = 0; o->kind == PQ_OPTION_ENUM &&
				     pq_option_choice(o, k, &choice);
		     k++)
			if (pq_text_equal(choice, name))
				return o;
	}
	return NULL;
}

/* Words for an option that is one, if only it were spelled otherwise. */
static bool describe_meant(const struct scan *s, struct pq_text name,
			   struct pq_buf *to)
{
	const struct pq_option *option = pq_option_find(name);
	const struct pq_command *counted;
	size_t n;

	/* Numbers of rows as other tools have them: -top10, -n, -10. */
	counted = find_counted(name, &n);
	if (counted) {
		pq_buf_printf(to, "-%s -nodecount=", counted->name);
		pq_buf_text(to, pq_text_slice(name, n, name.len));
	} else if (pq_text_is(name, "n")) {
		pq_buf_str(to, "-nodecount=<n>");
	} else if (is_number(name)) {
		pq_buf_str(to, "-nodecount=");
		pq_buf_text(to, name);
	} else if (option && !s->anywhere) {
		/* The option exists, but not in the reference's spelling. */
		pq_buf_printf(to, "profq top -%s=... FILE", option->name);
	} else {
		option = find_by_value(name);
		if (!option)
			return false;
		pq_buf_printf(to, "-%s=", option->name);
		pq_buf_text(to, name);
	}
	return true;
}

static bool unknown_flag(struct scan *s, struct pq_text name)
{
	struct pq_suggest near;
	struct pq_buf meant = { 0 };

	/* A spelling that is understood says more than the nearest name. */
	if (describe_meant(s, name, &meant)) {
		pq_fail(s->err, PQ_EUSAGE,
			"unknown option -%.*s (did you mean \"%s\"?)",
			(int)name.len, name.bytes, pq_buf_cstr(&meant));
		pq_buf_release(&meant);
		return false;
	}
	pq_suggest_begin(&near, name);
	/* Reports are flags as well, in the reference's spelling. */
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++)
		pq_suggest_offer(&near, pq_text_of(pq_option_table[i].name));
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_command_table[i].report)
			pq_suggest_offer(&near,
					 pq_text_of(pq_command_table[i].name));
	/* Names are cut at 200 bytes: the advice behind them must fit. */
	if (!near.found)
		return pq_fail(s->err, PQ_EUSAGE,
			       "unknown option -%.*s; \"profq help options\" "
			       "lists them",
			       (int)(name.len < 200 ? name.len : 200),
			       name.bytes);
	near.before = "-";
	return pq_suggest_fail(&near, s->err, "unknown option -%.*s",
			       (int)(name.len < 200 ? name.len : 200),
			       name.bytes);
}

/* The value of a flag that wants one: after the equals sign or next word. */
static bool take_value(struct scan *s, struct flag *flag)
{
	/* The next word is the value whatever it is, as in Go: `-unit -x'. */
	if (!flag->value && *s->at)
		flag->value = *s->at++;
	if (!flag->value)
		usage(s, "flag needs an argument: ", flag->name);
	return flag->value != NULL;
}

static bool scan_command(struct scan *s, const struct pq_command *command,
			 struct flag *flag)
{
	size_t id = (size_t)(command - pq_command_table);
	enum pq_value_result result = PQ_VALUE_OK;

	if (command->argument) {
		if (!take_value(s, flag))
			return false;
		/* An empty expression counts as not given (arguments.h). */
		s->r->flag_argument[id] = flag->value;
		s->r->flagged[id] = *flag->value != '\0';
		return true;
	}
	/* Any other report is a boolean: -top=false takes it back. */
	s->r->flagged[id] = true;
	if (flag->value)
		result = pq_value_bool(flag->value, &s->r->flagged[id]);
	if (result == PQ_VALUE_OK)
		return true;
	return pq_fail(s->err, PQ_EUSAGE,
		       "invalid boolean value \"%.200s\" for -%s: parse error",
		       flag->value, command->name);
}

/*
 * -sort=cum and -granularity=lines: in the reference's spelling these are
 * variables of its shell, and on its command line flags that do not exist.
 */
static bool is_only_native(const struct pq_option *option)
{
	return option->kind == PQ_OPTION_ENUM &&
	       option->scope == PQ_OPTION_VIEW;
}

/*
 * The report that a flag asks for.  -diff is an option, too: that counts where
 * a command was named.  -symbolize, which wants a value, is always the option.
 */
static const struct pq_command *report_of_flag(struct pq_text name,
					       bool is_named)
{
	const struct pq_command *command = pq_command_find(name);
	const struct pq_option *option = pq_option_find(name);

	if (!command || !command->report)
		return NULL;
	return option && (is_named || option->kind != PQ_OPTION_BOOL) ? NULL
								      : command;
}

static bool scan_flag(struct scan *s, const char *word)
{
	const struct pq_command *command;
	const struct pq_option *option;
	struct flag flag = { 0 };

	if (!split_flag(s, word, &flag))
		return false;
	/* A name of both kinds was settled by report_of_flag: no doubt here. */
	command = report_of_flag(flag.name, s->anywhere);
	option = pq_option_find(flag.name);
	if (command)
		return scan_command(s, command, &flag);
	/* `top -n 5' is how other tools say it; the reference has no -n. */
	if (!option && s->anywhere && pq_text_is(flag.name, "n"))
		option = &pq_option_table[PQ_OPTION_nodecount];
	if (!option || (!s->anywhere && is_only_native(option)))
		return unknown_flag(s, flag.name);
	/* A BOOL leaves the next word alone: that would be a file's name. */
	if (option->kind == PQ_OPTION_BOOL && !flag.value)
		flag.value = "true";
	return take_value(s, &flag) &&
	       pq_option_set(&s->r->query.options, option, flag.value, s->err);
}

static bool asks_for_help(const struct scan *s)
{
	return s->r->query.options.help || s->r->query.options.version;
}

static bool scan_words(struct scan *s)
{
	bool flags = true;

	while (*s->at && !asks_for_help(s)) {
		bool is_command = s->at == s->command_at;
		const char *word = *s->at++;

		/* The command was found by find_named; it is no file. */
		if (is_command)
			continue;
		if (flags && word[0] == '-' && word[1] == '-' && !word[2]) {
			flags = false;
		} else if (flags && word[0] == '-' && word[1]) {
			if (!scan_flag(s, word))
				return false;
		} else if (flags && is_row_count(s, word)) {
			if (!set_row_count(s, word))
				return false;
		} else {
			*pq_vec_push(&s->r->words) = word;
			/* The reference takes no options after a word. */
			flags = flags && s->anywhere;
		}
	}
	return true;
}

/* Counts the reports asked for and makes the last of them the command. */
static void settle_formats(struct pq_arguments *r)
{
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++) {
		if (!r->flagged[i])
			continue;
		/* The last one stands; pq_query_check refuses more than one. */
		r->query.command = &pq_command_table[i];
		r->query.argument = r->flag_argument[i];
		r->query.n_reports++;
	}
}

/* Whether a word names a file that holds a profile, by its name or by gzip. */
static bool is_profile_file(const char *word)
{
	const char *slash = strrchr(word, '/');
	unsigned char head[2] = { 0 };
	struct stat st;
	bool yes = false;
	int fd;

	/* FIFOs and devices are not opened for a guess: they may wait. */
	if (stat(word, &st) || !S_ISREG(st.st_mode))
		return false;
	if (pq_is_profile_name(slash ? slash + 1 : word))
		return true;
	/* Under any other name gzip's first two bytes decide. */
	fd = open(word, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		yes = pq_io_read(fd, head, sizeof(head)) == sizeof(head) &&
		      head[0] == 0x1f && head[1] == 0x8b;
		close(fd);
	}
	return yes;
}

/* `list FILE' would look for FILE in the profile that was opened last. */
static bool check_argument(struct scan *s)
{
	const struct pq_arguments *r = s->r;
	const struct pq_command *command = r->query.command;

	if (r->n_sources == 1 && is_profile_file(r->sources[0]))
		return pq_fail(s->err, PQ_EUSAGE,
			       "%s needs %s before the file: profq %s %s "
			       "%.200s",
			       command->name, command->argument, command->name,
			       command->argument, r->sources[0]);
	return true;
}

static bool settle_argument(struct scan *s, bool named)
{
	struct pq_arguments *r = s->r;
	bool from_words = named && r->query.command &&
			  r->query.command->argument;

	/* All words are sources, until a command takes its argument off. */
	r->sources = r->words.at;
	r->n_sources = r->words.n;
	/* Help needs no argument: `profq list -help' is complete. */
	if (!from_words || asks_for_help(s))
		return true;
	/* An empty expression is none, here as behind a flag. */
	if (!r->n_sources || !*r->sources[0])
		return pq_fail(s->err, PQ_EUSAGE,
			       "%s needs an argument: profq %s %s FILE...",
			       r->query.command->name, r->query.command->name,
			       r->query.command->argument);
	if (!check_argument(s))
		return false;
	r->query.argument = *r->sources++;
	r->n_sources--;
	return true;
}

/* A first word that can only have been meant as a command. */
static bool check_first(struct scan *s, const char *word)
{
	struct pq_suggest near;

	/* Words that look like a path, or are one, are left to the reader. */
	if (!*word || *word == '-' || strpbrk(word, "/.:") ||
	    !access(word, F_OK))
		return true;
	pq_suggest_begin(&near, pq_text_of(word));
	/* Commands without a summary are hidden: nobody meant one of them. */
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_command_table[i].summary)
			pq_suggest_offer(&near,
					 pq_text_of(pq_command_table[i].name));
	return pq_suggest_fail(&near, s->err,
			       near.found
				       ? "unknown command \"%.200s\""
				       : "unknown command \"%.200s\", and no "
					 "file of that name; \"profq help\" "
					 "lists the commands",
			       word);
}

/* A tool takes its words as they are. */
static bool scan_tool(struct scan *s)
{
	while (*s->at)
		*pq_vec_push(&s->r->words) = *s->at++;
	return settle_argument(s, false);
}

/* Whether an option has its value in the next word. */
static bool takes_next_word(struct pq_text name)
{
	const struct pq_option *option = pq_option_find(name);

	return option && option->kind != PQ_OPTION_BOOL;
}

/*
 * The command of a word, and with digits at its end, as in top5, where they
 * begin; NULL: it is none, or a file has this name.
 */
static const struct pq_command *find_word(const char *word, const char **digits)
{
	struct pq_text text = pq_text_of(word);
	const struct pq_command *command = pq_command_find(text);
	size_t n;

	*digits = NULL;
	/* A file may be called top5, but not top: the command would win. */
	if (command || !access(word, F_OK))
		return command;
	command = find_counted(text, &n);
	if (command)
		*digits = word + n;
	return command;
}

/*
 * The command in `-unit ms top FILE': the first word behind options, unless a
 * report is asked for by a flag, or there is a file of that name.  NULL: none.
 */
static char *const *find_behind_options(char *const *at)
{
	const struct pq_command *command;
	const char *digits;

	for (; *at && (*at)[0] == '-' && (*at)[1]; at++) {
		const char *word = *at + 1 + ((*at)[1] == '-');
		struct pq_text name = { word, strcspn(word, "=") };

		/* A report by flag makes this the reference's spelling. */
		if (!name.len || report_of_flag(name, false))
			return NULL;
		/* A value may be spelled like a command: it is stepped over. */
		if (!word[name.len] && takes_next_word(name) && at[1])
			at++;
	}
	if (!*at)
		return NULL;
	/* Tools take their words as they are, and none of the options. */
	command = find_word(*at, &digits);
	return command && !command->tool && access(*at, F_OK) ? at : NULL;
}

/* The command that a word names, and where the scan goes on. */
static bool find_named(struct scan *s, const struct pq_command **named)
{
	const char *digits = NULL;

	*named = *s->at ? find_word(*s->at, &digits) : NULL;
	if (*named) {
		s->at++;
	} else if (*s->at) {
		/* From here on the first word is an option or a file. */
		if (!check_first(s, *s->at))
			return false;
		s->command_at = find_behind_options(s->at);
		if (s->command_at)
			*named = find_word(*s->command_at, &digits);
	}
	s->anywhere = s->r->is_named = *named != NULL;
	s->r->query.command = *named;
	return !digits || set_row_count(s, digits);
}

/* `profq shell' is a session, as without a command. */
static void settle_front(struct pq_arguments *r)
{
	r->asks_on = r->query.command && r->query.command->front;
	if (r->asks_on)
		r->query.command = NULL;
}

/* `top -limit 3' would be taken, and do nothing. */
static bool check_limit(const struct scan *s)
{
	const struct pq_command *command = s->r->query.command;

	if (!s->r->is_named || !command || !command->report ||
	    command->report->takes == PQ_TAKES_SERIES ||
	    !s->r->query.options.given[PQ_OPTION_limit])
		return true;
	return pq_fail(s->err, PQ_EUSAGE,
		       "-limit is a limit of memory, for trend; "
		       "-nodecount=<n> limits the rows of a report");
}

bool pq_arguments_scan(struct pq_arguments *r, int argc, char *const *argv,
		       struct pq_error *err)
{
	struct scan s = { .r = r, .at = argv + (argc > 0), .err = err };
	const struct pq_command *named;

	memset(r, 0, sizeof(*r));
	pq_query_init(&r->query, PQ_FRONT_LINE, NULL);
	/* The command is found first: it decides how the words are read. */
	if (!find_named(&s, &named))
		return false;
	if (named && named->tool)
		return scan_tool(&s);
	if (!scan_words(&s))
		return false;
	/* Formats by flag (-text, -svg) are commands, too. */
	settle_formats(r);
	/* A command by name wins over reports by flag, and adds one. */
	if (named) {
		r->query.n_reports += !named->front;
		r->query.command = named;
	}
	if (!settle_argument(&s, named != NULL) || !check_limit(&s))
		return false;
	/* `profq shell -help' is about the command: the name is kept. */
	if (!asks_for_help(&s))
		settle_front(r);
	return true;
}

void pq_arguments_release(struct pq_arguments *a)
{
	pq_vec_release(&a->words);
	pq_query_release(&a->query);
}
