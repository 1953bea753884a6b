#include <string.h>

#include "graph/stacks.h"

#include "base/banned.h"

/*
 * Where arguments, receivers and type parameters begin.  "(anonymous
 * namespace)" in front is part of the path, "[libc.so]" is none.
 */
static size_t end_of_path(struct pq_text name)
{
	size_t i = 0;

	if (pq_text_starts(name, "("))
		i = pq_text_find(name, 0, ")");
	while (i < name.len && !strchr("(<[{ ", name.bytes[i]))
		i++;
	return i;
}

/*
 * "example.org/rdb.(*Loader).Next" is of example.org/rdb, "std::vec::push"
 * of std; a name without either sign tells nothing.
 */
struct pq_text pq_package_of_name(struct pq_text name)
{
	size_t end = end_of_path(name), slash = 0, at;
	struct pq_text path = pq_text_slice(name, 0, end);

	at = pq_text_find(path, 0, "::");
	if (at && at < path.len)
		return pq_text_slice(path, 0, at);
	for (size_t i = 0; i < path.len; i++)
		if (path.bytes[i] == '/')
			slash = i;
	/* Dots before the last slash are of a host's name. */
	at = pq_text_find(path, slash, ".");
	if (at && at < path.len)
		return pq_text_slice(path, 0, at);
	return PQ_TEXT("");
}
