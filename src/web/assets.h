/*
 * assets.h - the page's styles and scripts, compiled in.
 *
 * They are served below /static/HASH/, where HASH is of all of them: what a
 * browser has kept of another version is never asked for again.
 */
#ifndef PQ_WEB_ASSETS_H
#define PQ_WEB_ASSETS_H

#include <stddef.h>

#include "base/text.h"

struct pq_asset {
	const char *name, *type, *text;
};

/* The table is made when profq is built; its last row has no name. */
extern const struct pq_asset pq_asset_table[];

/* The asset of a path behind /static/; NULL: there is none. */
const struct pq_asset *pq_asset_find(const char *path);

/* The asset of a name that is in the table. */
const struct pq_asset *pq_asset_named(const char *name);

/* 16 hexadecimal digits. */
const char *pq_asset_hash(void);

#endif
