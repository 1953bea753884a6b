#include "insight/duration.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

bool pq_duration_parse(double *seconds, struct pq_text text,
		       struct pq_error *err)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {
		{ "", 1 },   { "ms", 1e-3 }, { "s", 1 },
		{ "m", 60 }, { "h", 3600 },  { "d", 86400 },
	};
	const char *from = pq_unchecked_bytes(text.bytes);
	char *end;

	*seconds = 0;
	if (!text.len)
		return true;
	*seconds = strtod(from, &end);
	/* A number alone is of seconds: the first unit is empty. */
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (end != from && *seconds > 0 && *seconds < 1e12 &&
		    !strcmp(end, units[i].name)) {
			*seconds *= units[i].seconds;
			return true;
		}
	return pq_fail(err, PQ_EUSAGE,
		       "-uptime=%.200s: a time is written 90s, 30m, 8h or 3d",
		       from);
}
