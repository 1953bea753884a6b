/*
 * export.h - the command export: profiles to tables, and what an engine is
 * told of them.
 *
 *     profq export -output=DIR [-set=KEY=VALUE]... FILE...	six tables
 *     profq export -ddl=ENGINE [-cluster=NAME]			their schema
 *     profq export -load=ENGINE DIR				their loading
 *     profq export -sql=REPORT -engine=ENGINE ...		a question
 *
 * Errors: PQ_EUSAGE for options that do not go together; nothing was printed
 *         then.
 */
#ifndef PQ_CLI_EXPORT_H
#define PQ_CLI_EXPORT_H

#include "cli/arguments.h"
#include "export/tables.h"

/* Whether text is printed and no profile is read. */
bool pq_cli_export_is_text(const struct pq_options *o);

/* On failure, what is in `to' is of no use. */
bool pq_cli_export_text(const struct pq_arguments *a, struct pq_buf *to,
			struct pq_error *err);

/* Options of an export of profiles; `identity` wants its release in any case. */
bool pq_cli_export_check(const struct pq_query *q, struct pq_identity *identity,
			 struct pq_error *err);

#endif
