#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

__attribute__((format(printf, 3, 0))) static void
fill(struct pq_error *err, enum pq_code code, const char *format, va_list args)
{
	err->code = code;
	vsnprintf(err->msg, sizeof(err->msg), format, args);
}

bool pq_fail(struct pq_error *err, enum pq_code code, const char *format, ...)
{
	va_list args;

	if (err->code != PQ_OK)
		return false;
	va_start(args, format);
	fill(err, code, format, args);
	va_end(args);
	return false;
}

bool pq_fail_at(struct pq_error *err, uint64_t offset, const char *format, ...)
{
	va_list args;

	if (err->code != PQ_OK)
		return false;
	err->has_offset = true;
	err->offset = offset;
	va_start(args, format);
	fill(err, PQ_EFORMAT, format, args);
	va_end(args);
	return false;
}

void pq_error_clear(struct pq_error *err)
{
	memset(err, 0, sizeof(*err));
}
