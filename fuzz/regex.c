/* The first half is a pattern, the second a text. */
#include "fuzz.h"

#include "base/regex.h"

void fuzz_regex(const uint8_t *data, size_t size)
{
	struct pq_error err = { .code = PQ_OK };
	const char *bytes = (const char *)data;
	struct pq_text pattern = { bytes, size / 2 };
	struct pq_text text = { bytes + size / 2, size - size / 2 };
	struct pq_regex *regex = pq_regex_new(pattern, &err);

	if (regex)
		pq_regex_match(regex, text);
	pq_regex_free(regex);
}
