#include "base/paths.h"

#include <string.h>

#include "base/banned.h"

/* Drops the last element written after `keep`, with the slash before it. */
static void back_up(struct pq_buf *to, size_t keep)
{
	while (to->len > keep && to->data[to->len - 1] != '/')
		to->len--;
	if (to->len > keep)
		to->len--;
}

void pq_path_clean(struct pq_buf *to, struct pq_text path)
{
	size_t start = to->len, keep, at = 0;
	bool rooted = path.len && path.bytes[0] == '/';

	if (rooted)
		pq_buf_char(to, '/');
	keep = to->len; /* ".." cannot remove what is before this */
	while (at < path.len) {
		size_t end = pq_text_find(path, at, "/");
		struct pq_text part = pq_text_slice(path, at, end);

		at = end + 1;
		/* Doubled slashes and dots lead nowhere. */
		if (!part.len || pq_text_is(part, "."))
			continue;
		if (pq_text_is(part, "..")) {
			if (to->len > keep) {
				back_up(to, keep);
				continue;
			}
			if (rooted)
				continue;
		}
		if (to->len > start + rooted)
			pq_buf_char(to, '/');
		pq_buf_text(to, part);
		/* A leading .. stays, and no later one removes it. */
		if (pq_text_is(part, ".."))
			keep = to->len;
	}
	/* Nothing left is the folder itself. */
	if (to->len == start)
		pq_buf_char(to, '.');
}

/* Finds the part of path behind "/NAME/", NAME being the last part of dir. */
static bool after_directory(struct pq_text path, struct pq_text dir,
			    struct pq_text *rest)
{
	struct pq_text name = pq_text_basename(dir);

	for (size_t at = 0; at + name.len + 2 <= path.len; at++) {
		size_t end = at + 1 + name.len;

		if (path.bytes[at] != '/' || path.bytes[end] != '/' ||
		    memcmp(path.bytes + at + 1, name.bytes, name.len) != 0)
			continue;
		*rest = pq_text_slice(path, end + 1, path.len);
		return true;
	}
	return false;
}

static bool strip(struct pq_text *path, struct pq_text prefix)
{
	bool slash = !prefix.len || prefix.bytes[prefix.len - 1] != '/';
	size_t n = prefix.len + slash;

	if (path->len < n ||
	    (prefix.len && memcmp(path->bytes, prefix.bytes, prefix.len) != 0))
		return false;
	if (slash && path->bytes[n - 1] != '/')
		return false;
	*path = pq_text_slice(*path, n, path->len);
	return true;
}

struct pq_text pq_path_trim(struct pq_text path, struct pq_text trim_path,
			    struct pq_text search_path)
{
	size_t at = 0;

	/* Without -trim_path the names of the search path are tried. */
	while (!trim_path.len && at <= search_path.len) {
		size_t end = pq_text_find(search_path, at, ":");
		struct pq_text dir = pq_text_slice(search_path, at, end), rest;

		if (dir.len && after_directory(path, dir, &rest))
			return rest;
		at = end + 1;
	}
	at = 0;
	while (trim_path.len && at <= trim_path.len) {
		size_t end = pq_text_find(trim_path, at, ":");

		if (strip(&path, pq_text_slice(trim_path, at, end)))
			return path;
		at = end + 1;
	}
	/* Bazel's sandbox has its sources there. */
	if (!strip(&path, PQ_TEXT("/proc/self/cwd/./")))
		strip(&path, PQ_TEXT("/proc/self/cwd/"));
	return path;
}
