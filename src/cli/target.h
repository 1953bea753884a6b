/*
 * target.h - where a report goes, and who shows it.
 *
 * Standard output, or the file of -output.  A report that is nothing for a
 * terminal does not go there but to the first free one of profile001.EXT,
 * profile002.EXT, ... in the current directory; a report for a browser goes to
 * a new file among the temporary ones, which stays for as long as a browser
 * may want it.
 *
 * Owner:  pq_target_begin opens, pq_target_end closes.
 * Errors: PQ_EIO, with the name in it.  A run that fails leaves no new file.
 */
#ifndef PQ_CLI_TARGET_H
#define PQ_CLI_TARGET_H

#include "base/io.h"
#include "base/log.h"
#include "cli/outside.h"
#include "graph/report.h"

enum pq_target_kind {
	PQ_TARGET_STDOUT,
	PQ_TARGET_NAMED,     /* by -output, or the first free name */
	PQ_TARGET_TEMPORARY, /* for a browser */
};

enum pq_target_place {
	PQ_TARGET_ON_COMMAND_LINE,
	PQ_TARGET_IN_SESSION, /* standard output is for a person */
};

struct pq_target {
	enum pq_target_kind kind;
	int fd;
	const char *name;
	bool browser;
	struct pq_log *log;
	struct pq_outside shower; /* starts the browser */
	struct pq_output named;
	struct pq_foreign foreign; /* of a temporary file */
	char found[1024];
};

bool pq_target_begin(struct pq_target *t, const struct pq_report *report,
		     enum pq_target_place place, struct pq_text output,
		     struct pq_log *log, struct pq_error *err);

/*
 * `ok': the report is complete; a note says where it is, and the browser is
 * started last.
 */
bool pq_target_end(struct pq_target *t, bool ok, struct pq_error *err);

/*
 * The folder whose entries pq_target_end changes, in room[]; NULL when there
 * is none.
 */
const char *pq_target_folder(const struct pq_target *t, char *room,
			     size_t bytes);

#endif
