#include "host/browser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"

#include "base/banned.h"

/* Words of a command, of which none can have more in $BROWSER. */
#define MOST_WORDS 16

struct command {
	char *words[MOST_WORDS + 2]; /* with the file and the end */
	size_t n;
};

static bool start_browser(struct command *c, const char *path,
			  struct pq_child *child)
{
	if (!c->n)
		return false;
	c->words[c->n] = (char *)(uintptr_t)path; /* exec changes no word */
	c->words[c->n + 1] = NULL;
	return pq_child_start_program(child, c->words);
}

/* $BROWSER may have arguments; it is cut in place. */
static bool start_chosen(char *browser, const char *path,
			 struct pq_child *child)
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
	return start_browser(&c, path, child);
}

static bool start_any(const char *path, struct pq_child *child)
{
	static const char *const names[] = {
		"chrome",  "google-chrome",    "chromium",
		"firefox", "sensible-browser", "xdg-open"
	};
	size_t n = sizeof(names) / sizeof(*names);

	if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
		n--; /* xdg-open would ask in the terminal */
	/* Starting tells that a name is there: nothing is searched before. */
	for (size_t i = 0; i < n; i++) {
		struct command c = { { (char *)(uintptr_t)names[i] }, 1 };

		if (start_browser(&c, path, child))
			return true;
	}
	return false;
}

/* The browser that is wished for, else any that is there. */
static bool start_wished(const char *path, struct pq_child *child)
{
	const char *wish = getenv("BROWSER");
	char *browser = strdup(wish ? wish : "");
	bool ok = (browser && start_chosen(browser, path, child)) ||
		  start_any(path, child);

	free(browser);
	return ok;
}

bool pq_browser_start(const char *address)
{
	struct pq_child child;

	return start_wished(address, &child);
}

bool pq_browser_show(const char *path, struct pq_error *err)
{
	struct pq_child child;
	struct pq_child_end end;

	if (!start_wished(path, &child))
		return pq_fail(err, PQ_EIO,
			       "no browser was found: %s; set BROWSER, or "
			       "write the picture to a file with -output",
			       strerror(errno));
	/* The file is removed afterwards: it has to be read by then. */
	end = pq_child_wait(&child);
	if (end.how == PQ_CHILD_SIGNALED)
		return pq_fail(err, PQ_EIO, "the browser died of signal %d",
			       end.number);
	if (end.how == PQ_CHILD_LOST)
		return pq_fail(err, PQ_EIO,
			       "nobody knows how the browser "
			       "ended");
	return !end.number ||
	       pq_fail(err, PQ_EIO, "the browser: exit status %d", end.number);
}
