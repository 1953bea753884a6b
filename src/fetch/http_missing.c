/* http_missing.c - http.h for a build without libcurl. */
#include "fetch/http.h"

#include "base/banned.h"

struct pq_http *pq_http_new(const struct pq_http_settings *settings,
			    struct pq_error *err)
{
	(void)settings;
	pq_fail(err, PQ_EIO,
		"cannot fetch: this profq was built without libcurl; fetch the "
		"profile by other means, such as curl -o FILE URL, and name "
		"the file");
	return NULL;
}

void pq_http_get_all(struct pq_http *h, struct pq_http_job *jobs, size_t n)
{
	(void)h;
	(void)jobs;
	(void)n;
}

void pq_http_post(struct pq_http *h, struct pq_http_job *job,
		  struct pq_text body)
{
	(void)h;
	(void)job;
	(void)body;
}
