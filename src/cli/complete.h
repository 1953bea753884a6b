/*
 * complete.h - `profq complete WORD...': what may stand for the last word.
 *
 * The words are those after `profq' on the line, up to the cursor; the last
 * one, possibly empty, is being typed.  Candidates come one a line, whole words
 * that begin with what is typed: commands, options (ending in = when they take
 * a value), choices, and the sample types of the profile named on the line.
 * Nothing at all means that a file name is expected; the shell knows those.
 *
 * Hidden: for the scripts in completions/.  Never an error, never a message.
 */
#ifndef PQ_CLI_COMPLETE_H
#define PQ_CLI_COMPLETE_H

#include "command/commands.h"

extern const struct pq_tool pq_tool_complete;

#endif
