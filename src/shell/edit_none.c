/* A build without libedit has no editor: edit.h, whose open always fails. */
#include "shell/edit.h"

#include "base/banned.h"

bool pq_edit_open(const struct pq_edit_user *user)
{
	(void)user;
	return false;
}

enum pq_read pq_edit_line(struct pq_buf *line)
{
	(void)line;
	return PQ_READ_END;
}

void pq_edit_remember(const char *line)
{
	(void)line;
}

void pq_edit_close(void)
{
}
