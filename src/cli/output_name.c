#include "cli/output_name.h"

#include <string.h>
#include <strings.h>

#include "report/report.h"

#include "base/banned.h"

/* Endings of names, longer ones before those that they end in. */
static const struct ending {
	const char *name;   /* without its dot */
	const char *writer; /* a command that writes it */
	const char *choice; /* of -format, for any report; or NULL */
	bool draws;	    /* one of the drawings of a graph */
} endings[] = {
	{ "speedscope.json", "speedscope", NULL, false },
	{ "json", "top", "json", false },
	{ "csv", "top", "csv", false },
	{ "tsv", "top", "tsv", false },
	{ "md", "top", "md", false },
	{ "html", "flame", NULL, false },
	{ "htm", "flame", NULL, false },
	{ "svg", "svg", NULL, true },
	{ "png", "png", NULL, true },
	{ "gif", "gif", NULL, true },
	{ "pdf", "pdf", NULL, true },
	{ "ps", "ps", NULL, true },
	{ "dot", "dot", NULL, true },
	{ "pb.gz", "proto", NULL, false },
};

#define N_ENDINGS (sizeof(endings) / sizeof(*endings))

static bool has_ending(struct pq_text name, const char *ending)
{
	struct pq_text e = pq_text_of(ending);

	return name.len > e.len && name.bytes[name.len - e.len - 1] == '.' &&
	       !strncasecmp(pq_unchecked_bytes(name.bytes) + name.len - e.len,
			    ending, e.len);
}

static const struct ending *find_ending(struct pq_text name)
{
	for (size_t i = 0; i < N_ENDINGS; i++)
		if (has_ending(name, endings[i].name))
			return &endings[i];
	return NULL;
}

static bool is_drawing(const struct pq_command *command)
{
	for (size_t i = 0; i < N_ENDINGS; i++)
		if (endings[i].draws &&
		    pq_command_find(pq_text_of(endings[i].writer)) == command)
			return true;
	return false;
}

/* Whether a command's own format goes by this ending. */
static bool writes_ending(const struct pq_command *command,
			  const struct ending *e)
{
	const struct pq_command *writer =
		pq_command_find(pq_text_of(e->writer));
	const char *own = command->report->extension;
	bool is_picture = !strcmp(e->writer, "flame") ||
			  !strcmp(e->name, "svg");

	/* the same report may have several names: proto, merge, convert */
	if ((!e->choice && writer->report == command->report) ||
	    (is_picture && command->report->draws_by_name))
		return true;
	return own && (!strcasecmp(own, e->name) ||
		       has_ending(pq_text_of(own), e->name));
}

static bool refuse_ending(const struct pq_query *q, const struct ending *e,
			  struct pq_error *err)
{
	return pq_fail(err, PQ_EUSAGE,
		       "-o %s: %s does not write %s; \"profq %s\" does",
		       pq_unchecked_bytes(q->options.output.bytes),
		       q->command->name, e->name, e->writer);
}

bool pq_output_name_settle(struct pq_query *q, struct pq_error *err)
{
	const struct ending *e = find_ending(q->options.output);
	const struct pq_command *command = q->command;

	/* An option for the format says more than a name does. */
	if (!e || !command || !command->report ||
	    q->options.given[PQ_OPTION_format] || q->options.json ||
	    writes_ending(command, e))
		return true;
	/* Any report with rows takes the ending as its format. */
	if (e->choice && command->report->sections[0].name)
		return pq_query_set(q, "format", pq_text_of(e->choice), err);
	/* One drawing stands in for another: `svg -o x.png' draws a png. */
	if (!e->draws || !is_drawing(command))
		return refuse_ending(q, e, err);
	q->command = pq_command_find(pq_text_of(e->writer));
	return true;
}
