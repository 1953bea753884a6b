#include "host/browser.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

/* Words of a command, of which none can have more in $BROWSER. */
#define MOST_WORDS 16

struct command {
	char *words[MOST_WORDS + 2]; /* with the file and the end */
	size_t n;
};

static bool start(struct command *c, const char *path, pid_t *child)
{
	int error;

	if (!c->n)
		return false;
	c->words[c->n] = (char *)(uintptr_t)path; /* exec changes no word */
	c->words[c->n + 1] = NULL;
	error = posix_spawnp(child, c->words[0], NULL, NULL, c->words, environ);
	errno = error;
	return !error;
}

/* $BROWSER may have arguments; it is cut in place. */
static bool start_chosen(char *browser, const char *path, pid_t *child)
{
	struct command c = { .n = 0 };

	while (c.n < MOST_WORDS) {
		browser += strspn(browser, " ");
		if (!*browser)
			break;
		c.words[c.n++] = browser;
		browser += strcspn(browser, " ");
		if (*browser)
			*browser++ = '\0';
	}
	return start(&c, path, child);
}

static bool start_any(const char *path, pid_t *child)
{
	static const char *const names[] = {
		"chrome",  "google-chrome",    "chromium",
		"firefox", "sensible-browser", "xdg-open"
	};
	size_t n = sizeof(names) / sizeof(*names);

	if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
		n--; /* xdg-open would ask in the terminal */
	for (size_t i = 0; i < n; i++) {
		struct command c = { { (char *)(uintptr_t)names[i] }, 1 };

		if (start(&c, path, child))
			return true;
	}
	return false;
}

bool pq_browser_show(const char *path, struct pq_error *err)
{
	const char *wish = getenv("BROWSER");
	char *browser = strdup(wish ? wish : "");
	pid_t child;
	bool ok;
	int status;

	ok = (browser && start_chosen(browser, path, &child)) ||
	     start_any(path, &child);
	free(browser);
	if (!ok)
		return pq_fail(err, PQ_EIO,
			       "no browser was found: %s; set BROWSER, or "
			       "write the picture to a file with -output",
			       strerror(errno));
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		return pq_fail(err, PQ_EIO, "the browser died of signal %d",
			       WTERMSIG(status));
	if (WEXITSTATUS(status))
		return pq_fail(err, PQ_EIO, "the browser: exit status %d",
			       WEXITSTATUS(status));
	return true;
}
