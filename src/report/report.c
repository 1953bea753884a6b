#include "report/report.h"

#include "base/banned.h"

void *pq_report_no_match(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_buf b = { 0 };

	pq_text_encode(&b, in->argument);
	pq_fail(err, PQ_EFORMAT, "no matches found for regexp: %s",
		pq_buf_cstr(&b));
	pq_buf_release(&b);
	return NULL;
}
