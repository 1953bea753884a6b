#include "web/links.h"

#include <string.h>

#include "web/params.h"
#include "web/routes.h"

#include "base/banned.h"

/* The next word; empty at the end. */
static struct pq_text next_command_word(struct pq_text *rest)
{
	size_t end = pq_text_find(*rest, 0, " ");
	struct pq_text word = pq_text_slice(*rest, 0, end);

	*rest = pq_text_slice(*rest, end + (end < rest->len), rest->len);
	return word;
}

static bool ends_in_text(struct pq_text text, struct pq_text ending)
{
	return text.len >= ending.len &&
	       pq_text_equal(pq_text_slice(text, text.len - ending.len,
					   text.len),
			     ending);
}

/* Names may have blanks: the file is what the line ends in.  0: none. */
static size_t cut_file(struct pq_text *rest, const char *const *names,
		       size_t n_names)
{
	for (size_t i = 0; i < n_names; i++) {
		struct pq_text name = pq_text_basename(pq_text_of(names[i]));

		if (!ends_in_text(*rest, name))
			continue;
		*rest = pq_text_slice(*rest, 0, rest->len - name.len);
		return i + 1;
	}
	return 0;
}

static const struct pq_route *view_of_report(struct pq_text report)
{
	for (size_t i = 0; i < pq_n_routes; i++)
		if (pq_route_table[i].name &&
		    pq_text_is(report, pq_route_table[i].command))
			return &pq_route_table[i];
	return NULL;
}

/* Options that findings use; other words are the report's argument. */
static void put_word_param(struct pq_text word, struct pq_text *report,
			   struct pq_buf *params)
{
	if (pq_text_is(word, "-ladders"))
		*report = PQ_TEXT("ladders");
	else if (pq_text_is(word, "-cum"))
		pq_params_put_one(params, "sort", PQ_TEXT("cum"));
	else if (word.len && !ends_in_text(word, PQ_TEXT("...")))
		pq_params_put_one(params, "f", word);
}

bool pq_web_command_link(struct pq_text command, const char *const *names,
			 size_t n_names, struct pq_buf *link)
{
	struct pq_text rest = command, report;
	const struct pq_route *view;
	struct pq_buf params = { 0 }, number = { 0 };
	size_t file;

	next_command_word(&rest); /* the program */
	report = next_command_word(&rest);
	file = cut_file(&rest, names, n_names);
	/* Words become parameters of the page, or are left out. */
	while (rest.len)
		put_word_param(next_command_word(&rest), &report, &params);
	/* A single profile needs no number. */
	if (file && n_names > 1) {
		pq_buf_printf(&number, "%zu", file);
		pq_params_put_one(&params, "of", pq_buf_view(&number));
	}
	/* A report without a view gets no link: its command is text. */
	view = view_of_report(report);
	if (view && pq_route_exists(view)) {
		pq_buf_str(link, view->path);
		pq_buf_str(link, params.len ? "?" : "");
		pq_buf_text(link, pq_buf_view(&params));
	}
	pq_buf_release(&params);
	pq_buf_release(&number);
	return link->len > 0;
}
