#include "web/assets.h"

#include <string.h>

#include "web/cache.h"

#include "base/banned.h"

const char *pq_asset_hash(void)
{
	static char hash[PQ_ETAG_CHARS + 1];
	struct pq_buf all = { 0 };

	if (hash[0])
		return hash + 1;
	for (const struct pq_asset *a = pq_asset_table; a->name; a++)
		pq_buf_str(&all, a->text);
	pq_cache_etag(pq_buf_view(&all), hash);
	pq_buf_release(&all);
	hash[PQ_ETAG_CHARS - 1] = '\0'; /* the quote */
	return hash + 1;
}

const struct pq_asset *pq_asset_named(const char *name)
{
	for (const struct pq_asset *a = pq_asset_table; a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

const struct pq_asset *pq_asset_find(const char *path)
{
	const char *hash = pq_asset_hash();
	size_t n = strlen(hash);

	if (strncmp(path, hash, n) != 0 || path[n] != '/')
		return NULL;
	return pq_asset_named(path + n + 1);
}
