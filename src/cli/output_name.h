/*
 * output_name.h - the format that the name of an output asks for.
 *
 *     top -o x.json		rows as JSON; also csv, tsv and md
 *     svg -o x.png		the same drawing as png
 *     top -o x.svg		refused: a report does not get the name of
 *				another one's format
 *
 * Names with another ending, or with none, and names where -format is given
 * are left alone.
 *
 * Errors: PQ_EUSAGE, with a command that writes such files.
 */
#ifndef PQ_CLI_OUTPUT_NAME_H
#define PQ_CLI_OUTPUT_NAME_H

#include "base/error.h"
#include "command/query.h"

/* Changes the command, or its format; before the rules are checked. */
bool pq_output_name_settle(struct pq_query *q, struct pq_error *err);

#endif
