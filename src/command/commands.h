/*
 * commands.h - the table of commands.
 *
 * Table: commands.def.  A report is one row there and one object
 *        `const struct pq_report pq_report_NAME', which the row declares;
 *        whoever runs a command follows the pointer that is not NULL.  A
 *        command of kind tool needs no profile and gets its words as they
 *        were typed.  One of kind batch is run by the command line.
 * Both spellings name the same row: `profq top FILE' and `profq -top FILE'
 * (tools have the first only).
 */
#ifndef PQ_COMMAND_COMMANDS_H
#define PQ_COMMAND_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

struct pq_out;
struct pq_report;

struct pq_tool_env {
	struct pq_out *out; /* standard output */
	/*
	 * Passes the names of the sample types of a profile to `each'; does
	 * nothing when it cannot be read.  NULL: there are none to be had.
	 */
	void (*sample_types)(const char *path,
			     void (*each)(void *ctx, struct pq_text name),
			     void *ctx);
	/* The same of its functions: a name may come again, or be empty. */
	void (*functions)(const char *path,
			  void (*each)(void *ctx, struct pq_text name),
			  void *ctx);
};

struct pq_tool {
	/* `words` are those behind the command's name. */
	bool (*run)(const char *const *words, size_t n,
		    const struct pq_tool_env *env, struct pq_error *err);
};

/* What neither prints a profile nor does without one: the front end runs it. */
struct pq_batch {
	const char *files;   /* its words, as in "[<file>]..." */
};

struct pq_command {
	const char *name;
	const char *argument; /* "<regex>"; NULL: there is none */
	const char *summary;  /* NULL: hidden */
	const struct pq_report *report;
	const struct pq_tool *tool;
	const struct pq_batch *batch;
	bool front; /* none of these: a session begins */
};

enum pq_command_id {
#define CMD(name, kind, argument, summary) PQ_COMMAND_##name,
#define SAME(name, kind, as, argument, summary) PQ_COMMAND_##name,
#include "command/commands.def"
#undef CMD
#undef SAME
	PQ_N_COMMANDS
};

extern const struct pq_command pq_command_table[PQ_N_COMMANDS];

/* The command of that name; NULL when there is none. */
const struct pq_command *pq_command_find(struct pq_text name);

#endif
