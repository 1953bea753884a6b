#include "report/missing_sources.h"

#include "base/buf.h"

#include "base/banned.h"

/* Most missing files whose tried places are told. */
#define MOST_MISSES 10

/* Says three texts as one line. */
static void say_joined(struct pq_missing_sources *m, const char *before,
		       struct pq_text name, const char *after)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, before);
	pq_buf_text(&b, name);
	pq_buf_str(&b, after);
	pq_log_text(m->log, pq_buf_view(&b));
	pq_buf_release(&b);
}

static void say_where_looked(struct pq_missing_sources *m, struct pq_text name)
{
	size_t at = 0, n_more;
	struct pq_text tried = pq_sources_tried(m->sources, &n_more);

	say_joined(m, "", name, " was not found; looked for it as:");
	/* The places tell a reader which option would have led there. */
	while (at < tried.len) {
		size_t end = pq_text_find(tried, at, "\n");

		say_joined(m, "  ", pq_text_slice(tried, at, end), "");
		at = end + 1;
	}
	if (n_more)
		pq_log_say(m->log, "  and in %zu more places", n_more);
}

/* A file that exists is one option away from being shown. */
static void say_what_allows(struct pq_missing_sources *m, struct pq_text name)
{
	size_t n = name.len - pq_text_basename(name).len;
	struct pq_buf b = { 0 };

	pq_buf_text(&b, name);
	pq_buf_str(&b, " exists, but not in a folder that sources are read "
		       "from: -source_path=");
	pq_buf_text(&b, pq_text_slice(name, 0, n > 1 ? n - 1 : n));
	pq_buf_str(&b, " shows it");
	pq_log_text(m->log, pq_buf_view(&b));
	pq_buf_release(&b);
}

void pq_missing_source_say(struct pq_missing_sources *m, struct pq_text name,
			   const struct pq_source_file *file)
{
	/* Many missing files have one cause: the first ones show it. */
	if (++m->n > MOST_MISSES)
		return;
	if (file->exists)
		say_what_allows(m, name);
	else
		say_where_looked(m, name);
}

void pq_missing_sources_end(const struct pq_missing_sources *m)
{
	if (!m->n)
		return;
	if (m->n > MOST_MISSES)
		pq_log_say(m->log, "and %zu more were not found",
			   m->n - MOST_MISSES);
	pq_log_say(m->log, "-source_path=DIR adds a directory to look in, "
			   "-trim_path=PREFIX takes a prefix off the name");
}
