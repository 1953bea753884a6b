/* Results of check as those of tests: see check_formats.h. */
#include "export/check_formats.h"
#include "render/xml_text.h"

#include "base/banned.h"

struct junit {
	const struct pq_check_report *r;
	struct pq_out *out;
	struct pq_buf text, xml;
};

static void put_text(struct junit *j, struct pq_text text)
{
	pq_buf_clear(&j->xml);
	pq_xml_text(&j->xml, text);
	pq_out_raw(j->out, pq_unchecked_bytes(j->xml.data), j->xml.len);
}

static size_t count_verdicts(const struct pq_check_report *r,
			     enum pq_check_verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->list[i].verdict == verdict;
	return n;
}

/* One line a row, in the text of the failure; the first is its message. */
static void put_failure(struct junit *j, const struct pq_check_budget *c)
{
	pq_out_str(j->out, "<failure type=\"budget\" message=\"");
	for (size_t i = 0; i < c->n_rows; i++) {
		pq_buf_clear(&j->text);
		pq_check_put_row(&j->text, j->r, c, &c->rows[i]);
		put_text(j, pq_buf_view(&j->text));
		/* The first row is the message, and comes again as text. */
		if (!i)
			pq_out_str(j->out, "\">");
		if (!i)
			put_text(j, pq_buf_view(&j->text));
		pq_out_str(j->out, "\n");
	}
	pq_out_str(j->out, "</failure>");
}

static void put_skipped(struct junit *j, const struct pq_check_budget *c)
{
	pq_buf_clear(&j->text);
	/* Without rows the doubt is about the whole budget. */
	if (c->n_rows)
		pq_check_put_row(&j->text, j->r, c, &c->rows[0]);
	else
		pq_check_put_doubt(&j->text, c);
	pq_out_str(j->out, "<skipped message=\"");
	put_text(j, pq_buf_view(&j->text));
	pq_out_str(j->out, "\"/>");
}

static void put_case(struct junit *j, const struct pq_check_budget *c)
{
	pq_out_str(j->out, "<testcase classname=\"profq.check\" name=\"");
	put_text(j, c->budget->name);
	pq_out_str(j->out, c->verdict == PQ_CHECK_OK ? "\"/>\n" : "\">");
	if (c->verdict == PQ_CHECK_FAIL)
		put_failure(j, c);
	else if (c->verdict == PQ_CHECK_INCONCLUSIVE)
		put_skipped(j, c);
	if (c->verdict != PQ_CHECK_OK)
		pq_out_str(j->out, "</testcase>\n");
}

void pq_check_junit(const void *rows, struct pq_out *out)
{
	struct junit j = { .r = rows, .out = out };
	size_t failed = count_verdicts(j.r, PQ_CHECK_FAIL);
	size_t skipped = count_verdicts(j.r, PQ_CHECK_INCONCLUSIVE);

	/* JUnit has the counts in front of what is counted. */
	pq_out_printf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<testsuites name=\"profq check\" tests=\"%zu\" "
		      "failures=\"%zu\" errors=\"0\">\n<testsuite name=\"",
		      j.r->n, failed);
	put_text(&j, j.r->budgets.file);
	pq_out_printf(out,
		      "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
		      "skipped=\"%zu\">\n",
		      j.r->n, failed, skipped);
	for (size_t i = 0; i < j.r->n; i++)
		put_case(&j, &j.r->list[i]);
	pq_out_str(out, "</testsuite>\n</testsuites>\n");
	pq_buf_release(&j.text);
	pq_buf_release(&j.xml);
}
