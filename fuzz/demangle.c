/* The first byte picks the mode, the rest is a name. */
#include "fuzz.h"

#include "symbolize/demangle/demangle.h"

void fuzz_demangle(const uint8_t *data, size_t size)
{
	struct pq_text name = { (const char *)data + 1, size - 1 };
	struct pq_buf to = { 0 };

	if (!size)
		return;
	pq_demangle_name(name, (enum pq_demangle)(data[0] % 3), &to);
	pq_buf_release(&to);
}
