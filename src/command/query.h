/*
 * query.h - one question: a command, its argument and every option.
 *
 *     pq_query_init(&q, PQ_FRONT_SHELL, &session_options)
 *     q.command = pq_command_find(name)
 *     pq_query_set(&q, "focus", value, err)	for each one given
 *     pq_query_check(&q, log, err)		the rules, once all are set
 *     ... pq_session_answer(session, &q, ...)
 *     pq_query_release(&q)
 *
 * Each front end has a syntax of its own and fills this struct by one setter.
 * What a front end sets by itself are the rows of fronts.def.
 *
 * Owner:  texts that pq_query_set was given are copied; those of the options
 *         that it began with are borrowed and outlive it.
 * Errors: PQ_EUSAGE, see options.h.
 */
#ifndef PQ_COMMAND_QUERY_H
#define PQ_COMMAND_QUERY_H

#include "base/arena.h"
#include "command/commands.h"
#include "command/options.h"

enum pq_front { PQ_FRONT_LINE, PQ_FRONT_SHELL, PQ_FRONT_WEB, PQ_FRONT_TUI };

struct pq_query {
	const struct pq_command *command; /* NULL: none was named */
	const char *argument; /* for a command that has one, else NULL */
	struct pq_options options;
	enum pq_front front;
	/* reports asked for at once; a command line can ask for too many */
	unsigned n_reports;
	struct pq_arena texts; /* argument and options point into it */
};

/* `from` are options to begin with; NULL: the defaults. */
void pq_query_init(struct pq_query *q, enum pq_front front,
		   const struct pq_options *from);

/* A question that begins with the settings of another one. */
void pq_query_init_like(struct pq_query *q, const struct pq_query *settings);

/* Sets an option by its name; the value is any text without a NUL. */
bool pq_query_set(struct pq_query *q, const char *name, struct pq_text value,
		  struct pq_error *err);
bool pq_query_set_option(struct pq_query *q, const struct pq_option *option,
			 struct pq_text value, struct pq_error *err);

/*
 * The same for a value typed at a prompt.  The default is no wish of the
 * user's: set to it, the option is as if it had never been set, and a front
 * end's own setting counts.  A choice counts as given whatever it is.
 */
bool pq_query_set_typed(struct pq_query *q, const struct pq_option *option,
			struct pq_text value, struct pq_error *err);

/* Sets what follows the command's name. */
void pq_query_set_argument(struct pq_query *q, struct pq_text argument);

/* Whether it takes two sides: diff, and pictures with -diff. */
bool pq_query_compares(const struct pq_query *q);

/* The options that words of a shell's line are for (fronts.def). */
void pq_query_word_options(const struct pq_command *command,
			   const struct pq_option **focus,
			   const struct pq_option **ignore);

/* The front end's own settings, then the rules between options. */
bool pq_query_check(struct pq_query *q, struct pq_log *log,
		    struct pq_error *err);

void pq_query_release(struct pq_query *q);

#endif
