/*
 * settings.h - the saved settings of the page: the reference's own file.
 *
 * File:   $XDG_CONFIG_HOME/pprof/settings.json, or ~/.config/pprof/...; made
 *         with mode 0600 in folders of 0700, written to a new name and renamed.
 *         It is read anew for each change, so that another program's changes
 *         stay; keys and entries that are not known are kept as they are.
 * Format: the same bytes as the reference's: two spaces, its order of keys, no
 *         zero values, < > and & as \u003c ...
 * Errors: a file that does not parse is never written over: PQ_EFORMAT.
 */
#ifndef PQ_WEB_SETTINGS_H
#define PQ_WEB_SETTINGS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "command/options.h"
#include "web/params.h"

struct pq_settings {
	struct pq_buf folder, path; /* empty: there is nowhere to put it */
};

/* Finds the place; once, before rights are given up. */
void pq_settings_init(struct pq_settings *s);
/* The folder is there from then on, where it can be made. */
void pq_settings_make_folder(const struct pq_settings *s);
void pq_settings_release(struct pq_settings *s);

/* Each saved one: its name, and the query of a URL that it stands for. */
bool pq_settings_each(const struct pq_settings *s,
		      void (*each)(void *ctx, struct pq_text name,
				   struct pq_text query),
		      void *ctx, struct pq_error *err);

/* Stores options under a name, in the place of what had it. */
bool pq_settings_save(const struct pq_settings *s, struct pq_text name,
		      const struct pq_options *o, struct pq_error *err);

/* *found says whether there was one. */
bool pq_settings_delete(const struct pq_settings *s, struct pq_text name,
			bool *found, struct pq_error *err);

#endif
