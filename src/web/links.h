/*
 * links.h - the view that shows what a command line would: findings of triage
 * name their next question as one.
 */
#ifndef PQ_WEB_LINKS_H
#define PQ_WEB_LINKS_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Appends the address of "profq REPORT [-cum] [EXPRESSION] FILE", where FILE is
 * one of the names, whose numbers from 1 are those of `of' in a URL.  False
 * when no view shows that report.
 */
bool pq_web_command_link(struct pq_text command, const char *const *names,
			 size_t n_names, struct pq_buf *link);

#endif
