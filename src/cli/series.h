/*
 * series.h - the same fetch again and again: a file each, as `trend' reads
 * them.
 *
 *     profq fetch -every=1h -count=14 -o heap-%t.pb.gz URL
 *
 * Names:  %t in the name of the output is the time in UTC (20261128T130501Z), %n
 *         a number from 001, %% a percent sign.
 * Times:  each begins -every after the one before it began, or at once when
 *         that one took longer.
 * Files:  each is whole or not there.  A fetch that is refused says so in one
 *         line, and the next one comes in its time.
 * Errors: PQ_EUSAGE for a name that is the same each time; PQ_EIO at the end,
 *         when some were refused.
 */
#ifndef PQ_CLI_SERIES_H
#define PQ_CLI_SERIES_H

#include "base/log.h"
#include "command/options.h"

/* Whether the options ask for a series. */
bool pq_series_is_asked(const struct pq_options *o);

/*
 * `fetch_once' runs in a process of its own and returns an exit status; it
 * says itself why it failed.
 */
bool pq_series_run(const struct pq_options *o,
		   int (*fetch_once)(void *ctx, const char *output), void *ctx,
		   struct pq_log *log, struct pq_error *err);

#endif
