#include "web/search.h"

#include "profile/filter.h"
#include "render/json_writer.h"

#include "base/banned.h"

/* Names of the rows that match; each function has one. */
static int64_t count_functions(const struct pq_graph *g,
			       const struct pq_regex *regex)
{
	int64_t n = 0;

	for (size_t i = 0; i < g->nodes.n; i++)
		n += pq_regex_match(regex, g->nodes.at[i].label);
	return n;
}

static void put_found_number(struct pq_json_writer *w, const char *name,
			     int64_t value)
{
	pq_json_put_name(w, name);
	pq_json_put_int(w, value);
}

static void put_found(int64_t value, int64_t total, int64_t functions,
		      struct pq_out *out)
{
	struct pq_json_writer w;

	pq_json_begin(&w, out);
	pq_json_open_object(&w);
	put_found_number(&w, "value", value);
	put_found_number(&w, "total", total);
	put_found_number(&w, "functions", functions);
	pq_json_close_object(&w);
	pq_out_str(out, "\n");
	pq_json_end(&w);
}

/* The sum of the samples that are left, with the settings of the view. */
static bool sum_of_rest(struct pq_answer *a, int64_t *sum, struct pq_error *err)
{
	struct pq_view rest;

	if (!pq_view_init(&rest, a->subject.p, &a->view.o, err))
		return false;
	*sum = rest.total;
	pq_view_release(&rest);
	return true;
}

bool pq_web_search_put(struct pq_answer *a, struct pq_text expression,
		       struct pq_out *out, struct pq_error *err)
{
	struct pq_filters f = { .focus = expression };
	struct pq_regex *regex = pq_regex_new(expression, err);
	int64_t value, functions;
	bool ok;

	if (!regex)
		return false;
	functions = expression.len ? count_functions(&a->view.graph, regex) : 0;
	pq_regex_free(regex);
	/* The sum is that of -focus, so that nested matches count once. */
	ok = pq_filter(a->subject.p, &f, &a->units, &a->log, err) &&
	     sum_of_rest(a, &value, err);
	if (ok)
		put_found(expression.len ? value : 0, a->view.total, functions,
			  out);
	return ok;
}
