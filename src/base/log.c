#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

void pq_log_text(struct pq_log *log, struct pq_text message)
{
	if (!log)
		return;
	log->n_lines++;
	if (log->line)
		log->line(log->ctx, message);
}

void pq_log_aside(struct pq_log *log, struct pq_text message)
{
	if (!log || !log->aside) {
		pq_log_text(log, message);
		return;
	}
	log->n_lines++;
	log->aside(log->ctx, message);
}

void pq_log_say(struct pq_log *log, const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	pq_log_text(log, pq_text_of(line));
}
