/*
 * A profile in any container through every writer; what comes out must be
 * what it says it is: JSON that cJSON takes to its end, xml that is well
 * formed, a profile that is read again, text without control characters.
 */
#include "fuzz.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/run.h"
#include "emit/svg.h"
#include "fixed.h"
#include "profile/merge.h"

#define BUDGET ((uint64_t)256 << 20)

enum check { NO_CONTROLS, JSON, XML, PROFILE };

static const struct writer {
	const char *command, *output, *format;
	enum check check;
} writers[] = {
	{ "top", "", "text", NO_CONTROLS },
	{ "top", "", "json", JSON },
	{ "top", "", "csv", NO_CONTROLS },
	{ "top", "", "md", NO_CONTROLS },
	{ "tree", "", "text", NO_CONTROLS },
	{ "tree", "", "json", JSON },
	{ "traces", "", "text", NO_CONTROLS },
	{ "traces", "", "json", JSON },
	{ "tags", "", "text", NO_CONTROLS },
	{ "tags", "", "json", JSON },
	{ "raw", "", "text", NO_CONTROLS },
	{ "comments", "", "text", NO_CONTROLS },
	{ "dot", "", "text", NO_CONTROLS },
	{ "callgrind", "", "text", NO_CONTROLS },
	{ "folded", "", "text", NO_CONTROLS },
	{ "speedscope", "", "text", JSON },
	{ "flame", "x.svg", "text", XML },
	{ "flame", "x.html", "text", NO_CONTROLS },
	{ "proto", "", "text", PROFILE },
	{ "topproto", "", "text", PROFILE },
};

struct input {
	const uint8_t *data;
	size_t size;
	struct pq_error err;
};

static void ignore(void *ctx, struct pq_text message)
{
	(void)ctx;
	(void)message;
}

static _Noreturn void wrong(const struct writer *w, const char *what)
{
	fprintf(stderr, "%s %s %s: %s\n", w->command, w->output, w->format,
		what);
	abort();
}

/* ---- what is checked ---- */

static void check_controls(const struct writer *w, struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.bytes[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			wrong(w, "a control character");
		/* C1 controls in UTF-8 */
		if (c == 0xc2 && i + 1 < text.len &&
		    ((unsigned char)text.bytes[i + 1] & 0xe0) == 0x80)
			wrong(w, "a C1 control");
	}
}

static void check_json(const struct writer *w, struct pq_text text)
{
	/* cJSON looks no further than this into nested data */
	cJSON *json = cJSON_ParseWithLengthOpts(text.bytes, text.len, NULL, 0);

	if (!json)
		wrong(w, "no JSON");
	cJSON_Delete(json);
	check_controls(w, text);
}

/* One element's inside: attributes are quoted, no `<' in them. */
static size_t skip_tag(const struct writer *w, struct pq_text t, size_t at)
{
	char quote = 0;

	for (; at < t.len; at++) {
		char c = t.bytes[at];

		if (c == '<')
			wrong(w, "`<' inside of a tag");
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return at;
	}
	wrong(w, "a tag without end");
}

static size_t skip_to(const struct writer *w, struct pq_text t, size_t at,
		      const char *end)
{
	at = pq_text_find(t, at, end);
	if (at == t.len)
		wrong(w, "no end");
	return at + strlen(end) - 1;
}

/* Entities end, tags nest in number: enough to see what escapes from a name. */
static void check_xml(const struct writer *w, struct pq_text t)
{
	long depth = 0;

	check_controls(w, t);
	for (size_t at = 0; at < t.len; at++) {
		struct pq_text rest = pq_text_slice(t, at, t.len);

		if (t.bytes[at] == '&') {
			size_t semicolon = pq_text_find(rest, 0, ";");

			if (semicolon > 10 || semicolon == rest.len)
				wrong(w, "a bare ampersand");
		}
		if (t.bytes[at] != '<')
			continue;
		if (!strncmp(rest.bytes, "<![CDATA[", 9)) {
			at = skip_to(w, t, at, "]]>");
			continue;
		}
		if (!strncmp(rest.bytes, "<!--", 4)) {
			at = skip_to(w, t, at, "-->");
			continue;
		}
		at = skip_tag(w, t, at + 1);
		if (rest.bytes[1] == '/')
			depth--;
		else if (rest.bytes[1] != '?' && rest.bytes[1] != '!' &&
			 t.bytes[at - 1] != '/')
			depth++;
		if (depth < 0)
			wrong(w, "an end without a beginning");
	}
	if (depth)
		wrong(w, "a beginning without an end");
}

static void check_profile(const struct writer *w, struct pq_text text)
{
	struct pq_error err = { .code = PQ_OK };
	struct pq_profile *p = fuzz_read(text.bytes, text.len, &err);

	if (!p && err.code != PQ_ELIMIT)
		wrong(w, err.msg);
	pq_profile_free(p);
}

static void check(const struct writer *w, struct pq_buf *b)
{
	struct pq_text text;

	pq_buf_cstr(b); /* so that looking ahead ends */
	text = pq_buf_view(b);
	switch (w->check) {
	case NO_CONTROLS:
		check_controls(w, text);
		break;
	case JSON:
		check_json(w, text);
		break;
	case XML:
		check_xml(w, text);
		break;
	case PROFILE:
		check_profile(w, text);
		break;
	}
}

/* ---- writing ---- */

static void write_one(const struct writer *w, struct pq_profile *p)
{
	struct pq_log log = { .line = ignore };
	struct pq_error err = { .code = PQ_OK };
	struct pq_options o;
	struct pq_out out;
	struct pq_job job = { .p = p, .o = &o, .out = &out, .log = &log };

	pq_options_init(&o);
	pq_options_set(&o, "format", w->format, &err);
	pq_options_set(&o, "output", w->output, &err);
	job.command = pq_command_find(pq_text_of(w->command));
	pq_out_open_memory(&out);
	if (pq_run_report(&job, &err))
		check(w, &out.buf);
	pq_buf_release(&out.buf);
}

static void finish_svg(const struct input *in)
{
	struct pq_text raw = { (const char *)in->data, in->size };
	struct pq_buf b = { 0 };

	pq_svg_finish(&b, raw, raw);
	pq_buf_release(&b);
}

static void run(void *arg)
{
	struct input *in = arg;
	struct pq_profile *p;

	finish_svg(in);
	p = fuzz_read(in->data, in->size, &in->err);
	for (size_t i = 0; p && i < sizeof(writers) / sizeof(*writers); i++) {
		struct pq_profile *copy = pq_profile_clone(p);

		write_one(&writers[i], copy);
		pq_profile_free(copy);
	}
	pq_profile_free(p);
}

void fuzz_write(const uint8_t *data, size_t size)
{
	struct input in = { data, size, { .code = PQ_OK } };

	pq_mem_limit(pq_mem_used() + BUDGET, "");
	pq_mem_guard(run, &in, &in.err);
	pq_mem_limit(0, "");
}
