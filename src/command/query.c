#include "command/query.h"

#include <assert.h>
#include <string.h>

#include "report/report.h"

#include "base/banned.h"

/* The command of a row that is for every command. */
#define PQ_COMMAND_ANY PQ_N_COMMANDS

struct front_row {
	enum pq_front front;
	enum pq_command_id command;
	enum pq_option_id option;
	const char *value;
	bool forced;
};

static const struct front_row front_rows[] = {
#define FRONT(front, command, option, value)                          \
	{ PQ_FRONT_##front, (enum pq_command_id)PQ_COMMAND_##command, \
	  PQ_OPTION_##option, value, false },
#define FORCE(front, command, option, value)                          \
	{ PQ_FRONT_##front, (enum pq_command_id)PQ_COMMAND_##command, \
	  PQ_OPTION_##option, value, true },
#define WORDS(command, focus, ignore)
#define VARIANT(command, option, variant)
#include "command/fronts.def"
#undef FRONT
#undef FORCE
#undef WORDS
#undef VARIANT
};

static const struct {
	enum pq_command_id command;
	enum pq_option_id focus, ignore;
} word_rows[] = {
#define FRONT(front, command, option, value)
#define FORCE(front, command, option, value)
#define WORDS(command, focus, ignore) \
	{ PQ_COMMAND_##command, PQ_OPTION_##focus, PQ_OPTION_##ignore },
#define VARIANT(command, option, variant)
#include "command/fronts.def"
#undef FRONT
#undef FORCE
#undef WORDS
#undef VARIANT
};

/* The rows of one command, or those of every command. */
static void apply_front_rows(struct pq_query *q, size_t command)
{
	struct pq_error err;

	for (size_t i = 0; i < sizeof(front_rows) / sizeof(*front_rows); i++) {
		const struct front_row *row = &front_rows[i];
		bool given = q->options.given[row->option], ok;

		if (row->front != q->front || (size_t)row->command != command ||
		    (given && !row->forced))
			continue;
		/* A front end's default is no choice: `given' stays. */
		pq_error_clear(&err);
		ok = pq_option_set(&q->options, &pq_option_table[row->option],
				   row->value, &err);
		assert(ok);
		(void)ok;
		q->options.given[row->option] = given;
	}
}

void pq_query_init(struct pq_query *q, enum pq_front front,
		   const struct pq_options *from)
{
	memset(q, 0, sizeof(*q));
	pq_arena_init(&q->texts);
	q->front = front;
	if (from)
		q->options = *from;
	else
		pq_options_init(&q->options);
	/* Rows for every command come now; those of one wait for it. */
	apply_front_rows(q, PQ_COMMAND_ANY);
}

void pq_query_init_like(struct pq_query *q, const struct pq_query *settings)
{
	memset(q, 0, sizeof(*q));
	pq_arena_init(&q->texts);
	q->front = settings->front;
	/* Texts of the settings are borrowed: they outlive the question. */
	q->options = settings->options;
}

static const char *copy_query_text(struct pq_query *q, struct pq_text text)
{
	char *copy = pq_arena_alloc(&q->texts, text.len + 1);

	if (text.len)
		memcpy(copy, pq_unchecked_bytes(text.bytes), text.len);
	copy[text.len] = '\0';
	return copy;
}

bool pq_query_set_option(struct pq_query *q, const struct pq_option *option,
			 struct pq_text value, struct pq_error *err)
{
	return pq_option_set(&q->options, option, copy_query_text(q, value),
			     err);
}

bool pq_query_set(struct pq_query *q, const char *name, struct pq_text value,
		  struct pq_error *err)
{
	return pq_options_set(&q->options, name, copy_query_text(q, value),
			      err);
}

bool pq_query_set_typed(struct pq_query *q, const struct pq_option *option,
			struct pq_text value, struct pq_error *err)
{
	size_t id = (size_t)(option - pq_option_table);

	if (!pq_option_set_typed(&q->options, option, copy_query_text(q, value),
				 err))
		return false;
	/* The default is no wish; an enumeration always is (query.h). */
	if (option->kind != PQ_OPTION_ENUM)
		q->options.given[id] =
			!pq_option_is_standard(&q->options, option);
	return true;
}

void pq_query_set_argument(struct pq_query *q, struct pq_text argument)
{
	q->argument = copy_query_text(q, argument);
}

bool pq_query_compares(const struct pq_query *q)
{
	const struct pq_report *report = q->command ? q->command->report : NULL;

	return report &&
	       (report->takes == PQ_TAKES_SIDES ||
		(report->takes == PQ_TAKES_ONE_OR_SIDES && q->options.diff));
}

void pq_query_word_options(const struct pq_command *command,
			   const struct pq_option **focus,
			   const struct pq_option **ignore)
{
	/* Most commands filter by focus and ignore; a row names others. */
	*focus = &pq_option_table[PQ_OPTION_focus];
	*ignore = &pq_option_table[PQ_OPTION_ignore];
	for (size_t i = 0; i < sizeof(word_rows) / sizeof(*word_rows); i++) {
		if (command != &pq_command_table[word_rows[i].command])
			continue;
		*focus = &pq_option_table[word_rows[i].focus];
		*ignore = &pq_option_table[word_rows[i].ignore];
	}
}

/* A command that is another one with a certain option. */
static void apply_variants(struct pq_query *q)
{
	static const struct {
		enum pq_command_id command, variant;
		enum pq_option_id option;
	} variants[] = {
#define FRONT(front, command, option, value)
#define FORCE(front, command, option, value)
#define WORDS(command, focus, ignore)
#define VARIANT(command, option, variant) \
	{ PQ_COMMAND_##command, PQ_COMMAND_##variant, PQ_OPTION_##option },
#include "command/fronts.def"
#undef FRONT
#undef FORCE
#undef WORDS
#undef VARIANT
	};

	/* The variant is a row of its own, with rights of its own. */
	for (size_t i = 0; i < sizeof(variants) / sizeof(*variants); i++)
		if (q->command == &pq_command_table[variants[i].command] &&
		    pq_option_is_true(&q->options, variants[i].option))
			q->command = &pq_command_table[variants[i].variant];
}

bool pq_query_check(struct pq_query *q, struct pq_log *log,
		    struct pq_error *err)
{
	struct pq_asked asked = { .n_formats = q->n_reports,
				  .compares = pq_query_compares(q),
				  .loaded = q->front != PQ_FRONT_LINE };
	const struct pq_report *report;

	/* Variants come first: their report decides what may be asked. */
	apply_variants(q);
	report = q->command ? q->command->report : NULL;
	if (report) {
		asked.is_about_sites = report->view.orders_sites;
		asked.has_verdict = report->says_no != NULL;
		asked.takes_many = report->takes == PQ_TAKES_SERIES ||
				   report->takes == PQ_TAKES_KINDS;
	}

	/* The command's defaults come last: variants are settled now. */
	if (q->command)
		apply_front_rows(q, (size_t)(q->command - pq_command_table));
	return pq_options_check(&q->options, &asked, log, err);
}

void pq_query_release(struct pq_query *q)
{
	pq_arena_release(&q->texts);
}
