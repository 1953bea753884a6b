/*
 * target.h - where a report goes, and who shows it.
 *
 * Standard output, or the file of -output.  A report that is nothing for a
 * terminal does not go there but to the first free one of profile001.EXT,
 * profile002.EXT, ... in the current directory; a report for a browser goes to
 * a new file among the temporary ones, which stays for as long as a browser
 * may want it.
 *
 * Owner:  pq_destination_begin opens, pq_destination_end closes.
 * Errors: PQ_EIO, with the name in it.  A run that fails leaves no new file.
 */
#ifndef PQ_HOST_DESTINATION_H
#define PQ_HOST_DESTINATION_H

#include "base/io.h"
#include "base/log.h"
#include "base/child.h"
#include "report/report.h"

enum pq_destination_kind {
	PQ_DESTINATION_STDOUT,
	PQ_DESTINATION_NAMED,	  /* by -output, or the first free name */
	PQ_DESTINATION_TEMPORARY, /* for a browser */
};

enum pq_destination_place {
	PQ_DESTINATION_ON_COMMAND_LINE,
	PQ_DESTINATION_IN_SESSION, /* standard output is for a person */
};

struct pq_destination {
	enum pq_destination_kind kind;
	int fd;
	const char *name;
	bool browser;
	struct pq_log *log;
	struct pq_child shower; /* starts the browser */
	struct pq_output named;
	struct pq_cleanup cleanup; /* unlinks a temporary file */
	int listed;		   /* as in pq_output */
	char found[1024];
};

/*
 * report: NULL for its data (-json, csv, ...), which needs no file or browser
 * of its own and goes to standard output where no file is named.
 */
bool pq_destination_begin(struct pq_destination *t,
			  const struct pq_report *report,
			  enum pq_destination_place place,
			  struct pq_text output, struct pq_log *log,
			  struct pq_error *err);

/*
 * `ok': the report is complete; a note says where it is, and the browser is
 * started last.
 */
bool pq_destination_end(struct pq_destination *t, bool ok,
			struct pq_error *err);

/*
 * The folder whose entries pq_destination_end changes, in room[]; NULL when there
 * is none.
 */
const char *pq_destination_folder(const struct pq_destination *t, char *room,
				  size_t bytes);

#endif
