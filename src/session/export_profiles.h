/*
 * export_profiles.h - profiles one after the other into tables.
 *
 * Each source is read and made rows by itself (export/part.h), by as many
 * threads as the options say; rows are written in the order of the sources.
 * Nothing is merged: what stays in memory are the ids that were met.
 *
 * Names:  those of the files, so that all hosts write the same: what a
 *         demangler makes of a name depends on its version and on the report's
 *         mode, and would be another function each time.  Reports make the
 *         names of an answer readable, as they do those of a file
 *         (format/rows_read.h).  With -symbolize they are what reports have:
 *         addresses get names from programs of this machine, and names are
 *         made readable.
 * Errors: a source that cannot be read is told to the watch; it is left out
 *         with -keep_going, and the end without.  PQ_OK with false: the watch
 *         was told.
 */
#ifndef PQ_SESSION_EXPORT_PROFILES_H
#define PQ_SESSION_EXPORT_PROFILES_H

#include "export/tables.h"
#include "session/inputs.h"
#include "session/watch.h"

bool pq_export_profiles(const struct pq_options *o, struct pq_inputs *in,
			struct pq_tables *tables, const struct pq_watch *watch,
			struct pq_error *err);

#endif
