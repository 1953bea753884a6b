/*
 * complete.h - `profq complete WORD...': what may stand for the last word.
 *
 * The words are those after `profq' on the line, up to the cursor; the last
 * one, possibly empty, is being typed.  Candidates come one a line, whole words
 * that begin with what is typed: commands, options (ending in = when they take
 * a value), choices, and the sample types and functions of the profile named
 * on the line; without one, functions of the profile that a report would take.
 * A function is an expression without a byte that a shell would obey: a dot
 * stands for each, "main...conn..read"; also "read", once a part is typed.
 * The profile is a regular file of 32 MB at most, and takes 512 MB and 3 s, or
 * there is no answer.
 * Nothing at all means that a file name is expected; the shell knows those.
 *
 * Hidden: for the scripts in completions/.  Never an error, never a message.
 */
#ifndef PQ_CLI_COMPLETE_H
#define PQ_CLI_COMPLETE_H

#include "command/commands.h"

extern const struct pq_tool pq_tool_complete;

#endif
