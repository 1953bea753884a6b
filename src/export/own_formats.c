#include "export/own_formats.h"

#include "draw/charts.h"
#include "export/check_formats.h"
#include "insight/check.h"
#include "insight/churn_chart.h"
#include "insight/size_chart.h"
#include "insight/trend.h"

#include "base/banned.h"

static const struct {
	const struct pq_report *report;
	const char *word;
	pq_own_format *write;
} rows[] = {
	{ &pq_report_check, "md", pq_check_markdown },
	{ &pq_report_check, "github", pq_check_github },
	{ &pq_report_check, "junit", pq_check_junit },
	{ &pq_report_check, "sarif", pq_check_sarif },
	{ &pq_report_trend, "svg", pq_trend_svg },
	{ &pq_report_trend, "html", pq_trend_html },
	{ &pq_report_churn, "svg", pq_churn_svg },
	{ &pq_report_churn, "html", pq_churn_html },
	{ &pq_report_sizes, "svg", pq_sizes_svg },
	{ &pq_report_sizes, "html", pq_sizes_html },
	{ &pq_report_ladders, "svg", pq_ladders_svg },
	{ &pq_report_ladders, "html", pq_ladders_html },
};

pq_own_format *pq_own_format_find(const struct pq_report *report,
				  struct pq_text word)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].report == report && pq_text_is(word, rows[i].word))
			return rows[i].write;
	return NULL;
}

pq_own_format *pq_own_format_of_file(const struct pq_report *report,
				     struct pq_text name)
{
	size_t at = name.len;

	/* The ending is the word: -o x.svg asks for svg. */
	while (at && name.bytes[at - 1] != '.')
		at--;
	return at ? pq_own_format_find(report,
				       pq_text_slice(name, at, name.len))
		  : NULL;
}
