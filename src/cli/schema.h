/*
 * schema.h - `profq schema REPORT': what -json prints, as a JSON Schema.
 */
#ifndef PQ_CLI_SCHEMA_H
#define PQ_CLI_SCHEMA_H

#include "command/commands.h"

extern const struct pq_tool pq_tool_schema;

#endif
