#include "format/perf_labels.h"

#include "base/banned.h"

static void add_label(struct pq_legacy *b, const char *key, struct pq_text text,
		      int64_t number)
{
	struct pq_label l = { .key = pq_legacy_string(b, pq_text_of(key)),
			      .str = pq_legacy_string(b, text),
			      .num = text.len ? 0 : number };

	if (text.len || number >= 0)
		*pq_vec_push(&b->labels) = l;
}

void pq_perf_labels(struct pq_legacy *b, struct pq_text comm, int64_t pid,
		    int64_t tid)
{
	add_label(b, "comm", comm, -1);
	add_label(b, "pid", PQ_TEXT(""), pid);
	add_label(b, "tid", PQ_TEXT(""), tid);
}

/* Modifiers follow on ":" and terms on "/": cpu-clock/freq=99/u. */
bool pq_perf_is_clock(struct pq_text event)
{
	event = pq_text_slice(event, 0, pq_text_find(event, 0, ":"));
	event = pq_text_slice(event, 0, pq_text_find(event, 0, "/"));
	return pq_text_is(event, "cpu-clock") ||
	       pq_text_is(event, "task-clock");
}

struct pq_text pq_perf_unit(bool is_clock)
{
	return is_clock ? PQ_TEXT("nanoseconds") : PQ_TEXT("count");
}
