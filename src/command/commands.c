#include "command/commands.h"

#include "report/report.h"

#include "base/banned.h"

/* A command needs no other declaration than its row. */
#define DECLARE_report(name) extern const struct pq_report pq_report_##name;
#define DECLARE_emit(name) extern const struct pq_report pq_emit_##name;
#define DECLARE_front(name)
#define DECLARE_tool(name) extern const struct pq_tool pq_tool_##name;
#define DECLARE_batch(name) extern const struct pq_batch pq_batch_##name;
#define CMD(name, kind, argument, summary) DECLARE_##kind(name)
#define SAME(name, kind, as, argument, summary)
#include "command/commands.def"
#undef CMD
#undef SAME

#define BODY_report(name) .report = &pq_report_##name
#define BODY_emit(name) .report = &pq_emit_##name
#define BODY_front(name) .front = true
#define BODY_tool(name) .tool = &pq_tool_##name
#define BODY_batch(name) .batch = &pq_batch_##name

const struct pq_command pq_command_table[PQ_N_COMMANDS] = {
#define CMD(name, kind, argument, summary) \
	{ #name, argument, summary, BODY_##kind(name) },
#define SAME(name, kind, as, argument, summary) \
	{ #name, argument, summary, BODY_##kind(as) },
#include "command/commands.def"
#undef CMD
#undef SAME
};

const struct pq_command *pq_command_find(struct pq_text name)
{
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_text_is(name, pq_command_table[i].name))
			return &pq_command_table[i];
	return NULL;
}
