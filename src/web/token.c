#include "web/token.h"

#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "host/folders.h"

#include "base/banned.h"

void pq_token_make(char *to, size_t chars)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char random[PQ_TOKEN_CHARS];

	memset(random, 0, sizeof(random));
	/* The pool is ready long before anybody starts a program by hand. */
	while (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		;
	for (size_t i = 0; i < chars && i < sizeof(random); i++)
		to[i] = digits[random[i] & 15];
	to[chars] = '\0';
}

static bool is_token(const char *text)
{
	return strspn(text, "0123456789abcdef") == PQ_TOKEN_CHARS;
}

/* A file of somebody else's, or that others can read, is none of ours. */
static bool read_token(const char *path, char token[static PQ_TOKEN_CHARS + 1])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	bool ok;

	if (fd < 0)
		return false;
	token[PQ_TOKEN_CHARS] = '\0';
	/* The file must be private, and hold nothing else. */
	ok = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	     !(st.st_mode & 077) &&
	     pq_io_read_exactly(fd, token, PQ_TOKEN_CHARS) && is_token(token);
	close(fd);
	return ok;
}

void pq_token_find(char token[static PQ_TOKEN_CHARS + 1])
{
	struct pq_buf folder = { 0 }, path = { 0 };
	struct pq_buf line = { 0 };

	/* A token that stays keeps bookmarks valid. */
	if (pq_folder_of_state(&folder)) {
		pq_buf_printf(&path, "%s/web-token", pq_buf_cstr(&folder));
		if (!read_token(pq_unchecked_bytes(pq_buf_cstr(&path)),
				token)) {
			pq_token_make(token, PQ_TOKEN_CHARS);
			pq_buf_printf(&line, "%s\n", token);
			pq_folder_make(&folder);
			/* A token that is not kept serves this time. */
			(void)!pq_folder_write(&path, pq_buf_view(&line));
		}
	} else {
		pq_token_make(token, PQ_TOKEN_CHARS);
	}
	pq_buf_release(&folder);
	pq_buf_release(&path);
	pq_buf_release(&line);
}
