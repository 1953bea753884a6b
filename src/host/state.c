#include "host/state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/banned.h"

bool pq_state_folder(struct pq_buf *path)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	/* a relative path counts as unset, as the XDG specification says */
	if (state && *state == '/')
		pq_buf_printf(path, "%s/profq", state);
	else if (home && *home == '/')
		pq_buf_printf(path, "%s/.local/state/profq", home);
	return path->len != 0;
}

void pq_state_make_folder(struct pq_buf *path)
{
	const char *home = getenv("HOME");
	char *p = pq_unchecked_writable(path->data);
	size_t from = home ? strlen(home) : 0;

	if (!from || strncmp(p, home, from) != 0)
		from = 0;
	for (size_t i = from + 1; i < path->len; i++) {
		if (p[i] != '/')
			continue;
		p[i] = '\0';
		mkdir(p, 0700);
		p[i] = '/';
	}
	mkdir(pq_unchecked_bytes(pq_buf_cstr(path)), 0700);
}
