/*
 * tables.h - the six tables of tables.def as CSV files in a folder.
 *
 *     pq_tables_begin(&t, &options, err)	before rights are given up
 *     pq_tables_add(&t, part) ...		in the order of the profiles
 *     pq_tables_end(&t, ok, err)
 *
 * Files:  FOLDER/TABLE.csv, or .csv.gz; they appear under their names when all
 *         of them are whole, and not at all otherwise.  A folder that has one
 *         of them already is refused, unless they are to be replaced.  The
 *         folder is made when it is not there.
 * Rows:   one of each function, frame, label set; of a stack one for each
 *         month (of the time of its profile, UTC) that is later than those
 *         before, so that a month can be dropped whole.  The same parts in the
 *         same order give the same bytes.
 * Memory: what is met already, by id (id_set.h).  Beyond PQ_TABLES_MOST_IDS of
 *         one kind they are forgotten and rows come again, which loading
 *         passes over.
 * Owner:  the struct is the caller's; pq_tables_end releases it.
 * Errors: PQ_EUSAGE for a folder that is not to be written to; PQ_EIO.
 */
#ifndef PQ_EXPORT_TABLES_H
#define PQ_EXPORT_TABLES_H

#include "base/io.h"
#include "base/out.h"
#include "export/id_set.h"
#include "export/part.h"
#include "export/table_columns.h"
#include "gzip/gzip.h"

#define PQ_TABLES_MOST_IDS ((size_t)64 << 20)

struct pq_tables_options {
	const char *folder;
	bool gzip;
	bool replace;
	const struct pq_identity *identity;
	const struct pq_io_options *io; /* how gzip is written */
};

struct pq_table_file {
	struct pq_buf path, rows;
	struct pq_output output;
	struct pq_out out;
	struct pq_gzip *gz; /* NULL: plain */
	bool open;
};

/* Stacks that a month has. */
struct pq_month_stacks {
	int64_t month; /* since 1970 */
	struct pq_id_set ids;
};

struct pq_tables {
	struct pq_tables_options options;
	struct pq_table_file files[PQ_N_TABLES];
	struct pq_id_set functions, frames, label_sets, profiles;
	PQ_VEC(struct pq_month_stacks *) months;
	struct pq_buf scratch;
};

bool pq_tables_begin(struct pq_tables *t,
		     const struct pq_tables_options *options,
		     struct pq_error *err);

/*
 * `source` is the profile's name as it was given.  False when the same profile
 * was added before: it counts once.
 */
bool pq_tables_add(struct pq_tables *t, struct pq_part *part,
		   struct pq_text source);

/* Whether something went wrong that pq_tables_end will tell: time to end. */
bool pq_tables_stopped(const struct pq_tables *t);

bool pq_tables_end(struct pq_tables *t, bool ok, struct pq_error *err);

#endif
