#include "format/refused.h"

#include <string.h>
#include <strings.h>

#include "base/banned.h"

/* A kind of file that is no profile, known by its first bytes. */
struct refused_file {
	const char *magic;
	size_t length;
	bool any_case;
	const char *message;
};

#define MAGIC(text, any_case, message)                    \
	{                                                 \
		text, sizeof(text) - 1, any_case, message \
	}

#define IS_HTML                                                             \
	"this is an HTML page, not a profile: the server answered with an " \
	"error or a login page (look at it in a browser, then fetch the "   \
	"profile again)"

static const struct refused_file refused_files[] = {
	MAGIC("\x7f"
	      "ELF",
	      false,
	      "this is an ELF binary, not a profile: name the profile that the "
	      "program wrote"),
	MAGIC("MZ", false, "this is a Windows binary, not a profile"),
	MAGIC("\xcf\xfa\xed\xfe", false,
	      "this is a Mach-O binary, not a profile"),
	MAGIC("go 1.", false,
	      "this is a Go execution trace, not a profile: open it with \"go "
	      "tool trace\", or take a profile from /debug/pprof/profile"),
	MAGIC("<!doctype", true, IS_HTML),
	MAGIC("<html", true, IS_HTML),
	MAGIC("<?xml", true, "this is an XML file, not a profile"),
	MAGIC("PK\x03\x04", false,
	      "this is a zip archive: unpack it and name the profile inside"),
	MAGIC("\x28\xb5\x2f\xfd", false,
	      "this file is compressed with zstd: run zstd -d on it first"),
	MAGIC("BZh", false,
	      "this file is compressed with bzip2: run bunzip2 on it first"),
	MAGIC("\xfd"
	      "7zXZ",
	      false, "this file is compressed with xz: run unxz on it first"),
	MAGIC("\x1f\x8b", false,
	      "this file is gzipped twice: run gunzip on it first"),
	MAGIC("{", false, "this is a JSON file, not a profile.proto file"),
};

#define N_REFUSED (sizeof(refused_files) / sizeof(refused_files[0]))

static const struct refused_file *find_refused(const uint8_t *head, size_t n)
{
	size_t blank = 0;

	while (blank < n && (head[blank] == ' ' || head[blank] == '\t' ||
			     head[blank] == '\r' || head[blank] == '\n'))
		blank++;
	for (size_t i = 0; i < N_REFUSED; i++) {
		const struct refused_file *s = &refused_files[i];
		const char *at = (const char *)head;
		size_t left = n;

		/* Blanks may stand before markup, and nowhere else. */
		if (s->any_case) {
			at += blank;
			left -= blank;
		}
		if (left < s->length)
			continue;
		if (s->any_case ? !strncasecmp(at, s->magic, s->length)
				: !memcmp(at, s->magic, s->length))
			return s;
	}
	return NULL;
}

int pq_refused_probe(const uint8_t *head, size_t n)
{
	return find_refused(head, n) ? PQ_SURE_MAGIC : PQ_SURE_NO;
}

bool pq_refused_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err)
{
	const struct refused_file *is =
		find_refused(s->window + s->at, s->end - s->at);

	(void)p;
	return pq_fail(err, PQ_EFORMAT, "%s",
		       is ? is->message : "unrecognized profile format");
}
